"""The process that opens a foreign PDF: little memory, little time, no way to write, then it ends.

`python -m decide.platforms.child FILE` writes the text as JSON lines, {"page", "size", "weight",
"text"} each, and ends with 0; with 3 for a locked file, 4 for too many pages, 5 for an unreadable
one. Whatever else happens (a crash of the library, a limit) is another number: a refusal too.
Only the standard library and PDFium are loaded here: nothing that knows a key or a database.
"""

import json
import resource
import sys
from collections import Counter
from collections.abc import Iterator

SECONDS = 2  # of the processor; ninety pages need less than half of one
MEMORY = 768 << 20
PAGES = 400
LETTERS = 2_000_000
LOCKED, TOO_LONG, UNREADABLE = 3, 4, 5
PASSWORD = 4  # PDFium's number for it


def limit() -> None:
    """Give away what is not needed, before the file is touched."""
    # What starting cost is not the file's: where no compiled modules may lie, it is a second.
    spent = resource.getrusage(resource.RUSAGE_SELF)
    until = SECONDS + round(spent.ru_utime + spent.ru_stime)
    resource.setrlimit(resource.RLIMIT_CPU, (until, until))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(path: str) -> int:
    """Read one file; returns the exit code."""
    import pypdfium2
    from pypdfium2 import PdfiumError

    limit()
    try:
        document = pypdfium2.PdfDocument(path)
    except PdfiumError as error:
        return LOCKED if getattr(error, "err_code", 0) == PASSWORD else UNREADABLE
    if len(document) > PAGES:
        return TOO_LONG
    letters = 0
    try:
        for number in range(len(document)):
            for line in lines_of(document, number):
                letters += len(str(line["text"]))
                if letters > LETTERS:
                    return TOO_LONG
                sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    except PdfiumError:
        return UNREADABLE
    sys.stdout.flush()
    return 0


def lines_of(document, number: int) -> Iterator[dict[str, object]]:  # type: ignore[no-untyped-def]
    """The lines of one page with the size and weight that most of their letters have."""
    from pypdfium2 import raw

    page = document[number]
    words = page.get_textpage()
    text, sizes, weights = "", Counter[float](), Counter[int]()
    for place in range(words.count_chars()):
        letter = chr(raw.FPDFText_GetUnicode(words.raw, place) or 0xFFFD)
        if letter in "\r\n":
            if text.strip():
                yield told(number, text, sizes, weights)
            text, sizes, weights = "", Counter(), Counter()
            continue
        text += letter if letter.isprintable() else " "
        if not letter.isspace():
            sizes[round(raw.FPDFText_GetFontSize(words.raw, place), 1)] += 1
            weights[raw.FPDFText_GetFontWeight(words.raw, place)] += 1
    if text.strip():
        yield told(number, text, sizes, weights)
    words.close()
    page.close()


def told(number: int, text: str, sizes: Counter[float], weights: Counter[int]) -> dict[str, object]:
    """One line as it is written out."""
    return {
        "page": number + 1,
        "size": sizes.most_common(1)[0][0] if sizes else 0.0,
        "weight": weights.most_common(1)[0][0] if weights else 0,
        "text": text.strip(),
    }


if __name__ == "__main__":
    # What cannot be written is half a surrogate of a broken font: it becomes a question mark.
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    sys.exit(main(sys.argv[1]))
