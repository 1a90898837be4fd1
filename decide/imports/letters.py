"""Which encoding a text file is in: Excel saves five kinds and says so in none but two of them."""

import codecs
from typing import BinaryIO

PIECE = 1 << 16
SAMPLE = 1 << 20

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# One-byte encodings of Excel: "CSV", "CSV (Macintosh)" and "CSV (MS-DOS)".
ONE_BYTE = ("cp1252", "mac_roman", "cp850")
SPANISH = frozenset("áéíóúüñÁÉÍÓÚÜÑ¿¡ºª°“”’–—")


def encoding_of(stream: BinaryIO) -> str:
    """Python's name of the encoding of `stream`, which is read from its beginning and left there.

    UTF-8 when all of it is valid UTF-8; otherwise the one-byte encoding that yields most Spanish
    letters, in case of doubt Windows-1252.
    """
    stream.seek(0)
    start = stream.read(SAMPLE)
    found = marked(start) or unmarked_utf16(start)
    if found is None and is_utf8(stream):
        found = "utf-8"
    stream.seek(0)
    return found or max(ONE_BYTE, key=lambda encoding: spanish_letters(start, encoding))


def marked(start: bytes) -> str | None:
    """The encoding that a byte order mark names."""
    return next((encoding for mark, encoding in MARKS if start.startswith(mark)), None)


def unmarked_utf16(start: bytes) -> str | None:
    """UTF-16 without a mark shows as a zero in every second byte."""
    pairs = len(start) // 2
    if pairs < 2:
        return None
    if start[1::2].count(0) > 0.7 * pairs and start[0::2].count(0) < 0.1 * pairs:
        return "utf-16-le"
    if start[0::2].count(0) > 0.7 * pairs and start[1::2].count(0) < 0.1 * pairs:
        return "utf-16-be"
    return None


def is_utf8(stream: BinaryIO) -> bool:
    """Whether the whole stream is valid UTF-8, read in pieces."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := stream.read(PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def spanish_letters(start: bytes, encoding: str) -> int:
    """How many Spanish letters `start` shows when read so; other odd characters count against."""
    odd = [each for each in start.decode(encoding, errors="replace") if ord(each) > 127]
    right = sum(each in SPANISH for each in odd)
    return 2 * right - len(odd)
