"""A ZIP that points outside itself is refused in a sentence by every room that takes one."""

import io
import struct
import zipfile

import pytest

from decide.editorial import package as texts
from decide.errors import Refused
from decide.geography.shapes import reading
from decide.imports import own_photos


def pointing_before_the_beginning(name):
    """A ZIP whose one part would begin some bytes before the file does."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, "{}")
    body = bytearray(stream.getvalue())
    directory = body.index(b"PK\x01\x02")
    (size,) = struct.unpack_from("<L", body, len(body) - 10)
    struct.pack_into("<L", body, len(body) - 6, directory + 10)
    assert size == len(body) - 22 - directory
    return bytes(body)


def as_map(body, _):
    reading.read(io.BytesIO(body))


def as_photographs(body, _):
    own_photos.read((), None, io.BytesIO(body))


def as_texts(body, folder):
    path = folder / "texts.zip"
    path.write_bytes(body)
    with texts.opened(path) as package:
        texts.member(package, "mapa.json")


@pytest.mark.parametrize("read", [as_map, as_photographs, as_texts])
def test_a_part_before_the_beginning_is_refused(read, tmp_path):
    with pytest.raises(Refused):
        read(pointing_before_the_beginning("mapa.json"), tmp_path)
