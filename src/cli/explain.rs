//! `verify explain`: explains a name that occurs in a result or a spec.

use std::fmt::Write as _;
use std::io::{self, Write};

use anyhow::bail;

use crate::audit::FindingCode;
use crate::math::Policy;
use crate::select::RejectReason;
use crate::spec::{self, Kind};
use crate::{Reason, Rule, RuleExample};

use super::args::{ExplainArgs, KindsArgs};
use super::pages;

/// The most similar names that the error for an unknown name suggests.
const MOST_CLOSE: usize = 5;

/// The reasons that `verify math` gives, each with a reference and an answer that give it under the policy `strict`.
const REASONS: &[(Reason, &str, &str)] = &[
    (Reason::Equal, "1/2", r"\boxed{0.5}"),
    (Reason::Different, "1/2", r"\boxed{2}"),
    (Reason::Undecided, "x", r"(\sqrt{x})^2"),
    (Reason::TooLarge, "29", "5^{5^{5^{5^{5}}}}"),
    (Reason::Unparsable, "4", r"\boxed{4+}"),
    (Reason::Undefined, "2", r"\frac{0}{0}"),
    (Reason::Hedged, "5", r"\boxed{5} or \boxed{6}"),
    (Reason::NoAnswer, "5", ""),
    (Reason::ThinkUnclosed, "31", r"<think> it is \boxed{31}"),
    (Reason::WrongKind, "9", "x=9"),
    (Reason::GoldUnparsable, r"\unknown", "3"),
    (Reason::GoldUnusable, r"\frac{1}{0}", r"\frac{2}{0}"),
];

/// What a name can refer to.
enum Meaning {
    Reason(Reason),
    Rule(Rule),
    /// A switch of the math policy: its name and its description.
    Switch(&'static str, &'static str),
    Kind(&'static Kind),
    Finding(FindingCode),
    /// A reason for which `verify select` rejects a trace.
    Rejection(RejectReason),
}

impl Meaning {
    /// All names, in the order of the tables.
    fn all() -> impl Iterator<Item = Self> {
        let reasons = Reason::ALL.iter().copied().map(Self::Reason);
        let rules = Rule::ALL.iter().copied().map(Self::Rule);
        let switches = Policy::SWITCHES.iter().map(|(name, text)| Self::Switch(name, text));
        let findings = FindingCode::ALL.iter().copied().map(Self::Finding);
        let rejections = RejectReason::ALL.iter().copied().map(Self::Rejection);
        let kinds = spec::kinds().iter().copied().map(Self::Kind);
        reasons.chain(rules).chain(switches).chain(kinds).chain(findings).chain(rejections)
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Reason(reason) => reason.code(),
            Self::Rule(rule) => rule.name(),
            Self::Switch(name, _) => name,
            Self::Kind(kind) => kind.name,
            Self::Finding(code) => code.code(),
            Self::Rejection(reason) => reason.code(),
        }
    }

    /// The kind of thing that it is a name of.
    fn of(&self) -> &'static str {
        match self {
            Self::Reason(_) => "reason",
            Self::Rule(_) => "rule",
            Self::Switch(..) => "switch",
            Self::Kind(_) => "reward",
            Self::Finding(_) => "finding",
            Self::Rejection(_) => "rejection",
        }
    }

    fn means(&self) -> &'static str {
        match self {
            Self::Reason(reason) => reason.describe(),
            Self::Rule(rule) => rule.describe(),
            Self::Switch(_, text) => text,
            Self::Kind(kind) => kind.about,
            Self::Finding(code) => code.describe(),
            Self::Rejection(reason) => reason.describe(),
        }
    }

    fn page(&self) -> String {
        match self {
            Self::Reason(_) => "docs/reasons.md".to_owned(),
            Self::Rule(_) => "docs/rules.md".to_owned(),
            Self::Switch(..) => "docs/math.md".to_owned(),
            Self::Kind(kind) => format!("docs/rewards/{}.md", kind.name),
            Self::Finding(_) => "docs/findings.md".to_owned(),
            Self::Rejection(_) => "docs/select.md".to_owned(),
        }
    }

    fn example(&self) -> Option<String> {
        match self {
            Self::Reason(reason) => {
                let (_, gold, answer) = REASONS.iter().find(|(of, ..)| of == reason)?;
                Some(verify_math("strict", gold, answer))
            }
            Self::Rule(rule) => Some(example(&rule.example())),
            Self::Switch(name, _) => {
                let rule = Rule::ALL.iter().find(|rule| rule.describe().contains(&format!("(switch `{name}`)")));
                rule.map(|rule| example(&rule.example()))
            }
            Self::Kind(kind) => {
                let spec = pages::first_spec(kind.name)?;
                let lines = spec.lines().filter(|line| !line.is_empty()).chain(pages::first_row(kind.name));
                Some(lines.collect::<Vec<_>>().join(&format!("\n{:<11}", "")))
            }
            Self::Finding(code) => {
                let rows = pages::finding_rows(code.code())?;
                Some(rows.trim_end().replace('\n', &format!("\n{:<11}", "")))
            }
            Self::Rejection(_) => None,
        }
    }

    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "{:<10} {}", self.of(), self.name())?;
        writeln!(out, "{:<10} {}", "means", self.means())?;
        match self {
            Self::Switch(name, _) => {
                let on = Policy::NAMES.iter().copied().filter(|policy| is_on(policy, name)).collect::<Vec<_>>().join(", ");
                writeln!(out, "{:<10} {}", "on in", if on.is_empty() { "no policy" } else { &on })?;
                writeln!(out, "{:<10} verify math --set {name}=true GOLD ANSWER", "set it")?;
            }
            Self::Kind(kind) => {
                kind.options.iter().try_for_each(|option| writeln!(out, "{:<10} {}: {}", "option", option.name, option.about))?;
            }
            Self::Finding(code) => {
                writeln!(out, "{:<10} {}", "severity", code.severity())?;
                writeln!(out, "{:<10} {}", "fix", code.fix())?;
            }
            Self::Reason(_) | Self::Rule(_) | Self::Rejection(_) => {}
        }
        if let Some(example) = self.example() {
            writeln!(out, "{:<10} {example}", "example")?;
        }
        writeln!(out, "{:<10} {}", "page", self.page())
    }
}

pub(super) fn run(args: &ExplainArgs) -> anyhow::Result<u8> {
    let mut out = Vec::new();
    match &args.name {
        None => write_names(&mut out)?,
        Some(name) => write_meanings(&mut out, name)?,
    }
    super::shown::unread(io::stdout().lock().write_all(&out))?;
    Ok(super::codes::FINE)
}

/// `verify kinds`: the kinds of reward by family, or one of them with its options.
pub(super) fn kinds(args: &KindsArgs) -> anyhow::Result<u8> {
    let mut out = Vec::new();
    match &args.kind {
        None => write_kinds(&mut out)?,
        Some(name) => match spec::kinds().iter().copied().find(|kind| kind.name == name.trim()) {
            Some(kind) => Meaning::Kind(kind).write(&mut out)?,
            None => bail!("`{name}` is no kind of reward: `verify kinds` lists them"),
        },
    }
    super::shown::unread(io::stdout().lock().write_all(&out))?;
    Ok(super::codes::FINE)
}

fn write_kinds(out: &mut impl Write) -> io::Result<()> {
    for (place, family) in spec::families().iter().enumerate() {
        writeln!(out, "{}{}", if place > 0 { "\n" } else { "" }, family.about)?;
        for kind in family.kinds {
            writeln!(out, "  {:<18} {}", kind.name, kind.about)?;
        }
    }
    Ok(())
}

/// Writes all names, grouped by what they refer to.
fn write_names(out: &mut impl Write) -> io::Result<()> {
    for of in ["reason", "rule", "switch", "reward", "finding", "rejection"] {
        let names: Vec<_> = Meaning::all().filter(|meaning| meaning.of() == of).map(|meaning| meaning.name()).collect();
        writeln!(out, "{of:<10} {}", names.join(", "))?;
    }
    Ok(())
}

/// Writes all meanings of a name; `assignment`, for example, is a rule and a switch.
fn write_meanings(out: &mut impl Write, given: &str) -> anyhow::Result<()> {
    let name = given.trim().trim_matches('`').to_lowercase().replace('-', "_");
    let found: Vec<_> = Meaning::all().filter(|meaning| meaning.name() == name).collect();
    if found.is_empty() {
        bail!("{}", unknown(given, &name));
    }
    for (place, meaning) in found.iter().enumerate() {
        if place > 0 {
            writeln!(out)?;
        }
        meaning.write(out)?;
    }
    Ok(())
}

fn unknown(given: &str, name: &str) -> String {
    let mut text = format!("`{given}` is not a reason, rule, switch of the math policy, kind of reward, finding or rejection");
    let close = close_to(name);
    // Writing to a string cannot fail.
    let _ = match close.as_slice() {
        [] => write!(text, ": `verify explain` without a name lists all of them"),
        close => write!(text, "; similar names: {}", close.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")),
    };
    text
}

/// The known names that are similar to an unknown one, the most similar first.
fn close_to(name: &str) -> Vec<&'static str> {
    let most = name.chars().count() / 3 + 1;
    let mut close: Vec<(usize, &str)> = Meaning::all()
        .map(|meaning| meaning.name())
        .filter_map(|known| {
            let within = name.len() > 2 && (known.contains(name) || name.contains(known));
            let distance = distance(name, known);
            (within || distance <= most).then_some((distance, known))
        })
        .collect();
    close.sort_unstable();
    close.dedup();
    close.truncate(MOST_CLOSE);
    close.into_iter().map(|(_, name)| name).collect()
}

/// The number of characters to add, remove or replace to turn one text into the other (Levenshtein distance).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (place, a) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], place + 1);
        for (column, b) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

/// Whether a switch is on in a policy.
fn is_on(policy: &str, switch: &str) -> bool {
    policy.parse::<Policy>().is_ok_and(|mut policy| policy.switch(switch).is_some_and(|on| *on))
}

/// An example, as a `verify math` command if possible, otherwise as a spec with the completion that it judges.
fn example(of: &RuleExample) -> String {
    match of.options {
        [("policy", policy), more @ ..] if of.kind == "math" => {
            let more: String = more.iter().map(|(name, value)| format!(" --set {name}={value}")).collect();
            verify_math(&format!("{policy}{more}"), of.gold, of.answer)
        }
        options => {
            let options = options.iter().map(|(name, value)| format!(", {name} = {value:?}")).collect::<String>();
            let gold = if of.gold.is_empty() { String::new() } else { format!("answer {:?}, ", of.gold) };
            format!("kind = {:?}{options}: {gold}completion {:?}", of.kind, of.answer)
        }
    }
}

fn verify_math(policy: &str, gold: &str, answer: &str) -> String {
    format!("verify math --policy {policy} -- '{gold}' '{answer}'")
}
