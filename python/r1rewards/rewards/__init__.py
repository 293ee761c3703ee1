# Written by `R1REWARDS_UPDATE=1 cargo test --test reward_pages` from the kinds in src/spec. Change those, not this file.
"""Rewards as objects: one class for each kind that a spec can name, and `Custom` for your own."""

from ._base import Reward, Rewards
from .code import Code
from .compose import All, Any, Clip, Gate, Map, Min, Product, Route, Sum
from .custom import Custom
from .episode import Satori, SelfCorrection
from .format import CodeFormat, Format, ReasoningSteps, TagCount
from .group import Diversity, Majority
from .length import CosineLength, Distinct, KimiLength, Length, Repetition, SoftOverlong
from .math import Auto, Math
from .text import Choice, Data, IfEval, Language, Schema, Text

__all__ = [
    "All",
    "Any",
    "Auto",
    "Choice",
    "Clip",
    "Code",
    "CodeFormat",
    "CosineLength",
    "Custom",
    "Data",
    "Distinct",
    "Diversity",
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
    "Product",
    "ReasoningSteps",
    "Repetition",
    "Reward",
    "Rewards",
    "Route",
    "Satori",
    "Schema",
    "SelfCorrection",
    "SoftOverlong",
    "Sum",
    "TagCount",
    "Text",
]
