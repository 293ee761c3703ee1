//! Times of day with `am` or `pm`, by a reading of its own.
//!
//! Accepts: two ratios of hours and minutes of which one has such a word. There is no opinion where one of the two is no time.

use num_traits::ToPrimitive as _;

use super::opinion::{Contradiction, Fault, Opinion};
use crate::math::node::Node;

/// The opinion on two ratios if one of them ends in `am` or `pm`; none at all for other ratios.
pub fn opinion(gold: &[Node], answer: &[Node]) -> Option<Opinion> {
    if half(gold).is_none() && half(answer).is_none() {
        return None;
    }
    let (Some(g), Some(a)) = (minutes(gold), minutes(answer)) else { return Some(Opinion::None) };
    let contradiction = || Contradiction { fault: Fault::Value, at: format!("minute {g} of the day against {a}") };
    Some(if g == a { Opinion::Agrees } else { Opinion::Contradicts(contradiction()) })
}

/// Whether the last part has the word for the second half of the day, or the word for the first.
fn half(parts: &[Node]) -> Option<bool> {
    let Some(Node::Quantity(_, word, 1)) = parts.last() else { return None };
    let letters: String = word.chars().filter(|letter| letter.is_alphabetic()).flat_map(char::to_lowercase).collect();
    match letters.as_str() {
        "am" => Some(false),
        "pm" => Some(true),
        _ => None,
    }
}

fn minutes(parts: &[Node]) -> Option<u32> {
    let [hour, minute] = parts else { return None };
    let minute = match minute {
        Node::Quantity(minute, ..) => number(minute)?,
        minute => number(minute)?,
    };
    let hour = match (number(hour)?, half(parts)) {
        (hour, None) => hour,
        (12, Some(afternoon)) => 12 * u32::from(afternoon),
        (hour, Some(afternoon)) => hour + 12 * u32::from(afternoon),
    };
    Some(hour * 60 + minute)
}

/// A whole number of at most two digits, with leading zeros too.
fn number(node: &Node) -> Option<u32> {
    let number = match node {
        Node::Marked(digits) => digits.parse().ok(),
        node => node.literal().filter(|value| value.is_integer())?.to_integer().to_u32(),
    };
    number.filter(|number| *number < 100)
}
