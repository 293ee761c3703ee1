"""Scores samples in the background while the next ones are generated. A full queue blocks the generation."""

import time

import r1rewards


def generate():
    """Simulates an inference engine that finishes samples one by one."""
    for number in range(20):
        time.sleep(0.005)
        yield {"completion": rf"It is \boxed{{{number * number}}}.", "answer": str(number**2)}


if __name__ == "__main__":
    scorer = r1rewards.Scorer(r1rewards.Math(), queue_size=8)
    correct = sum(outcome.is_correct for outcome in scorer.results(generate()))
    print(correct, "of 20 correct")
    assert correct == 20
