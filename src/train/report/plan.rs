//! Which numbers are drawn together, under which title and in which unit.
//!
//! The table `CHARTS` names the numbers that the trainer writes; `*` stands for any text. Every other number gets a
//! chart of its own at the end.

use super::metrics::{Kind, Metrics};

/// One chart.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Chart {
    pub title: String,
    pub unit: &'static str,
    /// Whether the values are shares: the axis then goes from 0 to 1 if they allow it.
    pub share: bool,
    pub names: Vec<String>,
}

/// Charts under one heading.
#[derive(Debug, PartialEq)]
pub(super) struct Group {
    pub title: &'static str,
    pub charts: Vec<Chart>,
}

/// The seconds of a step, which the chart of the time stacks: sampling, waiting for scores, updating.
pub(super) const TIME: &str = "Where the time goes";

/// The most numbers in a chart: more colours cannot be told apart.
const TOGETHER: usize = 6;
/// The most charts for numbers that no chart of the table names.
const OTHERS: usize = 60;

/// Group, title, unit, whether they are shares, names.
type Row = (&'static str, &'static str, &'static str, bool, &'static [&'static str]);

const CHARTS: &[Row] = &[
    (
        "Accuracy",
        "Problems solved",
        "share of problems",
        true,
        &["pass_at_*", "cons_at_*", "maj_at_*", "accuracy", "pass*", "cons*"],
    ),
    ("Accuracy", "First and second attempt", "share of problems", true, &["accuracy_*"]),
    ("Accuracy", "Answers changed for better or worse", "share of problems", false, &["helped*", "hurt*", "delta*"]),
    ("Accuracy", "Format", "share of answers", true, &["format", "format_*"]),
    ("Reward", "Reward", "mean reward", false, &["reward", "reward_mean"]),
    ("Reward", "Spread of rewards", "standard deviation", false, &["reward_std"]),
    ("Reward", "Terms of the reward", "mean reward", false, &["reward_*", "reward.*"]),
    ("Reward", "Groups without a signal, rewards missing", "number or share", false, &["dead_groups*", "missing*"]),
    ("Length and reflection", "Length of an answer", "tokens", false, &["length", "length_*"]),
    ("Length and reflection", "Words of reflection", "number per answer", false, &["reflection*"]),
    ("Exploration and drift", "Entropy", "nats per token", false, &["entropy*"]),
    ("Exploration and drift", "Distance from the reference (KL)", "nats per token", false, &["kl", "kl_*"]),
    ("Exploration and drift", "Clipped ratios", "share of tokens", false, &["clip_*"]),
    ("Optimisation", "Loss", "loss", false, &["loss", "loss_*"]),
    ("Optimisation", "Norm of the gradient", "norm before clipping", false, &["gradient_norm*"]),
    ("Optimisation", "Learning rate", "learning rate", false, &["learning_rate*"]),
    (TIME, "Tokens sampled per second", "tokens per second", false, &["tokens_per_second"]),
    (TIME, "Seconds of a step", "seconds", false, &["*_seconds"]),
];

/// The charts of a run, in the order of the page. The second result names numbers that are not drawn: those that never
/// have a value, and those beyond the limit.
pub(super) fn plan(metrics: &Metrics) -> (Vec<Group>, Vec<String>) {
    let drawable = |name: &&String| [Kind::Step, Kind::Evaluation].iter().any(|kind| !metrics.series(name, *kind).is_empty());
    let (drawn, mut left): (Vec<&String>, Vec<&String>) = metrics.names.iter().partition(drawable);
    let mut groups: Vec<Group> = Vec::new();
    for (at, (title, chart, unit, share, _)) in CHARTS.iter().enumerate() {
        let names: Vec<_> = drawn.iter().filter(|name| row_of(name) == Some(at)).map(|name| (*name).clone()).collect();
        if groups.last().is_none_or(|group| group.title != *title) {
            groups.push(Group { title, charts: Vec::new() });
        }
        let charts = names.chunks(TOGETHER).enumerate().map(|(part, names)| Chart {
            title: if part == 0 { (*chart).to_owned() } else { format!("{chart} ({})", part + 1) },
            unit,
            share: *share,
            names: names.to_vec(),
        });
        if let Some(group) = groups.last_mut() {
            group.charts.extend(charts);
        }
    }
    let others: Vec<_> = drawn.into_iter().filter(|name| row_of(name).is_none()).collect();
    let own = |name: &&String| Chart { title: readable(name), unit: "", share: false, names: vec![(*name).clone()] };
    groups.push(Group { title: "Other numbers", charts: others.iter().take(OTHERS).map(own).collect() });
    left.extend(others.iter().skip(OTHERS));
    groups.retain(|group| !group.charts.is_empty());
    (groups, left.into_iter().cloned().collect())
}

/// The name of a number for people: `pass_at_1` is `pass@1`, `gradient_norm` is `gradient norm`.
pub(super) fn readable(name: &str) -> String {
    match name {
        "kl" => "KL".to_owned(),
        _ => crate::report::html::cut(&name.replace("_at_", "@").replace('_', " "), 60),
    }
}

/// Whether the values of a number scatter, so that a smoothed line says more. A schedule does not.
pub(super) fn noisy(name: &str) -> bool {
    !name.starts_with("learning_rate")
}

/// The first row of the table that names the number.
fn row_of(name: &str) -> Option<usize> {
    CHARTS.iter().position(|row| row.4.iter().any(|pattern| matches(pattern, name)))
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end),
        None => pattern == name,
    }
}

#[cfg(test)]
mod tests {
    use super::super::notes::Notes;
    use super::*;

    fn planned(line: &str) -> (Vec<Group>, Vec<String>) {
        plan(&Metrics::read(line, &mut Notes::default()))
    }

    /// Each chart as `group / title: names`.
    fn shown(groups: &[Group]) -> Vec<String> {
        let charts = groups.iter().flat_map(|group| group.charts.iter().map(|chart| (group.title, chart)));
        charts.map(|(group, chart)| format!("{group} / {}: {}", chart.title, chart.names.join(" "))).collect()
    }

    #[test]
    fn known_numbers_stand_under_their_titles_and_all_others_at_the_end() {
        let line = r#"{"novelty":1,"loss":1,"reward":2,"reward_std":1,"pass_at_8":1,"pass_at_1":1,"reward_format":0,"kl":null}"#;
        let (groups, left) = planned(line);
        let expected = [
            "Accuracy / Problems solved: pass_at_8 pass_at_1",
            "Reward / Reward: reward",
            "Reward / Spread of rewards: reward_std",
            "Reward / Terms of the reward: reward_format",
            "Optimisation / Loss: loss",
            "Other numbers / novelty: novelty",
        ];
        assert_eq!(shown(&groups), expected);
        assert_eq!(left, ["kl"]);
    }

    #[test]
    fn a_chart_has_at_most_six_numbers() {
        let terms: Vec<_> = (0..8).map(|term| format!("\"reward_{term}\":1")).collect();
        let (groups, _) = planned(&format!("{{{}}}", terms.join(",")));
        let sizes: Vec<_> = groups[0].charts.iter().map(|chart| (&*chart.title, chart.names.len())).collect();
        assert_eq!(sizes, [("Terms of the reward", 6), ("Terms of the reward (2)", 2)]);
    }

    #[test]
    fn thousands_of_names_do_not_make_thousands_of_charts() {
        let names: Vec<_> = (0..3000).map(|name| format!("\"n{name}\":1")).collect();
        let (groups, left) = planned(&format!("{{{}}}", names.join(",")));
        assert_eq!((groups[0].charts.len(), left.len()), (60, 2940));
    }
}
