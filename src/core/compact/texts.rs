//! Short texts one behind the other.

/// The bytes of a piece; a longer record has a piece of its own.
const PIECE: usize = 1 << 16;

/// Records of texts. A record takes the bytes of its texts and, if these are short, one byte more for itself and for each text.
#[derive(Debug, Default)]
pub(crate) struct Texts(Vec<Vec<u8>>);

/// Where a record is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TextPlace {
    piece: u32,
    start: u32,
}

impl Texts {
    /// Stores texts.
    pub(crate) fn add(&mut self, texts: &[&str]) -> TextPlace {
        /// The most bytes of a number.
        const NUMBER: usize = 10;
        let most = NUMBER + texts.iter().map(|text| NUMBER + text.len()).sum::<usize>();
        if self.0.last().is_none_or(|piece| piece.len() + most > PIECE) {
            self.0.push(Vec::with_capacity(most.max(PIECE)));
        }
        let piece = u32::try_from(self.0.len() - 1).unwrap_or(u32::MAX);
        let Some(bytes) = self.0.last_mut() else { return TextPlace { piece, start: 0 } };
        let start = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        write_number(texts.len(), bytes);
        for text in texts {
            write_number(text.len(), bytes);
            bytes.extend_from_slice(text.as_bytes());
        }
        TextPlace { piece, start }
    }

    /// The texts of a record.
    pub(crate) fn get(&self, place: TextPlace) -> impl Iterator<Item = &str> {
        let mut bytes = self.0.get(place.piece as usize).and_then(|piece| piece.get(place.start as usize..)).unwrap_or_default();
        let texts = read_number(&mut bytes);
        (0..texts).map_while(move |_| {
            let length = read_number(&mut bytes);
            let (text, rest) = bytes.split_at_checked(length)?;
            bytes = rest;
            std::str::from_utf8(text).ok()
        })
    }
}

/// Writes seven bits in each byte, the lowest first; the highest bit says that more follow (LEB128).
fn write_number(mut number: usize, bytes: &mut Vec<u8>) {
    loop {
        let low = u8::try_from(number & 127).unwrap_or(0);
        number >>= 7;
        bytes.push(if number > 0 { low | 128 } else { low });
        if number == 0 {
            return;
        }
    }
}

fn read_number(bytes: &mut &[u8]) -> usize {
    let (mut number, mut shift) = (0, 0);
    while let Some((byte, rest)) = bytes.split_first() {
        *bytes = rest;
        number |= usize::from(byte & 127) << shift;
        shift += 7;
        if byte & 128 == 0 || shift > 56 {
            break;
        }
    }
    number
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn texts_come_back(records in prop::collection::vec(prop::collection::vec("(é|[a-z]{0,200})", 0..4), 0..40)) {
            let mut texts = Texts::default();
            let places: Vec<_> = records.iter().map(|record| texts.add(&record.iter().map(String::as_str).collect::<Vec<_>>())).collect();
            for (record, place) in records.iter().zip(places) {
                prop_assert_eq!(&texts.get(place).collect::<Vec<_>>(), record);
            }
        }
    }

    #[test]
    fn a_record_longer_than_a_piece_comes_back() {
        let mut texts = Texts::default();
        let long = "é".repeat(PIECE);
        let places = [&["a"][..], &[&long, "b"], &["c"]].map(|record| texts.add(record));
        let read = places.map(|place| texts.get(place).map(str::len).collect::<Vec<_>>());
        assert_eq!(read, [vec![1], vec![2 * PIECE, 1], vec![1]]);
        assert!(places.iter().all(|place| place.start <= 65_536));
        assert_eq!(size_of::<TextPlace>(), 8);
    }
}
