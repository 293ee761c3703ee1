"""COMPARE.md: its tables are those of benches/compare/peers.toml, and what they say of r1rewards is so.

What they say of other libraries is checked by `python3 benches/compare/peers.py`, which installs them.
"""

import importlib.util
from pathlib import Path

import pytest

import r1rewards

pytest.importorskip("tomllib")
spec = importlib.util.spec_from_file_location("peers", Path(__file__).parents[2] / "benches/compare/peers.py")
peers = importlib.util.module_from_spec(spec)
spec.loader.exec_module(peers)
OURS = [fact for peer in peers.peers().values() for fact in peer["fact"] if "ours" in fact]


@pytest.mark.parametrize("fact", OURS, ids=[fact["says"][:60] for fact in OURS])
def test_what_it_says_of_this_library(fact):
    assert str(eval(fact["ours"], {"r1rewards": r1rewards, "math": r1rewards.math})) == fact["ours_prints"]


def test_the_tables_are_those_of_the_facts():
    assert peers.PAGE.read_text(encoding="utf-8") == peers.page(), "python3 benches/compare/peers.py --write"
