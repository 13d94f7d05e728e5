//! What a body says, before anyone knows whose task it was asked about.

use crate::format::{Format, video};
use crate::task::{Output, Reason, Status, Task, TaskRef};

/// A body, read.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// It speaks of a task.
    Task(Box<Snapshot>),
    /// It is an error envelope.
    Error(Reason),
    /// It is JSON, and neither.
    Nothing,
}

/// A task as a body describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// The format whose shape the body has.
    pub format: Format,
    /// The id the body names.
    pub id: Option<String>,
    /// The state.
    pub status: Status,
    /// The relay's own word.
    pub raw_status: Option<String>,
    /// 0..1.
    pub progress: Option<f64>,
    /// Deliverables.
    pub outputs: Vec<Output>,
    /// Where to ask for them, if they are not here: a path after the format's prefix.
    pub follow: Option<String>,
    /// Why it failed.
    pub error: Option<Reason>,
    /// The model.
    pub model: Option<String>,
    /// Milliseconds since 1970.
    pub created_at: Option<f64>,
    /// Milliseconds since 1970.
    pub completed_at: Option<f64>,
    /// Milliseconds since 1970.
    pub expires_at: Option<f64>,
}

impl Snapshot {
    /// A task of which nothing is known but that it was made.
    pub fn new(id: Option<&str>, format: Format) -> Box<Self> {
        Box::new(Snapshot {
            format,
            id: id.map(str::to_owned),
            status: Status::Queued,
            raw_status: None,
            progress: None,
            outputs: Vec::new(),
            follow: None,
            error: None,
            model: None,
            created_at: None,
            completed_at: None,
            expires_at: None,
        })
    }

    /// The task asked for under a ref; where a body names another id, the one asked for stays.
    pub fn of(self: Box<Self>, task_ref: TaskRef) -> Task {
        Task { task_ref, snapshot: self, eta_ms: None }
    }

    /// The address of the first video.
    pub fn video_url(&self) -> Option<&str> {
        video(&self.outputs).map(|output| &*output.url)
    }
}
