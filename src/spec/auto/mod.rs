//! `kind = "auto"`: the columns of a row select its reward.

mod reward;

use super::{Kind, Options};
use crate::{Result, Reward};

pub use reward::Auto;

pub(super) const KIND: Kind = Kind {
    name: "auto",
    about: "Each row is judged by what it has: its own `reward` spec, else its `tests` by `code`, else its `answer` by `math`; without any it is unscored.",
    #[cfg(feature = "math")]
    options: super::math::KIND.options,
    #[cfg(not(feature = "math"))]
    options: &[],
    build,
};

#[cfg(feature = "math")]
fn build(options: &Options<'_>) -> Result<Box<dyn Reward>> {
    Ok(Box::new(Auto::new((super::math::KIND.build)(options)?)))
}

#[cfg(not(feature = "math"))]
fn build(_: &Options<'_>) -> Result<Box<dyn Reward>> {
    Ok(Box::new(Auto::default()))
}
