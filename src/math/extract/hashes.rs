//! Finds the answer after `####`.

use memchr::memmem;

use super::found::Extracted;
use crate::math::policy::Policy;
use crate::reading::prose::words;

/// Most marks that are read, from the last one backwards.
const MAX_MARKS: usize = 16;

/// `#### 42`, as in GSM8K: the last line that begins with the mark; other such lines that can be read as answers must
/// agree with it. A heading of four marks with text below it (`#### Step 2`) is not an answer.
pub(super) fn hashes(text: &str, policy: &Policy) -> Option<Extracted> {
    let mut found: Option<Extracted> = None;
    let mut end = text.len();
    for _ in 0..MAX_MARKS {
        let Some(place) = memmem::rfind(&text.as_bytes()[..end], b"####") else { break };
        end = place;
        let tail = &text[place + 4..];
        let line = tail.lines().next().unwrap_or("");
        let behind = text.len() - tail.len() + line.len();
        let line = line.trim();
        let title = line.starts_with(|c: char| c.is_uppercase()) && words(line).next().is_some_and(|word| word.len() > 2);
        let heading = title && (!text[behind..].trim().is_empty() || line.contains("nswer"));
        if line.is_empty() || line.starts_with('#') || heading {
            if found.is_none() && !heading {
                return None;
            }
            continue;
        }
        let Some(last) = &mut found else {
            found = Some(Extracted { end: behind, ..Extracted::new(line, "hashes") });
            if policy.last_box {
                break;
            }
            continue;
        };
        if line != last.answer {
            let other = Extracted::new(line, "hashes");
            last.rivals.extend(other.is_readable().then_some(other.answer));
        }
    }
    found
}
