//! `verify serve`: rewards over HTTP, for trainers on other machines and in other languages.
//!
//! Accepts: rows as `verify score` reads them (`POST /score`), and the requests of clients of other servers
//! (`sandbox_fusion.rs`, `openrlhf.rs`, `slime.rs`, `nemo_gym.rs`). Refuses, with a JSON body that has a `code`: bodies that are too
//! large or too slow, requests that cannot wait any longer (429 with `Retry-After`), and requests without the token. Every request is
//! answered or refused; none waits without a limit.
//!
//! Two sorts of threads: those of tokio read requests and write responses, and those of the queue (`queue.rs`) parse and judge.

mod access;
mod adapter;
mod app;
mod around;
mod body;
mod config;
mod connections;
mod form;
mod health;
mod metrics;
mod nemo_gym;
mod openrlhf;
mod paths;
mod queue;
mod refusal;
mod request;
mod routes;
mod sandbox_fusion;
mod score;
mod server;
mod slime;
mod socket;

pub(crate) use config::address;
pub use config::{Config, Limits};
pub use server::{Server, Stopped};
