//! The words of a command line, separated as a shell does: quotes and backslashes, nothing is expanded.

use anyhow::bail;

/// The words of a command line.
pub(super) fn words(command: &str) -> anyhow::Result<Vec<String>> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut characters = command.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(open), close) if open == close => quote = None,
            (None, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None | Some('"'), '\\') => word.get_or_insert_default().extend(characters.next()),
            (None, blank) if blank.is_whitespace() => words.extend(word.take()),
            (_, other) => word.get_or_insert_default().push(other),
        }
    }
    if quote.is_some() {
        bail!("a quote in `{command}` is not closed");
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_separated_as_a_shell_does() {
        assert_eq!(
            words(r#"python3 -c 'print("a b")'  x\ y "" "z\"'""#).unwrap(),
            ["python3", "-c", "print(\"a b\")", "x y", "", "z\"'"]
        );
        assert!(words("a 'b").is_err());
    }
}
