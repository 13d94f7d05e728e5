//! The JavaScript side of the crate: carries out what the core decides. The only place that names web_sys or js_sys.
//!
//! What is exported are free functions over plain values, never classes: nothing to free, no borrow to trip over. A
//! client is a number; what a caller handed in (fetch, key, signal, listener) comes along with each call and is never
//! kept. Waiting for a promise, a timer or a signal is the facade's, in whose language these are at home.

pub mod call;
mod client;
mod downloads;
mod events;
pub mod exports;
mod fetch;
pub mod flat;
mod give;
mod numbered;
pub mod platform;
mod runs;
mod take;
