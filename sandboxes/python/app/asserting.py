"""Functions of the tests that assert something: each has run at the end, where it is not the text's own affair whether it does.

A function asserts if it has an `assert`, names `AssertionError` or a function of the form `assert*`, `fail` or `raises`, or names a function of the text that asserts. It is the text's own affair
where the text uses it: calls it, behind a condition or in a loop, or passes it on. A function that is only kept or returned, and takes nothing, must run, as must a test; and a
coroutine that is called must be awaited. A helper with parameters that nothing uses is no test.
"""

import ast
import builtins
import dis
import functools
import inspect

from . import failures, ran
from .faults import BadTests

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
#: What `assert` compiles to, and its operand.
_ASSERT = (dis.opmap["LOAD_COMMON_CONSTANT"], dis._common_constants.index(AssertionError))
#: Code that is no function of the text: annotations, and expressions that end early.
_NO_FUNCTIONS = ("__annotate__", "<genexpr>")
#: Names of what raises a failure, besides `assert*`.
_FAILING = ("AssertionError", "fail", "raises")
_SKIPS = ("skip", "skipIf", "skipUnless", "skipif")


class Asserting:
    """The functions of a text that assert, worked out when it is first asked."""

    def __init__(self, code):
        self._code = code
        self._known = None

    def __call__(self, code):
        if self._known is None:
            self._known = _fixed_point(list(ran.inside(self._code)))
        return id(code) in self._known


def _fixed_point(codes):
    known = {id(code) for code in codes if _asserts_itself(code)}
    names = {code.co_name for code in codes if id(code) in known}
    while True:
        more = [code for code in codes if id(code) not in known and not names.isdisjoint((*code.co_names, *code.co_freevars))]
        if not more:
            return known
        known |= set(map(id, more))
        names |= {code.co_name for code in more}


def _asserts_itself(code):
    if any(name in _FAILING or name.startswith("assert") for name in code.co_names):
        return True
    operation, operand = _ASSERT
    steps = code.co_code
    return operation in steps[::2] and any(step == operation and steps[2 * place + 1] == operand for place, step in enumerate(steps[::2]))


_read = {}


def forget():
    """As if no text had been read."""
    _read.clear()


def _once(read):
    """What is read of a text is read once."""

    @functools.wraps(read)
    def known(text):
        key = read.__name__, text
        if key not in _read:
            _read[key] = read(text)
        return _read[key]

    return known


@_once
def tree_of(text):
    """The tree of a text."""
    return ast.parse(text)


@_once
def bodies(text):
    """The names that the body of each function of a text uses, by the line where its code begins."""
    return {
        _line(node): {inner.id for statement in node.body for inner in ast.walk(statement) if isinstance(inner, ast.Name)}
        for node in ast.walk(tree_of(text))
        if isinstance(node, FUNCTIONS)
    }


def only_fails(code):
    """Whether a function does nothing but fail: `raise AssertionError`, `assert False`."""
    return _asserts_itself(code) and not any(dis.opname[step].startswith(("POP_JUMP", "FOR_ITER")) for step in code.co_code[::2]) and not any(
        name.startswith("assert") or name == "raises" for name in code.co_names
    )


def check(code, text, asserting, decides):
    """Raises `BadTests` for a test, or a function that asserts, which did not run or was not finished; `AssertionError` where the program is why.

    `decides(lines)`: whether what stands above the definitions at these lines may come from the program.
    """
    for inner in failures.unawaited():
        if inner.co_name.startswith("test") or asserting(inner):
            # Where a statement is nothing but the call, the program has no part in it.
            kind = AssertionError if _dropped(tree_of(text), {inner.co_name}) is None else BadTests
            raise kind(f"`{inner.co_name}` of the tests is called and not awaited")
    for inner in failures.pending():
        if inner.co_name.startswith("test") or asserting(inner):
            raise AssertionError(f"`{inner.co_name}` of the tests has not ended when its loop did: wait for it")
    left = []
    for inner in ran.inside(code):
        if not inner.co_flags & inspect.CO_OPTIMIZED or inner.co_name in _NO_FUNCTIONS:
            continue
        if not ran.started(inner):
            if inner.co_name.startswith("test") or asserting(inner):
                left.append(inner)
        elif ran.must_finish(inner) and not ran.finished(inner) and (inner.co_name.startswith("test") or asserting(inner)):
            if inner.co_flags & inspect.CO_COROUTINE or inner.co_name not in data(text):
                raise BadTests(f"`{inner.co_name}` of the tests is started and not finished: wait for it")
    if not left:
        return
    tree = tree_of(text)
    skipped = skips(tree)
    called = used(text)
    iterated = data(text)
    free = set()
    for inner in left:
        is_test = inner.co_name.startswith("test")
        takes = inner.co_argcount + inner.co_kwonlyargcount
        own = inner.co_name in iterated or (inner.co_name in called and takes if is_test else inner.co_name in called or takes or only_fails(inner))
        if own or inner.co_firstlineno in skipped:
            free.update(map(id, (inner, *ran.inside(inner))))
    for inner in left:
        if id(inner) in free:
            continue
        if _is_decided_by_program(tree, inner) or decides({inner.co_firstlineno}):
            raise AssertionError(f"the tests define `{inner.co_name}` where the program does what it should, and it did not")
        raise BadTests(f"`{inner.co_name}` of the tests does not run: call it, or give it no parameters")
    dropped = _dropped(tree, {inner.co_name for inner in left if inner.co_flags & (inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR)})
    if dropped is not None:
        raise BadTests(f"`{dropped}` of the tests is a generator, and a call of it alone runs nothing")


@_once
def data(text):
    """The names of generators that a text goes through: in a loop, or by giving what a call of one gave to another call than `next`."""
    tree = tree_of(text)
    sources = [node.iter for node in ast.walk(tree) if isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension))]
    sources += [argument for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") != "next" for argument in node.args]
    return {source.func.id for source in sources if isinstance(source, ast.Call) and isinstance(source.func, ast.Name)}


@_once
def used(text):
    """The names that a text calls or gives to a call, outside the function of that name. An attribute is a name of a method."""
    tree = tree_of(text)
    methods = {definition.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for definition in node.body if isinstance(definition, FUNCTIONS)}
    found = set()

    def visit(node, inside):
        if isinstance(node, ast.Call):
            parts = [node.func, *node.args, *(keyword.value for keyword in node.keywords)]
            parts += [element for part in parts if isinstance(part, (ast.List, ast.Tuple, ast.Set)) for element in part.elts]
            names = {part.id for part in parts if isinstance(part, ast.Name)} | {part.attr for part in parts if isinstance(part, ast.Attribute) and part.attr in methods}
            found.update(names - inside)
        if isinstance(node, ast.Lambda):
            inside = inside | {"<lambda>"}
        elif isinstance(node, FUNCTIONS):
            inside = inside | {node.name}
        for child in ast.iter_child_nodes(node):
            visit(child, inside)

    visit(tree, frozenset())
    # Lambdas have no name to be called by: a text passes them on.
    return found | _in_tables(tree) | {"<lambda>"}


def _in_tables(tree):
    """The names that a text keeps in a dictionary, or chooses by a condition."""
    parts = [value for node in ast.walk(tree) if isinstance(node, ast.Dict) for value in node.values]
    parts += [part for node in ast.walk(tree) if isinstance(node, ast.IfExp) for part in (node.body, node.orelse)]
    return {part.id for part in parts if isinstance(part, ast.Name)}


def _dropped(tree, names):
    """One of these names that a statement calls, and lets what it gives drop."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name) and node.value.func.id in names:
            return node.value.func.id
    return None


def skips(tree):
    """The lines of the definitions that `unittest` skips, with those inside them, where nothing but the text and the library decides it."""
    lines = set()
    imported = _imported(tree)
    for node in ast.walk(tree):
        for decorator in getattr(node, "decorator_list", ()):
            name = _skip(decorator)
            conditions = _conditions(decorator) if name in _SKIPS[1:] and isinstance(decorator, ast.Call) else []
            if name and all(_is_fixed(condition, imported) for condition in conditions):
                lines |= {_line(inner) for inner in ast.walk(node) if isinstance(inner, (*FUNCTIONS, ast.ClassDef))}
    return lines


def _conditions(decorator):
    """What decides whether a decorator skips."""
    return [*decorator.args[:1], *(keyword.value for keyword in decorator.keywords if keyword.arg != "reason")]


def _skip(decorator):
    """The name of the decorator of `unittest` that skips, or `None`."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = getattr(called, "attr", getattr(called, "id", None))
    return name if name in _SKIPS else None


def _line(definition):
    return definition.decorator_list[0].lineno if definition.decorator_list else definition.lineno


def _is_decided_by_program(tree, code):
    """Whether the definition of a code object is inside a statement that may depend on what the program gave, or is skipped for a reason of that kind."""
    imported = _imported(tree)
    for node in ast.walk(tree):
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)) and any(_skip(decorator) for decorator in node.decorator_list):
            fixed = _line(node) in skips(tree)
        elif isinstance(node, (ast.If, ast.While)):
            fixed = _is_fixed(node.test, imported)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            fixed = _is_fixed(node.iter, imported)
        elif isinstance(node, ast.Match):
            fixed = _is_fixed(node.subject, imported)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            fixed = False
        elif isinstance(node, ast.Try):
            fixed = all(isinstance(statement, (ast.Import, ast.ImportFrom, *FUNCTIONS, ast.ClassDef)) for statement in node.body)
        else:
            continue
        if not fixed and any(isinstance(inner, FUNCTIONS) and inner.name == code.co_name and _line(inner) == code.co_firstlineno for inner in ast.walk(node)):
            return True
    return False


def _imported(tree):
    return {alias.asname or alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom)) and getattr(node, "module", "") != "solution" for alias in node.names}


def _is_fixed(expression, imported):
    """Whether an expression is made of the library's names and constants alone."""
    names = {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}
    return all(name in imported or name == "__name__" or hasattr(builtins, name) for name in names)
