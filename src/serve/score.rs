//! `POST /score`: rows as `verify score` reads them.
//!
//! Accepts: `{"rows": [...]}` with perhaps a `spec` of its own, a list of rows, or JSON Lines (`Content-Type: application/x-ndjson`).
//! A row that cannot be read is a result, unscored with reason `bad_row`, whatever it is, as long as it is known where it ends. The results are JSON, or JSON Lines, which are sent as they
//! are ready, where the request has or accepts those.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use bytes::Bytes;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::app::{App, Judging};
use super::body::Whole;
use super::config::Limits;
use super::queue::NotDone;
use super::refusal::Refusal;
use super::{form, request};
use crate::Scorer;
use crate::core::json_text;
use crate::core::json_value;
use crate::core::weight::MOST_VALUES;
use crate::rows::run::judge_rows;

/// The most rows that are judged in one piece: a longer request is judged in pieces, so that others get their turn and all threads
/// work on it.
const PIECE: usize = 128;
/// The most bytes of a piece of more than one row: a row may have thousands of completions, each of which takes a thousand bytes while
/// it is judged.
const PIECE_BYTES: usize = 256 << 10;
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
        app.clone().queue.first(move || begin(&app, Arc::new(body), is_lines)).await??
    };
    let Begun { judging, done, rest, body } = first;
    if streams {
        return Ok(stream(app, judging, done, rest, body));
    }
    let most = app.limits.memory;
    let mut lines = Vec::new();
    let mut pieces = Pieces::new(app, Arc::clone(&judging), rest, body);
    let mut next = Some(Ok(done));
    while let Some(piece) = next {
        lines.extend(piece?);
        if lines.len() > most {
            return Err(long_results(most));
        }
        next = pieces.next().await;
    }
    Ok(request::bytes(object(lines, &judging.scorer)))
}

/// A request whose first rows were judged.
struct Begun {
    judging: Arc<Judging>,
    /// Their results.
    done: Vec<u8>,
    /// The others.
    rest: VecDeque<Piece>,
    body: Arc<Whole>,
}

/// Where rows are in the body, with the number of the first.
type Piece = (u64, Vec<Range<usize>>);

/// Reads a request and judges its first rows.
fn begin(app: &App, body: Arc<Whole>, is_lines: bool) -> Result<Begun, Refusal> {
    let (rows, spec) = if is_lines { (lines(&body.bytes, &app.limits)?, None) } else { rows(&body.bytes, &app.limits)? };
    let judging = app.judging_of(spec.as_ref())?;
    // A reward that compares the samples of a prompt needs all of them.
    let mut rest = if judging.scorer.needs_whole_group() { VecDeque::from([(1, rows)]) } else { pieces(rows) };
    let done = match rest.pop_front() {
        Some(piece) => judge(app, &judging, &body.bytes, piece)?,
        None => Vec::new(),
    };
    Ok(Begun { judging, done, rest, body })
}

fn pieces(rows: Vec<Range<usize>>) -> VecDeque<Piece> {
    let mut pieces: VecDeque<Piece> = VecDeque::new();
    let mut bytes = 0;
    for (row, number) in rows.into_iter().zip(1..) {
        bytes += row.len();
        match pieces.back_mut() {
            Some((_, piece)) if piece.len() < PIECE && bytes <= PIECE_BYTES => piece.push(row),
            _ => {
                bytes = row.len();
                pieces.push_back((number, vec![row]));
            }
        }
    }
    pieces
}

/// Where the rows of a body are, and its spec.
fn rows(body: &[u8], limits: &Limits) -> Result<(Vec<Range<usize>>, Option<Value>), Refusal> {
    let forms = "the body must be {\"rows\": [...]}, perhaps with a `spec`, or a list of rows, or JSON Lines with `Content-Type: \
                 application/x-ndjson`";
    let text = form::without_mark(body);
    let start = body.len() - text.len();
    match text.trim_ascii_start().first() {
        Some(b'[') => return Ok((items("the body", text, start, limits)?, None)),
        Some(b'{') => {}
        _ => return Err(Refusal::bad_request(format!("{forms}; it is {}", form::sort(text)))),
    }
    let (mut rows, mut spec) = (None, None);
    for (name, value) in form::members(text)? {
        let at = start + value.start;
        let value = &text[value];
        match name.as_str() {
            "rows" if value.first() == Some(&b'[') => rows = Some(items("`rows`", value, at, limits)?),
            "rows" => return Err(Refusal::bad_request(format!("`rows` must be a list, got {}", form::sort(value)))),
            "spec" => {
                let read = json_value::read(value, MOST_VALUES);
                spec =
                    Some(read.map_err(|problem| Refusal::bad_request(format!("`spec` {problem}")))?).filter(|spec| !spec.is_null());
            }
            other => {
                let other: String = other.chars().take(40).collect();
                return Err(Refusal::bad_request(format!("{forms}; it has `{other}`")));
            }
        }
    }
    let rows = rows.ok_or_else(|| Refusal::bad_request(format!("{forms}; it has no `rows`")))?;
    Ok((rows, spec))
}

/// Where the items of a list are in the body; `start` is where the list is.
fn items(what: &str, list: &[u8], start: usize, limits: &Limits) -> Result<Vec<Range<usize>>, Refusal> {
    let mut found = Vec::new();
    for item in json_text::items(list) {
        let item = item.map_err(|problem| form::broken(what, problem))?;
        found.push(start + item.start..start + item.end);
        few(found.len(), limits)?;
    }
    Ok(found)
}

/// Where the lines are that are not blank.
fn lines(body: &[u8], limits: &Limits) -> Result<Vec<Range<usize>>, Refusal> {
    let (mut found, mut start) = (Vec::new(), body.len() - form::without_mark(body).len());
    for line in body[start..].split(|byte| *byte == b'\n') {
        if !line.trim_ascii().is_empty() {
            found.push(start..start + line.len());
            few(found.len(), limits)?;
        }
        start += line.len() + 1;
    }
    Ok(found)
}

fn few(rows: usize, limits: &Limits) -> Result<(), Refusal> {
    if rows > limits.rows {
        let message = format!("the request has more than {} rows: send fewer at a time, or raise `rows`", limits.rows);
        return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message));
    }
    Ok(())
}

fn long_results(most: usize) -> Refusal {
    let message = format!(
        "the results have more than {most} bytes: send fewer rows at a time, or ask for JSON Lines (`Accept: application/x-ndjson`)"
    );
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message)
}

/// The result lines of rows.
fn judge(app: &App, Judging { scorer, fields }: &Judging, body: &[u8], (first, rows): Piece) -> Result<Vec<u8>, Refusal> {
    let rows = rows.into_iter().map(|row| body[row].to_vec()).collect();
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
    body: Arc<Whole>,
    ahead: VecDeque<JoinHandle<JudgedPiece>>,
}

impl Pieces {
    fn new(app: Arc<App>, judging: Arc<Judging>, rest: VecDeque<Piece>, body: Arc<Whole>) -> Self {
        Self { app, judging, rest, body, ahead: VecDeque::new() }
    }

    async fn next(&mut self) -> Option<Result<Vec<u8>, Refusal>> {
        while self.ahead.len() < AHEAD * self.app.queue.jobs()
            && let Some(piece) = self.rest.pop_front()
        {
            let (app, judging, body) = (Arc::clone(&self.app), Arc::clone(&self.judging), Arc::clone(&self.body));
            self.ahead.push_back(tokio::spawn(async move {
                let shared = Arc::clone(&app);
                app.queue.further(move || judge(&shared, &judging, &body.bytes, piece)).await
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
fn stream(app: Arc<App>, judging: Arc<Judging>, done: Vec<u8>, rest: VecDeque<Piece>, body: Arc<Whole>) -> Response<Body> {
    let (sender, receiver) = mpsc::channel::<Bytes>(2);
    let hash = judging.scorer.config_hash();
    tokio::spawn(async move {
        let limit = app.limits.request();
        let mut pieces = Pieces::new(app, judging, rest, body);
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
