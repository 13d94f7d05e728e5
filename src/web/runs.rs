//! The step machines of the core as [`Run`]s: their results and notices put into JavaScript's terms.

use wasm_bindgen::prelude::*;

use super::call::{Act, Call, Run, Stop};
use super::platform::{PLATFORM, moment};
use super::{downloads, events, give};
use crate::failure::{Code, Failure};
use crate::flow::download::{Download, Part};
use crate::flow::query::Query;
use crate::flow::wait::{Notice, Wait};
use crate::flow::{Action, Event};
use crate::format::Variant;
use crate::task::Task;

/// One snapshot.
pub struct QueryRun(pub Query);

impl Run for QueryRun {
    fn next(&mut self, event: Event, call: &Call) -> Act {
        call.about.replace(Some(self.0.task_ref(&call.client.config)));
        match self.0.next(event, &call.client.config, moment(), &PLATFORM) {
            Action::Send(request) => Act::Send(request),
            Action::Sleep(pause) => Act::Sleep(pause),
            Action::Done(Ok(task)) => {
                remember(call, &task);
                Act::End(Ok(call.give(&task)))
            }
            Action::Done(Err(failure)) => Act::End(Err(call.stop(failure))),
        }
    }
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
#[derive(Clone)]
pub struct Order {
    /// By which client.
    pub client: u32,
    /// The video, or another view of it.
    pub variant: Variant,
    /// Which output.
    pub output: Option<usize>,
    /// What is there already.
    pub part: Part,
}

impl Order {
    /// Plans the download and numbers it.
    pub fn plan(&self, task: Task) -> Result<JsValue, Stop> {
        let mut machine = Download::new(task, self.variant, self.output)?;
        machine.resume(self.part.clone());
        Ok(downloads::keep(self.client, machine).into())
    }
}

/// A wait, or one step of it.
pub struct WaitRun {
    wait: Wait,
    then: Then,
}

impl WaitRun {
    /// A wait, and what is made of its end.
    pub fn new(wait: Wait, then: Then) -> Self {
        WaitRun { wait, then }
    }

    fn notices(&mut self, call: &Call) -> Result<(), Stop> {
        for notice in self.wait.take_notices() {
            match notice {
                Notice::Changed(task) => call.host.update(&call.give(&task)).map_err(Stop::Thrown)?,
                Notice::UnknownStatus(word) => events::unknown_status(call, &word),
            }
        }
        Ok(())
    }

    fn step(&self, call: &Call, delay: Option<f64>) -> Act {
        let task = self.wait.task().map_or(JsValue::NULL, |task| call.give(task));
        Act::End(Ok(give::step(&call.host, &task, &self.wait.state, delay)))
    }

    fn ended(&self, call: &Call, task: Task) -> Act {
        match &self.then {
            Then::Task => Act::End(Ok(call.give(&task))),
            Then::Step => self.step(call, None),
            Then::Download(order) => Act::End(order.plan(task)),
        }
    }
}

impl Run for WaitRun {
    fn next(&mut self, event: Event, call: &Call) -> Act {
        let polls = self.wait.state.polls;
        let action = self.wait.next(event, call.client.remembered.get(), &call.client.config, moment(), &PLATFORM);
        call.about.replace(self.wait.task_ref(&call.client.config));
        if self.wait.state.polls > polls
            && let Some(task) = self.wait.task()
        {
            remember(call, task);
        }
        if let Err(stop) = self.notices(call) {
            return Act::End(Err(stop));
        }
        match (action, &self.then) {
            (Action::Send(request), _) => Act::Send(request),
            (Action::Sleep(pause), Then::Step) => self.step(call, Some(pause.ms)),
            (Action::Sleep(pause), _) => Act::Sleep(pause),
            (Action::Done(Ok(task)), _) => self.ended(call, task),
            // A final task is a result of a step: the caller's queue is told that there is nothing left to come back for.
            (Action::Done(Err(failure)), Then::Step) if matches!(failure.code, Code::TaskFailed | Code::TaskExpired) => {
                self.step(call, None)
            }
            (Action::Done(Err(failure)), _) => Act::End(Err(call.stop(failure))),
        }
    }
}

/// A run that is over before it began.
pub struct Over(pub Option<Result<JsValue, Stop>>);

impl Run for Over {
    fn next(&mut self, _: Event, _: &Call) -> Act {
        let gone = || Err(Failure::new(Code::Internal, "A call ended twice.").into());
        Act::End(self.0.take().unwrap_or_else(gone))
    }
}

fn remember(call: &Call, task: &Task) {
    call.host.keep_body();
    if call.client.config.format.is_none() {
        call.client.remembered.set(Some(task.task_ref.format));
    }
}
