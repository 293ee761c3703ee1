//! What the crates of the Python packages use besides the public API. It is not part of the public API and may change
//! in any release.

pub use crate::core::cancel::{Cancel, cancelled, current, no_outcome};
pub use crate::core::describe::describe;
pub use crate::core::path::column as column_of_path;
pub use crate::core::per_process::PerProcess;
pub use crate::core::reference::answers;
pub use crate::core::weight::{MOST_DIGITS, MOST_OF_TESTS, MOST_VALUES};
pub use crate::scorer::threads::{MAX_JOBS, leave_pools};
