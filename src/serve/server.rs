//! Starts and stops a server.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

use super::app::App;
use super::config::Config;
use super::{connections, routes};
use crate::{Error, Result};

/// The threads that read requests and write responses; parsing and judging have their own.
const READERS: usize = 2;

/// How a server stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// Every request that it took was answered.
    Whole,
    /// Requests were still being answered when the time for it was over.
    Cut,
}

/// A server that runs.
///
/// ```
/// use std::io::{Read, Write};
/// use r1rewards::serve::{Config, Server};
///
/// let config = Config { listen: ([127, 0, 0, 1], 0).into(), ..Config::default() };
/// let server = Server::start(config)?;
/// let body = r#"{"rows": [{"completion": "\\boxed{42}", "answer": "42"}]}"#;
/// let mut stream = std::net::TcpStream::connect(server.address())?;
/// write!(stream, "POST /score HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())?;
/// let mut response = String::new();
/// stream.read_to_string(&mut response)?;
/// assert!(response.starts_with("HTTP/1.1 200") && response.contains(r#""verdict":"correct""#));
/// server.stop();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Server {
    address: SocketAddr,
    app: Arc<App>,
    stop: watch::Sender<bool>,
    serving: Option<JoinHandle<bool>>,
}

impl Server {
    /// Listens, and serves on threads of its own.
    ///
    /// # Errors
    /// A configuration that is refused; an address that cannot be listened on.
    pub fn start(config: Config) -> Result<Self> {
        config.check()?;
        let app = Arc::new(App::new(&config)?);
        let failed = |error| Error::io("the threads of the server cannot be started", error);
        let runtime =
            Builder::new_multi_thread().worker_threads(READERS).thread_name("serve").enable_all().build().map_err(failed)?;
        let listener = runtime.block_on(TcpListener::bind(config.listen));
        let listener = listener.map_err(|error| Error::io(format_args!("cannot listen on {}", config.listen), error))?;
        let address = listener.local_addr().map_err(failed)?;
        let (stop, stopping) = watch::channel(false);
        let router = routes::router(&app);
        let serving = std::thread::Builder::new().name("server".to_owned());
        let serve = move |runtime: Runtime| {
            let whole = runtime.block_on(connections::serve(listener, router, config.limits, stopping));
            // What is still being read is not waited for.
            runtime.shutdown_background();
            whole
        };
        let serving = serving.spawn(move || serve(runtime)).map_err(failed)?;
        Ok(Self { address, app, stop, serving: Some(serving) })
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more requests, answers those that it has, within the time for it, and ends.
    pub fn stop(mut self) -> Stopped {
        self.end()
    }

    fn end(&mut self) -> Stopped {
        let Some(serving) = self.serving.take() else { return Stopped::Whole };
        self.app.stop();
        // It may have ended already.
        let _ = self.stop.send(true);
        let whole = serving.join().unwrap_or(false);
        self.app.queue.stop(!whole);
        if whole {
            self.app.queue.join();
            return Stopped::Whole;
        }
        Stopped::Cut
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}
