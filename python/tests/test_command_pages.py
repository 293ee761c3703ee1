"""Pages whose commands anybody can type in an empty folder: they run as they stand, without Rust, and print what the pages show.

A block `sh` is run; the block `text` right after it is what it prints. `R1REWARDS_UPDATE=1` writes what is printed into the pages.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"```sh\n(?P<commands>.+?)```\n(?:\n```text\n(?P<shown>.*?)```\n)?", re.S)


def printed_by(commands, folder):
    """What a block prints on both streams, without the time that a run took."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    ran = subprocess.run(["bash", "-ec", "exec 2>&1\n" + commands], cwd=folder, capture_output=True, text=True, env={**os.environ, "PATH": path})
    assert ran.returncode == 0, commands + ran.stdout
    return re.sub(r"^(rows .*) in [\d.]+ m?s.*$", r"\1", ran.stdout, flags=re.M)


@pytest.mark.parametrize("name", ["tutorial.md", "migrate.md", "faq.md"])
def test_the_commands_print_what_the_page_shows(name, tmp_path):
    page = DOCS / name
    text = page.read_text(encoding="utf-8")
    assert BLOCK.search(text)

    def ran(block):
        printed = printed_by(block["commands"], tmp_path)
        shown = f"\n```text\n{printed}```\n" if printed else ""
        return f"```sh\n{block['commands']}```\n{shown}"

    now = BLOCK.sub(ran, text)
    if os.environ.get("R1REWARDS_UPDATE") == "1":
        page.write_text(now, encoding="utf-8")
    assert now == text
