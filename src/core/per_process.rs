//! Lazily created state that is not shared across a fork.
//!
//! A forked child has none of its parent's threads, and a lock that another thread held during the fork is never
//! released in the child. Each process id therefore gets a separate value; the child neither uses nor drops its
//! parent's value.

use std::sync::{Arc, Mutex, TryLockError};

/// One `T` per process, created by the first [`get`](Self::get).
pub struct PerProcess<T>(Mutex<Vec<(u32, Arc<T>)>>);

impl<T: Default> Default for PerProcess<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Default> PerProcess<T> {
    /// Without a value; the first [`get`](Self::get) creates it.
    pub const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// The value of this process.
    ///
    /// If the lock cannot be taken (possible only in a child that was forked while another thread held it), returns a
    /// fresh value that no other caller has.
    pub fn get(&self) -> Arc<T> {
        /// A holder releases within nanoseconds; after this many tries the lock was orphaned by a fork.
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
    fn a_lock_that_is_never_released_gives_a_fresh_value() {
        static VALUE: PerProcess<Mutex<u32>> = PerProcess::new();
        let _held = VALUE.0.lock().expect("unpoisoned");
        assert!(!Arc::ptr_eq(&VALUE.get(), &VALUE.get()));
    }
}
