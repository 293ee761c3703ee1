//! Expressions of whole numbers with +, −, × and brackets, as a policy writes them.

/// What an expression is worth, and the numbers in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    /// Its value.
    pub value: i64,
    /// Its numbers, ascending.
    pub numbers: Vec<i64>,
}

/// The longest text that is read. A policy may write anything.
const LONGEST: usize = 256;

/// Reads an expression. `None` for anything else: a letter, a sign without its number, an open bracket, a number with
/// a leading zero or beyond 64 bits, or more than 256 bytes.
pub fn expression(text: &str) -> Option<Expression> {
    if text.len() > LONGEST {
        return None;
    }
    let mut reader = Reader { rest: text.as_bytes(), numbers: Vec::new() };
    let value = reader.sum()?;
    reader.rest.is_empty().then(|| {
        reader.numbers.sort_unstable();
        Expression { value, numbers: reader.numbers }
    })
}

struct Reader<'a> {
    rest: &'a [u8],
    numbers: Vec<i64>,
}

impl Reader<'_> {
    fn take(&mut self, wanted: u8) -> bool {
        let found = self.rest.first() == Some(&wanted);
        if found {
            self.rest = &self.rest[1..];
        }
        found
    }

    fn sum(&mut self) -> Option<i64> {
        let mut value = self.product()?;
        loop {
            if self.take(b'+') {
                value = value.checked_add(self.product()?)?;
            } else if self.take(b'-') {
                value = value.checked_sub(self.product()?)?;
            } else {
                return Some(value);
            }
        }
    }

    fn product(&mut self) -> Option<i64> {
        let mut value = self.atom()?;
        while self.take(b'*') {
            value = value.checked_mul(self.atom()?)?;
        }
        Some(value)
    }

    fn atom(&mut self) -> Option<i64> {
        if self.take(b'(') {
            let value = self.sum()?;
            return self.take(b')').then_some(value);
        }
        let digits = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (text, rest) = self.rest.split_at(digits);
        if digits > 1 && text[0] == b'0' {
            return None;
        }
        let value = std::str::from_utf8(text).ok()?.parse().ok()?;
        self.rest = rest;
        self.numbers.push(value);
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_bind_more_than_sums() {
        let of = |text: &str| expression(text).map(|found| found.value);
        assert_eq!(of("3+4*5-1"), Some(22));
        assert_eq!(of("(3+4)*5-1"), Some(34));
        assert_eq!(expression("9-2*3").unwrap().numbers, [2, 3, 9]);
    }

    #[test]
    fn what_is_no_expression_has_no_value() {
        for text in ["", "3+", "+3", "(3", "3)", "3 + 4", "03", "3=3", "2**3", "9999999999999999999", "9999999999*9999999999"] {
            assert_eq!(expression(text), None, "{text}");
        }
        assert_eq!(expression(&"(".repeat(10_000)), None);
        assert_eq!(expression(&format!("1{}", "+1".repeat(127))).map(|found| found.value), Some(128));
    }
}
