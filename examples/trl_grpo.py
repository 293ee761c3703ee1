"""TRL's GRPOTrainer with r1rewards, on a tiny model with random weights: the whole loop on a CPU, in about a minute.

    pip install trl && python examples/trl_grpo.py
"""

import tempfile

from datasets import Dataset
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM
from trl import GRPOConfig, GRPOTrainer

import r1rewards
from r1rewards.integrations.trl import reward


def tiny_tokenizer():
    """One token a byte: nothing to download."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: number for number, letter in enumerate([*letters, "<pad>", "<eos>"])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>", eos_token="<eos>")


def main():
    tokenizer = tiny_tokenizer()
    config = Qwen2Config(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=2, pad_token_id=tokenizer.pad_token_id, eos_token_id=tokenizer.eos_token_id,
    )
    rows = [{"prompt": f"{number} + 1 = ", "answer": str(number + 1)} for number in range(8)]
    with tempfile.TemporaryDirectory() as folder:
        trainer = GRPOTrainer(
            model=Qwen2ForCausalLM(config),
            processing_class=tokenizer,
            train_dataset=Dataset.from_list(rows),
            # A random model never answers right; the share of Latin letters gives it something to learn.
            reward_funcs=[reward([r1rewards.Math("lenient"), (0.1, r1rewards.Language(script="Latin", min_letters=1))])],
            args=GRPOConfig(
                output_dir=folder, max_steps=3, per_device_train_batch_size=4, num_generations=4, max_completion_length=16,
                logging_steps=1, report_to=[], use_cpu=True, save_strategy="no",
            ),
        )
        trainer.train()
    rewards = [log["reward"] for log in trainer.state.log_history if "reward" in log]
    print("rewards:", rewards)
    assert len(rewards) == 3


if __name__ == "__main__":
    main()
