//! A call, carried out as `src/web/run.rs` and the facade's `call.ts` do: actions out, events in, crashes and all.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use reelay::failure::{Code, Failure};
use reelay::flow::query::Query;
use reelay::flow::wait::{State, Wait};
use reelay::flow::{Act, Action, Event, Pause, Why};
use reelay::format::Format;
use reelay::host::PLATFORM;
use reelay::task::{Status, Task};

use super::check::Record;
use super::fault::Fault;
use super::jobs::{Job, Kind};
use super::sabotage::Sabotage;
use super::served::Served;
use super::source;
use super::time::within;
use super::world::World;

/// One attempt at a call; a crash leaves nothing of it.
pub struct Call {
    pub world: Rc<World>,
    pub job: usize,
    pub record: RefCell<Record>,
    /// The body that the last answer left open.
    pub open: Cell<Option<Served>>,
}

/// A call from its begin to its end, crashes and all.
pub async fn play(world: Rc<World>, number: usize) {
    let job = world.scenario.jobs[number].clone();
    world.time.sleep(job.begin).await;
    world.note(|| format!("#{number} begins: {job:?}"));
    let work = async {
        match job.kind {
            Kind::Query => Call::new(&world, number).query().await,
            Kind::Wait => Call::restarted_wait(&world, number, &job).await,
            Kind::Steps => Call::steps(&world, number, &job).await,
            Kind::Download => source::download(&world, number, &job).await,
        }
    };
    if within(&world.time, job.abort, work).await.is_none() {
        world.met(Fault::Abort);
        world.note(|| format!("#{number} is aborted"));
    }
}

impl Call {
    pub fn new(world: &Rc<World>, job: usize) -> Self {
        let record = Record { began: world.time.now(), jumps: world.time.jumps(), ..Record::default() };
        Call { world: world.clone(), job, record: RefCell::new(record), open: Cell::default() }
    }

    pub fn job(&self) -> &Job {
        &self.world.scenario.jobs[self.job]
    }

    pub fn is(&self, sabotage: Sabotage) -> bool {
        self.world.sabotage == Some(sabotage)
    }

    async fn query(self) {
        let config = &self.world.scenario.config;
        let mut machine =
            Query::new(&self.job().life.id, config.format, self.world.remembered.get().map(Into::into), config.retries).unwrap();
        let result = self.carry(|event| machine.next(event, config, self.world.moment(), &PLATFORM)).await;
        if let Ok(task) = &result {
            self.remember(task);
        }
        self.finish(&result.map(Rc::new));
    }

    /// Every result of a call goes through here.
    pub fn finish(&self, result: &Result<Rc<Task>, Failure>) {
        let mut result = result.clone();
        if let Err(failure) = &mut result {
            match self.world.sabotage {
                Some(Sabotage::DropsTheRef) => failure.task_ref = None,
                Some(Sabotage::ForgetsWhatItSaw) => failure.seen = None,
                Some(Sabotage::MiscountsBytes) => failure.bytes = failure.bytes.map(|bytes| bytes + 1.0),
                Some(Sabotage::TellsSignatures) => failure.message.push_str(" sig=1"),
                Some(Sabotage::CallsFailureSuccess) => result = failure.task.clone().map_or(result.clone(), Ok),
                _ => {}
            }
        } else if self.is(Sabotage::CallsSuccessFailure) {
            let task = result.as_ref().unwrap().clone();
            result = Err(Failure::new(Code::TaskFailed, "").with_task(&task));
        }
        self.world.ended(self.job(), &self.record.borrow(), &result);
    }

    async fn restarted_wait(world: &Rc<World>, number: usize, job: &Job) {
        for life in job.crashes.iter().map(|life| Some(*life)).chain([None]) {
            let call = Call::new(world, number);
            let state =
                State::new(&job.life.id, world.scenario.config.base.url(), world.scenario.config.format, world.time.wall());
            let Some(result) = within(&world.time, life, call.wait(state)).await else {
                world.met(Fault::CrashedWait);
                world.note(|| format!("#{number} crashes"));
                continue;
            };
            return call.finish(&result);
        }
    }

    /// A whole wait.
    pub async fn wait(&self, state: State) -> Result<Rc<Task>, Failure> {
        let mut machine = Wait::new(state, self.job().options);
        self.record.borrow_mut().patient = true;
        self.world.memories[self.job].borrow_mut().seen = false;
        let result = self.carry(|event| self.waiting(&mut machine, event)).await;
        self.world.in_time(self.job(), &self.record.borrow());
        result
    }

    fn waiting(&self, machine: &mut Wait, event: Event) -> Action<Rc<Task>> {
        let world = &self.world;
        if self.is(Sabotage::ForgetsTheDeadline) {
            machine.state.started = world.time.wall();
            machine.state.last_poll = false;
        }
        let polls = machine.state.polls;
        let action =
            machine.next(event, world.remembered.get().map(Into::into), &world.scenario.config, world.moment(), &PLATFORM);
        if machine.state.polls > polls
            && let Some(task) = machine.task()
        {
            self.remember(task);
        }
        machine.take_notices();
        match (action, machine.task()) {
            (Action::Do(Act::Sleep(_)), Some(task))
                if task.status == Status::Unknown && self.is(Sabotage::TakesUnknownForFailed) =>
            {
                let mut failure = Failure::new(Code::TaskFailed, "").with_task(task);
                failure.seen = Some(vec![(String::new(), 1)]);
                Action::Done(Err(failure))
            }
            (Action::Do(Act::Sleep(_)), None) if self.is(Sabotage::GivesUpAtOnce) => {
                Action::Done(Err(Failure::new(Code::Server, "")))
            }
            (action, _) => action,
        }
    }

    fn remember(&self, task: &Task) {
        self.world.memories[self.job].borrow_mut().seen = true;
        if self.world.scenario.config.format.is_none() {
            self.world.remembered.set(Some(task.task_ref.format));
        }
    }

    /// A wait in steps, each in a process of its own; what a crash in a step leaves is the state stored before it.
    async fn steps(world: &Rc<World>, number: usize, job: &Job) {
        let mut crashes = job.crashes.iter();
        let mut stored: Option<(Option<Format>, String)> = None;
        let (began, jumps) = (world.time.now(), world.time.jumps());
        let (base, config) = (world.scenario.config.base.url(), &world.scenario.config);
        let first = State::new(&job.life.id, base, config.format, world.time.wall());
        let mut paused: Option<Record> = None;
        loop {
            let call = Call::new(world, number);
            if let Some(before) = paused.take() {
                // The step before this one is what its pause is measured from.
                call.record.replace(Record { began, jumps, paused: true, said: None, ..before });
            }
            call.record.borrow_mut().patient = true;
            let state = match &stored {
                None => Some(first.clone()),
                Some((format, text)) => State::read(&job.life.id, base, *format, text),
            };
            let Some(state) = state else {
                return world.broke("a stored state is read back", || format!("{stored:?}"));
            };
            let mut machine = Wait::new(state, job.options);
            let life = crashes.next().map(|life| life.min(2_000.0));
            let Some(end) = within(&world.time, life, call.step(&mut machine)).await else {
                world.met(Fault::CrashedStep);
                world.note(|| format!("#{number} crashes in a step"));
                continue;
            };
            match end {
                Ok(delay) => {
                    let text = machine.state.write();
                    if call.is(Sabotage::LosesItsState) {
                        stored = Some((machine.state.format, text[..text.len() / 3].to_owned()));
                    } else {
                        stored = Some((machine.state.format, text));
                    }
                    let read = State::read(&job.life.id, base, machine.state.format, &machine.state.write());
                    if read.is_none_or(|read| read.write() != machine.state.write() || read.seen != machine.state.seen) {
                        world.broke("a stored state is read back", || machine.state.write());
                    }
                    call.sleep(&delay).await;
                    paused = Some(call.record.borrow().clone());
                }
                Err(result) => {
                    world.in_time(job, &call.record.borrow());
                    return call.finish(&result);
                }
            }
        }
    }

    /// One poll: the pause after it, or the end.
    async fn step(&self, machine: &mut Wait) -> Result<Pause, Result<Rc<Task>, Failure>> {
        let mut event = Event::Start;
        loop {
            event = match self.waiting(machine, event) {
                Action::Do(Act::Send(request)) => Event::Ended(Box::new(self.send(&request).await)),
                Action::Do(Act::Sleep(pause)) => return Ok(pause),
                Action::Done(result) => return Err(result),
            };
        }
    }

    async fn carry<T>(&self, mut next: impl FnMut(Event) -> Action<T>) -> Result<T, Failure> {
        let mut event = Event::Start;
        loop {
            event = match next(event) {
                Action::Do(Act::Send(request)) => Event::Ended(Box::new(self.send(&request).await)),
                Action::Do(Act::Sleep(pause)) => {
                    self.sleep(&pause).await;
                    Event::Slept
                }
                Action::Done(Err(_)) if self.is(Sabotage::NeverGivesUp) => {
                    self.world.time.sleep(1_000.0).await;
                    Event::Start
                }
                Action::Done(result) => return result,
            };
        }
    }

    pub async fn sleep(&self, pause: &Pause) {
        let world = &self.world;
        world.note(|| format!("#{} pauses {pause:?}", self.job));
        world.pausing(self.job(), pause.ms);
        self.record.borrow_mut().paused = pause.why == Why::Poll;
        let asked = self.record.borrow().asked.is_some();
        let ms = match world.sabotage {
            Some(Sabotage::IgnoresRetryAfter) if asked => pause.ms.min(100.0),
            Some(Sabotage::PollsTooSoon) => pause.ms * 0.5,
            Some(Sabotage::PollsTooLate) => pause.ms + 30_000.0,
            _ => pause.ms,
        };
        world.time.sleep(ms + world.lateness()).await;
    }
}
