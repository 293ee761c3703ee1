"""TRL's GRPOTrainer with r1rewards: a tiny model with random weights learns a format, on one CPU core in about 15 s.

    pip install . trl==1.16.0
    python examples/trl_grpo.py

The vocabulary is a few words, so that nothing is downloaded. At first the model writes random words. The reward is a
quarter for each tag of `<think> ... </think> <answer> ... </answer>` that occurs exactly once, plus a small part for a
correct answer.
"""

import tempfile

import torch
from datasets import Dataset
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from trl import GRPOConfig, GRPOTrainer

import r1rewards
from r1rewards.integrations.trl import reward

WORDS = ["<pad>", "<eos>", "<think>", "</think>", "<answer>", "</answer>", "+", "=", *"0123456789"]


def tokenizer() -> PreTrainedTokenizerFast:
    """One token a word."""
    made = Tokenizer(models.WordLevel({word: place for place, word in enumerate(WORDS)}, unk_token="<pad>"))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return PreTrainedTokenizerFast(tokenizer_object=made, pad_token="<pad>", eos_token="<eos>")


def main() -> None:
    torch.set_num_threads(1)  # Faster for tensors this small.
    torch.manual_seed(0)
    words = tokenizer()
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(WORDS),
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=1,
            num_attention_heads=2,
            num_key_value_heads=2,
            max_position_embeddings=64,
            pad_token_id=words.pad_token_id,
            eos_token_id=words.eos_token_id,
            bos_token_id=None,
        )
    )
    sums = [(first, second) for first in range(5) for second in range(5)]
    rows = [{"prompt": f"{first} + {second} =", "answer": str(first + second)} for first, second in sums]
    with tempfile.TemporaryDirectory() as folder:
        config = GRPOConfig(
            output_dir=folder,
            per_device_train_batch_size=64,
            num_generations=8,
            max_completion_length=8,
            max_steps=120,
            learning_rate=1e-2,
            lr_scheduler_type="constant",
            logging_steps=10,
            beta=0.0,
            use_cpu=True,
            bf16=False,
            report_to=[],
            save_strategy="no",
            disable_tqdm=True,
        )
        trainer = GRPOTrainer(
            model=model,
            processing_class=words,
            train_dataset=Dataset.from_list(rows),
            reward_funcs=[reward([r1rewards.TagCount(), (0.1, r1rewards.Math("lenient"))])],
            args=config,
        )
        trainer.train()
        rewards = [entry["reward"] for entry in trainer.state.log_history if "reward" in entry]
    print(f"reward {rewards[0]:.3f} -> {rewards[-1]:.3f}")
    assert rewards[-1] > rewards[0] + 0.2, rewards


if __name__ == "__main__":
    main()
