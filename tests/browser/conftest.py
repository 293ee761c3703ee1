"""Pages of `verify report`, opened from disk in headless Chromium.

R1REWARDS_BIN is the folder of the built commands (default: target/debug), R1REWARDS_CHROMIUM the path of the browser.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
HERE = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("R1REWARDS_BIN", HERE / "target/debug")).resolve()

# What completions, prompts, ids and columns contain to attack the page.
ATTACKS = [
    "<img src=x onerror=window.hacked=1>",
    "</script><script>window.hacked=1</script>",
    "</pre></dialog><svg onload=window.hacked=1>",
    "<!--<script>",
    "line\u2028paragraph\u2029 nul\u0000 escape\u001b[2J",
    "right to left \u202egnp.exe\u202c, zero\u200bwidth, \ufeff, \U000e0041 tag",
    "]]>'\"`&amp;${window.hacked=1}",
]


def rows():
    """300 rows: three sources, prompts of four samples, right, wrong and unusable answers, and the attacks."""
    for number in range(300):
        prompt, sample = divmod(number, 4)
        row = {
            "id": f"q{prompt}/{sample}",
            "source": ["algebra", "geometry", "numbers"][prompt % 3],
            "prompt": f"What is {prompt} plus {sample % 2}? Take your time.",
            "completion": "Let me think. " * (number % 40) + f"So it is \\boxed{{{prompt + number % 3}}}.",
            "answer": str(prompt),
            "level": prompt % 5,
        }
        if number % 50 == 49:
            row["answer"] = "\\frac{"
        if number % 60 == 7:
            row["completion"] = "I do not know."
        yield row
    for number, attack in enumerate(ATTACKS):
        yield {
            "id": f"attack {number} {attack}",
            "source": attack,
            "prompt": attack,
            "completion": f"{attack} \\boxed{{{number}}} {attack}",
            "answer": str(number),
            attack: attack,
        }
    yield {"id": "long", "source": "algebra", "prompt": "p", "completion": "word " * 1800 + "\\boxed{77}" + " done" * 1800, "answer": "77"}


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """rows.jsonl, results.jsonl and report.html."""
    folder = tmp_path_factory.mktemp("report")
    with (folder / "rows.jsonl").open("w") as file:
        for row in rows():
            file.write(json.dumps(row) + "\n")
        file.write("this line is not a row </script>\n")
    verify = [BIN / "verify"]
    subprocess.run([*verify, "score", "rows.jsonl", "-o", "results.jsonl", "--quiet"], cwd=folder, check=True)
    subprocess.run([*verify, "report", "rows.jsonl", "--results", "results.jsonl", "-o", "report.html", "--quiet"], cwd=folder, check=True)
    return folder


@pytest.fixture(scope="session")
def results(folder):
    """The rows by id, each with its result."""
    lines = [json.loads(line) for line in (folder / "results.jsonl").read_text().split("\n")[:-1]]
    given = list(rows())
    assert len(lines) == len(given) + 1
    return [{**row, **line} for row, line in zip([*given, {}], lines)]


@pytest.fixture(scope="session")
def comparison(tmp_path_factory):
    """The page of the example, which compares two policies and has findings."""
    page = tmp_path_factory.mktemp("comparison") / "report.html"
    subprocess.run([BIN / "examples/report", page], check=True, stdout=subprocess.DEVNULL)
    return page


@pytest.fixture(scope="session")
def browser():
    path = os.environ.get("R1REWARDS_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    assert path, f"no browser: install one of {', '.join(BROWSERS)}, or name it with R1REWARDS_CHROMIUM"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser):
    """Opens a page; at the end of the test, nothing may have been requested, reported or executed but the page itself."""
    said, requested, tabs = [], [], []

    def opened(page, fragment="", **context):
        tab = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **context}).new_page()
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on("dialog", lambda dialog: said.append(dialog.message))
        tab.on("request", lambda request: requested.append(request.url.split("#")[0]))
        tab.goto(page.as_uri() + fragment)
        tab.wait_for_selector("html[data-ready]")
        tabs.append((page, tab))
        return tab

    yield opened
    for page, tab in tabs:
        assert tab.evaluate("window.hacked") is None
        tab.context.close()
    assert said == []
    assert set(requested) <= {page.as_uri() for page, _ in tabs}
