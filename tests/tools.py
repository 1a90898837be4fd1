"""Programs that some tests need beyond Python: from Debian where we may, else said loudly."""

import os
import shutil
import subprocess

import pytest

PACKAGES = {
    "strace": "strace",
    "faketime": "faketime",
    "nginx": "nginx-light",
    "zbarimg": "zbar-tools",
    "docker-compose": "docker-compose",
    "testssl": "testssl.sh",
}


def need(program):
    """Path of a program; steps aside without it, except in CI, where that is a failure."""
    path = f"{os.environ['PATH']}:/usr/sbin"  # where Debian puts servers
    found = shutil.which(program, path=path)
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", PACKAGES[program]]
        for command in (install, ["apt-get", "update", "-qq"], install):
            subprocess.run(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
            )
            found = shutil.which(program, path=path)
            if found:
                break
    if found is None:
        reason = f"needs {program}: apt-get install {PACKAGES[program]}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found
