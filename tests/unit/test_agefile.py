"""Files that a passphrase opens: another implementation of the format opens them, and only so."""

import io
import os

import pyrage
import pytest

from decide.delivery import agefile

PHRASE = "ABCD-EFGH-JKLM-NPQR-STUV-WXYZ"
PIECE = agefile.CHUNK


@pytest.fixture
def written(tmp_path):
    def write(content):
        path = tmp_path / "paquete.zip"
        path.write_bytes(content)
        target = io.BytesIO()
        agefile.write(path, target, PHRASE)
        return target.getvalue()

    return write


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 7])
def test_the_age_library_reads_a_file_of_any_size(written, size):
    content = os.urandom(size)
    assert pyrage.passphrase.decrypt(written(content), PHRASE) == content


def test_nobody_opens_it_with_another_phrase(written):
    with pytest.raises(pyrage.DecryptError):
        pyrage.passphrase.decrypt(written(b"todo"), PHRASE.lower())


@pytest.mark.parametrize("place", [30, 70, 120, 170, 200, -1])
def test_a_changed_byte_is_noticed(written, place):
    broken = bytearray(written(b"todo lo que se dijo"))
    broken[place] ^= 1
    with pytest.raises((pyrage.DecryptError, ValueError)):
        pyrage.passphrase.decrypt(bytes(broken), PHRASE)


def test_a_file_cut_between_two_pieces_is_noticed(written):
    whole = written(bytes(2 * PIECE))
    with pytest.raises((pyrage.DecryptError, ValueError)):
        pyrage.passphrase.decrypt(whole[: -(PIECE + 16)], PHRASE)


def test_the_same_file_is_never_encrypted_alike(written):
    assert written(b"todo")[40:] != written(b"todo")[40:]
