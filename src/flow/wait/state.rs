//! What a wait remembers from poll to poll, and its text, which a durable step stores.

use crate::format::Format;
use crate::options::WaitOptions;
use crate::policy::poll::Pace;
use crate::task::{Task, TaskRef};
use crate::text::{Parts, digits, parts, replaced};
use crate::value::decimal;

/// Of the stored text.
const VERSION: u64 = 1;
/// Progress is stored in millionths.
const FRACTION: f64 = 1e6;
/// Stored where there is no progress.
const NONE: u64 = 9_999_999;
/// Distinct statuses and failures that `seen` counts; a relay that invents words must not grow it without end.
pub(super) const MAX_SEEN: usize = 32;

/// What a wait must remember between two polls; a job queue may store it for days.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// The relay.
    pub base_url: String,
    /// The id.
    pub id: String,
    /// The route, once it is known.
    pub format: Option<Format>,
    /// What it is a task of, once that is known to be unusual.
    pub kind: Option<String>,
    /// When the wait began.
    pub started: f64,
    /// Good polls so far.
    pub polls: u32,
    /// Failed polls in a row.
    pub failures: u32,
    /// How often each status or failure was seen.
    pub seen: Vec<(String, u32)>,
    /// What progress has told of its pace.
    pub pace: Pace,
    /// Status and progress of the last good poll.
    pub latest: Option<(String, Option<f64>)>,
    /// The poll under way, or next, is the last.
    pub last_poll: bool,
}

impl State {
    /// A wait that begins now.
    pub fn new(id: &str, base_url: &str, format: Option<Format>, now: f64) -> Self {
        State {
            base_url: base_url.to_owned(),
            id: id.to_owned(),
            format,
            kind: None,
            started: now,
            polls: 0,
            failures: 0,
            seen: Vec::new(),
            pace: Pace::default(),
            latest: None,
            last_poll: false,
        }
    }

    /// The state as text, but for the task's ref, which stands beside it where it is stored.
    pub fn write(&self) -> String {
        let (first, at) = self.pace.first.map_or((NONE, 0), |(progress, at)| (millionths(progress), at as u64));
        let (word, progress) =
            self.latest.as_ref().map_or(("", NONE), |(word, progress)| (word, progress.map_or(NONE, millionths)));
        let (polls, failures, last_poll) = (self.polls.into(), self.failures.into(), self.last_poll.into());
        let numbers = [VERSION, self.started as u64, polls, failures, self.pace.moved as u64, last_poll, first, at, progress];
        let mut text = String::new();
        for number in numbers {
            text.push_str(&digits(number));
            text.push('\n');
        }
        // A line each.
        text.push_str(&replaced(word, "\n", " "));
        for (what, count) in &self.seen {
            text.push_str(&["\n", &digits((*count).into()), "\n", what].concat());
        }
        text
    }

    /// Reads a stored state; `None` where it is not one of ours, or of another version.
    pub fn read(id: &str, base_url: &str, format: Option<Format>, text: &str) -> Option<Self> {
        let mut lines = parts(text, b"\n");
        if number(&mut lines)? != VERSION as f64 {
            return None;
        }
        let mut state = State::new(id, base_url, format, number(&mut lines)?);
        state.polls = number(&mut lines)? as u32;
        state.failures = number(&mut lines)? as u32;
        state.pace.moved = number(&mut lines)?;
        state.last_poll = number(&mut lines)? == 1.0;
        let (first, at, progress) = (number(&mut lines)?, number(&mut lines)?, number(&mut lines)?);
        let fraction = |number: f64| (number <= FRACTION).then_some(number / FRACTION);
        state.pace.first = fraction(first).map(|first| (first, at));
        state.latest = Some((lines.next()?.to_owned(), fraction(progress)));
        while lines.is_more() && state.seen.len() < MAX_SEEN {
            let count = number(&mut lines)? as u32;
            state.seen.push((lines.next()?.to_owned(), count));
        }
        Some(state)
    }

    pub(super) fn task_ref(&self, format: Format) -> TaskRef {
        TaskRef { id: self.id.clone(), format, kind: self.kind.clone(), base_url: self.base_url.clone() }
    }

    /// A good poll: a wait in steps sees what one that never stops sees, so progress counts as finely as it is stored.
    pub(super) fn sees(&mut self, task: &Task, now: f64) {
        self.failures = 0;
        self.polls += 1;
        self.format = Some(task.task_ref.format);
        self.kind.clone_from(&task.task_ref.kind);
        self.count(task.status.word().to_owned());
        let before = self.latest.as_ref().and_then(|(_, progress)| *progress);
        self.pace.see(task, before.map(millionths) != task.progress.map(millionths), now);
        self.latest = Some((task.raw_status.clone().unwrap_or_default(), task.progress));
    }

    /// The clock was set back.
    pub(super) fn set_back(&mut self, ms: f64) {
        self.started -= ms;
        self.pace.moved -= ms;
        self.pace.first = self.pace.first.map(|(progress, at)| (progress, at - ms));
    }

    /// One more poll in a row has failed; whether that is one too many.
    pub(super) fn misses(&mut self, options: &WaitOptions) -> bool {
        self.failures += 1;
        self.failures > options.failures
    }

    pub(super) fn count(&mut self, what: String) {
        if let Some((_, count)) = self.seen.iter_mut().find(|(seen, _)| *seen == what) {
            *count += 1;
        } else if self.seen.len() < MAX_SEEN {
            self.seen.push((what, 1));
        }
    }
}

fn number(lines: &mut Parts) -> Option<f64> {
    decimal(lines.next()?).filter(|number| *number >= 0.0)
}

fn millionths(progress: f64) -> u64 {
    (progress * FRACTION + 0.5) as u64
}
