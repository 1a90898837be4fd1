"""Machines on this one: network namespaces on a bridge, each with an address of its own.

with Network(2) as hosts: …     root and iproute2 are needed; without them a test steps aside
"""

import contextlib
import os
import shutil
import subprocess

import pytest

from tests.topology import Host


class Network:
    """A bridge here and so many hosts behind it, plus one for the servers. A context manager."""

    def __init__(self, count):
        self.name = f"dcd{os.getpid() % 100_000}"
        self.block = f"10.231.{os.getpid() % 250}"
        self.hosts = [Host(f"{self.block}.{11 + n}", f"{self.name}h{n}") for n in range(count)]
        self.servers = Host(f"{self.block}.2", f"{self.name}s")
        self.here = f"{self.block}.1"

    def __enter__(self):
        if os.geteuid() != 0 or not shutil.which("ip") or not self.may_begin():
            reason = "needs root and iproute2, to make network namespaces"
            if os.environ.get("CI"):
                pytest.fail(reason)
            pytest.skip(reason)
        ip("addr", "add", f"{self.here}/24", "dev", self.bridge)
        ip("link", "set", self.bridge, "up")
        try:
            for number, host in enumerate((self.servers, *self.hosts)):
                self.join(host, f"{self.name}v{number}"[-15:])
        except BaseException:
            self.__exit__()
            raise
        return self

    @property
    def bridge(self):
        return f"{self.name}b"

    def may_begin(self):
        """Make the bridge; False where a container forbids it."""
        made = ip("link", "add", self.bridge, "type", "bridge", check=False)
        return made.returncode == 0 and ip("netns", "list", check=False).returncode == 0

    def join(self, host, cable):
        """One host: a namespace, a cable into the bridge, an address."""
        ip("netns", "add", host.namespace)
        ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", host.namespace)
        ip("link", "set", cable, "master", self.bridge, "up")
        for words in (
            ("addr", "add", f"{host.address}/24", "dev", "eth0"),
            ("link", "set", "eth0", "up"),
            ("link", "set", "lo", "up"),
        ):
            ip("-n", host.namespace, *words)

    def unplug(self, host):
        """The machine is there and nobody reaches it: no refusal, only silence."""
        ip("-n", host.namespace, "link", "set", "eth0", "down")

    def plug(self, host):
        ip("-n", host.namespace, "link", "set", "eth0", "up")

    def __exit__(self, *_):
        for host in (self.servers, *self.hosts):
            with contextlib.suppress(subprocess.CalledProcessError):
                ip("netns", "del", host.namespace)
        ip("link", "del", self.bridge, check=False)


def ip(*words, check=True):
    """One command of iproute2."""
    return subprocess.run(["ip", *words], check=check, capture_output=True)
