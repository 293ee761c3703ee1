"""Following, in the text of tests and before they run, which names of the program's have a say in a value.

A value has *heads*, the names whose result it may be; *deps*, the names whose results went into those results; *built*, the classes of the program's that it is an object of;
*inside*, the classes whose objects went into it; and *chosen*, the names that decided, by a branch or a loop, whether it is here. `depth(parse(x))` has the head `depth` and the dep
`parse`; `depth(Node(1))` has no dep: a class that is called with the tests' own values makes an input.

The statements of a scope are followed in their order. Functions may be called from anywhere: what their parameters are given, what they return, and what outer names and attributes have ever
been is kept in tables that only grow, and all is followed again until they grow no more. What is not known gives a mixture of all that goes in.
"""

import ast
import re

from . import kinds
from .arrivals import Arrivals
from .expressions import COPIES, FUNCTIONS, Expressions, called
from .faults import BadTests
from .values import NOTHING, Value, container, either, join, mixed, shallow, union

#: Rounds until the tables are full; tests need two or three.
_ROUNDS = 50
#: The name of a class.
_CLASS = re.compile(r"_*[A-Z]([A-Za-z0-9]*[a-z][A-Za-z0-9]*)?\Z")
#: Calls that end a test early.
_LEAVE = {"skipTest", "skip", "exit", "_exit", "quit", "SkipTest"}
#: Calls that make the tests fail.
_FAIL = {"fail", "exit", "_exit", "quit", "abort"}


class _Scope:
    """The module, a class or a function of the tests."""

    def __init__(self, node, parent):
        self.node, self.parent = node, parent
        #: What names are where following has come to, and all that they have ever been.
        self.here, self.ever = {}, {}
        #: What was put into the values of names, and the names whose values functions inside put something into.
        self.added, self.outer = {}, set()
        self.results = {"return": NOTHING, "yield": NOTHING}
        #: Names that decide whether the function is called, and how often if it is a fixture.
        self.guards = self.repeats = 0
        #: Names that it calls, or functions that it calls.
        self.asked = 0


class Follower(Expressions, Arrivals):
    """Follows the tests. What a subclass makes of it: `begin` and `end` (a round), `truth`, `compare`, `check`, `fails`, `drop`, `call`, `assertion`."""

    def __init__(self, tree, names):
        self.tree, self.names = tree, sorted(names)
        self.bits = {name: 1 << place for place, name in enumerate(self.names)}
        self.nodes = nodes = list(ast.walk(tree))
        classes = {name for node in nodes for name in kinds.class_uses(node)}
        #: Those that are spelled like a class, and are not only values (`f(1) % M`); classes.
        objects = classes | {name for node in nodes for name in kinds.object_uses(node)}
        self.spelled = union(self.bits[name] for name in self.names if _CLASS.match(name) and name in objects)
        #: Those of which the tests take only the value: data.
        self.data = union(self.bits[name] for name in self.names if name not in objects)
        self.classes = self.spelled | union(self.bits[name] for name in self.names if name in classes)
        self.used = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)} | {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        self.shared = {name for node in nodes if isinstance(node, (ast.Global, ast.Nonlocal)) for name in node.names}
        self.aliases = _aliases(nodes)
        self.scope = self.module = _Scope(tree, None)
        self.scopes, self.attributes, self.leaving = {}, {}, {}
        #: Names that decide whether what is being followed runs, and whether a `try` is around it.
        self.guards, self.trying = 0, False
        #: Those of the statements around it, and those of several of them that differ.
        self.around = self.nested = 0
        self.changed = False
        self.prepare(nodes)

    def follow(self):
        """What `end` gives after the last round."""
        for _ in range(_ROUNDS):
            self.changed = False
            self.module.here = {}
            self.guards = 0
            self.begin()
            self.body(self.tree.body)
            for scope in list(self.scopes.values()):
                self.function(scope)
            if not self.changed:
                return self.end()
        raise BadTests("the tests' functions are too entangled to tell whose names are whose: list the program's in `names`")

    # ---- names ----

    def note(self, table, key, value):
        """Adds to a table that only grows."""
        old = table.get(key, NOTHING)
        new = join(old, value)
        if new != old or key not in table:
            table[key] = new
            self.changed = True

    def load(self, name):
        scope = self.scope
        if name in scope.here and name not in self.shared and name not in scope.outer:
            return scope.here[name]
        while scope is not None:
            if name in scope.ever and (scope is self.scope or not isinstance(scope.node, ast.ClassDef)):
                return scope.ever[name]
            scope = scope.parent
        bit = self.bits.get(name, 0)
        return Value(built=bit, functions=frozenset([name])) if bit & self.classes else Value(heads=bit)

    def implied(self, value):
        """A value as it is where statements around decide whether it is."""
        if not self.around:
            return value
        nested = self.nested
        if value.verdicts and value.names != self.around:
            # A verdict on one name that is only looked for where another wants it.
            nested |= value.names | self.around
        value = value._replace(deps=value.deps | nested)
        return value._replace(chosen=value.chosen | self.around, count=value.count if value.count is None else value.count | self.around)

    def store(self, name, value):
        scope, value = self.scope, self.implied(value)
        while name in self.shared and scope.parent is not None:
            self.note(scope.ever, name, value)
            scope = scope.parent
        scope.here[name] = value
        self.note(scope.ever, name, value)
        if isinstance(scope.node, ast.ClassDef):
            self.note(self.attributes, name, value)

    def add(self, target, value):
        """What an expression starts from holds this value as well: the variable, and the attribute on the way to it."""
        value = self.implied(value)
        while not isinstance(target, ast.Name):
            if isinstance(target, ast.Call) and isinstance(target.func, ast.Attribute):
                # `groups.setdefault(key, []).append(value)`
                target, value = target.func, container(value, 0)
            elif isinstance(target, ast.Attribute):
                self.note(self.attributes, target.attr, value)
            elif isinstance(target, ast.Subscript):
                value = container(value, 0)
            elif not isinstance(target, ast.Starred):
                return
            target = target.value
        for name in {target.id, *self.aliases.get(target.id, ())} - {"self", "cls"}:
            scope = self.scope
            if name in scope.here:
                scope.here[name] = join(scope.here[name], value)
            while scope is not None and name not in scope.ever:
                scope = scope.parent
            if scope is not None:
                self.note(scope.ever, name, value)
                self.note(scope.added, name, value)
                if scope is not self.scope:
                    scope.outer.add(name)

    def assign(self, target, value):
        if isinstance(target, ast.Name):
            self.store(target.id, value)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, container(value.items, value.size))
        elif isinstance(target, (ast.Tuple, ast.List)):
            by_place = value.parts is not None and len(value.parts) == len(target.elts) and not any(isinstance(part, ast.Starred) for part in target.elts)
            for place, part in enumerate(target.elts):
                self.assign(part, value.parts[place] if by_place else value if isinstance(part, ast.Starred) else value.items)
        elif isinstance(target, ast.Subscript):
            self.add(target, self.given_to(self.eval(target.value), join(value, self.eval(target.slice).flat())))
        else:
            self.add(target, self.given_to(self.eval(target.value), value))

    def given_to(self, receiver, value):
        """A value as a part of what holds it: an object of the program's may do with it what it likes."""
        if receiver.is_container or not receiver.names:
            return value
        return Value(deps=value.results | value.verdicts, inside=value.built | value.inside)

    # ---- statements ----

    def body(self, statements):
        for statement in statements:
            method = getattr(self, f"do_{type(statement).__name__}", None)
            if method is not None:
                method(statement)

    def do_Expr(self, node):
        value = self.eval(node.value)
        call = node.value.value if isinstance(node.value, ast.Await) else node.value
        if not isinstance(call, ast.Call):
            return self.drop(value)
        callee, _ = self.callee(call)
        makers = callee.heads | callee.built
        if makers:
            # What is called for its effect changes what it is given: an object of the program's stays one, anything else is a result.
            for argument in call.args:
                given = self.eval(argument)
                self.add(argument, Value(inside=makers) if given.built and not given.results else Value(heads=makers, deps=given.results))
        elif not callee.functions and (isinstance(call.func, ast.Attribute) or not call.args or called(call) not in COPIES | {"map", "filter", "all", "any"}):
            return
        self.drop(value)

    def do_Assign(self, node):
        value = self.falsy(node.value) or self.eval(node.value)
        if all(isinstance(target, ast.Name) and target.id not in self.used for target in node.targets):
            self.drop(value)
        for target in node.targets:
            self.assign(target, value)

    def do_AnnAssign(self, node):
        if node.value is not None:
            self.assign(node.target, self.eval(node.value))

    def do_AugAssign(self, node):
        old, value = self.eval(node.target), self.eval(node.value)
        self.assign(node.target, join(old, value) if old.is_container and value.is_container else mixed([old, value]))

    def do_Return(self, node):
        value = NOTHING if node.value is None else self.falsy(node.value) or self.implied(self.eval(node.value))
        if getattr(self.scope.node, "name", None) not in self.used:
            self.drop(value)
        self.note(self.scope.results, "return", shallow(value))

    def falsy(self, node):
        """`False` where something around decides: a verdict of that, as it fails the tests."""
        if self.around and isinstance(node, ast.Constant) and not node.value:
            return Value(deps=self.nested, verdicts=self.around)
        return None

    def do_Assert(self, node):
        self.check(self.truth(node.test))
        if node.msg is not None:
            self.eval(node.msg)

    def do_If(self, node):
        decides = self.truth(node.test).names
        if any(isinstance(inner, ast.Raise) or (isinstance(inner, ast.Call) and called(inner) in _FAIL) for inner in _own(node)):
            self.fails(decides)
        guards, before, outer = self.guards, dict(self.scope.here), self.enter(decides)
        self.body(node.body)
        after, self.scope.here = self.scope.here, before
        self.body(node.orelse)
        self.around, self.nested = outer
        self.scope.here = either(after, self.scope.here)
        # What follows an early end runs only where the condition lets it.
        if not self.leaves(node):
            self.guards = guards

    def enter(self, decides):
        """These names decide whether what follows runs: what did before."""
        outer = self.around, self.nested
        if self.around and decides and decides != self.around:
            self.nested |= self.around | decides
        self.guards |= decides
        self.around |= decides
        return outer

    def do_For(self, node):
        source = self.eval(node.iter)
        self.loop(node, source.size, lambda: self.assign(node.target, source.items))

    do_AsyncFor = do_For

    def do_While(self, node):
        self.loop(node, self.truth(node.test).names, lambda: self.truth(node.test))

    def loop(self, node, decides, begin):
        guards, before, outer = self.guards, dict(self.scope.here), self.enter(decides)
        # Earlier passes have bound what the loop binds.
        for inner in _own(node):
            if isinstance(inner, ast.Name) and inner.id in before and inner.id in self.scope.ever and isinstance(inner.ctx, ast.Store):
                self.scope.here[inner.id] = join(before[inner.id], self.scope.ever[inner.id])
        begin()
        self.body(node.body)
        self.scope.here = either(before, self.scope.here)
        self.body(node.orelse)
        self.around, self.nested = outer
        if not any(isinstance(inner, ast.Return) for inner in _own(node)):
            self.guards = guards

    def leaves(self, node):
        """Whether a part of a statement ends what it is in."""
        key = node, self.trying
        if key not in self.leaving:
            if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
                found = False
            elif isinstance(node, (ast.Return, ast.Break, ast.Continue)) or (isinstance(node, ast.Raise) and self.trying) or (isinstance(node, ast.Call) and called(node) in _LEAVE):
                found = True
            else:
                found = any(map(self.leaves, ast.iter_child_nodes(node)))
            self.leaving[key] = found
        return self.leaving[key]

    def do_Match(self, node):
        subject = self.eval(node.subject)
        guards, before, outer = self.guards, dict(self.scope.here), self.enter(subject.names)
        ended = before
        for case in node.cases:
            self.scope.here = dict(before)
            for inner in ast.walk(case.pattern):
                if isinstance(inner, ast.MatchValue):
                    self.guards |= self.compare(node.subject, subject, inner.value, self.eval(inner.value), ast.Eq()).names
                elif getattr(inner, "name", None) or getattr(inner, "rest", None):
                    self.store(getattr(inner, "name", None) or inner.rest, subject.flat())
            if case.guard is not None:
                self.guards |= self.truth(case.guard).names
            self.body(case.body)
            ended = either(ended, self.scope.here)
        self.scope.here = ended
        self.around, self.nested = outer
        if not self.leaves(node):
            self.guards = guards

    def do_Raise(self, node):
        if node.exc is not None:
            self.eval(node.exc)

    def do_FunctionDef(self, node):
        value = self.defined(node)
        for decorator in node.decorator_list:
            wrapper = self.eval(decorator)
            if isinstance(decorator, ast.Call) and not self.callee(decorator)[0].names and not self.callee(decorator)[0].functions:
                # The library's, which wraps with what it is given; classes among that are no wrappers.
                wrapper = Value(heads=wrapper.heads | wrapper.deps)
            if wrapper.names or wrapper.functions:
                value = join(value, self.called_with(wrapper, [value], {}))
            if isinstance(decorator, ast.Call):
                given, decides = self.of_decorator(decorator)
                self.bind(node, [], {}, self.guards | decides, all_of=given)
                self.scopes[node].repeats |= decides
        self.may_be_fixture(node)
        self.store(node.name, value)

    do_AsyncFunctionDef = do_FunctionDef

    def do_ClassDef(self, node):
        scope = self.scopes.setdefault(node, _Scope(node, self.scope))
        bases = union(self.eval(base).names for base in node.bases)
        self.mark(scope, node.decorator_list)
        outer, self.scope = self.scope, scope
        self.body(node.body)
        self.scope = outer
        self.store(node.name, Value(built=bases, functions=frozenset([node])))

    def defined(self, node):
        """A function as a value."""
        if node not in self.scopes:
            self.scopes[node] = _Scope(node, self.scope)
            self.changed = True
        arguments = node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        for parameter, default in [*zip(reversed(positional), reversed(arguments.defaults)), *zip(arguments.kwonlyargs, arguments.kw_defaults)]:
            if default is not None:
                self.note(self.scopes[node].ever, parameter.arg, self.eval(default))
        return Value(functions=frozenset([node]))

    def function(self, scope):
        """Follows the body of a function with all that its parameters have been given."""
        if isinstance(scope.node, ast.ClassDef):
            return
        outer = self.scope, self.guards
        self.scope, self.guards, self.trying = scope, scope.guards, False
        scope.here = {}
        self.given_by_runner(scope)
        self.guards = scope.guards
        if isinstance(scope.node, ast.Lambda):
            self.note(scope.results, "return", shallow(self.eval(scope.node.body)))
        else:
            self.body(scope.node.body)
        self.scope, self.guards = outer


def _own(statement):
    """The nodes of a statement, without those of functions and classes in it."""
    todo = [statement]
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            todo += ast.iter_child_nodes(node)


def _aliases(nodes):
    """Names that may be of the same object, by name."""
    found = {}
    for node in nodes:
        if isinstance(node, ast.Assign):
            names = [part.id for part in (*node.targets, node.value) if isinstance(part, ast.Name)]
            for name in names if len(names) > 1 else ():
                found.setdefault(name, set()).update(names)
    return found
