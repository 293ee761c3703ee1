"""Extracts the text that the model wrote from the text that a trainer passes, which may have a prompt before it and
special tokens after it."""

from __future__ import annotations

from typing import Any

from .._r1rewards import without_end_tokens

ASSISTANT = (
    "<|im_start|>assistant\n",
    "<|start_header_id|>assistant<|end_header_id|>\n\n",
    "<|start_of_role|>assistant<|end_of_role|>",
    "<|header_start|>assistant<|header_end|>\n\n",
    "<start_of_turn>model\n",
    "<|turn>model\n",
    "<|start|>assistant<|channel|>final<|message|>",
    "<｜Assistant｜>",
    "<|Assistant|>",
    "<|assistant|>\n",
    "<|assistant|>",
    "[/INST]",
)
"""The markers that begin an assistant's turn in the chat templates of open models."""

_TAIL = 48
"""The number of characters at the end of a prompt that are assumed not to occur elsewhere by chance."""
_CHANCE = 8
"""If two texts begin with this many equal characters, one is assumed to be made from the other."""


def response(text: Any) -> Any:
    """Returns a reply without the special tokens that end a turn. Messages are returned unchanged."""
    return without_end_tokens(text) if isinstance(text, str) else text


def after_prompt(query: str, prompt: Any) -> str | None:
    """Returns the text after the prompt in a query; None if its place cannot be determined, so that text of a prompt is
    never judged.

    The query may have the prompt cut from the left, as OpenRLHF does if it is too long, or slightly changed (a token
    before it, other whitespace). The methods, in this order: the prompt itself, the prompt without regard to
    whitespace, an end of the prompt of at least 48 characters with which the query begins, the last characters of the
    prompt anywhere in the query, a shorter end with which the query begins, the marker of the chat template.

    >>> after_prompt("7*6? 42", "What is 7*6? "), after_prompt("<s> Say 1: 2", "Say 1:")
    ('42', ' 2')
    """
    if not isinstance(query, str):
        return None
    if not isinstance(prompt, str) or not prompt:
        return query if prompt == "" else _after_marker(query, "")
    if query.startswith(prompt):
        return query[len(prompt) :]
    if (end := _end_but_for_blanks(query, prompt)) is not None:
        return query[end:]
    shared = _overlap(prompt, query)
    if shared >= _TAIL:
        return query[shared:]
    tail = _end_that_is_there_once(prompt)
    if len(tail) >= _CHANCE and (at := query.find(tail, 0, 2 * len(prompt) + 4 * _TAIL)) >= 0:
        return query[at + len(tail) :]
    if shared and not (query.startswith(prompt[:_CHANCE]) or shared < _CHANCE and _is_like(query[shared:], prompt)):
        return query[shared:]
    return _after_marker(query, prompt)


def _end_that_is_there_once(prompt: str) -> str:
    """Returns an end of the prompt that occurs in it once.

    Turns and examples in a prompt may have the same ending, so the end is extended until it is unique.
    """
    size = min(_TAIL, max(_CHANCE, 2 * len(prompt) // 3))
    while size < len(prompt) and prompt.find(prompt[-size:]) < len(prompt) - size:
        size *= 2
    return prompt[-size:]


def _end_but_for_blanks(query: str, prompt: str) -> int | None:
    """Returns where the prompt ends in a query that begins with it, without regard to whitespace; None if the query
    does not."""
    at = 0
    for letter in prompt:
        if letter.isspace():
            continue
        while at < len(query) and query[at].isspace():
            at += 1
        if at == len(query) or query[at] != letter:
            return None
        at += 1
    # The whitespace at the end of the prompt does not belong to the reply.
    blanks = len(prompt) - len(prompt.rstrip())
    while blanks and at < len(query) and query[at].isspace():
        at, blanks = at + 1, blanks - 1
    return at


def _overlap(prompt: str, query: str) -> int:
    """Returns the length of the longest end of the prompt with which the query begins, in linear time
    (Knuth-Morris-Pratt)."""
    begin, end = query[: len(prompt)], prompt[-len(query) :] if query else ""
    borders, size = [0] * len(begin), 0
    for at in range(1, len(begin)):
        while size and begin[at] != begin[size]:
            size = borders[size - 1]
        size += begin[at] == begin[size]
        borders[at] = size
    size = 0
    for letter in end:
        while size and (size == len(begin) or letter != begin[size]):
            size = borders[size - 1]
        size += bool(begin) and letter == begin[size]
    return size


def _is_like(text: str, prompt: str) -> bool:
    """Returns whether the beginning of a text has parts of the prompt: then it is a changed prompt and not a reply."""
    window = _CHANCE + _CHANCE // 2
    return any(text[at : at + window] in prompt for at in range(min(4 * _TAIL, len(text) - window + 1)))


def _after_marker(query: str, prompt: str) -> str | None:
    for marker in ASSISTANT:
        there = query.count(marker)
        if not there:
            continue
        # Markers of earlier replies in the conversation are skipped. Without a prompt their number is unknown, so the
        # query must then have exactly one marker.
        turns = min(prompt.count(marker), there) if prompt else (1 if there == 1 else 0)
        if not turns:
            return None
        return query.split(marker, turns)[turns]
    return None
