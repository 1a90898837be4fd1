"""Under pressure a device takes some trouble: once, and then it has a pass for a while.

With a script it solves an ALTCHA challenge (proof of work, v2, PBKDF2). Without, it waits some
seconds and confirms on a second page. Both are bound to the device; nothing of either is stored but
the number of the challenge, in the queue's Redis, for ten minutes. It is a price, not a wall.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from datetime import datetime
from typing import Any, NamedTuple

from altcha import Challenge, Payload, create_challenge, verify_solution
from redis.exceptions import RedisError

from decide.errors import Refused, Sentence
from decide.kernel.log import logger
from decide.participation.device import Device
from decide.participation.keys import Keys

KDF = "PBKDF2/SHA-256"
TRIES = "00"  # the key must begin like this: 256 tries on average
LIFE = 600  # seconds a challenge, or a page that waits, is good for
WAIT = 3  # seconds a person without script waits at least
PASS_LIFE = 1800  # seconds a pass is good for
WORKED, WAITED = 1, 2  # how the trouble was taken; 0 is none
LONGEST = 2_000  # characters of a solution

log = logger("participation")


class ProofWanted(Refused):
    """This device has to take some trouble first; `cost` says how much work a script does."""

    def __init__(self, cost: int) -> None:
        """Keep the cost."""
        super().__init__("Hay muchos envíos en este momento. Confirme el suyo, por favor.")
        self.cost = cost


class TooSoon(Refused):
    """The second page was sent back before a person can have read it."""


class WrongProof(Refused):
    """A solution or page that is not ours, not this device's, too old, or used before."""


class Came(NamedTuple):
    """What a request says about its way here; none of it is kept. Empty means unknown."""

    address: str = ""
    cookies: str = ""


UNKNOWN = Came()


class Proofs:
    """Makes and checks challenges, waiting pages and passes."""

    def __init__(self, keys: Keys, queue: Any) -> None:
        """`queue`: the Redis in which used numbers are remembered."""
        self._keys = keys
        self._queue = queue

    def challenge(self, device: Device, at: datetime, cost: int) -> dict[str, Any]:
        """A challenge for this device, as ALTCHA's JSON."""
        # Our own date, for ALTCHA would read the clock of this host.
        bound = {"for": self._told(b"for", device, b"").hex(), "at": int(at.timestamp())}
        made = create_challenge(
            KDF, cost, key_prefix=TRIES, data=bound, hmac_secret=self._keys.proof
        )
        return dict(made.to_dict())

    def solved(self, device: Device, solution: str, at: datetime) -> None:
        """Accept a solution once; WrongProof."""
        if len(solution) > LONGEST or not solution.isascii():
            raise WrongProof(AGAIN)
        try:
            payload = Payload.from_base64(solution)
        except (ValueError, KeyError, TypeError, RecursionError):
            raise WrongProof(AGAIN) from None
        self._ours(device, payload.challenge, at)
        if not verify_solution(payload, self._keys.proof).verified:
            raise WrongProof(AGAIN)
        self._once(payload.challenge.parameters.nonce)

    def page(self, device: Device, at: datetime) -> str:
        """What the second page carries: when this device saw it."""
        return self._stamped(b"page", device, int(at.timestamp()))

    def waited(self, device: Device, page: str, at: datetime) -> None:
        """Accept the second page; TooSoon or WrongProof. A double click gets the same pass."""
        since = self._read(b"page", device, page)
        now = int(at.timestamp())
        if since is None or not 0 <= now - since <= LIFE:
            raise WrongProof(AGAIN)
        if now - since < WAIT:
            raise TooSoon("Espere unos segundos y presione otra vez.")

    def give(self, device: Device, at: datetime, how: int) -> str:
        """A pass: the cookie's value. `how` the trouble was taken travels with the answers."""
        return f"{how}{self._stamped(b'pass%d' % how, device, int(at.timestamp()))}"

    def holds(self, device: Device, came: Came, name: str, at: datetime) -> int:
        """WORKED or WAITED when a valid pass came along, else 0."""
        told = cookie_of(came.cookies, name)
        how = {"1": WORKED, "2": WAITED}.get(told[:1])
        if how is None:
            return 0
        since = self._read(b"pass%d" % how, device, told[1:])
        fresh = since is not None and -LIFE <= at.timestamp() - since <= PASS_LIFE
        return how if fresh else 0

    def _ours(self, device: Device, challenge: Challenge, at: datetime) -> None:
        bound = challenge.parameters.data
        if not isinstance(bound, dict) or not isinstance(bound.get("at"), int):
            raise WrongProof(AGAIN)
        own, told = self._told(b"for", device, b"").hex(), str(bound.get("for"))
        # JSON may carry half a pair of surrogates, which has no bytes.
        if not (told.isascii() and hmac.compare_digest(told, own)):
            raise WrongProof(AGAIN)
        if not 0 <= int(at.timestamp()) - bound["at"] <= LIFE:
            raise WrongProof(AGAIN)

    def _once(self, number: str) -> None:
        """Remember a number until it is too old to come again."""
        name = b"proof:" + self._short(number.encode()).hex().encode()
        try:
            fresh = self._queue.set(name, b"1", nx=True, ex=LIFE)
        except RedisError as error:
            # Used twice it only renews the pass of the same device: better than refusing people.
            log.warning("proof.unremembered", kind=type(error).__name__)
            return
        if not fresh:
            raise WrongProof(AGAIN)

    def _stamped(self, purpose: bytes, device: Device, when: int) -> str:
        stamp = when.to_bytes(5, "big")
        return urlsafe_b64encode(stamp + self._told(purpose, device, stamp)).decode()

    def _read(self, purpose: bytes, device: Device, told: str) -> int | None:
        try:
            packed = urlsafe_b64decode(told.encode("ascii"))
        except (NotBase64, UnicodeEncodeError):
            return None
        stamp, signature = packed[:5], packed[5:]
        if not hmac.compare_digest(signature, self._told(purpose, device, stamp)):
            return None
        return int.from_bytes(stamp, "big")

    def _told(self, purpose: bytes, device: Device, more: bytes) -> bytes:
        return self._short(purpose + b"\0" + device.identity + more)

    def _short(self, told: bytes) -> bytes:
        return hmac.digest(self._keys.proof, told, "sha256")[:16]


def pass_name(*, https: bool) -> str:
    """Name of the pass's cookie."""
    return "__Host-p" if https else "p"


def cookie_of(cookies: str, name: str) -> str:
    """The value of one cookie in the header that browsers send; "" when it is not there."""
    for cookie in cookies.split("; "):
        if cookie.startswith(name + "="):
            return cookie[len(name) + 1 :]
    return ""


AGAIN = Sentence("Esa confirmación ya no sirve. Confirme otra vez, por favor.")
