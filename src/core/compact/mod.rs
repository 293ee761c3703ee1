//! Collections of millions of small things in little memory, for what is remembered of every prompt.
//!
//! All of them only grow, and they grow by pieces: nothing that is stored is moved or copied, and no room is held for twice as much.

mod chains;
mod keyed;
mod pieces;
mod texts;

pub(crate) use chains::{Chain, Chains};
pub(crate) use keyed::Keyed;
pub(crate) use texts::{TextPlace, Texts};
