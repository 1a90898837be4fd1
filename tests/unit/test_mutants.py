"""The tool that counts noticed defects makes those it says, and puts them where everybody looks."""

import ast
import importlib.util
import sys

import pytest

from bench.turned import mutants_in

SOURCE = '''"""Two is one more than 1."""
MOST = 3
BATCH = 2_000


class Line:
    size: int = 4


def fits(number: int | None, most: int = 9) -> bool:
    """Whether it is at most 3."""
    log.info("asked", number=5)
    if not number:
        return False
    return number <= MOST


def outer():
    bound = 1

    def inner():
        return bound

    return inner
'''


@pytest.fixture
def module(tmp_path):
    path = tmp_path / "small_module.py"
    path.write_text(SOURCE)
    spec = importlib.util.spec_from_file_location("small_module", path)
    made = importlib.util.module_from_spec(spec)
    sys.modules["small_module"] = made
    spec.loader.exec_module(made)
    made.log = type("Log", (), {"info": lambda self, *_, **__: None})()
    yield made
    del sys.modules["small_module"]


def mutant(what):
    """The one that does this, in a tree of its own."""
    found = [each for each in mutants_in("small_module", ast.parse(SOURCE)) if what in each.what]
    assert len(found) == 1, found
    return found[0]


def test_what_cannot_be_noticed_is_not_made():
    made = [each.what for each in mutants_in("small_module", ast.parse(SOURCE))]
    assert made == [
        "'3': 4", "'not number': without not", "'False': True",
        "'return number <= MOST': returns None", "'number <= MOST': Lt", "'1': 2",
        "'return bound': returns None", "'return inner': returns None",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "number", "before", "after"),
    [
        ("number <= MOST': Lt", 3, True, False),
        ("returns None", 3, True, None),
        ("without not", 5, False, False),
        ("'False': True", 0, False, True),
        ("'3': 4", 4, False, True),
    ],
)
def test_a_mutant_is_there_for_whoever_holds_the_function(module, what, number, before, after):
    fits = module.fits  # as another module imported it
    assert fits(number) is before
    what = "MOST': returns None" if what == "returns None" else what
    mutant(what).make([fits])
    assert fits(number) is after


def test_a_constant_is_changed_for_whoever_imported_it_too(module):
    other = type(sys)("other_module")
    other.MOST = module.MOST
    sys.modules["other_module"] = other
    mutant("'3': 4").make([])
    del sys.modules["other_module"]
    assert (module.MOST, other.MOST) == (4, 4)


def test_a_closure_keeps_its_shape(module):
    mutant("'return bound': returns None").make([module.outer])
    assert module.outer()() is None
