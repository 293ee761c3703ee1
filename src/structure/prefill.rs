//! Whether the chat template already wrote the opening tag.

use serde_json::Value;

use crate::core::names::by_name;

/// Where the first section's opening tag is.
///
/// Chat templates of `DeepSeek-R1` distills and Qwen3 end the *prompt* with `<think>`, so that the completion lacks it.
/// A format reward that requires the tag is then constantly 0 (TRL issue 6966).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Prefilled {
    /// In the completion: it must be there.
    #[default]
    No,
    /// In the prompt: the completion starts inside the section, and a second opening tag is a fault.
    Yes,
    /// Either: a completion that does not start with the tag is read as if the prompt had it.
    Either,
}

impl Prefilled {
    /// The value in a spec: `true`, `false` or `"either"`.
    pub(super) fn to_value(self) -> Value {
        match self {
            Self::No => false.into(),
            Self::Yes => true.into(),
            Self::Either => "either".into(),
        }
    }
}

by_name!(Prefilled, "prefilled_think", Yes = "true", No = "false", Either = "either");

impl From<bool> for Prefilled {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}
