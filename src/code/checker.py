"""What a checker of a row may use: a reader of the program's output that takes nothing for a number but digits."""

import re

_INT = re.compile(r"[+-]?[0-9]+\Z")
_FLOAT = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?\Z")


class Wrong(Exception):
    """The output is wrong: what is wrong with it."""


class Tokens:
    """The words of a text, one after the other; a word that is not there, or of another kind, is `Wrong`."""

    def __init__(self, text):
        self._words, self._at = text.split(), 0

    def word(self):
        if self._at == len(self._words):
            raise Wrong("a word is missing")
        self._at += 1
        return self._words[self._at - 1]

    def int(self, low=None, high=None):
        """An integer between two bounds, inclusive."""
        word = self.word()
        if not _INT.match(word) or len(word) > 4000:
            raise Wrong(f"not an integer: {word[:40]!r}")
        return self._within(int(word), low, high)

    def float(self, low=None, high=None):
        word = self.word()
        if not _FLOAT.match(word):
            raise Wrong(f"not a number: {word[:40]!r}")
        return self._within(float(word), low, high)

    def ints(self, count, low=None, high=None):
        return [self.int(low, high) for _ in range(count)]

    def left(self):
        """How many words are left."""
        return len(self._words) - self._at

    def end(self):
        if self.left():
            raise Wrong("more words than expected")

    def _within(self, number, low, high):
        if (low is not None and number < low) or (high is not None and number > high):
            raise Wrong(f"{number} is not between {low} and {high}")
        return number
