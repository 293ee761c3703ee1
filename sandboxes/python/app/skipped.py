"""What an exception of the program's kept from running, where a context of the program's suppresses it.

Skipped is what would have run behind the place where the exception came up: in each function of the tests that it ended, up to the end of the function; in one that goes on behind a `with`, up to the
end of that block. Blocks inside and iterations of loops that would have followed belong to it.
"""

import dis
import sys

from . import failures

#: Instructions that do something of the tests'.
_DOING = (
    *("CALL", "COMPARE", "CONTAINS", "IS_OP", "TO_BOOL", "POP_JUMP", "RAISE", "FOR_ITER", "LOAD_COMMON_CONSTANT", "SEND", "BINARY_OP", "STORE", "DELETE", "YIELD", "IMPORT", "UNPACK"),
    *("LOAD_SPECIAL", "MATCH", "GET_ITER", "GET_AITER", "END_ASYNC_FOR"),
)
#: Nothing follows these in the same function.
_ENDS = ("RETURN_VALUE", "RAISE_VARARGS", "RERAISE")
_JUMPS = ("JUMP_FORWARD", "JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT")
#: What an `await` is, from the first of these to the last.
_AWAITING = ("SEND", "YIELD_VALUE", "RESUME")


def anything(trace):
    """Whether an exception with this traceback kept anything of the tests from running."""
    running = _running()
    while trace is not None:
        if failures.is_of_tests(trace.tb_frame.f_code) and _skips(trace.tb_frame, trace.tb_lasti, trace.tb_frame in running):
            return True
        trace = trace.tb_next
    return False


def _running():
    frames, frame = set(), sys._getframe(1)
    while frame is not None:
        frames.add(frame)
        frame = frame.f_back
    return frames


def _skips(frame, place, goes_on):
    flow = _Flow(frame.f_code)
    handlers = flow.handlers(place)
    # Where the function goes on, one of the handlers around the place runs now. What is behind its block is not skipped.
    current = next((handler for handler in handlers if any(step.offset == frame.f_lasti for step in flow.reached(handler))), None) if goes_on else None
    block = (lambda offset: current in flow.handlers(offset)) if current is not None else (lambda offset: True)
    return any(step.opname.startswith(_DOING) for step in flow.behind(place, block))


class _Flow:
    """The instructions of a function, and which may follow which as long as nothing is raised."""

    def __init__(self, code):
        self._entries = dis._parse_exception_table(code)
        self._steps = list(dis.get_instructions(code))
        self._index = {step.offset: index for index, step in enumerate(self._steps)}

    def handlers(self, offset):
        """Where an exception at a place goes: the innermost handler, and where one in that handler goes, and so on."""
        found = []
        while True:
            target = next((entry.target for entry in self._entries if entry.start <= offset < entry.end), None)
            if target is None or target in found:
                return found
            found.append(target)
            offset = target

    def reached(self, offset, block=lambda offset: True):
        """What may run from a place on, as far as it is inside a block."""
        seen, left = set(), [self._index[offset]]
        while left:
            index = left.pop()
            if index in seen or index >= len(self._steps) or not block(self._steps[index].offset):
                continue
            seen.add(index)
            yield self._steps[index]
            left += self._followers(index)

    def behind(self, offset, block):
        """What may run behind an instruction, as far as it is inside a block. An `await` that was under way goes on behind it."""
        index = self._index[offset]
        send = next((each for each in (index, index - 1, index - 2) if self._steps[each].opname == "SEND" and self._steps[index].opname in _AWAITING), None)
        followers = self._followers(index) if send is None else [self._index[self._steps[send].jump_target]]
        for follower in followers:
            if follower < len(self._steps):
                yield from self.reached(self._steps[follower].offset, block)

    def _followers(self, index):
        step = self._steps[index]
        jumps = [self._index[step.jump_target]] if step.jump_target is not None else []
        if step.opname in _JUMPS:
            return jumps
        return jumps if step.opname.startswith(_ENDS) else [*jumps, index + 1]
