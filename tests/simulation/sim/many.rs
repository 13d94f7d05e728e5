//! Many seeds on all cores, and what came of them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::check::Broken;
use super::fault::Counts;
use super::sabotage::Sabotage;
use super::world::{Outcome, run};

/// Seeds that a thread takes at a time.
const BATCH: u64 = 64;

#[derive(Default)]
pub struct Summary {
    pub seeds: u64,
    pub calls: u64,
    pub requests: u64,
    pub counts: Counts,
    /// The failing seed that is lowest, and what it broke.
    pub failure: Option<(u64, Broken)>,
}

/// Runs seeds from `from` on, until one fails.
pub fn run_many(from: u64, seeds: u64, threads: usize, sabotage: Option<Sabotage>) -> Summary {
    let (next, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let summary = Mutex::new(Summary::default());
    let work = || {
        let mut own = Summary::default();
        while !stop.load(Ordering::Relaxed) {
            let begin = next.fetch_add(BATCH, Ordering::Relaxed);
            if begin >= seeds {
                break;
            }
            for seed in begin..(begin + BATCH).min(seeds) {
                let outcome = outcome(from + seed, sabotage, false);
                own.seeds += 1;
                own.calls += outcome.calls;
                own.requests += outcome.requests;
                own.counts.add(&outcome.counts);
                if let Some(first) = outcome.broken.into_iter().next() {
                    own.failure = Some((from + seed, first));
                    stop.store(true, Ordering::Relaxed);
                    break;
                }
            }
        }
        summary.lock().unwrap_or_else(PoisonError::into_inner).add(own);
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    summary.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// One seed; a panic is a promise broken, too.
pub fn outcome(seed: u64, sabotage: Option<Sabotage>, traced: bool) -> Outcome {
    catch_unwind(AssertUnwindSafe(|| run(seed, sabotage, traced))).unwrap_or_else(|thrown| {
        let how = thrown.downcast_ref::<String>().cloned().or_else(|| thrown.downcast_ref::<&str>().map(ToString::to_string));
        let broken = vec![Broken { invariant: "nothing panics", how: how.unwrap_or_default() }];
        Outcome { counts: Counts::default(), broken, trace: Vec::new(), requests: 0, calls: 0 }
    })
}

impl Summary {
    fn add(&mut self, other: Summary) {
        self.seeds += other.seeds;
        self.calls += other.calls;
        self.requests += other.requests;
        self.counts.add(&other.counts);
        let sooner = |known: &(u64, Broken)| other.failure.as_ref().is_none_or(|new| known.0 < new.0);
        if !self.failure.as_ref().is_some_and(sooner) {
            self.failure = other.failure.or(self.failure.take());
        }
    }
}
