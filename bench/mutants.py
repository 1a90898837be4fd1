"""How many small defects the tests notice: `python -m bench.mutants decide.participation.folio …`.

Each mutant is one module with one change (a comparison turned, a number one larger, `and` for `or`,
a result forgotten). It runs the tests that are named for the module below, or those after
`--tests`, in a process of its own that loads the changed source in the module's place. Noticed are
those that turn a test red or run out of time. `--every 5` takes every fifth; survivors are listed
with their line. Without names all modules of the table are taken.
"""

import argparse
import ast
import copy
import importlib.abc
import importlib.util
import os
import resource
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
UNIT = ("tests/unit/test_participation.py",)
TESTS = {
    "decide.participation.device": UNIT,
    "decide.participation.entry": UNIT,
    "decide.participation.folio": UNIT,
    "decide.participation.keys": UNIT,
    "decide.participation.limits": UNIT,
    "decide.participation.personal": UNIT,
    "decide.participation.rest": UNIT,
    "decide.participation.wording": UNIT,
    "decide.participation.ferry": ("tests/integration/test_ferry.py",),
    "decide.participation.wire": (
        "tests/integration/test_wire.py", "tests/integration/test_ferry.py",
    ),
    "decide.participation.drain": (
        "tests/integration/test_drain.py", "tests/integration/test_ideas.py",
    ),
    "decide.participation.actions": (
        "tests/integration/test_press.py", "tests/integration/test_ideas.py",
    ),
    "decide.seals.merkle": ("tests/unit/test_merkle.py",),
    "decide.seals.notes": ("tests/unit/test_notes.py",),
}  # fmt: skip
SECONDS = 90  # of processor; a mutant that takes longer goes round in circles

TURNED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn,
    ast.NotIn: ast.In, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitOr, ast.And: ast.Or,
    ast.Or: ast.And,
}  # fmt: skip


def main():
    """Mutate, count, list what survived; exits 1 below the share that is wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", help="dotted names; none: all of the table")
    parser.add_argument("--tests", nargs="+", help="test files instead of the table's")
    parser.add_argument("--every", type=int, default=1, help="take every so manieth mutant")
    parser.add_argument("--wanted", type=float, default=0.8, help="share that must be noticed")
    chosen = parser.parse_args()
    total = noticed = 0
    for name in chosen.modules or TESTS:
        tests = chosen.tests or TESTS[name]
        path = ROOT / (name.replace(".", "/") + ".py")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if not survives(name, tree, tests):
            raise SystemExit(f"{name}: the tests are red without any change")
        lived = []
        mutants = list(mutants_of(tree))[:: chosen.every]
        for line, what, mutant in mutants:
            if survives(name, mutant, tests):
                lived.append(f"  survived, line {line}: {what}")
        total, noticed = total + len(mutants), noticed + len(mutants) - len(lived)
        print(f"{name}: {len(mutants) - len(lived)} of {len(mutants)} noticed")
        print("\n".join(lived), flush=True)
    print(f"in all {noticed} of {total} = {noticed / total:.1%}")
    sys.exit(noticed < chosen.wanted * total)


def mutants_of(tree):
    """(line, what was done, changed tree) for every place where something can be turned."""
    for number, node in enumerate(ast.walk(tree)):
        for change in changes(node):
            other = copy.deepcopy(tree)
            place = next(each for at, each in enumerate(ast.walk(other)) if at == number)
            what = change(place)
            yield (
                node.lineno,
                f"{ast.unparse(node)[:70]!r}: {what}",
                ast.fix_missing_locations(other),
            )


def changes(node):
    """What can be done to a node; each changes it in place and says what it did."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in TURNED:
        yield turn_first
    elif isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign) and type(node.op) in TURNED:
        # `str | None` in a hint is no sum.
        if not (
            isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr) and names_kinds(node)
        ):
            yield turn
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float, bool):
        yield other_value
    elif isinstance(node, ast.Return) and node.value is not None and not is_none(node.value):
        yield forget
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield affirm


def names_kinds(node):
    """Whether this reads like two types side by side."""
    told = ast.unparse(node)
    return (
        told.endswith("None") or told[:1].isupper() or told.split(" ")[0] in ("str", "bytes", "int")
    )


def is_none(node):
    """Whether it says None already."""
    return isinstance(node, ast.Constant) and node.value is None


def turn_first(node):
    """Another comparison."""
    node.ops[0] = TURNED[type(node.ops[0])]()
    return type(node.ops[0]).__name__


def turn(node):
    """Another operation."""
    node.op = TURNED[type(node.op)]()
    return type(node.op).__name__


def other_value(node):
    """The opposite, or one more."""
    node.value = not node.value if isinstance(node.value, bool) else node.value + 1
    return f"{node.value}"


def forget(node):
    """Return nothing."""
    node.value = ast.Constant(None)
    return "returns None"


def affirm(node):
    """Take a `not` away: `not x` becomes `not not x`."""
    node.operand = ast.UnaryOp(ast.Not(), node.operand)
    return "without not"


class Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads one module from a changed tree."""

    def __init__(self, name, tree):
        """`name` will be made of `tree`."""
        self.name, self.code = name, compile(tree, name, "exec")

    def find_spec(self, name, path=None, target=None):
        """Only for the one module."""
        return importlib.util.spec_from_loader(name, self) if name == self.name else None

    def exec_module(self, module):
        """Run the changed source."""
        exec(self.code, module.__dict__)


def survives(name, tree, tests):
    """Whether the tests stay green with this tree in the module's place."""
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.setsid()
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 1)
            os.dup2(silence, 2)
            sys.meta_path.insert(0, Changed(name, tree))
            options = ["-q", "-x", "-p", "no:cacheprovider", "--hypothesis-seed=1"]
            status = int(pytest.main([*options, *(str(ROOT / test) for test in tests)]))
        finally:
            os._exit(status)
    _, ended = os.waitpid(pid, 0)
    return ended == 0


if __name__ == "__main__":
    main()
