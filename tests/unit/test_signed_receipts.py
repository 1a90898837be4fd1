"""Scans of signed receipts: what is taken, how large, and that it comes back as it came."""

import io
from hashlib import sha256

import pytest

from decide.accounts.receipts import Receipts
from decide.errors import NotFound, Refused

LARGEST = 8 * 1024 * 1024


@pytest.fixture
def shelf(tmp_path):
    return Receipts(tmp_path)


@pytest.mark.parametrize(
    ("start", "ending"),
    [(b"%PDF-1.7", "pdf"), (b"\xff\xd8\xff\xe0", "jpg"), (b"\x89PNG\r\n\x1a\n", "png")],
)
def test_a_scan_comes_back_as_it_came_under_its_hash(shelf, start, ending):
    body = start + b" signed"
    assert shelf.keep(io.BytesIO(body)) == (f"acuse.{ending}", sha256(body).hexdigest())
    assert shelf.find(sha256(body).hexdigest()).read_bytes() == body


@pytest.mark.parametrize("body", [b"", b"<html>", b" %PDF-1.7", b"GIF89a", b"\x89PNG\r\n"])
def test_another_kind_of_file_is_refused(shelf, body):
    with pytest.raises(Refused, match="PDF o una foto"):
        shelf.keep(io.BytesIO(body))


def test_a_scan_of_eight_megabytes_is_taken_and_one_byte_more_is_not(shelf, tmp_path):
    whole = b"%PDF-" + bytes(LARGEST - 5)
    with pytest.raises(Refused, match="hasta 8 MB"):
        shelf.keep(io.BytesIO(whole + b"x"))
    assert not (tmp_path / "receipts").exists()
    _, digest = shelf.keep(io.BytesIO(whole))
    assert shelf.find(digest).stat().st_size == LARGEST


def test_what_was_never_kept_is_not_found(shelf):
    for digest in (None, "", "0" * 64):
        with pytest.raises(NotFound):
            shelf.find(digest)
