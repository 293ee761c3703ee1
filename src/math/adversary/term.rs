//! Formulas as text templates with places, which can be combined, taken apart and reduced.
//!
//! Accepts: templates in which `#0` is the place of the first part; `<#0>` puts that part in brackets unless it is a
//! number or symbol.

use std::fmt;

/// A template and the terms in its places.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Term {
    pub template: &'static str,
    pub parts: Vec<Term>,
}

/// The number of places of a template.
pub fn arity(template: &str) -> usize {
    let places = template.split('#').skip(1).filter_map(|rest| rest.chars().next()?.to_digit(10));
    places.max().map_or(0, |last| last as usize + 1)
}

impl Term {
    pub fn leaf(template: &'static str) -> Self {
        Self { template, parts: Vec::new() }
    }

    /// The template filled with the first of `parts`, as many as it has places; used for the metavariables of an
    /// identity.
    pub fn instance(template: &'static str, parts: &[Term]) -> Self {
        Self { template, parts: parts[..arity(template).min(parts.len())].to_vec() }
    }

    fn is_atom(&self) -> bool {
        self.parts.is_empty() && !self.template.starts_with('-')
    }

    /// The number of templates that it consists of.
    pub fn size(&self) -> usize {
        1 + self.parts.iter().map(Term::size).sum::<usize>()
    }

    /// The term itself and all terms inside it, outermost first.
    pub fn subterms(&self) -> Vec<&Term> {
        let mut all = vec![self];
        for part in &self.parts {
            all.extend(part.subterms());
        }
        all
    }

    /// A copy in which every occurrence of `from` is replaced by `to`.
    pub fn replaced(&self, from: &Term, to: &Term) -> Term {
        if self == from {
            return to.clone();
        }
        Term { template: self.template, parts: self.parts.iter().map(|part| part.replaced(from, to)).collect() }
    }

    /// A copy in which the term at `place`, counted outermost first, is replaced by `change` of it.
    pub fn changed(&self, place: usize, change: &mut dyn FnMut(&Term) -> Term) -> Term {
        if place == 0 {
            return change(self);
        }
        let (mut left, mut result) = (place - 1, self.clone());
        for part in &mut result.parts {
            let size = part.size();
            if left < size {
                *part = part.changed(left, change);
                break;
            }
            left -= size;
        }
        result
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.template;
        while let Some(place) = rest.find('#') {
            let index = rest[place + 1..].chars().next().and_then(|digit| digit.to_digit(10)).unwrap_or(0) as usize;
            let bracketed = rest[..place].ends_with('<') && rest[place + 2..].starts_with('>');
            let (before, behind) =
                if bracketed { (&rest[..place - 1], &rest[place + 3..]) } else { (&rest[..place], &rest[place + 2..]) };
            f.write_str(before)?;
            match self.parts.get(index) {
                Some(part) if bracketed && !part.is_atom() => write!(f, "({part})")?,
                Some(part) => write!(f, "{part}")?,
                None => {}
            }
            rest = behind;
        }
        f.write_str(rest)
    }
}
