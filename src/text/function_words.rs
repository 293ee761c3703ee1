//! Recognises languages by their function words.
//!
//! Accepts: a passage of about thirty words or more. An answer is given only if the words of one language are a tenth
//! of the passage and every other list has at most a third as many. The lists have words that are frequent in one
//! language and rare or unknown in its neighbours. What is not decided here goes to the trigram detector, which is a
//! hundred times slower.

use std::sync::OnceLock;

use whatlang::Lang;

use crate::reading::ngrams::{lower_fingerprint, part_fingerprint};

/// Frequent words of each language, lower case.
const LISTS: [(Lang, &str); 15] = [
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
    (
        Lang::Por,
        "o os do da ao aos é em nas pela pelo uma não são também então isso isto já até seu sua seus suas com foi foram ele delas deles",
    ),
    (
        Lang::Ita,
        "di che è della dei delle degli nel nella nelle gli non sono questo questa anche perché quindi cui più ogni dal dalla alla due \
         quando allora",
    ),
    (Lang::Nld, "het een van niet zijn voor wordt worden deze hebben heeft bij naar ze geen twee dus ook zien moet alle"),
    // No passage reaches a tenth by these words alone: they are evidence against Dutch, which shares many words with
    // Afrikaans.
    (Lang::Afr, "nie vir hierdie ons sal hulle sy gee kyk"),
    (Lang::Swe, "och att är för inte till ett från också eller när detta då"),
    (Lang::Ron, "și în că este pentru care sunt din această acest prin dacă mai avem fi fie nu pe"),
    (Lang::Pol, "się jest że w są dla oraz przez który która które więc tym tego można gdy tylko jako mamy"),
    (Lang::Hun, "az és hogy nem egy ez minden akkor lehet két mert vagy azt csak ezért olyan mint"),
    (Lang::Tur, "ve bir bu için olarak ile daha olan gibi ise değil sonra kadar iki olur çünkü eğer"),
    (Lang::Vie, "và là các một những được không trong có này khi với số ta vì nếu thì mỗi hai ra"),
    (Lang::Ind, "yang dan dari untuk dengan ini itu tidak adalah pada ke dalam atau akan bahwa kita jika maka dua"),
];

/// Fewer words of a list decide nothing.
const MIN_HITS: u32 = 4;
/// At least one word in this many must be on the list.
const WORDS_PER_HIT: u32 = 10;
/// The list must have this many times the hits of any other.
const LEAD: u32 = 3;

/// The language of a passage, if its function words decide it.
pub(super) fn language_of(passage: &str) -> Option<Lang> {
    let table = table();
    let mut hits = [0u32; LISTS.len()];
    let mut all = 0;
    let bytes = passage.as_bytes();
    let letter = |byte: &u8| byte.is_ascii_alphabetic() || *byte >= 0x80;
    let mut at = 0;
    while let Some(start) = bytes[at..].iter().position(letter).map(|place| at + place) {
        let end = bytes[start..].iter().position(|byte| !letter(byte)).map_or(bytes.len(), |length| start + length);
        at = end;
        all += 1;
        if end - start <= LONGEST
            && let Some(list) = table.find(part_fingerprint(bytes, start..end))
        {
            hits[list] += 1;
        }
    }
    let (best, most) = hits.iter().copied().enumerate().max_by_key(|(_, count)| *count)?;
    let rival = hits.iter().enumerate().filter(|(list, _)| *list != best).map(|(_, count)| *count).max().unwrap_or_default();
    (most >= MIN_HITS && most * WORDS_PER_HIT >= all && rival * LEAD <= most).then_some(LISTS[best].0)
}

/// Bytes of the longest word of the lists.
const LONGEST: usize = 12;
/// Slots of the table: a power of two, at least four times the number of words.
const SLOTS: usize = 2048;

/// Fingerprints of the words with their list, in open addressing; a fingerprint of 0 marks an empty slot.
struct Table {
    slots: Vec<u64>,
    lists: Vec<u8>,
}

impl Table {
    fn find(&self, fingerprint: u64) -> Option<usize> {
        let mut slot = place(fingerprint);
        loop {
            match self.slots[slot] {
                0 => return None,
                held if held == fingerprint => return Some(usize::from(self.lists[slot])),
                _ => slot = (slot + 1) % SLOTS,
            }
        }
    }
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let (mut slots, mut lists) = (vec![0; SLOTS], vec![0; SLOTS]);
        for (list, (_, words)) in (0u8..).zip(&LISTS) {
            for word in words.split_whitespace() {
                let fingerprint = lower_fingerprint(word.as_bytes());
                let mut slot = place(fingerprint);
                while slots[slot] != 0 {
                    slot = (slot + 1) % SLOTS;
                }
                slots[slot] = fingerprint;
                lists[slot] = list;
            }
        }
        Table { slots, lists }
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
                Some(Lang::Por),
                "Vemos que a soma dos dois números é par, e então olhamos os casos em que uma das partes é ímpar, o que não é possível com o método do primeiro problema que nós já vimos.",
            ),
            (
                Some(Lang::Ita),
                "Vediamo che la somma dei due numeri è pari, e quindi guardiamo i casi in cui una delle parti è dispari, il che non è possibile con il metodo che abbiamo già visto.",
            ),
            (
                None,
                "Veiem que la suma dels dos nombres és parella, i llavors mirem els casos en què una de les parts és senar, cosa que no és possible amb el mètode que ja hem vist abans.",
            ),
            (
                Some(Lang::Nld),
                "We zien dat de som van de twee getallen even is, en dan kijken we naar de gevallen waarin een van de delen oneven is, wat niet mogelijk is met de methode van het eerste probleem.",
            ),
            (
                None,
                "Vi ser at summen af de to tal er lige, og så ser vi på de tilfælde hvor en af delene er ulige, hvilket ikke er muligt med den metode som vi har set i det første problem.",
            ),
            (
                Some(Lang::Ron),
                "Vedem că suma celor două numere este pară, și apoi ne uităm la cazurile în care una dintre părți este impară, ceea ce nu este posibil cu metoda din prima problemă.",
            ),
            (
                Some(Lang::Swe),
                "Vi ser att summan av de två talen är jämn, och då tittar vi på de fall när en av delarna är udda, vilket inte är möjligt för den metod som vi har sett från det första problemet.",
            ),
            (
                Some(Lang::Pol),
                "Widzimy, że suma tych dwóch liczb jest parzysta, więc patrzymy na przypadki, w których jedna z części jest nieparzysta, co nie jest możliwe dla metody, która została już pokazana w pierwszym zadaniu.",
            ),
            (
                Some(Lang::Hun),
                "Látjuk, hogy a két szám összege páros, és ezért megnézzük azt az esetet, amikor az egyik rész páratlan, de ez nem lehet, mert akkor az első feladat módszere nem volna jó minden számra.",
            ),
            (
                Some(Lang::Tur),
                "Bu iki sayının toplamı çift olur, bu yüzden bir parçanın tek olduğu durumlara bakarız ve bu durum ilk problemdeki yöntem için mümkün değil, çünkü daha sonra bir çelişki elde ederiz.",
            ),
            (
                Some(Lang::Vie),
                "Ta thấy tổng của hai số là một số chẵn, và khi đó ta xét các trường hợp mà một trong hai phần là số lẻ, điều này không thể xảy ra với phương pháp được dùng trong bài toán đầu tiên.",
            ),
            (
                Some(Lang::Ind),
                "Kita melihat bahwa jumlah dari dua bilangan itu genap, maka kita memeriksa kasus yang salah satu bagiannya ganjil, dan ini tidak mungkin dengan metode yang digunakan pada soal pertama.",
            ),
            // Languages that are close to one with a list.
            (
                None,
                "Ons sien dat die som van die twee getalle ewe is, en dan kyk ons na die gevalle waar een van die dele onewe is, wat nie moontlik is met die metode van die eerste probleem nie.",
            ),
            (
                None,
                "Vi ser at summen av de to tallene er lik et partall, og så ser vi på tilfellene der en av delene er et oddetall, noe som ikke er mulig med den metoden som vi har sett i den første oppgaven.",
            ),
            (
                None,
                "Vidíme, že súčet týchto dvoch čísel je párny, a preto sa pozrieme na prípady, v ktorých je jedna z častí nepárna, čo nie je možné pri metóde, ktorú sme už videli v prvej úlohe.",
            ),
            (
                None,
                "Görürük ki, bu iki ədədin cəmi cütdür və buna görə də hissələrdən birinin tək olduğu hallara baxırıq, bu isə birinci məsələdə istifadə etdiyimiz üsulla mümkün deyil.",
            ),
        ];
        for (language, passage) in passages {
            assert_eq!(language_of(passage), language, "{passage}");
        }
    }
}
