"""The few messages of ONNX that the cases are made of."""

import struct


def varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field, value):
    return varint(field << 3) + varint(value)


def data(field, value):
    if isinstance(value, str):
        value = value.encode()
    return varint(field << 3 | 2) + varint(len(value)) + value


def attribute(name, **value):
    """An AttributeProto: `ints=`, `int=`, `float=`, `graph=`, `tensor=` or `string=`."""
    (kind, value), = value.items()
    if kind == "ints":
        body = data(8, b"".join(map(varint, value))) + number(20, 7)
    elif kind == "int":
        body = number(3, value) + number(20, 2)
    elif kind == "float":
        body = varint(2 << 3 | 5) + struct.pack("<f", value) + number(20, 1)
    else:
        field, code = {"string": (4, 3), "tensor": (5, 4), "graph": (6, 5)}[kind]
        body = data(field, value) + number(20, code)
    return data(1, name) + body


def node(kind, inputs, outputs, *attributes, name="", domain=""):
    body = b"".join(data(1, x) for x in inputs) + b"".join(data(2, x) for x in outputs)
    body += (data(3, name) if name else b"") + data(4, kind) + b"".join(data(5, a) for a in attributes)
    return data(1, body + (data(7, domain) if domain else b""))


def tensor(name, shape, values=(), kind=1, external=None):
    body = b"".join(number(1, x) for x in shape) + number(2, kind) + data(8, name)
    if external:
        location, offset, length = external
        for key, value in (("location", location), ("offset", str(offset)), ("length", str(length))):
            body += data(13, data(1, key) + data(2, value))
        return body + number(14, 1)
    return body + data(9, struct.pack("<%d%s" % (len(values), "f" if kind == 1 else "q"), *values))


def weight(name, shape, values=(), kind=1, external=None):
    return data(5, tensor(name, shape, values, kind, external))


def port(name, shape, kind=1):
    dims = b"".join(data(1, number(1, x) if isinstance(x, int) else data(2, x)) for x in shape)
    return data(1, name) + data(2, data(1, number(1, kind) + data(2, dims)))


def graph_input(name, shape, kind=1):
    return data(11, port(name, shape, kind))


def graph_output(name, shape, kind=1):
    return data(12, port(name, shape, kind))


def graph(*parts):
    return data(2, "g") + b"".join(parts)


def model(*parts, opset=17, rest=b"", ir=8):
    return number(1, ir) + data(8, number(2, opset)) + rest + data(7, graph(*parts))
