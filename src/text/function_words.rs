//! Languages told by their function words.
//!
//! Accepts: a passage of some thirty words or more. Refuses: to guess. An answer is given only where one language's words are a tenth of
//! the passage and every other list has at most a third as many; the lists hold words that are frequent in one language and rare or
//! unknown in its neighbours. What is not decided here goes to the trigram detector, which is a hundred times slower.

use std::sync::OnceLock;

use whatlang::Lang;

use super::ngrams::lower_fingerprint;

/// Frequent words of each language, lower case.
const LISTS: [(Lang, &str); 4] = [
    (
        Lang::Eng,
        "the and that with this from which have then where when not each there both these what since must they our would should how \
         because their than does we",
    ),
    (
        Lang::Deu,
        "und ist nicht eine einen einer eines dem für wir sich auch wird sind wenn dass oder dann gilt aus durch werden haben noch über \
         zwischen damit daher können muss",
    ),
    (
        Lang::Fra,
        "les des est une dans pour avec donc nous vous cette sont leur aux ainsi alors deux soit cela comme être où égal égale pas",
    ),
    (Lang::Spa, "el los las del una con por pero más entonces muy hay esto donde también cada son hemos tenemos es"),
];

/// Fewer words of a list say nothing.
const MIN_HITS: u32 = 4;
/// One word in so many must be on the list.
const WORDS_PER_HIT: u32 = 10;
/// The list must have so many times the hits of any other.
const LEAD: u32 = 3;

/// The language of a passage, where its function words leave no doubt.
pub(super) fn language_of(passage: &str) -> Option<Lang> {
    let table = table();
    let mut hits = [0u32; LISTS.len()];
    let mut all = 0;
    for word in passage.as_bytes().split(|byte| !(byte.is_ascii_alphabetic() || *byte >= 0x80)).filter(|word| !word.is_empty()) {
        all += 1;
        if word.len() <= LONGEST
            && let Some(list) = table.find(lower_fingerprint(word))
        {
            hits[list] += 1;
        }
    }
    let (best, most) = hits.iter().copied().enumerate().max_by_key(|(_, count)| *count)?;
    let rival = hits.iter().enumerate().filter(|(list, _)| *list != best).map(|(_, count)| *count).max().unwrap_or_default();
    (most >= MIN_HITS && most * WORDS_PER_HIT >= all && rival * LEAD <= most).then_some(LISTS[best].0)
}

/// Bytes of the longest word of the lists.
const LONGEST: usize = 10;
/// Slots of the table: a power of two, far more than there are words.
const SLOTS: usize = 1024;

/// Fingerprints of the words with their list, in open addressing; a fingerprint of 0 marks an empty slot.
struct Table {
    slots: Vec<(u64, usize)>,
}

impl Table {
    fn find(&self, fingerprint: u64) -> Option<usize> {
        let mut slot = place(fingerprint);
        loop {
            match self.slots[slot] {
                (0, _) => return None,
                (held, list) if held == fingerprint => return Some(list),
                _ => slot = (slot + 1) % SLOTS,
            }
        }
    }
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut slots = vec![(0, 0); SLOTS];
        for (list, (_, words)) in LISTS.iter().enumerate() {
            for word in words.split_whitespace() {
                let fingerprint = lower_fingerprint(word.as_bytes());
                let mut slot = place(fingerprint);
                while slots[slot].0 != 0 {
                    slot = (slot + 1) % SLOTS;
                }
                slots[slot] = (fingerprint, list);
            }
        }
        Table { slots }
    })
}

#[expect(clippy::cast_possible_truncation, reason = "only the low bits choose a slot")]
fn place(fingerprint: u64) -> usize {
    fingerprint as usize % SLOTS
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_lists_share_no_word_and_fit_the_table() {
        let words: Vec<&str> = LISTS.iter().flat_map(|(_, words)| words.split_whitespace()).collect();
        assert_eq!(words.iter().collect::<HashSet<_>>().len(), words.len());
        assert!(words.len() * 4 < SLOTS);
        assert!(words.iter().all(|word| word.len() <= LONGEST && *word == word.to_lowercase()));
    }

    #[test]
    fn plain_passages_are_told_and_neighbours_are_left_to_the_detector() {
        let passages = [
            (
                Some(Lang::Eng),
                "We first note that the sum of the two numbers is even, and then we look at the cases where both of them are odd, since these are the only ones which have not been counted.",
            ),
            (
                Some(Lang::Deu),
                "Wir sehen zuerst, dass die Summe der beiden Zahlen gerade ist, und betrachten dann die Fälle, in denen eine von ihnen nicht durch drei teilbar ist, was wir auch oben getan haben.",
            ),
            (
                Some(Lang::Fra),
                "Nous voyons que la somme des deux nombres est paire, et nous regardons donc les cas dans lesquels une des parties est impaire, ce qui est une condition pour que cela soit possible.",
            ),
            (
                Some(Lang::Spa),
                "Vemos que la suma de los dos números es par, y entonces miramos los casos en los que una de las partes es impar, pero esto es posible con el método del primer problema.",
            ),
            (
                None,
                "Vemos que a soma dos dois números é par, e então olhamos os casos em que uma das partes é ímpar, o que não é possível com o método do primeiro problema que nós já vimos.",
            ),
            (
                None,
                "Vediamo che la somma dei due numeri è pari, e quindi guardiamo i casi in cui una delle parti è dispari, il che non è possibile con il metodo che abbiamo già visto.",
            ),
            (
                None,
                "Veiem que la suma dels dos nombres és parella, i llavors mirem els casos en què una de les parts és senar, cosa que no és possible amb el mètode que ja hem vist abans.",
            ),
            (
                None,
                "We zien dat de som van de twee getallen even is, en dan kijken we naar de gevallen waarin een van de delen oneven is, wat niet mogelijk is met de methode van het eerste probleem.",
            ),
            (
                None,
                "Vi ser at summen af de to tal er lige, og så ser vi på de tilfælde hvor en af delene er ulige, hvilket ikke er muligt med den metode som vi har set i det første problem.",
            ),
            (
                None,
                "Vedem că suma celor două numere este pară, și apoi ne uităm la cazurile în care una dintre părți este impară, ceea ce nu este posibil cu metoda din prima problemă.",
            ),
        ];
        for (language, passage) in passages {
            assert_eq!(language_of(passage), language, "{passage}");
        }
    }
}
