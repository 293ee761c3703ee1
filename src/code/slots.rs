//! Limits how many runs live at once: a run waits for a slot instead of failing when the pool of instances is used up.
//!
//! Accepts: any number of threads. A run takes one slot for both of its instances before it makes either, so that two
//! runs cannot each hold one instance and wait for the other's.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

use crate::core::per_process::PerProcess;

/// Runs that can live at once: half of the pool's instances.
pub(super) const SLOTS: usize = 256;

/// A slot, returned when it is dropped.
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

/// A forked child starts with all slots free: none of its parent's runs is in it.
static PLACES: PerProcess<Slots> = PerProcess::new();

impl Slot {
    /// Waits for a free slot.
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
