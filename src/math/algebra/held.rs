//! What an atom holds, with what is asked of it over and over.
//!
//! Accepts: any form. The size of a form with everything in it written out, and the kinds of atoms in it, are worked out once, from the same
//! of its parts. So a question about a deep form takes no walk, and a form's size can be charged before anything walks it: shared parts count as
//! often as they stand, so what is built within a budget can be walked within it. Refuses: nothing.

use std::cmp::Ordering;
use std::ops::{BitOr, BitOrAssign, Deref};
use std::sync::Arc;

/// A form that atoms share.
#[derive(Debug)]
pub struct Held<T>(Arc<Inner<T>>);

#[derive(Debug)]
struct Inner<T> {
    value: T,
    size: u64,
    kinds: Kinds,
}

/// What [`Held`] asks of a form.
pub trait Measured {
    /// Atoms in it, at any depth, each as often as it stands; at least 1.
    fn size(&self) -> u64;
    /// Kinds of atoms in it, at any depth.
    fn kinds(&self) -> Kinds;
}

impl<T: Measured> Held<T> {
    /// Holds a form.
    pub fn new(value: T) -> Self {
        let (size, kinds) = (value.size(), value.kinds());
        Self(Arc::new(Inner { value, size, kinds }))
    }
}

impl<T> Held<T> {
    /// Its size, see [`Measured::size`].
    pub fn size(&self) -> u64 {
        self.0.size
    }

    /// Its kinds, see [`Measured::kinds`].
    pub fn kinds(&self) -> Kinds {
        self.0.kinds
    }

    /// Where it is: the same for what is shared, for as long as it lives.
    pub fn place(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }
}

impl<T> Clone for Held<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Deref for Held<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.value
    }
}

impl<T: Ord> Ord for Held<T> {
    /// Powers of a sum hold the same atoms over and over: what is one in memory needs no look inside.
    fn cmp(&self, other: &Self) -> Ordering {
        if Arc::ptr_eq(&self.0, &other.0) { Ordering::Equal } else { self.0.value.cmp(&other.0.value) }
    }
}

impl<T: Ord> PartialOrd for Held<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: PartialEq> PartialEq for Held<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.size == other.0.size && self.0.value == other.0.value
    }
}

impl<T: Eq> Eq for Held<T> {}

/// A set of kinds of atoms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kinds(u16);

impl Kinds {
    /// Nothing but numbers and π.
    pub const NONE: Self = Self(0);
    /// A free symbol, an unknown function or a sum that is not evaluated: no constant.
    pub const FREE: Self = Self(1);
    /// i, or e to a multiple of it.
    pub const IMAGINARY: Self = Self(1 << 1);
    /// An absolute value.
    pub const ABS: Self = Self(1 << 2);
    /// A root of a sum.
    pub const ROOT: Self = Self(1 << 3);
    /// A logarithm.
    pub const LN: Self = Self(1 << 4);
    /// The logarithm of what may be negative, as it stands in powers.
    pub const FORMAL: Self = Self(1 << 5);
    /// A named function without a closer form.
    pub const FUNCTION: Self = Self(1 << 6);
    /// A factorial.
    pub const FACTORIAL: Self = Self(1 << 7);
    /// A power of e.
    pub const EXP: Self = Self(1 << 8);
    /// A prime under a root, or to a high power.
    pub const PRIME: Self = Self(1 << 9);
    /// An unknown function or a sum that is not evaluated.
    pub const CALL: Self = Self(1 << 10);

    /// Whether one of `others` is among them.
    pub fn any(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }

    /// Whether nothing but `others` is among them.
    pub fn only(self, others: Self) -> bool {
        self.0 & !others.0 == 0
    }
}

impl BitOr for Kinds {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Kinds {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}
