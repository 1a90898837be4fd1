"""Small defects: what can be changed in the source of a room, one change a mutant (see mutants.py).

No mutants are made of hints, documentation, what is told to the log, default values, decorators,
the declarations of a class (test_migrations.py compares those of models with the database), numbers
as good as their neighbours (`INDIFFERENT`), and of code that only a program of its own runs
(`APART`): no test would run it in this process.
"""

import ast
import functools
import sys
from pathlib import Path
from types import CodeType

ROOT = Path(__file__).resolve().parents[1]
# Declarations only; or run by a program of its own, with the receiver's Python (`verificar.py`).
APART = {"__init__", "models", "verificar"}
# A number as good as its neighbour: which lock, how large a piece, how long a wait, for no test
# measures time.
INDIFFERENT = {
    "LOCK", "ROOM", "BATCH", "SLICE", "PIECE", "BUFFER", "PATIENCE", "LOG_PATIENCE",
    "FIRST_PATIENCE", "LAST_TRY", "IDLE", "RETRY", "LOOK", "BEAT",
}  # fmt: skip
UNRUN = {"annotation", "returns", "decorator_list", "args"}
TOLD = {"debug", "info", "warning", "error", "exception"}

TURNED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn,
    ast.NotIn: ast.In, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitOr, ast.And: ast.Or,
    ast.Or: ast.And,
}  # fmt: skip


class Mutant:
    """One change that can be made to a tree."""

    def __init__(self, module, tree, statement, node, what, change):
        """`change` turns `node`, in place; `statement` is what holds it."""
        self.module, self.tree, self.statement = module, tree, statement
        self.node, self.change = node, change
        self.line = node.lineno
        self.what = f"{ast.unparse(node)[:70]!r}: {what}"
        body = getattr(statement, "body", None)
        last = body[0].lineno - 1 if body else statement.end_lineno
        self.lines = set(range(statement.lineno, max(last, statement.lineno) + 1))

    @functools.cached_property
    def constant(self):
        """The name that it gives another value to, where it stands outside every function."""
        target = (
            getattr(self.statement, "target", None) or getattr(self.statement, "targets", [None])[0]
        )
        in_module = self.statement in self.tree.body
        return target.id if in_module and isinstance(target, ast.Name) else None

    def make(self, functions):
        """Put the changed code in the place of the former, for everybody who holds it."""
        self.change(self.node)
        module = sys.modules[self.module]
        if self.constant:
            former = vars(module)[self.constant]
            alone = ast.Module([self.statement], [])
            exec(compile(alone, module.__file__, "exec", dont_inherit=True), vars(module))
            for other in list(sys.modules.values()):
                if getattr(other, "__dict__", {}).get(self.constant) is former:
                    setattr(other, self.constant, vars(module)[self.constant])
            return
        changed = dict(codes_of(compile(self.tree, module.__file__, "exec", dont_inherit=True)))
        for function in functions:
            if function.__code__.co_filename == module.__file__:
                key = key_of(function.__code__)
                function.__code__ = changed.get(key, function.__code__)


def key_of(code):
    """What a function's code is known by within its file."""
    return code.co_qualname, code.co_firstlineno


def codes_of(code):
    """The codes within a code, with their keys."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield key_of(constant), constant
            yield from codes_of(constant)


def modules_of(room):
    """The files of a room in which mutants are made."""
    return sorted(path for path in (ROOT / "decide" / room).glob("*.py") if path.stem not in APART)


@functools.cache
def tree_of(name):
    """What a module is made of."""
    return ast.parse((ROOT / (name.replace(".", "/") + ".py")).read_text(encoding="utf-8"))


@functools.cache
def users(name, constant):
    """Places of a module where a constant is named."""
    return {
        (name, node.lineno)
        for node in ast.walk(tree_of(name))
        if constant in (getattr(node, "id", None), getattr(node, "attr", None))
    }


def mutants_of(name):
    """Every mutant of a module, in the order of its lines."""
    return mutants_in(name, tree_of(name))


def mutants_in(name, tree):
    """The same, of a module's tree."""
    found = [
        Mutant(name, tree, statement, node, what, change)
        for statement, node in places(tree, None)
        for what, change in changes(node)
    ]
    found = [each for each in found if each.constant not in INDIFFERENT]
    return sorted(found, key=lambda each: each.line)


def places(node, statement):
    """(statement, node) for everything that runs later than a module's import, and constants."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            for part in child.body:
                yield from within(part, part)
        elif isinstance(child, ast.ClassDef):
            yield from places(child, child)
        elif isinstance(node, ast.Module) and isinstance(child, ast.Assign | ast.AnnAssign):
            yield from within(child, child)


def within(node, statement):
    """(statement, node) for a statement of a function and all in it."""
    if isinstance(node, ast.stmt):
        statement = node
    if isinstance(node, ast.Call) and getattr(node.func, "attr", None) in TOLD:
        return
    yield statement, node
    for field, value in ast.iter_fields(node):
        if field in UNRUN and not isinstance(node, ast.Call):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from within(child, statement)


def changes(node):
    """What can be done to a node, in words and as a function that does it in place."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in TURNED:
        yield TURNED[type(node.ops[0])].__name__, turn_first
    elif isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign) and type(node.op) in TURNED:
        yield TURNED[type(node.op)].__name__, turn
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float, bool):
        yield f"{other(node.value)}", another
    elif isinstance(node, ast.Return) and node.value is not None and not says_no(node.value):
        yield "returns None", forget
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "without not", affirm


def says_no(node):
    """Whether it says None already, or False, which is turned into True instead."""
    return isinstance(node, ast.Constant) and (node.value is None or node.value is False)


def turn_first(node):
    """Another comparison."""
    node.ops[0] = TURNED[type(node.ops[0])]()


def turn(node):
    """Another operation."""
    node.op = TURNED[type(node.op)]()


def other(value):
    """The opposite, or one more."""
    return not value if isinstance(value, bool) else value + 1


def another(node):
    """Another value."""
    node.value = other(node.value)


def forget(node):
    """Return nothing; what was returned is still named, or a closure would have another shape."""
    nothing, true = ast.Constant(None), ast.Constant(True)
    node.value = ast.copy_location(ast.IfExp(true, nothing, node.value), node.value)
    ast.fix_missing_locations(node)


def affirm(node):
    """Take a `not` away: `not x` becomes `not not x`."""
    node.operand = ast.copy_location(ast.UnaryOp(ast.Not(), node.operand), node.operand)
