"""Warnings where rewards would be missing without a word: a whole batch without one, a column under a name that nobody reads.

Each is given once a scorer and cause, and points to the caller's own line. `warnings.filterwarnings` silences them or makes errors of them.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Collection, Iterable
from os.path import abspath, dirname
from typing import TYPE_CHECKING

from ._r1rewards import Outcome, Outcomes
from ._r1rewards import reasons as _reasons

if TYPE_CHECKING:
    from ._r1rewards import Engine

# So many samples that come one by one, none of them scored, are no accident.
IN_A_ROW = 16
# Sets of columns that are looked at: rows of one data set have few.
MOST_SEEN = 64
# Columns that a warning names.
MOST_NAMED = 12
# How alike two names are of which one is taken for a slip: difflib's ratio.
ALIKE = 0.85

_HERE = dirname(abspath(__file__))
_GOLD = "gold gold_answer ground_truth groundtruth gt truth solution target label reference reference_answer expected expected_answer final_answer correct_answer"
# Other names that data sets give to a column.
_ALSO = {
    "answer": frozenset([*_GOLD.split(), *(f"{name}s" for name in _GOLD.split()), "answers"]),
    "tests": frozenset("test test_cases testcases test_list unit_tests input_output reward_model public_tests private_tests public_test_cases".split()),
    "prompt": frozenset("prompts question questions problem problems query queries messages instruction".split()),
}
# What a reason that stands for something absent is about.
_ABSENT = {"gold_missing": ("answer",), "no_tests": ("tests",), "no_reward": ("tests", "answer"), "group_needed": ("prompt",)}
_FIXES = {
    "gold_missing": "give the references as `answer`",
    "no_tests": "give the tests as `tests`",
    "no_reward": "give `answer`, `tests` or the row's own spec as `reward`",
    "group_needed": "give all samples of a prompt in one score_batch, with their prompts as `prompt`",
    "field_missing": "give the column that the detail names",
    "reward_error": "mend the reward: it raised this for every sample",
    "bad_row": "mend the column that the detail names",
    "gold_unparsable": "mend or drop these references (the detail or `verify math GOLD GOLD` says what is wrong)",
    "gold_unusable": "mend or drop these references (the detail or `verify math GOLD GOLD` says what is wrong)",
}
# Honest outcomes of small batches.
_HONEST = frozenset(["no_majority"])


class R1RewardsWarning(UserWarning):
    """Something that makes rewards mean less than they seem to: the base of this package's warnings."""


class UnscoredWarning(R1RewardsWarning):
    """No sample was scored, in the whole or by one of the rewards: the commonest reason, and what to do."""


class ColumnWarning(R1RewardsWarning):
    """A column that no reward reads has a name much like that of one that is read and was not given."""


class Notices:
    """What one scorer has warned of already."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._said: set[object] = set()
        self._seen: set[frozenset[str]] = set()
        self._in_a_row = 0

    def _columns(self, given: Collection[str]) -> None:
        """Names a given column that looks like a slip for one that a reward reads and that was not given."""
        names = frozenset(given)
        if names in self._seen or len(self._seen) >= MOST_SEEN:
            return
        self._seen.add(names)
        for absent in self._absent(names):
            # The one may stand for the other: rows with tests need no answer.
            if absent in ("answer", "tests") and names & {"answer", "tests"}:
                continue
            if (found := self._slip(absent, names)) is not None:
                self._say(("column", found), ColumnWarning, f"the column `{found}` is not read, and `{absent}` is and was not given: is it that?")

    def batch(self, outcomes: Outcomes, given: Collection[str]) -> None:
        """Says so where no sample of a batch was scored, and where a column has another name than the one that is read."""
        self._batch(outcomes, given)
        self._columns(given)

    def one(self, outcome: Outcome, given: Collection[str]) -> None:
        """Says so where nothing of a long row of single samples was scored, and where a column has another name than the one that is read."""
        self._one(outcome, given)
        self._columns(given)

    def _batch(self, outcomes: Outcomes, given: Collection[str]) -> None:
        causes = outcomes.unscored_causes()
        if not causes:
            if len(outcomes):
                self._in_a_row = 0
            return
        whole = causes[0][0] is None
        if whole:
            self._in_a_row += len(outcomes)
        if len(outcomes) < 2 and self._in_a_row < IN_A_ROW:
            self._missing(causes[0][1], given)
            return
        for component, reason, count, detail in causes:
            if reason not in _HONEST:
                who = "no sample was scored" if component is None else f"the reward `{component}` scored no sample"
                self._unscored(component, reason, f"{who}: {count} of {len(outcomes)} are", detail, given)

    def _one(self, outcome: Outcome, given: Collection[str]) -> None:
        if outcome.is_scored:
            self._in_a_row = 0
            return
        self._in_a_row += 1
        reason = outcome.reason
        if self._in_a_row >= IN_A_ROW and reason not in _HONEST:
            self._unscored(None, reason, f"none of the last {self._in_a_row} samples was scored: the last is", outcome.detail, given)
        else:
            self._missing(reason, given)

    def _unscored(self, component: str | None, reason: str, who: str, detail: str | None, given: Collection[str]) -> None:
        if ("unscored", component, reason) in self._said:
            return
        sentence = dict(_reasons())[reason].rstrip(".")
        because = f"; the first says: {detail[:300]}" if detail else ""
        fix = _FIXES.get(reason, "see docs/reasons.md for what it means")
        if detail and detail.endswith("returned None"):
            fix = "return a number for the samples that are to be scored"
        elif reason in _ABSENT:
            fix += f"; the rows have {_listed(given)}"
        if (other := self._other_name(reason, given)) is not None:
            fix += f" (`{other}` is not read: rename it, or map it to the name that is)"
            self._said.add(("column", other))
        self._say(("unscored", component, reason), UnscoredWarning, f"{who} `{reason}` ({sentence}){because}. To mend it, {fix}")

    def _missing(self, reason: str, given: Collection[str]) -> None:
        if (other := self._other_name(reason, given)) is not None:
            absent = " or ".join(f"`{name}`" for name in _ABSENT[reason])
            self._say(("column", other), ColumnWarning, f"the column `{other}` is not read, and {absent} is and was not given: is it that?")

    def _other_name(self, reason: str, given: Collection[str]) -> str | None:
        """A given column that nobody reads and that may be the one whose absence is the reason."""
        for absent in _ABSENT.get(reason, ()):
            if absent not in given:
                also = _ALSO[absent]
                for name in given:
                    if name in also and self._engine.use_of(name, False) is None:
                        return name
        return None

    def _absent(self, given: frozenset[str]) -> Iterable[str]:
        named = [*self._engine.reads, *(["prompt"] if self._engine.needs_whole_group else [])]
        return [name for name in named if name not in given]

    def _slip(self, absent: str, given: frozenset[str]) -> str | None:
        import difflib

        unread = sorted(name for name in given if self._engine.use_of(name, False) is None)
        close = difflib.get_close_matches(absent, unread, n=1, cutoff=ALIKE)
        return close[0] if close else None

    def _say(self, cause: object, kind: type[R1RewardsWarning], text: str) -> None:
        if cause not in self._said:
            self._said.add(cause)
            warnings.warn(text, kind, stacklevel=_level_of_caller())


def _listed(given: Collection[str]) -> str:
    names = sorted(given)
    return ", ".join(f"`{name}`" for name in names[:MOST_NAMED]) + (", ..." if len(names) > MOST_NAMED else "") if names else "no other columns"


def _level_of_caller() -> int:
    """How far up the caller's own line is: the first that is not in this package."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_HERE):
        level, frame = level + 1, frame.f_back
    return level
