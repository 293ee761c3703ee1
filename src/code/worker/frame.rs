//! Messages on a pipe: four bytes of length, little-endian, then that many bytes of JSON.
//!
//! Accepts: what can be read whole. Refuses: a length beyond [`LONGEST`], and an end in the middle of a message.

use std::io::{self, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// More than a completion, its tests and an outcome ever need.
const LONGEST: usize = 1 << 30;

/// Writes one message and flushes.
pub(super) fn write(to: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let mut bytes = vec![0; 4];
    serde_json::to_writer(&mut bytes, message)?;
    let length = bytes.len() - 4;
    if length > LONGEST {
        return Err(io::Error::other(format!("a message of {length} bytes, the limit is {LONGEST}")));
    }
    bytes[..4].copy_from_slice(&u32::try_from(length).map_err(io::Error::other)?.to_le_bytes());
    to.write_all(&bytes)?;
    to.flush()
}

/// Reads one message; `None` where the other side ended before one began.
pub(super) fn read<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    // At the end of a pipe a read gives nothing.
    if from.read(&mut length[..1])? == 0 {
        return Ok(None);
    }
    from.read_exact(&mut length[1..])?;
    let length = u32::from_le_bytes(length) as usize;
    if length > LONGEST {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("a message of {length} bytes is none")));
    }
    let mut bytes = Vec::new();
    from.take(length as u64).read_to_end(&mut bytes)?;
    if bytes.len() < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(serde_json::from_slice(&bytes)?))
}

#[cfg(test)]
mod tests {
    use super::{read, write};
    use serde_json::{Value, json};

    #[test]
    fn messages_come_out_as_they_went_in() {
        let messages = [json!({"text": "\u{0}\n\u{1f600}", "number": 0.1}), json!(null), json!("x".repeat(100_000))];
        let mut pipe = Vec::new();
        messages.iter().for_each(|message| write(&mut pipe, message).expect("written"));
        let mut rest = &pipe[..];
        for message in messages {
            assert_eq!(read::<Value>(&mut rest).expect("read"), Some(message));
        }
        assert_eq!(read::<Value>(&mut rest).expect("the end"), None);
    }

    #[test]
    fn what_is_no_message_is_an_error() {
        for bytes in [&b"\x02\0\0\0{"[..], b"\x02\0", b"\xff\xff\xff\xff", b"\x01\0\0\0{", b"\0\0\0\0"] {
            assert!(read::<Value>(&mut { bytes }).is_err(), "{bytes:?}");
        }
    }
}
