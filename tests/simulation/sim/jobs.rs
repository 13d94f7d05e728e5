//! One call and the task it is about: what the task's life will be, where its result will be, and what befalls the call.

use reelay::options::WaitOptions;
use reelay::task::Status;

use super::chance::Chance;
use super::fault::Fault;
use super::file::File;
use super::scenario::{Scenario, options};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Query,
    Wait,
    Steps,
    Download,
}

/// Where a finished task's body says its video is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Nowhere.
    Nowhere,
    Cdn,
    Own,
    Data,
    Unsafe,
}

/// What the content path does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    Bytes,
    Redirect,
    Lead,
    Base64,
    Missing,
}

/// How a server tells the versions of its bytes apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pin {
    Etag,
    WeakAndDate,
    Date,
    Nothing,
}

/// A task as the relay knows it.
#[derive(Debug, Clone)]
pub struct Life {
    pub id: String,
    /// Milliseconds after the world's begin.
    pub running: f64,
    pub done: f64,
    pub end: Status,
    pub place: Place,
    pub content: Content,
    pub pin: Pin,
    pub file: File,
    /// When the bytes are replaced by another version's, as a size.
    pub changes: Option<(f64, usize)>,
    /// The relay knows the task only from then on.
    pub known: f64,
}

#[derive(Debug, Clone)]
pub struct Job {
    pub kind: Kind,
    pub begin: f64,
    pub life: Life,
    pub options: WaitOptions,
    pub idle_ms: f64,
    pub abort: Option<f64>,
    /// How long the process lives, each time.
    pub crashes: Vec<f64>,
}

impl Life {
    /// What a snapshot of that moment shows.
    pub fn at(&self, now: f64) -> (Status, f64) {
        if now >= self.done {
            (self.end, 1.0)
        } else if now >= self.running {
            (Status::Running, (now - self.running) / (self.done - self.running))
        } else {
            (Status::Queued, 0.0)
        }
    }

    /// The bytes that are served at a moment.
    pub fn file_at(&self, now: f64) -> File {
        match self.changes {
            Some((at, size)) if now >= at => File { version: 1, size, ..self.file },
            _ => self.file,
        }
    }

    /// Every version that there may be.
    pub fn files(&self) -> Vec<File> {
        let later = self.changes.map(|(_, size)| File { version: 1, size, ..self.file });
        [self.file].into_iter().chain(later).collect()
    }

    fn new(number: usize, scenario: &Scenario, chance: &Chance) -> Self {
        let gentle = scenario.gentle;
        let place = match chance.below(5) {
            0 if scenario.is(Fault::PlaceData) => Place::Data,
            1 if !gentle && scenario.is(Fault::PlaceUnsafe) => Place::Unsafe,
            2 => Place::Own,
            3 => Place::Nowhere,
            _ => Place::Cdn,
        };
        let content = match chance.below(6) {
            0 if scenario.is(Fault::PlaceContentRedirect) => Content::Redirect,
            1 if scenario.is(Fault::PlaceLead) => Content::Lead,
            2 if scenario.is(Fault::PlaceBase64) => Content::Base64,
            3 if !gentle || place != Place::Nowhere => Content::Missing,
            _ => Content::Bytes,
        };
        let pin = chance.pick(&[Pin::Etag, Pin::Etag, Pin::WeakAndDate, Pin::Date, Pin::Nothing]);
        let size = if chance.percent(20) { 12 + chance.below(40) } else { 600 + chance.below(2_400) };
        let running = chance.between(0.0, 20_000.0);
        let done = if chance.percent(if scenario.of_bytes { 90 } else { 15 }) {
            0.0
        } else {
            running + chance.between(500.0, 200_000.0)
        };
        let end = chance.pick(&[Status::Succeeded, Status::Succeeded, Status::Succeeded, Status::Failed, Status::Expired]);
        // Without a validator only another length can tell that the bytes are other ones.
        let changed = if pin == Pin::Nothing || chance.percent(50) { size + 1 + chance.below(300) } else { size };
        let changes = (!gentle && scenario.is(Fault::Changed)).then(|| (done + chance.between(0.0, 12_000.0), changed));
        // `:` `/` and `+` stand in real ids.
        let id = chance.pick(&["video_", "sora-2:task_01k", "a/b+c=", "task ü?#%2F_"]);
        Life {
            id: format!("{id}{number}"),
            running: running.min(done),
            done,
            end: if gentle || scenario.of_bytes { Status::Succeeded } else { end },
            place,
            content,
            pin,
            file: File { seed: chance.next(), size, version: 0 },
            changes,
            known: if !gentle && chance.percent(6) { chance.between(0.0, 30_000.0) } else { 0.0 },
        }
    }
}

impl Job {
    pub fn new(number: usize, scenario: &Scenario, chance: &Chance) -> Self {
        let life = Life::new(number, scenario, chance);
        let kind =
            chance.pick(&[Kind::Query, Kind::Wait, Kind::Wait, Kind::Steps, Kind::Download, Kind::Download, Kind::Download]);
        let crash = match kind {
            Kind::Query => false,
            Kind::Wait => scenario.is(Fault::CrashedWait),
            Kind::Steps => scenario.is(Fault::CrashedStep),
            Kind::Download => scenario.is(Fault::CrashedDownload),
        };
        let crashes = 0..if crash { 1 + chance.below(3) } else { 0 };
        let lifetime =
            |_| if chance.percent(50) { chance.between(0.0, 5_000.0) } else { life.done + chance.between(0.0, 6_000.0) };
        Job {
            kind,
            begin: if chance.percent(50) { 0.0 } else { chance.between(0.0, 30_000.0) },
            options: options(chance, &life, scenario.gentle),
            idle_ms: chance.pick(&[300.0, 5_000.0, 30_000.0]),
            abort: (!scenario.gentle && scenario.is(Fault::Abort) && chance.percent(30)).then(|| chance.between(0.0, 60_000.0)),
            crashes: crashes.map(lifetime).collect(),
            life,
        }
    }
}
