"""Which names the text of tests uses as classes and functions, told by what is done with them and not by how they are spelled."""

import ast

from .expressions import RAISES, called


def object_uses(node):
    """The names that a node calls, asks for an attribute, gives to a call, compares with `type(x)` or keeps: what is done with a class, beside `class_uses`. A single letter that is kept is a number."""
    if isinstance(node, ast.Call):
        kinds = [node.func, *node.args, *(keyword.value for keyword in node.keywords)]
    elif isinstance(node, ast.Attribute):
        kinds = [node.value]
    elif isinstance(node, ast.Compare):
        # `type(a) is Bank`
        kinds = [side for side, is_kind in _beside_kinds(node) if is_kind]
    elif isinstance(node, ast.Raise):
        kinds = [node.exc]
    elif isinstance(node, (ast.Tuple, ast.List, ast.Set, ast.Dict, ast.Assign)):
        kept = node.values if isinstance(node, ast.Dict) else [node.value] if isinstance(node, ast.Assign) else node.elts
        return {kind.id for kind in kept if isinstance(kind, ast.Name) and len(kind.id.lstrip("_")) > 1}
    else:
        kinds = []
    return {kind.id for kind in kinds if isinstance(kind, ast.Name)}


def _beside_kinds(node):
    """The sides of a comparison, and whether each stands beside `type(x)` or `x.__class__`."""
    sides = [node.left, *node.comparators]
    kinds = [isinstance(side, ast.Call) and called(side) == "type" or getattr(side, "attr", "") == "__class__" for side in sides]
    return [(side, any(kinds[max(0, place - 1) : place + 2])) for place, side in enumerate(sides)]


def class_uses(node):
    """The names that a node uses as classes: in `except`, `isinstance`, `issubclass`, `assertRaises` and bases."""
    kinds = []
    if isinstance(node, ast.ExceptHandler) and node.type is not None:
        kinds = [node.type]
    elif isinstance(node, ast.ClassDef):
        kinds = node.bases
    elif isinstance(node, ast.Call):
        kinds = node.args[1:2] if called(node) in ("isinstance", "issubclass", "assertIsInstance") else node.args[:1] if called(node) in RAISES else []
    return {inner.id for kind in kinds for inner in ast.walk(kind) if isinstance(inner, ast.Name)}
