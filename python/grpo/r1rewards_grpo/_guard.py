"""Checks that the installed torch has the version that the extension was built for."""

BUILT_FOR = "2.11"
"""The major and minor version of torch that the extension is compiled against: the one that tch 0.24 supports."""


def check_torch() -> None:
    """Checks the version of torch.

    Raises:
        ImportError: torch is missing, or has another major or minor version than this package was built for.

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
