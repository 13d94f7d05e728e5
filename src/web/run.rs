//! A call under way: a step machine of the core, its results and notices told to the facade.

use std::cell::RefCell;
use std::rc::Rc;

use super::client::Client;
use super::host::Host;
use super::numbered::Numbered;
use super::platform::{PLATFORM, moment};
use super::{events, give};
use crate::failure::{Code, Failure};
use crate::flow::download::{Download, End, Part, Step};
use crate::flow::query::Query;
use crate::flow::wait::{Notice, Wait};
use crate::flow::{Action, Event, Request};
use crate::format::{Route, Variant};
use crate::policy::sniff;
use crate::task::{Task, TaskRef};

/// A call under way.
pub struct Run {
    /// On whose behalf.
    pub client: Rc<Client>,
    /// The request under way.
    pub request: Option<Request>,
    machine: Machine,
}

/// What kind of call it is.
pub enum Machine {
    /// One snapshot.
    Query(Query),
    /// A wait, or one step of it.
    Wait(Box<Wait>, Then),
    /// A download, from its first request to its last byte.
    Download(Box<Download>),
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
    pub fn of(self, task: Task) -> Result<Machine, Failure> {
        let mut machine = Download::new(task, self.variant, self.output)?;
        machine.resume(self.part);
        Ok(Machine::Download(Box::new(machine)))
    }
}

thread_local! {
    static RUNS: RefCell<Numbered<Run>> = const { RefCell::new(Numbered::new()) };
}

impl Run {
    /// Takes a run out of the table: while it moves it is ours, and a trap takes nothing but itself along.
    pub fn take(number: u32) -> Option<Run> {
        RUNS.with_borrow_mut(|runs| runs.take(number))
    }

    fn put(number: u32, run: Run) {
        RUNS.with_borrow_mut(|runs| runs.put(number, run));
    }

    /// Begins a run and numbers it.
    pub fn begin(client: Rc<Client>, machine: Machine, host: &Host) -> u32 {
        let number = RUNS.with_borrow_mut(Numbered::number);
        let run = Run { client, request: None, machine };
        match run.machine {
            // Nothing is asked of a download before somebody reads.
            Machine::Download(_) => Run::put(number, run),
            _ => run.go(number, Event::Start, host),
        }
        number
    }

    /// Looks at a run.
    pub fn peek<T>(number: u32, look: impl FnOnce(&Run) -> T) -> Option<T> {
        RUNS.with_borrow(|runs| runs.get(number).map(look))
    }

    /// The task of a download.
    pub fn task(&self) -> Option<&Task> {
        match &self.machine {
            Machine::Download(machine) => Some(machine.task()),
            _ => None,
        }
    }

    /// Goes on, and back into the table unless that was the end.
    pub fn go(mut self, number: u32, event: Event, host: &Host) {
        self.request = None;
        match self.next(event, host) {
            Ok(true) => Run::put(number, self),
            Ok(false) => {}
            Err(failure) => give::failure(host, &failure),
        }
    }

    /// Goes on after a stream that ended so, `delivered` bytes into the whole; without an end, begins.
    pub fn flowed(mut self, number: u32, delivered: f64, end: &str, host: &Host) {
        let client = self.client.clone();
        let end = match end {
            "" => return self.go(number, Event::Start, host),
            "whole" => End::Whole,
            "silent" => End::Cut(crate::flow::Trouble::Timeout),
            "short" => End::Short,
            "other" => End::Other,
            end => sniff::named(end).map_or(End::Cut(crate::flow::Trouble::Network), End::Impostor),
        };
        let Machine::Download(machine) = &mut self.machine else { return };
        // Nothing more is the end of the download.
        let Some(step) = machine.flowed(delivered, end, &client.config, moment(), &PLATFORM) else { return };
        match self.stepped(step, host) {
            Ok(true) => Run::put(number, self),
            Ok(false) => {}
            Err(failure) => give::failure(host, &failure),
        }
    }

    /// Moves the machine; true while there is more to come.
    fn next(&mut self, event: Event, host: &Host) -> Result<bool, Failure> {
        let client = self.client.clone();
        let config = &client.config;
        match &mut self.machine {
            Machine::Query(query) => {
                let action = query.next(event, config, moment(), &PLATFORM);
                let (about, route) = (client.listens.then(|| query.task_ref(config)), query.route());
                let task = match action {
                    Action::Done(task) => task?,
                    action => return Ok(self.carry(action, about.as_ref(), host)),
                };
                remember(&client, Some(route), host);
                give::task(host, &task);
                Ok(false)
            }
            Machine::Wait(..) => self.wait(event, host),
            Machine::Download(machine) => {
                let step = machine.next(event, config, moment(), &PLATFORM);
                self.stepped(step, host)
            }
        }
    }

    fn wait(&mut self, event: Event, host: &Host) -> Result<bool, Failure> {
        let client = self.client.clone();
        let Machine::Wait(wait, then) = &mut self.machine else { return Ok(false) };
        let polls = wait.state.polls;
        let action = wait.next(event, client.remembered.get(), &client.config, moment(), &PLATFORM);
        let about = wait.task_ref(&client.config);
        if wait.state.polls > polls {
            remember(&client, wait.route(), host);
        }
        for notice in wait.take_notices() {
            match notice {
                Notice::Changed(task) => {
                    give::task(host, &task);
                    host.update();
                }
                Notice::UnknownStatus(word) => events::unknown_status(&client, host, about.as_ref(), &word),
            }
        }
        let delay = match &action {
            Action::Sleep(pause) => Some(pause.ms),
            // A final task is a result of a step: the caller's queue is told that there is nothing left to come back for.
            Action::Done(Err(failure)) if !matches!(failure.code, Code::TaskFailed | Code::TaskExpired) => {
                return Err(failure.clone());
            }
            _ => None,
        };
        match (action, std::mem::replace(then, Then::Task)) {
            (Action::Sleep(_) | Action::Done(_), Then::Step) => {
                give::step(host, wait.task(), &wait.state, delay);
                Ok(false)
            }
            (Action::Done(Ok(task)), Then::Download(order)) => {
                self.machine = order.of(task)?;
                Ok(true)
            }
            (Action::Done(task), _) => {
                give::task(host, &task?);
                Ok(false)
            }
            (action, still) => {
                *then = still;
                Ok(self.carry(action, about.as_ref(), host))
            }
        }
    }

    fn stepped(&mut self, step: Step, host: &Host) -> Result<bool, Failure> {
        let Machine::Download(machine) = &mut self.machine else { return Ok(false) };
        if machine.take_renewed() {
            host.keep_body();
        }
        let action = match step {
            Step::Stream(flow) => {
                host.stream(flow.at, flow.skip, flow.total, flow.validator.as_deref(), flow.media_type.as_deref());
                return Ok(true);
            }
            Step::Decode(url) => {
                host.decode(&url);
                return Ok(true);
            }
            Step::Act(Action::Done(end)) => return end.map(|()| false),
            Step::Act(action) => action,
        };
        let about = machine.task().task_ref.clone();
        Ok(self.carry(action, Some(&about), host))
    }

    /// Has a request or a pause carried out.
    fn carry<T>(&mut self, action: Action<T>, about: Option<&TaskRef>, host: &Host) -> bool {
        match action {
            Action::Send(request) => {
                events::request(&self.client, host, about, &request);
                host.send(&request.url, request.timeout_ms, request.queue_ms, request.credentialed);
                self.request = Some(request);
            }
            Action::Sleep(pause) => {
                events::pause(&self.client, host, about, &pause);
                host.sleep(pause.ms);
            }
            Action::Done(_) => return false,
        }
        true
    }

    /// The task asked about, for events.
    pub fn about(&self) -> Option<TaskRef> {
        let config = &self.client.config;
        match &self.machine {
            Machine::Query(query) => Some(query.task_ref(config)),
            Machine::Wait(wait, _) => wait.task_ref(config),
            Machine::Download(machine) => Some(machine.task().task_ref.clone()),
        }
    }
}

fn remember(client: &Client, route: Option<Route>, host: &Host) {
    host.keep_body();
    // A ref may name another format than the client's: its prefix is none of theirs, and no route of `auto`.
    let own = |route: Route| client.config.format.map_or(route.format.is_relays(), |format| format == route.format);
    if route.is_some_and(own) {
        client.remembered.set(route);
    }
}
