//! What the core says about a task: the plain data that crosses into JavaScript.

use std::ops::Deref;

use crate::format::Format;
use crate::options::MAX_KIND;
use crate::reading::Snapshot;
use crate::text::only;

/// All that another process needs to go on with a task.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskRef {
    /// The id the relay is asked with.
    pub id: String,
    /// The wire format, and with it the route.
    pub format: Format,
    /// What it is a task of, where the format's paths tell that apart and it is not the usual.
    pub kind: Option<String>,
    /// The relay: origin and path prefix, without `/v1` or a trailing slash.
    pub base_url: String,
}

/// Whether a text can be a ref's `kind`: a part of a path.
pub fn is_kind(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_KIND && only(text, b"-_/")
}

/// The state of a task in the six words every format is read into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Accepted, not begun.
    Queued,
    /// Being made.
    Running,
    /// Finished; there is, or was, something to download.
    Succeeded,
    /// Finished without a result.
    Failed,
    /// Finished once; its result is gone.
    Expired,
    /// The relay said nothing that can be read as a state. Not final.
    Unknown,
}

impl Status {
    /// Whether the relay will say nothing else about this task.
    pub fn is_final(self) -> bool {
        matches!(self, Status::Succeeded | Status::Failed | Status::Expired)
    }

    /// The word in the public contract.
    pub fn word(self) -> &'static str {
        match self {
            Status::Queued => "queued",
            Status::Running => "running",
            Status::Succeeded => "succeeded",
            Status::Failed => "failed",
            Status::Expired => "expired",
            Status::Unknown => "unknown",
        }
    }
}

/// What a deliverable is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A clip.
    Video,
    /// A picture.
    Image,
    /// A song, or a voice.
    Audio,
    /// The picture shown for a clip or a song.
    Cover,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 4] = [Kind::Video, Kind::Image, Kind::Audio, Kind::Cover];

    /// Finds one by its word.
    pub fn named(word: &str) -> Option<Self> {
        Kind::ALL.iter().copied().find(|kind| kind.word() == word)
    }

    /// The word in the public contract.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Video => "video",
            Kind::Image => "image",
            Kind::Audio => "audio",
            Kind::Cover => "cover",
        }
    }
}

/// One deliverable.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// What it is.
    pub kind: Kind,
    /// Where it is: http(s) or data; `gs://` where Google keeps it in a bucket.
    pub url: String,
}

/// What the relay itself said of a failure.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reason {
    /// Its code, as text.
    pub code: Option<String>,
    /// Its message.
    pub message: Option<String>,
}

impl Reason {
    /// What it says, completed by another.
    pub fn or(self, other: Reason) -> Self {
        Reason { code: self.code.or(other.code), message: self.message.or(other.message) }
    }

    /// Whether it says nothing at all.
    pub fn is_empty(&self) -> bool {
        self.code.is_none() && self.message.is_none()
    }
}

/// One snapshot of a task under its ref. `raw`, the body itself, never leaves JavaScript; the web layer adds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// How to ask again.
    pub task_ref: TaskRef,
    /// What was read. The id in it is the body's own word; the one to go on asking with is the ref's.
    pub snapshot: Box<Snapshot>,
    /// Milliseconds to go, as far as a wait has seen progress tell.
    pub eta_ms: Option<f64>,
}

impl Task {
    /// Whether the relay said the same of it: what is left of a wait changes with each poll.
    pub fn says_the_same(&self, other: &Task) -> bool {
        self.task_ref == other.task_ref && self.snapshot == other.snapshot
    }
}

impl Deref for Task {
    type Target = Snapshot;

    fn deref(&self) -> &Snapshot {
        &self.snapshot
    }
}
