"""The step between a supervisor and a server: whoever starts through here dies with its starter.

Run as a script by its path (`python -I -S launch.py …`, 15 ms), so that nothing of the product is
loaded and no code runs between fork and exec in a process with threads. It asks the kernel for a
signal at the starter's death, gives up root where wanted, and becomes the server: same process id.

PostgreSQL refuses to run as root, and as an id that has no name. Two ways out, tried in this order
by `identity_for_postgres()`: a user namespace (the files keep their owner, the server believes it
is "nobody"), or a real change to that id, keeping the one capability to reach files in any folder.
"""

import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Sequence
from ctypes import CDLL, Structure, byref, c_int, c_uint32, get_errno
from pathlib import Path

SAME = "same"  # keep the user
NAMESPACE = "namespace"  # a user namespace, in which root is not root
UNPRIVILEGED = 65534  # "nobody", whom every system has

PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CLONE_NEWUSER = 0x10000000
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522


class CapabilityHeader(Structure):
    """`cap_user_header_t` of the Linux kernel."""

    _fields_ = [("version", c_uint32), ("pid", c_int)]


class CapabilityData(Structure):
    """`cap_user_data_t` of the Linux kernel."""

    _fields_ = [("effective", c_uint32), ("permitted", c_uint32), ("inheritable", c_uint32)]


def launched(command: Sequence[str], *, death: signal.Signals, identity: str = SAME) -> list[str]:
    """The argument list that starts `command` so that it gets `death` when this process dies."""
    starter = [sys.executable, "-I", "-S", __file__, str(os.getpid()), str(int(death)), identity]
    return [*starter, *command]


def identity_for_postgres() -> str:
    """How a server that refuses root and nameless ids can be started by this process."""
    if os.geteuid() != 0 and has_name(os.geteuid()):
        return SAME
    attempt = launched(["true"], death=signal.SIGKILL, identity=NAMESPACE)
    answer = subprocess.run(attempt, capture_output=True, check=False)  # noqa: S603
    if answer.returncode == 0:
        return NAMESPACE
    return str(UNPRIVILEGED) if os.geteuid() == 0 else SAME


def has_name(user: int) -> bool:
    """Whether the system knows a user of this id (in containers it often does not)."""
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def main(arguments: list[str]) -> None:
    """Become the wanted program: starter's pid, death signal, identity, command."""
    starter, death, identity, *command = arguments
    if sys.platform == "linux":
        libc = CDLL(None, use_errno=True)
        if identity == NAMESPACE:
            enter_namespace(libc)
        elif identity != SAME:
            leave_root(libc, int(identity))
        # After the change of identity, which would cancel it.
        asked(libc.prctl(PR_SET_PDEATHSIG, int(death)))
    if os.getppid() != int(starter):
        sys.exit("The starter died before its server began.")
    os.execvp(command[0], command)  # noqa: S606 - that is its purpose


def enter_namespace(libc: CDLL) -> None:
    """Become "nobody" of a new user namespace, who outside is still whoever started it."""
    user, group = os.geteuid(), os.getegid()
    asked(libc.unshare(CLONE_NEWUSER))
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{UNPRIVILEGED} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{UNPRIVILEGED} {group} 1")


def leave_root(libc: CDLL, user: int) -> None:
    """Become `user` for good, keeping only the right to reach files in any folder."""
    asked(libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0))
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    kept = 1 << CAP_DAC_OVERRIDE
    header = CapabilityHeader(CAPABILITY_VERSION_3, 0)
    data = (CapabilityData * 2)(CapabilityData(kept, kept, kept), CapabilityData(0, 0, 0))
    asked(libc.capset(byref(header), byref(data)))
    asked(libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0))


def asked(answer: int) -> None:
    """Turn the -1 of a refused system call into an OSError."""
    if answer != 0:
        raise OSError(get_errno(), os.strerror(get_errno()))


if __name__ == "__main__":
    main(sys.argv[1:])
