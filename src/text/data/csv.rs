//! RFC 4180: rows of equal width, quotes only around a whole field.

/// Checks that a text is CSV with at least two rows and two columns; a line may end without a carriage return.
pub(super) fn validate(text: &str) -> Result<(), String> {
    let mut rest = text;
    let (mut row, mut width) = (0usize, 0usize);
    while !rest.is_empty() {
        row += 1;
        let (columns, behind) = record(rest).map_err(|message| format!("row {row}: {message}"))?;
        if row > 1 && columns != width {
            return Err(format!("row {row}: {columns} columns where the first row has {width}"));
        }
        (width, rest) = (columns, behind);
    }
    if width < 2 {
        return Err("fewer than two columns".to_owned());
    }
    if row < 2 { Err("fewer than two rows".to_owned()) } else { Ok(()) }
}

/// The number of fields of the first row, and the text after it.
fn record(text: &str) -> Result<(usize, &str), &'static str> {
    let mut rest = text;
    let mut columns = 1;
    loop {
        rest = field(rest)?;
        match rest.as_bytes() {
            [] => return Ok((columns, "")),
            [b'\n', ..] => return Ok((columns, &rest[1..])),
            [b'\r', b'\n', ..] => return Ok((columns, &rest[2..])),
            [b',', ..] => rest = &rest[1..],
            _ => return Err("text behind a closing quote"),
        }
        columns += 1;
    }
}

/// The text after the first field.
fn field(text: &str) -> Result<&str, &'static str> {
    let Some(mut quoted) = text.strip_prefix('"') else {
        let end = memchr::memchr3(b',', b'\n', b'"', text.as_bytes()).unwrap_or(text.len());
        let end = if text[..end].ends_with('\r') && text[end..].starts_with('\n') { end - 1 } else { end };
        return match text[end..].starts_with('"') {
            true => Err("a quote in a field that does not begin with one"),
            false if text[..end].contains('\r') => Err("a carriage return in a field without quotes"),
            false => Ok(&text[end..]),
        };
    };
    loop {
        let end = memchr::memchr(b'"', quoted.as_bytes()).ok_or("a quoted field that never closes")?;
        quoted = &quoted[end + 1..];
        match quoted.strip_prefix('"') {
            Some(behind) => quoted = behind,
            None => return Ok(quoted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::validate;

    #[test]
    fn what_rfc_4180_describes_is_valid() {
        for text in [
            "a,b\nc,d",
            "a,b\r\nc,d\r\n",
            "\"a,b\",c\nd,\"e\"\"f\"",
            "a,\nb,",
            ",\n,",
            "\"a\nb\",c\n\"\",d",
            "é,字\nü,ß",
            "a b , c\nd,e",
        ] {
            assert_eq!(validate(text), Ok(()), "{text:?}");
        }
    }

    #[test]
    fn what_rfc_4180_does_not_describe_is_not() {
        for text in [
            "a,b\nc,\"d",
            "a,b\nc,\"d\"\"",
            "a,b\nc\"d,e",
            "a,b\n\"c\"d,e",
            "a,b\n\"c\" ,e",
            "a,b\n \"c\",e",
            "a,b\nc",
            "a,b\nc,d,e",
            "a,b\n\nc,d",
            "a,b\rc,d",
            "a\nb",
            "a,b",
            "",
        ] {
            assert!(validate(text).is_err(), "{text:?}");
        }
    }
}
