//! The fuzz targets over the fixtures and some thousand bent copies of them: seconds of what `npm run fuzz` does for minutes.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected should stop; clippy's own allowance does not reach helpers"
)]

#[path = "../simulation/sim/chance.rs"]
#[allow(dead_code, reason = "the simulation needs more of it")]
mod chance;
mod targets;

use chance::Chance;
use targets::{TARGETS, Target, named};

/// Copies of each seed that are bent.
const COPIES: usize = 60;

fn run(target: &Target, bytes: &[u8]) {
    let thrown = std::panic::catch_unwind(|| (target.run)(bytes));
    assert!(thrown.is_ok(), "{}: {:?}", target.name, String::from_utf8_lossy(bytes));
}

/// As a fuzzer would: bits flipped, pieces cut, doubled, or taken from another seed.
fn bent(seed: &[u8], other: &[u8], chance: &Chance) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..1 + chance.below(4) {
        let at = chance.below(bytes.len() + 1);
        let end = (at + chance.below(24)).min(bytes.len());
        match chance.below(5) {
            0 if at < bytes.len() => bytes[at] ^= 1 << chance.below(8),
            1 => drop(bytes.drain(at..end)),
            2 => bytes.extend_from_within(at..end),
            3 => drop(
                bytes.splice(at..end, other.iter().skip(chance.below(other.len() + 1)).take(40).copied().collect::<Vec<_>>()),
            ),
            _ => bytes.insert(at, chance.pick(b"{}[]\":,0-9eE./\\?#@%\0\n \xff")),
        }
    }
    bytes
}

fn pass(name: &str) {
    let target = named(name).unwrap();
    let corpus = (target.corpus)();
    assert!(corpus.len() >= 4, "{name} begins with next to nothing");
    let chance = Chance::new(7);
    for seed in &corpus {
        run(target, seed);
        for _ in 0..COPIES {
            let other = &corpus[chance.below(corpus.len())];
            run(target, &bent(seed, other, &chance));
        }
    }
}

macro_rules! passes {
    ($($test:ident $name:literal,)*) => {
        $(#[test] fn $test() { pass($name); })*

        #[test]
        fn every_target_has_its_pass() {
            let passed = [$($name),*];
            assert!(TARGETS.iter().all(|target| passed.contains(&target.name)) && passed.len() == TARGETS.len());
        }
    };
}

passes! {
    bodies "bodies",
    flattened_values "flat",
    retry_after "retry-after",
    content_range "content-range",
    urls "urls",
    stored_states "state",
    first_bytes "sniff",
    event_streams "sse",
}
