"""What deliveries say in a few words: why one failed, an example of a text, which leaves."""

import errno
import sqlite3

import pytest
from redis.exceptions import ConnectionError as Away
from sqlalchemy.exc import OperationalError

from decide.delivery import reasons
from decide.delivery.inspection import _few
from decide.delivery.summary import EXAMPLE, _short
from decide.errors import Conflict
from decide.kernel.jobs import JobTimeout


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Conflict("Ya se entregó."), "Ya se entregó."),
        (OSError(errno.ENOSPC, "x"), reasons.NO_SPACE),
        (OSError(errno.EDQUOT, "x"), reasons.NO_SPACE),
        (sqlite3.OperationalError("database or disk is full"), reasons.NO_SPACE),
        (OperationalError("SELECT 1", {}, Exception()), reasons.SQL_AWAY),
        (Away(), reasons.LOG_AWAY),
        (JobTimeout(), reasons.TOO_LONG),
        (OSError(errno.EACCES, "/x/lucero"), "Ocurrió un error interno (PermissionError)."),
        (sqlite3.OperationalError("no such table: idea"), "Ocurrió un error interno (Operational"),
        (KeyError("Ana Pérez"), "Ocurrió un error interno (KeyError). Avise a informática."),
    ],
)
def test_the_staff_read_why_a_delivery_failed_and_nothing_of_what_it_holds(error, said):
    assert reasons.of(error).startswith(said)
    assert not {"lucero", "idea", "Ana"} & set(reasons.of(error).replace("/", " ").split())


def test_an_example_that_fits_is_whole_and_a_longer_one_ends_after_a_word():
    fits = "agua " * (EXAMPLE // 5 - 1) + "pozos"
    assert _short(fits) == fits
    assert _short(fits.replace(" ", " \n ")) == fits
    assert _short(f"{fits} y luz") == fits.removesuffix(" pozos") + "…"
    assert _short("a" * (EXAMPLE + 1)) == "a" * EXAMPLE + "…"


def test_five_leaves_are_named_and_of_more_it_is_said_that_there_are_more():
    assert _few({5, 4, 3, 2, 1}) == "1, 2, 3, 4, 5"
    assert _few({6, 5, 4, 3, 2, 1}) == "1, 2, 3, 4, 5, …"
