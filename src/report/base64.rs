//! Bytes as Base64 (RFC 4648, section 4), which has no character that HTML gives a meaning.

use std::io::{self, Write};

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// The bytes that are encoded at once; a multiple of three, so that only the last piece is padded.
const PIECE: usize = 3 << 12;

/// Writes the bytes as Base64.
pub(super) fn write(bytes: &[u8], out: &mut impl Write) -> io::Result<()> {
    bytes.chunks(PIECE).try_for_each(|piece| out.write_all(&encoded(piece)))
}

/// The number of characters for this number of bytes.
pub(super) fn length(bytes: u64) -> u64 {
    bytes.div_ceil(3) * 4
}

fn encoded(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |at: usize| usize::from(three.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        let letters = [18, 12, 6, 0].map(|shift| LETTERS[bits >> shift & 63]);
        text.extend_from_slice(&letters[..=three.len()]);
        text.extend(std::iter::repeat_n(b'=', 3 - three.len()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test vectors of RFC 4648, section 10.
    #[test]
    fn the_vectors_of_the_standard() {
        let vectors = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")];
        for (plain, text) in vectors {
            assert_eq!(encoded(plain.as_bytes()), text.as_bytes());
            assert_eq!(length(plain.len() as u64), text.len() as u64);
        }
    }

    #[test]
    fn pieces_join_without_padding_between_them() {
        let bytes: Vec<u8> = (0..=255).cycle().take(PIECE * 2 + 5).collect();
        let mut out = Vec::new();
        write(&bytes, &mut out).unwrap();
        assert_eq!(out, encoded(&bytes));
    }
}
