"""GRPO on torch tensors: everything that the distribution `r1rewards-grpo` exports.

`r1rewards-grpo` is a separate distribution because it is compiled against the installed torch. `import r1rewards` alone
never imports torch.

Raises:
    ImportError: `r1rewards-grpo` is not installed, or torch is missing or has another version than it was built for;
        the message has the command that installs it.

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
