//! The words around the calculations of a trace.

use r1rewards::train::Random;
use serde::{Deserialize, Serialize};

/// How traces of the countdown are worded.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Voice {
    /// ` yes` or ` no` after a try, and ` wait ` before another one.
    #[default]
    Plain,
    /// Satori's tokens: `<|continue|>` opens the first try, `<|reflect|>` every other one.
    Actions,
    /// Sentences in English or Russian: a trace has one language, and each piece the other one with the probability
    /// `mixing`.
    Words {
        /// The probability.
        mixing: f64,
    },
}

/// What stands before the first try, before every other one, after a hit and after a miss.
struct Pieces {
    first: &'static str,
    again: &'static str,
    hit: &'static str,
    miss: &'static str,
}

const PLAIN: Pieces = Pieces { first: "", again: " wait ", hit: " yes", miss: " no" };
const ACTIONS: Pieces = Pieces { first: "<|continue|>", again: "<|reflect|>", hit: " yes", miss: " no" };
const ENGLISH: Pieces = Pieces { first: "let us try ", again: " wait, we try ", hit: ", that is right.", miss: ", that misses." };
const RUSSIAN: Pieces = Pieces {
    first: "давай попробуем ", again: " стоп, пробуем ", hit: ", это верно.", miss: ", это мимо."
};

impl Voice {
    /// All pieces that are longer than a character.
    pub fn pieces() -> Vec<&'static str> {
        let all = [PLAIN, ACTIONS, ENGLISH, RUSSIAN];
        let all = all.iter().flat_map(|pieces| [pieces.first, pieces.again, pieces.hit, pieces.miss]);
        let mut found: Vec<&str> = Vec::new();
        for piece in all.filter(|piece| !piece.is_empty()) {
            if !found.contains(&piece) {
                found.push(piece);
            }
        }
        found
    }

    /// The thinking of a trace with these tries, the last of which has hit the target or not.
    pub fn thinking(self, tries: &[String], hit: bool, random: Random) -> String {
        let pieces = |place: u64| match self {
            Self::Plain => PLAIN,
            Self::Actions => ACTIONS,
            Self::Words { mixing } => {
                let russian = random.uniform(0) < 0.5;
                if russian == (random.uniform(1 + place) < mixing) { ENGLISH } else { RUSSIAN }
            }
        };
        let mut text = pieces(0).first.to_owned();
        for (place, shown) in tries.iter().enumerate() {
            if place > 0 {
                text += pieces(2 * place as u64).again;
            }
            text += shown;
            let judged = pieces(2 * place as u64 + 1);
            text += if hit && place + 1 == tries.len() { judged.hit } else { judged.miss };
        }
        text
    }

    /// The text before the first piece that begins another try.
    pub fn before_again(text: &str) -> Option<&str> {
        let places = [PLAIN, ACTIONS, ENGLISH, RUSSIAN].into_iter().filter_map(|pieces| text.find(pieces.again));
        text.get(..places.min()?)
    }

    /// The last calculation of a text.
    pub fn last_try(text: &str) -> &str {
        let text = text.trim_end_matches(|letter: char| !letter.is_ascii_digit());
        let start = text.rfind(|letter: char| !(letter.is_ascii_digit() || "+-*=".contains(letter)));
        start.map_or(text, |at| text[at..].trim_start_matches(|letter: char| !letter.is_ascii_digit()))
    }
}
