"""What a form brings to a desk: tidied, and refused by the name of its field."""

from decide.errors import Refused

NUL = "\x00"  # PostgreSQL keeps it in no text
LONGEST_ALT = 300
SHORTEST_ALT = 10  # fewer letters say nothing to who cannot see the picture


class FieldRefused(Refused):
    """What was typed cannot stay so; `field` says where."""

    def __init__(self, field: str, sentence: str) -> None:
        """`sentence` says what to do."""
        super().__init__(sentence)
        self.field = field


def tidy(text: str) -> str:
    """As typed, with one kind of line end and nothing around it."""
    return text.replace(NUL, "").replace("\r\n", "\n").replace("\r", "\n").strip()
