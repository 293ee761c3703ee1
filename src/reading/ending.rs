//! Special tokens at the end of a turn that a decoder left in the text.

/// Tokens that end a turn or pad a batch, as the tokenizers of open models write them.
const END_TOKENS: [&str; 27] = [
    "<|im_end|>",
    "</s>",
    "<|endoftext|>",
    "<|end_of_text|>",
    "<|eot_id|>",
    "<|eom_id|>",
    "<|eot|>",
    "<|eom|>",
    "<｜end▁of▁sentence｜>",
    "<|end▁of▁sentence|>",
    "<|end_of_sentence|>",
    "<end_of_turn>",
    "<start_of_turn>",
    "<turn|>",
    "<|return|>",
    "<|call|>",
    "<|end|>",
    "<|endofturn|>",
    "<|END_OF_TURN_TOKEN|>",
    "<|eos|>",
    "<eos>",
    "<|pad|>",
    "<pad>",
    "[PAD]",
    "<|user|>",
    "<|observation|>",
    "<[end▁of▁sentence]>",
];

/// The text without the end tokens at its end and the blanks between them. A text without such tokens is returned
/// unchanged.
///
/// ```
/// use r1rewards::reading::without_end_tokens;
/// assert_eq!(without_end_tokens("It is 4.</s>\n<|im_end|>"), "It is 4.");
/// assert_eq!(without_end_tokens("a <|im_end|> b "), "a <|im_end|> b ");
/// ```
pub fn without_end_tokens(text: &str) -> &str {
    let mut rest = text;
    loop {
        let trimmed = rest.trim_end();
        if !trimmed.ends_with(['>', ']']) {
            return rest;
        }
        match END_TOKENS.iter().find_map(|token| trimmed.strip_suffix(token)) {
            Some(before) => rest = before,
            None => return rest,
        }
    }
}
