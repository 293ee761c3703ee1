//! TOML 1.

/// Checks that a text is valid. It uses the parser's own tables, which borrow from the text, so that no second tree is
/// built. They have numbers as text, so their range is checked here.
pub(super) fn validate(text: &str) -> std::result::Result<(), String> {
    use ::toml::de::{DeTable, DeValue};
    let document = DeTable::parse(text).map_err(|error| error.message().to_owned())?;
    let mut left: Vec<&DeValue<'_>> = document.get_ref().values().map(|value| value.get_ref()).collect();
    while let Some(value) = left.pop() {
        match value {
            DeValue::Integer(number) if i64::from_str_radix(number.as_str(), number.radix()).is_err() => {
                return Err(format!("the integer {number} does not fit 64 bits"));
            }
            DeValue::Float(number) if !fits(number.as_str()) => return Err(format!("the number {number} is too large")),
            DeValue::Array(items) => left.extend(items.iter().map(|item| item.get_ref())),
            DeValue::Table(table) => left.extend(table.values().map(|item| item.get_ref())),
            _ => {}
        }
    }
    Ok(())
}

/// Whether a float is finite, or is written as `inf` or `nan`.
fn fits(number: &str) -> bool {
    number.parse::<f64>().is_ok_and(|value| value.is_finite() || !number.bytes().any(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn toml_is_valid_where_it_can_be_read_as_values() {
        let documents = [
            "a = 1\nb = [1, 2, {c = 3}]\n[d.e]\nf = 1979-05-27T07:32:00Z",
            "a = 9223372036854775807\nb = -9223372036854775808",
            "a = 9223372036854775808",
            "a = 18446744073709551616",
            "a = 0x7fffffffffffffff",
            "a = 0xffffffffffffffff",
            "a = 1_000\nb = 0b1010_1010",
            "a = inf\nb = -inf\nc = nan\nd = +nan",
            "a = 1e400",
            "a = 1e308",
            "a = 6.626e-34",
            "a = 1\na = 2",
            "[a]\n[a]",
            "a = [1, 99999999999999999999]",
            "a = {b = {c = 1e999}}",
            "a.b = 1\na.b.c = 2",
            "a =",
            "",
        ];
        for text in documents {
            assert_eq!(super::validate(text).is_ok(), ::toml::from_str::<::toml::Table>(text).is_ok(), "{text}");
        }
    }
}
