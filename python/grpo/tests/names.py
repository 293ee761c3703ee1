"""The table of names of docs/grpo.md: what trainers call a loss, and its options here.

Accepts: rows of four cells, the third of which holds JSON. Refuses: a trainer or a name that the table has not (`KeyError`).
"""

import json
import re
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[3] / "docs/grpo.md"
TRAINERS = ("TRL", "verl", "Liger", "OpenRLHF", "NeMo RL", "slime")


def table() -> dict[tuple[str, str], dict[str, Any]]:
    """(trainer, what is written there without backticks) -> options here."""
    rows = {}
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and cells[0] in TRAINERS:
            found = re.fullmatch(r"`(.+)`", cells[2])
            assert found, f"no config in backticks: {line}"
            rows[cells[0], cells[1].replace("`", "")] = json.loads(found[1])
    return rows


def of(trainer: str) -> dict[str, dict[str, Any]]:
    """What is written in a trainer -> options here."""
    return {there: config for (owner, there), config in table().items() if owner == trainer}
