"""Files of weights."""

import pickle
import struct
import zipfile

from scaling_cases.cases import case
from scaling_cases.protobuf import graph_input, graph_output, model, node

REBUILD = b"ctorch._utils\n_rebuild_tensor_v2\n"


def text(value):
    value = value.encode()
    return b"X" + struct.pack("<I", len(value)) + value


def integer(value):
    return b"J" + struct.pack("<i", value)


def storage(key, count):
    return b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text(key) + text("cpu") + integer(count) + b"tQ"


def torch_tensor(key, count, offset=0, size=4):
    return (REBUILD + b"(" + storage(key, count) + integer(offset) + integer(size) + b"\x85" + integer(1) + b"\x85"
            + b"\x89ccollections\nOrderedDict\n)RtR")


def state_dict(names, tensors):
    return (b"\x80\x02ccollections\nOrderedDict\n)R(" + b"".join(text(k) + t for k, t in zip(names, tensors)) + b"u.")


def archive(path, records):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as file:
        for name, content in records:
            file.writestr("archive/" + name, content)


def layer_names(n):
    return ["layer%d.%d.conv%d.weight" % (i // 100, i // 10 % 10, i % 10) for i in range(n)]


WEIGHTS = "import"


@case(WEIGHTS)
def pth_shared(n, folder):
    """A state dict of n keys in one storage."""
    tensors = (torch_tensor("0", 4 * n, 4 * i) for i in range(n))
    archive(folder / "in.pth", [("data.pkl", state_dict(layer_names(n), tensors)), ("version", b"3\n"),
                                ("data/0", struct.pack("<4f", 1, 2, 3, 4) * n)])
    return "in.pth"


@case(WEIGHTS)
def pth(n, folder):
    """A state dict of n keys, each with a storage of its own."""
    tensors = (torch_tensor(str(i), 4) for i in range(n))
    content = struct.pack("<4f", 1, 2, 3, 4)
    archive(folder / "in.pth", [("data.pkl", state_dict(layer_names(n), tensors)), ("version", b"3\n")]
            + [("data/%d" % i, content) for i in range(n)])
    return "in.pth"


@case(WEIGHTS)
def pth_empty(n, folder):
    """A state dict of n empty tensors."""
    tensors = (torch_tensor("0", 0, 0, 0) for i in range(n))
    archive(folder / "in.pth", [("data.pkl", state_dict(layer_names(n), tensors)), ("version", b"3\n"), ("data/0", b"")])
    return "in.pth"


@case(WEIGHTS, limit=100_000)
def pth_folder(n, folder):
    """The archive unpacked."""
    tensors = (torch_tensor(str(i), 4) for i in range(n))
    (folder / "in" / "data").mkdir(parents=True)
    (folder / "in" / "data.pkl").write_bytes(state_dict(layer_names(n), tensors))
    (folder / "in" / "version").write_bytes(b"3\n")
    for i in range(n):
        (folder / "in" / "data" / str(i)).write_bytes(struct.pack("<4f", 1, 2, 3, 4))
    return "in"


@case(WEIGHTS)
def pth_dictionaries(n, folder):
    """n / 10 dictionaries of ten tensors, one inside the other's neighbour: a search for the state dict."""
    def inner(i):
        names = ("k%d" % j for j in range(10))
        return b"}(" + b"".join(text(k) + torch_tensor("0", 4) for k in names) + b"u"

    parts = b"".join(text("model%d" % i) + inner(i) for i in range(max(1, n // 10)))
    archive(folder / "in.pth", [("data.pkl", b"\x80\x02}(" + parts + b"u."), ("version", b"3\n"),
                                ("data/0", struct.pack("<4f", 1, 2, 3, 4))])
    return "in.pth"


@case(WEIGHTS)
def legacy(n, folder):
    """The stream before PyTorch 1.6."""
    def rebuilt(i):
        key = b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text(str(i)) + text("cpu") + integer(4) + b"NtQ"
        return (REBUILD + b"(" + key + integer(0) + integer(4) + b"\x85" + integer(1) + b"\x85"
                + b"\x89ccollections\nOrderedDict\n)RtR")

    system = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}
    parts = [pickle.dumps(0x1950A86A20F9469CFC6C, 2), pickle.dumps(1001, 2), pickle.dumps(system, 2),
             state_dict(layer_names(n), (rebuilt(i) for i in range(n))), pickle.dumps([str(i) for i in range(n)], 2)]
    content = struct.pack("<q4f", 4, 1, 2, 3, 4)
    (folder / "in.pth").write_bytes(b"".join(parts) + content * n)
    return "in.pth"


@case(WEIGHTS)
def safetensors(n, folder):
    entries = ('"%s":{"dtype":"F32","shape":[4],"data_offsets":[%d,%d]}' % (k, 16 * i, 16 * i + 16)
               for i, k in enumerate(layer_names(n)))
    header = ("{" + ",".join(entries) + "}").encode()
    (folder / "in.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + struct.pack("<4f", 1, 2, 3, 4) * n)
    return "in.safetensors"


@case("import")
def pickle_memo(n, folder):
    """n values kept in the memo and read back."""
    parts = b"".join(text("k%d" % i) + b"r" + struct.pack("<I", i) + b"j" + struct.pack("<I", i // 2) for i in range(n))
    archive(folder / "in.pth", [("data.pkl", b"\x80\x02}(" + parts + b"u."), ("version", b"3\n")])
    return "in.pth"


@case("import")
def pickle_deep(n, folder):
    """Lists n deep."""
    content = b"\x80\x02" + b"]" * n + b"a" * (n - 1) + b"."
    archive(folder / "in.pth", [("data.pkl", content), ("version", b"3\n")])
    return "in.pth"


@case("import")
def pickle_tuples(n, folder):
    """Tuples n deep."""
    archive(folder / "in.pth", [("data.pkl", b"\x80\x02)" + b"\x85" * n + b"."), ("version", b"3\n")])
    return "in.pth"


@case("import")
def pickle_marks(n, folder):
    archive(folder / "in.pth", [("data.pkl", b"\x80\x02" + b"(" * n + b"t" * n + b"."), ("version", b"3\n")])
    return "in.pth"


@case("import")
def pickle_doubled(n, folder):
    """A list that holds the list before it twice, n times over: 2ⁿ paths through it."""
    parts = b"]"
    for i in range(n):
        parts += b"r" + struct.pack("<I", i) + b"0" + b"](j" + struct.pack("<I", i) + b"j" + struct.pack("<I", i) + b"e"
    archive(folder / "in.pth", [("data.pkl", b"\x80\x02" + parts + b"."), ("version", b"3\n")])
    return "in.pth"


@case("import")
def pickle_state(n, folder):
    """A pickled module of n modules, one inside the other."""
    def module(inside):
        return b"ctorch.nn.modules.container\nSequential\n)\x81}" + text("_modules") + inside + b"sb"
    before = b"ctorch.nn.modules.container\nSequential\n)\x81}" + text("_modules") + b"}" + text("0")
    archive(folder / "in.pth", [("data.pkl", b"\x80\x02" + before * n + torch_tensor("0", 4) + b"ssb" * n + b"."),
                                ("version", b"3\n"), ("data/0", struct.pack("<4f", 1, 2, 3, 4))])
    return "in.pth"


@case("run input.npz", limit=100_000)
def npz_input(n, folder):
    """An archive of n arrays, one of them the input."""
    header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 4), }"
    header = b"\x93NUMPY\x01\x00" + struct.pack("<H", 118) + header.encode().ljust(117) + b"\n"
    content = header + struct.pack("<4f", 1, 2, 3, 4)
    with zipfile.ZipFile(folder / "input.npz", "w") as file:
        for i in range(n):
            file.writestr("a%d.npy" % i, content)
    return model(b"".join(node("Relu", ["a%d" % i], ["v%d" % i]) for i in range(n)),
                 node("Sum", ["v%d" % i for i in range(n)], ["y"]),
                 b"".join(graph_input("a%d" % i, (1, 4)) for i in range(n)), graph_output("y", (1, 4)))
