"""GRPO by hand: a tiny transformers model learns to sort three digits, on one CPU core in less than half a minute.

    pip install torch==2.11.0 transformers maturin
    LIBTORCH_USE_PYTORCH=1 pip install --no-build-isolation ./python/grpo
    python examples/grpo_by_hand.py

The model is created from a configuration, so nothing is downloaded. First, a few supervised steps teach it the form of
an answer, because GRPO needs groups in which some samples succeed. Then each GRPO step samples a group for each prompt,
computes rewards, compares them within the group, and makes a fused update.
"""

import argparse

import torch
from r1rewards_grpo import GrpoLoss, GrpoOptimizer, fused_linear_loss
from torch import Tensor
from transformers import LlamaConfig, LlamaForCausalLM

GREATER, END, VOCABULARY = 10, 11, 12
"""Tokens: the digits 0 to 9, then `>` and `;`. A prompt is `381>`, its answer `138;`."""
PROMPT, ANSWER = 4, 4


def prompts(count: int, generator: torch.Generator) -> Tensor:
    digits = torch.randint(10, (count, 3), generator=generator)
    return torch.cat([digits, torch.full((count, 1), GREATER)], dim=1)


def answers(prompt: Tensor) -> Tensor:
    return torch.cat([prompt[:, :3].sort(dim=1).values, torch.full((len(prompt), 1), END)], dim=1)


def reward(prompt: Tensor, completion: Tensor) -> Tensor:
    """1 for the sorted digits, and up to 0.2 for single digits in place."""
    right = completion == answers(prompt)
    return right.all(dim=1).float() + 0.05 * right.float().sum(dim=1)


@torch.no_grad()
def sample(model: LlamaForCausalLM, prompt: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """A completion for each prompt, and the log-probabilities of its tokens."""
    text, log_probs = prompt, []
    for _ in range(ANSWER):
        distribution = model(text).logits[:, -1].log_softmax(-1)
        token = torch.multinomial(distribution.exp(), 1, generator=generator)
        log_probs.append(distribution.gather(1, token))
        text = torch.cat([text, token], dim=1)
    return text[:, PROMPT:], torch.cat(log_probs, dim=1)


def warm_up(model: LlamaForCausalLM, steps: int, generator: torch.Generator) -> None:
    optimizer = GrpoOptimizer(model.named_parameters(), learning_rate=2e-3)
    for _ in range(steps):
        prompt = prompts(64, generator)
        text = torch.cat([prompt, answers(prompt)], dim=1)
        labels = torch.cat([torch.full_like(prompt, -100), answers(prompt)], dim=1)
        model(text, labels=labels).loss.backward()
        optimizer.step()
        optimizer.zero_grad()


def accuracy(model: LlamaForCausalLM) -> float:
    """pass@1 at temperature 1, always on the same prompts."""
    generator = torch.Generator().manual_seed(99)
    prompt = prompts(1000, generator)
    completion, _ = sample(model, prompt, generator)
    return float((completion == answers(prompt)).all(dim=1).float().mean())


def train(model: LlamaForCausalLM, steps: int, groups: int, size: int, generator: torch.Generator) -> None:
    loss = GrpoLoss(loss={"ppo_clip": {"epsilon_low": 0.2, "epsilon_high": 0.28}}, aggregation="token_mean")
    schedule = {"warmup_steps": 5, "decay": {"cosine": {"steps": steps, "floor": 0.1}}}
    optimizer = GrpoOptimizer(model.named_parameters(), learning_rate=1e-3, schedule=schedule)
    for step in range(steps):
        prompt = prompts(groups, generator).repeat_interleave(size, dim=0)
        completion, old = sample(model, prompt, generator)
        rewards = reward(prompt, completion).view(groups, size)
        advantages = (rewards - rewards.mean(1, keepdim=True)) / (rewards.std(1, keepdim=True) + 1e-4)
        # Tokens after the first `;` are not trained on.
        mask = (completion == END).long().cumsum(1) - (completion == END).long() == 0
        text = torch.cat([prompt, completion], dim=1)
        for rows in torch.randperm(len(text), generator=generator).chunk(2):
            # Position t predicts token t + 1: the last prompt token predicts the first of the completion.
            hidden = model.model(text[rows, :-1]).last_hidden_state[:, PROMPT - 1 :]
            output = fused_linear_loss(
                loss,
                hidden,
                model.lm_head.weight,
                completion[rows],
                mask=mask[rows],
                advantages=advantages.flatten()[rows],
                old_log_probs=old[rows],
            )
            output.loss.backward()
            report = optimizer.step()
            optimizer.zero_grad()
        if step % 20 == 0 or step == steps - 1:
            metrics = output.metrics
            print(
                f"step {step:3}  reward {rewards.mean():.3f}  clipped {metrics['clip_low'] + metrics['clip_high']:.3f}  "
                f"ratio {metrics['ratio_p05']:.2f}..{metrics['ratio_p95']:.2f}  gradient {report['gradient_norm']:.3f}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--warm-up", type=int, default=40, help="supervised steps")
    parser.add_argument("--steps", type=int, default=120, help="steps of GRPO")
    options = parser.parse_args()
    torch.set_num_threads(1)  # Faster for tensors this small.
    torch.manual_seed(0)
    generator = torch.Generator().manual_seed(0)
    sizes = {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 4}
    model = LlamaForCausalLM(LlamaConfig(vocab_size=VOCABULARY, max_position_embeddings=16, **sizes))
    warm_up(model, options.warm_up, generator)
    before = accuracy(model)
    train(model, options.steps, groups=16, size=16, generator=generator)
    print(f"pass@1 {before:.3f} -> {accuracy(model):.3f}")


if __name__ == "__main__":
    main()
