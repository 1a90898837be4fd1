"""Pages as they lie on the shelf that all processes share: what is needed to send them again."""

import gzip
import json

from decide.kernel.slots import Slots
from decide.web.shared.pagecache import Edition, Kept, written

# Follow from the body.
FOLLOWING = frozenset({"content-length", "etag", "vary"})


class SharedShelf:
    """Finds pages of other processes and leaves them our own."""

    def __init__(self, slots: Slots) -> None:
        """`slots` give only what a process of this program with these settings put there."""
        self._slots = slots

    def find(self, key: str, edition: Edition) -> Kept | None:
        """The page that another process made, if it is good for this edition."""
        found = self._slots.get(key)
        return page_of(found, edition) if found is not None else None

    def put(self, key: str, page: Kept) -> None:
        """Let the others have a page."""
        self._slots.put(key, bytes_of(page))


def bytes_of(page: Kept) -> bytes:
    """What of it to which it belongs, in one line, and its body as it is packed."""
    others = [pair for pair in page.plain_headers if pair[0].lower() not in FOLLOWING]
    told = {
        "era": page.edition.touches.era,
        "revision": page.edition.revision,
        "phases": page.edition.phases,
        "tags": sorted(page.tags),
        "etag": page.etag,
        "packed": bool(page.packed),
        "headers": others,
    }
    return json.dumps(told).encode() + b"\n" + (page.packed or page.plain)


def page_of(value: bytes, edition: Edition) -> Kept | None:
    """The page, if it is good for this edition."""
    head, _, body = value.partition(b"\n")
    told = json.loads(head)
    if (
        told["era"] != edition.touches.era
        or told["phases"] != edition.phases
        or not edition.touches.spared(told["tags"], told["revision"])
    ):
        return None
    return written(
        [(name, value) for name, value in told["headers"]],
        told["etag"],
        gzip.decompress(body) if told["packed"] else body,
        body if told["packed"] else b"",
        edition,
        frozenset(told["tags"]),
    )
