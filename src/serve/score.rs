//! `POST /score`: rows as `verify score` reads them.
//!
//! Accepts: `{"rows": [...]}` with perhaps a `spec` of its own, a list of rows, or JSON Lines (`Content-Type: application/x-ndjson`).
//! A row that cannot be read is a result, unscored with reason `bad_row`. The results are JSON, or JSON Lines, which are sent as they
//! are ready, where the request has or accepts those.

use std::collections::VecDeque;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Response, header};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::app::{App, Judging};
use super::body::Whole;
use super::queue::NotDone;
use super::refusal::Refusal;
use super::request;
use crate::Scorer;
use crate::rows::run::judge_rows;

/// The most rows that are judged in one piece: a longer request is judged in pieces, so that others get their turn and all threads
/// work on it.
const PIECE: usize = 128;
/// The most pieces of one request that are judged or wait at a time, for each thread.
const AHEAD: usize = 2;

/// Answers `POST /score`.
pub(super) async fn score(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    let is_lines = request::is_lines(&request, header::CONTENT_TYPE);
    let streams = is_lines || request::is_lines(&request, header::ACCEPT);
    request::answer(answer(app, request, is_lines, streams).await)
}

async fn answer(app: Arc<App>, request: Request, is_lines: bool, streams: bool) -> Result<Response<Body>, Refusal> {
    let body = request::body(&app, request).await?;
    let first = {
        let app = Arc::clone(&app);
        app.clone().queue.first(move || begin(&app, &body, is_lines)).await??
    };
    let (judging, done, rest) = first;
    if streams {
        return Ok(stream(app, judging, done, rest));
    }
    let mut lines = done;
    let mut pieces = Pieces::new(app, Arc::clone(&judging), rest);
    while let Some(piece) = pieces.next().await {
        lines.extend(piece?);
    }
    Ok(request::bytes(object(lines, &judging.scorer)))
}

/// What judges, the results of the rows that were judged, and the others.
type Begun = (Arc<Judging>, Vec<u8>, VecDeque<Piece>);

/// Rows with the number of the first.
type Piece = (u64, Vec<Vec<u8>>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows<'a> {
    #[serde(borrow)]
    rows: Vec<&'a RawValue>,
    #[serde(default)]
    spec: Option<Value>,
}

/// Reads a request and judges its first rows.
fn begin(app: &App, body: &Whole, is_lines: bool) -> Result<Begun, Refusal> {
    let (rows, spec) = if is_lines { (lines(&body.bytes), None) } else { rows(&body.bytes)? };
    let judging = app.judging_of(spec.as_ref())?;
    // A reward that compares the samples of a prompt needs all of them.
    let most = if judging.scorer.needs_whole_group() { usize::MAX } else { PIECE };
    let mut pieces: VecDeque<Piece> = VecDeque::new();
    let mut number = 1;
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let piece: Vec<_> = rows.by_ref().take(most).collect();
        let length = piece.len() as u64;
        pieces.push_back((number, piece));
        number += length;
    }
    let done = match pieces.pop_front() {
        Some(piece) => judge(app, &judging, piece)?,
        None => Vec::new(),
    };
    Ok((judging, done, pieces))
}

fn rows(body: &[u8]) -> Result<(Vec<Vec<u8>>, Option<Value>), Refusal> {
    let wrong = |error: serde_json::Error| {
        Refusal::bad_request(format!(
            "the body must be {{\"rows\": [...]}}, perhaps with a `spec`, or a list of rows, or JSON Lines with `Content-Type: \
             application/x-ndjson`: {error}"
        ))
    };
    let Rows { rows, spec } = if body.trim_ascii_start().first() == Some(&b'[') {
        Rows { rows: serde_json::from_slice(body).map_err(wrong)?, spec: None }
    } else {
        serde_json::from_slice(body).map_err(wrong)?
    };
    Ok((rows.into_iter().map(|row| row.get().as_bytes().to_vec()).collect(), spec))
}

/// The lines that are not blank.
fn lines(body: &[u8]) -> Vec<Vec<u8>> {
    body.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).map(<[u8]>::to_vec).collect()
}

/// The result lines of rows.
fn judge(app: &App, Judging { scorer, fields }: &Judging, (first, rows): Piece) -> Result<Vec<u8>, Refusal> {
    let judged = judge_rows(&Arc::from("request"), first, rows, fields, scorer);
    let (lines, summary) = judged.map_err(|error| Refusal::bad_request(error.to_string()))?;
    app.metrics.judged(&summary);
    Ok(lines)
}

/// The result lines of a piece, or why there are none.
type JudgedPiece = Result<Result<Vec<u8>, Refusal>, NotDone>;

/// The later pieces of a request: some are judged ahead, and their results come in order.
struct Pieces {
    app: Arc<App>,
    judging: Arc<Judging>,
    rest: VecDeque<Piece>,
    ahead: VecDeque<JoinHandle<JudgedPiece>>,
}

impl Pieces {
    fn new(app: Arc<App>, judging: Arc<Judging>, rest: VecDeque<Piece>) -> Self {
        Self { app, judging, rest, ahead: VecDeque::new() }
    }

    async fn next(&mut self) -> Option<Result<Vec<u8>, Refusal>> {
        while self.ahead.len() < AHEAD * self.app.queue.jobs()
            && let Some(piece) = self.rest.pop_front()
        {
            let (app, judging) = (Arc::clone(&self.app), Arc::clone(&self.judging));
            self.ahead.push_back(tokio::spawn(async move {
                let shared = Arc::clone(&app);
                app.queue.further(move || judge(&shared, &judging, piece)).await
            }));
        }
        let done = self.ahead.pop_front()?.await;
        Some(match done {
            Ok(Ok(lines)) => lines,
            Ok(Err(not_done)) => Err(not_done.into()),
            Err(_) => Err(NotDone::Failed.into()),
        })
    }
}

impl Drop for Pieces {
    /// Nobody waits for them any longer.
    fn drop(&mut self) {
        self.ahead.iter().for_each(JoinHandle::abort);
    }
}

/// Result lines as one JSON object.
fn object(lines: Vec<u8>, scorer: &Scorer) -> Vec<u8> {
    let mut out = Vec::with_capacity(lines.len() + 128);
    out.extend(b"{\"results\":[");
    let end = out.len();
    // A line end within a text is escaped in JSON, so each one here is between two results.
    out.extend(lines.into_iter().map(|byte| if byte == b'\n' { b',' } else { byte }));
    if out.len() > end {
        out.pop();
    }
    let [engine, hash] = [crate::engine_version().to_owned(), scorer.config_hash()].map(|text| Value::from(text).to_string());
    out.extend(format!("],\"engine\":{engine},\"config_hash\":{hash}}}").into_bytes());
    out
}

/// The response that sends result lines as they are ready. What goes wrong after the first is a last line with `error`.
fn stream(app: Arc<App>, judging: Arc<Judging>, done: Vec<u8>, rest: VecDeque<Piece>) -> Response<Body> {
    let (sender, receiver) = mpsc::channel::<Bytes>(2);
    let hash = judging.scorer.config_hash();
    tokio::spawn(async move {
        let limit = app.limits.request();
        let mut pieces = Pieces::new(app, judging, rest);
        let sent = tokio::time::timeout(limit, async {
            let mut next = Some(Ok(done));
            while let Some(piece) = next {
                let piece = piece?;
                // The client has gone if the response is not read.
                if !piece.is_empty() && sender.send(Bytes::from(piece)).await.is_err() {
                    break;
                }
                next = pieces.next().await;
            }
            Ok(())
        });
        let refusal = match sent.await {
            Ok(Ok(())) => return,
            Ok(Err(refusal)) => refusal,
            Err(_) => Refusal::too_slow(limit),
        };
        let _ = sender.send(Bytes::from(format!("{}\n", refusal.to_value()))).await;
    });
    let mut response = Response::new(Body::new(Received { receiver }));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    if let Ok(hash) = HeaderValue::try_from(hash) {
        headers.insert("x-config-hash", hash);
    }
    response
}

/// A body of the bytes that come through a channel.
struct Received {
    receiver: mpsc::Receiver<Bytes>,
}

impl hyper::body::Body for Received {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, Self::Error>>> {
        self.receiver.poll_recv(context).map(|bytes| bytes.map(|bytes| Ok(hyper::body::Frame::data(bytes))))
    }
}
