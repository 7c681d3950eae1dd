#!/usr/bin/env python3
"""Makes the files of weights beside this script, and expectations.txt: what torch.load and safetensors read in them.

    python generate.py

Made with Python 3.11, torch==2.13.0, numpy==2.4.6 and safetensors==0.8.0. The numbers are drawn anew with seed 7 for
every file. Each file's section of expectations.txt has lines of fields that tabs separate:

    file       NAME  CONTAINER
    candidate  PATH  CLASS          the first one that a reader should find; "-" for the top and for no class
    tensor     KEY  TYPE  SHAPE  HASH
    remark     WORDS                that a remark should contain
    metadata   KEY  VALUE

HASH is the 64-bit FNV-1a hash of the elements, little-endian and in row-major order.
"""
import argparse
import collections
import copy
import datetime
import decimal
import fractions
import functools
import io
import pathlib
import pickle
import random
import shutil
import struct
import sys
import types
import uuid
import warnings
import zipfile

import numpy
import safetensors.torch
import torch
from torch import nn

HERE = pathlib.Path(__file__).resolve().parent
KEEP = {"generate.py", "expectations.txt", "__pycache__"}
TYPES = {
    torch.float8_e4m3fn: "float8e4m3fn", torch.float8_e4m3fnuz: "float8e4m3fnuz", torch.float8_e5m2: "float8e5m2",
    torch.float8_e5m2fnuz: "float8e5m2fnuz", torch.float8_e8m0fnu: "float8e8m0",
}
lines = []
warnings.filterwarnings("ignore")


# ---- Expectations ----

def fnv(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


def describe(tensor):
    if isinstance(tensor, (numpy.ndarray, numpy.generic)):
        array = numpy.asarray(tensor)
        data = array.astype(array.dtype.newbyteorder("<")).tobytes(order="C")
        name, shape = array.dtype.newbyteorder("<").name, array.shape
    else:
        tensor = tensor.detach().contiguous()
        name, shape = TYPES.get(tensor.dtype, str(tensor.dtype).removeprefix("torch.")), tuple(tensor.shape)
        data = tensor.reshape(-1).view(torch.uint8).numpy().tobytes() if tensor.numel() else b""
    return name, "x".join(map(str, shape)) or "-", fnv(data)


def expect(name, container, tensors, path=(), module=None, remarks=(), metadata=None):
    lines.append(f"file\t{name}\t{container}")
    lines.append(f"candidate\t{'/'.join(path) or '-'}\t{module or '-'}")
    for key, tensor in tensors.items():
        lines.append("\t".join(["tensor", key, *describe(tensor)]))
    for remark in remarks:
        lines.append(f"remark\t{remark}")
    for key, value in sorted((metadata or {}).items()):
        lines.append(f"metadata\t{key}\t{value}")
    lines.append("")


def load(name):
    return torch.load(HERE / name, map_location="cpu", weights_only=False)


def seed():
    torch.manual_seed(7)
    random.seed(7)
    numpy.random.seed(7)


# ---- What is saved ----

class Tiny(nn.Module):
    """A network of a class of its own, with everything that a module may have."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, bias=False)
        self.norm = nn.BatchNorm2d(4)
        self.blocks = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 2, bias=False)])
        self.scale = nn.Parameter(torch.rand(4, 1))
        self.register_parameter("absent", None)
        self.register_buffer("mean", torch.rand(3))
        self.register_buffer("cache", torch.rand(5), persistent=False)
        self.register_buffer("nothing", None)
        self.plain = torch.rand(2)
        self.activation = torch.nn.functional.relu
        self.note = {"depth": 2, "path": pathlib.PurePosixPath("a/b")}

    def forward(self, x):
        x = self.norm(self.stem(x)).mean((2, 3))
        return self.blocks[1](self.blocks[0](x) * self.scale.view(1, 4) + self.mean.sum())


class Scripted(nn.Module):
    """As much of Tiny as TorchScript takes."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3)
        self.head = nn.Sequential(nn.BatchNorm1d(4), nn.Linear(4, 2))
        self.register_buffer("mean", torch.rand(3))
        self.plain = torch.rand(2)

    def forward(self, x):
        return self.head(self.stem(x).mean((2, 3))) + self.mean.sum() + self.plain.sum()


class Marked(torch.Tensor):
    """A class of tensors of its own."""


class Settings(dict):
    """A dictionary whose keys are attributes too."""

    __getattr__ = dict.__getitem__


class OldTensor:
    """A tensor that pickles as PyTorch 0.1 to 0.3 did."""

    def __init__(self, tensor):
        self.tensor = tensor

    def __reduce_ex__(self, protocol):
        tensor = self.tensor
        return torch._utils._rebuild_tensor, (
            torch.storage.TypedStorage(wrap_storage=tensor.untyped_storage(), dtype=tensor.dtype, _internal=True),
            tensor.storage_offset(), tuple(tensor.shape), tensor.stride())


def weights(prefix=""):
    """A dozen tensors under the names of a small network."""
    network = nn.Sequential(
        collections.OrderedDict(conv1=nn.Conv2d(3, 4, 3), bn1=nn.BatchNorm2d(4), fc=nn.Linear(4, 2)))
    network.bn1.running_mean.uniform_()
    return collections.OrderedDict((prefix + key, value.clone()) for key, value in network.state_dict().items())


def every_type():
    tensors = {}
    for dtype in [torch.float64, torch.float32, torch.float16, torch.bfloat16]:
        tensors[str(dtype)[6:]] = torch.randn(3, 5).to(dtype)
    for dtype in [torch.int8, torch.int16, torch.int32, torch.int64, torch.uint8]:
        tensors[str(dtype)[6:]] = torch.randint(0, 127, (7,)).to(dtype)
    tensors["bool"] = torch.rand(9) > 0.5
    tensors["complex64"] = torch.randn(2, 2, dtype=torch.complex64)
    tensors["complex128"] = torch.randn(3, dtype=torch.complex128)
    return tensors


def newer_types():
    tensors = {f"uint{width}": torch.randint(0, 99, (5,)).to(getattr(torch, f"uint{width}")) for width in (16, 32, 64)}
    for dtype in TYPES:
        tensors[str(dtype)[6:]] = (torch.rand(6) * 4).to(dtype)
    return tensors


def views():
    base = torch.randn(6, 8)
    image = torch.randn(2, 3, 4, 5)
    return {
        "contiguous": base, "transposed": base.t(), "offset": base[2:5], "column": base[:, 3], "steps": base[::2, 1::3],
        "corner": base[4:, 5:], "scalar": base[3, 3], "expanded": torch.randn(1, 4).expand(3, 4),
        "empty": torch.empty(0, 4), "empty inside": base[:, 8:], "channels last": image.to(memory_format=torch.channels_last),
        "permuted": image.permute(3, 1, 0, 2), "diagonal": base.diagonal(), "windows": base.view(-1).unfold(0, 4, 2),
        "half": torch.randn(4, 6).half().t(), "bytes": torch.arange(24, dtype=torch.uint8).view(4, 6).t(),
        "long": torch.arange(12).view(3, 4).t(), "complex": torch.randn(2, 3, dtype=torch.complex128).t(),
        "conjugated": torch.randn(2, 2, dtype=torch.complex64).conj().resolve_conj(),
        "ones": torch.randn(1, 5, 1)[:, ::5], "typed": torch.arange(12).to(torch.uint16).view(3, 4).t(),
    }


def shared():
    table = torch.randn(4, 6)
    line = torch.randn(20)
    return {
        "embed": table, "head": table, "head.t": table.t(), "tail.t": table.t(), "first": line[:8], "second": line[8:],
        "middle": line[4:12], "rows": line.view(4, 5)[1:3],
    }


def company():
    model = nn.Linear(3, 2)
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.rand(1, 3)).sum().backward()
    optimizer.step()
    return {
        "epoch": 90, "best_acc1": torch.tensor(76.1), "loss": numpy.float64(0.5), "arch": "tiny", "note": None, "ok": True,
        "args": argparse.Namespace(lr=0.1, data=pathlib.PosixPath("/data"), gpu=None, big=1 << 80, minus=-1 << 70),
        "settings": Settings(depth=4, inner=Settings(width=[1, 2])), "names": collections.Counter("hello"),
        "default": collections.defaultdict(list, a=[1]), "queue": collections.deque([1, 2], maxlen=4),
        "space": types.SimpleNamespace(a=1), "when": datetime.datetime(2020, 2, 29, 12, 30),
        "day": datetime.date(2020, 1, 2), "took": datetime.timedelta(hours=2), "zone": datetime.timezone.utc,
        "price": decimal.Decimal("1.25"), "share": fractions.Fraction(1, 3), "id": uuid.UUID(int=7),
        "set": {1, 2}, "frozen": frozenset("ab"), "range": range(3), "slice": slice(1, 2), "complex": 1 + 2j,
        "bytes": b"\x00\xff", "array": bytearray(b"\x01\xfe"), "call": functools.partial(max, 1), "type": torch.float32,
        "device": torch.device("cpu"), "size": torch.Size([1, 2]), "layout": torch.strided,
        "random": random.getstate(), "numpy": numpy.random.get_state(), "torch": torch.get_rng_state()[:16].clone(),
        "generator": numpy.random.default_rng(3), "scaler": {"scale": 65536.0, "_growth_tracker": 0},
        "nan": float("nan"), "infinity": float("-inf"), "class": nn.Linear, "optimizer": optimizer.state_dict(),
        "lr_scheduler": torch.optim.lr_scheduler.StepLR(optimizer, 3).state_dict(),
    }


# ---- Containers ----

def rezip(name, change=lambda member, data: data, method=zipfile.ZIP_STORED, rename=lambda member: member, comment=b""):
    """Packs an archive anew."""
    with zipfile.ZipFile(HERE / name) as old:
        members = [(entry.filename, old.read(entry)) for entry in old.infolist()]
    with zipfile.ZipFile(HERE / name, "w", method) as new:
        for member, data in members:
            entry = zipfile.ZipInfo(rename(member))
            entry.compress_type = method
            data = change(member, data)
            if data is not None:
                new.writestr(entry, data)
        new.comment = comment


def unpack(name, folder):
    with zipfile.ZipFile(HERE / name) as archive:
        archive.extractall(HERE / folder)
    (HERE / name).unlink()


def save(name, value, extract=lambda value: value, container=None, change=None, **expected):
    """torch.save, and what torch.load reads again."""
    options = {key: expected.pop(key) for key in ["pickle_protocol", "legacy"] if key in expected}
    legacy = options.pop("legacy", False)
    torch.save(value, HERE / name, _use_new_zipfile_serialization=not legacy, **options)
    if change:
        change(name)
    expect(name, container or ("torchLegacy" if legacy else "torchArchive"), extract(load(name)), **expected)


class Python2Pickler(pickle._Pickler):
    """Writes texts as Python 2 wrote its byte strings."""

    dispatch = dict(pickle._Pickler.dispatch)

    def save_str(self, text):
        data = text.encode()
        self.write(pickle.SHORT_BINSTRING + struct.pack("<B", len(data)) + data)
        self.memoize(text)

    dispatch[str] = save_str


def module_of_pickles(pickler, protocol=2):
    """The functions that torch.save takes from a pickle module."""
    return types.SimpleNamespace(Pickler=pickler, dump=functools.partial(pickle.dump, protocol=protocol), __name__="pickle")


def legacy_with_views(name):
    """A legacy stream whose storages are views of one storage, which torch.save no longer writes."""
    data = torch.arange(10, dtype=torch.float32)

    class Pickler(pickle.Pickler):
        def persistent_id(self, value):
            if not isinstance(value, tuple) or value[:1] != ("part",):
                return None
            view = None if value[1] is None else (f"view{value[1]}", value[1], value[2])
            return "storage", torch.FloatStorage, "whole", "cpu", 10, view

    class Record:
        def __init__(self, part, size):
            self.part, self.size = part, size

        def __reduce__(self):
            return torch._utils._rebuild_tensor_v2, (
                self.part, 0, (self.size,), (1,), False, collections.OrderedDict())

    stream = io.BytesIO()
    for value in (0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": True, "type_sizes": {}}):
        pickle.dump(value, stream, protocol=2)
    records = {"all": Record(("part", None), 10), "view": Record(("part", 3, 4), 4), "again": Record(("part", 3, 4), 4)}
    Pickler(stream, protocol=2).dump(records)
    pickle.dump(["whole"], stream, protocol=2)
    stream.write(struct.pack("<q", 10) + data.numpy().tobytes())
    (HERE / name).write_bytes(stream.getvalue())
    expect(name, "torchLegacy", load(name))


# ---- The variants ----

def containers():
    for protocol in (2, 3, 4, 5):
        seed()
        save(f"archive-protocol{protocol}.pth", weights(), pickle_protocol=protocol)
        seed()
        save(f"legacy-protocol{protocol}.pth", weights(), legacy=True, pickle_protocol=protocol)
    seed()
    save("archive-plain-dict.pt", dict(weights()))
    seed()
    save("archive-deflated.pth", weights(), change=lambda name: rezip(name, method=zipfile.ZIP_DEFLATED))
    seed()
    save("archive-stored-anew.pth", weights(), change=lambda name: rezip(name, comment=b"packed again"))
    seed()
    save("archive-renamed.pth", weights(), change=lambda name: rezip(
        name, rename=lambda member: member.replace("archive-renamed/", "some other name/")))
    seed()
    save("archive-without-extras.pth", weights(), change=lambda name: rezip(
        name, lambda member, data: None if "/." in member or member.endswith("byteorder") else data))

    for name, folder in [("folder.pth", "folder"), ("folder-inside.pth", "folder-inside")]:
        seed()
        torch.save(views(), HERE / name)
        tensors = load(name)
        unpack(name, folder)
        if name == "folder.pth":
            inner = HERE / folder / "folder"
            for path in list(inner.iterdir()):
                path.rename(HERE / folder / path.name)
            inner.rmdir()
        expect(folder, "torchFolder", tensors)


def swap(widths):
    """Turns an archive of dtypes of these widths, storage by storage, into one of a big-endian machine."""
    def change(member, data):
        if member.endswith("/byteorder"):
            return b"big"
        if "/data/" not in member:
            return data
        width = widths[int(member.rsplit("/", 1)[1])]
        return b"".join(data[i:i + width][::-1] for i in range(0, len(data), width))
    return change


def big_endian():
    seed()
    tensors = every_type()
    widths = [t.element_size() // (2 if t.is_complex() else 1) for t in tensors.values()]
    save("archive-big-endian.pth", tensors, change=lambda name: rezip(name, swap(widths)))
    seed()
    tensors = {"a": torch.randn(3, 4).t(), "b": torch.arange(6).view(2, 3).t()}
    save("archive-big-endian-views.pth", tensors, change=lambda name: rezip(name, swap([4, 8])))


def wrappers():
    for name in ["state_dict", "model", "model_state_dict", "model_ema", "net", "params_ema", "network"]:
        seed()
        save(f"wrapped-{name}.pth", {"epoch": 3, name: weights()}, lambda value: value[name], path=(name,),
             remarks=["epoch 3"])
    seed()
    save("wrapped-ema-module.pth", {"ema": {"module": weights(), "decay": 0.99}}, lambda value: value["ema"]["module"],
         path=("ema", "module"))
    seed()
    save("wrapped-unknown.pth", {"small": {"a": torch.rand(2)}, "weights_of_mine": weights()},
         lambda value: value["weights_of_mine"], path=("weights_of_mine",))
    seed()
    save("wrapped-list.pth", [{"epoch": 3}, weights()], lambda value: value[1], path=("1",))
    seed()
    save("wrapped-beside-tensors.pth", {"mean": torch.rand(3), "std": torch.rand(3), "state_dict": weights()},
         lambda value: value["state_dict"], path=("state_dict",))
    seed()
    lightning = {
        "epoch": 1, "global_step": 20, "pytorch-lightning_version": "2.1.0", "state_dict": weights("model."),
        "loops": {"fit_loop": {"state_dict": {}}}, "callbacks": {"ModelCheckpoint": {"best": torch.rand(1)}},
        "optimizer_states": [{"state": {0: {"exp_avg": torch.rand(2)}}, "param_groups": []}],
        "lr_schedulers": [], "hparams_name": "kwargs", "hyper_parameters": Settings(lr=0.1),
    }
    save("wrapped-lightning.ckpt", lightning, lambda value: value["state_dict"], path=("state_dict",),
         remarks=["callbacks", "global_step 20"])
    for prefix in ["module.", "_orig_mod.", "backbone."]:
        seed()
        save(f"prefix-{prefix.strip('._')}.pth", {"state_dict": weights(prefix)}, lambda value: value["state_dict"],
             path=("state_dict",))


def tensors():
    for legacy in (False, True):
        kind = "legacy" if legacy else "archive"
        seed()
        save(f"types-{kind}.pth", every_type(), legacy=legacy)
        seed()
        save(f"views-{kind}.pth", {k: v for k, v in views().items() if not legacy or k != "typed"}, legacy=legacy)
        seed()
        save(f"shared-{kind}.pth", shared(), legacy=legacy)
    seed()
    save("types-newer.pth", newer_types())
    seed()
    save("views-deflated.pth", views(), change=lambda name: rezip(name, method=zipfile.ZIP_DEFLATED))
    seed()
    save("shared-deflated.pth", shared(), change=lambda name: rezip(name, method=zipfile.ZIP_DEFLATED))
    legacy_with_views("legacy-views.pth")
    seed()
    old = {key: OldTensor(value) for key, value in weights().items()}
    save("tensors-of-old.pth", old, legacy=True)
    seed()
    marked = nn.Parameter(torch.rand(3))
    marked.note = "kept with the parameter"
    subclass = torch.rand(2, 3).as_subclass(Marked)
    subclass.note = 1
    save("parameters.pth", {
        "plain": nn.Parameter(torch.rand(2, 2)), "frozen": nn.Parameter(torch.rand(4), requires_grad=False),
        "marked": marked, "buffer": nn.Buffer(torch.rand(3)), "subclass": subclass,
        "transposed": nn.Parameter(torch.rand(2, 3).t()),
    })
    seed()
    usable = weights()
    save("unusable.pth", {
        **usable, "sparse": torch.eye(3).to_sparse(), "meta": torch.empty(2, device="meta"),
        "quantized": torch.quantize_per_tensor(torch.rand(4), 0.1, 0, torch.qint8),
        "complex32": torch.rand(2).to(torch.complex32),
    }, lambda value: {key: value[key] for key in usable}, remarks=[
        "'sparse' is sparse", "'meta' is without data", "'quantized' is quantized", "'complex32' has elements of type"])


def modules():
    def state(value):
        return value.state_dict()

    for name, options in [("archive", {}), ("legacy", {"legacy": True}), ("protocol5", {"pickle_protocol": 5})]:
        seed()
        save(f"module-{name}.pth", Tiny(), state, module="__main__.Tiny", **options)
    seed()
    save("module-sequential.pth", nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU()), state,
         module="torch.nn.modules.container.Sequential")
    seed()
    save("module-parallel.pth", {"model": nn.DataParallel(Tiny()), "epoch": 2}, lambda value: state(value["model"]),
         path=("model",), module="torch.nn.parallel.data_parallel.DataParallel", remarks=["epoch 2"])
    seed()
    layer = nn.Linear(3, 3)
    twice = nn.Sequential(layer, nn.ReLU(), layer)
    save("module-shared.pth", {"net": copy.deepcopy(twice), "ema": twice}, lambda value: state(value["net"]),
         path=("net",), module="torch.nn.modules.container.Sequential")
    seed()
    normed = nn.Sequential(nn.utils.weight_norm(nn.Linear(3, 2)), nn.LayerNorm(2)).half()
    save("module-half.pth", normed, state, module="torch.nn.modules.container.Sequential")


def scripts():
    def script(name, module):
        torch.jit.save(module, HERE / name)
        loaded = torch.jit.load(HERE / name)
        expect(name, "torchScript", loaded.state_dict(), module=loaded.original_name)

    seed()
    script("script.pt", torch.jit.script(Scripted()))
    seed()
    script("traced.pt", torch.jit.trace(Tiny().eval(), torch.rand(1, 3, 5, 5)))


def arrays():
    numbers = {
        "float": numpy.random.rand(2, 3).astype(numpy.float32), "double": numpy.random.rand(4),
        "fortran": numpy.asfortranarray(numpy.random.rand(3, 2)), "big": numpy.arange(5, dtype=">i4"),
        "scalar": numpy.array(3.5, numpy.float16), "bool": numpy.array([True, False]), "bytes": numpy.arange(6, dtype="u1"),
        "empty": numpy.zeros((0, 3), numpy.int64), "strided": numpy.arange(12.0).reshape(3, 4)[:, ::2],
        "complex": numpy.array([1 + 2j], numpy.complex64),
    }
    for protocol in (2, 3, 4, 5):
        name = f"arrays-protocol{protocol}.pkl"
        with open(HERE / name, "wb") as file:
            pickle.dump({"model": numbers, "__author__": "someone"}, file, protocol=protocol)
        with open(HERE / name, "rb") as file:
            expect(name, "pickle", pickle.load(file)["model"], path=("model",))
    save("arrays-archive.pth", {"state_dict": numbers, "acc": numpy.float32(1)}, lambda value: value["state_dict"],
         path=("state_dict",))
    with open(HERE / "tensors-pickled.pkl", "wb") as file:
        pickle.dump({**every_type(), **shared()}, file, protocol=4)
    with open(HERE / "tensors-pickled.pkl", "rb") as file:
        expect("tensors-pickled.pkl", "pickle", pickle.load(file))


def checkpoints():
    for protocol in (2, 4):
        seed()
        save(f"company-protocol{protocol}.pth", {**company(), "state_dict": weights(), "ema_state_dict": weights()},
             lambda value: value["state_dict"], path=("state_dict",), pickle_protocol=protocol,
             remarks=["optimizer", "epoch 90", "arch 'tiny'", "args"])
    seed()
    save("company-legacy.pth", {**company(), "model": weights()}, lambda value: value["model"], path=("model",),
         legacy=True, remarks=["epoch 90"])
    seed()
    stream = io.BytesIO()
    torch.save({"state_dict": weights(), "epoch": 3}, stream, _use_new_zipfile_serialization=False,
               pickle_module=module_of_pickles(Python2Pickler))
    (HERE / "legacy-python2.pth").write_bytes(stream.getvalue())
    expect("legacy-python2.pth", "torchLegacy", load("legacy-python2.pth")["state_dict"], path=("state_dict",))


def safe():
    def tensors(name, value, metadata=None):
        safetensors.torch.save_file(value, HERE / name, metadata=metadata)
        expect(name, "safetensors", safetensors.torch.load_file(HERE / name), metadata=metadata)

    seed()
    tensors("plain.safetensors", weights())
    seed()
    tensors("types.safetensors", {k: v for k, v in {**every_type(), **newer_types()}.items() if k != "complex128"})
    seed()
    tensors("names.safetensors", {
        "ключ": torch.rand(2), "a\"b\\c": torch.rand(1), "😀 \u0001": torch.rand(1), "empty": torch.empty(0, 3),
        "scalar": torch.tensor(1.5)}, {"format": "pt", "note": "\"quoted\" é"})


def main():
    sys.modules["__main__"] = sys.modules[__name__]
    for path in HERE.iterdir():
        if path.name not in KEEP:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for part in (containers, big_endian, wrappers, tensors, modules, scripts, arrays, checkpoints, safe):
        seed()
        part()
    (HERE / "expectations.txt").write_text("\n".join(lines))
    print(sum(line.startswith("file\t") for line in lines), "files")


if __name__ == "__main__":
    main()
