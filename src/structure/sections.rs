//! Declared structures and the check of a text against one.
//!
//! Accepts: sections with distinct opening and closing tags, each once, optional or any number of times, ordered or
//! not, with white space or text around them. Refuses: ambiguous declarations (equal tags, a blank tag), and texts that
//! violate the declaration, with the fault nearest the start of the text.

use std::ops::Range;

use serde_json::{Value, json};

use super::Prefilled;
use crate::core::names::by_name;
use crate::reading::tags::TagScanner;
use crate::reading::{has_visible, is_space};
use crate::{Error, Reason, Result};

/// How often a section may occur.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Count {
    /// Exactly once.
    #[default]
    Once,
    /// At most once.
    Optional,
    /// At least once.
    AtLeastOnce,
    /// Any number of times.
    Any,
}

by_name!(Count, "count", Once = "once", Optional = "optional", AtLeastOnce = "some", Any = "any");

/// Where text may be outside the sections. White space may be anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Outside {
    /// Nowhere.
    #[default]
    Nowhere,
    /// After the last section, and required there: the visible answer after the thinking.
    After,
    /// After the last section, and optional there.
    MaybeAfter,
    /// Anywhere.
    Anywhere,
}

by_name!(Outside, "outside", Nowhere = "nowhere", After = "after", MaybeAfter = "maybe_after", Anywhere = "anywhere");

/// A section between two tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its name in messages.
    pub name: String,
    /// The opening tag.
    pub open: String,
    /// The closing tag.
    pub close: String,
    /// How often it may occur.
    pub count: Count,
    /// Whether it may have no visible text.
    pub may_be_blank: bool,
}

impl Section {
    /// The section `<name>…</name>`, exactly once, with visible text.
    pub fn tag(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            open: format!("<{name}>"),
            close: format!("</{name}>"),
            count: Count::Once,
            may_be_blank: false,
        }
    }

    /// The object that declares it in a spec.
    pub(super) fn to_value(&self) -> Value {
        json!({
            "name": self.name,
            "open": self.open,
            "close": self.close,
            "count": self.count.name(),
            "may_be_blank": self.may_be_blank,
        })
    }
}

/// A section that was found in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its index in the declaration.
    pub section: usize,
    /// The bytes between its tags.
    pub content: Range<usize>,
}

/// What is wrong with a text, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The kind of fault.
    pub reason: Reason,
    /// The section it concerns; empty if it concerns none.
    pub section: String,
    /// The byte offset of the fault.
    pub offset: usize,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = self.reason.describe().trim_end_matches('.');
        if self.section.is_empty() {
            write!(f, "byte {}: {text}", self.offset)
        } else {
            write!(f, "byte {}: {text} (`{}`)", self.offset, self.section)
        }
    }
}

/// A checked declaration, ready to judge texts.
///
/// ```
/// use r1rewards::structure::{Outside, Prefilled, Section, Structure};
/// let structure = Structure::new(vec![Section::tag("plan"), Section::tag("answer")], Outside::Nowhere)?;
/// assert!(structure.check("<plan>add</plan><answer>4</answer>", Prefilled::No).is_ok());
/// let fault = structure.check("<plan>add</plan><answer> </answer>", Prefilled::No).unwrap_err();
/// assert_eq!((fault.reason.code(), fault.offset), ("section_blank", 24));
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Structure {
    sections: Vec<Section>,
    ordered: bool,
    outside: Outside,
    scanner: TagScanner,
}

impl Structure {
    /// Checks a declaration. The sections must come in this order; `outside` is where text may be outside them.
    ///
    /// # Errors
    /// If there is no section, a tag is blank, or two tags are equal.
    pub fn new(sections: Vec<Section>, outside: Outside) -> Result<Self> {
        if sections.is_empty() {
            return Err(Error::option("sections", "an empty list", "declare at least one section"));
        }
        let mut seen = std::collections::HashSet::new();
        for section in &sections {
            for tag in [&section.open, &section.close] {
                if !has_visible(tag) {
                    return Err(Error::option(
                        "sections",
                        format_args!("a blank tag in `{}`", section.name),
                        "give both tags as visible text",
                    ));
                }
                if !seen.insert(tag.clone()) {
                    return Err(Error::option(
                        "sections",
                        format_args!("the tag `{tag}` twice"),
                        "give every tag once, as a text could be read two ways otherwise",
                    ));
                }
            }
        }
        let scanner = TagScanner::new(sections.iter().flat_map(|section| [section.open.as_str(), section.close.as_str()]));
        Ok(Self { sections, ordered: true, outside, scanner })
    }

    /// The same with the sections in any order.
    #[must_use]
    pub fn in_any_order(self) -> Self {
        Self { ordered: false, ..self }
    }

    /// The declared sections.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// Whether the sections must come in the declared order.
    pub fn ordered(&self) -> bool {
        self.ordered
    }

    /// Where text may be outside the sections.
    pub fn outside(&self) -> Outside {
        self.outside
    }

    pub(crate) fn scanner(&self) -> &TagScanner {
        &self.scanner
    }

    /// Reads a text as this structure.
    ///
    /// # Errors
    /// The first fault from the left. A missing section is reported before a fault in the text after the last section.
    pub fn check(&self, text: &str, prefilled: Prefilled) -> std::result::Result<Vec<Found>, Fault> {
        let mut reader =
            Reader { structure: self, text, found: Vec::new(), counts: vec![0; self.sections.len()], open: None, outside_from: 0 };
        if self.starts_inside(text, prefilled) {
            reader.open_section(0, 0, 0)?;
        }
        for hit in self.scanner.hits(text) {
            let section = hit.tag / 2;
            if hit.tag % 2 == 0 {
                reader.open_section(section, hit.start, hit.end)?;
            } else {
                reader.close_section(section, hit.start, hit.end)?;
            }
        }
        reader.finish()
    }

    pub(crate) fn starts_inside(&self, text: &str, prefilled: Prefilled) -> bool {
        match prefilled {
            Prefilled::No => false,
            Prefilled::Yes => true,
            Prefilled::Either => !text.trim_start().starts_with(&self.sections[0].open),
        }
    }

    fn fault<T>(&self, reason: Reason, section: usize, offset: usize) -> std::result::Result<T, Fault> {
        let section = self.sections.get(section).map_or_else(String::new, |section| section.name.clone());
        Err(Fault { reason, section, offset })
    }
}

/// The state while one text is read.
struct Reader<'s> {
    structure: &'s Structure,
    text: &'s str,
    found: Vec<Found>,
    counts: Vec<usize>,
    /// The open section and where its content starts.
    open: Option<(usize, usize)>,
    /// Where the text after the last closed section starts.
    outside_from: usize,
}

type Step = std::result::Result<(), Fault>;

impl Reader<'_> {
    fn open_section(&mut self, section: usize, start: usize, end: usize) -> Step {
        if self.open.is_some() {
            return self.structure.fault(Reason::SectionNested, section, start);
        }
        self.outside_before(start)?;
        let count = self.structure.sections[section].count;
        if self.counts[section] > 0 && matches!(count, Count::Once | Count::Optional) {
            return self.structure.fault(Reason::SectionRepeated, section, start);
        }
        if self.structure.ordered && self.found.last().is_some_and(|last| last.section > section) {
            return self.structure.fault(Reason::SectionOutOfOrder, section, start);
        }
        if self.structure.ordered {
            let skipped = (0..section).find(|earlier| {
                self.counts[*earlier] == 0 && matches!(self.structure.sections[*earlier].count, Count::Once | Count::AtLeastOnce)
            });
            if let Some(skipped) = skipped {
                // If it comes later it is out of order; if it never comes it is missing.
                let later = self.text[end..].contains(&self.structure.sections[skipped].open);
                let reason = if later { Reason::SectionOutOfOrder } else { Reason::SectionMissing };
                return self.structure.fault(reason, skipped, start);
            }
        }
        self.counts[section] += 1;
        self.open = Some((section, end));
        Ok(())
    }

    fn close_section(&mut self, section: usize, start: usize, end: usize) -> Step {
        match self.open {
            None => self.structure.fault(Reason::SectionStray, section, start),
            Some((open, _)) if open != section => self.structure.fault(Reason::SectionNested, section, start),
            Some((_, content)) => {
                if !self.structure.sections[section].may_be_blank && !has_visible(&self.text[content..start]) {
                    return self.structure.fault(Reason::SectionBlank, section, content);
                }
                self.found.push(Found { section, content: content..start });
                self.open = None;
                self.outside_from = end;
                Ok(())
            }
        }
    }

    /// Checks the text between two sections, or before the first.
    fn outside_before(&self, end: usize) -> Step {
        if self.structure.outside == Outside::Anywhere {
            return Ok(());
        }
        // Zero-width characters count as text here: they are not white space.
        match self.text[self.outside_from..end].find(|character| !is_space(character)) {
            Some(place) => self.structure.fault(Reason::TextOutside, usize::MAX, self.outside_from + place),
            None => Ok(()),
        }
    }

    fn finish(self) -> std::result::Result<Vec<Found>, Fault> {
        if let Some((section, content)) = self.open {
            return self.structure.fault(Reason::SectionUnclosed, section, content);
        }
        let missing = (0..self.counts.len()).find(|section| {
            self.counts[*section] == 0 && matches!(self.structure.sections[*section].count, Count::Once | Count::AtLeastOnce)
        });
        if let Some(section) = missing {
            return self.structure.fault(Reason::SectionMissing, section, self.text.len());
        }
        let after = &self.text[self.outside_from..];
        match self.structure.outside {
            Outside::Nowhere => self.outside_before(self.text.len())?,
            Outside::After if !has_visible(after) => return self.structure.fault(Reason::NoAnswer, usize::MAX, self.text.len()),
            _ => {}
        }
        Ok(self.found)
    }
}
