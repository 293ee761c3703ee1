"""Reads the table of names in docs/grpo.md: a trainer's options for a loss, and the equivalent options of this package.

Rows of the table have four cells. The third has the options as JSON in backticks.
"""

import json
import re
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[3] / "docs/grpo.md"
TRAINERS = ("TRL", "verl", "Liger", "OpenRLHF", "NeMo RL", "slime")


def table() -> dict[tuple[str, str], dict[str, Any]]:
    """Returns the options of this package by trainer and the trainer's options as text without backticks."""
    rows = {}
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and cells[0] in TRAINERS:
            found = re.fullmatch(r"`(.+)`", cells[2])
            assert found, f"no config in backticks: {line}"
            rows[cells[0], cells[1].replace("`", "")] = json.loads(found[1])
    return rows


def of(trainer: str) -> dict[str, dict[str, Any]]:
    """Returns the options of this package by the options of one trainer, as text."""
    return {there: config for (owner, there), config in table().items() if owner == trainer}
