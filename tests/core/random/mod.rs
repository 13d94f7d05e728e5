//! Random input, the same on every run: no body makes the core panic, and no relay makes it hang.

mod bytes;
mod json;
mod machines;
mod networks;
mod policies;
mod readings;
mod streams;

use proptest::test_runner::{Config, RngSeed};

/// So many cases from one fixed seed; nothing is written to disk.
pub fn cases(cases: u32) -> Config {
    Config { cases, rng_seed: RngSeed::Fixed(0x5ee1), failure_persistence: None, ..Config::default() }
}
