"""Long lists by pages: which part the address asks for, and where the other parts are."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request, url_for

PER_PAGE = 25  # a phone shows each row of a table as a block


@dataclass(frozen=True)
class Leaf:
    """The part of a list that a page shows; `base` is an address up to the number of a page."""

    page: int
    pages: int
    start: int
    size: int
    base: str

    @property
    def part(self) -> slice:
        """What it shows of a list that is at hand as a whole."""
        return slice(self.start, self.start + self.size)


def leaf_of(total: int, view: str, size: int = PER_PAGE) -> Leaf:
    """The part that `pagina` asks for, or else the nearest one there is."""
    pages = max(1, -(-total // size))
    page = min(max(1, request.args.get("pagina", 1, type=int)), pages)
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "pagina"]
    base = f"{url_for(view)}?{urlencode([*kept, ('pagina', '')])}"
    return Leaf(page, pages, (page - 1) * size, size, base)
