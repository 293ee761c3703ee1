"""Warnings for rewards that would be missing silently: a batch in which no sample is scored, and a column with a name
that no reward reads.

Each warning is given once for each scorer and cause, and points to the caller's line. `warnings.filterwarnings`
silences them or turns them into errors.
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

# A warning is given after this many consecutive unscored samples.
IN_A_ROW = 16
# The number of different sets of columns that a scorer checks; the rows of one data set have few.
MOST_SEEN = 64
# The largest number of columns that a warning names.
MOST_NAMED = 12
# The similarity (difflib's ratio) from which on a name is taken for a misspelling of another.
ALIKE = 0.85

_HERE = dirname(abspath(__file__))
_GOLD = "gold gold_answer ground_truth groundtruth gt truth solution target label reference reference_answer expected expected_answer final_answer correct_answer"
# Other names that data sets give to a column.
_ALSO = {
    "answer": frozenset([*_GOLD.split(), *(f"{name}s" for name in _GOLD.split()), "answers"]),
    "tests": frozenset("test test_cases testcases test_list unit_tests input_output reward_model public_tests private_tests public_test_cases".split()),
    "prompt": frozenset("prompts question questions problem problems query queries messages instruction".split()),
}
# The columns that are missing when an outcome has this reason.
_ABSENT = {"gold_missing": ("answer",), "no_tests": ("tests",), "no_reward": ("tests", "answer"), "group_needed": ("prompt",)}
_FIXES = {
    "gold_missing": "give the references as `answer`",
    "no_tests": "give the tests as `tests`",
    "no_reward": "give `answer`, `tests` or the row's own spec as `reward`",
    "group_needed": "give all samples of a prompt in one score_batch, with their prompts as `prompt`",
    "field_missing": "give the column that the detail names",
    "reward_error": "correct the reward function: it raised this for every sample",
    "bad_row": "correct the column that the detail names",
    "gold_unparsable": "correct or remove these references (the detail or `verify math GOLD GOLD` says what is wrong)",
    "gold_unusable": "correct or remove these references (the detail or `verify math GOLD GOLD` says what is wrong)",
}
# Reasons that are normal for small batches and cause no warning.
_HONEST = frozenset(["no_majority"])


class R1RewardsWarning(UserWarning):
    """The base class of this package's warnings: rewards are missing or may not measure what was intended."""


class UnscoredWarning(R1RewardsWarning):
    """No sample of a batch was scored, by the scorer or by one of its rewards; the message has the most frequent reason
    and the fix."""


class ColumnWarning(R1RewardsWarning):
    """A given column that no reward reads has nearly the name of a column that a reward reads and that was not
    given."""


class Notices:
    """Gives the warnings of one scorer, each once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._said: set[object] = set()
        self._seen: set[frozenset[str]] = set()
        self._in_a_row = 0

    def _columns(self, given: Collection[str]) -> None:
        """Warns of a given column whose name looks like a misspelling of a column that a reward reads and that was not
        given."""
        names = frozenset(given)
        if names in self._seen or len(self._seen) >= MOST_SEEN:
            return
        self._seen.add(names)
        for absent in self._absent(names):
            # Rows with tests need no answer, and rows with an answer need no tests.
            if absent in ("answer", "tests") and names & {"answer", "tests"}:
                continue
            if (found := self._slip(absent, names)) is not None:
                self._say(("column", found), ColumnWarning, _misnamed(found, f"`{absent}`"))

    def batch(self, outcomes: Outcomes, given: Collection[str]) -> None:
        """Warns if no sample of a batch was scored, or if a column has another name than the one that is read."""
        self._batch(outcomes, given)
        self._columns(given)

    def one(self, outcome: Outcome, given: Collection[str]) -> None:
        """Warns if none of the last `IN_A_ROW` single samples was scored, or if a column has another name than the one
        that is read."""
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
                self._unscored(component, reason, f"{who}: {count} of {len(outcomes)} have the reason", detail, given)

    def _one(self, outcome: Outcome, given: Collection[str]) -> None:
        if outcome.is_scored:
            self._in_a_row = 0
            return
        self._in_a_row += 1
        reason = outcome.reason
        if self._in_a_row >= IN_A_ROW and reason not in _HONEST:
            self._unscored(None, reason, f"none of the last {self._in_a_row} samples was scored: the last has the reason", outcome.detail, given)
        else:
            self._missing(reason, given)

    def _unscored(self, component: str | None, reason: str, who: str, detail: str | None, given: Collection[str]) -> None:
        if ("unscored", component, reason) in self._said:
            return
        sentence = dict(_reasons())[reason].rstrip(".")
        because = f"; detail of the first: {detail[:300]}" if detail else ""
        fix = _FIXES.get(reason, "see docs/reasons.md for what it means")
        if detail and detail.endswith("returned None"):
            fix = "return a number for the samples that are to be scored"
        elif reason in _ABSENT:
            fix += f"; the rows have {_listed(given)}"
        if (other := self._other_name(reason, given)) is not None:
            fix += f" (no reward reads `{other}`: rename the column, or map it to the name that is read)"
            self._said.add(("column", other))
        self._say(("unscored", component, reason), UnscoredWarning, f"{who} `{reason}` ({sentence}){because}. To fix it, {fix}")

    def _missing(self, reason: str, given: Collection[str]) -> None:
        if (other := self._other_name(reason, given)) is not None:
            absent = " or ".join(f"`{name}`" for name in _ABSENT[reason])
            self._say(("column", other), ColumnWarning, _misnamed(other, absent))

    def _other_name(self, reason: str, given: Collection[str]) -> str | None:
        """Returns a given column that no reward reads and that is probably the missing one under another name."""
        for absent in _ABSENT.get(reason, ()):
            if absent not in given:
                also = _ALSO[absent]
                # Without `tests` the columns that are welcome beside it are not read.
                unread = (None, "welcome") if absent == "tests" else (None,)
                for name in given:
                    if name in also and self._engine.use_of(name, False) in unread:
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


def _misnamed(given: str, absent: str) -> str:
    return f"no reward reads the column `{given}`, and {absent} was not given: rename the column if it is meant to be {absent}"


def _listed(given: Collection[str]) -> str:
    names = sorted(given)
    return ", ".join(f"`{name}`" for name in names[:MOST_NAMED]) + (", ..." if len(names) > MOST_NAMED else "") if names else "no other columns"


def _level_of_caller() -> int:
    """Returns the `stacklevel` of the caller's line: the first frame that is not in this package."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_HERE):
        level, frame = level + 1, frame.f_back
    return level
