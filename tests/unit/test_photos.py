"""Photographs: what is taken, what is refused, and what is left of an upload."""

import io
import resource
import struct
import subprocess
import sys
import textwrap
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from decide.catalog.photos import (
    BOX,
    BY_KEY,
    CUTS,
    KINDS,
    WEIGHT,
    Album,
    PhotoRefused,
    cut_out,
    decoded,
    light,
)
from decide.errors import NotFound

ROOT = Path(__file__).resolve().parents[2]


def portrait(size=(900, 1200), mode="RGB"):
    """Something like a face before a wall."""
    image = Image.new(mode, size, "#8aa" if mode in ("RGB", "RGBA") else 128)
    draw = ImageDraw.Draw(image)
    width, height = size
    draw.ellipse((width * 0.3, height * 0.2, width * 0.7, height * 0.6), fill=None, width=9)
    for place in range(0, width, 7):
        draw.line((place, 0, width - place, height), width=2)
    return image


def as_bytes(image, kind="JPEG", **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def chunk(kind, body):
    """One chunk of a PNG file."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width, height, *chunks, depth=8, colour=2, data=b""):
    """A PNG made by hand, which may lie about its size."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(data))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(chunks) + body + chunk(b"IEND", b"")
    )


def jpeg_of_many_scans():
    """A small progressive JPEG whose last scan is repeated a thousand times."""
    body = as_bytes(portrait((600, 800)), progressive=True)
    scan = body.rindex(b"\xff\xda")
    return body[:-2] + body[scan:-2] * 1000 + b"\xff\xd9"


def bmp_in_disguise():
    return as_bytes(portrait((300, 400)), "BMP")


HOSTILE = {
    "nothing": b"",
    "one byte": b"\xff",
    "text": b"hola " * 500,
    "html": b"<!doctype html><script>alert(1)</script>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "svg with xml head": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
    "svg entity bomb": b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><svg>' + b"&a;" * 9999 + b"</svg>",
    "pdf": b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj",
    "zip": b"PK\x03\x04" + b"\0" * 3000,
    "zip bomb's end": b"\0" * 3000 + b"PK\x05\x06" + b"\0" * 18,
    "gzip": b"\x1f\x8b\x08" + b"\0" * 500,
    "elf": b"\x7fELF" + b"\0" * 500,
    "exe": b"MZ" + b"\0" * 500,
    "php": b"<?php system($_GET['x']);",
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9999 9999\n(x) run\n",
    "wmf": b"\xd7\xcd\xc6\x9a" + b"\0" * 500,
    "ico": b"\0\0\1\0\1\0" + b"\0" * 500,
    "gif": as_bytes(Image.new("P", (600, 800)), "GIF"),
    "bmp": bmp_in_disguise(),
    "tiff": as_bytes(portrait((300, 400)), "TIFF"),
    "ppm that lies": b"P6 60000 60000 255\n" + b"\0" * 500,
    "fli": b"\0\0\0\0\x11\xaf" + b"\0" * 500,
    "psd": b"8BPS\0\1" + b"\0" * 500,
    "jpeg 2000": b"\0\0\0\x0cjP  \r\n\x87\n" + b"\0" * 500,
    "heic": b"\0\0\0\x18ftypheic" + b"\0" * 500,
    "avif head only": b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf" + b"\0" * 500,
    "avif cut short": as_bytes(portrait((400, 500)), "AVIF")[:700],
    "webp head only": b"RIFF\x10\0\0\0WEBPVP8 " + b"\0" * 500,
    "webp cut short": as_bytes(portrait((400, 500)), "WEBP")[:400],
    "webp that lies": b"RIFF\x1e\0\0\0WEBPVP8X\n\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff"
    + b"\0" * 99,
    "jpeg head only": b"\xff\xd8\xff\xe0\0\x10JFIF\0",
    "jpeg cut short": as_bytes(portrait())[:3000],
    "jpeg without end": as_bytes(portrait())[:-500],
    "jpeg of another size": as_bytes(portrait()).replace(
        b"\xff\xc0\0\x11\x08", b"\xff\xc0\0\x11\x09"
    ),
    "jpeg of 65,500 points": as_bytes(Image.new("L", (65_500, 2_000))),
    "progressive jpeg of 30 million points": as_bytes(
        Image.new("L", (6_000, 5_000)), progressive=True
    ),
    "jpeg of a thousand scans": jpeg_of_many_scans(),
    "jpeg with a broken camera note": as_bytes(portrait()).replace(
        b"\xff\xe0", b"\xff\xe1Exif\0\0II*\0", 1
    ),
    "tiny": as_bytes(Image.new("RGB", (1, 1))),
    "small": as_bytes(portrait((200, 250))),
    "very long": as_bytes(Image.new("RGB", (300, 9_000))),
    "very wide": as_bytes(Image.new("RGB", (9_000, 300))),
    "png bomb": png(30_000, 30_000, data=b"\0" * 30_000),
    "png bomb one row high": png(2_000_000_000, 1, data=b"\0"),
    "png of no size": png(0, 0),
    "png of 25 million points": as_bytes(Image.new("L", (5_000, 5_001)), "PNG"),
    "png cut short": as_bytes(portrait(), "PNG")[:2000],
    "png without data": png(800, 1000),
    "png with a wrong sum": as_bytes(portrait((300, 400)), "PNG").replace(b"IDAT", b"IDAX", 1),
    "png text bomb": png(400, 500, chunk(b"zTXt", b"a\0\0" + zlib.compress(b"x" * 90_000_000))),
    "png colour profile bomb": png(
        400, 500, chunk(b"iCCP", b"a\0\0" + zlib.compress(b"x" * 90_000_000))
    ),
    "png of a hundred thousand notes": png(400, 500, *[chunk(b"tEXt", b"a\0b")] * 100_000),
    "png of strange depth": png(400, 500, depth=7, data=b"\0" * 600_500),
    "png of strange colour": png(400, 500, colour=9, data=b"\0" * 600_500),
    "animated png that lies": png(400, 500, chunk(b"acTL", b"\xff" * 8)),
    "eleven million zeros": b"\0" * 11_000_000,
    "too heavy": b"\xff\xd8\xff" + b"\0" * (12 * 2**20),
    "jpeg then zip, cut": as_bytes(portrait())[:900] + b"PK\x03\x04",
    "png signature then jpeg": b"\x89PNG\r\n\x1a\n" + as_bytes(portrait()),
    "webp signature then html": b"RIFF\xff\0\0\0WEBP<script>alert(1)</script>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_a_sentence(name):
    with pytest.raises(PhotoRefused) as refusal:
        decoded(io.BytesIO(HOSTILE[name]))
    assert str(refusal.value).startswith(("La fotografía", "La imagen", "Ese archivo"))
    assert str(refusal.value).endswith(".")


def test_sixty_hostile_files_cost_little_time_and_memory(tmp_path):
    assert len(HOSTILE) >= 60
    for number, body in enumerate(HOSTILE.values()):
        (tmp_path / f"{number}.bin").write_bytes(body)
    script = f"""
        import sys, time
        from pathlib import Path
        sys.path.insert(0, {str(ROOT)!r})
        from decide.catalog.photos import PhotoRefused, decoded
        worst = 0
        for path in sorted(Path({str(tmp_path)!r}).iterdir()):
            begun = time.process_time()
            try:
                with path.open("rb") as stream:
                    decoded(stream)
            except PhotoRefused:
                pass
            worst = max(worst, time.process_time() - begun)
        # Not getrusage: its peak is handed down from the process that started this one.
        status = Path("/proc/self/status").read_text().splitlines()
        print(worst, next(int(line.split()[1]) / 1024 for line in status if "VmHWM" in line))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True
    )
    seconds, mebibytes = map(float, done.stdout.split())
    assert seconds <= 2
    assert mebibytes < 300


def test_memory_is_measured_in_kibibytes_here():
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 10_000


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("size", [(900, 1200), (1200, 900), (1600, 1600), (300, 375)])
def test_every_photograph_ends_in_the_same_box_and_weight(kind, size):
    image = decoded(io.BytesIO(as_bytes(portrait(size), kind)))
    for cut in CUTS:
        made = cut_out(image, cut, BOX)
        assert made.size == BOX
    for kind_out in KINDS.values():
        body = light(made, kind_out)
        assert len(body) <= WEIGHT
        with Image.open(io.BytesIO(body)) as again:
            assert again.width * 5 == again.height * 4
            assert again.format == kind_out


def test_pure_noise_still_fits():
    import random

    noise = Image.frombytes("RGB", (480, 600), random.Random(1).randbytes(480 * 600 * 3))
    for kind in KINDS.values():
        assert len(light(noise, kind)) <= WEIGHT


def test_a_large_plain_photograph_of_a_good_camera_is_taken():
    body = as_bytes(Image.new("RGB", (8000, 11_000), "#8aa"), quality=60)
    assert max(decoded(io.BytesIO(body)).size) <= 1600


def test_nothing_hidden_survives(tmp_path):
    exif = Image.Exif()
    exif[0x010F] = "CanaryCamera"
    exif.get_ifd(0x8825)[2] = (19.0, 17.0, 0.0)
    body = as_bytes(
        portrait(), exif=exif, comment=b"CanaryComment", icc_profile=b"CanaryProfile" * 9
    )
    body += b"PK\x03\x04CanaryZip<script>CanaryScript</script>"
    album = Album(tmp_path)
    name = album.finish(album.receive(io.BytesIO(body)), CUTS[0])
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"Canary" not in kept
    assert b"script" not in kept
    for ending in KINDS:
        with Image.open(album.find(name, ending)) as made:
            assert not made.getexif()
            assert "icc_profile" not in made.info


def test_a_photograph_taken_sideways_is_turned():
    exif = Image.Exif()
    exif[0x0112] = 6
    image = Image.new("RGB", (1000, 800), "white")
    image.paste("black", (0, 0, 500, 800))
    turned = decoded(io.BytesIO(as_bytes(image, exif=exif)))
    assert turned.size[0] < turned.size[1]
    top, bottom = turned.getpixel((400, 50)), turned.getpixel((400, turned.size[1] - 50))
    assert sum(top) < 60
    assert sum(bottom) > 700


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "I;16"])
def test_photographs_of_all_kinds_of_colour_become_plain(mode):
    if mode == "P":
        image = portrait().quantize(16)
    elif mode == "I;16":
        image = Image.new("I;16", (400, 500), 30_000)
    else:
        image = portrait(mode="RGBA").convert(mode)
    assert decoded(io.BytesIO(as_bytes(image, "PNG"))).mode == "RGB"


def test_what_was_transparent_is_white():
    image = decoded(io.BytesIO(as_bytes(Image.new("RGBA", (400, 500), (0, 0, 0, 0)), "PNG")))
    assert image.getpixel((200, 200)) == (255, 255, 255)


def test_the_first_picture_of_an_animation_is_taken():
    frames = [Image.new("RGB", (400, 500), colour) for colour in ("red", "blue")]
    body = as_bytes(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    assert decoded(io.BytesIO(body)).getpixel((200, 200))[0] > 200


def test_cuts_show_what_they_say():
    image = Image.new("RGB", (800, 1600), "white")
    image.paste("red", (0, 0, 800, 100))
    top = cut_out(image, BY_KEY["completa-arriba"], BOX)
    bottom = cut_out(image, BY_KEY["completa-abajo"], BOX)
    assert top.getpixel((240, 20))[1] < 60
    assert bottom.getpixel((240, 20))[1] > 200
    near = cut_out(image, BY_KEY["cerca-centro"], BOX)
    assert near.size == BOX


def test_names_cannot_lead_out_of_the_album(tmp_path):
    album = Album(tmp_path / "files")
    (tmp_path / "secret.jpg").write_bytes(b"x")
    for name in ("../../secret", "..%2fsecret", "secret", "a" * 32, "/etc/passwd"):
        with pytest.raises(NotFound):
            album.find(name, "jpg")
        with pytest.raises(NotFound):
            album.previews(name)
    with pytest.raises(NotFound):
        album.find("a" * 32, "../../x")


def test_the_same_photograph_and_cut_have_the_same_name(tmp_path):
    album = Album(tmp_path)
    body = as_bytes(portrait())
    names = {album.finish(album.receive(io.BytesIO(body)), CUTS[0]) for _ in range(2)}
    assert len(names) == 1
    assert set(album.previews(album.receive(io.BytesIO(body)))) == set(BY_KEY)
