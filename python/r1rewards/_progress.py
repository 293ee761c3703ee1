"""Shows the progress of a batch on standard error: a tqdm bar if tqdm is installed, else a line every 5 seconds."""

from __future__ import annotations

import importlib
import sys
import time
from typing import Any

# Seconds between two lines.
EVERY_S = 5.0


class Progress:
    """The progress of one batch.

    Call it with the number of scored samples and the total; before the first call it shows nothing.
    """

    def __init__(self) -> None:
        self._start = self._last = time.monotonic()
        self._bar: Any = None
        self._has_tqdm: bool | None = None

    def __call__(self, done: int, total: int) -> None:
        """Shows that `done` of `total` samples are scored."""
        if self._has_tqdm is None:
            self._open(total)
        if self._bar is not None:
            self._bar.update(done - self._bar.n)
        elif time.monotonic() - self._last >= EVERY_S:
            self._line(done, total)

    def close(self, total: int | None) -> None:
        """Ends the display. `total` is the number of samples if all were scored, None if the batch was interrupted."""
        if self._bar is not None:
            if total is not None:
                self._bar.update(total - self._bar.n)
            self._bar.close()
        elif self._has_tqdm is False and total is not None:
            self._line(total, total)

    def _open(self, total: int) -> None:
        try:
            tqdm = importlib.import_module("tqdm.auto").tqdm
        except ImportError:
            self._has_tqdm = False
        else:
            self._has_tqdm = True
            self._bar = tqdm(total=total, unit="sample", desc="r1rewards", file=sys.stderr)

    def _line(self, done: int, total: int) -> None:
        self._last = time.monotonic()
        share = 100 * done // max(total, 1)
        print(f"r1rewards: {done} of {total} samples scored ({share} %) after {self._last - self._start:.0f} s", file=sys.stderr, flush=True)
