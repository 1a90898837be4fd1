"""What Python's ZIP reader raises for a file that is damaged or made with bad intent."""

import lzma
import struct
import zipfile
import zlib

# Not all of it has an error of its own: a place before the beginning of the file is a ValueError,
# another compression a NotImplementedError. A password is a RuntimeError, and not among these.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    ValueError,
)
