//! Checks how deep the schema in a Parquet footer is nested, before the footer is decoded: the decoder calls itself for
//! every level, so that a hostile schema of a hundred thousand levels would overflow the stack, which ends the process.
//!
//! Accepts: a footer in Thrift's compact protocol. Only the list of schema elements is read, in which each element states
//! the number of its children; everything else is skipped. Refuses: more than [`MOST_LEVELS`] levels. A footer that cannot
//! be followed is left to the decoder, which stops at the same place.
//!
//! Source: the definitions `FileMetaData` and `SchemaElement` of the Parquet format, and Thrift's compact protocol.

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};

use crate::rows::format::found::damaged;

/// The most levels of a schema; JSON is read to 128 levels.
const MOST_LEVELS: usize = 100;
/// The field of the schema in `FileMetaData`, and of the number of children in `SchemaElement`.
const SCHEMA: i64 = 2;
const CHILDREN: i64 = 5;

/// Refuses a file whose schema is nested too deeply.
pub(super) fn check(file: &mut File) -> io::Result<()> {
    let mut end = [0; 8];
    if file.seek(SeekFrom::End(-8)).is_err() {
        return Ok(());
    }
    file.read_exact(&mut end)?;
    let length = u64::from(u32::from_le_bytes([end[0], end[1], end[2], end[3]]));
    let Ok(back) = i64::try_from(length + 8) else { return Ok(()) };
    if file.seek(SeekFrom::End(-back)).is_err() {
        return Ok(());
    }
    let mut footer = Vec::new();
    Read::take(&mut *file, length).read_to_end(&mut footer)?;
    match levels(&footer) {
        Some(levels) if levels > MOST_LEVELS => {
            Err(damaged(format_args!("its schema has more than {MOST_LEVELS} levels of nesting")))
        }
        _ => Ok(()),
    }
}

/// The number of levels of the schema in a footer, counted up to one more than is allowed; `None` if the footer cannot be
/// followed.
fn levels(footer: &[u8]) -> Option<usize> {
    let mut input = Compact { bytes: footer };
    let mut field = 0;
    loop {
        let kind = input.field(&mut field)?;
        if field == SCHEMA && kind == Compact::LIST {
            break;
        }
        input.skip(kind, 0)?;
    }
    let (count, kind) = input.list()?;
    if kind != Compact::STRUCT {
        return None;
    }
    // The number of children that are still to come, for each open group.
    let (mut open, mut deepest) = (Vec::new(), 0);
    for _ in 0..count {
        let mut children = 0;
        let mut field = 0;
        loop {
            let kind = input.field(&mut field)?;
            if kind == Compact::STOP {
                break;
            }
            if field == CHILDREN && kind == Compact::I32 {
                children = input.number()?;
            } else {
                input.skip(kind, 0)?;
            }
        }
        if children > 0 {
            open.push(children);
            deepest = deepest.max(open.len());
        } else {
            while let Some(last) = open.last_mut() {
                *last -= 1;
                if *last > 0 {
                    break;
                }
                open.pop();
            }
        }
        if deepest > MOST_LEVELS {
            break;
        }
    }
    Some(deepest)
}

/// Reads Thrift's compact protocol.
struct Compact<'a> {
    bytes: &'a [u8],
}

impl Compact<'_> {
    const STOP: u8 = 0;
    const I32: u8 = 5;
    const LIST: u8 = 9;
    const STRUCT: u8 = 12;

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    fn varint(&mut self) -> Option<u64> {
        let (mut value, mut shift) = (0_u64, 0);
        loop {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(value);
            }
            shift += 7;
        }
    }

    /// A signed number, zigzag-encoded.
    fn number(&mut self) -> Option<i64> {
        let value = self.varint()?;
        Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    /// The kind of the next field; its number is added to `field`.
    fn field(&mut self, field: &mut i64) -> Option<u8> {
        let byte = self.byte()?;
        let kind = byte & 15;
        if kind == Self::STOP {
            return Some(kind);
        }
        *field = if byte >> 4 == 0 { self.number()? } else { *field + i64::from(byte >> 4) };
        Some(kind)
    }

    /// The number of items of a list, and their kind.
    fn list(&mut self) -> Option<(u64, u8)> {
        let byte = self.byte()?;
        let count = if byte >> 4 == 15 { self.varint()? } else { u64::from(byte >> 4) };
        Some((count, byte & 15))
    }

    fn skip_bytes(&mut self, count: u64) -> Option<()> {
        self.bytes = self.bytes.get(usize::try_from(count).ok()?..)?;
        Some(())
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        /// Footers have far fewer levels of structs besides the schema, which is a flat list.
        const MOST: usize = 32;
        match kind {
            1 | 2 => Some(()),
            3 => self.skip_bytes(1),
            4..=6 => self.varint().map(drop),
            7 => self.skip_bytes(8),
            8 => {
                let length = self.varint()?;
                self.skip_bytes(length)
            }
            9 | 10 if depth < MOST => {
                let (count, kind) = self.list()?;
                for _ in 0..count {
                    // A truth value in a list has a byte of its own.
                    if matches!(kind, 1 | 2) { self.skip_bytes(1)? } else { self.skip(kind, depth + 1)? }
                }
                Some(())
            }
            12 if depth < MOST => {
                let mut field = 0;
                loop {
                    match self.field(&mut field)? {
                        Self::STOP => return Some(()),
                        kind => self.skip(kind, depth + 1)?,
                    }
                }
            }
            // Maps occur in no footer.
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A footer whose schema is a chain of `depth` groups.
    fn footer(depth: usize) -> Vec<u8> {
        let varint = |mut value: usize| {
            let mut bytes = Vec::new();
            while value > 0x7f {
                bytes.push(u8::try_from(value & 0x7f).unwrap() | 0x80);
                value >>= 7;
            }
            bytes.push(u8::try_from(value).unwrap());
            bytes
        };
        // A name (field 4), and for a group one child (field 5).
        let group = [0x48, 1, b'a', 0x15, 2, 0];
        let leaf = [0x15, 2, 0x38, 1, b'x', 0];
        let mut bytes = vec![0x15, 2, 0x19, 0xfc];
        bytes.extend(varint(depth + 1));
        (0..depth).for_each(|_| bytes.extend(group));
        bytes.extend(leaf);
        bytes
    }

    fn file(footer: &[u8]) -> File {
        use std::io::Write as _;
        let mut file = tempfile::tempfile().unwrap();
        let length = u32::try_from(footer.len()).unwrap().to_le_bytes();
        file.write_all(&[b"PAR1", footer, &length, b"PAR1"].concat()).unwrap();
        file
    }

    #[test]
    fn the_levels_of_a_schema_are_counted() {
        assert_eq!(levels(&footer(1)), Some(1));
        assert_eq!(levels(&footer(40)), Some(40));
        assert_eq!(levels(&footer(100_000)), Some(MOST_LEVELS + 1));
        assert_eq!(levels(&[]), None);
        assert_eq!(levels(&footer(5)[..20]), None, "a footer that is cut off is left to the decoder");
    }

    #[test]
    fn a_schema_that_is_nested_too_deeply_is_refused() {
        assert!(check(&mut file(&footer(90))).is_ok());
        let problem = check(&mut file(&footer(1_000_000))).unwrap_err().to_string();
        assert_eq!(problem, "its schema has more than 100 levels of nesting");
    }
}
