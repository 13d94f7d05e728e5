//! The simulation in a few thousand worlds, and the proof that it bites: every promise, broken on purpose, is found out.
//! `npm run simulate -- --seeds 1000000` runs many more.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected should stop; clippy's own allowance does not reach helpers"
)]

mod sim;

use std::sync::OnceLock;

use sim::fault::Fault;
use sim::many::{Summary, outcome, run_many};
use sim::sabotage::Sabotage;

/// Where the seeds of `npm test` begin.
const FIRST: u64 = 1;

/// A few thousand worlds, played once for the tests that look at them.
fn worlds() -> &'static Summary {
    static WORLDS: OnceLock<Summary> = OnceLock::new();
    WORLDS.get_or_init(|| run_many(FIRST, 6_000, 2, None))
}

#[test]
fn what_was_promised_holds_in_every_world() {
    let worlds = worlds();
    let seed = worlds.failure.as_ref().map(|failure| failure.0);
    assert_eq!(worlds.failure, None, "replay: npm run simulate -- --seed {}", seed.unwrap_or_default());
    assert_eq!(worlds.seeds, 6_000);
}

#[test]
fn every_class_of_fault_is_met() {
    assert_eq!(worlds().counts.missing(), Vec::<&str>::new());
}

#[test]
fn every_broken_promise_is_found_out() {
    for (sabotage, name, invariant) in Sabotage::ALL {
        let found = (FIRST..FIRST + 2_000).find(|seed| {
            let broken = outcome(*seed, Some(*sabotage), false).broken;
            broken.iter().any(|broken| broken.invariant == *invariant)
        });
        assert!(found.is_some(), "{name} is not found out by: {invariant}");
    }
}

#[test]
fn a_seed_plays_the_same_world_again() {
    for seed in FIRST..FIRST + 200 {
        let (first, second) = (outcome(seed, None, true), outcome(seed, None, true));
        assert_eq!(first.trace, second.trace);
        assert!(first.counts == second.counts && !first.trace.is_empty());
    }
}

#[test]
fn every_fault_has_one_name() {
    for (place, (fault, _, name)) in Fault::ALL.iter().enumerate() {
        assert_eq!(*fault as usize, place);
        assert_eq!(Fault::ALL.iter().filter(|(.., other)| other == name).count(), 1, "{name}");
    }
}
