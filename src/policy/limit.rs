//! How many requests at once, and how many a second, over all calls of a client; and how long its relay wants to be left alone.

use super::{retry, verdict};
use crate::failure::Code;
use crate::flow::{Answer, Exchange, Request};
use crate::number::Bounds;
use crate::options::RETRY_AFTER_MAX_MS;
use crate::platform::{Moment, Platform};

/// Counts what is under way. The web layer queues whoever does not get a place, first come first served.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    concurrent: u32,
    gap_ms: f64,
    active: u32,
    next_start: f64,
    /// Until when the relay is left alone, and for how long that was at most.
    until: f64,
    held_ms: f64,
    /// How often in a row it has said that it is asked too much; what was under way together says so once.
    refusals: u32,
    /// One request is out to learn whether it still says so.
    probing: bool,
}

/// What a request may do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Admission {
    /// Go; the place is taken.
    Go,
    /// Ask again after so many milliseconds: the rate is used up, or the relay is left alone.
    Later(f64),
    /// Ask again when a place is given back.
    Full,
}

impl Limit {
    /// At most `concurrent` at once and `per_second` starts in a second.
    pub fn new(concurrent: u32, per_second: f64) -> Self {
        Limit {
            concurrent,
            gap_ms: 1000.0 / per_second,
            active: 0,
            next_start: f64::NEG_INFINITY,
            until: f64::NEG_INFINITY,
            held_ms: 0.0,
            refusals: 0,
            probing: false,
        }
    }

    /// Whether a place is free, whatever the rate says.
    pub fn has_room(&self) -> bool {
        self.active < self.concurrent
    }

    /// Asks for a place, for a request of the relay itself or of another server, where outputs lie.
    pub fn admit(&mut self, of_relay: bool, now: f64) -> Admission {
        // After a refusal one goes ahead, and the others see how it fares.
        let refused = of_relay && self.refusals > 0;
        if !self.has_room() || refused && self.probing {
            return Admission::Full;
        }
        // A clock set back must not lock the client: no more than one gap is ever waited for, and only once.
        self.next_start = self.next_start.at_most(now + self.gap_ms);
        let mut wait = (self.next_start - now).at_most(self.gap_ms);
        if refused {
            wait = wait.at_least(self.held(now));
        }
        if wait > 0.0 {
            return Admission::Later(wait);
        }
        self.probing |= refused;
        self.active += 1;
        self.next_start = now + self.gap_ms;
        Admission::Go
    }

    /// A request has ended: a relay that says that it is asked too much is left alone, by all calls of the client.
    pub fn ended(&mut self, request: &Request, exchange: &Exchange, moment: Moment, platform: &Platform) {
        let Exchange::Answer(Answer { status, .. }) = exchange else { return };
        // No other server is the relay. Some refusals of that status are about money, which no pause brings.
        let about = || verdict::judge(&request.url, exchange, Some(request.format), moment, platform);
        if request.credentialed {
            let refused = *status == 429 && about().is_err_and(|failure| failure.code == Code::RateLimited);
            self.hears(refused, exchange.retry_after(moment, platform), moment);
        }
    }

    /// The relay has answered: that it is asked too much, or anything else. `asked`: the pause that it asks for.
    fn hears(&mut self, refused: bool, asked: Option<f64>, moment: Moment) {
        let now = moment.now;
        // While it is left alone there come the answers to what was under way.
        let fresh = self.held(now) <= 0.0;
        if !refused {
            if fresh {
                // A pause that is over would begin again with a clock set back.
                (self.refusals, self.until) = (0, f64::NEG_INFINITY);
            }
            return;
        }
        if fresh {
            self.refusals = self.refusals.saturating_add(1);
        } else if asked.is_none() {
            return;
        }
        // Longer than a call would wait by itself, its caller is told of: who asks again all the same has decided so.
        let asked = asked.filter(|asked| *asked <= RETRY_AFTER_MAX_MS);
        let ms = asked.unwrap_or_else(|| retry::backoff(self.refusals - 1, moment.jitter));
        if now + ms > self.until {
            (self.until, self.held_ms) = (now + ms, ms);
        }
    }

    /// For how long the relay is left alone still, which a clock set back makes no longer.
    fn held(&mut self, now: f64) -> f64 {
        self.until = self.until.at_most(now + self.held_ms);
        self.until - now
    }

    /// Gives a place back.
    pub fn release(&mut self) {
        self.active = self.active.saturating_sub(1);
        self.probing = false;
    }
}
