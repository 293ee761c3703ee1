"""The text that a model wrote, out of what trainers hand over: special tokens behind it, a prompt before it."""

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
"""What stands before the reply of an assistant in the templates of open models."""

_TAIL = 48
"""Characters at the end of a prompt that are not found elsewhere by chance."""
_CHANCE = 8
"""Characters that two texts have in common at their beginnings only where one was made of the other."""


def response(text: Any) -> Any:
    """A reply without the special tokens that end a turn; messages as they are."""
    return without_end_tokens(text) if isinstance(text, str) else text


def after_prompt(query: str, prompt: Any) -> str | None:
    """What follows the prompt in a query; None where that cannot be told, so that no text of a prompt is ever judged.

    The prompt may be cut from the left, as OpenRLHF does where it is too long, and may differ a little (a token before it, other blanks):
    then its letters without the blanks count, or its longest end that begins the query, or its last characters in the query, or the marker of the chat template.

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
    """The end of a prompt by which it is known: turns and examples of a prompt may all end alike, so it is as long as it must be to stand there once."""
    size = min(_TAIL, max(_CHANCE, 2 * len(prompt) // 3))
    while size < len(prompt) and prompt.find(prompt[-size:]) < len(prompt) - size:
        size *= 2
    return prompt[-size:]


def _end_but_for_blanks(query: str, prompt: str) -> int | None:
    """Where the prompt ends in a query that begins with it, its blanks aside."""
    at = 0
    for letter in prompt:
        if letter.isspace():
            continue
        while at < len(query) and query[at].isspace():
            at += 1
        if at == len(query) or query[at] != letter:
            return None
        at += 1
    # Of the blanks behind it, those of the prompt are no part of the reply.
    blanks = len(prompt) - len(prompt.rstrip())
    while blanks and at < len(query) and query[at].isspace():
        at, blanks = at + 1, blanks - 1
    return at


def _overlap(prompt: str, query: str) -> int:
    """The length of the longest end of the prompt that begins the query, in one pass over both (Knuth, Morris, Pratt)."""
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
    """Whether a text begins with much of the prompt's own: then it is the prompt, changed, and no reply."""
    window = _CHANCE + _CHANCE // 2
    return any(text[at : at + window] in prompt for at in range(min(4 * _TAIL, len(text) - window + 1)))


def _after_marker(query: str, prompt: str) -> str | None:
    for marker in ASSISTANT:
        there = query.count(marker)
        if not there:
            continue
        # Replies of the conversation before; without a prompt that says how many, only one marker is sure.
        turns = min(prompt.count(marker), there) if prompt else (1 if there == 1 else 0)
        if not turns:
            return None
        return query.split(marker, turns)[turns]
    return None
