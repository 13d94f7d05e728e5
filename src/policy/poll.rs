//! How long to leave a task alone between two polls.

use crate::task::Task;

/// Each poll that brings nothing new makes the next one later by this factor.
const GROWTH: f64 = 1.25;
/// An honest estimate is approached in steps of this part of what is left.
const APPROACH: f64 = 0.35;
/// Below this progress an estimate is noise.
const TELLING: f64 = 0.05;

/// What is known of a task's pace.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// The pause before the last poll.
    pub last_ms: f64,
    /// Progress first seen, and when.
    pub first: Option<(f64, f64)>,
}

/// The next pause, within the caller's bounds.
pub fn delay(pace: Pace, task: Option<&Task>, changed: bool, min_ms: f64, max_ms: f64, now: f64, jitter: f64) -> f64 {
    let grown = if changed { min_ms } else { (pace.last_ms * GROWTH).max(min_ms) };
    let estimated = task.and_then(|task| task.progress).and_then(|progress| remaining(pace, progress, now));
    let wanted = estimated.map_or(grown, |left| left * APPROACH);
    // A tenth of play keeps many waits from marching in step.
    (wanted * (0.95 + jitter.max(0.0).min(1.0) / 10.0)).min(max_ms).max(min_ms)
}

/// Milliseconds to go at the pace so far.
fn remaining(pace: Pace, progress: f64, now: f64) -> Option<f64> {
    let (first, at) = pace.first?;
    let (gained, took) = (progress - first, now - at);
    (gained > TELLING && took > 0.0 && progress < 1.0).then(|| (1.0 - progress) * took / gained)
}
