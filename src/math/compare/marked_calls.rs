//! Vectors that are functions: the bracket of `\vec r(2t)` holds an argument.
//!
//! Accepts: a bracket behind a marked letter that also stands alone in one of the two answers, which it multiplies:
//! `\vec a(b+c)` and `(b+c)\vec a`. Refuses: other arguments of a letter that has brackets behind it everywhere, because
//! `2\vec r(t)` is not `\vec r(2t)`.

use super::Comparer;
use crate::math::algebra::Budget;
use crate::math::answer::Answer;
use crate::math::policy::Policy;

const MARK: &str = "\\acc{";
/// Marks of letters that are no functions: unit vectors, sets and operators.
const OTHERS: [&str; 5] = ["hat:", "mathbb:", "mathcal:", "mathfrak:", "d:"];
/// Most brackets behind such letters in one answer; more are compared as they are written.
const MAX_CALLS: usize = 16;

/// A letter with its mark, its index and its primes, and the text of the bracket behind it.
type Occurrence<'t> = (&'t str, Option<&'t str>);

/// Whether a letter is a function in both answers and has other arguments in one of them.
pub(super) fn differ(policy: &Policy, gold: &Answer, answer: &Answer, budget: &mut Budget) -> bool {
    let (Some(g), Some(a)) = (&gold.normal, &answer.normal) else { return false };
    if g.text == a.text || !g.text.contains(MARK) {
        return false;
    }
    let (g, a) = (occurrences(&g.text), occurrences(&a.text));
    let many = g.len().max(a.len()) > MAX_CALLS;
    let mut names: Vec<&str> = g.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().any(|name| {
        let of = |all: &[Occurrence<'_>]| -> Option<Vec<String>> {
            all.iter().filter(|(other, _)| *other == name).map(|(_, bracket)| bracket.map(str::to_owned)).collect()
        };
        let (Some(g), Some(a)) = (of(&g), of(&a)) else { return false };
        let mut within = |these: &[String], those: &[String]| {
            let mut equal = |one: &String, other: &String| one == other || (!many && is_same(one, other, policy, budget));
            these.iter().all(|one| those.contains(one) || those.iter().any(|other| equal(one, other)))
        };
        !(a.is_empty() || within(&g, &a) && within(&a, &g))
    })
}

fn is_same(one: &str, other: &str, policy: &Policy, budget: &mut Budget) -> bool {
    let read = |text: &str| Answer::read_as(text, &policy.declared).ok();
    let (Some(one), Some(other)) = (read(one), read(other)) else { return false };
    let (Some(g), Some(a)) = (one.node(), other.node()) else { return false };
    if budget.spend(one.effort() + other.effort()).is_err() {
        return false;
    }
    let mut comparer = Comparer::new(policy, budget.clone(), &g, &a);
    let equal = comparer.answers(&g, &a, true).is_equal();
    *budget = comparer.budget;
    equal
}

/// The marked letters of a normalised text.
fn occurrences(text: &str) -> Vec<Occurrence<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(MARK).map(|place| at + place) {
        let open = start + MARK.len() - 1;
        let Some(mut end) = closing(&text[open..]).map(|length| open + length) else { break };
        if OTHERS.iter().any(|mark| text[open + 1..].starts_with(mark)) {
            at = end;
            continue;
        }
        if let Some(index) = text[end..].strip_prefix('_') {
            end += 1 + closing(index).unwrap_or_else(|| index.chars().next().map_or(0, char::len_utf8));
        }
        end += text[end..].len() - text[end..].trim_start_matches('\'').len();
        let behind = behind_power(text[end..].trim_start());
        let behind = behind.strip_prefix('{').unwrap_or(behind);
        let bracket = behind.strip_prefix('(').and_then(|_| closing(behind)).map(|length| &behind[1..length - 1]);
        found.push((&text[start..end], bracket));
        at = end;
    }
    found
}

/// The text behind a power at its beginning: `\mathbf{r}^2(t)`.
fn behind_power(text: &str) -> &str {
    let Some(power) = text.strip_prefix('^') else { return text };
    let length = closing(power).unwrap_or_else(|| power.chars().next().map_or(0, char::len_utf8));
    power[length..].trim_start()
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
