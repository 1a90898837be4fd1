"""A torn end is cut and kept; any other damage stays as it is."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decide.kernel.append_only import LARGEST_CUT, DamagedLog, cut_torn_end, scan


def record(*words):
    """One command as the append-only file holds it."""
    parts = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts)


PRESSES = b"".join(record("XADD", "{p01}:press", f"{n}-0", "s", n) for n in range(1, 50))
TRANSACTION = record("MULTI") + record("SET", "a", 1) + record("SET", "b", 2) + record("EXEC")


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "data" / "appendonlydir"
    made.mkdir(parents=True)
    (made / "appendonly.aof.manifest").write_text(
        "file appendonly.aof.1.base.rdb seq 1 type b\nfile appendonly.aof.2.incr.aof seq 2 type i\n"
    )
    return made


def written(folder, data):
    file = folder / "appendonly.aof.2.incr.aof"
    file.write_bytes(data)
    return file


@pytest.mark.parametrize(
    "data", [b"", PRESSES, PRESSES + TRANSACTION, b"#TS:1700000000\r\n" + PRESSES]
)
def test_a_whole_file_is_left_alone(folder, data):
    file = written(folder, data)
    assert cut_torn_end(folder) is None
    assert file.read_bytes() == data


@pytest.mark.parametrize("lost", range(1, len(record("XADD", "{p01}:press", "50-0", "s", 50))))
def test_a_record_torn_at_any_byte_is_cut_and_kept(folder, lost):
    torn = record("XADD", "{p01}:press", "50-0", "s", 50)[:-lost]
    file = written(folder, PRESSES + torn)
    cut = cut_torn_end(folder)
    assert (cut.offset, cut.removed) == (len(PRESSES), len(torn))
    assert file.read_bytes() == PRESSES
    assert cut.kept.read_bytes() == torn


def test_a_transaction_without_its_end_is_cut_as_one(folder):
    file = written(folder, PRESSES + TRANSACTION[:-5])
    cut_torn_end(folder)
    assert file.read_bytes() == PRESSES


def test_an_open_transaction_is_cut_even_when_its_records_are_whole(folder):
    file = written(folder, PRESSES + record("MULTI") + record("SET", "a", 1))
    cut_torn_end(folder)
    assert file.read_bytes() == PRESSES


def test_zeros_that_a_file_system_left_are_cut_however_many(folder):
    file = written(folder, PRESSES + b"\0" * (LARGEST_CUT + 10))
    cut_torn_end(folder)
    assert file.read_bytes() == PRESSES


def test_a_flipped_bit_in_the_middle_is_not_cut(folder):
    data = bytearray(PRESSES)
    data[data.index(b"$", len(data) // 2)] ^= 0x10
    file = written(folder, bytes(data))
    with pytest.raises(DamagedLog, match="dañado"):
        cut_torn_end(folder)
    assert file.read_bytes() == data


def test_a_length_that_swallows_the_rest_is_not_mistaken_for_a_torn_end(folder):
    data = PRESSES.replace(
        b"$11\r\n{p01}:press\r\n$4\r\n20-0", b"$99999\r\n{p01}:press\r\n$4\r\n20-0"
    )
    assert data != PRESSES
    file = written(folder, data)
    with pytest.raises(DamagedLog):
        cut_torn_end(folder)
    assert file.read_bytes() == data


def test_more_than_a_record_could_be_is_not_cut(folder):
    data = PRESSES + b"*2\r\n$3\r\nSET\r\n$9999999\r\n" + b"x" * (LARGEST_CUT + 1)
    file = written(folder, data)
    with pytest.raises(DamagedLog):
        cut_torn_end(folder)
    assert file.read_bytes() == data


def test_without_its_index_nothing_is_touched(tmp_path):
    with pytest.raises(DamagedLog, match="índice"):
        cut_torn_end(tmp_path)


@given(st.lists(st.lists(st.binary(max_size=20), min_size=1, max_size=4), max_size=8))
def test_every_list_of_records_is_read_to_its_end(commands):
    # A value that is itself MULTI would open a transaction; ours never is.
    data = b"".join(record(b"X" + words[0], *words[1:]) for words in commands)
    assert scan(io.BytesIO(data)) == (len(data), len(data))


@given(st.binary(max_size=200))
def test_no_bytes_at_all_confuse_the_reader(data):
    whole, read = scan(io.BytesIO(data))
    assert 0 <= whole <= read <= len(data)
