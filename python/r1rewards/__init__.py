"""Trustworthy rewards for reinforcement learning on language models, computed fast.

>>> import r1rewards
>>> scorer = r1rewards.Scorer([r1rewards.Math(), (0.1, r1rewards.Format("boxed"))])
>>> outcome = scorer.score(r"Halving gives \\boxed{\\frac{6}{4}}.", "1.5")
>>> outcome.verdict, outcome.reward
('correct', 1.1)
>>> bool(r1rewards.math.verify(r"\\frac{1}{2}", r"\\boxed{0.5}"))
True

Importing the package starts no thread. Scoring releases Python's global interpreter lock (GIL). Each process creates
its threads when its first batch needs them, so the package works in forked and in spawned workers.
"""

from __future__ import annotations

from . import _worker, advantage, code, episode, forms, math, metrics
from ._audit import Audit, Comparison, Finding, audit, compare
from ._notices import ColumnWarning, R1RewardsWarning, UnscoredWarning
from ._r1rewards import EngineError, Outcome, Outcomes, RowError, SpecError, __version__
from ._tables import score_table
from .client import Client, ServerError
from .rewards import (
    All,
    Any,
    Auto,
    Choice,
    Clip,
    Code,
    CodeFormat,
    CosineLength,
    Custom,
    Data,
    Distinct,
    Diversity,
    Format,
    Gate,
    IfEval,
    KimiLength,
    Language,
    Length,
    Majority,
    Map,
    Math,
    Min,
    Product,
    ReasoningSteps,
    Repetition,
    Reward,
    Route,
    Satori,
    Schema,
    SelfCorrection,
    SoftOverlong,
    Sum,
    TagCount,
    Text,
)
from .scorer import Scorer
from .spec import config_hash, from_spec, reasons

_worker.announce()

__all__ = [
    "All",
    "Any",
    "Audit",
    "Auto",
    "Choice",
    "Client",
    "Clip",
    "Code",
    "CodeFormat",
    "ColumnWarning",
    "Comparison",
    "CosineLength",
    "Custom",
    "Data",
    "Distinct",
    "Diversity",
    "EngineError",
    "Finding",
    "Format",
    "Gate",
    "IfEval",
    "KimiLength",
    "Language",
    "Length",
    "Majority",
    "Map",
    "Math",
    "Min",
    "Outcome",
    "Outcomes",
    "Product",
    "R1RewardsWarning",
    "ReasoningSteps",
    "Repetition",
    "Reward",
    "Route",
    "RowError",
    "Satori",
    "Schema",
    "Scorer",
    "SelfCorrection",
    "ServerError",
    "SoftOverlong",
    "SpecError",
    "Sum",
    "TagCount",
    "Text",
    "UnscoredWarning",
    "__version__",
    "advantage",
    "audit",
    "code",
    "compare",
    "config_hash",
    "episode",
    "forms",
    "from_spec",
    "math",
    "metrics",
    "reasons",
    "score_table",
]
