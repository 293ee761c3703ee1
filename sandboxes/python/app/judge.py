"""Whether a name of the program's would decide the tests.

Where the program has several names, one of them may be what the row is about and another its judge: `assert close(f(1), 0.5)`, `assert f(1) == EXPECTED`. Who writes both passes
without solving anything. The values of the tests are followed (`follow.py`), and a name is refused where

- the truth of a result that was given another name's result decides, in an `assert`, an `if`, `all`, `assertTrue`; the same for `<`, `!=` and the like, which a constant easily satisfies;
- both sides of a comparison come from the program, and not both from one and the same name: `f(1) == expected(1)`. An object that went into the other side may be compared with: `find(root) is root`;
- all comparisons of such a result with the tests' own values could be met by a constant, one that is easily guessed or the same each time: `compare(f(1), 9) == 0`, not `decode(encode(x)) == x`;
- such a result is dropped: `assert_equal(f(1), 9)`;
- a name decides whether tests of another run: `for x, e in CASES: assert f(x) == e`;
- another is given what nobody calls: `f(CASES)`.
"""

import ast
import collections

from .expressions import RAISES, called, raised
from .faults import BadTests
from .follow import Follower
from .values import NOTHING, Value, any_of, container, join, several, union

#: Of the library's: two arguments are compared, and the result says whether they agree.
_COMPARE = {"isclose", "allclose", "array_equal", "eq"}
_TOLERANCES = {"places", "delta", "rtol", "atol", "decimal", "rel", "abs"}
#: What a program may return that solves nothing.
_GUESSED = {repr(value) for value in (0, 0.0, -0.0, "", b"", [], (), {}, set())}
#: The same, where the results of several names were put together.
_AGREED = _GUESSED | {"1", "-1", "1.0", "-1.0"}


def decides(tree, names):
    """As `judge`, for names that may all be somebody else's: tests that cannot be followed let one of them decide."""
    try:
        return judge(tree, names)
    except BadTests:
        return next(iter(names))


def judge(tree, names):
    """A name of `names` that decides whether what another of them returned is right, or `None`. Raises `BadTests`."""
    if len(names) < 2:
        return None
    try:
        return _Judge(tree, names).follow()
    except RecursionError:
        raise BadTests("the tests are nested too deeply to tell whose names are whose: list the program's in `names`") from None


def tested(tree, names, known):
    """Those of `known`, which others than the program define too, that the tests are about: a test looks at their results alone, or at those of several of them."""
    follower = _Judge(tree, names | known)
    try:
        follower.follow()
    except (RecursionError, BadTests):
        return set()
    bits = union(follower.bits[name] for name in known)
    return {name for name in known if any(follower.bits[name] & about and not about & ~bits for about in follower.tested)}


class _Judge(Follower):
    def __init__(self, tree, names):
        super().__init__(tree, names)
        self.constants, self.numbers = _constants(self.nodes)

    def begin(self):
        #: Sets of names of which one decides.
        self.found = []
        #: By the heads of a mixture, what it is compared with, and whether that was given to it.
        self.answers = {}
        #: What was compared with a member of an enumeration, and that one's class; what the tests ask for its `name` or `value`.
        self.members, self.pinned = [], 0
        #: Names that are called, names that are given to others, and names whose results a test looks at together.
        self.asked, self.given, self.tested = 0, [], set()

    def end(self):
        found = list(self.found)
        for heads, answers in self.answers.items():
            constants = {answer for answer, _ in answers}
            given_back = all(is_given for _, is_given in answers)
            if len(constants) == 1 and not given_back and (len(answers) > 1 or constants & (_AGREED if several(heads) else _GUESSED)):
                found.append(heads)
        found += [kind for compared, kind in self.members if not compared & self.pinned]
        found += [given & ~self.asked & ~self.classes for given in self.given]
        # What nobody calls is what a row forgot to define.
        found = [names & ~self.asked for names in found if names & ~self.asked] or [names for names in found if names]
        return next((name for name in self.names for names in found[:1] if self.bits[name] & names), None)

    def call(self, makers, given):
        """Names are called, with results of others."""
        self.asked |= makers
        self.given.append(given)

    def check(self, verdict):
        """A test: what decides whether it runs must be what it tests."""
        self.tested.add(verdict.names)
        if verdict.names & self.data and verdict.names & ~self.data:
            # `f(1)[INDEX] == 3`
            self.found.append(verdict.names & self.data)
        if self.guards and verdict.names and self.guards != verdict.names:
            self.found.append(self.guards & ~verdict.names or self.guards)

    def fails(self, names):
        """A branch that raises or ends the program: what decides on it is tested."""
        self.tested.add(names)

    def drop(self, value):
        """Nobody looks at a value."""
        if value.is_mixture:
            self.found.append(value.chosen & ~value.known or value.heads or value.results)

    # ---- truths ----

    def truth(self, node):
        """An expression whose truth is used: the names that it depends on, as verdicts."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return self.truth(node.operand)
        if isinstance(node, ast.BoolOp):
            found = [self.truth(value) for value in node.values]
            return self.one_of(found) if isinstance(node.op, ast.Or) else any_of(found)
        return self.judged(self.eval(node))

    def of_BoolOp(self, node):
        values = [self.eval(value) for value in node.values]
        truths = [self.judged(value) for value in values]
        return any_of([self.one_of(truths) if isinstance(node.op, ast.Or) else any_of(truths), *values])

    def judged(self, value):
        """A value whose truth is used."""
        self.drop(value)
        return Value(verdicts=value.names)

    def one_of(self, truths):
        """Each of several truths is enough: they must be about the same names."""
        about = [truth.names for truth in truths if truth.names]
        if any(names != about[0] for names in about):
            self.found.append(about[0])
        return any_of(truths)

    def do_AugAssign(self, node):
        if isinstance(node.target, ast.Name) and node.target.id in self.numbers:
            self.judged(self.eval(node.value))
        super().do_AugAssign(node)

    def library(self, node, receiver, given):
        if called(node) == "addTypeEqualityFunc":
            self.found.append(union(value.names for value in given))
        if called(node) in ("sum", "count", "count_nonzero"):
            # Truths may be what is counted.
            for value in (*given, *filter(None, [receiver])):
                self.drop(value.items)
        return super().library(node, receiver, given)

    def known(self, node, name, values):
        if name in _COMPARE and len(values) > 1:
            self.tolerate(values[:2], [*values[2:], *(self.eval(keyword.value) for keyword in node.keywords)])
            return self.compare(node.args[0], values[0], node.args[1], values[1], ast.Eq())
        if isinstance(node.func, ast.Name) and values:
            if name in ("isinstance", "issubclass", "hasattr", "callable"):
                return Value(verdicts=values[0].names)
            if name == "bool":
                return self.judged(values[0])
            if name in ("all", "any"):
                return self.of_all(values[0], name)
            if name == "filter" and len(values) > 1:
                verdict = self.judged(self.applied(values))
                return container(values[1].items, values[1].size | verdict.names)
        return super().known(node, name, values)

    def of_all(self, value, name):
        if value.parts is not None:
            truths = [self.judged(part) for part in value.parts]
            return self.one_of(truths) if name == "any" else any_of(truths)
        verdict = self.judged(value.items)
        if value.size and verdict.names and value.size != verdict.names:
            self.found.append(value.size & ~verdict.names or value.size)
        return verdict

    # ---- comparisons ----

    def tolerate(self, sides, tolerances):
        """What else a comparison depends on is no other name's."""
        self.found.append(union(value.names for value in tolerances) & ~union(value.names for value in sides))

    def compare(self, left, one, right, other, op):
        """A comparison of two expressions, which have these values."""
        if isinstance(op, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)):
            for distance, limit in ((left, other), (right, one)):
                if _is_distance(distance) and not limit.names:
                    terms = distance.args[0]
                    return self.compare(terms.left, self.eval(terms.left), terms.right, self.eval(terms.right), ast.Eq())
        if one.names and other.names:
            self.both(left, one, right, other, op)
        elif one.names:
            self.against(left, one, right, op)
        elif other.names:
            if isinstance(op, ast.In) and other.is_container:
                self.against(right, other.items, left, ast.Eq())
            else:
                self.against(right, other, left, op)
        return Value(verdicts=one.names | other.names)

    def both(self, left, one, right, other, op):
        """Both sides come from the program."""
        if one.parts is not None and other.parts is not None and len(one.parts) == len(other.parts) and isinstance(op, ast.Eq):
            for place, (mine, theirs) in enumerate(zip(one.parts, other.parts)):
                self.compare(_part(left, place, one), mine, _part(right, place, other), theirs, op)
        elif not _agree(one, other):
            for node, member, compared in ((left, one, other), (right, other, one)):
                # `f(1) == Color.RED`: right where the tests also look into the member.
                if isinstance(node, ast.Attribute) and node.attr.isupper() and isinstance(node.value, ast.Name) and member.names == self.bits.get(node.value.id) == member.built:
                    self.members.append((compared.heads | compared.built, member.built))
                    return
            left_from, right_from = one.heads | one.built, other.heads | other.built
            self.found.append(right_from & ~left_from or left_from & ~right_from or other.names)

    def against(self, node, value, said, op):
        """A value is compared with what the tests say."""
        if isinstance(node, ast.Attribute) and node.attr in ("name", "value"):
            self.pinned |= value.heads | value.built
        if value.parts is not None and isinstance(op, ast.Eq):
            # `[f(1), g(1)] == [2, 3]`
            whole = isinstance(said, (ast.Tuple, ast.List)) and len(said.elts) == len(value.parts)
            for place, part in enumerate(value.parts):
                self.against(_part(node, place, value), part, said.elts[place] if whole else said, op)
        elif value.is_mixture and not value.is_picked and isinstance(op, (ast.Eq, ast.Is)):
            self.answer(node, value, said)
        else:
            self.drop(value)

    def answer(self, node, value, said):
        """A mixture equals what the tests say."""
        while isinstance(said, ast.Call) and called(said) == "approx" and said.args:
            said = said.args[0]
        constant = self.constants.get(said.id) if isinstance(said, ast.Name) else said
        try:
            answer = repr(ast.literal_eval(constant))
        except (ValueError, TypeError, SyntaxError):
            answer = None
        if _is_truth(constant) and not any(isinstance(inner, type(said)) and ast.dump(inner) == ast.dump(said) for inner in _arguments(node)):
            self.found.append(value.heads or value.results)
        is_given = answer is None or (constant is not said and answer not in _AGREED)
        if not several(value.heads):
            is_given |= any((isinstance(inner, ast.Constant) and repr(inner.value) == answer) or (isinstance(inner, ast.Name) and inner.id == getattr(said, "id", None)) for inner in _arguments(node))
        self.answers.setdefault(value.heads or value.results, []).append((answer, is_given))

    def assertion(self, node, name, values, keywords):
        """`assertEqual` and the like, which are the library's."""
        if name in RAISES:
            return self.raising(name, values, keywords)
        nodes = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg not in ("msg", *_TOLERANCES))]
        values = [self.eval(part) for part in nodes]
        if not values:
            return None
        if name in ("assertIsInstance", "assertNotIsInstance"):
            verdict = Value(verdicts=values[0].names)
        elif len(values) == 1 or name in ("assertTrue", "assertFalse", "assertIsNone", "assertIsNotNone"):
            verdict = self.truth(nodes[0])
        else:
            word = name.lower()
            op = ast.Lt() if "not" in word else ast.Eq() if any(part in word for part in ("equal", "close", "same", "assertis")) else ast.In() if word == "assertin" else ast.Lt()
            verdict = self.compare(nodes[0], values[0], nodes[1], values[1], op)
            self.tolerate(values[:2], [*values[2:], *(value for name, value in keywords.items() if name in _TOLERANCES)])
        self.check(verdict)
        return verdict


    # ---- exceptions ----

    def kind_of_exception(self, kind, used):
        """The class in an `except` or `raises`: one of the program's is what the row asks for, if it is spelled as a class. Any other name says what is right."""
        self.found.append(kind.names & ~used & ~self.spelled)

    def expects(self, call, used):
        """`with raises(...)`, where these names were used inside: the names that the exception has from them and its class."""
        (kind, *patterns), keywords = [*map(self.eval, call.args), NOTHING][: max(1, len(call.args))], {keyword.arg: self.eval(keyword.value) for keyword in call.keywords}
        kind = join(kind, keywords.get("expected_exception", NOTHING))
        if called(call) == "suppress":
            kind, patterns = any_of([kind, *patterns]), []
        self.kind_of_exception(kind, used)
        self.tested.add(used)
        error = raised(kind, used)
        for pattern in (*patterns, *(value for name, value in keywords.items() if name not in ("check", "expected_exception", "msg"))):
            if pattern.names:
                self.both(call, error, call, pattern, ast.Eq())
        if "check" in keywords:
            self.judged(self.called_with(keywords["check"], [error], {}))
        return error.heads

    def raising(self, name, values, keywords):
        """`raises(ValueError, f, 1)`. A context that is made elsewhere than it is used says what is right by names that nobody used."""
        patterns = [keywords[key] for key in ("match", "expected_regex", "check") if key in keywords]
        if "Regex" in name:
            patterns, values = patterns + values[1:2], values[:1] + values[2:]
        used = 0
        if values[1:]:
            used = self.used_in(lambda: self.drop(self.called_with(values[1], values[2:], {}))) | union(value.known for value in values[1:])
            self.tested.add(used)
        kind = values[0] if values else NOTHING
        self.kind_of_exception(kind, used)
        self.found += [pattern.names & ~used for pattern in patterns]
        # `stack.enter_context(raises(ValueError))`: what follows raises it.
        return raised(kind, used or self.scope.asked)


def _agree(one, other):
    """Whether the program's values may be compared: both made by one and the same name, or one an object that went into what made the other."""
    if any(not mine.results and not mine.verdicts and not mine.names & ~theirs.names for mine, theirs in ((one, other), (other, one))):
        return True
    heads = one.heads | one.verdicts
    return heads != 0 and heads == other.heads | other.verdicts and not several(heads) and one.results == other.results and not one.is_picked and not other.is_picked


def _part(node, place, value):
    """The node of a part of a display, where it can be seen."""
    return node.elts[place] if isinstance(node, (ast.Tuple, ast.List)) and len(node.elts) == len(value.parts) else node


def _is_truth(node):
    """Whether what the tests say is a truth, or nothing but truths."""
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return bool(node.elts) and all(map(_is_truth, node.elts))
    if isinstance(node, ast.Dict):
        return bool(node.values) and all(map(_is_truth, node.values))
    if isinstance(node, ast.BinOp):
        return _is_truth(node.left)
    if isinstance(node, ast.Compare) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)):
        return True
    return isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, bool) or node.value in ("True", "False", "None"))


def _arguments(node):
    """The nodes of an expression, without those of subscripts."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not (isinstance(node, ast.Subscript) and child is node.slice):
            yield from _arguments(child)


def _is_distance(node):
    """`abs(a - b)`"""
    return isinstance(node, ast.Call) and called(node) in ("abs", "fabs") and len(node.args) == 1 and isinstance(node.args[0], ast.BinOp) and isinstance(node.args[0].op, ast.Sub)


def _constants(nodes):
    """The names that are bound once, to a constant, and those that are bound to a number."""
    stores = collections.Counter(node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    assigned = [(node.targets[0].id, node.value) for node in nodes if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Constant)]
    return {name: value for name, value in assigned if stores[name] == 1}, {name for name, value in assigned if isinstance(value.value, (int, float))}
