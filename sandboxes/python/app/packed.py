"""Lists of machine integers as one block of bytes, read and written by C code: the Python twin of `src/code/words.rs`.

>>> unpack(pack([1, 2, 300] * 3), 0)
([1, 2, 300, 1, 2, 300, 1, 2, 300], 23)
"""

import struct
from array import array

#: Shorter lists are written item by item.
LEAST = 8

_HEAD = struct.Struct("<BI")
#: The widths in bytes, their codes in `array`, and the least integer of each.
_WIDTHS = tuple((width, code, -1 << (8 * width - 1)) for width, code in ((1, "b"), (2, "h"), (4, "i"), (8, "q")))
_CODES = {width: code for width, code, _ in _WIDTHS}


def pack(items):
    """The width, the number and the integers of a list of `int`; None if one of them does not fit into 64 bits."""
    low, high = min(items), max(items)
    for width, code, least in _WIDTHS:
        if least <= low and high < -least:
            return _HEAD.pack(width, len(items)) + array(code, items).tobytes()
    return None


def unpack(data, at):
    """The list at a position, and the position behind it."""
    width, count = _HEAD.unpack_from(data, at)
    end = at + _HEAD.size + width * count
    return array(_CODES[width], data[at + _HEAD.size : end]).tolist(), end
