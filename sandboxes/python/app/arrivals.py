"""What reaches the tests without being returned to them, as far as names of the program's have a say in it (`follow.py`).

- A parameter of a test has what the fixture of its name gives, and all that `parametrize` gives; those decide as well how often the test runs.
- What was printed comes from all names that were asked where it is read; so does what a library's context (`patch`, `assertLogs`) holds when it ends.
- An exception comes from all names that the block used in which it was raised.
"""

import ast

from .expressions import FUNCTIONS, RAISES, called, raised
from .values import NOTHING, Value, any_of, either, join, union

#: Calls whose result is what something else left behind.
_LEFT = {"getvalue", "readouterr", "exc_info", "exception", "format_exc", "format_exception", "getfixturevalue"}
#: Those that do so where the tests catch output: they read ordinary files of the tests' otherwise.
_READ = {"read", "readline", "readlines"}
#: Fixtures of pytest's that hold what was printed, logged or warned.
_HOLD = {"capsys", "capfd", "capsysbinary", "capfdbinary", "caplog", "recwarn"}
_CATCH = {"stdout", "stderr", "redirect_stdout", "redirect_stderr"}


class Arrivals:
    """The part of a `Follower` that is about what a runner of tests, the streams and exceptions bring."""

    def prepare(self, nodes):
        #: Whether there may be fixtures, and whether one may have a name that cannot be read off.
        self.has_fixtures = any(_mentions_pytest(node) for node in nodes)
        self.catches = any(getattr(node, "attr", getattr(node, "id", None)) in _CATCH or getattr(node, "name", None) in _CATCH for node in nodes)
        #: Functions by the names under which parameters ask for them.
        self.fixtures = {}
        #: Names that were asked anywhere, and what is being followed uses: those of the last values that were looked at.
        self.ever_asked = self.touched = 0

    # ---- fixtures and parameters ----

    def may_be_fixture(self, node):
        """Notes a function under the names that it may have as a fixture."""
        if not self.has_fixtures:
            return
        names = [node.name]
        for decorator in node.decorator_list:
            for keyword in getattr(decorator, "keywords", ()):
                if keyword.arg in ("name", None):
                    # `None` stands for a name that cannot be read off: any parameter may mean it.
                    names.append(keyword.value.value if isinstance(keyword.value, ast.Constant) else None)
        self.is_fixture(node, names)

    def is_fixture(self, node, names):
        for name in names:
            self.fixtures.setdefault(name, set()).add(node)

    def given_by_runner(self, scope):
        """Binds the parameters of a function to what pytest gives them."""
        arguments = scope.node.args
        parameters = [part.arg for part in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs) if part.arg not in ("self", "cls")]
        marks, decides, outer = NOTHING, 0, scope.parent
        while outer is not None:
            mark, outer = outer.ever.get("pytestmark", NOTHING), outer.parent
            marks, decides = join(marks, mark), decides | mark.size
        for name in (*parameters, *(part.arg for part in (arguments.vararg, arguments.kwarg) if part)):
            self.note(scope.ever, name, marks.flat())
            if name in _HOLD:
                self.note(scope.ever, name, Value(heads=self.ever_asked))
        if self.has_fixtures:
            for name in parameters:
                for function in {*self.fixtures.get(name, ()), *self.fixtures.get(None, ())} - {scope.node}:
                    fixture = self.scopes[function]
                    self.note(scope.ever, name, self.fixture_value(fixture))
                    decides |= fixture.guards | fixture.repeats
        if decides & ~scope.guards:
            scope.guards |= decides
            self.changed = True

    def fixture_value(self, scope):
        yields = scope.results["yield"]
        return join(scope.results["return"], yields)

    def of_decorator(self, decorator):
        """What a decorator gives to the parameters of what it decorates (`@parametrize("x, e", CASES)`), and the names that decide how often that runs."""
        values = [self.eval(argument) for argument in (*decorator.args, *(keyword.value for keyword in decorator.keywords))]
        return any_of([value.flat() for value in values]), union(value.size for value in values)

    def mark(self, scope, decorators):
        """What decorators of a class give to the tests in it."""
        for decorator in decorators:
            value, decides = self.of_decorator(decorator) if isinstance(decorator, ast.Call) else (self.eval(decorator), 0)
            decides |= self.eval(decorator.func).names if isinstance(decorator, ast.Call) else value.names
            if value.names or decides:
                self.note(scope.ever, "pytestmark", value.flat()._replace(count=decides))

    # ---- what is left behind ----

    def left(self, node, name):
        """The value of a call that gives what something else left behind; `None` for other calls."""
        if self.has_fixtures and name in ("fixture", ""):
            # `pytest.fixture(lambda: 3, name="three")`
            keywords = [*node.keywords, *getattr(node.func, "keywords", ())]
            for function in union_of(self.eval(argument).functions for argument in node.args):
                if isinstance(function, FUNCTIONS):
                    names = [keyword.value for keyword in keywords if keyword.arg in ("name", None)]
                    self.is_fixture(function, [value.value if isinstance(value, ast.Constant) else None for value in names])
            return None
        if name == "getfixturevalue":
            return any_of([self.fixture_value(self.scopes[function]) for found in self.fixtures.values() for function in found])
        if name in _LEFT or (name in _READ and self.catches):
            return join(Value(heads=self.scope.asked or self.ever_asked), self.attributes.get("getvalue", NOTHING))
        return None

    def ask(self, makers):
        """Names of the program's are called, here or in a function that is called here."""
        self.touched |= makers
        if makers & ~(self.ever_asked & self.scope.asked):
            self.ever_asked |= makers
            self.scope.asked |= makers
            self.changed = True

    def used_in(self, follow):
        """Follows something: the names of all values that it looks at."""
        outer, self.touched = self.touched, 0
        follow()
        used, self.touched = self.touched, self.touched | outer
        return used

    # ---- statements that hold what is left behind ----

    def do_Try(self, node):
        before, trying = dict(self.scope.here), self.trying
        self.trying = True
        used = self.used_in(lambda: self.body(node.body))
        self.trying = trying
        begun = either(before, self.scope.here)
        self.body(node.orelse)
        for handler in node.handlers:
            ended, self.scope.here = self.scope.here, dict(begun)
            if handler.type is not None:
                kind = self.eval(handler.type)
                self.kind_of_exception(kind, used)
                if handler.name:
                    self.store(handler.name, raised(kind, used))
            self.body(handler.body)
            self.scope.here = either(ended, self.scope.here)
        self.body(node.finalbody)

    do_TryStar = do_Try

    def do_With(self, node):
        items = []
        for item in node.items:
            call = item.context_expr
            expects = isinstance(call, ast.Call) and called(call) in RAISES and not self.eval(call.func).names
            value = NOTHING if expects else self.eval(call)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, value.flat())
            items.append((item, expects, value))
        used = self.used_in(lambda: self.body(node.body))
        for item, expects, value in items:
            if expects:
                self.leave(item, self.expects(item.context_expr, used))
            elif not value.names:
                self.leave(item, used)

    do_AsyncWith = do_With

    def leave(self, item, held):
        """After a `with`: a context that is not the program's may hold what happened in it, and so may what it was given (`with redirect_stdout(buffer):`)."""
        if held:
            targets = ast.walk(item.optional_vars) if item.optional_vars is not None else getattr(item.context_expr, "args", ())
            for target in targets:
                if isinstance(target, ast.Name):
                    self.add(target, Value(heads=held))


def _mentions_pytest(node):
    if isinstance(node, ast.alias):
        return node.name.split(".")[0] == "pytest"
    return (isinstance(node, ast.ImportFrom) and node.module == "pytest") or (isinstance(node, ast.Constant) and node.value == "pytest")


def union_of(sets):
    return {each for found in sets for each in found}
