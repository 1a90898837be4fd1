"""The words of this room that pages may use too."""

from enum import IntEnum, StrEnum


class Choice(IntEnum):
    """The current word of a device on a subject; NONE after it was withdrawn."""

    NONE = 0
    LIKE = 1
    DISLIKE = 2


class IdeaKind(StrEnum):
    """What a citizen says it is."""

    IDEA = "idea"
    PROPOSAL = "proposal"
    COMMENT = "comment"
