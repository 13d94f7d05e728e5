//! reelay: ask an AI video relay about a task, wait for it, fetch its video.
//!
//! Three layers, arrows down only. This crate holds two of them: the core (every module but `web`), which decides and
//! never waits, and `web`, which carries out what the core decides in a JavaScript host. The third, the npm package's
//! facade, stands in `pkg-template`.

pub mod address;
pub mod create;
pub mod failure;
pub mod flat;
pub mod flow;
pub mod format;
#[cfg(not(target_arch = "wasm32"))]
pub mod host;
pub mod network;
pub mod number;
pub mod options;
pub mod platform;
pub mod policy;
pub mod reading;
pub mod sse;
#[cfg(not(target_arch = "wasm32"))]
pub mod tables;
pub mod task;
pub mod text;
pub mod value;

#[cfg(target_arch = "wasm32")]
pub mod web;
