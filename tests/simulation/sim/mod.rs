//! The whole client against a simulated relay, CDN and clock, every choice from one seed.
//!
//! `run(seed)` plays one world in one thread: [`scenario`] says what there is, [`relay`] and [`cdn`] answer, [`call`] and
//! [`source`] carry the machines out as `src/web` and the facade do, and [`check`] holds them to what was promised.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected should stop; clippy's own allowance does not reach helpers"
)]

pub mod base64;
pub mod bodies;
pub mod call;
pub mod cdn;
pub mod chance;
pub mod check;
pub mod fault;
pub mod file;
pub mod gate;
pub mod jobs;
pub mod many;
pub mod relay;
pub mod sabotage;
pub mod scenario;
pub mod served;
pub mod source;
pub mod time;
pub mod world;
