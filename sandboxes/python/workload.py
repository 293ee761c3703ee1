"""What programs in the sandbox typically do, for the profile that the guest is optimised with (`build`, stage `profile`).

Half a minute of the instrumented interpreter. Breadth matters more than length: the profile tells hot from cold, nothing else.
"""

import bisect
import collections
import functools
import heapq
import io
import itertools
import json
import math
import re
import string
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


def integers(n):
    total = 0
    for i in range(n):
        total += i * i % 7
        if i & 3 == 0 and total > 1000:
            total -= i // 3
    return total


def primes(n):
    sieve = [True] * (n + 1)
    sieve[0] = sieve[1] = False
    for i in range(2, int(n**0.5) + 1):
        if sieve[i]:
            for j in range(i * i, n + 1, i):
                sieve[j] = False
    return sum(sieve)


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


@functools.lru_cache(maxsize=None)
def paths(row, column):
    return 1 if row == 0 or column == 0 else paths(row - 1, column) + paths(row, column - 1)


def longest_common(a, b):
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            table[i + 1][j + 1] = table[i][j] + 1 if x == y else max(table[i][j + 1], table[i + 1][j])
    return table[-1][-1]


def words(times):
    text = "the quick brown fox jumps over the lazy dog while the cat sleeps " * 20
    counts = collections.Counter()
    for _ in range(times):
        for word in text.split():
            counts[word.upper().strip(string.punctuation)] += 1
        text = text.replace("fox", "wolf").replace("wolf", "fox")
        lines = [f"{word:>10}:{count:05d}" for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
        "\n".join(lines).encode().decode()
    return counts.most_common(3)


def characters(times):
    found = 0
    for _ in range(times):
        for character in "Hello, World! 12345 racecar":
            if character.isalpha():
                found += ord(character.lower()) - 97
            elif character.isdigit():
                found += int(character)
        found += "racecar" == "racecar"[::-1]
        found += len("".join(chr((ord(c) + 3) % 128) for c in "caesar"))
    return found


@dataclass
class Point:
    x: int
    y: int

    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)

    @property
    def norm(self):
        return math.hypot(self.x, self.y)


class Node:
    __slots__ = ("key", "left", "right")

    def __init__(self, key):
        self.key, self.left, self.right = key, None, None

    def insert(self, key):
        node = self
        while True:
            side = "left" if key < node.key else "right"
            child = getattr(node, side)
            if child is None:
                setattr(node, side, Node(key))
                return
            node = child

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.key
        if self.right:
            yield from self.right


def objects(times):
    here = Point(0, 0)
    for i in range(times):
        here = here + Point(i, -i)
        here.norm
    root = Node(500)
    for i in range(times):
        root.insert(i * 7919 % 1000)
    return here, sum(root)


def shortest(size):
    edges = collections.defaultdict(list)
    for i in range(size):
        for step in (1, 7, 31):
            edges[i].append(((i + step) % size, step * 3 % 11 + 1))
    distance, queue = {0: 0}, [(0, 0)]
    while queue:
        so_far, node = heapq.heappop(queue)
        if so_far > distance[node]:
            continue
        for neighbour, weight in edges[node]:
            if so_far + weight < distance.get(neighbour, math.inf):
                distance[neighbour] = so_far + weight
                heapq.heappush(queue, (so_far + weight, neighbour))
    seen, waiting = {0}, collections.deque([0])
    while waiting:
        for neighbour, _ in edges[waiting.popleft()]:
            if neighbour not in seen:
                seen.add(neighbour)
                waiting.append(neighbour)
    return sum(distance.values()), len(seen)


def containers(times):
    table, items = {}, []
    for i in range(times):
        table[i % 100] = table.get(i % 100, 0) + i
        items.append((i * 31 % 101, str(i)))
        if len(items) > 50:
            items.sort()
            items = [item for item in items if item[0] % 2][:10]
    squares = {x: x * x for x in range(100)}
    evens = {x for x in squares.values() if x % 2 == 0}
    for i in range(times // 10):
        bisect.insort(items, (i % 97, ""))
        any(x > 90 for x, _ in items)
        list(zip(items, reversed(items), strict=True))
        max(items, key=lambda item: item[0])
        _, *_rest = items
    return len(evens), list(map(sum, itertools.combinations(range(15), 3)))[:3], list(itertools.permutations(range(5)))[-1]


def errors(times):
    caught = 0
    for i in range(times):
        try:
            if i % 3 == 0:
                int("x")
            [][i]
        except ValueError:
            caught += 1
        except (IndexError, KeyError) as error:
            caught += len(error.args)
        finally:
            caught += 1
    return caught


def numbers(times):
    big = 1
    for i in range(1, times):
        big *= i
    pow(3, 10**20, 10**9 + 7)
    str(big % 10**60)
    real = 0.0
    for i in range(1, times * 10):
        real += math.sin(i) / i + (i**0.5) * 1e-3
        round(real, 3)
    fraction = sum((Fraction(1, i) for i in range(1, 60)), Fraction(0))
    return math.gcd(big, 12345), f"{real:.6f}", fraction.numerator, Decimal(1) / Decimal(7)


def text_data(times):
    for i in range(times):
        data = {"id": i, "name": "x" * (i % 9), "values": [i, i / 3, None, True]}
        assert json.loads(json.dumps(data, sort_keys=True)) == data
        re.findall(r"(\w+)=(\d+)", "a=1, bc=22; def=333")
        re.sub(r"[aeiou]", lambda match: match.group().upper(), "interpreter")
    out = io.StringIO()
    for i in range(times * 10):
        print(i, "line", sep=":", file=out)
    numbers_read = [int(part) for line in out.getvalue().splitlines() for part in line.split(":")[:1]]
    return sum(numbers_read)


def matrix(size):
    a = [[(i * j) % 10 for j in range(size)] for i in range(size)]
    b = [list(row) for row in zip(*a)]
    product = [[sum(x * y for x, y in zip(row, column)) for column in zip(*b)] for row in a]
    return product[0][0]


def queens(n, row=0, columns=0, left=0, right=0):
    if row == n:
        return 1
    count, free = 0, ((1 << n) - 1) & ~(columns | left | right)
    while free:
        bit = free & -free
        free ^= bit
        count += queens(n, row + 1, columns | bit, (left | bit) << 1, (right | bit) >> 1)
    return count


def programs(times):
    """Compiling and running source: what each request does."""
    source = "def f(x, y=2):\n    '''doc'''\n    return [i for i in range(x) if i % y]\nclass A:\n    def m(self): return f(10)\nresult = A().m()\n"
    for _ in range(times):
        scope = {}
        exec(compile(source, "<program>", "exec"), scope)
        assert scope["result"] == [1, 3, 5, 7, 9]


def main():
    integers(600_000)
    primes(300_000)
    fibonacci(22)
    paths(60, 60)
    longest_common("ACGTTGCA" * 25, "TGCATGCC" * 25)
    words(150)
    characters(4_000)
    objects(20_000)
    shortest(8_000)
    containers(60_000)
    errors(60_000)
    numbers(2_000)
    text_data(3_000)
    matrix(60)
    queens(7)
    programs(1_500)


main()
