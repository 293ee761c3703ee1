"""README.md: its commands run in an empty folder that has the examples, and its Python has the values that its comments give."""

import re
from pathlib import Path

import r1rewards
from test_command_pages import printed_by
from test_python_page import agree

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(heading, language):
    return re.search(rf"## {heading}\n.*?```{language}\n(.+?)```", README, re.S)[1]


def test_the_python_of_the_readme():
    agree(block("From Python", "python"), {}, 2)


def test_the_commands_of_the_readme(tmp_path):
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    commands = block("From the command line", "sh")
    printed = printed_by(commands, tmp_path)
    assert "hedged" in printed
    [attacks] = re.findall(r"# (\d+) wrong answers with honest controls ", commands)
    assert f"{attacks} attacks of " in printed


def test_the_reward_for_a_trainer_is_one_that_the_adapter_makes():
    from r1rewards.integrations.trl import reward

    assert 'reward(["math", (0.1, "format")], answer="solution")' in block("In a trainer", "python")
    made = reward(["math", (0.1, "format")], answer="solution")
    assert made(prompts=["6 * 7?"], completions=[r"\boxed{42}"], completion_ids=[[1]], solution=["42"]) == [1.0]
    assert r1rewards.Scorer(["math", (0.1, "format")]).score(r"\boxed{42}", "42").reward == 1.0


def test_the_spec_of_the_readme_is_read():
    [spec] = re.findall(r"```toml\n(.+?)```", README, re.S)
    assert r1rewards.Scorer(spec).names == ["math", "format"]
