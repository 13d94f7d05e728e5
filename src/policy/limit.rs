//! How many requests at once, and how many a second, over all calls of a client.

use crate::number::Bounds;

/// Counts what is under way. The web layer queues whoever does not get a place, first come first served.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    concurrent: u32,
    gap_ms: f64,
    active: u32,
    next_start: f64,
}

/// What a request may do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Admission {
    /// Go; the place is taken.
    Go,
    /// Ask again after so many milliseconds: the rate is used up.
    Later(f64),
    /// Ask again when a place is given back.
    Full,
}

impl Limit {
    /// At most `concurrent` at once and `per_second` starts in a second.
    pub fn new(concurrent: u32, per_second: f64) -> Self {
        Limit { concurrent, gap_ms: 1000.0 / per_second, active: 0, next_start: f64::NEG_INFINITY }
    }

    /// Whether a place is free, whatever the rate says.
    pub fn has_room(&self) -> bool {
        self.active < self.concurrent
    }

    /// Asks for a place.
    pub fn admit(&mut self, now: f64) -> Admission {
        if !self.has_room() {
            return Admission::Full;
        }
        // A clock set back must not lock the client: no more than one gap is ever waited for, and only once.
        self.next_start = self.next_start.at_most(now + self.gap_ms);
        let wait = (self.next_start - now).at_most(self.gap_ms);
        if wait > 0.0 {
            return Admission::Later(wait);
        }
        self.active += 1;
        self.next_start = now + self.gap_ms;
        Admission::Go
    }

    /// Gives a place back.
    pub fn release(&mut self) {
        self.active = self.active.saturating_sub(1);
    }
}
