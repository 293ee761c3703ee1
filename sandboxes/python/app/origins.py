"""Where the objects of the program's came from, as far as the tests' text tells: what they may be asked depends on it.

An object that the tests made of a class of the program's is what the class says. An object that a function gave may stand where plain data should, so it can do no more than that.
"""

import ast
import collections
import decimal

from . import asserting, wants

#: Plain types, and their methods that judge what they are given, or themselves.
_KINDS = (str, bytes, set, frozenset, int, float, decimal.Decimal, collections.Counter)
_JUDGING = {
    name
    for kind in _KINDS
    for name in vars(kind)
    if name.startswith(("is", "compare", "same_", "difference", "symmetric_difference", "intersection", "subtract")) or name in ("startswith", "endswith", "union")
}
#: Those, and methods of plain types that give a part of themselves, or a copy. What changes a container is no question.
_PLAIN = _JUDGING | {name for kind in (str, bytes, tuple) for name in vars(kind) if not name.startswith("_")} | {"copy"}
_OF_MAPPINGS = {"get", "items", "keys", "values"}

#: The names under which the tests looked up a handle, by its `id`.
_roots = {}
#: Handles that the tests made by a call of a class of the program's.
_instances = set()
#: Handles that a call of anything but a class gave, where plain data may be expected: of a function, or of a `Solution`.
_results = set()
#: Handles that the methods of other objects of the tests' gave, and what those objects are like: the plain types whose judging methods the tests asked them for.
_derived, _like = {}, {}
#: The methods that gave those.
_methods = {}
#: Of a handle that is an attribute of another: that one, and the attribute's name.
_parents = {}
#: Of a handle that came with others in one result: the `id` of each. What changes one may change the others (a channel's two ends).
_families = {}
#: The tests' text, and which names it uses as those of classes.
_text, _as_classes = "", {}


def begin(text):
    """Before the tests of this text run."""
    global _text
    _text = text


def forget():
    """As if there were no objects."""
    for kept in (_roots, _instances, _results, _derived, _methods, _like, _parents, _families, _as_classes):
        kept.clear()


# ---- what is noted ----


def named(handle, name):
    """The tests looked it up under a name."""
    _roots[id(handle)] = name


def part(handle, owner, name):
    """It is an attribute of another one."""
    _parents[id(handle)] = (owner, name)


def came(handles, call):
    """These came in the result of a call of `call`."""
    for handle in handles:
        _came(handle, call)
    if len(handles) > 1:
        _families.update(dict.fromkeys(map(id, handles), frozenset(map(id, handles))))


def gave(handles, awaited):
    """These came where the tests awaited another one, which a call gave."""
    for handle in handles:
        if id(awaited) in _derived and id(awaited) not in _results:
            _derived.setdefault(id(handle), _derived[id(awaited)])
        else:
            _results.add(id(handle))


def copied(copy, handle):
    """It is a copy of another one, made by the tests."""
    for kept in (_instances, _results):
        if id(handle) in kept:
            kept.add(id(copy))
    if id(handle) in _derived:
        _derived.setdefault(id(copy), _derived[id(handle)])


def _came(handle, call):
    root = _roots.get(id(call), "")
    origin = _origin(owner(call)[0])
    if call._r1_class and _is_spelled_as_class(root):
        _instances.add(id(handle))
        _derived.setdefault(id(handle), root)
    elif origin in (None, "Solution"):
        _results.add(id(handle))
    else:
        _derived.setdefault(id(handle), origin)
        _methods.setdefault(id(handle), owner(call)[1])


# ---- what follows ----


def owner(handle):
    """The handle that it is an attribute of, and the attribute's name: `(None, "")` of others."""
    return _parents.get(id(handle), (None, ""))


def path(call):
    """The name under which the tests call it: `f`, `Solution.f`."""
    parent, name = owner(call)
    return f"{_origin(parent) or ''}.{name}" if parent is not None else _roots.get(id(call), "")


def are_objects(name):
    """Whether the tests' text asks what calls of a name give, `f` or `Solution.f`, for an attribute that plain data does not have."""
    kind, dot, method = name.rpartition(".")
    return _is_asked_for_more(dot + method) if dot else _is_used_as_class(name)


def is_result(key):
    """Whether the handle of this `id` is a result of a function's."""
    return key in _results


def with_families(keys):
    """These `id`s, and those of the handles that came with them."""
    return keys.union(*(_families[key] for key in keys if key in _families))


def is_made_by_tests(handle):
    """Whether the tests name a class of the program's, or made an object of one. It is told by the spelling of the name, which is the tests', and not by what the program has under it."""
    name = _roots.get(id(handle), "")
    return id(handle) in _instances or (_is_spelled_as_class(name) and (len(name) == 1 or any(map(str.islower, name))))


def is_expected(handle):
    """Whether the tests expect an object there and no plain data, as their text tells: they made it of what they spell as a class, or got it by an attribute or a method of such an object and ask it, or
    another one from there, for what plain data does not have."""
    if id(handle) in _results:
        return False
    if is_made_by_tests(handle):
        return True
    parent, name = owner(handle)
    return (id(handle) in _derived or (parent is not None and is_expected(parent))) and _is_asked_for_more("." + (_methods.get(id(handle)) or name))


def is_named_or_made(handle):
    """Whether the tests looked it up, or made it."""
    return id(handle) in _roots or id(handle) in _instances


def is_free(handle):
    """Whether a container is the tests' own object of a class of the program's, which may say what it likes."""
    return id(handle) in _instances and id(handle) not in _results and _is_used_as_class(_derived[id(handle)])


def is_refused(handle, name, is_mapping):
    """Whether a method of plain types is not asked of a handle, which may stand where plain data should."""
    origin = _origin(handle)
    if is_made_by_tests(handle) and id(handle) not in _results:
        _like.setdefault(origin, set()).update(kind for kind in _KINDS if name in vars(kind))
        return False
    if name in ("keys", "items"):
        # What has these is a mapping, or stands for one.
        return id(handle) in _results and not is_mapping
    if origin in (None, "Solution"):
        return name in _PLAIN
    return name in _JUDGING and not any(name in vars(kind) for kind in _like.get(origin, ()))


def _origin(handle):
    """The name of the class that the tests made an object of, which gave this handle, or `None`."""
    return _derived.get(id(handle)) or (_roots.get(id(handle)) if handle is not None and is_made_by_tests(handle) else None)


def _is_spelled_as_class(name):
    """Whether a name is spelled as that of a class, and the tests' text does not want plain data from a call of it."""
    if not name[:1].isupper():
        return False
    key = name, "plain"
    if key not in _as_classes:
        _as_classes[key] = wants.plain(asserting.tree_of(_text), name)
    return not _as_classes[key] or _is_used_as_class(name)


def _is_used_as_class(name):
    """Whether the tests' text does with a name what only a class is good for: a function may be called `Solve`."""
    if name not in _as_classes:
        _as_classes[name] = _uses_as_class(asserting.tree_of(_text), name)
    return _as_classes[name]


def _is_asked_for_more(name):
    """Whether the tests' text asks what a method gives, `.method`, for an attribute that plain data does not have."""
    if name not in _as_classes:
        tree = asserting.tree_of(_text)
        _as_classes[name] = _asks(tree, lambda node: isinstance(node, ast.Attribute) and "." + node.attr == name)
    return _as_classes[name]


def _uses_as_class(tree, name):
    """A class is derived from, an object is checked to be of it, or asked for an attribute that plain results of functions are not asked for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any(_names(base, name) for base in node.bases):
            return True
        if isinstance(node, ast.Call) and _names(node.func, "isinstance") and any(_names(argument, name) for argument in node.args[1:]):
            return True
    if any(_names(asked, name) for asked in _asked_for_more(tree)):
        return True
    return _asks(tree, lambda node: isinstance(node, ast.Call) and _names(node.func, name))


def _asks(tree, gives):
    """Whether an attribute that plain data does not have is asked of an expression with a part for which `gives(part)` holds, or of what such an expression is bound to."""

    def has(value):
        return any(map(gives, ast.walk(value)))

    holds = wants.bound(tree, has)
    return any(has(asked) or holds(asked) for asked in _asked_for_more(tree))


def _asked_for_more(tree):
    """The expressions that are asked for an attribute that plain data does not have, or for a method of a dictionary with as many arguments as that one does not take: `account.get()`."""
    calls = {id(node.func): len(node.args) + len(node.keywords) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr not in _PLAIN:
            count = calls.get(id(node))
            if node.attr not in _OF_MAPPINGS or (count is not None and (count == 0) == (node.attr == "get")):
                yield node.value


def _names(node, name):
    return isinstance(node, ast.Name) and node.id == name
