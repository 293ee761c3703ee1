//! Places for runs that live at once: a run waits for one instead of failing where the pool of instances is used up.
//!
//! Accepts: any number of threads. Refuses: nothing; a run takes one place for its two instances before it makes either, so that none holds one and waits for the other.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

use crate::core::per_process::PerProcess;

/// Runs that can live at once: half of the pool's instances.
pub(super) const SLOTS: usize = 256;

/// A place, given back when it is dropped.
pub(super) struct Slot(Arc<Slots>);

struct Slots {
    taken: Mutex<usize>,
    free: Condvar,
}

impl Default for Slots {
    fn default() -> Self {
        Self { taken: Mutex::new(0), free: Condvar::new() }
    }
}

/// A forked child starts with all places free: none of its parent's runs lives in it.
static PLACES: PerProcess<Slots> = PerProcess::new();

impl Slot {
    /// Waits for a place.
    pub(super) fn take() -> Slot {
        let slots = PLACES.get();
        let taken = slots.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = slots.free.wait_while(taken, |taken| *taken >= SLOTS).unwrap_or_else(PoisonError::into_inner);
        *taken += 1;
        drop(taken);
        Slot(slots)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        *taken = taken.saturating_sub(1);
        self.0.free.notify_one();
    }
}
