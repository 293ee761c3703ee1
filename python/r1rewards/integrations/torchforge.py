"""torchforge: a reward for its `RewardActor`.

    RewardActor.options(**cfg.services.reward_actor).as_service(reward_functions=[reward("rewards.toml")])
"""

from __future__ import annotations

from typing import Any

from ..scorer import Scorer
from ..spec import Spec
from ._common import OTHER_UNIT, require, scorer_for, value
from ._rows import one
from ._text import response as reply
from ._told import tell


class Reward:
    """A reward with torchforge's signature: prompt, response, target.

    The target is an answer or tests in a known form (`r1rewards.forms`). A sample that could not be judged has reward
    0, with one warning for each reason. The object is pickled as its spec.

    Args:
        spec: The rewards, as for `r1rewards.Scorer`.
        name: The metric's name in the trainer's logs.

    Raises:
        SpecError: a reward of the spec compares the samples of a prompt or counts tokens.
    """

    def __init__(self, spec: Spec | Scorer | None = None, *, name: str = "r1rewards") -> None:
        self.scorer = require(scorer_for(spec), "torchforge", group="use a reward of one sample", tokens=OTHER_UNIT)
        self.__name__ = name

    def __call__(self, prompt: Any, response: str, target: Any = None, **columns: Any) -> float:
        """Returns the reward of one response."""
        outcomes = one(self.scorer, reply(response), target, prompt=prompt, columns=columns).score()
        tell("torchforge", outcomes, "The reference is the sample's `target`.", becomes="0")
        return value(outcomes[0].reward, 0.0)


def reward(spec: Spec | Scorer | None = None, *, name: str = "r1rewards") -> Reward:
    """Returns a reward function; see `Reward`."""
    return Reward(spec, name=name)
