"""Stand-ins for frameworks that are not installed: the parts that adapters use, with the signatures of the frameworks'
sources."""

import sys
from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy


def install(monkeypatch, **modules):
    """Installs modules with the given attributes, and their parent packages. In a name, `__` is a dot."""
    for name, content in modules.items():
        parts = name.split("__")
        for end in range(1, len(parts) + 1):
            dotted = ".".join(parts[:end])
            if dotted not in sys.modules:
                monkeypatch.setitem(sys.modules, dotted, ModuleType(dotted))
        for key, thing in content.items():
            monkeypatch.setattr(sys.modules[".".join(parts)], key, thing, raising=False)


def fresh(monkeypatch, name):
    """Imports an adapter's module again, because its class has the framework's class as base."""
    import importlib

    monkeypatch.delitem(sys.modules, f"r1rewards.integrations.{name}", raising=False)
    return importlib.import_module(f"r1rewards.integrations.{name}")


class Letters:
    """A tokenizer in which each letter is a token, with 0 for padding."""

    pad_token_id = 0

    def batch_decode(self, rows, skip_special_tokens=True):
        return ["".join(chr(number) if number else "<|endoftext|>" for number in row) for row in rows]


def padded(texts):
    """Returns texts as a padded batch of letters: a tensor if torch is installed, else an array."""
    width = max(len(text) for text in texts)
    rows = [[ord(letter) for letter in text] + [0] * (width - len(text)) for text in texts]
    try:
        import torch
    except ImportError:
        return numpy.array(rows)
    return torch.tensor(rows) if hasattr(torch, "Tensor") else numpy.array(rows)


def torch(monkeypatch):
    """Installs the part of torch that adapters use, if torch is not installed."""
    try:
        import torch  # noqa: F401
    except ImportError:
        def tensor(values, dtype=None):
            return numpy.array(values, dtype=dtype)

        install(monkeypatch, torch={"tensor": tensor, "zeros_like": numpy.zeros_like, "float16": numpy.float16})


def open_instruct(monkeypatch):
    @dataclass
    class VerificationResult:
        score: float
        cost: float = 0.0
        reasoning: str | None = None

    class VerifierFunction:
        def __init__(self, name, weight=1.0, verifier_config=None):
            self.name, self.weight, self.verifier_config = name, weight, verifier_config

    install(monkeypatch, open_instruct__ground_truth_utils={"VerificationResult": VerificationResult, "VerifierFunction": VerifierFunction})


def skyrl(monkeypatch):
    class BaseTextEnv:
        def __init__(self):
            self.turns = 0

    install(monkeypatch, skyrl_gym__envs__base_text_env={"BaseTextEnv": BaseTextEnv, "BaseTextEnvStepOutput": dict})


def inspect_ai(monkeypatch):
    class Score:
        def __init__(self, value, answer=None, explanation=None, metadata=None):
            self.value, self.answer, self.explanation, self.metadata = value, answer, explanation, metadata

        @classmethod
        def unscored(cls, explanation=None, metadata=None):
            return cls(None, explanation=explanation, metadata=metadata)

    def scorer(metrics):
        return lambda function: function

    names = {"Score": Score, "Target": list, "accuracy": lambda: None, "stderr": lambda: None, "scorer": scorer}
    install(monkeypatch, inspect_ai__scorer=names, inspect_ai__solver={"TaskState": object})


def lighteval(monkeypatch):
    install(
        monkeypatch,
        lighteval__metrics__metrics_sample={"SampleLevelComputation": object},
        lighteval__metrics__utils__metric_utils={"SampleLevelMetric": lambda **given: SimpleNamespace(**given)},
        lighteval__tasks__requests={"SamplingMethod": SimpleNamespace(GENERATIVE="generative")},
    )


class DataProto:
    """ROLL's batch, with tensors and other columns."""

    def __init__(self, batch, non_tensor_batch=None):
        self.batch, self.non_tensor_batch = batch, non_tensor_batch or {}

    @classmethod
    def from_dict(cls, tensors):
        return cls(tensors)


def roll(monkeypatch):
    class Worker:
        def __init__(self, worker_config):
            self.worker_config = worker_config
            self.rank_info = SimpleNamespace(rank=0, world_size=worker_config.world_size)

    def register(dispatch_mode, clear_cache=True):
        return lambda function: function

    install(
        monkeypatch,
        roll__configs__worker_config={"WorkerConfig": object},
        roll__distributed__executor__worker={"Worker": Worker},
        roll__distributed__scheduler__decorator={"Dispatch": SimpleNamespace(ONE_TO_ALL=0, DP_MP_COMPUTE=1), "register": register},
        roll__distributed__scheduler__protocol={"DataProto": DataProto},
        roll__models__model_providers={"default_tokenizer_provider": lambda model_args: Letters()},
    )


def rllm(monkeypatch):
    @dataclass
    class RewardOutput:
        reward: float
        metadata: dict = field(default_factory=dict)
        is_correct: bool | None = None

    install(monkeypatch, rllm__rewards__reward_types={"RewardOutput": RewardOutput})


def oat(monkeypatch):
    class RewardOracleBase:
        pass

    class PreferenceOracleBase:
        pass

    install(monkeypatch, oat__oracles__base={"RewardOracleBase": RewardOracleBase, "PreferenceOracleBase": PreferenceOracleBase})


def tinker(monkeypatch):
    class ProblemEnv:
        """The cookbook's environment without its renderers: `step` takes the text that a renderer would have parsed."""

        def __init__(self, renderer, convo_prefix=None, format_coef=0.1, require_stop_sequence_for_format=True):
            self.renderer, self.format_coef = renderer, format_coef

        def step(self, content):
            correct_format, correct_answer = float(self.check_format(content)), float(self.check_answer(content))
            return self.format_coef * (correct_format - 1) + correct_answer

    install(monkeypatch, tinker_cookbook__rl__problem_env={"ProblemEnv": ProblemEnv})


@dataclass
class Trajectory:
    """The attributes of ART's trajectory that the adapter reads and writes."""

    messages_and_choices: list
    reward: float = 0.0
    metrics: dict = field(default_factory=dict)
    metadata: dict = field(default_factory=dict)

    def messages(self):
        return self.messages_and_choices


@dataclass
class Sample:
    """The attributes of slime's sample that the adapter reads and writes."""

    prompt: Any = "p"
    response: Any = ""
    label: Any = None
    tokens: list = field(default_factory=list)
    response_length: int = 0
    metadata: dict = field(default_factory=dict)
    remove_sample: bool = False
