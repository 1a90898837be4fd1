"""A page as a reader finds it: its tables and its big figures, read without any code of ours."""

from html.parser import HTMLParser


class Page(HTMLParser):
    """`tables` by caption: rows of cell texts; `stats` by label; `text` of everything visible."""

    def __init__(self, html):
        super().__init__()
        self.tables, self.stats, self.links = {}, {}, []
        self.words = []
        self._row, self._cell, self._caption, self._term, self._value = None, None, None, None, None
        self._notes = 0
        self.feed(html)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attributes):
        wanted = dict(attributes)
        if tag == "a":
            self.links.append(wanted.get("href"))
        if tag == "caption":
            self._caption = []
        elif tag == "tr":
            self._row = []
        elif tag in ("td", "th"):
            self._cell = []
        elif tag == "dt":
            self._term = []
        elif tag == "dd":
            self._value = []
        elif tag == "small":
            self._notes += 1

    def handle_endtag(self, tag):
        if tag == "caption":
            self._table = self.tables.setdefault(one_line(self._caption), [])
            self._caption = None
        elif tag in ("td", "th") and self._row is not None:
            self._row.append(one_line(self._cell))
            self._cell = None
        elif tag == "tr":
            self._table.append(self._row)
            self._row = None
        elif tag == "dd" and self._term is not None:
            self.stats[one_line(self._term)] = one_line(self._value)
            self._term, self._value = None, None
        elif tag == "small":
            self._notes -= 1

    def handle_data(self, data):
        self.words.append(data)
        if self._caption is not None:
            self._caption.append(data)
        if self._cell is not None:
            self._cell.append(data)
        if self._term is not None and self._value is None and not self._notes:
            self._term.append(data)
        if self._value is not None:
            self._value.append(data)


def one_line(words):
    """Text with single spaces."""
    return " ".join("".join(words).split())
