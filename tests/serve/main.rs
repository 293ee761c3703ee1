//! `verify serve`: what every client gets, whatever it sends and however it goes away.
#![cfg(feature = "serve")]

mod adapters;
mod client;
mod hostile;
mod killed;
mod load;
mod messages;
mod mutations;
mod program;
mod rows;
