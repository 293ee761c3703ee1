"""Audits of data sets and comparisons of graders: the commands `verify audit` and `verify compare` from Python."""

from __future__ import annotations

import importlib
import json
import math
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ._columns import as_rows
from ._r1rewards import SpecError

Rows = str | os.PathLike[str] | Iterable[Any]


@dataclass(frozen=True)
class Finding:
    """All findings of one code, as docs/findings.md describes it."""

    code: str
    severity: str
    """`error`, `warning` or `info`."""
    count: int
    meaning: str
    fix: str
    examples: list[dict[str, Any]]
    """The first of them: `source`, `line` (from 1), `unit` (`line`, `item` or `row`), `id`, `detail`."""


class Table:
    """A table of an audit: `name`, `title`, `columns` and `rows`."""

    def __init__(self, name: str, title: str, columns: list[str], rows: list[list[Any]]) -> None:
        self.name = name
        self.title = title
        self.columns = columns
        self.rows = rows

    def __repr__(self) -> str:
        return f"Table({self.name!r}, {len(self.rows)} rows)"

    def to_records(self) -> list[dict[str, Any]]:
        """Returns one dictionary for each row, from which pandas and polars make a data frame."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def to_arrow(self) -> Any:
        """Returns a `pyarrow.Table`; numbers, text and missing values keep their types.

        Raises:
            ImportError: pyarrow is not installed.
        """
        return importlib.import_module("pyarrow").Table.from_pylist(self.to_records())

    def _repr_html_(self) -> str:
        from html import escape

        head = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        cells = ("".join(f"<td>{_cell(value)}</td>" for value in row) for row in self.rows[:50])
        body = "".join(f"<tr>{row}</tr>" for row in cells)
        more = len(self.rows) - 50
        rest = f"<p>... and {more} more rows</p>" if more > 0 else ""
        return f"<table><caption>{escape(self.title)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{rest}"


class Audit:
    """What is wrong with a data set; `audit` makes it.

    Attributes:
        rows: The number of rows.
        completions: The number of completions that were judged.
        findings: One entry for each code that was found, the worst first.
        tables: The tables by name, as docs/audit.md lists them.
    """

    def __init__(self, about: Mapping[str, Any], every: list[dict[str, Any]], page: str) -> None:
        order = {"error": 0, "warning": 1, "info": 2}
        findings = [Finding(**finding) for finding in about["findings"]]
        self.rows: int = about["rows"]
        self.completions: int = about["completions"]
        self.findings = sorted(findings, key=lambda finding: (order[finding.severity], -finding.count))
        self.tables = {table["name"]: Table(**table) for table in about["tables"]}
        self._every = every
        self._page = page

    def __repr__(self) -> str:
        counts = {name: self.count(name) for name in ("error", "warning", "info")}
        return f"Audit({self.rows} rows, {counts['error']} errors, {counts['warning']} warnings, {counts['info']} infos)"

    def count(self, name: str) -> int:
        """Counts the findings of a severity or of a code."""
        return sum(finding.count for finding in self.findings if name in (finding.severity, finding.code))

    def rows_with(self, code: str) -> list[dict[str, Any]]:
        """Returns every finding of a code: `source`, `line` (from 1; of rows that were given as objects, their position from 1),
        `unit` (what the number counts: `line`, `item` or `row`), `id`, `detail`."""
        return [{name: value for name, value in one.items() if name not in ("code", "severity")} for one in self._every if one["code"] == code]

    def to_html(self, path: str | os.PathLike[str]) -> None:
        """Writes the page of the audit: findings, tables and the rows to filter and search."""
        with open(path, "w", encoding="utf-8") as out:
            out.write(self._page)

    def _repr_html_(self) -> str:
        from html import escape

        head = "<thead><tr><th>severity</th><th>code</th><th>count</th><th>meaning</th><th>first</th></tr></thead>"
        rows = []
        for finding in self.findings:
            first = finding.examples[0] if finding.examples else {}
            place = f"{first.get('line', '')}: {first.get('detail', '')}"
            cells = [finding.severity, finding.code, finding.count, finding.meaning, place]
            rows.append("<tr>" + "".join(f"<td>{_cell(cell)}</td>" for cell in cells) + "</tr>")
        return f"<div><p>{escape(repr(self))}</p><table>{head}<tbody>{''.join(rows)}</tbody></table></div>"


class Comparison:
    """Two judgements of the same samples; `compare` makes it.

    Attributes:
        pairs: The number of samples.
        agreeing: The number of samples with the same verdict on both sides.
        kappa: Cohen's kappa of the verdicts; None where chance alone gives full agreement.
        verdicts: How often each verdict of the left side met each verdict of the right side.
        disagreements: By pair of reasons, the most frequent first: `left`, `right`, `count`, `examples`.
        rows: Every sample on which the sides disagree, with both outcomes and explanations.
    """

    def __init__(self, report: Mapping[str, Any], rows: list[dict[str, Any]]) -> None:
        self.pairs: int = report["pairs"]
        self.agreeing: int = report["agreeing"]
        self.kappa: float | None = report["kappa"]
        self.verdicts: dict[str, dict[str, int]] = report["verdicts"]
        self.disagreements: list[dict[str, Any]] = report["disagreements"]
        self.rows = rows

    def __repr__(self) -> str:
        kappa = "" if self.kappa is None else f", kappa {self.kappa:.3f}"
        return f"Comparison({self.agreeing} of {self.pairs} agree{kappa})"


def audit(
    rows: Rows,
    *,
    policy: str | None = None,
    rewards: str | os.PathLike[str] | None = None,
    against: Rows | Sequence[Rows] | None = None,
    ngram_size: int = 13,
    near_duplicates: float | None = None,
    source: str | None = None,
    solution: str | None = None,
    run_tests: bool = True,
    map: Mapping[str, str] | None = None,  # noqa: A002 (the name of the command's option)
    examples: int = 10,
) -> Audit:
    """Finds what is wrong with a data set: references, contradictions, copies, leaks, tests, and with completions pass rates.

    Args:
        rows: A file, a pattern or a folder that `verify audit` reads, or rows: a list of mappings, a data set of HF `datasets`,
            a data frame of pandas or polars, an Arrow table. Rows that are given as objects are numbered from 1.
        policy: The math policy; default: strict.
        rewards: A file with the rewards that judge completions, in place of the math and code verifiers.
        against: A benchmark that prompts must not be taken from: a file or rows as above, or a list of files.
        ngram_size: The words of a run that counts as taken.
        near_duplicates: The Jaccard similarity of word 5-grams from which prompts are near copies; None for no search.
        source: The column that names where a row comes from.
        solution: The column with a program that should pass the row's tests.
        run_tests: Whether programs are run against the tests of rows.
        map: The columns of fields, for example `{"answer": "gold"}`.
        examples: The most examples of a finding.

    Raises:
        SpecError: What `verify audit` refuses; the message is that of the command.

    >>> import r1rewards
    >>> found = r1rewards.audit([{"prompt": "6*7?", "answer": "N/A"}, {"prompt": "6*8?", "answer": "48"}])
    >>> [(finding.code, finding.count) for finding in found.findings]
    [('gold_sentinel', 1)]
    >>> found.rows_with("gold_sentinel")[0]["line"]
    1
    """
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        arguments = ["audit", _file(rows, folder, "rows"), "-o", os.path.join(folder, "audit"), "--quiet"]
        arguments += ["--ngram-size", str(ngram_size), "--examples", str(examples)]
        several = against if isinstance(against, list) and against and not isinstance(against[0], Mapping) else [against]
        for number, files in enumerate(several):
            if files is not None:
                arguments += ["--against", _file(files, folder, f"against-{number}")]
        options = {"policy": policy, "rewards": rewards, "near-duplicates": near_duplicates, "source": source, "solution": solution}
        for name, value in options.items():
            arguments += [f"--{name}", os.fspath(value) if isinstance(value, os.PathLike) else str(value)] if value is not None else []
        arguments += [] if run_tests else ["--no-run"]
        _run(arguments + _mapped(map), folder)
        written = os.path.join(folder, "audit")
        about = json.loads(_text(written, "audit.json"))
        return Audit(about, _objects(_text(written, "findings.jsonl")), _text(written, "report.html"))


def compare(
    rows: Rows,
    left: str | os.PathLike[str] = "strict",
    right: str | os.PathLike[str] = "lenient",
    *,
    map: Mapping[str, str] | None = None,  # noqa: A002 (the name of the command's option)
    examples: int = 10,
    patience: float = 300,
) -> Comparison:
    """Judges the same samples in two ways and finds where the verdicts differ.

    Args:
        rows: As for `audit`.
        left: One side: a math policy, a kind of reward, a spec (.toml, .json), a result file, or `command:PROGRAM`, another
            grader as docs/compare.md describes it.
        right: The other side.
        map: The columns of fields, for example `{"completion": "response"}`.
        examples: The most examples of each kind of disagreement.
        patience: How long a grader may take for one verdict, in seconds (at least 1, whole seconds).

    Raises:
        SpecError: What `verify compare` refuses; the message is that of the command.

    >>> import r1rewards
    >>> found = r1rewards.compare([{"answer": "42", "completion": "We get 42"}, {"answer": "42", "completion": "So \\\\boxed{42}"}])
    >>> found
    Comparison(1 of 2 agree, kappa 0.000)
    >>> found.disagreements[0]["left"], found.disagreements[0]["right"]
    ('incorrect/no_answer', 'correct/equal')
    """
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        different = os.path.join(folder, "different.jsonl")
        arguments = ["compare", _file(rows, folder, "rows"), "--left", os.fspath(left), "--right", os.fspath(right), "--json", "--quiet"]
        arguments += ["-o", different, "--examples", str(examples), "--patience", str(max(1, math.ceil(patience)))]
        report = json.loads(_run(arguments + _mapped(map), folder))
        return Comparison(report, _objects(_text(folder, "different.jsonl")))


def _text(folder: str, name: str) -> str:
    # Line ends are read as they are written.
    with open(os.path.join(folder, name), encoding="utf-8", newline="") as file:
        return file.read()


def _objects(lines: str) -> list[dict[str, Any]]:
    # Only "\n" ends a line: texts may have U+2028 and others that `splitlines` takes for ends.
    return [json.loads(line) for line in lines.split("\n") if line]


def _file(rows: Rows, folder: str, name: str) -> str:
    """The file of rows; rows that are objects are written to one."""
    if isinstance(rows, (str, os.PathLike)):
        return os.fspath(rows)
    path = os.path.join(folder, f"{name}.jsonl")
    with open(path, "w", encoding="utf-8") as out:
        for number, row in enumerate(as_rows(rows)):
            if not isinstance(row, Mapping):
                raise SpecError(f"row {number}: a row must be a mapping, got {type(row).__name__}")
            try:
                out.write(json.dumps(dict(row), default=_plain) + "\n")
            except (TypeError, ValueError) as error:
                raise SpecError(f"row {number}: {error}") from None
    return path


def _plain(value: Any) -> Any:
    """A value of a data frame as JSON has it."""
    for method in ("tolist", "isoformat"):
        if hasattr(value, method):
            return getattr(value, method)()
    return str(value)


def _mapped(columns: Mapping[str, str] | None) -> list[str]:
    return [argument for field, path in (columns or {}).items() for argument in ("--map", f"{field}={path}")]


def _run(arguments: list[str], folder: str) -> str:
    """Runs the command in a process of its own, which Ctrl-C ends, and returns what it prints."""
    import subprocess

    done = subprocess.run([sys.executable, "-m", "r1rewards", *arguments], capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode == 2 or done.returncode < 0:
        message = done.stderr.strip().removeprefix("verify: ") or f"the command ended with {done.returncode}"
        raise SpecError(message.replace(folder + os.sep, ""))
    return done.stdout


def _cell(value: Any) -> str:
    from html import escape

    text = "" if value is None else str(value)
    cut = text if len(text) <= 200 else text[:200] + " ..."
    # Notebooks typeset text between dollar signs as mathematics.
    return escape(cut).replace("$", "&#36;")
