//! Lazily built state that belongs to one process.
//!
//! Accepts: any state with an empty beginning. Refuses: to share it across a fork. A forked child has none of its parent's threads, and a lock that another
//! thread held at that moment is never released in it; so each process id has a value of its own, and what a parent left behind is neither used nor dropped.

use std::sync::{Arc, Mutex, TryLockError};

/// One `T` a process, made at the first look.
pub struct PerProcess<T>(Mutex<Vec<(u32, Arc<T>)>>);

impl<T: Default> Default for PerProcess<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Default> PerProcess<T> {
    /// No value yet; the first look makes it.
    pub const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// The value of this process.
    ///
    /// Where the lock stays taken, which only happens in a child forked in the middle of a look, it is a fresh one that nobody else sees.
    pub fn get(&self) -> Arc<T> {
        /// Looks take nanoseconds: so many turns are only waited for a lock that nobody will release.
        const TURNS: usize = 10_000;
        for _ in 0..TURNS {
            match self.0.try_lock() {
                Ok(mut values) => return Self::look(&mut values),
                Err(TryLockError::Poisoned(poisoned)) => return Self::look(&mut poisoned.into_inner()),
                Err(TryLockError::WouldBlock) => std::thread::yield_now(),
            }
        }
        Arc::default()
    }

    fn look(values: &mut Vec<(u32, Arc<T>)>) -> Arc<T> {
        let process = std::process::id();
        if let Some((_, value)) = values.iter().find(|(owner, _)| *owner == process) {
            return Arc::clone(value);
        }
        let value = Arc::default();
        values.push((process, Arc::clone(&value)));
        value
    }
}

#[cfg(test)]
mod tests {
    use super::PerProcess;
    use std::sync::{Arc, Mutex};

    #[test]
    fn a_process_has_one_value() {
        static VALUE: PerProcess<Mutex<u32>> = PerProcess::new();
        *VALUE.get().lock().expect("unpoisoned") += 1;
        assert!(Arc::ptr_eq(&VALUE.get(), &VALUE.get()));
        assert_eq!(*VALUE.get().lock().expect("unpoisoned"), 1);
    }

    #[test]
    fn a_look_under_a_lock_that_is_never_released_gives_a_value_of_its_own() {
        static VALUE: PerProcess<Mutex<u32>> = PerProcess::new();
        let _held = VALUE.0.lock().expect("unpoisoned");
        assert!(!Arc::ptr_eq(&VALUE.get(), &VALUE.get()));
    }
}
