"""Extracts the text that the model wrote from the text that a trainer passes, which may have a prompt before it and
special tokens after it."""

from __future__ import annotations

from typing import Any

from .._r1rewards import after_prompt as _after_prompt
from .._r1rewards import without_end_tokens

def response(text: Any) -> Any:
    """Returns a reply without the special tokens that end a turn. Messages are returned unchanged."""
    return without_end_tokens(text) if isinstance(text, str) else text


def after_prompt(query: str, prompt: Any) -> str | None:
    """Returns the text after the prompt in a query; None if its place cannot be determined, so that text of a prompt is
    never judged.

    The query may have the prompt cut from the left, as OpenRLHF does if it is too long, or slightly changed (a token
    before it, other whitespace). `src/reading/prompted.rs` has the methods.

    >>> after_prompt("7*6? 42", "What is 7*6? "), after_prompt("<s> What is 7*6? 42", "What is 7*6? ")
    ('42', '42')
    """
    if not isinstance(query, str):
        return None
    return _after_prompt(query, prompt if isinstance(prompt, str) else None)
