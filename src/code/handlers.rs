//! The signal handlers by which the sandbox learns that a guest trapped: they stay the sandbox's.
//!
//! A guest that runs out of fuel or leaves its memory raises a signal, which the engine's handler turns into an outcome. The engine installs
//! its handlers once in a process. Another library may replace them later (`ray.init()` does, and `ray.shutdown()` sets the default
//! action), and the next trap would end the process. So the handlers are looked at before each run and installed again where they are
//! not the engine's. Faults outside of guests then go where the engine sends them: to the handlers from before the engine.

#![expect(unsafe_code, reason = "the actions of signals are read and set by calls of the C library")]

/// Remembers the handlers; to be called once the first engine is there.
pub(super) fn remember() {
    #[cfg(unix)]
    unix::remember();
}

/// Installs the remembered handlers where others stand now.
pub(super) fn restore() {
    #[cfg(unix)]
    unix::restore();
}

#[cfg(unix)]
mod unix {
    use std::mem::MaybeUninit;
    use std::ptr;
    use std::sync::OnceLock;

    use libc::{SIGBUS, SIGFPE, SIGILL, SIGSEGV, c_int, sigaction};

    /// The signals that a trap may raise.
    const SIGNALS: [c_int; 4] = [SIGSEGV, SIGILL, SIGFPE, SIGBUS];

    static ACTIONS: OnceLock<Vec<(c_int, sigaction)>> = OnceLock::new();

    pub(super) fn remember() {
        // A default action is none of the engine's: it does not use that signal here.
        let used = |(_, action): &(c_int, sigaction)| action.sa_sigaction != libc::SIG_DFL && action.sa_sigaction != libc::SIG_IGN;
        ACTIONS.get_or_init(|| SIGNALS.into_iter().filter_map(|signal| Some((signal, action(signal)?))).filter(used).collect());
    }

    pub(super) fn restore() {
        for (signal, ours) in ACTIONS.get().into_iter().flatten() {
            if action(*signal).is_some_and(|now| now.sa_sigaction != ours.sa_sigaction) {
                // SAFETY: `ours` is what `sigaction` gave for this signal after the engine had installed its handler. The handler is code of
                // this program, which is never unloaded; it may be installed at any time, from any thread.
                unsafe { sigaction(*signal, ours, ptr::null_mut()) };
            }
        }
    }

    /// The action of a signal.
    fn action(signal: c_int) -> Option<sigaction> {
        let mut found = MaybeUninit::<sigaction>::zeroed();
        // SAFETY: with a null pointer for the new action the call only writes the present one to `found`, which has its size and
        // alignment. All bits zero are a valid value.
        unsafe { (sigaction(signal, ptr::null(), found.as_mut_ptr()) == 0).then(|| found.assume_init()) }
    }
}
