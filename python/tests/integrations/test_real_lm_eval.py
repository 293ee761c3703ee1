"""lm-evaluation-harness evaluates a task file that names our `process_results`, on a model that returns a given
text."""

import json

import pytest

lm_eval = pytest.importorskip("lm_eval")

from lm_eval.api.model import LM
from lm_eval.tasks import TaskManager

TASK = """\
task: r1rewards_sums
dataset_path: json
dataset_kwargs: {{data_files: {{test: {rows}}}}}
test_split: test
output_type: generate_until
doc_to_text: "{{{{question}}}}"
doc_to_target: "{{{{answer}}}}"
process_results: !function r1rewards.integrations.lm_eval.process_results
metric_list: [{{metric: exact_match, aggregation: mean, higher_is_better: true}}]
generation_kwargs: {{until: ["\\n\\n"]}}
"""


class Parrot(LM):
    """A model that answers a question with the text after its `|`."""

    def generate_until(self, requests, disable_tqdm=False):
        return [request.args[0].split("|")[1] for request in requests]

    def loglikelihood(self, requests, disable_tqdm=False):
        raise NotImplementedError

    loglikelihood_rolling = loglikelihood


def test_a_task_of_a_file_is_evaluated(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    rows = [
        {"question": r"1/2?|It is \boxed{0.5}.", "answer": r"\frac{1}{2}"},
        {"question": r"6*7?|It is \boxed{41}.", "answer": "42"},
        {"question": r"7*7?|It is \boxed{x = 49}.", "answer": "49"},
        {"question": r"2+2?|Four, I think", "answer": "4"},
    ]
    (tmp_path / "rows.json").write_text("\n".join(json.dumps(row) for row in rows))
    (tmp_path / "task.yaml").write_text(TASK.format(rows=tmp_path / "rows.json"))
    manager = TaskManager(include_path=str(tmp_path), include_defaults=False)
    found = lm_eval.simple_evaluate(model=Parrot(), tasks=["r1rewards_sums"], task_manager=manager, bootstrap_iters=0)
    assert found["results"]["r1rewards_sums"]["exact_match,none"] == 0.5
    assert [sample["exact_match"] for sample in found["samples"]["r1rewards_sums"]] == [1.0, 0.0, 1.0, 0.0]
