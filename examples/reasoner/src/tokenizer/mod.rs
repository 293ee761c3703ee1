//! The tokenizers of a run: the characters of a task, or the `tokenizer.json` of a checkpoint.

mod file;
mod pieces;

use std::sync::Arc;

use r1rewards::Result;
use r1rewards::train::Tokenizer;

pub use file::FileTokenizer;
pub use pieces::Pieces;

/// The tokenizer of a run.
#[derive(Debug, Clone)]
pub enum Texts {
    /// Characters and longer pieces, which a task names.
    Pieces(Pieces),
    /// The tokenizer of a checkpoint.
    File(Arc<FileTokenizer>),
}

impl Texts {
    /// The number of tokens.
    pub fn size(&self) -> i64 {
        match self {
            Self::Pieces(pieces) => pieces.size(),
            Self::File(file) => file.size(),
        }
    }

    fn inner(&self) -> &dyn Tokenizer {
        match self {
            Self::Pieces(pieces) => pieces,
            Self::File(file) => &**file,
        }
    }
}

impl Tokenizer for Texts {
    fn encode(&self, text: &str) -> Result<Vec<i64>> {
        self.inner().encode(text)
    }

    fn decode(&self, tokens: &[i64]) -> String {
        self.inner().decode(tokens)
    }

    fn end(&self) -> i64 {
        self.inner().end()
    }
}
