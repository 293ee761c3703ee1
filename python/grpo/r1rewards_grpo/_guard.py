"""Refuses to load the extension into a torch that it was not built for.

Accepts: the major and minor version the extension was compiled against. Refuses: others, and a missing torch.
"""

BUILT_FOR = "2.11"
"""The torch the extension is compiled against: the one that tch 0.24 targets."""


def check_torch() -> None:
    """Raise ``ImportError`` unless torch is there in the version that this package was built for.

    >>> check_torch()
    """
    try:
        import torch
    except ImportError as error:
        raise ImportError(f"r1rewards_grpo needs torch: pip install 'torch=={BUILT_FOR}.*'") from error
    found = ".".join(torch.__version__.split(".")[:2])
    if found != BUILT_FOR:
        raise ImportError(
            f"r1rewards_grpo was built for torch {BUILT_FOR} and torch {torch.__version__} is installed: "
            f"pip install 'torch=={BUILT_FOR}.*' (this release works with no other)"
        )
