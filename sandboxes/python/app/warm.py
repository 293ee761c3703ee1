"""A program made of what programs commonly do. It runs before the snapshot, so that what the interpreter learns about the code of the library (which
instructions to specialise, which attributes sit where) is in the snapshot, and does not dirty its pages in every run."""

#: Its output goes nowhere.
PROGRAM = '''
import bisect, collections, copy, datetime, decimal, fractions, functools, heapq, io, itertools, json, math, operator, random, re, string, sys, typing
from dataclasses import dataclass, field

sys.stdout = io.TextIOWrapper(io.BytesIO())

@dataclass(order=True)
class Point:
    x: int
    y: int = 0
    tags: list = field(default_factory=list)

class Shape:
    def __init__(self, name): self.name = name
    def __repr__(self): return f"Shape({self.name!r})"
    @property
    def size(self): return len(self.name)

def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)

@functools.lru_cache(maxsize=None)
def steps(n):
    return 1 if n < 2 else steps(n - 1) + steps(n - 2)

for _ in range(12):
    points = sorted(Point(i % 3, i) for i in range(10))
    shapes = [Shape(c) for c in "abc"]
    print(points[0], shapes, [s.size for s in shapes], sum(range(10)), "abc".split("b"), {1: 2}, (1, 2.5), {3}, None, True, end="\\n")
    print("%d %s %.3f" % (1, "a", 2.5), "{:>5} {}".format("x", 1), f"{3.14159:.2f}", sep=" ")
    print(math.sqrt(2), math.gcd(12, 18), collections.Counter("abcabc").most_common(2), re.sub("a+", "b", "aaa"), re.findall(r"[0-9]+", "a1b22"))
    print(json.loads(json.dumps({"a": [1, 2.5, None, "x"]})), list(map(int, "1 2 3".split())), fibonacci(6), steps(20))
    counts = collections.defaultdict(list)
    for word in "the quick brown fox the lazy dog".split(): counts[len(word)].append(word)
    queue = collections.deque([1, 2, 3]); queue.append(queue.popleft())
    heap = [3, 1, 2]; heapq.heapify(heap); heapq.heappush(heap, 0); heapq.heappop(heap); bisect.insort(heap, 2)
    print(list(itertools.chain.from_iterable(itertools.permutations([1, 2, 3], 2))), list(itertools.combinations("abc", 2)), functools.reduce(operator.mul, [1, 2, 3]))
    print(copy.deepcopy({"a": [1, {2}]}), fractions.Fraction(1, 3) + 1, decimal.Decimal("1.10") * 2, datetime.date(2024, 2, 29) + datetime.timedelta(1))
    print(max([1, 2], key=lambda v: -v), min(3, 4), any([0, 1]), all([]), list(zip("ab", [1, 2])), list(enumerate("ab")), list(reversed([1, 2])), round(2.5), abs(-1), divmod(7, 3), pow(2, 10, 7))
    try:
        {}["missing"]
    except (KeyError, ValueError) as error:
        print(type(error).__name__, error)
    try:
        int("x")
    except ValueError as error:
        print(error)
    matrix = [[i * j for j in range(3)] for i in range(3)]
    print([list(row) for row in zip(*matrix)], string.ascii_lowercase[:3], "-".join(str(v) for v in range(3)), random.Random(1).randint(1, 6))
    for line in sys.stdin: print(line)
'''

#: A program, and tests of it in the forms that rows have, each with its entry.
SOLUTION = """
from typing import List

class Box:
    def __init__(self, size): self.size, self.items = size, {}
    def put(self, key, value): self.items[key] = value
    def get(self, key): return self.items.get(key, -1)

def f(values: List[int], k=2):
    if values is None: raise ValueError("no values")
    return sorted(values)[:k]

def g(text): return {word: text.count(word) for word in text.split()}

def h(x): return x / 2 if x % 2 else x
"""

TESTS = (
    ("""
METADATA = {"author": "x"}


def check(candidate):
    assert candidate([3, 1, 2]) == [1, 2]
    assert candidate([], 1) == [] and candidate([1.5, -1], k=1) == [-1], "a message"
    for value in ([1], [2, 3]):
        assert candidate(value) == helper(value)
""", "f"),
    ("""
def check(candidate):
    assert candidate(3) == 1.5
    assert abs(candidate(1) - 0.5) < 1e-6, "near"
    assert candidate(4) == 4 and not candidate(0)

check(h)
""", "h"),
    ("""
assert g("a b a") == {"a": 2, "b": 1}
assert g("") == {}
""", "g"),
    ("assert f([2, 1]) == [1, 2]\nassert h(2) == 2\n", None),
    ("""
import math
import unittest

def test_values():
    assert f((1, 2)) == [1, 2]
    assert math.isclose(h(1), 0.5)

class TestBox(unittest.TestCase):
    def test_box(self):
        box = Box(2)
        box.put(1, "a")
        self.assertEqual(box.get(1), "a")
        self.assertEqual(box.get(2), -1)
        with self.assertRaises(ValueError):
            f(None)
""", None),
)
