//! Compares answers as text, for the policy that reproduces string graders (`hendrycks`).
//!
//! Accepts any two answers that were read. Values are not compared: `0.5` is not equal to `1/2`.

use super::answer::{Answer, Form};
use super::decision::Decision;
use crate::Rule;

/// Compares the texts after removing decoration.
pub fn compare(gold: &Answer, answer: &Answer) -> Decision {
    let plain = |answer: &Answer| match (&answer.form, &answer.normal) {
        (Form::Plain(plain), _) => plain.text(),
        (_, Some(normal)) => {
            let text = normal.text.replace(['%', '@', ' '], "");
            let text = text.split('"').step_by(2).collect::<String>();
            match text.split_once('=') {
                Some((name, value)) if name.len() <= 2 => value.to_owned(),
                _ => text,
            }
        }
        (_, None) => answer.source.clone(),
    };
    let (g, a) = (plain(gold), plain(answer));
    let same = if g.is_empty() && a.is_empty() { gold.source == answer.source } else { g == a };
    Decision::of(same, Rule::Text)
}
