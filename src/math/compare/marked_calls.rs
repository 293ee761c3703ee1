//! Marked letters that are functions: the bracket of `\vec r(2t)` and of `\mathbb{E}(X)` holds an argument.
//!
//! The grammar reads a bracket behind a letter as a factor. Here every call of a marked letter becomes a symbol of its
//! own, `\vec r(t_1)` one and `\vec r(t_2)` another; calls with equal arguments become the same symbol. The calls of
//! `\mathbb{P}` and its like are numbers, those of other marked letters may be vectors. So arguments stay where they are,
//! under powers, in products that do not commute and behind groups: `({\vec r})(2t)`, `|\vec r|(t)`.
//!
//! A marked letter is a factor, and its brackets stay, where the reference has it without a bracket, or where the
//! answer has it only without and every bracket in the reference is a sum: `\vec a(b+c)` is `(b+c)\vec a`. Unit vectors
//! are always factors.

use super::Comparer;
use crate::Reason;
use crate::math::algebra::Budget;
use crate::math::answer::Answer;
use crate::math::policy::Policy;
use crate::math::symbols;

const MARK: &str = "\\acc{";
/// Stands between a letter and the number of its call; no answer has it there.
const CALL: char = '#';
/// Marks of functions whose values are numbers: they commute.
const SCALARS: [&str; 3] = ["mathbb:", "mathcal:", "mathfrak:"];
/// The index of the first call of such a function.
const FIRST: usize = 987_654_321;
/// An operator, which no name has.
const OPERATORS: [&str; 1] = ["d:"];
/// Unit vectors: `\hat x(2t)` is a vector of length 2t.
const UNIT_VECTORS: [&str; 15] = ["i", "j", "k", "x", "y", "z", "n", "r", "u", "v", "e", "\\rho", "\\theta", "\\phi", "\\varphi"];
/// Most calls of both answers: the arguments of each two are compared.
const MAX_CALLS: usize = 64;

/// What the calls in two answers show.
pub(super) enum Calls {
    /// There is none whose argument counts.
    None,
    /// The answers with a symbol for each call.
    Symbols(Box<(Answer, Answer)>),
    /// They cannot be compared, for this reason.
    Unclear(Reason),
}

/// Replaces the calls of marked letters in two answers.
pub(super) fn as_symbols(policy: &Policy, gold: &Answer, answer: &Answer, budget: &mut Budget) -> Calls {
    let (Some(g), Some(a)) = (&gold.normal, &answer.normal) else { return Calls::None };
    if g.text == a.text || !(g.text.contains(MARK) || a.text.contains(MARK)) {
        return Calls::None;
    }
    // One more for the brackets in which an argument is read.
    let depth = g.depth.max(a.depth) + 1;
    let mut known = Known { policy, budget, depth, calls: Vec::new() };
    let (mut texts, mut changed) = ([g.text.clone(), a.text.clone()], false);
    loop {
        let found = texts.each_ref().map(|text| occurrences(text));
        if found.iter().flatten().filter(|one| one.argument.is_some()).count() > 2 * MAX_CALLS {
            return Calls::Unclear(Reason::TooLarge);
        }
        let factors = factors(&texts, &found);
        // Inner calls first, so that the arguments of outer ones hold symbols.
        let inner = |text: &str, one: &&Occurrence| {
            let argument = one.argument.clone().map(|range| &text[range]);
            argument.is_some_and(|argument| !calls(argument, &factors)) && !factors.contains(&one.name)
        };
        let mut replaced = false;
        for (text, found) in texts.iter_mut().zip(&found) {
            let source = text.clone();
            for one in found.iter().filter(|one| inner(&source, one)).rev() {
                let Some(argument) = one.argument.clone() else { continue };
                let Some(number) = known.number(&one.name, &source[argument]) else { return Calls::Unclear(Reason::TooLarge) };
                text.replace_range(one.bracket.clone(), "");
                if SCALARS.iter().any(|mark| one.name[MARK.len()..].starts_with(mark)) {
                    text.replace_range(one.start..one.marks, &format!("z_{{{}}}", FIRST + number));
                } else {
                    text.insert_str(one.letter, &format!("{CALL}{number}"));
                }
                replaced = true;
            }
        }
        if !replaced {
            break;
        }
        changed = true;
    }
    if !changed {
        return Calls::None;
    }
    let [g, a] = texts;
    match (gold.with_text(g, &policy.declared), answer.with_text(a, &policy.declared)) {
        (Some(gold), Some(answer)) => Calls::Symbols(Box::new((gold, answer))),
        _ => Calls::Unclear(Reason::Undecided),
    }
}

/// A marked letter in a normalised text.
#[derive(Debug)]
struct Occurrence {
    /// The mark with the letter, its index and its primes.
    name: String,
    /// Where it begins, where the letter ends, and where its index and primes end.
    start: usize,
    letter: usize,
    marks: usize,
    /// The bracket behind it, if it has one, and what is in the bracket.
    bracket: std::ops::Range<usize>,
    argument: Option<std::ops::Range<usize>>,
}

/// The arguments that were seen, each with the name of its function.
struct Known<'k> {
    policy: &'k Policy,
    budget: &'k mut Budget,
    depth: usize,
    calls: Vec<Call>,
}

struct Call {
    name: String,
    argument: String,
    /// The argument as it was read; `None` if it cannot be read, so that only the same text is equal to it.
    read: Option<Answer>,
}

impl Known<'_> {
    /// The number of a call; equal arguments of one function have the same one. `None` if there are too many.
    fn number(&mut self, name: &str, argument: &str) -> Option<usize> {
        let same_text = self.calls.iter().position(|call| call.name == name && call.argument == argument);
        if same_text.is_some() {
            return same_text;
        }
        // In brackets, because `x, y` alone is a list without an order.
        let read = Answer::of_normal(&format!("({argument})"), self.depth, &self.policy.declared);
        if let Some(read) = &read {
            let (policy, budget) = (self.policy, &mut *self.budget);
            // In both directions: a reference accepts a unit that it does not have.
            let mut same = |known: &Answer| is_same(known, read, policy, budget) && is_same(read, known, policy, budget);
            let place = self.calls.iter().position(|call| call.name == name && call.read.as_ref().is_some_and(&mut same));
            if place.is_some() {
                return place;
            }
        }
        self.calls.push(Call { name: name.to_owned(), argument: argument.to_owned(), read });
        (self.calls.len() <= MAX_CALLS).then_some(self.calls.len() - 1)
    }
}

fn is_same(one: &Answer, other: &Answer, policy: &Policy, budget: &mut Budget) -> bool {
    let (Some(g), Some(a)) = (one.node(), other.node()) else { return false };
    if budget.spend(one.effort() + other.effort()).is_err() {
        return false;
    }
    let mut comparer = Comparer::new(policy, budget.clone(), &g, &a);
    let equal = comparer.answers(&g, &a, true).is_equal();
    *budget = comparer.budget;
    equal
}

/// The names that are factors.
fn factors(texts: &[String; 2], [gold, answer]: &[Vec<Occurrence>; 2]) -> Vec<String> {
    let mut names: Vec<&String> = gold.iter().chain(answer).map(|one| &one.name).collect();
    names.sort_unstable();
    names.dedup();
    let alone = |all: &[Occurrence], name: &String| {
        let (bare, with): (Vec<_>, Vec<_>) = all.iter().filter(|one| one.name == *name).partition(|one| one.argument.is_none());
        (bare.len(), with.len())
    };
    let sums = |name: &String| {
        let arguments = gold.iter().filter(|one| one.name == *name).filter_map(|one| one.argument.clone());
        arguments.map(|range| &texts[0][range]).all(is_sum)
    };
    let is_factor = |name: &&String| {
        let ((bare, _), (other, with)) = (alone(gold, name), alone(answer, name));
        bare > 0 || other > 0 && with == 0 && sums(name) || is_unit_vector(name)
    };
    names.into_iter().filter(is_factor).cloned().collect()
}

fn is_unit_vector(name: &str) -> bool {
    let letter = name.strip_prefix(MARK).and_then(|name| name.strip_prefix("hat:")).and_then(|name| name.split('}').next());
    letter.is_some_and(|letter| UNIT_VECTORS.contains(&letter))
}

/// Whether a text has a sign between two terms outside brackets.
fn is_sum(text: &str) -> bool {
    let mut depth = 0_usize;
    let mut before = '(';
    for character in text.chars().filter(|character| *character != ' ') {
        match character {
            '(' | '{' | '[' => depth += 1,
            ')' | '}' | ']' => depth = depth.saturating_sub(1),
            '+' | '-' if depth == 0 && !"(^_*/+-=<>,".contains(before) => return true,
            _ => {}
        }
        before = character;
    }
    false
}

/// Whether a text has a call of a marked letter that is no factor.
fn calls(text: &str, factors: &[String]) -> bool {
    occurrences(text).iter().any(|one| one.argument.is_some() && !factors.contains(&one.name))
}

/// The marked letters of a normalised text.
fn occurrences(text: &str) -> Vec<Occurrence> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(MARK).map(|place| at + place) {
        let open = start + MARK.len() - 1;
        let Some(end) = closing(&text[open..]).map(|length| open + length) else { break };
        at = end;
        let inner = &text[open + 1..end - 1];
        if inner.contains(CALL) || OPERATORS.iter().any(|mark| inner.starts_with(mark)) {
            continue;
        }
        let (mut marks, mut behind) = behind_marks(text, end);
        // A letter in a group of its own: `{\vec E}(2x)`, `(\vec r)(t)`, `|\vec r|(t)`.
        let mut first = start;
        while let Some((opening, length)) = enclosing(&text[..first], &text[behind..]) {
            first = opening;
            let (more, after) = behind_marks(text, behind + length);
            marks.push_str(&more);
            behind = after;
        }
        let gap = text[behind..].len() - text[behind..].trim_start().len();
        let (mut from, braced) = (behind + gap, text[behind + gap..].starts_with("{("));
        if braced {
            from += 1;
        }
        let length = text[from..].strip_prefix('(').and_then(|_| closing(&text[from..]));
        // `{(2t)^2}` is no bracket alone.
        let length = length.filter(|length| !braced || text[from + length..].starts_with('}'));
        let argument = length.map(|length| from + 1..from + length - 1);
        let bracket = length.map_or(behind..behind, |length| behind + gap..from + length + usize::from(braced));
        let name = format!("{}{marks}", &text[start..end]);
        found.push(Occurrence { name, start, letter: end - 1, marks: index_end(text, end), bracket, argument });
    }
    found
}

/// The index and the primes behind a letter, in this order whatever their order in the text, and where what follows them begins. A power
/// is no part of a name.
fn behind_marks(text: &str, mut at: usize) -> (String, usize) {
    let (mut index, mut primes) = (String::new(), String::new());
    loop {
        let rest = &text[at..];
        let trimmed = rest.trim_start();
        let gap = rest.len() - trimmed.len();
        if let Some(rest) = trimmed.strip_prefix('_') {
            index.push('_');
            index.push_str(rest[..one(rest)].trim_start_matches('{').trim_end_matches('}'));
            at += gap + 1 + one(rest);
        } else if let Some(rest) = trimmed.strip_prefix('^') {
            at += gap + 1 + one(rest);
        } else if rest.starts_with('\'') {
            primes.push('\'');
            at += 1;
        } else {
            return (index + &primes, at);
        }
    }
}

/// Where the index and the primes directly behind a letter end.
fn index_end(text: &str, mut at: usize) -> usize {
    loop {
        let rest = text[at..].trim_start();
        let gap = text[at..].len() - rest.len();
        match rest.strip_prefix('_') {
            Some(rest) => at += gap + 1 + one(rest),
            None if text[at..].starts_with('\'') => at += 1,
            None => return at,
        }
    }
}

/// The length of one operand: a group, a command or a character.
fn one(text: &str) -> usize {
    if let Some(name) = text.strip_prefix('\\') {
        return 1 + name.bytes().take_while(u8::is_ascii_alphabetic).count();
    }
    closing(text).unwrap_or_else(|| text.chars().next().map_or(0, char::len_utf8))
}

/// Where the group begins that holds just what stands between two texts, and the length of its closing mark.
fn enclosing(before: &str, after: &str) -> Option<(usize, usize)> {
    let (left, right) = (before.trim_end(), after.trim_start());
    let gap = after.len() - right.len();
    [("{", "}"), ("(", ")"), ("\\lv", "\\rv")].into_iter().find_map(|(open, close)| {
        let inner = left.strip_suffix(open)?;
        right.strip_prefix(close)?;
        let is_argument = open == "{" && awaits_argument(inner.trim_end());
        // A letter before a bracket may be a function of what is in it.
        let is_call = open == "(" && names_a_function(inner.trim_end());
        (!is_argument && !is_call).then(|| (inner.len(), gap + close.len()))
    })
}

/// Whether braces behind a text are the argument of a command, an index or a power.
fn awaits_argument(text: &str) -> bool {
    /// Commands with two arguments; others have one.
    const TWO: [&str; 5] = ["frac", "dfrac", "tfrac", "binom", "cfrac"];
    let (mut before, mut groups) = (text, 0);
    while before.ends_with(['}', ']']) {
        let Some(open) = opening(before) else { return false };
        before = before[..open].trim_end();
        groups += 1;
    }
    let letters = before.len() - before.trim_end_matches(|letter: char| letter.is_ascii_alphabetic()).len();
    let (head, name) = before.split_at(before.len() - letters);
    if letters == 0 || !head.ends_with('\\') {
        return groups == 0 && before.ends_with(['_', '^']);
    }
    let optional = text.ends_with(']');
    groups < if TWO.contains(&name) { 2 } else { usize::from(optional) + usize::from(!symbols::is_greek(name) && name != "pi") }
}

/// Whether a text ends with the letter of a function, a marked letter or an index.
fn names_a_function(text: &str) -> bool {
    const FUNCTIONS: [char; 6] = ['f', 'g', 'h', 'F', 'G', 'H'];
    if !text.ends_with('}') {
        return text.ends_with(FUNCTIONS);
    }
    opening(text).is_some_and(|open| text[..open].ends_with('_') || text[..open + 1].ends_with(MARK))
}

/// Where the group begins that a text ends with.
fn opening(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    text.bytes().rposition(|byte| {
        match byte {
            b'}' | b')' | b']' => depth += 1,
            b'{' | b'(' | b'[' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    })
}

/// The length of the group in brackets at the beginning of a text.
fn closing(text: &str) -> Option<usize> {
    if !text.starts_with(['{', '(']) {
        return None;
    }
    let mut depth = 0_usize;
    let end = text.bytes().position(|byte| {
        match byte {
            b'{' | b'(' | b'[' => depth += 1,
            b'}' | b')' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    })?;
    Some(end + 1)
}
