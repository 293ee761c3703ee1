//! Opens and closes brackets.
//!
//! Accepts: brackets of every kind, bars that open or close depending on the text before them, `a \over b` in a group.
//! Refuses: a closing bracket that was not opened.

use super::{Open, Refusal, Scanner};
use crate::math::symbols::is_function_with_script;

impl Scanner<'_> {
    pub(super) fn open(&mut self, token: &str, kind: Open) {
        self.put(token);
        self.stack.push(kind);
        self.list_brackets += usize::from(kind.separates_items());
    }

    pub(super) fn close(&mut self, token: &str, matches: impl Fn(Open) -> bool) -> Result<Open, Refusal> {
        if let Some(Open::Bar(place)) = self.stack.last().copied()
            && !matches(Open::Bar(place))
        {
            self.stack.pop();
            self.demote_bar(place);
            return self.close(token, matches);
        }
        match self.stack.pop() {
            Some(kind) if matches(kind) => {
                self.list_brackets -= usize::from(kind.separates_items());
                self.put(token);
                Ok(kind)
            }
            _ => self.refuse("a bracket closes that was not opened"),
        }
    }

    /// Turns a bar that was never closed into a divider (`x | x > 0`).
    pub(super) fn demote_bar(&mut self, place: usize) {
        self.out.replace_range(place..place + "\\lv".len(), "\\mid");
    }

    /// `|`: opens or closes depending on the text before it.
    pub(super) fn bar(&mut self) -> Result<(), Refusal> {
        // `\langle\psi|A|\phi\rangle`: a divider between the parts of a bra and a ket.
        if self.after_operand() && self.stack.last() == Some(&Open::Angle) {
            self.run = 0;
            self.put_command("mid");
            self.divided = true;
            return Ok(());
        }
        let closes = matches!(self.stack.last(), Some(Open::Bar(_)));
        // The argument of `\sin^2` comes next.
        if closes && self.after_operand() && !is_function_with_script(&self.out) {
            return self.close_bar();
        }
        self.open_bar();
        Ok(())
    }

    pub(super) fn open_bar(&mut self) {
        self.open("\\lv", Open::Bar(self.out.len()));
        self.after_command = true;
    }

    pub(super) fn close_bar(&mut self) -> Result<(), Refusal> {
        self.close("\\rv", |kind| matches!(kind, Open::Bar(_)))?;
        self.after_command = true;
        Ok(())
    }

    /// `}`: closes a group, a fraction of a group, or text.
    pub(super) fn closing_brace(&mut self) -> Result<(), Refusal> {
        let token = match self.stack.last() {
            Some(Open::Text(_)) => "",
            Some(Open::Over) => "}}",
            _ => "}",
        };
        let space = self.space;
        if let Open::Text(mode) = self.close(token, |kind| matches!(kind, Open::Brace(_) | Open::Over | Open::Text(_)))? {
            self.text_mode = mode;
            self.space = space;
        }
        // `3^{+}` is `3^+`: a sign alone is no exponent.
        if self.out.ends_with("^{+}") || self.out.ends_with("^{-}") {
            self.out.pop();
            let sign = self.out.pop();
            self.out.pop();
            self.out.extend(sign);
        }
        Ok(())
    }

    /// `\lfloor`, `\lceil`, `\langle`.
    pub(super) fn open_named(&mut self, token: &'static str) {
        let kind = match token {
            "lfloor" => Open::Floor,
            "lceil" => Open::Ceil,
            _ => Open::Angle,
        };
        self.open("", kind);
        self.put_command(token);
    }

    /// `\rfloor`, `\rceil`, `\rangle`.
    pub(super) fn close_named(&mut self, token: &'static str) -> Result<(), Refusal> {
        let wanted = match token {
            "rfloor" => Open::Floor,
            "rceil" => Open::Ceil,
            _ => Open::Angle,
        };
        // `|\psi\rangle`: a ket.
        match self.stack.last().copied() {
            Some(Open::Bar(place)) if wanted == Open::Angle && !self.stack.contains(&Open::Angle) => {
                self.stack.pop();
                self.demote_bar(place);
            }
            _ => drop(self.close("", |kind| kind == wanted)?),
        }
        self.put_command(token);
        Ok(())
    }

    /// `a \over b`, `n \choose k`: the command applies to the whole group around it, or to the whole answer.
    pub(super) fn fraction_of_group(&mut self, name: &str) -> Result<(), Refusal> {
        let start = match self.stack.pop() {
            Some(Open::Brace(start)) => {
                self.stack.push(Open::Over);
                start
            }
            None if !self.over => {
                self.over = true;
                0
            }
            _ => return self.refuse("two fractions in one group"),
        };
        if start == self.out.len() {
            return self.refuse("a fraction without a numerator");
        }
        self.out.insert_str(start, name);
        self.infix("}{");
        Ok(())
    }
}
