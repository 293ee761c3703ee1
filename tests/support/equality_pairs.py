"""Pairs of Python values as the sandbox encodes them, in hexadecimal, each with 1 where Python's `==` holds and 0 where not.

    equality_pairs.py FOLDER_OF_WIRE NUMBER
"""

import importlib
import random
import sys
from collections import deque
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(sys.argv[1]).parent))
wire = importlib.import_module(f"{Path(sys.argv[1]).name}.wire")

CHOICE = random.Random(7)
FLOATS = [0.0, -0.0, 0.1, 0.5, 1.0, -1.0, 2.5, 1e16, 1e300, 5e-324, float("inf"), float("-inf"), float("nan"), 2.0**53]
TEXTS = ["", "a", "1", "\u00e9", "ab"]


def number():
    """A number, written in one of the ways that Python has."""
    value = CHOICE.choice([CHOICE.randint(-3, 3), CHOICE.choice(FLOATS), Fraction(CHOICE.randint(-6, 6), CHOICE.randint(1, 4)), 10 ** CHOICE.randint(0, 40), 2 ** CHOICE.randint(0, 1100)])
    return rewritten(value)


def rewritten(value):
    """The same number as another type, where there is one."""
    kinds = [value]
    if isinstance(value, float) and value - value != 0:
        return CHOICE.choice([value, Decimal(value)])
    exact = Fraction(value)
    kinds.append(exact)
    if exact.denominator == 1:
        kinds += [int(exact), Decimal(int(exact)), Decimal(f"{int(exact)}.{'0' * CHOICE.randint(1, 3)}")]
        if int(exact) in (0, 1):
            kinds.append(bool(exact))
    try:
        if Fraction(float(exact)) == exact:
            kinds += [float(exact), complex(float(exact)), Decimal(float(exact))]
    except OverflowError:
        pass
    if exact.denominator in (2, 4):
        kinds += [Decimal(exact.numerator) / exact.denominator, (Decimal(exact.numerator) / exact.denominator).normalize()]
    return CHOICE.choice(kinds)


def value(depth):
    if depth == 0 or CHOICE.random() < 0.4:
        return CHOICE.choice([number, number, lambda: CHOICE.choice(TEXTS), lambda: CHOICE.choice([None, True, False]), lambda: CHOICE.choice(TEXTS).encode()])()
    items = [value(depth - 1) for _ in range(CHOICE.randint(0, 3))]
    kind = CHOICE.choice(["list", "tuple", "set", "frozenset", "dict", "deque", "range", "bytearray"])
    if kind == "list" and CHOICE.random() < 0.3:  # long enough to be packed
        bits = CHOICE.choice([1, 7, 8, 31, 63, 64])
        return [CHOICE.randint(-(1 << bits), 1 << bits) for _ in range(CHOICE.randint(7, 10))]
    if kind in ("set", "frozenset"):
        return {"set": set, "frozenset": frozenset}[kind](item for item in map(frozen, items))
    if kind == "dict":
        return {frozen(item): value(depth - 1) for item in items}
    if kind == "range":
        return range(CHOICE.randint(-2, 2), CHOICE.randint(-2, 6), CHOICE.choice([-2, -1, 1, 2, 3]))
    if kind == "bytearray":
        return bytearray(CHOICE.choice(TEXTS).encode())
    return {"list": list, "tuple": tuple, "deque": deque}[kind](items)


def frozen(item):
    """A value that can be hashed."""
    try:
        hash(item)
    except TypeError:
        return repr(item)
    return item


def twin(item):
    """A value that is likely to be equal, written otherwise."""
    if CHOICE.random() < 0.1:
        return value(2)
    if isinstance(item, (bool, int, float, Fraction)):
        return rewritten(item)
    if isinstance(item, (list, tuple, deque)):
        return type(item)(map(twin, item))
    if isinstance(item, (set, frozenset)):
        return CHOICE.choice([set, frozenset])(item)
    if isinstance(item, dict):
        return {key: twin(inner) for key, inner in reversed(item.items())}
    if isinstance(item, (bytes, bytearray)):
        return CHOICE.choice([bytes, bytearray])(item)
    return item


for _ in range(int(sys.argv[2])):
    first = value(3)
    second = twin(first)
    # NaN equals nothing, but containers ask `is` first: the sandbox's values have no identity.
    if "nan" in repr((first, second)).lower():
        continue
    print(wire.encode(first).hex(), wire.encode(second).hex(), int(first == second))
