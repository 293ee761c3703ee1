//! A list that grows by pieces.

/// The number of items in a piece.
const PIECE: usize = 1 << 12;

/// Items by their place. Unlike a vector, it copies nothing when it grows, and has room for at most one piece more than it holds.
#[derive(Debug)]
pub(super) struct Pieces<T>(Vec<Vec<T>>);

impl<T> Default for Pieces<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Pieces<T> {
    /// Adds an item at the place [`len`](Self::len).
    pub(super) fn push(&mut self, item: T) {
        match self.0.last_mut() {
            Some(piece) if piece.len() < PIECE => piece.push(item),
            last => {
                // A few items take little; from the second piece on, a piece is as large as it will be.
                let mut piece = if last.is_none() { Vec::new() } else { Vec::with_capacity(PIECE) };
                piece.push(item);
                self.0.push(piece);
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.0.last().map_or(0, |last| (self.0.len() - 1) * PIECE + last.len())
    }

    pub(super) fn get(&self, place: usize) -> Option<&T> {
        self.0.get(place / PIECE)?.get(place % PIECE)
    }

    pub(super) fn get_mut(&mut self, place: usize) -> Option<&mut T> {
        self.0.get_mut(place / PIECE)?.get_mut(place % PIECE)
    }

    /// The items in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_at_its_place() {
        let mut pieces = Pieces::default();
        assert_eq!((pieces.len(), pieces.get(0)), (0, None));
        for item in 0..3 * PIECE {
            pieces.push(item);
            assert_eq!(pieces.len(), item + 1);
        }
        assert!((0..3 * PIECE).all(|place| pieces.get(place) == Some(&place)));
        assert_eq!(pieces.get(3 * PIECE), None);
        if let Some(item) = pieces.get_mut(PIECE) {
            *item = 7;
        }
        assert_eq!(pieces.iter().skip(PIECE - 1).take(3).collect::<Vec<_>>(), [&(PIECE - 1), &7, &(PIECE + 1)]);
    }
}
