"""What plain data of the program's is besides its content, where tests ask for it: the fields of a named tuple, a `Counter`, a `defaultdict` with a builtin factory.

Results cross as plain data. Where the text of the tests uses an attribute, or looks something up in what may be a dictionary, the program is asked of which of these kinds the parts of its last result
are, and the parts become objects of the library's classes with the same content. They answer by that content alone: a program can say nothing with a kind that it could not say with plain data.
"""

import ast
import builtins
import collections
import itertools
import re

from . import asserting

#: Parts of a result that are looked at.
_MOST = 1_000
_FACTORIES = {kind.__name__: kind for kind in (int, float, str, bool, list, tuple, dict, set)}
#: Attributes that plain data has.
_PLAIN = {name for kind in (list, tuple, dict, set, frozenset, str, bytes, int, float, complex) for name in dir(kind)}

_ATTRIBUTES = re.compile(r"\.\s*([A-Za-z_]\w*)")
_SUBSCRIPT = re.compile(r"[\w)\]}'\"]\s*\[")

_wanted = None
_text = ""


def begin(text):
    """Before the tests of this text run."""
    global _text, _wanted
    _text, _wanted = text, None


def is_wanted():
    """Whether the tests may ask for it: an attribute that plain data has not, or a key that is no whole number."""
    global _wanted
    if _wanted is None:
        # Most texts have nothing of the kind, and need not be parsed.
        may_be = any(name not in _PLAIN and not name.startswith("assert") for name in _ATTRIBUTES.findall(_text)) or _SUBSCRIPT.search(_text) is not None
        _wanted = may_be and any(map(_asks, ast.walk(asserting.tree_of(_text))))
    return _wanted


def _asks(node):
    if isinstance(node, ast.Attribute):
        return node.attr not in _PLAIN and not node.attr.startswith("assert")
    return isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and not isinstance(node.slice, ast.Slice)


# ---- in the program's instance ----


def kinds(result):
    """The kinds of the parts of a value: for each the way to it, the kind, and its names or its factory."""
    found, left = [], [((), result)]
    while left and len(found) < _MOST:
        path, value = left.pop()
        kind = type(value)
        if isinstance(value, tuple) and kind is not tuple and isinstance(getattr(kind, "_fields", None), tuple):
            found.append((path, "tuple", kind.__name__, tuple(kind._fields)))
        elif isinstance(value, collections.Counter):
            found.append((path, "Counter", "", ()))
        elif isinstance(value, collections.defaultdict) and _FACTORIES.get(getattr(value.default_factory, "__name__", "")) is value.default_factory:
            found.append((path, "defaultdict", value.default_factory.__name__, ()))
        if isinstance(value, (list, tuple)):
            left += [((*path, place), part) for place, part in enumerate(value[:_MOST])]
        elif isinstance(value, dict):
            # Values, by their place in the order of the dictionary.
            left += [((*path, place), part) for place, part in enumerate(itertools.islice(dict.values(value), _MOST))]
    return found


# ---- in the tests' instance ----


def dressed(value, kinds):
    """A value with its parts as objects of these kinds, the innermost first. What does not fit is left as it is."""
    for path, *kind in sorted(kinds, key=lambda each: -len(each[0])):
        value = _with(value, path, kind)
    return value


def _with(value, path, kind):
    if not path:
        return _made(value, *kind)
    place, *rest = path
    if not isinstance(value, (list, tuple, dict)) or not 0 <= place < len(value):
        return value
    if isinstance(value, dict):
        key = next(itertools.islice(value, place, None))
        value[key] = _with(value[key], rest, kind)
        return value
    part = _with(value[place], rest, kind)
    if type(value) is list:
        value[place] = part
        return value
    return (*value[:place], part, *value[place + 1 :])


def _made(value, kind, name, fields):
    if kind == "tuple" and type(value) is tuple and len(fields) == len(value):
        try:
            # No name of a builtin type: `type(x).__name__ == "int"`.
            return collections.namedtuple("Tuple" if hasattr(builtins, name) else name, fields)(*value)
        except (ValueError, TypeError):
            return value
    if kind == "Counter" and type(value) is dict:
        return collections.Counter(value)
    if kind == "defaultdict" and type(value) is dict and name in _FACTORIES:
        return collections.defaultdict(_FACTORIES[name], value)
    return value
