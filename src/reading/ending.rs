//! The special tokens that end a turn, where a decoder left them in the text.

/// Tokens that say "the end" or fill a batch, as the tokenizers of open models write them.
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

/// The text without the end tokens behind it, and without the blanks between them; a text without such tokens as it is.
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
