"""What a test returns: waited for where it can be waited for, and a failure if it is `False`."""

import asyncio
import inspect
import types

from . import failures
from .faults import BadTests


def finish(name, value):
    """Takes what the test of a name returned. Raises `BadTests` for a generator of the tests, which nothing would run."""
    if inspect.isawaitable(value):
        value = asyncio.run(_wait(value))
    code = getattr(value, "gi_code", None) if isinstance(value, types.GeneratorType) else getattr(value, "ag_code", None) if isinstance(value, types.AsyncGeneratorType) else None
    if code is not None and failures.is_of_tests(code):
        raise BadTests(f"`{name}` of the tests is a generator: nothing runs it")
    if value is False:
        raise AssertionError(f"`{name}` of the tests returned False")


async def _wait(value):
    return await value
