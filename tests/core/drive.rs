//! Carries out what the machines decide, in simulated time.

use std::rc::Rc;

use reelay::failure::Failure;
use reelay::flow::create::Create;
use reelay::flow::download::{Download, End, Flow, Step};
use reelay::flow::hearing::Made;
use reelay::flow::query::Query;
use reelay::flow::wait::{Notice, State, Wait};
use reelay::flow::{Act, Action, Answer, Body, Event, Exchange, Headers, Pause, Request, Trouble, Want};
use reelay::format::Format;
use reelay::host::PLATFORM;
use reelay::options::{Config, WaitOptions};
use reelay::platform::Moment;
use reelay::task::Task;

use crate::make::START;

/// No machine may need more steps than this; one that does would never end.
const MOST_STEPS: usize = 200_000;
/// What a request takes.
pub const LATENCY: f64 = 10.0;

/// What a run did and how it ended.
pub struct Run<T> {
    pub result: Result<T, Failure>,
    pub requests: Vec<Request>,
    pub pauses: Vec<Pause>,
    pub notices: Vec<Notice>,
    pub flows: Vec<Flow>,
    pub decoded: Vec<String>,
    /// Simulated milliseconds from begin to end.
    pub took: f64,
}

impl<T> Run<T> {
    pub fn urls(&self) -> Vec<&str> {
        self.requests.iter().map(|request| request.url.as_str()).collect()
    }

    /// Whether each request carried the key.
    pub fn credentialed(&self) -> Vec<bool> {
        self.requests.iter().map(|request| request.credentialed).collect()
    }

    /// The `Range` start of each request.
    pub fn ranges(&self) -> Vec<Option<f64>> {
        let from = |request: &Request| match &request.want {
            Want::Json | Want::Talk => None,
            Want::Bytes { from, .. } => *from,
        };
        self.requests.iter().map(from).collect()
    }

    pub fn slept(&self) -> Vec<f64> {
        self.pauses.iter().map(|pause| pause.ms).collect()
    }
}

impl<T: std::fmt::Debug> Run<T> {
    pub fn failure(&self) -> &Failure {
        self.result.as_ref().unwrap_err()
    }
}

/// The world outside a machine: a clock, a relay, and a record of both.
pub struct World<'a> {
    pub config: &'a Config,
    pub jitter: f64,
    now: f64,
    relay: &'a mut dyn FnMut(&Request, f64) -> Exchange,
    requests: Vec<Request>,
    pauses: Vec<Pause>,
}

impl<'a> World<'a> {
    pub fn new(config: &'a Config, relay: &'a mut dyn FnMut(&Request, f64) -> Exchange) -> Self {
        World { config, jitter: 0.5, now: START, relay, requests: Vec::new(), pauses: Vec::new() }
    }

    fn moment(&self) -> Moment {
        Moment { now: self.now, jitter: self.jitter }
    }

    /// Carries out one action; `None` when it was the last.
    fn act<T>(&mut self, action: Action<T>, result: &mut Option<Result<T, Failure>>) -> Option<Event> {
        assert!(self.requests.len() + self.pauses.len() < MOST_STEPS, "the machine does not end");
        match action {
            Action::Do(Act::Send(request)) => {
                let exchange = (self.relay)(&request, self.now - START);
                let timed_out = matches!(exchange, Exchange::Failed(Trouble::Timeout));
                self.now += if timed_out { request.timeout_ms } else { LATENCY };
                self.requests.push(*request);
                Some(Event::Ended(Box::new(exchange)))
            }
            Action::Do(Act::Sleep(pause)) => {
                assert!(pause.ms.is_finite() && pause.ms >= 0.0, "a pause of {} ms", pause.ms);
                self.now += pause.ms;
                self.pauses.push(pause);
                Some(Event::Slept)
            }
            Action::Done(end) => {
                *result = Some(end);
                None
            }
        }
    }

    fn finish<T>(self, result: Option<Result<T, Failure>>) -> Run<T> {
        Run {
            result: result.unwrap(),
            requests: self.requests,
            pauses: self.pauses,
            notices: Vec::new(),
            flows: Vec::new(),
            decoded: Vec::new(),
            took: self.now - START,
        }
    }

    pub fn query(mut self, mut machine: impl std::ops::DerefMut<Target = Query>) -> Run<Task> {
        let (mut event, mut result) = (Some(Event::Start), None);
        while let Some(next) = event {
            let action = machine.next(next, self.config, self.moment(), &PLATFORM);
            event = self.act(action, &mut result);
        }
        self.finish(result)
    }

    pub fn create(mut self, mut machine: Create) -> Run<Option<Task>> {
        let (mut event, mut result) = (Some(Event::Start), None);
        while let Some(next) = event {
            let action = machine.next(next, self.config, self.moment(), &PLATFORM);
            event = self.act(action, &mut result);
        }
        // Nobody speaks here: an answer that has begun breaks off.
        let silence = Answer { status: 200, headers: Headers::default(), body: Body::Empty };
        let (config, moment) = (self.config, self.moment());
        let task = |made| match made {
            Made::Task(task) => Ok(Some(*task)),
            Made::Other => Ok(None),
            Made::Talk => machine.heard(silence, Some(Trouble::Network), config, moment, &PLATFORM).map(Some),
        };
        self.finish(result.map(|end| end.and_then(task)))
    }

    pub fn wait(mut self, format: Option<Format>, options: WaitOptions) -> Run<Rc<Task>> {
        let mut machine = Wait::new(State::new("t", self.config.base.url(), format, START), options);
        let (mut event, mut result, mut notices) = (Some(Event::Start), None, Vec::new());
        while let Some(next) = event {
            let action = machine.next(next, None, self.config, self.moment(), &PLATFORM);
            notices.extend(machine.take_notices());
            event = self.act(action, &mut result);
        }
        Run { notices, ..self.finish(result) }
    }

    /// `body` plays each stream: given the flow and the answer's request, how many bytes are delivered in all, and the end.
    pub fn download(mut self, mut machine: Download, body: &mut dyn FnMut(&Flow, &Request) -> (f64, End)) -> Run<()> {
        let (mut flows, mut decoded) = (Vec::new(), Vec::new());
        let mut result = None;
        let mut step = machine.next(Event::Start, self.config, self.moment(), &PLATFORM);
        loop {
            step = match step {
                Step::Done(end) => {
                    result = Some(end);
                    break;
                }
                Step::Do(act) => match self.act(Action::Do(act), &mut result) {
                    Some(event) => machine.next(event, self.config, self.moment(), &PLATFORM),
                    None => break,
                },
                Step::Stream(flow) => {
                    assert!(flows.len() < MOST_STEPS, "the download does not end");
                    let (delivered, end) = body(&flow, self.requests.last().unwrap());
                    flows.push(flow);
                    match machine.flowed(delivered, end, self.config, self.moment(), &PLATFORM) {
                        Some(step) => step,
                        None => break,
                    }
                }
                Step::Decode(url) => {
                    decoded.push(url);
                    match machine.flowed(16.0, End::Whole, self.config, self.moment(), &PLATFORM) {
                        Some(step) => step,
                        None => break,
                    }
                }
            };
        }
        let result = result.unwrap_or(Ok(()));
        Run { flows, decoded, ..self.finish(Some(result)) }
    }
}

/// A relay that gives these answers in this order, and no more.
pub fn script(answers: Vec<Exchange>) -> impl FnMut(&Request, f64) -> Exchange {
    let mut answers = answers.into_iter();
    move |request, _| answers.next().unwrap_or_else(|| panic!("one request too many: {}", request.url))
}
