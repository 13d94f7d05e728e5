//! The kinds of calls there are: each a step machine of the core, and what else the facade wants of it.

use std::rc::Rc;

use crate::failure::Failure;
use crate::flow::batch::Batch;
use crate::flow::create::Create;
use crate::flow::download::{Download, Part};
use crate::flow::query::Query;
use crate::flow::wait::Wait;
use crate::format::Variant;
use crate::task::Task;

/// What kind of call it is.
pub enum Machine {
    /// One snapshot.
    Query(Box<Query>),
    /// Something that is made; its answer may be silent for so many ms.
    Create(Box<Create>, f64),
    /// A wait, or one step of it.
    Wait(Box<Wait>, Then),
    /// A download, from its first request to its last byte.
    Download(Box<Download>),
    /// One request for the tasks of several waits, by the numbers of their runs.
    Batch(Box<Batch>, Vec<u32>),
}

/// What is made of a wait's end.
pub enum Then {
    /// The task.
    Task,
    /// The step's result, at the first pause.
    Step,
    /// A download.
    Download(Order),
}

/// What of a task is to be downloaded.
pub struct Order {
    /// The video, or another view of it.
    pub variant: Variant,
    /// Which output.
    pub output: Option<usize>,
    /// What is there already.
    pub part: Part,
}

impl Order {
    /// Plans the download.
    pub fn of(self, task: Rc<Task>) -> Result<Machine, Failure> {
        let mut machine = Download::new(task, self.variant, self.output)?;
        machine.resume(self.part);
        Ok(Machine::Download(Box::new(machine)))
    }
}
