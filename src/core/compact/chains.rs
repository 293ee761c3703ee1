//! Many short lists in one store.

use super::pieces::Pieces;

/// Marks the end of a list, so that all lists together have at most so many items.
const END: u32 = u32::MAX;

/// A list in [`Chains`]; the default is the empty one, which is in each.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chain(u32);

impl Default for Chain {
    fn default() -> Self {
        Self(END)
    }
}

/// The items of many lists. An item takes its own bytes and four.
#[derive(Debug)]
pub(crate) struct Chains<T: Copy>(Pieces<Link<T>>);

/// An item, and the list of those before it.
#[derive(Debug, Clone, Copy)]
#[repr(Rust, packed(4))]
struct Link<T: Copy> {
    item: T,
    before: Chain,
}

impl<T: Copy> Default for Chains<T> {
    fn default() -> Self {
        Self(Pieces::default())
    }
}

impl<T: Copy> Chains<T> {
    /// Adds an item to a list; with 2^32 - 1 items in all lists together, nothing more is added.
    pub(crate) fn push(&mut self, chain: &mut Chain, item: T) {
        if let Some(place) = u32::try_from(self.0.len()).ok().filter(|place| *place != END) {
            self.0.push(Link { item, before: *chain });
            *chain = Chain(place);
        }
    }

    /// The items of a list with their places, the last one first.
    pub(crate) fn iter(&self, chain: Chain) -> impl Iterator<Item = (usize, T)> {
        let mut next = chain;
        std::iter::from_fn(move || {
            let place = next.0 as usize;
            let link = self.0.get(place).filter(|_| next.0 != END)?;
            next = link.before;
            Some((place, link.item))
        })
    }

    /// The place and the item of a list for which `is` holds; the length of the list if there is none.
    pub(crate) fn find(&self, chain: Chain, is: impl Fn(T) -> bool) -> Result<(usize, T), usize> {
        let mut length = 0;
        self.iter(chain).inspect(|_| length += 1).find(|(_, item)| is(*item)).ok_or(length)
    }

    /// Replaces the item at a place.
    pub(crate) fn set(&mut self, place: usize, item: T) {
        if let Some(link) = self.0.get_mut(place) {
            link.item = item;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_do_not_mix() {
        let mut chains = Chains::default();
        let mut lists = [Chain::default(); 3];
        for item in 0..10_000_u64 {
            chains.push(&mut lists[usize::try_from(item % 2).unwrap()], item);
        }
        let items = |chains: &Chains<u64>, list| chains.iter(list).map(|(_, item)| item).collect::<Vec<_>>();
        assert_eq!(items(&chains, lists[0]), (0..5000).rev().map(|half| 2 * half).collect::<Vec<_>>());
        assert_eq!(items(&chains, lists[2]), [0; 0]);
        assert_eq!(chains.find(lists[0], |item| item == 5001), Err(5000));
        let (place, _) = chains.find(lists[1], |item| item == 5001).unwrap();
        chains.set(place, 3);
        assert_eq!(items(&chains, lists[1])[2498..2501], [5003, 3, 4999]);
        assert_eq!(size_of::<Link<u64>>(), 12);
    }
}
