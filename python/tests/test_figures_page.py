"""benches/figures.toml: every figure is on its page as it says, and docs/figures.md is up to date."""

import importlib.machinery
import importlib.util
import re
from pathlib import Path

import pytest

pytest.importorskip("tomllib")
ROOT = Path(__file__).parents[2]
loader = importlib.machinery.SourceFileLoader("figures", str(ROOT / "scripts" / "figures"))
figures = importlib.util.module_from_spec(importlib.util.spec_from_loader("figures", loader))
loader.exec_module(figures)


def test_every_figure_is_on_its_page():
    lost = [
        f"{run['id']}: {figure['page']} does not have {figure['text']!r}"
        for run in figures.runs()
        for figure in run["figure"]
        if figure["text"] not in (ROOT / figure["page"]).read_text(encoding="utf-8")
    ]
    assert not lost, "\n".join(lost)


def test_the_page_of_figures_is_up_to_date():
    assert figures.PAGE.read_text(encoding="utf-8") == figures.page(), "python3 scripts/figures --page"


def test_every_pattern_has_groups_whose_text_is_the_figure():
    for run in figures.runs():
        for figure in run["figure"]:
            assert re.compile(figure.get("pattern", "()")).groups, f"{run['id']}: {figure['pattern']} has no group"


def test_the_outputs_have_the_figures():
    assert not (wrong := [fault for run in figures.runs() for fault in figures.faults(run)]), "\n".join(wrong)


def test_every_output_is_of_a_run():
    assert {path.stem for path in figures.OUTPUTS.glob("*")} <= {run["id"] for run in figures.runs()}
