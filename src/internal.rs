//! What the crates of the Python packages use besides the public library. Nobody else may rely on it: it changes without notice.

