//! Compares congruences with whole residues: `x \equiv 3 \pmod{7}`, `3 (mod 7)`, `n \equiv 1, 3 (mod 4)`.
//!
//! Accepts: one letter or none, whole residues, one modulus; alternatives joined by `or` in the same letter and modulus.
//! Two are equal where the residue classes are. Refuses: formulas as residues, several letters or moduli; they are
//! compared as they are written.

use std::collections::BTreeSet;

use super::answer::{Answer, Form};
use super::decision::Decision;
use crate::Rule;

/// The residue classes that an answer names.
#[derive(PartialEq, Eq)]
struct Classes {
    name: Option<String>,
    modulus: i64,
    residues: BTreeSet<i64>,
}

/// Whether two congruences name the same classes; `None` where one of the two is no congruence. `lenient`: one of them
/// may leave out its letter.
pub(super) fn compare(gold: &Answer, answer: &Answer, lenient: bool) -> Option<Decision> {
    let (Form::Notation(g), Form::Notation(a)) = (&gold.form, &answer.form) else { return None };
    let (g, a) = (read(g)?, read(a)?);
    let named = g.name == a.name || lenient && (g.name.is_none() || a.name.is_none());
    Some(Decision::of(named && g.modulus == a.modulus && g.residues == a.residues, Rule::Text))
}

fn read(text: &str) -> Option<Classes> {
    let mut whole: Option<Classes> = None;
    for part in text.split("\\or") {
        let one = single(part.trim())?;
        match &mut whole {
            None => whole = Some(one),
            Some(all) if all.name == one.name && all.modulus == one.modulus => all.residues.extend(one.residues),
            Some(_) => return None,
        }
    }
    whole
}

fn single(text: &str) -> Option<Classes> {
    let (left, modulus) = text.split_once("\"mod\"")?;
    let modulus = modulus.trim_end_matches(')').trim();
    let modulus = modulus.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')).unwrap_or(modulus);
    let modulus: i64 = modulus.parse().ok().filter(|modulus| *modulus > 0)?;
    let left = left.strip_suffix('(').unwrap_or(left);
    let (name, residues) = match left.split_once("\\equiv") {
        Some((name, residues)) => (Some(name), residues),
        None => (None, left),
    };
    let letter = |name: &str| name.len() == 1 && name.bytes().all(|b| b.is_ascii_alphabetic());
    if name.is_some_and(|name| !letter(name)) {
        return None;
    }
    let residue = |text: &str| text.trim().parse::<i64>().ok().map(|residue| residue.rem_euclid(modulus));
    let residues = residues.split(',').map(residue).collect::<Option<BTreeSet<_>>>()?;
    Some(Classes { name: name.map(str::to_owned), modulus, residues })
}
