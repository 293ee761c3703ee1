//! What a command demands of the rows of a run when it has read them: rows, columns, completions, references, prompts.

use super::summary::RunSummary;
use crate::rows::{Field, Fields};
use crate::{Error, Reason, Result};

impl RunSummary {
    /// Checks that the rows had the columns that the run needs, and that faults of this program did not stop all of them.
    ///
    /// # Errors
    /// There are no rows, no row is an object, no row has a column that an option names, no row has a completion, nothing could be scored
    /// because no row has a reference, or all results are `internal`. The message names the columns of the rows and the
    /// `--map` option that fixes it.
    pub fn check_columns(&self, fields: &Fields) -> Result<()> {
        self.check_completions(fields)?;
        if self.count_of(Reason::BadRow) == self.results {
            return Err(self.all_bad());
        }
        if !self.columns.has_reference() && self.lacks_reference() {
            return Err(self.columns.missing(fields, Field::Answer));
        }
        self.check_faults()
    }

    /// Checks that a row could be read.
    ///
    /// # Errors
    /// There are completions, and all results are `bad_row`.
    #[cfg(feature = "cli")]
    pub(crate) fn check_read(&self) -> Result<()> {
        if self.columns.has_completion() && self.results > 0 && self.count_of(Reason::BadRow) == self.results {
            Err(self.all_bad())
        } else {
            Ok(())
        }
    }

    /// Checks that faults of this program did not stop every result of a row that can be read.
    ///
    /// # Errors
    /// They did: there are results with the reason `internal`, and all others are `bad_row`.
    pub(crate) fn check_faults(&self) -> Result<()> {
        let Some(fault) = &self.first_fault else { return Ok(()) };
        let faults = self.count_of(Reason::Internal);
        if faults + self.count_of(Reason::BadRow) < self.results {
            return Ok(());
        }
        Err(Error::row(format_args!(
            "nothing could be judged: {faults} results are `internal`, a fault of this program or of the machine and not of the \
             rows, and no row was judged. The first: {fault}. `verify doctor` checks the sandbox"
        )))
    }

    /// Checks that the rows had references, if what `judged` them could score none for want of one.
    ///
    /// # Errors
    /// No row has a reference, and nothing could be scored. The message names the columns and the `--map` option.
    #[cfg(feature = "cli")]
    pub(crate) fn check_references(&self, judged: &Self, fields: &Fields) -> Result<()> {
        if !self.columns.has_reference() && judged.results > 0 && judged.lacks_reference() {
            return Err(self.columns.missing(fields, Field::Answer));
        }
        Ok(())
    }

    /// Whether nothing could be scored for want of a reference.
    pub(crate) fn lacks_reference(&self) -> bool {
        let needed = |reason| matches!(reason, Reason::NoReward | Reason::GoldMissing | Reason::BadRow);
        self.by_reason.iter().all(|((_, reason), _)| needed(*reason))
    }

    /// Checks that there are rows, and those columns that options name.
    ///
    /// # Errors
    /// There are none; no row is an object; no row has a column that an option names.
    pub(crate) fn check_named(&self) -> Result<()> {
        if self.rows == 0 {
            return Err(Error::row("the input has no rows: check that its file is the right one and was written to its end"));
        }
        self.columns.check_named()
    }

    /// Checks that the rows had completions, and the columns that options name.
    ///
    /// # Errors
    /// As [`check_columns`](Self::check_columns), except for references.
    pub(crate) fn check_completions(&self, fields: &Fields) -> Result<()> {
        self.check_named()?;
        if self.columns.has_completion() { Ok(()) } else { Err(self.columns.missing(fields, Field::Completion)) }
    }

    /// Checks that the rows had completions or references, and the columns that options name.
    ///
    /// # Errors
    /// As [`check_columns`](Self::check_columns); if there is neither, the message speaks of references.
    pub(crate) fn check_content(&self, fields: &Fields) -> Result<()> {
        self.check_named()?;
        if self.has_content() { Ok(()) } else { Err(self.columns.missing(fields, Field::Answer)) }
    }

    /// Checks that the rows had prompts, and the columns that options name: what was asked for is looked for in prompts.
    ///
    /// # Errors
    /// As [`check_columns`](Self::check_columns); the message speaks of prompts.
    #[cfg(feature = "cli")]
    pub(crate) fn check_prompts(&self, fields: &Fields) -> Result<()> {
        self.check_named()?;
        if self.columns.has_prompt() { Ok(()) } else { Err(self.columns.missing(fields, Field::Prompt)) }
    }

    /// The error if no row could be read.
    fn all_bad(&self) -> Error {
        Error::row(format_args!(
            "nothing could be judged: all {} results are `bad_row`. First problem: {}. Columns seen: {}. Mend the rows, or name \
             another column with --map FIELD=PATH",
            self.results,
            self.first_problem().unwrap_or("unknown"),
            self.columns.seen()
        ))
    }
}
