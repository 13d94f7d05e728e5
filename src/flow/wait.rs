//! Waiting: polls until the task is final, the deadline is there, or the relay cannot be reached any more.

mod ends;
mod state;

use std::rc::Rc;

pub(super) use ends::ended;
use state::MAX_SEEN;
pub use state::State;

use super::batch::Share;
use super::party::Party;
use super::query::Query;
use super::{Act, Action, Event, Pause, SHORTEST_MS, Why};
use crate::failure::Code;
use crate::format::{Batch, Id, Route, words};
use crate::number::Bounds;
use crate::options::{Config, RETRY_AFTER_MAX_MS, WaitOptions};
use crate::platform::{Moment, Platform};
use crate::policy::poll;
use crate::task::{Status, Task, TaskRef};

/// The last poll is made this long before the deadline, or a tenth of a short wait.
const LAST_POLL_MS: f64 = 1_000.0;

/// What happened on the way, for whoever watches.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// A snapshot that differs from the last one.
    Changed(Rc<Task>),
    /// A status word that no table knows, told once a wait.
    UnknownStatus(String),
}

/// Polls one task until something is final.
#[derive(Debug, Clone)]
pub struct Wait {
    /// What a durable step stores.
    pub state: State,
    options: WaitOptions,
    /// The latest that the clock has shown.
    heard: f64,
    query: Option<Box<Query>>,
    /// The task, where nothing need be asked.
    known: Option<Task>,
    route: Option<Route>,
    task: Option<Rc<Task>>,
    /// The pause that the relay asks for with its last answer.
    hint: Option<f64>,
    told: Vec<String>,
    notices: Vec<Notice>,
    party: Option<Party>,
}

impl Wait {
    /// Waits on from a state.
    pub fn new(state: State, options: WaitOptions) -> Self {
        // A wait in steps tells a word once, too, as long as it stays.
        let told = state.latest.iter().map(|(word, _)| word.clone()).collect();
        Wait {
            heard: state.started,
            state,
            options,
            query: None,
            known: None,
            route: None,
            task: None,
            hint: None,
            told,
            notices: Vec::new(),
            party: None,
        }
    }

    /// Gives a task that no route knows, where that is there.
    pub fn knowing(mut self, known: Option<Task>) -> Self {
        self.known = known;
        self
    }

    /// Polls together with others that began then, where the format can ask for many.
    pub fn join_in(&mut self, began: f64) {
        self.party = Some(Party::new(began));
    }

    /// Has its polls to itself from now on.
    pub fn part(&mut self) {
        self.party = None;
    }

    /// How the task is asked for together with others.
    fn batch(&self) -> Option<&'static Batch> {
        self.party.as_ref()?;
        let batch = self.state.format?.spec().batch.as_ref()?;
        (batch.kind.is_empty() || self.state.kind.as_deref() == Some(batch.kind)).then_some(batch)
    }

    /// With whom it keeps step.
    fn beat(&self) -> Option<&Party> {
        self.batch().and(self.party.as_ref())
    }

    /// Whether the request just made is better made together with others': how many at most, and how long to wait for them.
    /// Then it is not sent; [`Event::Slept`] says that theirs has ended.
    pub fn join(&mut self) -> Option<(u32, f64)> {
        let length = self.asks()?.encoded.len();
        let batch = self.batch()?;
        self.party.as_mut()?.joins(length).then(|| (batch.most(), poll::gather(self.options.min_ms)))
    }

    /// What another may ask for.
    pub fn asks(&self) -> Option<Id<'_>> {
        self.query.as_ref()?.fresh()
    }

    /// What the shared request brought, and when.
    pub fn give(&mut self, share: Share, now: f64) {
        if let Some(party) = self.party.as_mut() {
            (party.share, party.heard) = (share, now);
        }
    }

    /// What the last event brought to tell.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }

    /// The task as it is asked for now; `None` while nothing is under way and no route is known.
    pub fn task_ref(&self, config: &Config) -> Option<TaskRef> {
        match (&self.query, self.state.format) {
            (Some(query), _) => Some(query.task_ref(config)),
            (None, Some(format)) => Some(self.state.task_ref(format)),
            (None, None) => None,
        }
    }

    /// Where the task was known last.
    pub fn route(&self) -> Option<Route> {
        self.route
    }

    /// The last snapshot.
    pub fn task(&self) -> Option<&Rc<Task>> {
        self.task.as_ref()
    }

    /// The next action.
    pub fn next(
        &mut self,
        event: Event,
        remembered: Option<Route>,
        config: &Config,
        moment: Moment,
        platform: &Platform,
    ) -> Action<Rc<Task>> {
        // A clock that was set back must not make the wait longer.
        self.state.set_back((self.heard - moment.now).at_least(0.0));
        self.heard = moment.now;
        let moment = self.beat().map_or(moment, |party| Moment { jitter: party.jitter(), ..moment });
        if let Event::Ended(exchange) = &event {
            self.hint = exchange.retry_after(moment, platform).map(|ms| ms.at_most(RETRY_AFTER_MAX_MS));
        }
        let share = self.party.as_mut().and_then(Party::shared);
        if matches!(share, Some(Share::Missing | Share::Nothing)) {
            // Asked for anew, singly.
            self.query = None;
        }
        let (mut query, event) = match (event, self.query.take()) {
            (event @ (Event::Ended(_) | Event::Slept), Some(query)) => (query, event),
            // The wait's own loop is the retry: one attempt a poll.
            _ => match Query::new(&self.state.id, self.state.format, self.route.or(remembered), 0) {
                Ok(query) => (query.of(self.state.kind.as_deref()).knowing(self.known.take()), Event::Start),
                Err(failure) => return Action::Done(Err(failure)),
            },
        };
        let end = match share {
            Some(Share::Given(given)) => {
                let task_ref = query.task_ref(config);
                match given {
                    Ok((snapshot, route)) => {
                        self.route = Some(route);
                        Ok(snapshot.of(task_ref))
                    }
                    Err(failure) => Err(failure.about(task_ref)),
                }
            }
            _ => match query.next(event, config, moment, platform) {
                Action::Do(mut act) => {
                    if let Act::Send(request) = &mut act {
                        let left = self.left(moment.now);
                        request.timeout_ms = request.timeout_ms.at_most(left.at_least(SHORTEST_MS));
                        request.queue_ms = left.is_finite().then_some(left.at_least(0.0));
                    }
                    self.query = Some(query);
                    return Action::Do(act);
                }
                Action::Done(end) => {
                    if end.is_ok() {
                        self.route = Some(query.route());
                    }
                    if let Some(party) = self.party.as_mut() {
                        party.singly(end.is_ok());
                    }
                    end
                }
            },
        };
        match end {
            Ok(task) => self.polled(task, moment),
            Err(failure) => self.missed(failure, moment),
        }
    }

    fn polled(&mut self, mut task: Task, moment: Moment) -> Action<Rc<Task>> {
        let hint = self.hint.take();
        self.state.sees(&task, moment.now);
        let left = self.state.pace.left(&task, moment.now);
        task.eta_ms = left.filter(|left| *left > 0.0);
        let task = Rc::new(task);
        self.tell(&task);
        let end = match task.status {
            Status::Succeeded => Some(Ok(task.clone())),
            Status::Failed => Some(Err(ended(Code::TaskFailed, "failed", &task))),
            Status::Expired => Some(Err(ended(Code::TaskExpired, "has expired", &task))),
            Status::Queued | Status::Running | Status::Unknown => None,
        };
        self.task = Some(task.clone());
        if let Some(end) = end {
            return Action::Done(end);
        }
        let (min, max) = (self.options.min_ms, self.options.max_ms);
        let age = self.beat().map_or_else(|| moment.now - self.state.started, |party| party.since(moment.now));
        // The relay knows best.
        let ms = hint.map_or_else(|| poll::delay(&task, left, age, min, max, moment.jitter), |hint| hint.at_least(min));
        self.pause(ms, hint.unwrap_or_default().at_least(min), moment)
    }

    fn tell(&mut self, task: &Rc<Task>) {
        if self.task.as_ref().is_none_or(|earlier| !task.says_the_same(earlier)) {
            self.notices.push(Notice::Changed(task.clone()));
        }
        let Some(word) = task.raw_status.as_deref() else { return };
        if words::is_new(word) && !self.told.iter().any(|told| told == word) && self.told.len() < MAX_SEEN {
            self.told.push(word.to_owned());
            self.notices.push(Notice::UnknownStatus(word.to_owned()));
        }
    }

    /// Milliseconds until the deadline.
    fn left(&self, now: f64) -> f64 {
        self.options.timeout_ms - (now - self.state.started)
    }

    fn pause(&mut self, ms: f64, least: f64, moment: Moment) -> Action<Rc<Task>> {
        let why = Why::Poll;
        let (min, max) = (self.options.min_ms, self.options.max_ms);
        let ms = self.beat().map_or(ms, |party| poll::aligned(ms, least, max.at_least(ms), min, party.since(moment.now)));
        let timeout = self.options.timeout_ms;
        let until_last = self.left(moment.now) - LAST_POLL_MS.at_most(timeout / 10.0);
        if until_last <= 0.0 || (self.state.last_poll && timeout.is_finite()) {
            return Action::Done(Err(self.timed_out(timeout)));
        }
        self.state.last_poll = ms >= until_last;
        Action::Do(Act::Sleep(Pause { ms: ms.at_most(until_last), why }))
    }
}
