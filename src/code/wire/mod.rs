//! Values as bytes: the exact, canonical encoding that crosses between the host and a guest.
//!
//! Accepts: a value (one tag byte, then its content; lengths are 32-bit, everything little-endian). Refuses, without panicking and without allocating
//! more than a small multiple of the input: unknown tags, lengths beyond the bytes, nesting beyond [`MAX_DEPTH`], integers beyond
//! [`MAX_INT_BYTES`] or with a needless byte, text that isn't UTF-8, sets out of order, bytes after the value.
//!
//! | tag | value | content |
//! |---|---|---|
//! | `N` `T` `F` | None, True, False | |
//! | `i` | int | length, two's complement, shortest |
//! | `f` `c` | float, complex | 8 or 16 bytes |
//! | `s` `b` `B` | str, bytes, bytearray | length, bytes |
//! | `l` `t` | list, tuple | count, items |
//! | `S` `Z` | set, frozenset | count, items sorted by their bytes |
//! | `d` | dict | count, key and value each |
//! | `r` | range | three ints |
//! | `q` | deque | its bound (None or int), then `l` |
//! | `R` | Fraction | numerator and denominator (ints) |
//! | `D` | Decimal | length, text |
//! | `y` `h` `Y` `e` | date, time, datetime, timedelta | packed fields |
//! | `H` | handle | number (8 bytes), capabilities (4), length, name |
//!
//! The Python twin is `sandboxes/python/app/wire.py`.

mod read;
mod write;

pub use read::{check, decode, tuple};
pub use write::encode;

/// Containers inside containers, and a little for the message around the value.
pub const MAX_DEPTH: usize = 210;
/// Bytes of an integer: a little over 300,000 decimal digits.
pub const MAX_INT_BYTES: usize = 1 << 17;

/// Bytes that are no value: what is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} at byte {at}")]
pub struct Malformed {
    /// What is wrong.
    pub what: &'static str,
    /// Where.
    pub at: usize,
}
