//! Finds the answer after a label of the user's own: `Final result: 42` (option `labels`).
//!
//! Accepts: the text after the last label, up to the end of its line; a label at the end of a line announces the next
//! line that is not blank. The answers after the other labels are rivals. Refuses: a label that the sentence before it denies.

use super::found::Extracted;
use crate::Reason;
use crate::reading::prose::last_sentence;
use crate::reading::revision::denies_phrase;

/// Most labels that are read, from the last one backwards.
const MAX_LABELS: usize = 32;

/// The answer after the last of these labels. `last`: the others do not count; otherwise they are rivals.
pub(super) fn labelled(text: &str, labels: &[String], last: bool) -> Result<Option<Extracted>, Reason> {
    let (mut found, mut end): (Option<Extracted>, usize) = (None, text.len());
    for _ in 0..MAX_LABELS {
        let place_of = |label: &String| text[..end].rfind(label.as_str()).map(|place| (place, place + label.len()));
        let Some((place, behind)) = labels.iter().filter_map(place_of).max() else { break };
        end = place;
        // `It is not the case that Final result: 5`
        if denies_phrase(last_sentence(&text[..place])) {
            return Err(Reason::Hedged);
        }
        match (&mut found, answer(&text[behind..])) {
            (Some(found), Some(rival)) if rival != found.answer => found.rivals.push(rival.to_owned()),
            (None, Some(answer)) => found = Some(Extracted::new(answer, "label")),
            _ => {}
        }
        if last && found.is_some() {
            break;
        }
    }
    Ok(found)
}

/// The text of the line after a label.
fn answer(text: &str) -> Option<&str> {
    let tail = text.trim_start_matches(['*', '_', ' ', '\t', ':', '：']);
    let line = tail.lines().find(|line| !line.trim().is_empty())?;
    let answer = line.trim().trim_matches('*').trim();
    (!answer.is_empty()).then_some(answer)
}

#[cfg(test)]
mod tests {
    use super::labelled;
    use crate::Reason;

    #[test]
    fn the_line_after_the_last_label_is_the_answer() {
        let labels = ["Result:".to_owned(), "Ergebnis".to_owned()];
        let found = |text: &str| labelled(text, &labels, false).unwrap().map(|found| found.answer);
        assert_eq!(found("Result: 4\nResult: 5.\nDone").as_deref(), Some("5."));
        assert_eq!(found("**Ergebnis:** $x=2$").as_deref(), Some("$x=2$"));
        assert_eq!(found("Result:\n\n 7").as_deref(), Some("7"));
        assert_eq!(found("no label 7").as_deref(), None);
        assert_eq!(found("Result:").as_deref(), None);
    }

    #[test]
    fn other_labelled_answers_are_rivals() {
        let labels = ["Result:".to_owned()];
        let rivals = |last| labelled("Result: 4\nResult: 5\nResult: 5", &labels, last).unwrap().map(|found| found.rivals);
        assert_eq!(rivals(false), Some(vec!["4".to_owned()]));
        assert_eq!(rivals(true), Some(Vec::new()));
        assert_eq!(labelled("It is not the case that Result: 4", &labels, false), Err(Reason::Hedged));
    }
}
