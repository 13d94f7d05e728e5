//! What was promised, checked while a world runs and at the end of each call.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use reelay::failure::{Code, Failure};
use reelay::flow::Want;
use reelay::flow::download::Part;
use reelay::options::RETRY_AFTER_MAX_MS;
use reelay::task::{Status, Task};

use super::fault::Fault;
use super::jobs::{Job, Kind};
use super::served::Said;
use super::world::World;

/// Requests of a call without progress, for each attempt that it may make: places, redirects and fresh addresses.
const PLACES: u32 = 16;
/// The shortest time that a poll's request is given.
const LAST_MOMENT: f64 = 250.0;
/// The last poll is made so long before the deadline, or a tenth of a short wait.
const LAST_POLL: f64 = 1_000.0;

/// A promise that was not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    pub invariant: &'static str,
    pub how: String,
}

/// What is watched over all calls.
#[derive(Default)]
pub struct Watch {
    pub broken: RefCell<Vec<Broken>>,
    pub requests: Cell<u64>,
    active: Cell<u32>,
    /// When the last request was let in, and after how many jumps.
    last: Cell<Option<(f64, u32)>>,
}

/// One attempt at a call: what it has seen, and since when.
#[derive(Debug, Clone, Default)]
pub struct Record {
    pub began: f64,
    pub jumps: u32,
    /// Polls, rather than asking once.
    pub patient: bool,
    pub polls: u32,
    /// Requests of the poll under way.
    pub poll_requests: u32,
    /// Requests without progress.
    pub idle: u32,
    /// What the last answer meant, if it came.
    pub said: Option<Said>,
    /// When it had come, and the pause it asked for.
    pub ended: f64,
    pub asked: Option<f64>,
    /// It said that the same request is not to be repeated.
    pub warned: bool,
    pub url: String,
    /// The next request begins a poll.
    pub paused: bool,
    /// Bytes delivered, an earlier run's included; that may be held for nothing until this one has begun.
    pub bytes: f64,
    pub begun: bool,
}

impl World {
    fn slack(&self) -> f64 {
        if self.scenario.is(Fault::LateTimer) { 402.0 } else { 2.0 }
    }

    /// A request has a place under the limit.
    pub fn entered(&self) {
        let watch = &self.check;
        watch.requests.set(watch.requests.get() + 1);
        watch.active.set(watch.active.get() + 1);
        if watch.active.get() > self.scenario.config.concurrent {
            self.broke("requests at once keep to the limit", || format!("{} at once", watch.active.get()));
        }
        let (now, jumps) = (self.time.now(), self.time.jumps());
        let rate = self.scenario.config.per_second;
        if let Some((last, before)) = watch.last.replace(Some((now, jumps))) {
            // `Date.now()` knows whole milliseconds only.
            if before == jumps && now - last < 1000.0 / rate - 1.001 {
                self.broke("requests a second keep to the limit", || format!("two within {} ms", now - last));
            }
        }
    }

    pub fn left(&self) {
        self.check.active.set(self.check.active.get() - 1);
    }

    /// A request goes out.
    pub fn sending(&self, job: &Job, record: &mut Record, url: &str) {
        record.idle += 1;
        let most = PLACES * (self.scenario.config.retries + 2);
        if !record.patient && record.idle > most {
            self.broke("every call ends", || format!("{} requests without progress", record.idle));
        }
        let now = self.time.now();
        let still = self.time.jumps() == record.jumps;
        let starts = record.patient && (record.paused || record.polls == 0);
        let again = |asked: &f64| *asked <= RETRY_AFTER_MAX_MS && !record.patient && record.url == url;
        if let Some(asked) = record.asked.filter(again)
            && now - record.ended < asked - 2.0
        {
            self.broke("no poll comes before its pause is over", || {
                format!("again after {} ms, {asked} were asked for", now - record.ended)
            });
        }
        if record.warned && job.kind == Kind::Query && record.url == url {
            self.broke("the relay's word on repeating is kept", || url.to_owned());
        }
        record.poll_requests = if starts { 1 } else { record.poll_requests + 1 };
        if starts {
            self.in_time(job, record);
        }
        if starts && record.paused && still {
            let timeout = job.options.timeout_ms;
            let last = LAST_POLL.min(timeout / 10.0);
            let to_go = record.began + timeout - now;
            let pause = record.asked.unwrap_or(0.0).min(RETRY_AFTER_MAX_MS).max(job.options.min_ms);
            if now - record.ended < pause - 2.0 && to_go > last + self.slack() {
                self.broke("no poll comes before its pause is over", || format!("after {} ms, not {pause}", now - record.ended));
            }
            if to_go < -self.slack() {
                self.broke("the last poll is inside the deadline", || format!("{} ms after it", -to_go));
            }
        }
        if starts {
            record.polls += 1;
        }
        (record.paused, record.url) = (false, url.to_owned());
    }

    /// The first bytes of a run are asked for behind a part that something pins.
    pub fn continuing(&self, part: &Part, want: &Want) {
        let pinned = part.bytes > 0.0 && (part.validator.is_some() || part.total.is_some());
        let Want::Bytes { from, .. } = want else { return };
        if *from != pinned.then_some(part.bytes) {
            self.broke("a part that is pinned is continued, and no other", || format!("from {from:?} behind {part:?}"));
        }
    }

    /// A machine wants to pause.
    pub fn pausing(&self, job: &Job, ms: f64) {
        if !(0.0..=RETRY_AFTER_MAX_MS.max(job.options.max_ms)).contains(&ms) {
            self.broke("every call ends", || format!("a pause of {ms} ms"));
        }
    }

    /// A wait, or what waited, has ended: not long after its deadline, whatever the clock did.
    pub fn in_time(&self, job: &Job, record: &Record) {
        let timeout = job.options.timeout_ms;
        let jumps = f64::from(self.time.jumps());
        let stretch = jumps * (timeout + RETRY_AFTER_MAX_MS + 40_000.0);
        let began = record.began;
        let latest = began + timeout + f64::from(record.poll_requests) * (LAST_MOMENT + self.slack()) + self.slack() + stretch;
        if self.time.now() > latest {
            self.broke("a wait keeps its deadline", || format!("{} ms after {timeout} ms", self.time.now() - began - timeout));
        }
    }

    /// A call has ended.
    pub fn ended(&self, job: &Job, record: &Record, result: &Result<Rc<Task>, Failure>) {
        self.note(|| format!("ended: {result:?}"));
        let said = record.said.as_ref().and_then(|said| said.status);
        let otherwise = "a finished task is never reported otherwise";
        match result {
            Ok(task) => {
                let right = if job.kind == Kind::Query { Some(task.status) == said } else { task.status == Status::Succeeded };
                // A download may go on asking for the task; what it was given stays.
                if !right || (job.kind != Kind::Download && said != Some(task.status)) {
                    self.broke(otherwise, || format!("{:?}, and the relay said {said:?}", task.status));
                }
                let url = record.said.as_ref().and_then(|said| said.url.clone());
                if job.kind != Kind::Download && said == Some(Status::Succeeded) && task.video_url() != url.as_deref() {
                    self.broke(otherwise, || format!("its address is {:?}, not {url:?}", task.video_url()));
                }
                self.named(job, Some(&task.task_ref.id));
            }
            Err(failure) => self.failed(job, record, failure, said),
        }
    }

    fn failed(&self, job: &Job, record: &Record, failure: &Failure, said: Option<Status>) {
        let otherwise = "a finished task is never reported otherwise";
        if self.scenario.gentle {
            self.broke("a patient client gets over it", || format!("{}: {}", failure.code.word(), failure.message));
        }
        let claims = match failure.code {
            Code::TaskFailed => Some(Status::Failed),
            Code::TaskExpired => Some(Status::Expired),
            _ => None,
        };
        let finished = matches!(said, Some(Status::Succeeded | Status::Failed | Status::Expired));
        if job.kind != Kind::Query && record.patient && finished && claims != said {
            self.broke(otherwise, || format!("{}, and the relay said {said:?}", failure.code.word()));
        }
        if claims.is_some() && claims != said {
            self.broke(otherwise, || format!("{}, and the relay said {said:?}", failure.code.word()));
        }
        if job.kind == Kind::Query && said.is_some() {
            self.broke(otherwise, || format!("{}, and the relay said {said:?}", failure.code.word()));
        }
        if !record.patient && job.kind == Kind::Download {
            if failure.task.as_ref().is_none_or(|task| task.status != Status::Succeeded) {
                self.broke(otherwise, || format!("{} without the succeeded task", failure.code.word()));
            }
            let told = failure.bytes.unwrap_or(-1.0);
            if told != record.bytes && (record.begun || told != 0.0) {
                self.broke("a failed download tells its bytes", || format!("{told}, not {}", record.bytes));
            }
        }
        if record.patient && failure.seen.as_ref().is_none_or(Vec::is_empty) && claims.is_none() {
            self.broke("a failed wait tells what it saw", || failure.code.word().to_owned());
        }
        self.named(job, failure.task_ref.as_ref().map(|of| &of.id));
        let right = failure.task_ref.as_ref().is_some_and(|of| of.base_url == self.scenario.config.base.url());
        if !right || matches!(failure.code, Code::Internal | Code::InvalidArgument) {
            self.broke("every failure carries code and ref", || format!("{failure:?}"));
        }
        let told = format!("{} {:?}", failure.message, failure.server);
        if told.contains("sig=") || failure.message.contains('?') && failure.server.is_none() {
            self.broke("no failure tells a signature", || told);
        }
    }

    fn named(&self, job: &Job, id: Option<&String>) {
        if id != Some(&job.life.id) {
            self.broke("every failure carries code and ref", || format!("{id:?} for {:?}", job.life.id));
        }
    }
}
