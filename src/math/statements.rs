//! Reads a sentence that gives one value, `The area of ABC is 12`, as an equation between its words and the value.
//!
//! Accepts: words that neither deny nor change a value, `is`, `are` or `equals`, and one number or formula. Refuses:
//! bounds, alternatives, hedges, conditions, single letters. Whether the words may be left out is for the policy to say.

use super::answer::{Answer, Form, Read};
use super::compare::is_scalar;
use super::node::{Node, RelOp};
use super::normalize::Normal;
use super::{labels, units, words};

/// Longest sentence, in bytes.
const MAX_SENTENCE: usize = 400;
/// Words that say something about a value where they follow it, and nothing in front of it.
const PLAIN: [&str; 7] = ["for", "with", "and", "to", "between", "from", "the"];
/// Words that a sentence about a value begins with. `Suppose the length is 12` states nothing.
const OPENING: [&str; 3] = ["the", "its", "their"];
const VERBS: [&str; 3] = [" is ", " are ", " equals "];

/// The equation that a sentence states.
pub(super) fn read(source: &str, part: &Read<'_>) -> Option<Answer> {
    // Every verb begins with a blank; most answers have none and return here.
    let verb = |place: usize| VERBS.iter().any(|verb| source[place..].starts_with(verb));
    if source.len() > MAX_SENTENCE || !memchr::memchr_iter(b' ', source.as_bytes()).any(verb) {
        return None;
    }
    let (head, tail) = VERBS.iter().filter_map(|verb| source.split_once(verb)).min_by_key(|(head, _)| head.len())?;
    let name = name(head)?;
    if VERBS.iter().any(|verb| tail.contains(verb)) {
        return None;
    }
    let answer = part(tail.trim())?;
    if answer.normal.as_ref().is_some_and(|normal| normal.currency.is_some()) {
        return None;
    }
    let value = answer.node()?.into_owned();
    let measured = match &value {
        Node::Quantity(inner, unit, power) => {
            is_scalar(inner) && (units::read(unit, *power).is_some() || labels::is_plain(unit, false))
        }
        Node::Symbol(_) => false,
        value => is_scalar(value),
    };
    // The words belong to the normalised text, too: another sentence about the same value is another answer.
    let normal = answer.normal.map(|normal| Normal { text: format!("\"{name}\"={}", normal.text), ..normal });
    let equation = Node::Relation(vec![Node::Text(name), value], vec![RelOp::Equal]);
    measured.then_some(Answer { form: Form::Tree(equation), normal, ..answer })
}

/// The words before the verb, where they only say what the value belongs to.
fn name(head: &str) -> Option<String> {
    let head = head.replace('$', "");
    let words: Vec<&str> = head.split([' ', '\n']).filter(|word| !word.is_empty()).collect();
    let plain = |place: usize, word: &str| {
        let letters = word.bytes().all(|b| b.is_ascii_alphabetic());
        let lower = word.to_ascii_lowercase();
        let extreme = matches!(lower.as_str(), "least" | "most") && place > 0 && !words[place - 1].eq_ignore_ascii_case("at");
        let points = word.len() <= 4 && word.bytes().all(|b| b.is_ascii_uppercase());
        letters && (points || word.len() == 1 || extreme || PLAIN.contains(&lower.as_str()) || labels::is_harmless(&lower))
    };
    let named = words.iter().any(|word| word.len() > 2 && !word.eq_ignore_ascii_case("the"));
    let opened = words.first().is_some_and(|word| OPENING.iter().any(|opening| word.eq_ignore_ascii_case(opening)));
    (named && opened && names_value(&words[1..]) && words.iter().enumerate().all(|(place, word)| plain(place, word)))
        .then(|| words::without_articles(&words::phrase(&words::with_names(&head))))
}

/// Whether words begin with the name of a value: `area of ABC`, `minimum value`.
pub(super) fn names_value(words: &[&str]) -> bool {
    let described = words.iter().take_while(|word| lists(DESCRIBING, word)).count();
    match words.get(described) {
        Some(noun) => {
            lists(VALUES, noun) && !words[described + 1..].iter().any(|word| word.eq_ignore_ascii_case("and"))
                || described > 0 && *noun == "of"
        }
        None => described > 0,
    }
}

fn lists(table: &str, word: &str) -> bool {
    table.split_whitespace().any(|known| known.eq_ignore_ascii_case(word))
}

/// Names of values.
const VALUES: &str = "area perimeter volume circumference length width height depth distance radius diameter value number sum product difference \
    quotient ratio answer total result speed velocity acceleration probability cost price profit loss time age angle measure average mean median mode \
    count amount percentage size weight mass degree order slope limit integral";
/// Words before the name of a value that say which one it is; alone they are a label.
const DESCRIBING: &str = "final total maximum minimum largest smallest greatest least longest shortest highest lowest only exact";
