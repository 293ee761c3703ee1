"""TRL's GRPOTrainer with the loss of r1rewards, on a tiny model made from a configuration: nothing is downloaded.

    pip install torch==2.11.0 trl==1.16.0 maturin
    LIBTORCH_USE_PYTORCH=1 pip install --no-build-isolation ./python/grpo
    python examples/grpo_trl.py

TRL has no option for another loss, so a subclass overrides `_compute_loss`. That method is private: a test runs this
example with the TRL named above.
"""

import tempfile
from typing import Any

import torch
from datasets import Dataset
from r1rewards_grpo import GrpoLoss
from tokenizers import Tokenizer, models, pre_tokenizers
from torch import Tensor
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from trl import GRPOConfig, GRPOTrainer


class OurTrainer(GRPOTrainer):
    """GRPOTrainer whose loss is a `GrpoLoss`."""

    grpo_loss: GrpoLoss

    def _compute_loss(self, model: torch.nn.Module, inputs: dict[str, Any]) -> Tensor:
        prompt, completion = inputs["prompt_ids"], inputs["completion_ids"]
        mask = inputs["completion_mask"]
        log_probs, entropy, _ = self._get_per_token_logps_and_entropies(
            model,
            torch.cat([prompt, completion], dim=1),
            torch.cat([inputs["prompt_mask"], mask], dim=1),
            completion.size(1),
            compute_entropy=True,
        )
        # TRL counts tokens over the generation batch and all processes; the loss divides by the tokens of one
        # accumulation window and one process.
        share = self.current_gradient_accumulation_steps / self.args.steps_per_generation / self.accelerator.num_processes
        output = self.grpo_loss(
            log_probs,
            mask=mask,
            advantages=inputs["advantages"],
            old_log_probs=inputs.get("old_per_token_logps"),
            entropy=entropy,
            normalizer=float(inputs["num_items_in_batch"]) * share,
        )
        for name in ("ratio_mean", "clip_low", "clip_high", "entropy"):
            self._metrics["train"][f"r1rewards/{name}"].append(output.metrics[name])
        return output.loss


def tokenizer() -> PreTrainedTokenizerFast:
    words = ["<pad>", "<eos>", *"0123456789>"]
    made = Tokenizer(models.WordLevel({word: place for place, word in enumerate(words)}, unk_token="<pad>"))
    made.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    return PreTrainedTokenizerFast(tokenizer_object=made, pad_token="<pad>", eos_token="<eos>")


def share_of_nines(completions: list[str], **_: Any) -> list[float]:
    """A reward that a random model can earn: the share of nines."""
    return [completion.count("9") / 8 for completion in completions]


def main() -> None:
    torch.set_num_threads(1)  # Faster for tensors this small.
    torch.manual_seed(0)
    words = tokenizer()
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(words),
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=1,
            num_attention_heads=2,
            num_key_value_heads=2,
            max_position_embeddings=32,
            pad_token_id=words.pad_token_id,
            eos_token_id=words.eos_token_id,
            bos_token_id=None,
        )
    )
    with tempfile.TemporaryDirectory() as folder:
        config = GRPOConfig(
            output_dir=folder,
            per_device_train_batch_size=32,
            num_generations=8,
            max_completion_length=8,
            max_steps=30,
            learning_rate=1e-2,
            logging_steps=10,
            beta=0.0,
            use_cpu=True,
            bf16=False,
            report_to=[],
            save_strategy="no",
            disable_tqdm=True,
        )
        data = Dataset.from_dict({"prompt": [f"{number}>" for number in range(100)]})
        trainer = OurTrainer(model=model, reward_funcs=share_of_nines, args=config, train_dataset=data, processing_class=words)
        trainer.grpo_loss = GrpoLoss(loss={"ppo_clip": {"epsilon_high": 0.28}}, entropy_coefficient=0.0)
        trainer.train()
        rewards = [entry["reward"] for entry in trainer.state.log_history if "reward" in entry]
    print(f"reward {rewards[0]:.3f} -> {rewards[-1]:.3f}")


if __name__ == "__main__":
    main()
