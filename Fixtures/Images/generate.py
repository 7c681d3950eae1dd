"""Small pictures of every kind that is read, and what Pillow makes of them: the decoded bytes and several sizes.

expected.json holds, by file, the extents and the CRC-32 of the bytes of Image.open(FILE).convert("RGB"), and the same
for each resize. A few decoded pictures are kept whole, as FILE.rgb, for whoever wants to see where bytes differ.

Made with python 3.11, pillow 13.0.0, numpy 2.4.6. Pillow 13 resizes columns first if the height shrinks by more than twice
what the width does; earlier versions do not.

usage: python Fixtures/Images/generate.py
"""

import io
import json
import pathlib
import struct
import zlib

import numpy
from PIL import Image, ImageFile

folder = pathlib.Path(__file__).parent / "files"
ImageFile.MAXBLOCK = 1 << 22
random = numpy.random.default_rng(13)

FILTERS = {name: getattr(Image.Resampling, name.upper()) for name in ("nearest", "box", "bilinear", "bicubic", "lanczos")}
SIZES = [(8, 8), (31, 12), (5, 40), (90, 70)]


def pattern(width, height):
    """Waves, a ramp and some noise."""
    y, x = numpy.mgrid[0:height, 0:width]
    waves = [128 + 100 * numpy.sin(x / 7 + y / 11), 128 + 100 * numpy.cos(x / 5 - y / 13), (x * 3 + y * 5) % 256]
    noisy = numpy.stack(waves, -1) + random.normal(0, 20, (height, width, 3))
    return Image.fromarray(numpy.clip(noisy, 0, 255).astype(numpy.uint8))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, depth, colour, interlaced, *, palette=None, extra=b""):
    """A PNG of random bits. Pillow writes only some of the kinds that it reads."""
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]

    def rows(width, height):
        size = (width * channels * depth + 7) // 8
        largest = palette if palette and depth == 8 else 256
        return b"".join(b"\0" + random.integers(0, largest, size, dtype=numpy.uint8).tobytes() for _ in range(height))

    passes = [(0, 0, 1, 1)]
    if interlaced:
        passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    data = b""
    for left, top, across, down in passes:
        columns, lines = -(-(width - left) // across), -(-(height - top) // down)
        if columns > 0 and lines > 0:
            data += rows(columns, lines)
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    colours = b""
    if colour == 3:
        colours = chunk(b"PLTE", random.integers(0, 256, 3 * (palette or 2**depth), dtype=numpy.uint8).tobytes())
    end = extra + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + colours + end


def saved(picture, kind, **settings):
    file = io.BytesIO()
    picture.save(file, kind, **settings)
    return file.getvalue()


def jpegs():
    picture = pattern(43, 29)
    for name, sampling in (("444", "4:4:4"), ("422", "4:2:2"), ("420", "4:2:0")):
        yield f"baseline-{name}.jpg", saved(picture, "JPEG", subsampling=sampling)
    yield "progressive.jpg", saved(picture, "JPEG", progressive=True)
    yield "progressive-422-fine.jpg", saved(picture, "JPEG", progressive=True, quality=98, subsampling="4:2:2")
    yield "coarse.jpg", saved(picture, "JPEG", quality=8)
    yield "restarts.jpg", saved(picture, "JPEG", restart_marker_blocks=2)
    yield "grey.jpg", saved(picture.convert("L"), "JPEG")
    yield "grey-progressive.jpg", saved(picture.convert("L"), "JPEG", progressive=True)
    yield "cmyk.jpg", saved(picture.convert("CMYK"), "JPEG")
    yield "cmyk-progressive.jpg", saved(picture.convert("CMYK"), "JPEG", progressive=True)
    yield "rgb.jpg", saved(picture, "JPEG", keep_rgb=True)
    exif = Image.Exif()
    exif[0x0112] = 6
    yield "exif-rotated.jpg", saved(picture, "JPEG", exif=exif)
    for width, height in ((1, 1), (1, 17), (23, 1), (8, 8), (64, 47)):
        yield f"{width}x{height}.jpg", saved(pattern(width, height), "JPEG")


def pngs():
    transparency = {
        0: chunk(b"tRNS", struct.pack(">H", 1)),
        2: chunk(b"tRNS", struct.pack(">3H", 1, 2, 3)),
        3: chunk(b"tRNS", bytes([0, 128])),
        4: b"",
        6: b"",
    }
    names = {0: "grey", 2: "rgb", 3: "palette", 4: "grey-alpha", 6: "rgba"}
    for colour, depths in {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}.items():
        for depth in depths:
            for interlaced in (False, True):
                extra = (chunk(b"gAMA", struct.pack(">I", 22000)) + transparency[colour]) if interlaced else b""
                name = f"{names[colour]}-{depth}{'-interlaced' if interlaced else ''}.png"
                yield name, png(13, 11, depth, colour, interlaced, extra=extra)
    yield "palette-8-short.png", png(9, 9, 8, 3, False, palette=5)
    yield "palette-4-beyond.png", png(9, 9, 4, 3, False, palette=5)
    yield "palette-8-alpha.png", png(13, 11, 8, 3, False, extra=transparency[3])
    for width, height in ((1, 1), (1, 9), (9, 1)):
        yield f"{width}x{height}-interlaced.png", png(width, height, 8, 2, True)
    yield "filtered.png", saved(pattern(43, 29), "PNG", optimize=True)


def webps():
    picture = pattern(43, 29)
    clear = picture.copy()
    clear.putalpha(Image.fromarray(random.integers(0, 256, (29, 43), dtype=numpy.uint8)))
    yield "lossy.webp", saved(picture, "WEBP", quality=70)
    yield "lossy-alpha.webp", saved(clear, "WEBP", quality=70)
    yield "lossless.webp", saved(picture, "WEBP", lossless=True)
    yield "lossless-alpha.webp", saved(clear, "WEBP", lossless=True, exact=True)
    yield "animated.webp", saved(clear, "WEBP", save_all=True, append_images=[picture.convert("RGBA")], duration=100)
    yield "1x1.webp", saved(pattern(1, 1), "WEBP")
    yield "17x1.webp", saved(pattern(17, 1), "WEBP", lossless=True)


def maps():
    def text(numbers):
        return " ".join(str(number) for number in numbers).encode()

    yield "bits-text.pbm", b"P1\n# a comment\n5 2\n01101 1#0\n0010"
    yield "bits.pbm", b"P4 11 3\n" + random.integers(0, 256, 6, dtype=numpy.uint8).tobytes()
    yield "grey-text.pgm", b"P2 4 3 200\n" + text(random.integers(0, 201, 12))
    yield "grey.pgm", b"P5\n7 5\n255\n" + random.integers(0, 256, 35, dtype=numpy.uint8).tobytes()
    yield "grey-100.pgm", b"P5 7 5 100\n" + random.integers(0, 101, 35, dtype=numpy.uint8).tobytes()
    yield "grey-65535.pgm", b"P5 7 5 65535\n" + random.integers(0, 600, 35, dtype=numpy.uint16).astype(">u2").tobytes()
    yield "grey-1000.pgm", b"P5 7 5 1000\n" + random.integers(0, 8, 35, dtype=numpy.uint16).astype(">u2").tobytes()
    yield "rgb-text.ppm", b"P3\n#c\n3 2 15 " + text(random.integers(0, 16, 18))
    yield "rgb.ppm", b"P6 7 5 255\n" + random.integers(0, 256, 105, dtype=numpy.uint8).tobytes()
    yield "rgb-31.ppm", b"P6 7 5 31\n" + random.integers(0, 32, 105, dtype=numpy.uint8).tobytes()
    yield "rgb-65535.ppm", b"P6 7 5 65535\n" + random.integers(0, 65536, 105, dtype=numpy.uint16).astype(">u2").tobytes()


def digest(picture):
    return zlib.crc32(numpy.asarray(picture).tobytes())


def main():
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    expected = {}
    for kind in (jpegs, pngs, webps, maps):
        for name, data in kind():
            (folder / name).write_bytes(data)
            picture = Image.open(folder / name).convert("RGB")
            sizes = []
            for width, height in SIZES if max(picture.size) > 20 else SIZES[1:3]:
                for filter, number in FILTERS.items():
                    resized = picture.resize((width, height), number)
                    sizes.append({"width": width, "height": height, "filter": filter, "crc32": digest(resized)})
            expected[name] = {
                "width": picture.width, "height": picture.height, "crc32": digest(picture), "resized": sizes}
            if name in ("baseline-420.jpg", "cmyk.jpg", "grey-16.png", "lossy.webp", "grey-1000.pgm"):
                (folder / f"{name}.rgb").write_bytes(numpy.asarray(picture).tobytes())
    lines = [f" {json.dumps(name)}: {json.dumps(entry)}" for name, entry in expected.items()]
    (folder.parent / "expected.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


main()
