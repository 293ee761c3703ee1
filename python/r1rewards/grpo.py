"""GRPO on torch tensors: the door to the distribution ``r1rewards-grpo``, which is built against your torch.

Accepts: an environment with torch and ``r1rewards-grpo``. Refuses: others, with an ``ImportError`` that says what to install. ``import r1rewards`` alone never
imports torch.

>>> from r1rewards.grpo import GrpoLoss  # doctest: +SKIP
"""

from __future__ import annotations

try:
    from r1rewards_grpo import *  # noqa: F403
    from r1rewards_grpo import __all__ as __all__
except ModuleNotFoundError as error:
    if error.name != "r1rewards_grpo":
        raise
    raise ImportError(
        "r1rewards.grpo needs the distribution r1rewards-grpo, which is compiled against your torch: "
        "LIBTORCH_USE_PYTORCH=1 pip install --no-build-isolation ./python/grpo in a checkout of r1rewards (with torch 2.11, maturin and Rust installed)"
    ) from error
