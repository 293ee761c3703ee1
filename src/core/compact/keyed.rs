//! A table of values by keys of 64 bits, which are hashes of what they stand for.

use std::hash::{BuildHasher as _, RandomState};

use super::pieces::Pieces;

/// Marks a free slot, so that there are at most so many keys.
const FREE: u32 = u32::MAX;
/// The slots of the first table, and the share of slots that may be taken, as a fraction.
const FIRST: usize = 32;
const MOST_TAKEN: (usize, usize) = (4, 5);

/// Values by key, in the order in which the keys came.
///
/// A key and its value take their own bytes and 5 to 8 bytes of slots. Slots hold the number of a key (open addressing, linear
/// probing); when there must be more, they are written anew from the keys, so that the old and the new ones are never held at once.
#[derive(Debug)]
pub(crate) struct Keyed<T> {
    keys: Pieces<u64>,
    values: Pieces<T>,
    slots: Vec<u32>,
    /// Random, so that nobody can choose keys that meet in one slot.
    hasher: RandomState,
}

impl<T> Default for Keyed<T> {
    fn default() -> Self {
        Self { keys: Pieces::default(), values: Pieces::default(), slots: Vec::new(), hasher: RandomState::default() }
    }
}

impl<T> Keyed<T> {
    /// The number of keys.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The number of a key, from 0 in the order in which they came.
    pub(crate) fn number(&self, key: u64) -> Option<usize> {
        self.find(key).ok()
    }

    /// The value of a key, to be changed.
    pub(crate) fn get_mut(&mut self, key: u64) -> Option<&mut T> {
        let number = self.number(key)?;
        self.values.get_mut(number)
    }

    /// The number and the value of a key, which is added with the value of `new` if it is not there. `None` if there are 2^32 - 1
    /// others already.
    pub(crate) fn get_or_insert(&mut self, key: u64, new: impl FnOnce() -> T) -> Option<(usize, &mut T)> {
        let number = match self.find(key) {
            Ok(number) => number,
            Err(free) => self.insert(key, new(), free)?,
        };
        Some((number, self.values.get_mut(number)?))
    }

    /// The values, in the order in which their keys came.
    pub(crate) fn values(&self) -> impl Iterator<Item = &T> {
        self.values.iter()
    }

    /// The keys with their values, in the order in which they came.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, &T)> {
        self.keys.iter().copied().zip(self.values.iter())
    }

    /// The number of a key, or the slot where it would be.
    fn find(&self, key: u64) -> Result<usize, usize> {
        if self.slots.is_empty() {
            return Err(0);
        }
        let mut slot = self.first_slot(key);
        loop {
            match self.slots[slot] {
                FREE => return Err(slot),
                number if self.keys.get(number as usize) == Some(&key) => return Ok(number as usize),
                _ => slot = self.after(slot),
            }
        }
    }

    fn insert(&mut self, key: u64, value: T, free: usize) -> Option<usize> {
        let number = self.keys.len();
        let stored = u32::try_from(number).ok().filter(|number| *number != FREE)?;
        self.keys.push(key);
        self.values.push(value);
        if self.keys.len() * MOST_TAKEN.1 > self.slots.len() * MOST_TAKEN.0 {
            self.grow();
        } else {
            self.slots[free] = stored;
        }
        Some(number)
    }

    /// Makes half as many slots more.
    fn grow(&mut self) {
        let more = (self.slots.len() + self.slots.len() / 2).max(FIRST);
        // The old ones go before the new ones come.
        self.slots = Vec::new();
        self.slots.resize(more, FREE);
        for (key, number) in self.keys.iter().zip(0..FREE) {
            let mut slot = self.first_slot(*key);
            while self.slots[slot] != FREE {
                slot = self.after(slot);
            }
            self.slots[slot] = number;
        }
    }

    /// The slot where a key is looked for first: its hash as a share of all hashes.
    fn first_slot(&self, key: u64) -> usize {
        let product = u128::from(self.hasher.hash_one(key)) * self.slots.len() as u128;
        usize::try_from(product >> 64).unwrap_or(0)
    }

    fn after(&self, slot: usize) -> usize {
        if slot + 1 == self.slots.len() { 0 } else { slot + 1 }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_says_what_a_hash_map_says(keys in prop::collection::vec(0_u64..300, 0..900)) {
            let (mut keyed, mut known) = (Keyed::default(), HashMap::new());
            for key in keys {
                let next = known.len();
                let (number, count) = known.entry(key).or_insert((next, 0));
                *count += 1;
                let (found, value) = keyed.get_or_insert(key, || 0).unwrap();
                *value += 1;
                prop_assert_eq!((found, *value), (*number, *count));
            }
            for key in 0..300 {
                let expected = known.get(&key);
                prop_assert_eq!(keyed.number(key), expected.map(|(number, _)| *number));
                prop_assert_eq!(keyed.get_mut(key).map(|count| *count), expected.map(|(_, count)| *count));
            }
            prop_assert_eq!(keyed.len(), known.len());
            prop_assert!(keyed.iter().zip(0..).all(|((key, value), number)| known[&key] == (number, *value)));
            prop_assert!(keyed.values().eq(keyed.iter().map(|(_, value)| value)));
        }
    }

    #[test]
    fn keys_of_many_tables_are_found() {
        let mut keyed = Keyed::default();
        let key = |number: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for number in 0..20_000 {
            assert!(keyed.get_or_insert(key(number), || number).is_some());
        }
        assert!((0..20_000).all(|number| keyed.get_mut(key(number)) == Some(&mut number.clone())));
        assert_eq!(keyed.number(key(20_000)), None);
        let taken = keyed.len() as f64 / keyed.slots.len() as f64;
        assert!((0.5..=0.8).contains(&taken), "{taken}");
    }
}
