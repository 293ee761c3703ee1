//! The socket of a connection, as HTTP is spoken over it.
//!
//! Refuses to wait for a client that takes nothing of its response for longer than the limit. What hyper itself answers to what is no
//! HTTP has no body: it gets the JSON of a refusal. After a refusal the rest of what the client sends is read for a short time and
//! thrown away: a socket that is closed with unread bytes is reset, and the client would lose the response.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::http::StatusCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use super::refusal::Refusal;

/// How long the rest of a refused request is read.
const REST: Duration = Duration::from_secs(3);

/// A socket.
pub(super) struct Socket<S> {
    stream: S,
    /// How long a write may wait for the client.
    limit: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
    /// Whether the last response was a refusal.
    refused: bool,
    /// What is written instead of hyper's own response, and how much of it has been.
    instead: Option<(Vec<u8>, usize)>,
    resting: Option<Pin<Box<Sleep>>>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Socket<S> {
    pub(super) fn new(stream: S, limit: Duration) -> Self {
        Self { stream, limit, stalled: None, refused: false, instead: None, resting: None }
    }

    /// Writes by `write`, for as long as the client takes something within the limit.
    fn write<T>(
        &mut self,
        context: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut S>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if let Poll::Ready(done) = write(Pin::new(&mut self.stream), context) {
            self.stalled = None;
            return Poll::Ready(done);
        }
        let limit = self.limit;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(limit)));
        ready!(stalled.as_mut().poll(context));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client does not read its response")))
    }

    /// Looks at what is about to be written; `whole` is its length. Gives the result of the write if this socket does it.
    fn looked_at(&mut self, first: &[u8], whole: usize, context: &mut Context<'_>) -> Option<Poll<io::Result<usize>>> {
        if self.instead.is_none() {
            if first.starts_with(b"HTTP/1.1 ") {
                self.refused = matches!(first.get(9), Some(b'4' | b'5'));
            }
            self.instead = own(first).filter(|_| first.len() == whole).map(|text| (text, 0));
        }
        let (text, mut done) = self.instead.take()?;
        while done < text.len() {
            match self.write(context, |stream, context| stream.poll_write(context, &text[done..])) {
                Poll::Ready(Ok(0)) => return Some(Poll::Ready(Err(io::ErrorKind::WriteZero.into()))),
                Poll::Ready(Ok(written)) => done += written,
                Poll::Ready(Err(error)) => return Some(Poll::Ready(Err(error))),
                Poll::Pending => {
                    self.instead = Some((text, done));
                    return Some(Poll::Pending);
                }
            }
        }
        Some(Poll::Ready(Ok(whole)))
    }
}

/// The response to write instead of one that hyper made itself: those of the routes have a request id, and no body of theirs has a
/// carriage return, so that no part of one is taken for it.
fn own(head: &[u8]) -> Option<Vec<u8>> {
    let head = str::from_utf8(head.strip_suffix(b"\r\n\r\n")?).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.strip_prefix("HTTP/1.1 4")?.get(..2)?;
    let status = StatusCode::from_bytes(format!("4{status}").as_bytes()).ok()?;
    let mut lengths = lines.clone().filter(|line| line.eq_ignore_ascii_case("content-length: 0"));
    if lengths.next().is_none() || lines.clone().any(|line| line.to_ascii_lowercase().starts_with("x-request-id:")) {
        return None;
    }
    let (code, message) = match status.as_u16() {
        414 | 431 => (
            "long_head",
            "the path and the headers have more than 64 KiB, or there are more than 100 headers: send data in the body",
        ),
        _ => ("no_http", "the request is not HTTP/1.1, or a header of it is not valid"),
    };
    let body = Refusal::new(status, code, message).to_value().to_string();
    let others: Vec<&str> = lines.filter(|line| !line.to_ascii_lowercase().starts_with("content-length:")).collect();
    let reason = status.canonical_reason().unwrap_or_default();
    let more = if others.is_empty() { String::new() } else { others.join("\r\n") + "\r\n" };
    Some(
        format!(
            "HTTP/1.1 {} {reason}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{more}\r\n{body}",
            status.as_str(),
            body.len()
        )
        .into_bytes(),
    )
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Socket<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Socket<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.looked_at(bytes, bytes.len(), context) {
            Some(done) => done,
            None => self.write(context, |stream, context| stream.poll_write(context, bytes)),
        }
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, context: &mut Context<'_>, parts: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let first = parts.iter().find(|part| !part.is_empty()).map_or(&[][..], |part| part);
        let whole = parts.iter().map(|part| part.len()).sum();
        match self.looked_at(first, whole, context) {
            Some(done) => done,
            None => self.write(context, |stream, context| stream.poll_write_vectored(context, parts)),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.write(context, |stream, context| stream.poll_flush(context))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.resting.is_none() {
            ready!(self.write(context, |stream, context| stream.poll_shutdown(context)))?;
            if !self.refused {
                return Poll::Ready(Ok(()));
            }
        }
        let this = &mut *self;
        let resting = this.resting.get_or_insert_with(|| Box::pin(sleep(REST)));
        let mut room = [0; 16 << 10];
        while resting.as_mut().poll(context).is_pending() {
            let mut buffer = ReadBuf::new(&mut room);
            match Pin::new(&mut this.stream).poll_read(context, &mut buffer) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {}
                // The client has closed its side.
                Poll::Ready(_) => break,
            }
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::own;

    #[test]
    fn only_a_whole_response_without_body_and_id_is_replaced() {
        let text = |head: &str| own(head.as_bytes()).map(|text| String::from_utf8(text).expect("text"));
        let replaced = text("HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n").expect("a response");
        let (head, body) = replaced.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.starts_with("HTTP/1.1 400 Bad Request\r\n") && head.contains("\r\nconnection: close"), "{head}");
        assert!(head.contains(&format!("content-length: {}", body.len())), "{head}");
        assert!(body.contains("\"code\":\"no_http\""), "{body}");
        for other in [
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\nX-Request-Id: 1\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 10\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n",
            "HTTP/1.1 400",
            "",
        ] {
            assert_eq!(text(other), None, "{other}");
        }
    }
}
