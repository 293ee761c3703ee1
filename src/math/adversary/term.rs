//! Formulas as text with places in it, which can be put together, taken apart and made smaller.
//!
//! Accepts: templates in which `#0` stands for the first part, and `<#0>` for it in brackets unless it is a number or symbol.

use std::fmt;

/// A template and what stands in its places.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Term {
    pub template: &'static str,
    pub parts: Vec<Term>,
}

/// How many places a template has.
pub fn arity(template: &str) -> usize {
    let places = template.split('#').skip(1).filter_map(|rest| rest.chars().next()?.to_digit(10));
    places.max().map_or(0, |last| last as usize + 1)
}

impl Term {
    pub fn leaf(template: &'static str) -> Self {
        Self { template, parts: Vec::new() }
    }

    /// The same template in other places: what the metavariables of an identity stand for.
    pub fn instance(template: &'static str, parts: &[Term]) -> Self {
        Self { template, parts: parts[..arity(template).min(parts.len())].to_vec() }
    }

    fn is_atom(&self) -> bool {
        self.parts.is_empty() && !self.template.starts_with('-')
    }

    /// How many templates it is made of.
    pub fn size(&self) -> usize {
        1 + self.parts.iter().map(Term::size).sum::<usize>()
    }

    /// Itself and all below, outermost first.
    pub fn subterms(&self) -> Vec<&Term> {
        let mut all = vec![self];
        for part in &self.parts {
            all.extend(part.subterms());
        }
        all
    }

    /// With one term in place of another, wherever that stands.
    pub fn replaced(&self, from: &Term, to: &Term) -> Term {
        if self == from {
            return to.clone();
        }
        Term { template: self.template, parts: self.parts.iter().map(|part| part.replaced(from, to)).collect() }
    }

    /// With the term in this place, counted outermost first, changed.
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
