//! `verify redteam`.

mod judge;
mod shown;

use std::io::Write as _;

use anyhow::{Context as _, bail};
use serde_json::{Value, json};

use self::judge::{Judge, Ruled};
use self::shown::{Shown, page, text, totals};
use super::args::RedteamArgs;
use super::codes::{FINE, MISSED};
use super::shown::{say, unread, write_json};
use crate::math::Policy;
use crate::redteam::{CONVENTIONS, Kind, Kit, Row, Tally};
use crate::rows::{Output, Writes, check_output_name};

/// The family whose attacks are judged by default.
const FAMILY: &str = "math";

pub(super) fn run(args: &RedteamArgs) -> anyhow::Result<u8> {
    args.output.iter().try_for_each(|output| check_output_name(output, Writes::Rows))?;
    args.report.iter().try_for_each(|page| check_output_name(page, Writes::Page))?;
    let mut kinds = chosen(args)?;
    let mut output = args.output.as_deref().map(Output::open).transpose()?;
    if args.list {
        if let Some(mut output) = output {
            kinds.iter().flat_map(|kind| &kind.rows).try_for_each(|row| writeln!(output, "{}", row.to_json()))?;
            output.commit()?;
        }
        if args.output.as_deref() != Some("-") {
            unread(write!(std::io::stdout().lock(), "{}", shown::list(&kinds))).context("cannot write standard output")?;
        }
        return Ok(FINE);
    }
    let mut judge = Judge::new(args)?;
    let conventions = conventions(args)?;
    let left_out = leave_out(&mut kinds, &conventions);
    let mut shown = Shown { grader: judge.name(args), tally: Tally::default(), wrong: Vec::new(), conventions, left_out };
    let mut page = args.report.as_ref().map(|_| page(&shown.grader));
    let bar = bar(args.quiet, kinds.iter().map(|kind| kind.rows.len() as u64).sum());
    for kind in &kinds {
        for (row, ruled) in kind.rows.iter().zip(judge.rule(&kind.rows, |row| bar.set_message(row.id.clone()), || bar.inc(1))?) {
            shown.tally.add(kind, row, ruled.ruling);
            if let Some(output) = &mut output {
                writeln!(output, "{}", line(kind, row, &ruled))?;
            }
            if let Some(page) = &mut page {
                shown::row(page, kind, row, &ruled);
            }
            if !ruled.ruling.is_right(row.expected) {
                shown.wrong.push((row.clone(), ruled));
            }
        }
    }
    bar.finish_and_clear();
    let code = if shown.tally.all().is_clean() { FINE } else { MISSED };
    output.map(Output::commit).transpose()?;
    if let (Some(page), Some(path)) = (page, &args.report) {
        let mut output = Output::open(path)?;
        let written = shown::finish(page, &shown, &kinds).write_to(&mut output).and_then(|_| output.flush());
        written.with_context(|| format!("cannot write {path}"))?;
        output.commit()?;
    }
    if args.output.as_deref() == Some("-") {
        // Standard output has the rows.
        if !args.quiet {
            say(text(&shown));
        }
        return Ok(code);
    }
    let mut stdout = std::io::stdout().lock();
    // The exit code is a verdict: a closed pipe does not change it.
    let written = if args.json { write_json(&mut stdout, &totals(&shown)) } else { write!(stdout, "{}", text(&shown)) };
    unread(written.and_then(|()| stdout.flush())).context("cannot write standard output")?;
    Ok(code)
}

/// The kinds of attacks that the arguments choose.
fn chosen(args: &RedteamArgs) -> anyhow::Result<Vec<Kind>> {
    let kit = match &args.attacks {
        Some(folder) => Kit::folder(folder).context("--attacks")?,
        None => Kit::own()?,
    };
    let default = [FAMILY.to_owned()];
    let families = if args.family.is_empty() && args.kind.is_empty() { &default[..] } else { &args.family };
    for family in families {
        let known: std::collections::BTreeSet<&str> = kit.kinds.iter().map(|kind| &*kind.family).collect();
        if !known.contains(&**family) {
            let known = known.into_iter().collect::<Vec<_>>().join(", ");
            bail!("--family: there are no attacks of the family `{family}`: give one of {known}");
        }
    }
    if let Some(unknown) = args.kind.iter().find(|name| !kit.kinds.iter().any(|kind| kind.name == **name)) {
        bail!(
            "--kind: there are no attacks of the kind `{unknown}`: `verify redteam --list --family math --family code` lists the kinds"
        );
    }
    let is_chosen = |kind: &Kind| {
        (families.is_empty() || families.contains(&kind.family)) && (args.kind.is_empty() || args.kind.contains(&kind.name))
    };
    let kinds: Vec<Kind> = kit.kinds.into_iter().filter(is_chosen).collect();
    if kinds.is_empty() {
        bail!("--kind: the chosen families have no attacks of the chosen kinds: leave out --family");
    }
    Ok(kinds)
}

/// The conventions of the grader: those that the arguments name, or those of the policy.
fn conventions(args: &RedteamArgs) -> anyhow::Result<Vec<String>> {
    if args.convention == ["none"] {
        return Ok(Vec::new());
    }
    if let Some(unknown) = args.convention.iter().find(|name| !CONVENTIONS.iter().any(|(known, _)| known == name)) {
        bail!("--convention: `{unknown}` is unknown: give one of {}, or none alone", CONVENTIONS.map(|(name, _)| name).join(", "));
    }
    if !args.convention.is_empty() || args.command.is_some() || args.rewards.is_some() {
        return Ok(args.convention.clone());
    }
    let mut policy: Policy = args.policy.parse().context("--policy")?;
    let mut switch = |name: &str| policy.switch(name).is_some_and(|on| *on);
    // Under policies with `last_number`, what is said behind an answer need not agree with it.
    let (last_box, box_first) = (switch("last_box"), switch("last_number"));
    let of =
        [("last_box", last_box), ("box_first", box_first), ("same_solutions", false), ("tolerance", !policy.tolerance.is_none())];
    Ok(of.into_iter().filter(|(_, follows)| *follows).map(|(name, _)| name.to_owned()).collect())
}

/// Leaves out the attacks that are right by a convention, with their controls; returns how many.
fn leave_out(kinds: &mut Vec<Kind>, conventions: &[String]) -> usize {
    let mut left = 0;
    for kind in &mut *kinds {
        let out: std::collections::BTreeSet<String> = kind
            .rows
            .iter()
            .filter(|row| row.accepted_by.as_ref().is_some_and(|convention| conventions.contains(convention)))
            .map(|row| row.id.clone())
            .collect();
        kind.rows.retain(|row| !out.contains(row.id.trim_end_matches("/control")));
        left += out.len();
    }
    kinds.retain(|kind| !kind.rows.is_empty());
    left
}

/// The line of a row: the row, and what the grader did.
fn line(kind: &Kind, row: &Row, ruled: &Ruled) -> Value {
    let mut line = row.to_json();
    line["family"] = json!(kind.family);
    line["ruling"] = json!(ruled.ruling.name());
    line["right"] = json!(ruled.ruling.is_right(row.expected));
    match &ruled.said {
        Ok(outcome) => line["outcome"] = json!(outcome),
        Err(problem) => line["problem"] = json!(problem),
    }
    if let Some(seconds) = ruled.seconds {
        line["seconds"] = json!(seconds);
    }
    line
}

/// A bar over the rows; hidden if `quiet` or if standard error is no terminal.
fn bar(quiet: bool, rows: u64) -> indicatif::ProgressBar {
    if quiet || !std::io::IsTerminal::is_terminal(&std::io::stderr()) {
        return indicatif::ProgressBar::hidden();
    }
    let bar = indicatif::ProgressBar::new(rows);
    match indicatif::ProgressStyle::with_template("{bar:30} {pos} of {len} {msg} {elapsed}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
