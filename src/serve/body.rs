//! Reads the body of a request: at most the limit, in a limited time, and within the memory for all bodies.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::config::Limits;
use super::refusal::Refusal;

/// The unit in which memory is counted, in bytes.
const UNIT: usize = 1 << 10;

/// A body; its share of the memory is given back when it is dropped.
pub(super) struct Whole {
    pub bytes: Bytes,
    _held: OwnedSemaphorePermit,
}

/// The memory for all bodies together.
pub(super) struct Memory {
    units: Arc<Semaphore>,
}

impl Memory {
    pub(super) fn of(limits: &Limits) -> Self {
        Self { units: Arc::new(Semaphore::new(limits.memory.div_ceil(UNIT).min(Semaphore::MAX_PERMITS))) }
    }

    /// Reads a body.
    ///
    /// # Errors
    /// A body that is compressed, too large, or comes too slowly, or for which there is no memory now; a client that has gone.
    pub(super) async fn read(&self, headers: &HeaderMap, body: Body, limits: &Limits) -> Result<Whole, Refusal> {
        plain(headers)?;
        let announced = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if announced.is_some_and(|length| length > limits.body as u64) {
            return Err(too_large(limits));
        }
        let slow = || {
            let message = format!("the body did not arrive in {} seconds", limits.read_seconds);
            Refusal::new(StatusCode::REQUEST_TIMEOUT, "slow_body", message)
        };
        tokio::time::timeout(limits.read(), self.read_parts(body, limits)).await.unwrap_or_else(|_| Err(slow()))
    }

    async fn read_parts(&self, mut body: Body, limits: &Limits) -> Result<Whole, Refusal> {
        let mut bytes = BytesMut::new();
        let mut held = self.take(1)?;
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| Refusal::bad_request(format!("the body cannot be read: {}", cause(&error))))?;
            // What is no data are trailers, which nothing reads.
            let Ok(data) = frame.into_data() else { continue };
            if bytes.len() + data.len() > limits.body {
                return Err(too_large(limits));
            }
            let needed = (bytes.len() + data.len()).div_ceil(UNIT).saturating_sub(held.num_permits());
            held.merge(self.take(needed)?);
            bytes.extend_from_slice(&data);
        }
        Ok(Whole { bytes: bytes.freeze(), _held: held })
    }

    fn take(&self, units: usize) -> Result<OwnedSemaphorePermit, Refusal> {
        let units = u32::try_from(units).unwrap_or(u32::MAX);
        Arc::clone(&self.units).try_acquire_many_owned(units).map_err(|_| Refusal::busy(std::time::Duration::from_secs(1)))
    }
}

/// Refuses a body in another coding than its own bytes: to take it as it is would be to misread it, and to unpack it would need a
/// second limit, since a few bytes may unpack to any number.
fn plain(headers: &HeaderMap) -> Result<(), Refusal> {
    let mut codings = headers.get_all(header::CONTENT_ENCODING).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    match codings.find(|value| !["", "identity"].contains(&&*value.trim().to_ascii_lowercase())) {
        Some(coding) => {
            let coding: String = coding.chars().take(40).collect();
            let message =
                format!("the body has the header `Content-Encoding: {coding}`: send it without compression and without the header");
            Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content_encoding", message))
        }
        None => Ok(()),
    }
}

/// What is at the bottom of an error: those above it say only that the body was being read.
fn cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

fn too_large(limits: &Limits) -> Refusal {
    let message = format!("the body has more than {} bytes: send fewer rows at a time, or raise `body`", limits.body);
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message)
}
