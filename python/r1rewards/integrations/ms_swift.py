"""ms-swift's outcome rewards (`orms`).

    # plugin.py, given by --external_plugins plugin.py --reward_funcs r1rewards
    from swift.rewards import orms
    from r1rewards.integrations.ms_swift import R1Rewards
    orms["r1rewards"] = R1Rewards
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ._common import TOKENS, scorer_for, token_fields
from ._rows import Batch, token_columns
from ._told import tell


class R1Rewards:
    """A reward with ms-swift's signature.

    The reference is the data set's `solution` (without it, `answer`), the spec is `R1REWARDS_SPEC`.

    Rewards may read the other columns. Tokens are counted from `response_token_ids`. Prompts are `messages` without the
    reply.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._scorer = scorer_for(None)

    def __call__(self, completions: Sequence[Any], solution: Sequence[Any] | None = None, **kwargs: Any) -> list[float | None]:
        """Returns one reward for each completion; None, which ms-swift leaves out, if it could not be judged."""
        columns = {name: found for name, found in kwargs.items() if name not in ("messages", "response_token_ids", "trainer_state")}
        if token_fields(self._scorer) and kwargs.get("response_token_ids") is not None:
            rows = [token_columns(ids) for ids in kwargs["response_token_ids"]]
            columns.update({name: [row.get(name) for row in rows] for name in TOKENS})
        messages = kwargs.get("messages")
        prompts = None if messages is None else [_prompt(talk) for talk in messages]
        golds = solution if solution is not None else columns.get("answer")
        outcomes = Batch(self._scorer, completions, golds, prompts=prompts, columns=columns, tests=columns.get("tests")).score()
        names = ", ".join(f"`{name}`" for name in columns) or "none"
        have = "has none" if solution is None else "has it"
        tell("ms_swift", outcomes, f"The reference is the data set's column `solution`; the data set {have}; other columns: {names}.")
        return [outcome.reward for outcome in outcomes]


def _prompt(messages: Any) -> Any:
    if not isinstance(messages, (list, tuple)) or not messages:
        return messages
    last = messages[-1]
    return list(messages[:-1]) if isinstance(last, Mapping) and last.get("role") == "assistant" else list(messages)
