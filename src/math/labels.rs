//! Labels: words after a number that say what was counted and do not change the number.
//!
//! Accepts: English plurals (`apples`, `ways`) and mass nouns, with words that describe them (`red`, `of cake`), the
//! singular after 1, known units, a few Chinese counters. Refuses: every other word, in particular words that may
//! change the number (`thirds`, `dozen`, `squared`), reverse its meaning (`without`, `fewer`) or make it a date
//! (`March`), and text that is not recognised as a word: abbreviations, capitals, other scripts. A value with such
//! words is equal only to a value with the same words.

use super::{numbers, si, units, words};

/// Length, in bytes, of the shortest word that is not treated as an abbreviation.
const SHORTEST: usize = 3;

/// Shorter words that change nothing.
const SHORT: &str = "\
    of in on cm an a";

/// Multiples, fractions and operations.
const CHANGING: &str = "\
    half halves quarter quarters dozen dozens score scores gross pair pairs couple couples grand myriad myriads googol lakh lakhs lac lacs crore \
    crores mil mill mln bln tens squared cubed doubled tripled halved double triple quadruple twice thrice fold plus minus times over divided \
    multiplied added subtracted raised mod modulo remainder factorial factorials choose power powers exponent root sqrt log inverse reciprocal \
    negative negated opposite positive percent percentage percents permille base binary ternary quaternary octal duodecimal hex hexadecimal infinity infinite squareroot squareroots";

/// Hedges, negations and comparisons beyond those that make an answer a hedge.
const TURNING: &str = "\
    roughly around circa approx guess guessing unknown possibly probably likely unlikely unsure uncertain false fails invalid impossible never \
    none nothing without lacking missing excluding excluded instead rather versus through until till between under above below beyond greater \
    fewer larger smaller higher lower bigger exceeding off short ago past before after since within every out cannot cant isnt arent doesnt dont \
    wont wasnt nope yes yet though although however unless else otherwise both and too many few several enough";

/// Months and times of day, which make a number a date or a time.
const MONTHS: &str = "\
    january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec noon \
    midnight";

/// Chinese counters and units that may follow a number alone.
const COUNTERS: &str = "\
    个 人 只 名 本 条 张 次 种 岁 元 米 厘米 千米 公里 千克 克 小时 分钟 秒 天";

/// Words between the counted noun and its description: `pieces of cake`.
const JOINTS: &str = "\
    of in on per from left each that who altogether total a an";

/// Those of them that need no word before them.
const OPENING: &str = "\
    of in left each altogether total";

/// Words with the ending of a participle or adverb that only describe.
const DESCRIBING: &str = "\
    red colored coloured shaded unshaded painted unpainted striped spotted dotted needed required used unused wrapped baked cooked stuffed \
    covered mixed ordered sized sided remaining swimming fishing building parking trading baking string spring evening morning family daily \
    weekly monthly yearly jelly english spanish";

/// Plurals without an s, and nouns for things that are measured and not counted.
const WITHOUT_S: &str = "\
    people men women children feet teeth mice geese oxen dice fish sheep deer cattle poultry fruit aircraft vertices indices matrices axes foci \
    radii cacti loci data criteria alumni salmon trout water milk juice sugar flour rice sand salt gold money cash profit food paper wood bread \
    butter coffee tea oil gas fuel paint soil corn wheat hay grass gum candy chocolate popcorn pizza cake meat chicken beef pork cheese snow \
    rain fencing carpet fabric furniture equipment homework staff change place grade floor century position term row column";

/// Nouns whose plural has an ending that is otherwise refused.
const PLURALS: &str = "\
    months paths lengths depths widths baths births deaths moths booths youths mouths myths sloths truths strengths growths cloths breaths buses \
    gas menus gurus emus gnus bonus us glass class";

/// Words that end in s and are not plurals, or plurals that change the number.
const NO_PLURALS: &str = "\
    this his hers its ours yours theirs was has does always sometimes besides perhaps thus hence equals means needs seems remains exists differs \
    works exceeds becomes approaches approximates increases decreases doubles triples quadruples quintuples multiples submultiples negatives \
    positives inverses reciprocals opposites conjugates complements antilogs logs logarithms exponents inverts reverses negates bases permils \
    permilles permil permille mille kilo mega giga tera milli micro nano pico deci centi hecto antilog conjugate complement nil odd cube \
    imaginary kilos megas gigas teras millis micros nanos picos decis centis hectos dekas decas googols googolplexes grosses hundredweights nils \
    nothings infinities overs offs outs decimals fractions zeroes teens decades centuries millennia grands places factors sines primes \
    millones billones milliers milliards douzaines docenas cientos centenas dezenas milhares centaines dizaines vingtaines mitades tercios \
    sixes minuses pluses maybes mils octals binaries hexadecimals ternaries";

/// Amounts of data as words in small letters, which are no units.
const DATA: &str = "kb mb gb tb";

/// Nouns that are counted where a word before them describes them, and that change the number where none does.
const POWERS: &str = "\
    squares cubes roots";

/// Endings of adverbs, participles and multiples: such words are not nouns that are counted.
const ENDINGS: &str = "\
    ed ing ly ish fold folds ward wards wise illion illions illiard illiards like enties irties orties ifties ixties ighties ineties";

/// Whether words after a number do not change it: `red apples`, `pieces of cake`, `square feet`. `one`: the number is
/// 1, so the counted noun is not a plural.
pub fn is_plain(phrase: &str, one: bool) -> bool {
    if lists(COUNTERS, phrase) {
        return true;
    }
    let words: Vec<&str> = phrase.split([' ', '-', '/', '*']).filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        return false;
    }
    if words.iter().all(|word| units::is_unit_word(word)) {
        return units::read(phrase, 1).is_some();
    }
    if is_multiple(phrase, &words) {
        return false;
    }
    // A capital inside a word is refused; the first letter may be a capital.
    if !words.iter().all(|word| units::is_unit_word(word) || word.bytes().skip(1).all(|b| b.is_ascii_lowercase())) {
        return false;
    }
    let lower = |word: &str| if units::is_unit_word(word) { word.to_owned() } else { word.to_ascii_lowercase() };
    let words: Vec<String> = words.into_iter().map(lower).collect();
    let end = words.iter().position(|word| lists(JOINTS, word)).unwrap_or(words.len());
    let Some((head, before)) = words[..end].split_last() else {
        // `3/4 of the cake`, `7 left`
        return lists(OPENING, &words[0]) && words.iter().all(|word| is_neutral(word));
    };
    let counted = units::is_unit_word(head) || if one { is_neutral(head) } else { is_counted(head, before.is_empty()) };
    counted && words.iter().all(|word| is_neutral(word))
}

/// Whether words after a number are unknown at most: none of them is known to change the number.
pub fn is_harmless(phrase: &str) -> bool {
    let small = |word: &str| word.bytes().skip(1).all(|b| b.is_ascii_lowercase());
    let words: Vec<&str> = phrase.split([' ', '-', '/', '*']).filter(|word| !word.is_empty()).collect();
    words.iter().all(|word| small(word) && is_neutral(&word.to_ascii_lowercase())) && !is_multiple(phrase, &words)
}

/// Whether the noun of a phrase is in the singular, so that it names one thing and is not counted: `image`, `image of a cat`. `says_more`:
/// whether a word begins what is said of the noun.
pub fn is_one_thing(phrase: &str, says_more: impl Fn(&str) -> bool) -> bool {
    let words: Vec<&str> = phrase.split([' ', '-']).take_while(|word| !says_more(word)).collect();
    let noun = words.last().filter(|noun| noun.len() >= SHORTEST && noun.bytes().all(|b| b.is_ascii_lowercase()));
    let singular =
        |noun: &str| !is_counted(noun, false) && !noun.ends_with('s') && !lists(JOINTS, noun) && !lists(DESCRIBING, noun);
    noun.is_some_and(|noun| singular(noun)) && is_harmless(phrase) && !words.iter().any(|word| units::is_upright(word))
}

/// Whether two phrases that are alike but for their case differ in a letter that may be a prefix of two sizes: `mpa` and `Mpa`. A noun
/// may have a capital (`Men` and `men`).
pub fn differ_in_prefix(one: &str, other: &str) -> bool {
    let words = |phrase: &str| phrase.split([' ', '-', '/', '*', '^']).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let (one, other): (Vec<String>, Vec<String>) = (words(one), words(other));
    let two_sizes = |word: &str| word.starts_with(['m', 'M', 'p', 'P', 'y', 'Y', 'z', 'Z']);
    let vowels =
        |word: &str| word.bytes().skip(1).any(|b| matches!(b.to_ascii_lowercase(), b'a' | b'e' | b'i' | b'o' | b'u' | b'y'));
    let abbreviates =
        |word: &str| !vowels(word) || word.len() > 3 && units::is_upright(&word[1..]) || si::is_symbol_in_some_case(&word[1..]);
    one.iter().zip(&other).any(|(one, other)| {
        one != other && one.eq_ignore_ascii_case(other) && two_sizes(one) && one[..1] != other[..1] && abbreviates(one)
    })
}

/// Whether a phrase multiplies what it counts: `M dollars`, `K dollars`, `kilodollars`.
fn is_multiple(phrase: &str, words: &[&str]) -> bool {
    let letter =
        |word: &str| word.len() == 1 && word != "A" && word.bytes().all(|b| b.is_ascii_uppercase()) && !units::is_unit_word(word);
    let prefixed = |word: &str| {
        si::behind_prefix(&word.to_ascii_lowercase())
            .is_some_and(|rest| units::read(rest, 1).is_some_and(|unit| unit.is_of("dollar")))
    };
    let multiplies = |word: &&str| letter(word) || !units::is_unit_word(word) && prefixed(word);
    words.iter().any(multiplies) || units::scales_money(phrase)
}

/// Whether a list of words, separated by blanks, contains a word.
fn lists(table: &str, word: &str) -> bool {
    let blank = |byte: Option<&u8>| byte.is_none_or(|byte| *byte == b' ');
    let table = table.as_bytes();
    memchr::memmem::find_iter(table, word.as_bytes())
        .any(|place| blank(place.checked_sub(1).and_then(|before| table.get(before))) && blank(table.get(place + word.len())))
}

/// Whether a word is a plural or a mass noun. `alone`: no word comes before it.
fn is_counted(word: &str, alone: bool) -> bool {
    if lists(WITHOUT_S, word) || lists(PLURALS, word) || is_rate(word) {
        return true;
    }
    let plural = word.len() >= SHORTEST && word.ends_with('s') && !["ss", "us", "is", "ths"].iter().any(|end| word.ends_with(end));
    plural && !lists(NO_PLURALS, word) && !(alone && lists(POWERS, word))
}

/// `mbperhour`: a rate whose words were joined.
fn is_rate(word: &str) -> bool {
    word.split_once("per").is_some_and(|(of, by)| (units::is_unit_word(of) || lists(DATA, of)) && units::is_unit_word(by))
}

/// Whether a word changes neither the number nor the statement about it.
fn is_neutral(word: &str) -> bool {
    if units::is_unit_word(word) || is_rate(word) {
        return true;
    }
    if !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return false;
    }
    if word.len() < SHORTEST {
        return lists(SHORT, word);
    }
    let number = numbers::is_number_word(word.strip_suffix('s').unwrap_or(word)) || numbers::is_number_word(word);
    let ends = ENDINGS.split(' ').any(|end| word.ends_with(end)) && !lists(WITHOUT_S, word) && !lists(DESCRIBING, word);
    let listed = [CHANGING, TURNING, MONTHS].iter().any(|table| lists(table, word));
    !number && !ends && !listed && !lists(NO_PLURALS, word) && !words::is_hedge(word)
}

#[cfg(test)]
mod tests {
    use super::{differ_in_prefix, is_plain};

    #[test]
    fn words_for_what_was_counted_are_labels() {
        for phrase in ["apples", "ways", "square feet", "red balls", "pieces of cake", "Students", "km/h", "个"] {
            assert!(is_plain(phrase, false), "{phrase}");
        }
    }

    #[test]
    fn words_that_change_a_number_are_not_labels() {
        for phrase in [
            "thirds",
            "tenths",
            "dozen",
            "million",
            "lakh",
            "k",
            "ab",
            "万",
            "ᵏ",
            "squared",
            "red or blue",
            "MAX",
            "March",
            "fewer apples",
            "pairs",
            "ⅹ",
            "яблок",
            "M dollars",
            "kilodollars",
            "cubic square meters",
            "meters per",
        ] {
            assert!(!is_plain(phrase, false), "{phrase}");
        }
    }

    #[test]
    fn a_capital_of_an_abbreviation_is_a_prefix() {
        for (one, other) in [("Mhz", "mhz"), ("mpa", "Mpa"), ("Pcal", "pcal"), ("Mbps of data", "mbps of data")] {
            assert!(differ_in_prefix(one, other), "{one}, {other}");
        }
        for (one, other) in
            [("Men", "men"), ("Apples", "apples"), ("Pages", "pages"), ("Pin", "pin"), ("mpa", "mpa"), ("Pens", "men")]
        {
            assert!(!differ_in_prefix(one, other), "{one}, {other}");
        }
    }
}
