"""The program's tokens are those of transformers, whatever the kind of tokenizer; nothing is left out silently."""

import json
import pathlib
import subprocess
from typing import Any

import pytest
from checkpoints import save
from conftest import PROGRAM, ask
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

CORPUS = ["we try 12+3=15 and 7*8=56, then we wait", "let us try again: the answer is <answer>4</answer>", "стоп, это мимо"] * 4
TEXTS = ["", "we try 99*3 = 15,\n\n  then", "<|end|>the answer<|end|>", "  wait  ", "стоп это", "a'll don't 12345", "x\ty"]
# The pattern of Llama 3's and Qwen2's tokenizers, with a look-ahead.
PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def byte_pairs() -> Tokenizer:
    """As those of Llama 3 and Qwen."""
    found = Tokenizer(models.BPE())
    split = pre_tokenizers.Split(Regex(PATTERN), behavior="isolated")
    found.pre_tokenizer = pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    found.decoder = decoders.ByteLevel()
    found.train_from_iterator(CORPUS, trainers.BpeTrainer(vocab_size=300, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    return found


def fallback() -> Tokenizer:
    """As that of Llama 2: characters that are not in the vocabulary are bytes."""
    found = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True))
    found.normalizer = normalizers.Replace(" ", "▁")
    found.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    special = ["<unk>", *(f"<0x{byte:02X}>" for byte in range(256))]
    found.train_from_iterator(CORPUS[:2], trainers.BpeTrainer(vocab_size=320, special_tokens=special, show_progress=False))
    parts = json.loads(found.to_str())
    parts["added_tokens"] = [token for token in parts["added_tokens"] if token["content"] == "<unk>"]
    return Tokenizer.from_str(json.dumps(parts))


def unigrams() -> Tokenizer:
    found = Tokenizer(models.Unigram())
    found.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="never")
    found.decoder = decoders.Metaspace(prepend_scheme="never")
    letters = sorted(set("".join(TEXTS + CORPUS)) - {" "})
    trainer = trainers.UnigramTrainer(vocab_size=120, unk_token="<unk>", special_tokens=["<unk>"], initial_alphabet=letters, show_progress=False)
    found.train_from_iterator(CORPUS, trainer)
    return found


def write(kind: Any, folder: pathlib.Path, **changed: Any) -> Tokenizer:
    """Saves a checkpoint with a tokenizer whose own habits of adding, cutting and filling up are on."""
    save("qwen2", folder)
    found = kind()
    found.add_special_tokens([AddedToken("<|begin|>"), AddedToken("<|end|>"), AddedToken("<|other|>")])
    begin = found.token_to_id("<|begin|>")
    found.post_processor = processors.TemplateProcessing(single="<|begin|> $A", special_tokens=[("<|begin|>", begin)])
    found.enable_truncation(4)
    found.enable_padding(length=16)
    found.save(str(folder / "tokenizer.json"))
    ids = [found.token_to_id(token) for token in changed.get("eos", ["<|end|>"])]
    (folder / "generation_config.json").write_text(json.dumps({"eos_token_id": ids if len(ids) > 1 else ids[0]}))
    found.no_truncation()
    found.no_padding()
    return found


@pytest.mark.parametrize("kind", [byte_pairs, fallback, unigrams])
def test_tokens_are_those_of_the_file(kind: Any, tmp_path: pathlib.Path) -> None:
    theirs = write(kind, tmp_path)
    (found,) = ask(tmp_path, {"encode": {"texts": TEXTS, "end": None}})
    for text, ours in zip(TEXTS, found):
        ids = theirs.encode(text, add_special_tokens=False).ids
        assert ours["ids"] == ids, text
        # The end token has no text.
        kept = [token for token in ids if token != theirs.token_to_id("<|end|>")]
        assert ours["text"] == theirs.decode(kept, skip_special_tokens=False), text


def refusal(folder: pathlib.Path, text: str, end: str | None = None) -> str:
    question = json.dumps({"encode": {"texts": [text], "end": end}})
    command = [PROGRAM, "--probe", str(folder), "--threads", "1", "--device", "cpu"]
    found = subprocess.run(command, input=question, capture_output=True, text=True, timeout=60)
    assert found.returncode == 2 and found.stdout == ""
    return found.stderr


def test_characters_that_the_vocabulary_lacks_are_refused(tmp_path: pathlib.Path) -> None:
    write(unigrams, tmp_path)
    assert 'no token for Some("☃") at byte 7 of "we try ☃"' in refusal(tmp_path, "we try ☃")

    def without_unknown() -> Tokenizer:
        found = Tokenizer(models.BPE({letter: id for id, letter in enumerate("abc")}, []))
        assert found.encode("ab?c").tokens == ["a", "b", "c"]
        return found

    write(without_unknown, tmp_path)
    assert 'no token for a character of "ab?c"' in refusal(tmp_path, "ab?c")


def test_the_end_must_be_one_token_of_the_vocabulary(tmp_path: pathlib.Path) -> None:
    theirs = write(byte_pairs, tmp_path, eos=["<|end|>", "<|other|>"])
    found = refusal(tmp_path, "a")
    assert "`eos_token_id` names <|end|> and <|other|>: say with `start.end` which one ends a text" in found
    assert 'has no token "<|none|>"' in refusal(tmp_path, "a", "<|none|>")
    (answer,) = ask(tmp_path, {"encode": {"texts": ["we<|end|>try<|other|>"], "end": "<|other|>"}})
    assert answer[0]["text"] == "we<|end|>try"
    assert answer[0]["ids"][-1] == theirs.token_to_id("<|other|>")
