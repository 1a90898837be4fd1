"""The calendar of the election as iCalendar (RFC 5545), for anybody's own calendar."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from decide.calendar.rules import Window

WIDEST = 75  # octets of a line


def calendar(
    name: str, host: str, windows: Iterable[Window], election_day: date, stamp: datetime
) -> bytes:
    """The phases' first days and the election day. `stamp` is when this was last true."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{host}//Decide//ES",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
    ]
    for each in windows:
        lines += event(f"{each.key}@{host}", each.title, each.text, stamp)
        lines += [
            f"DTSTART:{instant(each.opens_at)}",
            f"DTEND:{instant(each.opens_at + timedelta(hours=1))}",
            "END:VEVENT",
        ]
    lines += event(f"jornada@{host}", "Jornada electoral", "Vote. Lleve su credencial.", stamp)
    lines += [
        f"DTSTART;VALUE=DATE:{election_day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{election_day + timedelta(days=1):%Y%m%d}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in folded(line)).encode()


def event(uid: str, title: str, text: str, stamp: datetime) -> list[str]:
    """The beginning of an event, which marks no time as taken."""
    return [
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{instant(stamp)}",
        f"SUMMARY:{escaped(title)}",
        f"DESCRIPTION:{escaped(text)}",
        "TRANSP:TRANSPARENT",
    ]


def instant(at: datetime) -> str:
    """An instant in UTC."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def escaped(text: str) -> str:
    """A text as a value."""
    for sign, told in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r", ""), ("\n", "\\n")):
        text = text.replace(sign, told)
    return text


def folded(line: str) -> list[str]:
    """A line in pieces of at most 75 octets; a letter is never cut."""
    parts, part, size = [], "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > WIDEST:
            parts.append(part)
            part, size = " ", 1
        part, size = part + letter, size + width
    return [*parts, part]
