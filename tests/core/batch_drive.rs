//! Many waits that may share their requests, in simulated time.

use std::rc::Rc;

use reelay::failure::Failure;
use reelay::flow::batch::Batch;
use reelay::flow::wait::{State, Wait};
use reelay::flow::{Act, Action, Event, Exchange, Request, Trouble};
use reelay::format::{Format, Route};
use reelay::host::PLATFORM;
use reelay::options::{Config, WaitOptions};
use reelay::platform::Moment;
use reelay::task::Task;

use crate::drive::LATENCY;
use crate::make::START;

/// What the turn of one of them takes.
const TURN: f64 = 0.2;
const MOST_EVENTS: usize = 500_000;

/// What they did and how each ended.
pub struct Together {
    /// In the order of the tasks.
    pub results: Vec<Result<Rc<Task>, Failure>>,
    /// Whose task ended when, in order of completion.
    pub ended: Vec<usize>,
    /// Each request, when it was sent, and whether it was a batch.
    pub requests: Vec<(f64, Request, bool)>,
    /// The pauses of each wait.
    pub pauses: Vec<Vec<f64>>,
}

impl Together {
    pub fn batches(&self) -> Vec<&Request> {
        self.requests.iter().filter(|(_, _, batch)| *batch).map(|(_, request, _)| request).collect()
    }

    pub fn singles(&self) -> Vec<&str> {
        self.requests.iter().filter(|(_, _, batch)| !*batch).map(|(_, request, _)| request.url.as_str()).collect()
    }
}

enum Next {
    Go(usize, Event),
    Flush(Format),
    Asked(usize, Event),
}

/// One task: its id, its format, its kind.
pub type Named<'a> = (&'a str, Format, Option<&'a str>);

pub struct World<'a> {
    pub config: &'a Config,
    pub remembered: Option<Route>,
    now: f64,
    queue: Vec<(f64, usize, Next)>,
    serial: usize,
    waits: Vec<Wait>,
    held: Vec<Option<Request>>,
    batches: Vec<(Batch, Vec<usize>)>,
    gathering: Vec<(Format, Vec<usize>)>,
    given_up: Vec<Format>,
    relay: &'a mut dyn FnMut(&Request, f64) -> Exchange,
    out: Together,
}

impl<'a> World<'a> {
    pub fn new(config: &'a Config, relay: &'a mut dyn FnMut(&Request, f64) -> Exchange) -> Self {
        let out = Together { results: Vec::new(), ended: Vec::new(), requests: Vec::new(), pauses: Vec::new() };
        World {
            config,
            remembered: None,
            now: START,
            queue: Vec::new(),
            serial: 0,
            waits: Vec::new(),
            held: Vec::new(),
            batches: Vec::new(),
            gathering: Vec::new(),
            given_up: Vec::new(),
            relay,
            out,
        }
    }

    /// All of them, from the first request to the last result.
    pub fn all(mut self, tasks: &[Named], options: WaitOptions) -> Together {
        let mut results: Vec<Option<Result<Rc<Task>, Failure>>> = tasks.iter().map(|_| None).collect();
        self.out.pauses = vec![Vec::new(); tasks.len()];
        for (at, (id, format, kind)) in tasks.iter().enumerate() {
            let mut state = State::new(id, self.config.base.url(), Some(*format), START);
            state.kind = kind.map(str::to_owned);
            let mut wait = Wait::new(state, options);
            wait.join_in(START);
            self.waits.push(wait);
            self.held.push(None);
            self.at(0.0, Next::Go(at, Event::Start));
        }
        let mut events = 0;
        while let Some((at, next)) = self.first() {
            events += 1;
            assert!(events < MOST_EVENTS, "the waits do not end");
            self.now = at;
            match next {
                Next::Go(wait, event) => {
                    if let Some(end) = self.go(wait, event) {
                        assert!(results[wait].replace(end).is_none(), "ended twice");
                        self.out.ended.push(wait);
                    }
                }
                Next::Flush(format) => self.flush(format),
                Next::Asked(batch, event) => self.asked(batch, event),
            }
        }
        self.out.results = results.into_iter().map(|result| result.expect("a wait that never ends")).collect();
        self.out
    }

    fn at(&mut self, after: f64, next: Next) {
        self.serial += 1;
        self.queue.push((self.now + after, self.serial, next));
    }

    fn first(&mut self) -> Option<(f64, Next)> {
        let first = self.queue.iter().enumerate().min_by(|(_, a), (_, b)| (a.0, a.1).partial_cmp(&(b.0, b.1)).unwrap())?.0;
        let (at, _, next) = self.queue.swap_remove(first);
        Some((at, next))
    }

    /// Every draw differs: those who share must not depend on it.
    fn moment(&self) -> Moment {
        Moment { now: self.now, jitter: (self.serial as f64 * 0.618).fract() }
    }

    fn send(&mut self, request: &Request, batch: bool) -> (f64, Event) {
        let exchange = (self.relay)(request, self.now - START);
        let timed_out = matches!(exchange, Exchange::Failed(Trouble::Timeout));
        self.out.requests.push((self.now - START, request.clone(), batch));
        (if timed_out { request.timeout_ms } else { LATENCY }, Event::Ended(Box::new(exchange)))
    }

    fn go(&mut self, at: usize, event: Event) -> Option<Result<Rc<Task>, Failure>> {
        let moment = self.moment();
        let wait = &mut self.waits[at];
        if wait.state.format.is_some_and(|format| self.given_up.contains(&format)) {
            wait.part();
        }
        match wait.next(event, self.remembered, self.config, moment, &PLATFORM) {
            Action::Done(end) => return Some(end),
            Action::Do(Act::Sleep(pause)) => {
                self.out.pauses[at].push(pause.ms);
                self.at(pause.ms, Next::Go(at, Event::Slept));
            }
            Action::Do(Act::Send(request)) => match wait.join() {
                Some((most, ms)) => {
                    self.join(at, request.format, most, ms, *request);
                }
                None => {
                    let (took, event) = self.send(&request, false);
                    self.at(took, Next::Go(at, event));
                }
            },
        }
        None
    }

    fn join(&mut self, at: usize, format: Format, most: u32, ms: f64, request: Request) {
        self.held[at] = Some(request);
        if !self.gathering.iter().any(|(of, _)| *of == format) {
            self.gathering.push((format, Vec::new()));
            self.at(ms, Next::Flush(format));
        }
        let party = self.gathering.iter_mut().find(|(of, _)| *of == format).unwrap();
        party.1.push(at);
        if party.1.len() == most as usize {
            self.queue.retain(|(_, _, next)| !matches!(next, Next::Flush(of) if *of == format));
            self.flush(format);
        }
    }

    fn flush(&mut self, format: Format) {
        let party = self.gathering.iter().position(|(of, _)| *of == format).unwrap();
        let (_, members) = self.gathering.swap_remove(party);
        let mut batch = Batch::new(self.remembered);
        for member in &members {
            assert!(batch.add(&self.waits[*member], self.held[*member].as_ref().unwrap()));
        }
        self.batches.push((batch, members));
        self.asked(self.batches.len() - 1, Event::Start);
    }

    fn asked(&mut self, at: usize, event: Event) {
        let moment = self.moment();
        let (batch, members) = &mut self.batches[at];
        let waits = &mut self.waits;
        let action =
            batch.next(event, self.config, moment, &PLATFORM, &mut |to, share, _| waits[members[to]].give(share, moment.now));
        match action {
            Action::Do(Act::Send(request)) => {
                let (took, event) = self.send(&request, true);
                self.at(took, Next::Asked(at, event));
            }
            Action::Do(Act::Sleep(_)) => panic!("a batch does not pause"),
            Action::Done(given_up) => {
                self.given_up.extend(given_up.unwrap());
                for (nth, member) in self.batches[at].1.clone().into_iter().enumerate() {
                    self.at(TURN * nth as f64, Next::Go(member, Event::Slept));
                }
            }
        }
    }
}
