//! Cancellation: a flag that stops a batch early.
//!
//! Any thread may set the flag, with a cause for the caller. Work reads the flag before it starts a new piece, so that
//! it ends soon; it does not change outcomes that are already computed. The caller that cancels discards all outcomes.

use std::any::Any;
use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::{Outcome, Reason};

/// A flag shared by all threads that work for one caller.
#[derive(Clone, Default)]
pub struct Cancel(Arc<Flag>);

#[derive(Default)]
struct Flag {
    raised: AtomicBool,
    /// The number of samples that have been judged, for progress displays.
    done: AtomicUsize,
    cause: Mutex<Option<Box<dyn Any + Send>>>,
}

thread_local! {
    static CURRENT: RefCell<Option<Cancel>> = const { RefCell::new(None) };
}

/// The flag that applies to the current thread, if any.
pub fn current() -> Option<Cancel> {
    CURRENT.with_borrow(Clone::clone)
}

/// Whether the work of the current thread is cancelled.
pub fn cancelled() -> bool {
    CURRENT.with_borrow(|current| current.as_ref().is_some_and(Cancel::is_cancelled))
}

/// A placeholder for the outcome of a sample that was not judged; callers discard it.
pub fn no_outcome() -> Outcome {
    Outcome::unscored(Reason::Internal).with_detail("the batch was cancelled before this sample was judged")
}

impl Cancel {
    /// Sets the flag.
    pub fn cancel(&self) {
        self.0.raised.store(true, Ordering::Relaxed);
    }

    /// Sets the flag and stores the cause; a later cause does not replace an earlier one.
    pub fn because(&self, cause: impl Any + Send) {
        self.0.cause.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| Box::new(cause));
        self.cancel();
    }

    /// Removes and returns the cause, if it has the type `T`.
    pub fn take_cause<T: 'static>(&self) -> Option<T> {
        let cause = self.0.cause.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        cause.downcast().ok().map(|cause| *cause)
    }

    /// Adds to the number of judged samples.
    pub fn did(&self, samples: usize) {
        self.0.done.fetch_add(samples, Ordering::Relaxed);
    }

    /// The number of samples that have been judged.
    pub fn done(&self) -> usize {
        self.0.done.load(Ordering::Relaxed)
    }

    /// Whether the flag is set.
    pub fn is_cancelled(&self) -> bool {
        self.0.raised.load(Ordering::Relaxed)
    }

    /// Runs `work` on the current thread with this flag as the [`current`] one.
    pub fn over<R>(&self, work: impl FnOnce() -> R) -> R {
        /// Restores the previous flag when dropped, also after a panic.
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
