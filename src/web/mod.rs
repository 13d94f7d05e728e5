//! The JavaScript side of the crate: carries out what the core decides. The only place that names web_sys or js_sys.
//!
//! What is exported are free functions over plain values, never classes: nothing to free, no borrow to trip over. A
//! client and a call under way are numbers; what a caller handed in (fetch, key, signal, listener) stays in the facade.
//!
//! Each export is one turn of a call: what happened comes in, what is to be done next goes out, and nothing waits in
//! here. Promises, timers and signals are the facade's, in whose language these are at home; a future for each of them
//! on this side cost 12 KB and a third of the time of a query.

mod client;
mod events;
pub mod exports;
mod fetch;
mod give;
pub mod host;
mod machine;
mod memory;
mod numbered;
mod plan;
pub mod platform;
mod read;
mod run;
mod state;
mod stream;
mod take;

use crate::flat;
