"""Long batches show their progress if `progress=True`."""

import subprocess
import sys
import types

import r1rewards
from r1rewards import _progress

RIGHT = r"so \boxed{\frac{%d}{7}}"
COUNT = 30_000
COMPLETIONS = [RIGHT % number for number in range(COUNT)]
ANSWERS = [str(number) for number in range(COUNT)]


def test_nothing_is_shown_unless_asked_for(capfd):
    r1rewards.Scorer("math").score_batch(COMPLETIONS, ANSWERS)
    assert capfd.readouterr() == ("", "")


def test_a_line_now_and_then_where_tqdm_is_not_installed(capfd, monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    monkeypatch.setattr(_progress, "EVERY_S", 0.0)
    for score in (
        lambda: r1rewards.Scorer("math").score_batch(COMPLETIONS, ANSWERS, progress=True),
        lambda: r1rewards.Scorer("math").score_rows(
            [{"completion": completion, "answer": answer} for completion, answer in zip(COMPLETIONS, ANSWERS)], progress=True
        ),
    ):
        score()
        out, error = capfd.readouterr()
        lines = error.splitlines()
        assert out == "" and lines[-1].startswith(f"r1rewards: {COUNT} of {COUNT} samples scored (100 %) after ")
        done = [int(line.split()[1]) for line in lines]
        assert done == sorted(done) and done[0] < COUNT


def test_a_bar_where_tqdm_is_installed(monkeypatch):
    bars = []

    class Bar:
        def __init__(self, total, **_):
            self.total, self.n, self.closed = total, 0, False
            bars.append(self)

        def update(self, more):
            self.n += more

        def close(self):
            self.closed = True

    monkeypatch.setitem(sys.modules, "tqdm.auto", types.SimpleNamespace(tqdm=Bar))
    r1rewards.Scorer("math").score_batch(COMPLETIONS, ANSWERS, progress=True)
    assert [(bar.total, bar.n, bar.closed) for bar in bars] == [(COUNT, COUNT, True)]


def test_a_short_batch_shows_nothing(capfd):
    r1rewards.Scorer("math").score_batch([RIGHT % 1], ["1"], progress=True)
    assert capfd.readouterr().err == ""


def test_tqdm_is_not_imported_before_it_is_asked_for():
    program = "import sys, r1rewards; r1rewards.Scorer('math').score_batch(['a'], ['1']); print('tqdm' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "False\n"
