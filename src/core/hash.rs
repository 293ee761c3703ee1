//! Identifies how a result was made: the version of the engine and a hash of the configuration.
//!
//! The hash is FNV-1a (64 bits) of canonical JSON: keys sorted, no spaces, numbers as they were written. It is the same
//! on every machine and in every release, which the standard library's hashers do not guarantee. It distinguishes
//! configurations; it is not cryptographic and does not resist deliberate collisions.

use std::fmt;

use serde_json::Value;

/// The version of the engine. Verdicts change only between versions, and the changelog lists every change.
pub fn engine_version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

/// The stable hash of a configuration, as 16 hexadecimal digits.
///
/// ```
/// use serde_json::json;
/// let hash = r1rewards::config_hash(&json!({"kind": "math", "weight": 1}));
/// assert_eq!(hash, r1rewards::config_hash(&json!({"weight": 1, "kind": "math"})));
/// assert_eq!(hash, "a44c9d377fce3fa0");
/// ```
pub fn config_hash(config: &Value) -> String {
    let mut canonical = String::new();
    // Writing to a string does not fail.
    let _ = write_canonical(config, &mut canonical);
    format!("{:016x}", fnv1a(canonical.as_bytes()))
}

/// FNV-1a with its published 64-bit offset basis and prime.
pub(crate) fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Writes canonical JSON: keys sorted, no spaces, numbers as they were written.
pub(crate) fn write_canonical(value: &Value, out: &mut impl fmt::Write) -> fmt::Result {
    match value {
        Value::Array(items) => {
            out.write_char('[')?;
            for (index, item) in items.iter().enumerate() {
                out.write_str(if index == 0 { "" } else { "," })?;
                write_canonical(item, out)?;
            }
            out.write_char(']')
        }
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            out.write_char('{')?;
            for (index, (key, item)) in entries.into_iter().enumerate() {
                out.write_str(if index == 0 { "" } else { "," })?;
                write!(out, "{}:", Value::from(key.as_str()))?;
                write_canonical(item, out)?;
            }
            out.write_char('}')
        }
        scalar => write!(out, "{scalar}"),
    }
}
