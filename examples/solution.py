"""A program for `verify run examples/solution.py --tests examples/tests.json`: the sum of the numbers of a line."""

print(sum(map(int, input().split())))
