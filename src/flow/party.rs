//! What a wait knows of those it is polled together with.

use super::batch::Share;
use crate::failure::Code;

/// Longer ids are asked for singly: an address that names many has an end.
const MAX_SHARED_ID: usize = 128;
/// Batches that bring a task nothing, before it leaves them alone.
const MAX_VAIN: u8 = 3;
/// Turns within so long of an answer are taken to be made at once.
const SAME_MS: f64 = 20.0;

/// One wait's part in batches.
#[derive(Debug, Clone)]
pub struct Party {
    /// When they all began: the beats of their polls count from there.
    pub began: f64,
    /// What the batch under way brings.
    pub share: Share,
    /// When a batch was last answered.
    pub heard: f64,
    /// The query in hand is the batch's to ask.
    joined: bool,
    /// The next query is not shared.
    single: bool,
    /// A batch failed: if the task's own query does not, that was the batch's fault.
    suspect: bool,
    /// Batches that brought nothing.
    vain: u8,
}

impl Party {
    /// Of those that began then.
    pub fn new(began: f64) -> Self {
        Party { began, share: Share::Nothing, heard: began, joined: false, single: false, suspect: false, vain: 0 }
    }

    /// How long ago they began. Turns take their time, and those of one batch must not fall on either side of a beat for it.
    pub fn since(&self, now: f64) -> f64 {
        if now - self.heard < SAME_MS { self.heard - self.began } else { now - self.began }
    }

    /// One for all, lest they lose step; another client's is another.
    pub fn jitter(&self) -> f64 {
        (self.began / 1000.0).fract()
    }

    /// Whether a query for an id of this length joins the next batch.
    pub fn joins(&mut self, length: usize) -> bool {
        self.joined = !std::mem::take(&mut self.single) && self.vain < MAX_VAIN && length <= MAX_SHARED_ID;
        self.joined
    }

    /// What the batch brought, if one was joined.
    pub fn shared(&mut self) -> Option<Share> {
        if !std::mem::take(&mut self.joined) {
            return None;
        }
        let share = std::mem::replace(&mut self.share, Share::Nothing);
        // A batch may fail where single requests do not, or for one of its ids: it must not be the end of the others.
        let faulty = matches!(&share, Share::Given(Err(failure)) if !matches!(failure.code, Code::Network | Code::RateLimited));
        self.suspect = faulty;
        self.single = faulty || matches!(share, Share::Missing | Share::Nothing);
        match share {
            Share::Given(Ok(_)) => self.vain = 0,
            Share::Missing => self.vain += 1,
            _ => {}
        }
        Some(share)
    }

    /// The task's own query has ended, well or not.
    pub fn singly(&mut self, well: bool) {
        self.vain += u8::from(std::mem::take(&mut self.suspect) && well);
    }
}
