//! A response and its lower-case form, which is computed at most once.

use std::cell::OnceCell;

/// The response that is checked.
pub(super) struct Response<'t> {
    pub text: &'t str,
    lower: OnceCell<String>,
}

impl<'t> Response<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { text, lower: OnceCell::new() }
    }

    /// The text in lower case, computed at the first call.
    pub fn lower(&self) -> &str {
        self.lower.get_or_init(|| lower_case(self.text))
    }
}

/// Gives the result of `str::to_lowercase`, whose fast path ends at the first character beyond ASCII.
fn lower_case(text: &str) -> String {
    // The lower case of a Σ depends on its neighbours.
    if memchr::memmem::find(text.as_bytes(), "Σ".as_bytes()).is_some() {
        return text.to_lowercase();
    }
    let mut lower = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let start = lower.len();
        let (ascii, after) = rest.split_at(ascii_prefix(rest.as_bytes()));
        lower.push_str(ascii);
        lower[start..].make_ascii_lowercase();
        let beyond = after.find(|character: char| character.is_ascii()).unwrap_or(after.len());
        lower.extend(after[..beyond].chars().flat_map(char::to_lowercase));
        rest = &after[beyond..];
    }
    lower
}

/// The number of bytes before the first character beyond ASCII.
fn ascii_prefix(bytes: &[u8]) -> usize {
    let eights = bytes.chunks_exact(8).take_while(|eight| eight.is_ascii()).count() * 8;
    eights + bytes[eights..].iter().take_while(|byte| byte.is_ascii()).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn lower_case_is_that_of_the_standard_library(text in "[aAzZ éÉßİΣσ中—]{0,40}") {
            prop_assert_eq!(lower_case(&text), text.to_lowercase());
        }
    }
}
