//! How long to leave a task alone between two polls: tools/polling.rs holds it against jobs of many kinds and the peers' ways.

use crate::number::Bounds;
use crate::task::{Status, Task};

/// An honest estimate is approached in steps of this part of what is left.
const APPROACH: f64 = 0.45;
/// In a queue nothing can finish.
const QUEUED: f64 = 3.0;
/// A task this old will not miss a moment.
const OLD_MS: f64 = 600_000.0;
/// A young one may be quick: its pauses grow with its age, times this.
const YOUNG: f64 = 5.0;
/// Where an estimate was wrong, polls near its end have been spent, and slower ones from then on would be to no avail: this part of an even pace.
const OVERDUE: f64 = 0.6;
/// With less progress than this an estimate is noise.
const TELLING: f64 = 0.05;

/// What a task's progress has told of its pace.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Pace {
    /// Progress when the task was first seen being made, and when that was.
    pub first: Option<(f64, f64)>,
    /// When progress was first seen to be what it is.
    pub moved: f64,
}

impl Pace {
    /// Takes in a snapshot, whose progress has moved or has not.
    pub fn see(&mut self, task: &Task, moved: bool, now: f64) {
        if moved {
            self.moved = now;
        }
        // Many relays tell of 0 percent in a queue, which says nothing of the pace.
        if task.status == Status::Queued {
            self.first = None;
        } else if self.first.is_none() {
            self.first = task.progress.map(|progress| (progress, now));
        }
    }

    /// Milliseconds to go at the pace so far, below zero once they are over; `None` where progress tells nothing.
    pub fn left(&self, task: &Task, now: f64) -> Option<f64> {
        let (progress, (first, at)) = (task.progress?, self.first?);
        let (gained, took) = (progress - first, self.moved - at);
        (gained >= TELLING && took > 0.0 && progress < 1.0).then(|| self.moved - now + (1.0 - progress) * took / gained)
    }
}

/// The next pause, within the caller's bounds, for a task that has been waited for so long.
pub fn delay(task: &Task, left: Option<f64>, age: f64, min_ms: f64, max_ms: f64, jitter: f64) -> f64 {
    // A caller's 0 is no wish to ask without a pause.
    let least = min_ms.at_least(max_ms / 100.0);
    // Of what can be known without progress, an even pace is the best for most: what comes late by it costs no request.
    let steady = (least * max_ms).sqrt() * (age / OLD_MS).sqrt().at_least(1.0);
    let blind = (if task.status == Status::Queued { steady * QUEUED } else { steady }).at_most(least + age * YOUNG);
    let wanted = match left {
        Some(left) if left > 0.0 => left * APPROACH,
        // The estimate was wrong: the longer ago, the less it counts.
        Some(left) => (least - left).at_most(blind * OVERDUE),
        None => blind,
    };
    // A tenth of play keeps many waits from marching in step.
    (wanted * (0.95 + jitter.at_least(0.0).at_most(1.0) / 10.0)).at_most(max_ms).at_least(min_ms)
}

/// For so long a request waits for others that are due.
const GATHER_MS: f64 = 25.0;
/// A pause is moved by no more than this part of it, so that polls come together.
const PLAY: f64 = 0.25;

/// A pause of a task that is polled together with others: it ends on one of the beats that they share, which began `since`
/// ms ago. Longer pauses end on rarer beats, all of which are beats of the shorter ones, too.
pub fn aligned(ms: f64, least: f64, most: f64, min_ms: f64, since: f64) -> f64 {
    let mut beat = (min_ms / 2.0).at_least(1.0);
    while beat * 2.0 <= ms * PLAY {
        beat *= 2.0;
    }
    let earlier = ((since + ms) / beat).floor() * beat - since;
    let moved = if earlier < least { earlier + beat } else { earlier };
    if moved > most { ms } else { moved }
}

/// How long a request that may be shared waits for others.
pub fn gather(min_ms: f64) -> f64 {
    (min_ms / 4.0).at_most(GATHER_MS)
}
