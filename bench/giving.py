"""Handing over: building packages, checking them with the shipped verifier; bytes of a press."""

import time
from pathlib import Path

from bench import volume
from bench.cycle import Size, servers, verificar
from bench.delivery import copy, lived
from decide.seals import keys

SIZES = (1_000, 10_000, 100_000)
MILLIONS = {"short": 0.2, "long": 2.0}


def measure(sheet, _folder, _chosen):
    """At each size: 12 packages against COPY of the same rows, then verificar.py over all."""
    curves = [
        sheet.curve(name, "presses and a tenth as many ideas, 12 packages")
        for name in ("delivery", "verification")
    ]
    for presses in SIZES:
        with servers() as settings:
            once(sheet, settings, presses, curves)


def once(sheet, settings, presses, curves):
    """One size."""
    cycle = lived(settings, Size(presses, presses // 10, 0, days=2, recounts=1))
    cycle.deliver()
    built = dict(cycle.steps)["building 12 packages"]
    begun = time.perf_counter()
    copy(cycle)
    copying = time.perf_counter() - begun
    checked = verified(cycle)
    rows = presses + presses // 10
    curves[0].add(presses, built, f"{built:.1f} s")
    curves[1].add(presses, checked, f"{checked:.1f} s")
    if presses == SIZES[-1]:
        note = f"{presses:,} presses, {presses // 10:,} ideas, 12 packages, two builders"
        sheet.row("delivery", rows / built, "rows/s", "COPY", rows / copying, note=note)
        sheet.row("verification", rows / checked, "rows/s", "COPY", rows / copying,
                  note="verificar.py, one process")  # fmt: skip
        sheet.memory["builder of packages"] = cycle.peak
        size = sum(Path(cycle.package(key)).stat().st_size for key in cycle.lines)
        sheet.facts |= {
            "delivery_seconds_a_million": built / rows * 1e6,
            "delivery_bytes_a_row": size / rows,
        }
    cycle.close()


def verified(cycle):
    """Seconds of the shipped verifier over every package."""
    with cycle.house.database.reading() as session:
        (key,) = [each.text() for each in keys.verifiers(session)]
    begun = time.perf_counter()
    for each in cycle.lines:
        verificar.revisar(cycle.package(each), key)
    return time.perf_counter() - begun


def volume_of(sheet, folder, _chosen):
    """What a press costs in memory and on the disk."""
    count = int(MILLIONS[sheet.form] * 1e6)
    with volume.world(folder) as (resources, subjects):
        sheet.facts |= volume.measure(resources, subjects, count)
