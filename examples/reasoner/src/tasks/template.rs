//! The same problem in several wordings, and after solved examples.

use r1rewards::train::{Random, Start};
use serde::{Deserialize, Serialize};

use super::{Split, Task};

/// A form of the prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Template {
    /// As the task words it.
    Plain,
    /// The task's other wording.
    Reworded,
    /// After this many solved training problems, each on a line.
    Shots(usize),
}

impl Template {
    /// The name in tables.
    pub fn name(self) -> String {
        match self {
            Self::Plain => "plain".to_owned(),
            Self::Reworded => "reworded".to_owned(),
            Self::Shots(count) => format!("{count}_shot"),
        }
    }

    /// The start with its prompt in this form. The row stays as it is.
    pub fn apply(self, task: &dyn Task, start: &Start, random: Random) -> Start {
        let prompt = match self {
            Self::Plain => start.prompt.clone(),
            Self::Reworded => task.reworded(&start.prompt),
            Self::Shots(count) => {
                let examples = (0..count as u64).map(|place| {
                    let random = random.at(place);
                    let problem = task.problem(Split::Train, random);
                    format!("{}{}\n", problem.prompt, task.solved(&problem, random.at(1)))
                });
                examples.collect::<String>() + &start.prompt
            }
        };
        Start { prompt, ..start.clone() }
    }
}
