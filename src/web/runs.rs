//! The step machines of the core as [`Run`]s: their results and notices put into JavaScript's terms.

use wasm_bindgen::prelude::*;

use super::call::{Act, Call, Run, Stop};
use super::platform::{PLATFORM, moment};
use super::{convert, downloads, events};
use crate::failure::{Code, Failure};
use crate::flow::download::Download;
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
                Act::End(Ok(convert::task(&task, &call.raw())))
            }
            Action::Done(Err(failure)) => Act::End(Err(call.stop(failure, JsValue::UNDEFINED))),
        }
    }
}

/// What is made of a wait's end.
#[derive(Clone, Copy)]
pub enum Then {
    /// The task.
    Task,
    /// The step's result, at the first pause.
    Step,
    /// A download of this variant and output.
    Download(u32, Variant, Option<usize>),
}

/// A wait, or one step of it.
pub struct WaitRun {
    wait: Wait,
    then: Then,
    raw: JsValue,
}

impl WaitRun {
    /// A wait, and what is made of its end.
    pub fn new(wait: Wait, then: Then) -> Self {
        WaitRun { wait, then, raw: JsValue::NULL }
    }

    fn notices(&mut self, call: &Call) -> Result<(), Stop> {
        for notice in self.wait.take_notices() {
            match notice {
                Notice::Changed(task) => call.host.update(&convert::task(&task, &self.raw)).map_err(Stop::Thrown)?,
                Notice::UnknownStatus(word) => events::unknown_status(call, &word),
            }
        }
        Ok(())
    }

    fn step(&self, delay: JsValue) -> Act {
        let task = self.wait.task().map_or(JsValue::NULL, |task| convert::task(task, &self.raw));
        Act::End(Ok(convert::object(&[("task", task), ("state", convert::state(&self.wait.state)), ("delayMs", delay)])))
    }

    fn ended(&self, task: Task) -> Act {
        match self.then {
            Then::Task => Act::End(Ok(convert::task(&task, &self.raw))),
            Then::Step => self.step(JsValue::NULL),
            Then::Download(client, variant, output) => Act::End(plan(client, task, variant, output, self.raw.clone())),
        }
    }
}

impl Run for WaitRun {
    fn next(&mut self, event: Event, call: &Call) -> Act {
        let polls = self.wait.state.polls;
        let action = self.wait.next(event, call.client.remembered.get(), &call.client.config, moment(), &PLATFORM);
        call.about.replace(self.wait.task_ref(&call.client.config));
        if self.wait.state.polls > polls {
            self.raw = call.raw();
            if let Some(task) = self.wait.task() {
                remember(call, task);
            }
        }
        if let Err(stop) = self.notices(call) {
            return Act::End(Err(stop));
        }
        match (action, self.then) {
            (Action::Send(request), _) => Act::Send(request),
            (Action::Sleep(pause), Then::Step) => self.step(pause.ms.into()),
            (Action::Sleep(pause), _) => Act::Sleep(pause),
            (Action::Done(Ok(task)), _) => self.ended(task),
            // A final task is a result of a step: the caller's queue is told that there is nothing left to come back for.
            (Action::Done(Err(failure)), Then::Step) if matches!(failure.code, Code::TaskFailed | Code::TaskExpired) => {
                self.step(JsValue::NULL)
            }
            (Action::Done(Err(failure)), _) => Act::End(Err(call.stop(failure, self.raw.clone()))),
        }
    }
}

/// Plans a download and numbers it.
pub fn plan(client: u32, task: Task, variant: Variant, output: Option<usize>, raw: JsValue) -> Result<JsValue, Stop> {
    match Download::new(task, variant, output) {
        Ok(machine) => Ok(downloads::keep(client, machine, raw).into()),
        Err(failure) => Err(Stop::Failed { failure: Box::new(failure), cause: JsValue::UNDEFINED, raw }),
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
    if call.client.config.format.is_none() {
        call.client.remembered.set(Some(task.task_ref.format));
    }
}
