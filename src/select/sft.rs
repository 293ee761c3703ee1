//! Rows for supervised fine-tuning, and rows with the reason why a trace was rejected.

use serde_json::{Value, json};

use super::{RejectReason, Selected};
use crate::Sample;
use crate::core::names::by_name;

/// The form of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SftForm {
    /// `prompt` and `completion`: two strings, or two message lists if the prompt is a message list.
    #[default]
    PromptCompletion,
    /// `messages`: those of the prompt and one of the assistant.
    Messages,
}

by_name!(SftForm, "form", PromptCompletion = "prompt_completion", Messages = "messages");

/// The row of a kept trace.
///
/// ```
/// use r1rewards::{Sample, select::{SftForm, sft_row}};
/// let sample = Sample::new("42").with_prompt("6·7?").with_id("q1");
/// assert_eq!(sft_row(&sample, SftForm::Messages).to_string(),
///     r#"{"id":"q1","messages":[{"role":"user","content":"6·7?"},{"role":"assistant","content":"42"}]}"#);
/// ```
pub fn sft_row(sample: &Sample, form: SftForm) -> Value {
    let reply = json!({ "role": "assistant", "content": sample.completion });
    match (form, sample.prompt.as_deref()) {
        (SftForm::PromptCompletion, Some(prompt @ Value::Array(_))) => {
            json!({ "id": sample.id, "prompt": prompt, "completion": [reply] })
        }
        (SftForm::PromptCompletion, prompt) => {
            json!({ "id": sample.id, "prompt": prompt.cloned().unwrap_or_else(|| "".into()), "completion": sample.completion })
        }
        (SftForm::Messages, prompt) => {
            let mut messages = match prompt {
                Some(Value::Array(messages)) => messages.clone(),
                Some(text) => vec![json!({ "role": "user", "content": text })],
                None => Vec::new(),
            };
            messages.push(reply);
            json!({ "id": sample.id, "messages": messages })
        }
    }
}

/// The row of a rejected trace.
pub fn rejected_row(sample: &Sample, selected: &Selected) -> Value {
    json!({
        "id": sample.id,
        "rejected": selected.rejection.map(RejectReason::code),
        "pass_rate": selected.pass_rate,
        "completion": sample.completion,
    })
}
