"""Small checkpoints with random parameters, as transformers writes them."""

import pathlib
from typing import Any

import torch
import transformers

SIZES: dict[str, Any] = dict(
    vocab_size=53,
    hidden_size=64,
    intermediate_size=96,
    num_hidden_layers=3,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=128,
    bos_token_id=None,
    eos_token_id=7,
    pad_token_id=0,
)
# With 16 tokens as the first context, positions of the tests have waves that are kept, slowed and in between.
LLAMA3 = dict(rope_type="llama3", rope_theta=500.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=16)

# What each checkpoint is, as arguments of its configuration.
MODELS: dict[str, tuple[type, dict[str, Any]]] = {
    "llama tied": (transformers.LlamaConfig, dict(tie_word_embeddings=True)),
    "llama untied": (transformers.LlamaConfig, dict(tie_word_embeddings=False, rms_norm_eps=1e-2)),
    "llama of one group a head": (transformers.LlamaConfig, dict(num_key_value_heads=4)),
    "llama with biases": (transformers.LlamaConfig, dict(attention_bias=True)),
    "llama 3.1": (transformers.LlamaConfig, dict(rope_parameters=LLAMA3)),
    "llama with wide heads": (transformers.LlamaConfig, dict(head_dim=24)),
    "qwen2": (transformers.Qwen2Config, dict(tie_word_embeddings=True, rope_parameters=dict(rope_type="default", rope_theta=1e6))),
    "qwen2 untied": (transformers.Qwen2Config, dict(tie_word_embeddings=False)),
    "qwen3": (transformers.Qwen3Config, dict(head_dim=32, tie_word_embeddings=True)),
    "qwen3 with biases": (transformers.Qwen3Config, dict(head_dim=16, attention_bias=True)),
}


def save(name: str, folder: pathlib.Path, dtype: torch.dtype = torch.float32, shard: str = "1GB") -> transformers.PreTrainedModel:
    """Writes a checkpoint, and returns the model in float32."""
    kind, options = MODELS[name]
    torch.manual_seed(3)
    model = transformers.AutoModelForCausalLM.from_config(kind(**{**SIZES, **options}))
    with torch.no_grad():
        for parameter in model.parameters():
            # Also biases and norms, which begin as zeros and ones; large enough for attention that is not uniform.
            parameter.add_(torch.randn_like(parameter) * 0.2)
    model.to(dtype).save_pretrained(folder, max_shard_size=shard)
    return transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
