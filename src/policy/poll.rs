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

/// For so long a request waits for others that are due.
const GATHER_MS: f64 = 25.0;
/// A pause is moved by no more than this part of it, so that polls come together.
const PLAY: f64 = 0.25;

/// A pause of a task that is polled together with others: it ends on one of the beats that they share, which began `since`
/// ms ago. Longer pauses end on rarer beats, all of which are beats of the shorter ones, too.
pub fn aligned(ms: f64, least: f64, most: f64, min_ms: f64, since: f64) -> f64 {
    let mut beat = (min_ms / 2.0).max(1.0);
    while beat * 2.0 <= ms * PLAY {
        beat *= 2.0;
    }
    let earlier = ((since + ms) / beat).floor() * beat - since;
    let moved = if earlier < least { earlier + beat } else { earlier };
    if moved > most { ms } else { moved }
}

/// How long a request that may be shared waits for others.
pub fn gather(min_ms: f64) -> f64 {
    (min_ms / 4.0).min(GATHER_MS)
}

/// Milliseconds to go at the pace so far.
fn remaining(pace: Pace, progress: f64, now: f64) -> Option<f64> {
    let (first, at) = pace.first?;
    let (gained, took) = (progress - first, now - at);
    (gained > TELLING && took > 0.0 && progress < 1.0).then(|| (1.0 - progress) * took / gained)
}
