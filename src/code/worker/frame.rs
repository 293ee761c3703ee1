//! Messages between parent and worker: four bytes of length, little-endian, then that many bytes of JSON. A length of 0
//! is a heartbeat and not a message.
//!
//! Refuses: a length beyond [`LONGEST`], and an end in the middle of a message.

use std::io::{self, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Most bytes of a message: more than a completion, its tests and an outcome ever need.
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

/// Writes a heartbeat: the reply is still being computed.
pub(super) fn sign_of_life(to: &mut impl Write) -> io::Result<()> {
    to.write_all(&[0; 4])?;
    to.flush()
}

/// Reads one message and skips heartbeats; `None` if the other side ended before a message began.
pub(super) fn read<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    let length = loop {
        // At the end of the stream a read returns 0 bytes.
        if from.read(&mut length[..1])? == 0 {
            return Ok(None);
        }
        from.read_exact(&mut length[1..])?;
        match u32::from_le_bytes(length) as usize {
            0 => {}
            length => break length,
        }
    };
    if length > LONGEST {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("a message length of {length} bytes, the limit is {LONGEST}"),
        ));
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
    use super::{read, sign_of_life, write};
    use serde_json::{Value, json};

    #[test]
    fn messages_come_out_as_they_went_in() {
        let messages = [json!({"text": "\u{0}\n\u{1f600}", "number": 0.1}), json!(null), json!("x".repeat(100_000))];
        let mut pipe = Vec::new();
        for message in &messages {
            sign_of_life(&mut pipe).expect("written");
            write(&mut pipe, message).expect("written");
        }
        sign_of_life(&mut pipe).expect("written");
        let mut rest = &pipe[..];
        for message in messages {
            assert_eq!(read::<Value>(&mut rest).expect("read"), Some(message));
        }
        assert_eq!(read::<Value>(&mut rest).expect("the end"), None);
    }

    #[test]
    fn what_is_no_message_is_an_error() {
        for bytes in [&b"\x02\0\0\0{"[..], b"\x02\0", b"\xff\xff\xff\xff", b"\x01\0\0\0{", b"\0\0\0\0\x01\0"] {
            assert!(read::<Value>(&mut { bytes }).is_err(), "{bytes:?}");
        }
    }
}
