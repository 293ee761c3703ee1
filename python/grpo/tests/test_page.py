"""docs/grpo.md: the training step runs on a tiny model, and the advantages in the comments are right."""

import re
from pathlib import Path
from typing import Any

import pytest
import torch

PAGE = (Path(__file__).parents[3] / "docs" / "grpo.md").read_text(encoding="utf-8")
STEP, ADVANTAGES = re.findall(r"```python\n(.+?)```", PAGE, re.S)


def test_the_step_trains_on_groups_that_are_not_dead() -> None:
    pytest.importorskip("r1rewards._r1rewards")
    transformers = pytest.importorskip("transformers")
    torch.manual_seed(0)
    sizes = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 2}
    names: dict[str, Any] = {
        "model": transformers.LlamaForCausalLM(transformers.LlamaConfig(vocab_size=20, **sizes)),
        "text": torch.randint(20, (4, 8)),
        "attention": torch.ones(4, 8, dtype=torch.long),
        "prompt_length": 3,
        "mask": torch.ones(4, 5, dtype=torch.bool),
        "old": torch.full((4, 5), -3.0),
        "reference": torch.full((4, 5), -3.0),
        "completions": [r"\boxed{1}", r"\boxed{2}", r"\boxed{1}", r"\boxed{1}"],
        "answers": ["1"] * 4,
        "ids": list("aabb"),
    }
    exec(STEP, names)
    values = names["values"]
    assert values[0] > 0 > values[1] and values[2:].tolist() == [0.0, 0.0]
    assert names["report"]["gradient_norm"] > 0 and not names["report"]["skipped"]


def test_the_advantages_are_those_of_the_comments() -> None:
    pytest.importorskip("r1rewards._r1rewards")
    names: dict[str, Any] = {}
    exec(ADVANTAGES, names)
    found = names["found"]
    assert str(found.values) in ADVANTAGES and f"{found.groups}, {found.dead_groups}:" in ADVANTAGES and found.missing == 1
