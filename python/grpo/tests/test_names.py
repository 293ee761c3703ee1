"""The loss accepts every config in the table of names in docs/grpo.md."""

from typing import Any

import names
import pytest
from r1rewards_grpo import GrpoLoss


@pytest.mark.parametrize("trainer,there", list(names.table()))
def test_every_config_of_the_table_can_be_built(trainer: str, there: str) -> None:
    config: dict[str, Any] = names.table()[trainer, there]
    built = GrpoLoss(config).config
    assert built["aggregation"] is not None
    assert GrpoLoss(built).config == built


def test_every_trainer_has_rows() -> None:
    assert {trainer for trainer, _ in names.table()} == set(names.TRAINERS)
