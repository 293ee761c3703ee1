//! What the crates of the Python packages use besides the public library. Nobody else may rely on it: it changes without notice.

pub use crate::core::cancel::{Cancel, cancelled, current, no_outcome};
pub use crate::core::describe::describe;
pub use crate::core::per_process::PerProcess;
pub use crate::core::reference::answers;
pub use crate::core::weight::{MOST_DIGITS, MOST_OF_TESTS, MOST_VALUES};
pub use crate::scorer::threads::{MAX_JOBS, leave_pools};
