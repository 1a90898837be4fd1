"""Create or refresh `.venv` from the hashed requirement files; return at once when nothing changed.

    python3 requirements/environment.py run     what `make run` needs: run.txt + embedded.txt
    python3 requirements/environment.py dev     the same, storage.txt and dev.txt: for tests

Runs before anything is installed: standard library only. Plain pip on purpose (30 seconds, once):
it honours the machine's own pip configuration, mirrors and certificates.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - the sentence is for those who have an older one
    sys.exit(
        "Decide needs Python 3.11 or newer, and %s is Python %d.%d. "  # noqa: UP031 - readable by any Python 3
        "Install a newer one and name it: make PYTHON=python3.12 …"
        % (sys.executable, sys.version_info[0], sys.version_info[1])
    )

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
SETS = {
    "run": ["run.txt", "embedded.txt"],
    "dev": ["run.txt", "embedded.txt", "storage.txt", "dev.txt"],
}
HASHED = [
    "--require-hashes",
    "--only-binary=:all:",
    "--no-input",
    "--disable-pip-version-check",
    "-qq",
]


def main(arguments: list[str]) -> int:
    """Bring `.venv` beside this folder to the wanted set; 0 when it stands, else 1 and why."""
    if len(arguments) != 1 or arguments[0] not in SETS:
        print(__doc__, file=sys.stderr)
        return 2
    venv = HERE.parent / ".venv"
    # Two `make`s at once must not install over each other.
    with (HERE / "environment.py").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            refresh(venv, arguments[0])
        except subprocess.CalledProcessError as failure:
            print(
                f"The environment could not be built: {' '.join(map(str, failure.cmd[:6]))} … "
                f"failed ({failure.returncode}). The lines above say why (often: no network). "
                "Nothing is lost; run the same command again.",
                file=sys.stderr,
            )
            return 1
    return 0


def refresh(venv: Path, wanted: str) -> None:
    """Install the set `wanted` into `venv` unless its stamp or a larger set's is current."""
    if any(is_current(venv, name) for name in covering(wanted)):
        return
    started = time.monotonic()
    if not works(venv):
        create(venv)
    files = SETS[wanted]
    print(
        f"Installing {wanted} packages into {venv.name} (about half a minute, only once) …",
        flush=True,
    )
    listed = [argument for name in files for argument in ("-r", str(HERE / name))]
    run([venv / "bin" / "python", "-m", "pip", "install", *HASHED, *listed])
    stamp(venv, wanted).write_text(fingerprint(venv, wanted))
    print(f"Environment ready in {time.monotonic() - started:.0f} s.", flush=True)


def covering(wanted: str) -> list[str]:
    """The sets that hold everything of `wanted`."""
    return [name for name, files in SETS.items() if set(SETS[wanted]) <= set(files)]


def is_current(venv: Path, name: str) -> bool:
    """Whether `venv` was filled from exactly today's files and its interpreter still exists."""
    try:
        return (
            stamp(venv, name).read_text() == fingerprint(venv, name)
            and (venv / "bin/python").exists()
        )
    except OSError:
        return False


def stamp(venv: Path, name: str) -> Path:
    return venv / f"decide-{name}.stamp"


def fingerprint(venv: Path, name: str) -> str:
    """Digest of the requirement files of a set and of which Python the environment was made for."""
    digest = hashlib.sha256((venv / "pyvenv.cfg").read_bytes())
    for file in SETS[name]:
        digest.update((HERE / file).read_bytes())
    return digest.hexdigest()


def works(venv: Path) -> bool:
    """Whether `venv` holds a Python ≥ 3.11 with pip; one that was left half-made does not."""
    question = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        answer = subprocess.run(
            [venv / "bin/python", "-c", question], capture_output=True, check=False
        )
    except OSError:
        return False
    return answer.returncode == 0


def create(venv: Path) -> None:
    """Make an empty environment: with venv, or virtualenv where Python came without it."""
    if venv.exists():
        shutil.rmtree(venv)
    print(f"Creating {venv.name} with Python {sys.version.split()[0]} …", flush=True)
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        run([sys.executable, "-m", "venv", venv])
        return
    if not importlib.util.find_spec("pip"):
        sys.exit(
            f"{sys.executable} has neither venv nor pip. Install one of them, "
            "on Debian and Ubuntu with: apt-get install python3-venv"
        )
    with tempfile.TemporaryDirectory(prefix="decide-virtualenv-") as folder:
        hashed = ["-r", str(HERE / "bootstrap.txt")]
        run([sys.executable, "-m", "pip", "install", *HASHED, "--target", folder, *hashed])
        # --no-download: the pip inside the hash-checked virtualenv, never one fetched unchecked.
        command: list[str | Path] = [
            sys.executable,
            "-m",
            "virtualenv",
            "--quiet",
            "--no-download",
            venv,
        ]
        run(command, PYTHONPATH=folder)


def run(command: Sequence[str | Path], **extra: str) -> None:
    """Run a command, its complaints visible; raises CalledProcessError."""
    subprocess.run(command, check=True, env=os.environ | extra)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
