"""ROLL's reward workers.

    rewards:
      r1rewards:
        worker_cls: r1rewards.integrations.roll.R1RewardsWorker      # R1REWARDS_SPEC=rewards.toml in the environment
        tag_included: [deepmath_103k, aime]
        model_args: {model_name_or_path: ...}                        # whose tokenizer decodes the responses
        world_size: 8
"""

from __future__ import annotations

from typing import Any

from ..scorer import Scorer
from ..spec import Spec
from ._common import require, scorer_for, token_fields, value
from ._rows import Batch, token_columns
from ._text import response
from ._told import tell

_FIX = "The reference is the column `ground_truth`, or `test_cases` for code."


def rewards(data: Any, tokenizer: Any, spec: Spec | Scorer | None = None) -> dict[str, Any]:
    """Returns ROLL's reward tensors for a batch of B responses of length T.

    Responses are decoded by the tokenizer and judged without their special tokens. A response that could not be judged
    has reward 0, with one warning for each reason. Rewards that compare the samples of a prompt work if a worker has
    whole groups (`world_size` 1, or `query_filter` workers).

    Returns:
        `response_level_rewards` and `scores`, equal, [B], float16; and `token_level_rewards`, zeros, [B, T], float16.
    """
    import torch

    scorer = scorer_for(spec)
    ids = data.batch["responses"]
    texts = [response(text) for text in tokenizer.batch_decode(ids, skip_special_tokens=False)]
    columns = {name: list(found) for name, found in data.non_tensor_batch.items()}
    if token_fields(scorer):
        rows = [token_columns(_unpadded(row, tokenizer.pad_token_id)) for row in ids.tolist()]
        columns.update({name: [row[name] for row in rows] for name in rows[0]} if rows else {})
    outcomes = Batch(
        scorer,
        texts,
        columns.get("ground_truth"),
        prompts=columns.get("prompt"),
        columns=columns,
        tests=columns.get("test_cases", columns.get("tests")),
    ).score()
    tell("roll", outcomes, _FIX, becomes="0")
    values = [value(outcome.reward, 0.0) for outcome in outcomes]
    return {
        "token_level_rewards": torch.zeros_like(ids, dtype=torch.float16),
        "response_level_rewards": torch.tensor(values, dtype=torch.float16),
        "scores": torch.tensor(values, dtype=torch.float16),
    }


def _unpadded(ids: list[int], pad: int | None) -> list[int]:
    end = len(ids)
    while end and ids[end - 1] == pad:
        end -= 1
    return ids[:end]


def _worker() -> type:
    from roll.configs.worker_config import WorkerConfig
    from roll.distributed.executor.worker import Worker
    from roll.distributed.scheduler.decorator import Dispatch, register
    from roll.distributed.scheduler.protocol import DataProto
    from roll.models.model_providers import default_tokenizer_provider

    class R1RewardsWorker(Worker):  # type: ignore[misc]
        """A reward worker. Its spec is `r1rewards_spec` of its configuration, else `R1REWARDS_SPEC`."""

        def __init__(self, worker_config: WorkerConfig) -> None:
            super().__init__(worker_config=worker_config)
            self.rank_info.dp_rank = self.rank_info.rank
            self.rank_info.dp_size = self.rank_info.world_size
            self.tokenizer = default_tokenizer_provider(model_args=self.worker_config.model_args)
            many = self.rank_info.world_size and self.rank_info.world_size > 1
            group = "give the worker `world_size: 1`, so that it has whole groups" if many else None
            self.scorer = require(scorer_for(getattr(worker_config, "r1rewards_spec", None)), "ROLL with several workers", group=group)

        @register(dispatch_mode=Dispatch.ONE_TO_ALL)  # type: ignore[untyped-decorator, unused-ignore]
        def initialize(self, pipeline_config: Any) -> None:
            """Does nothing: the constructor has done the work."""

        @register(dispatch_mode=Dispatch.DP_MP_COMPUTE, clear_cache=False)  # type: ignore[untyped-decorator, unused-ignore]
        def compute_rewards(self, data: DataProto) -> DataProto:
            """Returns the rewards of a batch."""
            return DataProto.from_dict(tensors=rewards(data, self.tokenizer, self.scorer))

    R1RewardsWorker.__module__, R1RewardsWorker.__qualname__ = __name__, "R1RewardsWorker"
    return R1RewardsWorker


def __getattr__(name: str) -> Any:
    # The class is created at the first access, because its base class is ROLL's, which may not be installed.
    if name != "R1RewardsWorker":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = _worker()
    return globals()[name]
