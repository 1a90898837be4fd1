"""An age file that a passphrase opens, written as a stream and with little memory.

The format is C2SP's age v1 with one scrypt recipient: `age -d FILE` asks for the passphrase. Our
age library writes such files too, but only in memory, and takes half a gigabyte to make guessing
slow. Our passphrases have 115 random bits: nobody guesses them, so little work is enough. The
library reads what is written here, which the tests hold.
"""

import os
from base64 import b64encode
from pathlib import Path
from typing import IO

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

VERSION = "age-encryption.org/v1"
WORK = 15  # 2^15 rounds of scrypt with blocks of 8: 32 MB, a tenth of a second
KEY, CHUNK = 32, 64 * 1024
LAST, MORE = b"\x01", b"\x00"
NO_NONCE = bytes(12)  # each key seals one thing only


def write(source: Path, target: IO[bytes], passphrase: str) -> None:
    """Encrypt a file of any size to a passphrase, which must not be one that people think up."""
    file_key, salt, nonce = os.urandom(16), os.urandom(16), os.urandom(16)
    scrypt = Scrypt(f"{VERSION}/scrypt".encode() + salt, KEY, n=1 << WORK, r=8, p=1)
    wrapped = ChaCha20Poly1305(scrypt.derive(passphrase.encode())).encrypt(NO_NONCE, file_key, None)
    header = f"{VERSION}\n-> scrypt {_plain(salt)} {WORK}\n{_plain(wrapped)}\n---"
    mac = HMAC(_derived(file_key, b"", b"header"), hashes.SHA256())
    mac.update(header.encode())
    target.write(f"{header} {_plain(mac.finalize())}\n".encode() + nonce)
    sealing = ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
    with source.open("rb") as stream:
        piece, number = stream.read(CHUNK), 0
        while True:
            following = stream.read(CHUNK)
            mark = MORE if following else LAST
            target.write(sealing.encrypt(number.to_bytes(11, "big") + mark, piece, None))
            if not following:
                break
            piece, number = following, number + 1


def _derived(file_key: bytes, salt: bytes, use: bytes) -> bytes:
    return HKDF(hashes.SHA256(), KEY, salt=salt, info=use).derive(file_key)


def _plain(content: bytes) -> str:
    return b64encode(content).decode().rstrip("=")
