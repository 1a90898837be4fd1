"""`make fuzz`: bytes, and what grows from them by atheris, into every reader of `bench.readers`.

Coverage decides which inputs are kept and changed further; they stay in var/fuzz/NAME, so that the
next run goes on from there. Before a reader is run it is run with a defect put into it: a fuzzer
that does not find that one would find nothing else. An input that crashes a reader is left in
var/fuzz as NAME-crash-…, one that takes more than two seconds as NAME-timeout-….

    make fuzz                                   100,000 runs of each
    make fuzz RUNS=10000000 ONLY="folio seal"   the figure of R24, for two of them
    make fuzz RUNS=10000000 EACH=600            each for ten minutes at most; says how far it came
"""

import argparse
import re
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "var" / "fuzz"
TOOLS = ROOT / ".venv-fuzz"
NAMES = ("folio", "seal", "proof", "trouble", "search", "table", "workbook")
SLOWEST = 2  # seconds of one input
BROKEN_RUNS = 300_000  # the most that finding the defect may take
DONE = re.compile(r"^Done (\d+) runs in (\d+) second", re.MULTILINE)
LINE = re.compile(r"^#(\d+)\t", re.MULTILINE)


def child(name, options, *, broken):
    """Fuzz one reader in this process; ends it."""
    # Only atheris is taken from there: all else is what the application runs with.
    sys.path.extend(map(str, TOOLS.glob("lib/python*/site-packages")))
    import atheris  # it changes how everything after it is imported

    with atheris.instrument_imports(include=["decide"]):
        from bench.readers import READERS
    reader = READERS[name]
    with reader.broken() if broken else nullcontext():
        atheris.Setup([sys.argv[0], *options], reader.read)
        atheris.Fuzz()


def run(name, runs, seconds, folder, *, broken=False):
    """Fuzz one reader in a process of its own; gives exit code, runs, seconds and what it said."""
    from bench.readers import READERS  # not above: a child imports it under atheris

    reader = READERS[name]
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(reader.seeds):
        (folder / f"seed-{number}").write_bytes(seed)
    done = subprocess.run(
        [
            sys.executable, "-m", "bench.parsers", "--child", name, *(["--broken"] * broken), "--",
            f"-runs={runs}", f"-max_total_time={seconds}", f"-timeout={SLOWEST}",
            f"-max_len={reader.longest}", "-rss_limit_mb=1024", f"-artifact_prefix={folder}-",
            str(folder),
        ],
        cwd=ROOT, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace",
    )  # fmt: skip
    ended = DONE.findall(done.stdout)
    seen = [(int(count), 0) for count in LINE.findall(done.stdout)]
    count, took = (int(ended[-1][0]), int(ended[-1][1])) if ended else (seen or [(0, 0)])[-1]
    return done.returncode, count, took, done.stdout


def main():
    """Run the readers one after the other, and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=0, help="of each reader at most; 0: no end")
    parser.add_argument("--only", nargs="+", default=NAMES, choices=NAMES)
    parser.add_argument("--child", choices=NAMES)
    parser.add_argument("--broken", action="store_true")
    parser.add_argument("options", nargs="*", help="of libFuzzer, for a child")
    chosen = parser.parse_args()
    if chosen.child:
        child(chosen.child, chosen.options, broken=chosen.broken)
    failed = []
    for name in chosen.only:
        with tempfile.TemporaryDirectory() as aside:
            code, count, _, _ = run(name, BROKEN_RUNS, 60, Path(aside) / name, broken=True)
        if not code:
            sys.exit(f"{name}: the defect put into it was not found in {count:,} runs.")
        print(f"{name}: the defect was found after {count:,} runs or fewer", flush=True)
        code, count, took, told = run(name, chosen.runs, chosen.seconds, KEPT / name)
        print(f"{name}: {count:,} runs in {took} s, {1 if code else 0} crashes", flush=True)
        if code:
            failed.append(name)
            print(told[-3_000:], flush=True)
    sys.exit(f"Crashes: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
