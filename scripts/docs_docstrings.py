"""Reads docstrings for the site: a doctest becomes a block of Python. mkdocstrings loads this file as an extension of griffe."""

import griffe


def fenced(text):
    """The text with a fence around each run of lines that begins with `>>>`, up to the next blank line."""
    lines, inside = [], False
    for line in text.splitlines():
        if not inside and line.startswith(">>> "):
            lines += ["", "```python"]
            inside = True
        elif inside and not line.strip():
            lines.append("```")
            inside = False
        lines.append(line)
    return "\n".join(lines + ["```"] * inside)


class Doctests(griffe.Extension):
    def on_object(self, *, obj, **_):
        if obj.docstring:
            obj.docstring.value = fenced(obj.docstring.value)
