"""Values as bytes: the Python twin of `src/code/wire.rs`, which describes the format.

Accepts: None, bool, int, float, complex, str, bytes, bytearray, list, tuple, set, frozenset, dict, range, deque, Fraction, Decimal, naive date, time,
datetime, timedelta, and instances of their subclasses, which cross as the plain content (read through the base type, never an overridden method). Anything
else goes to the caller's `handle` function. Refuses: strings with lone surrogates, integers above `MAX_INT_BYTES`, nesting beyond `MAX_DEPTH`.

>>> decode(encode((1, [2.5, None], {"a": {3}})))
(1, [2.5, None], {'a': {3}})
"""

import struct
from collections import deque
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

from . import packed

#: Containers inside containers.
MAX_DEPTH = 200
#: Bytes of an integer: two's complement, so a little over 300,000 decimal digits.
MAX_INT_BYTES = 1 << 17

_U32 = struct.Struct("<I")
_F64 = struct.Struct("<d")
_C128 = struct.Struct("<dd")
_DATE = struct.Struct("<HBB")
_TIME = struct.Struct("<BBBIB")
_DELTA = struct.Struct("<iII")
_HANDLE = struct.Struct("<QI")
_INTEGERS = {int}
#: Integers from 0 to this take at most eight bytes, and what stands before so many bytes.
_SMALL = 1 << 63
_HEADS = [b"i" + _U32.pack(length) for length in range(9)]


class UnsupportedValue(Exception):
    """The value has no form that can cross; `value` is it, where it has a type that has none."""

    def __init__(self, message, value=None):
        super().__init__(message)
        self.value = value


def refuse_objects(value):
    """The `handle` function of a side that gives no handles."""
    raise UnsupportedValue(f"a value of type {type(value).__name__} cannot cross to the solution: pass plain data", value)


def encode(value, handle=refuse_objects):
    """The bytes of `value`; `handle(object) -> (id, capabilities, name)` names what isn't plain data.

    Raises `UnsupportedValue`.
    """
    out = bytearray()
    _put(out, value, handle, 0)
    return bytes(out)


def decode(data, handle=None):
    """The value of `data`; `handle(id, capabilities, name)` gives the object that a handle stands for."""
    value, end = _take(data, 0, handle)
    if end != len(data):
        raise ValueError("bytes after the value")
    return value


def encode_result(value, handle):
    """The bytes of `("ok", value, (), None)`, the reply of most requests."""
    out = bytearray(_BEFORE_RESULT)
    _put(out, value, handle, 1)
    return bytes(out + _BEHIND_RESULT)


def decode_reply(data, handle):
    """As `decode`, for a reply: those of `encode_result` are read in less time."""
    if data.startswith(_BEFORE_RESULT) and data.endswith(_BEHIND_RESULT):
        value, end = _take(data, len(_BEFORE_RESULT), handle)
        if end == len(data) - len(_BEHIND_RESULT):
            return "ok", value, (), None
    return decode(data, handle)


# ---- out ----


def _put(out, value, handle, depth):
    if depth > MAX_DEPTH:
        raise UnsupportedValue(f"a value nested more than {MAX_DEPTH} deep cannot cross")
    put = _PUT.get(type(value))
    if put is None:
        put = _put_of(type(value))
        if put is None:
            out += b"H"
            number, capabilities, name = handle(value)
            out += _HANDLE.pack(number, capabilities)
            _put_bytes(out, str.encode(name, "utf-8", "replace"))
            return
    put(out, value, handle, depth + 1)


def _put_of(kind):
    """The function for a class and its subclasses, or None."""
    return next((_PUT[base] for base in type.mro(kind) if base in _PUT), None)


def _put_none(out, value, handle, depth):
    out += b"N"


def _put_bool(out, value, handle, depth):
    out += b"T" if value else b"F"


def _put_int(out, value, handle, depth):
    length = int.bit_length(value) // 8 + 1
    if length > MAX_INT_BYTES:
        raise UnsupportedValue(f"an integer of {length} bytes cannot cross: at most {MAX_INT_BYTES}")
    # -128, -32768 ... need one bit less than their magnitude says.
    if int.__lt__(value, 0) and length > 1 and int.bit_length(int.__add__(value, 1)) // 8 + 1 < length:
        length -= 1
    out += b"i"
    _put_bytes(out, int.to_bytes(value, length, "little", signed=True))


def _put_float(out, value, handle, depth):
    out += b"f" + _F64.pack(value)


def _put_complex(out, value, handle, depth):
    out += b"c" + _C128.pack(complex.real.__get__(value), complex.imag.__get__(value))


def _put_str(out, value, handle, depth):
    try:
        data = str.encode(value, "utf-8")
    except UnicodeEncodeError:
        raise UnsupportedValue("a string with a lone surrogate cannot cross: it is no text") from None
    out += b"s"
    _put_bytes(out, data)


def _put_data(tag):
    def put(out, value, handle, depth):
        out += tag
        _put_bytes(out, value)

    return put


def _put_items(tag, items):
    def put(out, value, handle, depth):
        start = len(out)
        out += tag + b"\0\0\0\0"
        count = 0
        for item in items(value):
            # Most items of long containers are small integers: what `_put` would do, without its calls.
            if type(item) is int and 0 <= item < _SMALL:
                length = item.bit_length() // 8 + 1
                out += _HEADS[length]
                out += item.to_bytes(length, "little")
            else:
                _put(out, item, handle, depth)
            count += 1
        _U32.pack_into(out, start + len(tag), count)

    return put


def _put_list(out, value, handle, depth):
    if list.__len__(value) >= packed.LEAST:
        items = list(list.__iter__(value))
        kinds = set(map(type, items))
        if kinds != _INTEGERS and all(_put_of(kind) is _put_int for kind in kinds):
            items = [int.__add__(item, 0) for item in items]
            kinds = _INTEGERS
        block = packed.pack(items) if kinds == _INTEGERS else None
        if block is not None:
            out += b"L" + block
            return
    _put_list_items(out, value, handle, depth)


def _put_set(tag, items):
    def put(out, value, handle, depth):
        parts = []
        for item in items(value):
            part = bytearray()
            _put(part, item, handle, depth)
            parts.append(bytes(part))
        parts.sort()
        out += tag + _U32.pack(len(parts)) + b"".join(parts)

    return put


def _put_dict(out, value, handle, depth):
    start = len(out)
    out += b"d\0\0\0\0"
    count = 0
    for key, item in dict.items(value):
        _put(out, key, handle, depth)
        _put(out, item, handle, depth)
        count += 1
    _U32.pack_into(out, start + 1, count)


def _put_range(out, value, handle, depth):
    out += b"r"
    for part in (value.start, value.stop, value.step):
        _put(out, part, handle, depth)


def _put_deque(out, value, handle, depth):
    bound = bytearray()
    _put(bound, deque.maxlen.__get__(value), handle, depth)
    _put_items(b"q" + bound, deque.__iter__)(out, value, handle, depth)


def _put_fraction(out, value, handle, depth):
    out += b"R"
    _put_int(out, Fraction.numerator.fget(value), handle, depth)
    _put_int(out, Fraction.denominator.fget(value), handle, depth)


def _put_decimal(out, value, handle, depth):
    out += b"D"
    _put_bytes(out, Decimal.__str__(value).encode())


def _put_date(out, value, handle, depth):
    out += b"y" + _date(value)


def _put_time(out, value, handle, depth):
    out += b"h" + _time(value, time)


def _put_datetime(out, value, handle, depth):
    out += b"Y" + _date(value) + _time(value, datetime)


def _put_timedelta(out, value, handle, depth):
    parts = (timedelta.days, timedelta.seconds, timedelta.microseconds)
    out += b"e" + _DELTA.pack(*(part.__get__(value) for part in parts))


def _date(value):
    return _DATE.pack(date.year.__get__(value), date.month.__get__(value), date.day.__get__(value))


def _time(value, base):
    if base.tzinfo.__get__(value) is not None:
        raise UnsupportedValue("a time with a time zone cannot cross")
    parts = (base.hour, base.minute, base.second, base.microsecond, base.fold)
    return _TIME.pack(*(part.__get__(value) for part in parts))


def _put_bytes(out, data):
    out += _U32.pack(len(data))
    out += data


_put_list_items = _put_items(b"l", list.__iter__)
_PUT = {
    type(None): _put_none,
    bool: _put_bool,
    int: _put_int,
    float: _put_float,
    complex: _put_complex,
    str: _put_str,
    bytes: _put_data(b"b"),
    bytearray: _put_data(b"B"),
    list: _put_list,
    tuple: _put_items(b"t", tuple.__iter__),
    set: _put_set(b"S", set.__iter__),
    frozenset: _put_set(b"Z", frozenset.__iter__),
    dict: _put_dict,
    range: _put_range,
    deque: _put_deque,
    Fraction: _put_fraction,
    Decimal: _put_decimal,
    datetime: _put_datetime,
    date: _put_date,
    time: _put_time,
    timedelta: _put_timedelta,
}


# ---- in ----


def _take(data, at, handle):
    tag = data[at]
    at += 1
    if tag == 0x69:  # i
        raw, at = _bytes(data, at)
        return int.from_bytes(raw, "little", signed=True), at
    if tag == 0x73:  # s
        raw, at = _bytes(data, at)
        return str(raw, "utf-8"), at
    if tag in _ITEMS:
        items, at = _items(data, at, handle)
        return _ITEMS[tag](items), at
    if tag == 0x64:  # d
        count = _U32.unpack_from(data, at)[0]
        at += 4
        pairs = {}
        for _ in range(count):
            key, at = _take(data, at, handle)
            pairs[key], at = _take(data, at, handle)
        return pairs, at
    if tag in _CONSTANTS:
        return _CONSTANTS[tag], at
    return _TAKE[tag](data, at, handle)


def _bytes(data, at):
    end = at + 4 + _U32.unpack_from(data, at)[0]
    return data[at + 4 : end], end


def _items(data, at, handle):
    count = _U32.unpack_from(data, at)[0]
    at += 4
    items = []
    for _ in range(count):
        if data[at] == 0x69:  # i, as in `_take`
            end = at + 5 + _U32.unpack_from(data, at + 1)[0]
            items.append(int.from_bytes(data[at + 5 : end], "little", signed=True))
            at = end
        else:
            item, at = _take(data, at, handle)
            items.append(item)
    return items, at


def _take_packed(data, at, handle):
    return packed.unpack(data, at)


def _take_float(data, at, handle):
    return _F64.unpack_from(data, at)[0], at + 8


def _take_complex(data, at, handle):
    return complex(*_C128.unpack_from(data, at)), at + 16


def _take_data(make):
    def take(data, at, handle):
        raw, at = _bytes(data, at)
        return make(raw), at

    return take


def _take_range(data, at, handle):
    start, at = _take(data, at, handle)
    stop, at = _take(data, at, handle)
    step, at = _take(data, at, handle)
    return range(start, stop, step), at


def _take_deque(data, at, handle):
    longest, at = _take(data, at, handle)
    items, at = _items(data, at, handle)
    return deque(items, longest), at


def _take_fraction(data, at, handle):
    numerator, at = _take(data, at, handle)
    denominator, at = _take(data, at, handle)
    return Fraction(numerator, denominator), at


def _take_date(data, at, handle):
    return date(*_DATE.unpack_from(data, at)), at + _DATE.size


def _take_time(data, at, handle):
    *parts, fold = _TIME.unpack_from(data, at)
    return time(*parts, fold=fold), at + _TIME.size


def _take_datetime(data, at, handle):
    *parts, fold = _TIME.unpack_from(data, at + _DATE.size)
    return datetime(*_DATE.unpack_from(data, at), *parts, fold=fold), at + _DATE.size + _TIME.size


def _take_timedelta(data, at, handle):
    return timedelta(*_DELTA.unpack_from(data, at)), at + _DELTA.size


def _take_handle(data, at, handle):
    number, capabilities = _HANDLE.unpack_from(data, at)
    name, at = _bytes(data, at + _HANDLE.size)
    return handle(number, capabilities, str(name, "utf-8")), at


_CONSTANTS = {ord("N"): None, ord("T"): True, ord("F"): False}
_ITEMS = {ord("l"): list, ord("t"): tuple, ord("S"): set, ord("Z"): frozenset}
_TAKE = {
    ord("L"): _take_packed,
    ord("f"): _take_float,
    ord("c"): _take_complex,
    ord("b"): _take_data(bytes),
    ord("B"): _take_data(bytearray),
    ord("r"): _take_range,
    ord("q"): _take_deque,
    ord("R"): _take_fraction,
    ord("D"): _take_data(lambda raw: Decimal(str(raw, "ascii"))),
    ord("y"): _take_date,
    ord("h"): _take_time,
    ord("Y"): _take_datetime,
    ord("e"): _take_timedelta,
    ord("H"): _take_handle,
}

# ---- replies ----

_BEHIND_RESULT = encode(()) + encode(None)
_BEFORE_RESULT = encode(("ok", None, (), None)).removesuffix(_BEHIND_RESULT).removesuffix(encode(None))
