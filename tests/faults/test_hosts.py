"""Web, drain and worker on two machines, the servers on a third, the proxy here in front.

Machines are network namespaces: they reach one another by addresses only. Presses and pages are
served; then one machine falls silent, and service goes on. `make faults` runs it.
"""

import os
import socket
import time
from collections import Counter

import pytest

from tests import figures
from tests.faults.test_rolling import Crowd
from tests.faults.test_topology import open_to_answers, settled
from tests.netns import Network
from tests.service import eventually
from tests.topology import Topology

LONG = os.environ.get("FAULTS") == "long"
pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(
        not LONG, reason="half a minute of starting programs: make faults, or FAULTS=long"
    ),
]

SILENT = float(os.environ.get("SILENT", "60"))


@pytest.fixture(scope="module")
def land(memory):
    folder = memory / "hosts"
    folder.mkdir()
    folder.chmod(0o755)
    with (
        Network(2) as network,
        Topology(folder, hosts=network.hosts, servers=network.servers) as town,
    ):
        open_to_answers(town)
        yield network, town


def test_two_machines_serve_and_one_of_them_falls_silent(land):
    network, town = land
    with Crowd(town.proxy, town.subjects) as crowd:
        eventually(lambda: len(crowd.kept) > 10 and crowd.read > 30, seconds=60)
        before = crowd.read, len(crowd.kept)
        network.unplug(network.hosts[0])
        silent = time.monotonic()
        time.sleep(SILENT)
        eventually(lambda: len(crowd.kept) > before[1] + 5, seconds=30)
        eventually(lambda: crowd.read > before[0] + 10, seconds=30)
        seconds = time.monotonic() - silent
        network.plug(network.hosts[0])
        town.wait_for("web-1")
        back = len(crowd.kept)
        eventually(lambda: len(crowd.kept) > back + 5, seconds=30)
    figures.write(
        "hosts", silent=seconds, pages=crowd.read, kept=len(crowd.kept),
        failed=Counter(status for _, status in crowd.failed), again=dict(crowd.again),
    )  # fmt: skip
    assert crowd.failed == []
    assert settled(town) == []


def test_each_machine_reaches_the_servers_by_their_address_only(land):
    network, town = land
    for name in ("web-1", "web-2", "drain-1", "worker-2"):
        part = town.part(name)
        assert part.environment["REDIS_URL"].partition("@")[2].startswith(network.servers.address)
    with network.hosts[0].inside():
        assert town.is_up("ledger")
        assert not reaches("127.0.0.1", town.ports["ledger"])


def reaches(address, port):
    with socket.socket() as trial:
        trial.settimeout(1)
        return trial.connect_ex((address, port)) == 0


def test_both_machines_silent_is_found_out(land):
    """Sabotage: the same look, with nobody left to answer."""
    network, town = land
    with Crowd(town.proxy, town.subjects) as crowd:
        for host in network.hosts:
            network.unplug(host)
        eventually(lambda: crowd.failed, seconds=30)
    for host in network.hosts:
        network.plug(host)
