//! Host tests of the core: every rule by name, every fixture, the step machines in simulated time, and random input.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected should stop; clippy's own allowance does not reach helpers"
)]

mod address;
mod batch;
mod batch_drive;
mod batch_wire;
mod chat_text;
mod create;
mod create_plans;
mod download;
mod download_addresses;
mod download_faults;
mod download_leads;
mod download_part;
mod download_resume;
mod drive;
mod errors;
mod filler;
mod fixtures;
mod hearing;
mod limit;
mod lists;
mod make;
mod options;
mod pace;
mod policy;
mod progress;
mod query;
mod query_places;
mod query_routes;
mod random;
mod redirects;
mod retry;
mod samples;
mod sora_chat;
mod status;
mod tables;
mod times;
mod unwrapping;
mod values;
mod vendor_rules;
mod vendors;
mod verdict;
mod video_url;
mod wait;
mod wait_failures;
mod wait_state;
