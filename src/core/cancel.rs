//! Work that nobody waits for any more.
//!
//! Accepts: a flag that any thread raises once, with the cause where the caller is to be told one. Refuses: to change an outcome. Who raises the flag throws the outcomes
//! away; the work only looks at it where it would begin something new, so that it ends soon.

use std::any::Any;
use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::{Outcome, Reason};

/// Raised once, seen by every thread that works for the same caller.
#[derive(Clone, Default)]
pub struct Cancel(Arc<Flag>);

#[derive(Default)]
struct Flag {
    raised: AtomicBool,
    /// Samples that have been judged, for who shows how far the work is.
    done: AtomicUsize,
    cause: Mutex<Option<Box<dyn Any + Send>>>,
}

thread_local! {
    static CURRENT: RefCell<Option<Cancel>> = const { RefCell::new(None) };
}

/// What the work of this thread looks at, if anything.
pub fn current() -> Option<Cancel> {
    CURRENT.with_borrow(Clone::clone)
}

/// Whether nobody waits for the work of this thread.
pub fn cancelled() -> bool {
    CURRENT.with_borrow(|current| current.as_ref().is_some_and(Cancel::is_cancelled))
}

/// Stands where an outcome would, and is never shown.
pub fn no_outcome() -> Outcome {
    Outcome::unscored(Reason::Internal).with_detail("nobody waited for it any more")
}

impl Cancel {
    /// Raises the flag.
    pub fn cancel(&self) {
        self.0.raised.store(true, Ordering::Relaxed);
    }

    /// Cancels, and says why; the first cause counts.
    pub fn because(&self, cause: impl Any + Send) {
        self.0.cause.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| Box::new(cause));
        self.cancel();
    }

    /// The cause, once.
    pub fn take_cause<T: 'static>(&self) -> Option<T> {
        let cause = self.0.cause.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        cause.downcast().ok().map(|cause| *cause)
    }

    /// Notes that so many more samples have been judged.
    pub fn did(&self, samples: usize) {
        self.0.done.fetch_add(samples, Ordering::Relaxed);
    }

    /// How many samples have been judged.
    pub fn done(&self) -> usize {
        self.0.done.load(Ordering::Relaxed)
    }

    /// Whether the flag is raised.
    pub fn is_cancelled(&self) -> bool {
        self.0.raised.load(Ordering::Relaxed)
    }

    /// Does work of this thread that looks at this flag.
    pub fn over<R>(&self, work: impl FnOnce() -> R) -> R {
        /// Puts back what was looked at before, even where the work panics.
        struct Before(Option<Cancel>);
        impl Drop for Before {
            fn drop(&mut self) {
                CURRENT.set(self.0.take());
            }
        }
        let _before = Before(CURRENT.replace(Some(self.clone())));
        work()
    }
}
