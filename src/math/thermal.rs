//! Quotients by a thermal energy that are written on one line: `e^{-E/kT}` is e^{-E/(kT)}.
//!
//! Accepts: a slash before `kT`, `k_B T` or `RT`, with a number between perhaps, where the constant and the temperature stand side by
//! side; the temperature may have an index. Refuses: a sign between the two, a power on the temperature, every other product behind a
//! slash, which has two readings.

use super::answer::Answer;
use super::policy::Policy;

const CONSTANTS: [&str; 9] = ["k_{\\text{B}}", "k_{\\mathrm{B}}", "k_\\text{B}", "k_{B}", "k_{b}", "k_B", "k_b", "k", "R"];
const BLANKS: [&str; 4] = [" ", "\\,", "\\;", "~"];

/// Both answers with brackets around such energies; `None` where there are none.
pub(super) fn in_brackets(policy: &Policy, gold: &Answer, answer: &Answer) -> Option<(Answer, Answer)> {
    let (g, a) = (bracketed(&gold.source), bracketed(&answer.source));
    if g.is_none() && a.is_none() {
        return None;
    }
    let read = |text: Option<String>, whole: &Answer| match text {
        Some(text) => Answer::read_as(&text, &policy.declared).ok(),
        None => Some(whole.clone()),
    };
    Some((read(g, gold)?, read(a, answer)?))
}

fn bracketed(source: &str) -> Option<String> {
    let mut out = String::with_capacity(source.len() + 8);
    let mut rest = source;
    while let Some(place) = rest.find('/') {
        let (before, behind) = rest.split_at(place + 1);
        out.push_str(before);
        rest = behind;
        if let Some(length) = energy(behind) {
            out.push('(');
            out.push_str(&behind[..length]);
            out.push(')');
            rest = &behind[length..];
        }
    }
    (out.len() + rest.len() > source.len()).then(|| out + rest)
}

/// The length of `kT` at the beginning of a text.
fn energy(text: &str) -> Option<usize> {
    let number = text.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
    let number = without_blanks(number);
    let constant = CONSTANTS.iter().find_map(|name| number.strip_prefix(name))?;
    let behind = without_blanks(constant).strip_prefix('T')?;
    let behind = match behind.strip_prefix("_{") {
        Some(index) => index.split_once('}').filter(|(index, _)| !index.contains('{'))?.1,
        None => match behind.strip_prefix('_') {
            Some(index) => index.strip_prefix(|c: char| c.is_ascii_alphanumeric())?,
            None => behind,
        },
    };
    let ends = !without_blanks(behind).starts_with(['^', '_', '\'', '(', '!']);
    ends.then_some(text.len() - behind.len())
}

fn without_blanks(text: &str) -> &str {
    let mut rest = text;
    while let Some(tail) = BLANKS.iter().find_map(|blank| rest.strip_prefix(blank)) {
        rest = tail;
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::bracketed;

    #[test]
    fn the_constant_and_the_temperature_are_below_the_bar() {
        for (text, read) in [
            ("e^{-E/kT}", Some("e^{-E/(kT)}")),
            ("e^{E/k_B T_1}+1", Some("e^{E/(k_B T_1)}+1")),
            ("x/2k_{B}T", Some("x/(2k_{B}T)")),
            ("PV/RT", Some("PV/(RT)")),
            ("a/k", None),
            ("T/k", None),
            ("a/kT^2", None),
            ("a/k*T", None),
            ("a/kt", None),
            ("3/4", None),
        ] {
            assert_eq!(bracketed(text).as_deref(), read, "{text}");
        }
    }
}
