"""The tinker cookbook: an environment of one question.

    Problem = r1rewards.integrations.tinker.problem_env("math")
    ProblemGroupBuilder(env_thunk=partial(Problem, row["question"], row["answer"], renderer), num_envs=16)
"""

from __future__ import annotations

from typing import Any

from ..scorer import Scorer
from ..spec import Spec
from ._common import OTHER_UNIT, require, scorer_for, value
from ._rows import one
from ._text import response
from ._told import tell


def problem_env(spec: Spec | Scorer | None = None, *, form: Spec | Scorer | None = None) -> type:
    """Returns a subclass of the cookbook's `ProblemEnv` whose instances are made from a question, its reference and a
    renderer.

    Args:
        spec: The rewards of an answer; default: `R1REWARDS_SPEC`. A reply that could not be judged has reward 0, with
            one warning for each reason.
        form: The reward whose correct verdict is the cookbook's `format`, weighted by `format_coef`; default: an answer
            in `\\boxed{}`.

    Raises:
        SpecError: a reward of the spec compares the samples of a prompt or counts tokens.
    """
    from tinker_cookbook.rl.problem_env import ProblemEnv

    alone = {"group": "use a reward of one sample", "tokens": OTHER_UNIT}
    judge = require(scorer_for(spec), "the tinker cookbook's ProblemEnv", **alone)
    shape = require(scorer_for({"kind": "format", "template": "boxed"} if form is None else form), "the tinker cookbook's ProblemEnv", **alone)

    class R1RewardsProblemEnv(ProblemEnv):  # type: ignore[misc]
        """One question.

        `answer` is an answer or tests in a known form (`r1rewards.forms`), `columns` the other columns that rewards may
        read.
        """

        def __init__(self, question: str, answer: Any, renderer: Any, *, columns: dict[str, Any] | None = None, **options: Any) -> None:
            super().__init__(renderer, **options)
            self.question, self.answer, self.columns = question, answer, columns

        def get_question(self) -> str:
            return self.question

        def get_reference_answer(self) -> str:
            return str(self.answer)

        def check_answer(self, sample_str: str) -> float:
            """Returns the reward of a reply, which the cookbook uses as a number."""
            outcomes = one(judge, response(sample_str), self.answer, prompt=self.question, columns=self.columns).score()
            tell("tinker", outcomes, "The reference is the environment's `answer`.", becomes="0")
            return value(outcomes[0].reward, 0.0)

        def check_format(self, sample_str: str) -> bool:
            outcomes = one(shape, response(sample_str), self.answer, prompt=self.question, columns=self.columns).score()
            return outcomes[0].is_correct

    return R1RewardsProblemEnv
