//! Records what a run reads: the size and the digest of each input, and how far it has come.
//!
//! The digest is XXH3 (128 bits) of the bytes of the input as they are stored (packed, if it is packed). It is computed
//! while the input is read. It finds other inputs, not forged ones.

use std::io::{self, Read as _};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_128;

use crate::Result;
use crate::rows::Source;

/// One input of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputRead {
    /// Its name, as it was given.
    pub name: String,
    /// The number of its bytes.
    pub bytes: u64,
    /// The XXH3 (128 bits) of its bytes, as 32 hexadecimal digits.
    pub xxh3: String,
}

/// How far a run has read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The number of the input, from 0.
    pub input: usize,
    /// The number of bytes of it that were read.
    pub bytes: u64,
    /// The XXH3 (128 bits) of these bytes.
    pub xxh3: String,
}

/// What a run has read.
#[derive(Debug, Default)]
pub struct Ledger {
    /// What an interrupted run had read; the same bytes must be there.
    expected: Option<Checkpoint>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// What was read of each input.
    read: Vec<Option<Read>>,
}

/// The bytes that were read of an input.
#[derive(Debug, Clone, Copy)]
struct Read {
    bytes: u64,
    digest: u128,
    /// Whether they are all: a format that seeks (Parquet) reads only the first as a stream.
    ended: bool,
}

impl Checkpoint {
    /// Whether a file begins with the bytes that were read.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn begins(&self, file: impl io::Read) -> io::Result<bool> {
        let mut start = file.take(self.bytes);
        let (mut hasher, mut read, mut buffer) = (XxHash3_128::new(), 0, vec![0; 1 << 16]);
        loop {
            match start.read(&mut buffer) {
                Ok(0) => return Ok(read == self.bytes && hexadecimal(hasher.finish_128()) == self.xxh3),
                Ok(length) => {
                    hasher.write(&buffer[..length]);
                    read += length as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Ledger {
    /// A ledger for a run that goes on with another one.
    pub fn expecting(expected: Option<Checkpoint>) -> Self {
        Self { expected, ..Self::default() }
    }

    /// How far the run has come; `None` before it has come as far as the one that it goes on with, whose bytes are compared there.
    pub fn checkpoint(&self) -> Option<Checkpoint> {
        let state = self.state();
        let mut read = state.read.iter().enumerate().filter_map(|(input, read)| Some((input, (*read)?)));
        let (input, Read { bytes, digest, .. }) = read.next_back()?;
        let is_past = |expected: &Checkpoint| (input, bytes) >= (expected.input, expected.bytes);
        self.expected.as_ref().is_none_or(is_past).then(|| Checkpoint { input, bytes, xxh3: hexadecimal(digest) })
    }

    /// The inputs of a run that has ended. A file that was not read as a stream to its end is
    /// read now.
    ///
    /// # Errors
    /// An input that cannot be read.
    pub fn inputs(self: &Arc<Self>, sources: &[Source]) -> Result<Vec<InputRead>> {
        let mut inputs = Vec::with_capacity(sources.len());
        for (number, source) in sources.iter().enumerate() {
            let mut found = self.state().read.get(number).copied().flatten();
            if !found.is_some_and(|read| read.ended)
                && let Source::File(path) = source
            {
                let file = std::fs::File::open(path).map_err(|error| source.failed(error))?;
                let mut tap = self.tap(number, Box::new(file));
                io::copy(&mut tap, &mut io::sink()).map_err(|error| source.failed(error))?;
                found = self.state().read.get(number).copied().flatten();
            }
            let Some(Read { bytes, digest, .. }) = found else { continue };
            inputs.push(InputRead { name: source.to_string(), bytes, xxh3: hexadecimal(digest) });
        }
        Ok(inputs)
    }

    /// A reader that records what passes it.
    pub(super) fn tap(self: &Arc<Self>, input: usize, inner: Box<dyn io::Read + Send>) -> Box<dyn io::Read + Send> {
        let tap = Tap { inner, input, bytes: 0, hasher: XxHash3_128::new(), ledger: Arc::clone(self) };
        tap.record(false);
        Box::new(tap)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn hexadecimal(digest: u128) -> String {
    format!("{digest:032x}")
}

struct Tap {
    inner: Box<dyn io::Read + Send>,
    input: usize,
    bytes: u64,
    hasher: XxHash3_128,
    ledger: Arc<Ledger>,
}

impl Tap {
    fn record(&self, ended: bool) {
        let mut state = self.ledger.state();
        if state.read.len() <= self.input {
            state.read.resize(self.input + 1, None);
        }
        state.read[self.input] = Some(Read { bytes: self.bytes, digest: self.hasher.finish_128(), ended });
    }

    /// Takes the next bytes, and compares with what an interrupted run had read when its last byte is reached.
    fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        let expected = self.ledger.expected.clone().filter(|expected| expected.input == self.input);
        let Some(expected) = expected.filter(|expected| expected.bytes > self.bytes) else {
            self.hasher.write(bytes);
            self.bytes += bytes.len() as u64;
            return Ok(());
        };
        let left = usize::try_from(expected.bytes - self.bytes).unwrap_or(usize::MAX).min(bytes.len());
        let (before, behind) = bytes.split_at(left);
        self.hasher.write(before);
        self.bytes += before.len() as u64;
        let ended = before.is_empty();
        if (self.bytes == expected.bytes && hexadecimal(self.hasher.finish_128()) != expected.xxh3) || ended {
            return Err(io::Error::other(format!(
                "its first {} bytes are not those that the interrupted run read: give the same input (one that was cut off \
                 may go on behind its old end), or leave out --resume to judge all rows anew",
                expected.bytes
            )));
        }
        self.hasher.write(behind);
        self.bytes += behind.len() as u64;
        Ok(())
    }
}

impl io::Read for Tap {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.take(&buffer[..read])?;
        self.record(read == 0 && !buffer.is_empty());
        Ok(read)
    }
}
