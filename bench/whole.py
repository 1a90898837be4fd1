"""`make bench`: all that matters, each as a ratio to a limit of the same run, and its growth.

    python -m bench.whole            about seven minutes
    python -m bench.whole --long     with the hundredfold, about forty

Writes docs/performance.md and bench/measured.json. A part that fails is named on the page, the
others go on, and the command ends with 1.
"""

import argparse
import sys
import tempfile
import traceback
from pathlib import Path

from bench import giving, lists, site
from bench.press import CONNECTIONS, THREADS, disk
from bench.sheet import Sheet

PARTS = {
    "page, press, idea, list, search, drain": site.measure,
    "import, and lists that grow": lists.measure,
    "delivery and verification": giving.measure,
    "bytes of a press": giving.volume_of,
}


def main():
    """Measure all parts, or those whose number is named, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each kind of request")
    parser.add_argument("--rounds", type=int, default=2, help="the one with least work counts")
    parser.add_argument("--only", type=int, help="one part by its number; writes nothing")
    parser.set_defaults(server="granian", threads=THREADS, connections=CONNECTIONS)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sheet = Sheet("long" if chosen.long else "short", disk=f"{disk(Path(folder))}.")
    for number, (name, part) in enumerate(PARTS.items(), start=1):
        if chosen.only in (None, number):
            attempt(sheet, name, part, chosen)
    if chosen.only is None:
        sheet.write()
        print("docs/performance.md and bench/measured.json are written")
    sys.exit(1 if sheet.failed else 0)


def attempt(sheet, name, part, chosen):
    """Run one part in a folder of its own; what goes wrong there stops no other."""
    print(name, flush=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        try:
            part(sheet, Path(folder), chosen)
        except Exception as error:
            traceback.print_exc()
            sheet.failed.append(f"{name}: {type(error).__name__}: {str(error)[:200]}")


if __name__ == "__main__":
    main()
