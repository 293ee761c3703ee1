"""The program's model is transformers' model: the same logits, the same text, and checkpoints that go both ways."""

import json
import pathlib

import pytest
import torch
import transformers
from checkpoints import LLAMA3, MODELS, save
from conftest import CONFIGS, ask, reasoner

TOKENS = [5, 17, 3, 3, 41, 0, 52, 7, 29, 11, 11, 30, 2, 44, 19, 6, 38, 50, 1, 23, 9, 27, 14, 35, 48, 20, 33, 8, 26, 12]


def logits_of(model: transformers.PreTrainedModel, tokens: list[int]) -> torch.Tensor:
    with torch.no_grad():
        return model(torch.tensor([tokens])).logits[0]


@pytest.mark.parametrize("name", MODELS)
def test_logits_and_continuations_are_those_of_transformers(name: str, tmp_path: pathlib.Path) -> None:
    model = save(name, tmp_path)
    prompts = [TOKENS[:9], TOKENS[4:7], TOKENS[:1], TOKENS[10:26]]
    end = 7
    found, greedy = ask(
        tmp_path, {"logits": TOKENS}, {"greedy": {"prompts": prompts, "end": end, "max_new_tokens": 24}}
    )
    expected = logits_of(model, TOKENS)
    assert expected.std() > 0.5
    torch.testing.assert_close(torch.tensor(found), expected, atol=1e-4, rtol=0)
    for prompt, tokens in zip(prompts, greedy):
        row = torch.tensor([prompt])
        written = model.generate(row, attention_mask=torch.ones_like(row), do_sample=False, max_new_tokens=24, eos_token_id=end)
        assert tokens == written[0, len(prompt) :].tolist()


def test_the_scaling_of_the_test_changes_the_logits(tmp_path: pathlib.Path) -> None:
    """Without this, the test of `llama 3.1` could pass with the scaling left out."""
    model = save("llama 3.1", tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    config["rope_parameters"] = {"rope_type": "default", "rope_theta": LLAMA3["rope_theta"]}
    (tmp_path / "config.json").write_text(json.dumps(config))
    (found,) = ask(tmp_path, {"logits": TOKENS})
    assert (torch.tensor(found) - logits_of(model, TOKENS)).abs().max() > 0.1


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_and_several_files_are_read(dtype: torch.dtype, tmp_path: pathlib.Path) -> None:
    model = save("qwen2", tmp_path, dtype, shard="60KB")
    assert (tmp_path / "model.safetensors.index.json").exists()
    (found,) = ask(tmp_path, {"logits": TOKENS})
    torch.testing.assert_close(torch.tensor(found), logits_of(model, TOKENS), atol=1e-4, rtol=0)


def test_the_spelling_of_version_4_is_read(tmp_path: pathlib.Path) -> None:
    model = save("llama 3.1", tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    scaling = config.pop("rope_parameters")
    config["rope_theta"], config["torch_dtype"] = scaling.pop("rope_theta"), config.pop("dtype")
    config["rope_scaling"] = scaling
    (tmp_path / "config.json").write_text(json.dumps(config))
    (found,) = ask(tmp_path, {"logits": TOKENS})
    torch.testing.assert_close(torch.tensor(found), logits_of(model, TOKENS), atol=1e-4, rtol=0)


def loaded(folder: pathlib.Path, capfd: pytest.CaptureFixture[str]) -> transformers.PreTrainedModel:
    """The model that transformers reads from a folder, without any warning."""
    transformers.utils.logging.disable_progress_bar()
    capfd.readouterr()
    model, info = transformers.AutoModelForCausalLM.from_pretrained(folder, output_loading_info=True)
    assert capfd.readouterr().err == ""
    assert not any(info.values()), info
    return model.eval()


@pytest.mark.parametrize("name", MODELS)
def test_a_checkpoint_that_is_saved_again_is_the_same(
    name: str, tmp_path: pathlib.Path, capfd: pytest.CaptureFixture[str]
) -> None:
    model = save(name, tmp_path / "first")
    ask(tmp_path / "first", {"save": str(tmp_path / "second")})
    again = loaded(tmp_path / "second", capfd)
    assert type(again) is type(model)
    assert torch.equal(logits_of(again, TOKENS), logits_of(model, TOKENS))
    for field in ("rope_parameters", "eos_token_id", "bos_token_id", "pad_token_id", "tie_word_embeddings", "rms_norm_eps"):
        assert getattr(again.config, field) == getattr(model.config, field), field
    first, second = ask(tmp_path / "first", {"logits": TOKENS}), ask(tmp_path / "second", {"logits": TOKENS})
    assert first == second


SHORT = ["evaluation.problems=4", "evaluation.samples=2", "evaluation.every=0", "evaluation.max_new_tokens=8"]
RUN = """
name = "short"
[task]
kind = "countdown"
[[stage]]
name = "warm start"
[stage.sft.options]
steps = 2
batch = 8
[[stage]]
name = "grpo"
[stage.grpo.options]
steps = 1
prompts = 2
samples = 2
max_new_tokens = 8
"""


def run(folder: pathlib.Path, *replaced: str) -> pathlib.Path:
    """A short run; returns its policy."""
    folder.mkdir()
    (folder / "run.toml").write_text(RUN)
    changes = [part for change in (*SHORT, *replaced) for part in ("--set", change)]
    reasoner(str(folder / "run.toml"), "--out", str(folder / "out"), "--quiet", *changes)
    return folder / "out" / "policy"


def test_a_policy_is_a_checkpoint_that_transformers_and_another_run_start_from(
    tmp_path: pathlib.Path, capfd: pytest.CaptureFixture[str]
) -> None:
    policy = run(tmp_path / "first")
    tokenizer = transformers.AutoTokenizer.from_pretrained(policy)
    assert tokenizer.eos_token == "<end>"
    model = loaded(policy, capfd)
    assert model.config.eos_token_id == tokenizer.eos_token_id == 0
    samples = (policy.parent / "samples_after.jsonl").read_text().splitlines()
    texts = [text for row in map(json.loads, samples) for text in (row["prompt"], row["attempts"][0]["text"])]
    texts += ["<think>1+2=3 no wait 2+3=5 yes</think>", " wait, we try 2+3"]
    assert len(texts) > 4
    found, logits = ask(policy, {"encode": {"texts": texts, "end": None}}, {"logits": list(range(1, 20))})
    for text, ours in zip(texts, found):
        ids = tokenizer(text)["input_ids"]
        assert (ours["ids"], ours["text"]) == (ids, text)
        assert tokenizer.decode(ids + [tokenizer.eos_token_id], skip_special_tokens=True) == text
    torch.testing.assert_close(torch.tensor(logits), logits_of(model, list(range(1, 20))), atol=1e-4, rtol=0)

    second = run(tmp_path / "second", f"start.checkpoint={json.dumps(str(policy))}")
    assert (second / "tokenizer.json").read_text() == (policy / "tokenizer.json").read_text()
    again = loaded(second, capfd)
    assert again.config.eos_token_id == 0
    assert not torch.equal(again.model.embed_tokens.weight, model.model.embed_tokens.weight)
    torch.testing.assert_close(again.model.embed_tokens.weight, model.model.embed_tokens.weight, atol=0.05, rtol=0)
