//! Writes text as JSON strings.

/// Appends a text as a JSON string. Bytes that are not UTF-8 are kept, so that the column that holds them is refused when
/// it is read.
pub(super) fn push_text(out: &mut Vec<u8>, text: &[u8]) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    // Room for some escapes, so that a long text is not moved because of them.
    out.reserve(text.len() + text.len() / 16 + 2);
    out.push(b'"');
    let mut from = 0;
    while let Some(at) = special(text, from) {
        out.extend_from_slice(&text[from..at]);
        let byte = text[at];
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            _ => {
                out.extend_from_slice(b"\\u00");
                out.extend_from_slice(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
            }
        }
        from = at + 1;
    }
    out.extend_from_slice(&text[from..]);
    out.push(b'"');
}

/// The offset of the next byte that JSON escapes: a quote, a backslash or a control. Blocks without any are passed over first, which
/// the compiler turns into vector instructions; then eight bytes are looked at at a time.
fn special(text: &[u8], mut at: usize) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    /// The bytes of a block.
    const BLOCK: usize = 64;
    let is_special = |byte: u8| (byte < 0x20) | (byte == b'"') | (byte == b'\\');
    let has_none = |block: &[u8; BLOCK]| block.iter().fold(0, |found, byte| found | u8::from(is_special(*byte))) == 0;
    while text.get(at..).and_then(<[u8]>::first_chunk::<BLOCK>).is_some_and(has_none) {
        at += BLOCK;
    }
    while let Some(chunk) = text.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*chunk);
        // The lowest set high bit is exact: a borrow only goes upwards.
        let zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
        let found = control | zero(word ^ (ONES * 0x22)) | zero(word ^ (ONES * 0x5c));
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    let rest = text.get(at..)?;
    rest.iter().position(|byte| is_special(*byte)).map(|found| at + found)
}

#[cfg(test)]
mod tests {
    use super::push_text;

    #[test]
    fn every_text_is_written_as_json_reads_it() {
        let mut texts: Vec<String> = (0..=255_u32).filter_map(char::from_u32).map(|one| format!("abc{one}d")).collect();
        texts.extend((0..40).map(|length| "x".repeat(length) + "\"" + &"\\".repeat(length % 5) + "é漢\u{1f600}\n"));
        texts.extend((0..200).map(|length| "x".repeat(length) + "\n" + &"y".repeat(200 - length) + "\""));
        texts.push("\u{7f}\u{80}\u{0}\u{1f} !".repeat(9));
        for text in texts {
            let mut out = Vec::new();
            push_text(&mut out, text.as_bytes());
            assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
        }
    }
}
