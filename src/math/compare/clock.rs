//! Times of day: the minute that `8:34 p.m.` and `20:34` name.
//!
//! Accepts: hours from 1 to 12 with `a.m.` or `p.m.`, and the hours 0 and 13 to 23 without, which no clock of twelve
//! hours has. Refuses: `8:34`, which is one of two times.

use num_traits::ToPrimitive;

use crate::math::node::Node;
use crate::math::words;

/// Whether a ratio has `am` or `pm` behind it: it is a time of day or nothing.
pub(super) fn has_half_day(parts: &[Node]) -> bool {
    matches!(parts.last(), Some(Node::Quantity(_, phrase, 1)) if matches!(words::phrase(phrase).as_str(), "am" | "pm"))
}

/// The minute of the day.
pub(super) fn minutes(node: &Node) -> Option<u32> {
    let (time, half) = match node {
        // `12 Pm` are petametres.
        Node::Quantity(time, phrase, 1) if phrase == "Pm" && !matches!(time.as_ref(), Node::Ratio(_)) => return None,
        Node::Quantity(time, phrase, 1) => (time.as_ref(), Some(words::phrase(phrase))),
        node => (node, None),
    };
    let (hour, minute, half) = match time {
        // The word belongs to the last number: `8:(34 pm)`.
        Node::Ratio(parts) => match (parts.as_slice(), half) {
            ([hour, Node::Quantity(minute, phrase, 1)], None) => (whole(hour)?, minute_of(minute)?, Some(words::phrase(phrase))),
            ([hour, minute], half) => (whole(hour)?, minute_of(minute)?, half),
            _ => return None,
        },
        hour => (whole(hour)?, 0, half),
    };
    let hour = match half.as_deref() {
        Some("am") if (1..=12).contains(&hour) => hour % 12,
        Some("pm") if (1..=12).contains(&hour) => hour % 12 + 12,
        None if matches!(time, Node::Ratio(_)) && (hour == 0 || (13..24).contains(&hour)) => hour,
        _ => return None,
    };
    Some(60 * hour + minute)
}

fn whole(node: &Node) -> Option<u32> {
    node.literal().filter(|value| value.is_integer()).and_then(|value| value.to_integer().to_u32())
}

/// Minutes have two digits: `05` is kept as it is written.
fn minute_of(node: &Node) -> Option<u32> {
    let minute = match node {
        Node::Marked(digits) => digits.parse().ok().filter(|_| digits.len() == 2)?,
        node => whole(node).filter(|minute| *minute > 9)?,
    };
    (minute < 60).then_some(minute)
}
