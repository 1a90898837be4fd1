"""R24: what the fuzzer of `make fuzz` runs, run here on a few hundred changed examples of each."""

import json
import random
import zipfile
from io import BytesIO

import pytest

from bench.parsers import NAMES
from bench.readers import HEAD, READERS, SHEET, SOLVED, STRINGS, STYLES, book

CHANGED = 300
ENOUGH = 3_000  # changed examples among which a defect shows


def packed(method):
    """A workbook whose ZIP is packed by another method than spreadsheet programs use."""
    made = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(book(SHEET.encode()))) as plain,
        zipfile.ZipFile(made, "w", method) as archive,
    ):
        for name in plain.namelist():
            archive.writestr(name, plain.read(name))
    return made.getvalue().replace(b"\x5d\x00\x00", b"\xff\xff\xff")  # and damaged


def declared(encoding):
    """A sheet that says which encoding it is in."""
    return f'<?xml version="1.0" encoding="{encoding}"?>{SHEET}'.encode()


def bound_to(told):
    """A solution whose challenge says that it is for somebody."""
    whole = json.loads(json.dumps(SOLVED))
    whole["challenge"]["parameters"]["data"]["for"] = told
    return json.dumps(whole).encode()


BEFORE = (whole := book(SHEET.encode()))[:9] + whole[12:]
# What was found once, by a run or while it was being prepared: (reader, input).
FOUND = {
    "a part that lies before the beginning": ("table", BEFORE),
    "a method that needs a library more": ("table", packed(zipfile.ZIP_LZMA)),
    "an encoding that is none": ("workbook", declared("x-y")),
    "an encoding of many bytes": ("workbook", declared("big5")),
    "a style that is a digit elsewhere": ("workbook", SHEET.replace('s="1"', 's="²"').encode()),
    "a style of many digits": ("workbook", SHEET.replace('s="1"', f's="{"1" * 4_400}"').encode()),
    "a format that is a digit elsewhere": (
        "workbook", "\0".join((SHEET, STRINGS, STYLES.replace('"14"', '"²"'))).encode(),
    ),
    "half a pair of surrogates": ("workbook", SHEET.replace("_x000D_", "_xD83D_").encode()),
    "an accent behind what nobody sees": ("table", "a,b\n1,e\u200b\u0301\n".encode()),
    "a solution for half a pair of surrogates": ("trouble", bound_to("\ud800")),
    "a size that is a digit elsewhere": ("seal", HEAD.replace("\n7\n", "\n²\n").encode()),
    "a size of many digits": ("seal", HEAD.replace("\n7\n", f"\n{'7' * 4_400}\n").encode()),
}  # fmt: skip


def changed(seeds, times):
    """Real examples with a few bytes put in, taken out or written over; the same ones each time."""
    dice = random.Random("2021")
    for _ in range(times):
        data = bytearray(dice.choice(seeds))
        for _ in range(dice.randrange(1, 6)):
            place = dice.randrange(len(data) + 1)
            word = bytes([dice.randrange(256)]) * dice.choice((0, 1, 1, 3))
            data[place : place + dice.choice((0, 1, 1, 8))] = word
        yield bytes(data)


def read_all(reader, inputs):
    """Put each of them into the reader."""
    for data in inputs:
        reader.read(data)


def test_every_reader_has_its_turn():
    assert set(NAMES) == set(READERS)


@pytest.mark.parametrize("name", NAMES)
def test_changed_examples_end_in_a_value_or_in_a_refusal(name):
    reader = READERS[name]
    read_all(reader, (b"", *reader.seeds, *changed(reader.seeds, CHANGED)))


@pytest.mark.parametrize(("name", "data"), FOUND.values(), ids=FOUND)
def test_what_was_found_once_stays_mended(name, data):
    READERS[name].read(data)


@pytest.mark.parametrize("name", NAMES)
def test_a_defect_put_into_a_reader_is_noticed(name):
    reader = READERS[name]
    with reader.broken(), pytest.raises(Exception):  # noqa: B017, PT011 – any crash will do
        read_all(reader, changed(reader.seeds, ENOUGH))
