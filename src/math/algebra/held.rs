//! The shared contents of an atom, with their size and kinds cached.
//!
//! The size of a form with everything in it written out, and the kinds of atoms in it, are computed once, from the
//! cached values of its parts. So a question about a deep form needs no traversal, and the size of a form can be
//! charged before any code traverses it. Shared parts count once per occurrence, so a form that was built within a
//! budget can be traversed within it.

use std::cmp::Ordering;
use std::ops::{BitOr, BitOrAssign, Deref};
use std::sync::Arc;

/// A form that several atoms share.
#[derive(Debug)]
pub struct Held<T>(Arc<Inner<T>>);

#[derive(Debug)]
struct Inner<T> {
    value: T,
    size: u64,
    kinds: Kinds,
}

/// The properties of a form that [`Held`] caches.
pub trait Measured {
    /// Number of atoms in it, at any depth, counted once per occurrence; at least 1.
    fn size(&self) -> u64;
    /// The kinds of atoms in it, at any depth.
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

    /// Its address in memory: equal for all clones of one `Held`, as long as one of them lives.
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
    /// Powers of a sum contain the same shared atoms many times: two handles to one allocation are equal without a
    /// comparison of their contents.
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
    /// Only numbers and π.
    pub const NONE: Self = Self(0);
    /// A free symbol, an unknown function or an unevaluated sum: the form is not a constant.
    pub const FREE: Self = Self(1);
    /// i, or e to a multiple of i.
    pub const IMAGINARY: Self = Self(1 << 1);
    /// An absolute value.
    pub const ABS: Self = Self(1 << 2);
    /// A root of a sum.
    pub const ROOT: Self = Self(1 << 3);
    /// A logarithm.
    pub const LN: Self = Self(1 << 4);
    /// The logarithm of a form that may be negative, used in the exponents of powers.
    pub const FORMAL: Self = Self(1 << 5);
    /// A named function without a closer form.
    pub const FUNCTION: Self = Self(1 << 6);
    /// A factorial.
    pub const FACTORIAL: Self = Self(1 << 7);
    /// A power of e.
    pub const EXP: Self = Self(1 << 8);
    /// A prime under a root, or to a high power.
    pub const PRIME: Self = Self(1 << 9);
    /// An unknown function or an unevaluated sum.
    pub const CALL: Self = Self(1 << 10);

    /// Whether it contains at least one of `others`.
    pub fn any(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }

    /// Whether it contains only kinds in `others`.
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
