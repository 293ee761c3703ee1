//! Colours of text: which of them are seen on a white page.
//!
//! Accepts: the dark names of `xcolor`, and colours by their parts (`[rgb]{1,0,0}`, `[HTML]{FF0000}`) that are dark
//! enough. Refuses: every other name, light colours, unknown models.

/// The colours of `xcolor` that are visible on white paper.
const VISIBLE: [&str; 15] = [
    "black", "blue", "brown", "cyan", "darkgray", "gray", "green", "lime", "magenta", "olive", "orange", "purple", "red", "teal",
    "violet",
];

/// Whether text in a colour is visible.
pub(super) fn is_visible(model: Option<&str>, colour: &str) -> bool {
    let parts = |most: f64| -> Option<Vec<f64>> {
        let part = |text: &str| text.trim().parse::<f64>().ok().filter(|part| (0.0..=most).contains(part)).map(|part| part / most);
        colour.split(',').map(part).collect()
    };
    let parts = match model {
        None if colour.starts_with('#') => hexadecimal(&colour[1..]),
        None => return VISIBLE.contains(&colour),
        Some("rgb") => parts(1.0),
        Some("RGB") => parts(255.0),
        Some("HTML") => hexadecimal(colour),
        Some("gray") => parts(1.0).filter(|parts| parts.len() == 1).map(|parts| vec![parts[0]; 3]),
        Some(_) => None,
    };
    // The weights of the parts in the brightness of a colour (ITU-R BT.601), and a limit between orange and yellow.
    parts.is_some_and(|parts| match parts.as_slice() {
        [red, green, blue] => 0.299 * red + 0.587 * green + 0.114 * blue < 0.75,
        _ => false,
    })
}

fn hexadecimal(colour: &str) -> Option<Vec<f64>> {
    if colour.len() != 6 || !colour.is_ascii() {
        return None;
    }
    let part = |place: usize| u8::from_str_radix(&colour[place..place + 2], 16).ok().map(|part| f64::from(part) / 255.0);
    [0, 2, 4].into_iter().map(part).collect()
}
