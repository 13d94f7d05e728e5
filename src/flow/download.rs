//! The bytes of one output: where they are asked for, and what each end of a stream means.
//!
//! The bytes themselves never come here. The caller streams them and tells how far it got.

mod answers;
mod ends;
mod sources;

use std::rc::Rc;

use sources::{Aim, Source};

use super::query::Query;
use super::wait::ended;
use super::{Act, Event, Method, Request, Trouble, Want};
use crate::address::Target;
use crate::failure::{Code, Failure};
use crate::format::Variant;
use crate::options::Config;
use crate::platform::{Moment, Platform};
use crate::policy::resume::Version;
use crate::task::{Status, Task};
use crate::text::digits;

/// Addresses that one download may be led to by JSON in place of bytes.
const MAX_LEADS: u8 = 3;

/// A stream to be passed on.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// Where in the output it goes on: below what was delivered only where an earlier part is of another version.
    pub at: f64,
    /// Bytes to drop at its start: they were delivered before.
    pub skip: f64,
    /// What pins this version of the bytes.
    pub validator: Option<String>,
    /// Length of the whole output, where it is told.
    pub total: Option<f64>,
    /// As announced.
    pub media_type: Option<String>,
}

/// What an earlier run has of the same output, and by what it is known again.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Part {
    /// Bytes that are there.
    pub bytes: f64,
    /// Length of the whole.
    pub total: Option<f64>,
    /// Of the version they are of.
    pub validator: Option<String>,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// As for any machine.
    Do(Act),
    /// It is complete, or has failed.
    Done(Result<(), Failure>),
    /// Pass the answer's body on, then tell how it ended.
    Stream(Flow),
    /// Decode a `data:` address and pass that on.
    Decode(String),
}

/// How a stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The body is over.
    Whole,
    /// It broke, or fell silent.
    Cut(Trouble),
    /// The body is over, but by its own account the video is not.
    Short,
    /// What it repeats is not what was delivered.
    Other,
    /// Its first bytes are something else than a video.
    Impostor(&'static str),
}

/// Fetches one output.
#[derive(Debug, Clone)]
pub struct Download {
    task: Rc<Task>,
    variant: Variant,
    output: Option<usize>,
    sources: Vec<Source>,
    target: Option<Target>,
    refresh: Option<Box<Query>>,
    refreshed: bool,
    renewed: bool,
    /// Bytes delivered.
    delivered: f64,
    /// They are an earlier run's, which another version may replace.
    stale: bool,
    total: Option<f64>,
    /// The last piece did not tell where the whole ends.
    open_ended: bool,
    media_type: Option<String>,
    validator: Option<String>,
    version: Version,
    ranged: bool,
    /// The last body began behind the first byte.
    joined: bool,
    /// The server has been asked for more than it called the whole.
    doubted: bool,
    attempt: u32,
    hops: u8,
    leads: u8,
    /// Why the result's own address gives nothing.
    blame: Option<Failure>,
}

impl Download {
    /// Plans the download of a succeeded task.
    pub fn new(task: impl Into<Rc<Task>>, variant: Variant, output: Option<usize>) -> Result<Self, Failure> {
        let task = task.into();
        match task.status {
            Status::Succeeded => {}
            Status::Failed => return Err(ended(Code::TaskFailed, "failed", &task)),
            Status::Expired => return Err(ended(Code::TaskExpired, "has expired", &task)),
            Status::Queued | Status::Running | Status::Unknown => {
                let word = task.status.word();
                let message =
                    ["The task is ", word, ": there is nothing to download yet. Give its id or ref to wait first."].concat();
                return Err(Failure::argument(message).with_task(&task));
            }
        }
        let mut download = Download {
            task,
            variant,
            output,
            sources: Vec::new(),
            target: None,
            refresh: None,
            refreshed: false,
            renewed: false,
            delivered: 0.0,
            stale: false,
            total: None,
            open_ended: false,
            media_type: None,
            validator: None,
            version: Version::default(),
            ranged: true,
            joined: false,
            doubted: false,
            attempt: 0,
            hops: 0,
            leads: 0,
            blame: None,
        };
        download.sources = download.plan()?;
        Ok(download)
    }

    /// Goes on behind what an earlier run has. Bytes that nothing pins to a version are fetched again.
    pub fn resume(&mut self, part: Part) {
        if part.bytes > 0.0 && (part.validator.is_some() || part.total.is_some()) {
            self.stale = true;
            self.delivered = part.bytes;
            self.total = part.total;
            self.version = part.validator.as_deref().map(Version::pinned).unwrap_or_default();
            self.validator = part.validator;
        }
    }

    /// The task it belongs to.
    pub fn task(&self) -> &Rc<Task> {
        &self.task
    }

    /// Whether the last event brought a fresh snapshot of the task.
    pub fn take_renewed(&mut self) -> bool {
        std::mem::take(&mut self.renewed)
    }

    /// The next step after an event.
    pub fn next(&mut self, event: Event, config: &Config, moment: Moment, platform: &Platform) -> Step {
        let scene = &Scene { config, moment, platform };
        if let Some(query) = self.refresh.take() {
            return self.refreshing(query, event, scene);
        }
        match event {
            Event::Start | Event::Slept => self.send(scene),
            Event::Ended(exchange) => self.ended(&exchange, scene),
        }
    }

    /// The next step after a stream, of which `delivered` bytes have reached the caller in all. `None`: it is complete.
    pub fn flowed(&mut self, delivered: f64, end: End, config: &Config, moment: Moment, platform: &Platform) -> Option<Step> {
        let scene = &Scene { config, moment, platform };
        let grown = delivered > self.delivered;
        if grown {
            // Progress earns everything anew: attempts, leads, and a fresh address when this one runs out, too.
            (self.attempt, self.leads, self.refreshed, self.stale, self.doubted) = (0, 0, false, false, false);
            self.blame = None;
        }
        self.delivered = delivered;
        let short = self.total.is_some_and(|total| delivered < total);
        let cut = match end {
            _ if self.joined && self.total.is_some_and(|total| delivered > total) => {
                return Some(self.give_up(Failure::new(Code::DownloadIncomplete, "More bytes came than the whole has.")));
            }
            // Cut behind the last byte is not cut.
            End::Cut(_) if self.total == Some(delivered) && delivered > 0.0 => return None,
            // More may follow; a 416 says that nothing does.
            End::Whole if grown && self.open_ended => return Some(self.send(scene)),
            End::Whole if delivered > 0.0 && !short && !self.open_ended => return None,
            End::Short if delivered > 0.0 && !short => {
                // A proxy may call whole what was cut behind it. A server that says so again is believed.
                if self.doubted {
                    return None;
                }
                self.doubted = true;
                return Some(self.send(scene));
            }
            End::Whole | End::Short => incomplete("body ended", delivered),
            End::Cut(Trouble::Timeout) => incomplete("download fell silent", delivered),
            End::Cut(Trouble::Network) => incomplete("download was cut", delivered),
            End::Other => return Some(self.other_bytes()),
            End::Impostor(what) => {
                let failure = Failure::new(Code::NotAVideo, [what, " came where a video was due."].concat());
                return Some(self.spoiled(failure, scene));
            }
        };
        Some(self.again(cut, None, scene))
    }

    fn send(&mut self, scene: &Scene) -> Step {
        if self.target.is_none() {
            match self.aim(scene) {
                Ok(Aim::Ask(target)) => self.target = Some(target),
                Ok(Aim::Decode(url)) => return self.decode(url),
                Err(failure) => return self.spoiled(failure, scene),
            }
        }
        let Some(target) = &self.target else {
            return self.give_up(Failure::new(Code::Internal, "A download had nowhere to go."));
        };
        let from = (self.delivered > 0.0 && self.ranged).then_some(self.delivered);
        let want = Want::Bytes { validator: from.and(self.validator.clone()), from };
        let (format, timeout_ms) = (self.task.task_ref.format, scene.config.timeout_ms);
        Step::Do(Act::Send(Request::new(Method::Get, None, target, format, want, timeout_ms)))
    }

    /// Nothing pins what a `data:` address holds: it is passed on whole, in place of an earlier run's part, or not at all.
    fn decode(&mut self, url: String) -> Step {
        if self.delivered > 0.0 && !self.stale {
            let message = "The rest is only in a data: address, which may hold other bytes.";
            return self.give_up(Failure::new(Code::DownloadIncomplete, message));
        }
        self.forget();
        Step::Decode(url)
    }

    /// Nothing is left of an earlier run's part.
    fn forget(&mut self) {
        (self.stale, self.ranged, self.open_ended) = (false, true, false);
        (self.delivered, self.total, self.validator) = (0.0, None, None);
        self.version = Version::default();
    }
}

fn incomplete(how: &str, delivered: f64) -> Failure {
    let message = ["The ", how, " after ", &digits(delivered as u64), " bytes."].concat();
    Failure::new(Code::DownloadIncomplete, message)
}

/// What every step is taken in.
struct Scene<'a> {
    config: &'a Config,
    moment: Moment,
    platform: &'a Platform,
}
