//! A call under way: a step machine of the core, its results and notices told to the facade.

use std::rc::Rc;

use super::client::Client;
use super::host::Host;
use super::machine::{Machine, Then};
use super::platform::{PLATFORM, moment};
use super::state::state;
use super::{events, fetch, flat, give};
use crate::failure::{Code, Failure};
use crate::flow::batch::Batch;
use crate::flow::hearing::Made;
use crate::flow::wait::Notice;
use crate::flow::{Act, Action, Event, Exchange, Request, Want};
use crate::format::Route;
use crate::options::MAX_JSON_BYTES;
use crate::policy::limit::Admission;
use crate::task::{Task, TaskRef};

/// A call under way.
pub struct Run {
    /// On whose behalf.
    pub client: Rc<Client>,
    /// The request under way.
    pub request: Option<Box<Request>>,
    /// The header that holds the key which the caller's function gave for it.
    pub key: Option<String>,
    pub(super) machine: Machine,
}

impl Run {
    /// Takes a run out of the table: while it moves it is ours, and a trap takes nothing but itself along.
    pub fn take(number: u32) -> Option<Box<Run>> {
        state().runs.borrow_mut().take(number)
    }

    /// Puts it back.
    pub fn put(number: u32, run: Box<Run>) {
        state().runs.borrow_mut().put(number, run);
    }

    /// Begins a run and numbers it.
    pub fn begin(client: Rc<Client>, machine: Machine, host: &mut Host) -> Result<(), Failure> {
        let number = state().runs.borrow_mut().number();
        host.say("begun").number(number.into());
        let run = Box::new(Run { client, request: None, key: None, machine });
        match run.machine {
            // Nothing is asked of a download before somebody reads.
            Machine::Download(_) => {
                Run::put(number, run);
                Ok(())
            }
            _ => run.go(number, Event::Start, host),
        }
    }

    /// Looks at a run.
    pub fn peek<T>(number: u32, look: impl FnOnce(&Run) -> T) -> Option<T> {
        state().runs.borrow().get(number).map(|run| look(run))
    }

    /// The task of a download.
    pub fn task(&self) -> Option<&Rc<Task>> {
        match &self.machine {
            Machine::Download(machine) => Some(machine.task()),
            _ => None,
        }
    }

    /// Goes on, and back into the table unless that was the end.
    pub fn go(mut self: Box<Self>, number: u32, event: Event, host: &mut Host) -> Result<(), Failure> {
        (self.request, self.key) = (None, None);
        if self.next(event, host)? {
            Run::put(number, self);
        }
        Ok(())
    }

    /// The request has ended, after so many ms, and gives its place back: not before the limit has heard whether the relay wants to be
    /// left alone, and before what follows asks for one.
    pub fn leave(self: Box<Self>, exchange: Exchange, ms: f64, number: u32, host: &mut Host) -> Result<(), Failure> {
        let mut limit = self.client.limit.borrow_mut();
        if let Some(request) = &self.request {
            limit.ended(request, &exchange, moment(), &PLATFORM);
        }
        limit.release();
        drop(limit);
        self.ended(exchange, ms, number, host)
    }

    /// The request has ended, if it ever had a place.
    pub fn ended(self: Box<Self>, exchange: Exchange, ms: f64, number: u32, host: &mut Host) -> Result<(), Failure> {
        if let Some(request) = self.request.as_ref().filter(|_| self.client.listens) {
            events::response(&self.client, host, self.about().as_ref(), request, &exchange, ms);
        }
        self.go(number, Event::Ended(Box::new(exchange)), host)
    }

    /// Moves the machine; true while there is more to come.
    fn next(&mut self, event: Event, host: &mut Host) -> Result<bool, Failure> {
        let client = self.client.clone();
        let config = &client.config;
        match &mut self.machine {
            Machine::Query(query) => {
                let action = query.next(event, config, moment(), &PLATFORM);
                let (about, route) = (client.listens.then(|| query.task_ref(config)), query.route());
                let task = match action {
                    Action::Done(task) => task?,
                    Action::Do(act) => return self.carry(act, about.as_ref(), host),
                };
                remember(&client, Some(route), host);
                give::task(host, &task);
                Ok(false)
            }
            Machine::Create(create, silence) => {
                let made = match create.next(event, config, moment(), &PLATFORM) {
                    Action::Done(made) => made?,
                    Action::Do(act) => return self.carry(act, None, host),
                };
                // What `auto` makes tells nothing of where its other tasks are known.
                remember(&client, config.format.map(|_| create.route()), host);
                match made {
                    Made::Task(task) => give::task(host, &task),
                    Made::Other => {}
                    Made::Talk => {
                        host.say("listen").number(*silence);
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Machine::Wait(..) => self.wait(event, host),
            Machine::Batch(batch, calls) => {
                let moment = moment();
                let action = batch.next(event, config, moment, &PLATFORM, &mut |to, share, item| {
                    let Some(number) = calls.get(to).copied() else { return };
                    let mut runs = state().runs.borrow_mut();
                    if let Some(Run { machine: Machine::Wait(wait, _), .. }) = runs.get_mut(number).map(Box::as_mut) {
                        wait.give(share, moment.now);
                    }
                    if let Some((path, item)) = item {
                        host.say("deal").number(number.into()).number(item as f64);
                        for key in path {
                            host.text(key);
                        }
                    }
                });
                match action {
                    Action::Do(act) => return self.carry(act, None, host),
                    Action::Done(Ok(Some(format))) => client.single.set(client.single.get() | 1 << format as u32),
                    Action::Done(_) => {}
                }
                Ok(false)
            }
            Machine::Download(machine) => {
                let step = machine.next(event, config, moment(), &PLATFORM);
                self.stepped(step, host)
            }
        }
    }

    fn wait(&mut self, event: Event, host: &mut Host) -> Result<bool, Failure> {
        let client = self.client.clone();
        let Machine::Wait(wait, then) = &mut self.machine else { return Ok(false) };
        if wait.state.format.is_some_and(|format| client.single.get() >> format as u32 & 1 == 1) {
            wait.part();
        }
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
                    host.say("update");
                }
                Notice::UnknownStatus(word) => events::unknown_status(&client, host, about.as_ref(), &word),
            }
        }
        if let Then::Step = then {
            let delay = match action {
                Action::Do(Act::Sleep(pause)) => Some(pause.ms),
                Action::Do(act) => return self.carry(act, about.as_ref(), host),
                // A final task is a result of a step: the caller's queue is told that there is nothing left to come back for.
                Action::Done(Err(failure)) if !matches!(failure.code, Code::TaskFailed | Code::TaskExpired) => {
                    return Err(failure);
                }
                Action::Done(_) => None,
            };
            give::step(host, wait.task().map(Rc::as_ref), &wait.state, delay);
            return Ok(false);
        }
        let task = match (action, wait.join()) {
            (Action::Done(task), _) => task?,
            (Action::Do(Act::Send(request)), Some((most, ms))) => {
                host.say("join").text(request.format.spec().name).number(most.into()).number(ms);
                self.request = Some(request);
                return Ok(true);
            }
            (Action::Do(act), _) => return self.carry(act, about.as_ref(), host),
        };
        if let Then::Download(order) = std::mem::replace(then, Then::Task) {
            self.machine = order.of(task)?;
            return Ok(true);
        }
        give::task(host, &task);
        Ok(false)
    }

    /// Has a request or a pause carried out.
    pub(super) fn carry(&mut self, act: Act, about: Option<&TaskRef>, host: &mut Host) -> Result<bool, Failure> {
        match act {
            Act::Send(request) => {
                events::request(&self.client, host, about, &request);
                let placed =
                    host.free && self.client.limit.borrow_mut().admit(request.credentialed, moment().now) == Admission::Go;
                host.say("send")
                    .text(&request.url)
                    .number(request.timeout_ms)
                    .amount(request.queue_ms)
                    .flag(request.credentialed);
                host.amount((request.want == Want::Json).then_some(MAX_JSON_BYTES)).amount(fetch::way(&request)).flag(placed);
                self.request = Some(request);
            }
            Act::Sleep(pause) => {
                events::pause(&self.client, host, about, &pause);
                host.say("sleep").number(pause.ms);
            }
        }
        Ok(true)
    }

    /// The task asked about, for events.
    fn about(&self) -> Option<TaskRef> {
        let config = &self.client.config;
        match &self.machine {
            Machine::Query(query) => Some(query.task_ref(config)),
            Machine::Create(..) => None,
            Machine::Wait(wait, _) => wait.task_ref(config),
            Machine::Download(machine) => Some(machine.task().task_ref.clone()),
            Machine::Batch(..) => None,
        }
    }
}

/// Plans a request for the tasks of these waits, all of one format.
pub fn batch(client: &Client, calls: &mut &str) -> Machine {
    let (mut batch, mut numbers) = (Batch::new(client.remembered.get()), Vec::new());
    let runs = state().runs.borrow();
    while let Some(number) = flat::next(calls).number() {
        let number = number as u32;
        if let Some(Run { machine: Machine::Wait(wait, _), request: Some(request), .. }) = runs.get(number).map(Box::as_ref)
            && batch.add(wait, request)
        {
            numbers.push(number);
        }
    }
    Machine::Batch(Box::new(batch), numbers)
}

fn remember(client: &Client, route: Option<Route>, host: &mut Host) {
    host.say("keepBody");
    // A ref may name another format than the client's: its prefix is none of theirs, and no route of `auto`.
    let own = |route: Route| client.config.format.map_or(route.format.is_relays(), |format| format == route.format);
    if route.is_some_and(own) {
        client.remembered.set(route);
    }
}
