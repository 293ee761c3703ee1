"""What a user of the Python package waits for, beside Math-Verify and TRL's accuracy_reward: time, and verdicts that differ.

    pip install math-verify trl && python benches/compare_python.py     # peers that are not installed are left out

One run, the same rows for everyone: 1024 completions in TRL's form. Then the costs of the binding itself.
"""

import gc
import subprocess
import sys
import threading
import time

import r1rewards
from r1rewards.integrations.trl import reward

COMPLETIONS = 1024
PAIRS = 100_000
CALLS = 20_000

# (gold, answers that a model may write): equal and different, plain and not.
GOLDS = [
    ("42", ["42", "41", "42.0"]),
    (r"\frac{1}{2}", ["0.5", r"\frac{2}{4}", "0.51"]),
    (r"\sqrt{8}", [r"2\sqrt{2}", "2.83"]),
    ("x^2-1", ["(x-1)(x+1)", "(x-1)^2"]),
    (r"\{1,2\}", [r"\{2,1\}", r"\{1\}"]),
    ("(1,2)", ["(1, 2)", "(2,1)"]),
]


def rows(count):
    pairs = [(gold, answer) for gold, answers in GOLDS for answer in answers]
    picked = [pairs[number % len(pairs)] for number in range(count)]
    texts = [rf"Step {number}: we compute. The answer is $\boxed{{{answer}}}$." for number, (_, answer) in enumerate(picked)]
    return texts, [gold for gold, _ in picked]


def timed(name, function):
    gc.collect()
    start = time.perf_counter()
    result = function()
    seconds = time.perf_counter() - start
    print(f"{name:32} {seconds * 1e3:10.1f} ms")
    return seconds, result


def peers(completions, golds):
    try:
        from trl.rewards import accuracy_reward

        yield "trl accuracy_reward", lambda: accuracy_reward(completions, [f"${gold}$" for gold in golds])
    except ImportError as error:
        print(f"left out: {error}")
    try:
        from math_verify import parse, verify

        texts = [completion[0]["content"] for completion in completions]
        yield "math-verify", lambda: [float(verify(parse(f"${gold}$"), parse(text))) for gold, text in zip(golds, texts)]
    except ImportError as error:
        print(f"left out: {error}")


def compare():
    texts, golds = rows(COMPLETIONS)
    completions = [[{"role": "assistant", "content": text}] for text in texts]
    judge = reward(r1rewards.Math(), answer="solution")
    print(f"{COMPLETIONS} completions, TRL's signature")
    own, ours = timed("r1rewards", lambda: judge(completions=completions, solution=golds))
    for name, function in peers(completions, golds):
        theirs, found = timed(name, function)
        differ = sorted({(golds[at], texts[at].split("boxed")[1]) for at in range(COMPLETIONS) if ours[at] != found[at]})
        print(f"    {theirs / own:.0f} times as long; verdicts differ on {differ or 'nothing'}")


def binding():
    texts, golds = rows(PAIRS)
    scorer = r1rewards.Scorer(r1rewards.Math())
    print(f"\n{PAIRS} pairs")
    timed("score_batch", lambda: scorer.score_batch(texts, golds))
    single = r1rewards.Scorer(r1rewards.Math(), jobs=1)
    half = PAIRS // 2
    alone, _ = timed("one thread, half of them twice", lambda: [single.score_batch(texts[:half], golds[:half]) for _ in range(2)])

    def both():
        threads = [threading.Thread(target=single.score_batch, args=(texts[:half], golds[:half])) for _ in range(2)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]

    together, _ = timed("two threads, half of them each", both)
    print(f"    two threads are {alone / together:.2f} times one")
    seconds, _ = timed(f"math.verify('42', '42') x {CALLS}", lambda: [r1rewards.math.verify("42", "42") for _ in range(CALLS)])
    print(f"    {seconds / CALLS * 1e6:.2f} us a call, the work included")


def startup():
    code = "import time; s = time.perf_counter(); import r1rewards; print(time.perf_counter() - s)"
    runs = [float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout) for _ in range(5)]
    print(f"\nimport r1rewards: {min(runs) * 1e3:.0f} to {max(runs) * 1e3:.0f} ms in {len(runs)} fresh processes")


if __name__ == "__main__":
    compare()
    binding()
    startup()
