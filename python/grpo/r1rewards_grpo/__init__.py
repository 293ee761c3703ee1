"""Group-relative policy optimisation on torch tensors: losses, the fused update, the optimizer.

The extension works only with the major and minor version of torch that it was built for. It would crash the process
with another version, so the import checks the version first.

Most users import this package as `r1rewards.grpo`.

Raises:
    ImportError: torch is missing or has another version; the message has the command that installs the right one.
"""

from ._guard import check_torch

check_torch()

from ._batch import BatchParts  # noqa: E402
from ._fused import fused_linear_loss, fused_logits_loss, linear_log_probs, linear_sum_squares, token_log_probs  # noqa: E402
from ._grpo import AdaptiveEntropy, __version__  # noqa: E402
from ._loss import GrpoLoss, LossOutput, global_normalizer, rejection_mask  # noqa: E402
from ._optimizer import GrpoOptimizer, Reference  # noqa: E402
from ._returns import token_baseline_advantages, token_returns, whiten  # noqa: E402
from ._sampling import DynamicSampling, Round  # noqa: E402

__all__ = [
    "AdaptiveEntropy",
    "BatchParts",
    "DynamicSampling",
    "GrpoLoss",
    "GrpoOptimizer",
    "LossOutput",
    "Reference",
    "Round",
    "__version__",
    "fused_linear_loss",
    "fused_logits_loss",
    "global_normalizer",
    "linear_log_probs",
    "linear_sum_squares",
    "rejection_mask",
    "token_baseline_advantages",
    "token_log_probs",
    "token_returns",
    "whiten",
]
