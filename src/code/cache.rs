//! The compiled guest, stored between processes in a folder that only its user can write to.
//!
//! Accepts: a file that this user owns, in a folder that this user owns and that no other user can write to, whose
//! digest matches the key (guest, engine, settings, processor). Refuses everything else, and the guest is then compiled
//! again. Without a folder the compiled guest is only in memory. Two processes may write at the same time: each writes
//! its own temporary file and renames it into place.
//!
//! The digest protects against accidents (a truncated or half-copied file), the ownership protects against other users.
//! A process that can write as this user can run code as this user anyway.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::guest::hex;

const DIGEST: usize = 32;

/// Where compiled guests are stored: `R1REWARDS_CACHE`, else `$XDG_CACHE_HOME/r1rewards`, else `~/.cache/r1rewards`. An
/// empty `R1REWARDS_CACHE` means that they are not stored.
pub fn cache_dir() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).map(PathBuf::from);
    match set("R1REWARDS_CACHE") {
        Some(folder) => Some(folder).filter(|folder| !folder.as_os_str().is_empty()),
        None => set("XDG_CACHE_HOME")
            .filter(|folder| folder.is_absolute())
            .or_else(|| Some(set("HOME")?.join(".cache")))
            .map(|base| base.join("r1rewards")),
    }
}

/// The bytes stored under that key, if they can be trusted.
pub(super) fn read(folder: &Path, key: &str) -> Option<Vec<u8>> {
    let owner = private_owner(folder)?;
    let path = folder.join(file_name(key));
    let found = fs::symlink_metadata(&path).ok()?;
    if !found.is_file() || !owned_privately(&found, owner) {
        return None;
    }
    let mut bytes = fs::read(path).ok()?;
    let digest = bytes.split_off(bytes.len().checked_sub(DIGEST)?);
    (digest == seal(key, &bytes)).then_some(bytes)
}

/// Stores bytes under a key. A failure here only means that the next process compiles again.
pub(super) fn write(folder: &Path, key: &str, bytes: &[u8]) -> std::io::Result<()> {
    create_private(folder)?;
    if private_owner(folder).is_none() {
        return Err(std::io::Error::other("the cache folder belongs to another user, or other users can write to it"));
    }
    let temporary = folder.join(format!("{}.{}.new", file_name(key), std::process::id()));
    let written = create_file(&temporary).and_then(|mut file| {
        file.write_all(bytes)?;
        file.write_all(&seal(key, bytes))?;
        file.sync_all()
    });
    let done = written.and_then(|()| fs::rename(&temporary, folder.join(file_name(key))));
    if done.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    done
}

fn file_name(key: &str) -> String {
    format!("{}.guest", &hex(&Sha256::digest(key))[..32])
}

/// The digest of the key and the bytes. It covers the key, so that a file renamed to another key is refused.
fn seal(key: &str, bytes: &[u8]) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(Sha256::digest(key));
    hash.update(bytes);
    hash.finalize().to_vec()
}

#[cfg(unix)]
mod private {
    use std::fs::{DirBuilder, File, Metadata, OpenOptions};
    use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
    use std::path::Path;

    /// The mode bits that let the group or others write.
    const OTHERS_WRITE: u32 = 0o022;

    pub fn create_private(folder: &Path) -> std::io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)
    }

    pub fn create_file(path: &Path) -> std::io::Result<File> {
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
    }

    /// The owner of the folder, if it is this user and no other user can write to it.
    pub fn private_owner(folder: &Path) -> Option<u32> {
        let found = std::fs::symlink_metadata(folder).ok().filter(Metadata::is_dir)?;
        // The owner of a file that this process creates is its user; this needs no system call from this crate.
        let probe = folder.join(format!(".probe.{}.{:?}", std::process::id(), std::thread::current().id()));
        let _ = std::fs::remove_file(&probe);
        let user = create_file(&probe).and_then(|file| file.metadata()).ok()?.uid();
        let _ = std::fs::remove_file(&probe);
        owned_privately(&found, user).then_some(user)
    }

    pub fn owned_privately(found: &Metadata, user: u32) -> bool {
        found.uid() == user && found.mode() & OTHERS_WRITE == 0
    }
}

/// On other systems the user's folder is private by the rules of the system.
#[cfg(not(unix))]
mod private {
    use std::fs::{File, Metadata, OpenOptions, create_dir_all};
    use std::path::Path;

    pub fn create_private(folder: &Path) -> std::io::Result<()> {
        create_dir_all(folder)
    }

    pub fn create_file(path: &Path) -> std::io::Result<File> {
        OpenOptions::new().write(true).create_new(true).open(path)
    }

    pub fn private_owner(_: &Path) -> Option<u32> {
        Some(0)
    }

    pub fn owned_privately(_: &Metadata, _: u32) -> bool {
        true
    }
}

use private::{create_file, create_private, owned_privately, private_owner};

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "a key";

    fn folder() -> (tempfile::TempDir, PathBuf) {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().join("cache");
        (home, folder)
    }

    #[test]
    fn what_was_written_is_read() {
        let (_home, folder) = folder();
        write(&folder, KEY, b"compiled").expect("written");
        assert_eq!(read(&folder, KEY).as_deref(), Some(&b"compiled"[..]));
        assert_eq!(read(&folder, "another key"), None);
    }

    #[test]
    fn a_truncated_changed_or_empty_file_is_refused() {
        let (_home, folder) = folder();
        write(&folder, KEY, b"compiled").expect("written");
        let path = folder.join(file_name(KEY));
        let whole = fs::read(&path).expect("readable");
        let mut changed = whole.clone();
        changed[0] ^= 1;
        for bytes in [&whole[..whole.len() - 1], &whole[..3], &[], &changed] {
            fs::write(&path, bytes).expect("written");
            assert_eq!(read(&folder, KEY), None, "{} bytes", bytes.len());
        }
        fs::write(&path, &whole).expect("written");
        assert!(read(&folder, KEY).is_some(), "the control");
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_others_can_write_to_and_a_link_are_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let (home, folder) = folder();
        write(&folder, KEY, b"compiled").expect("written");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).expect("set");
        assert_eq!(read(&folder, KEY), None);
        assert!(write(&folder, KEY, b"compiled").is_err());
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("set");
        let path = folder.join(file_name(KEY));
        fs::rename(&path, home.path().join("elsewhere")).expect("moved");
        std::os::unix::fs::symlink(home.path().join("elsewhere"), &path).expect("linked");
        assert_eq!(read(&folder, KEY), None);
    }
}
