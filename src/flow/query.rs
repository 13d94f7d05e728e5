//! One snapshot: a request, its retries, its redirects, and the other places where the task may be known.

use super::{Act, Action, Event, Exchange, Method, Pause, Request, Want};
use crate::address::{Target, encode_id, redact};
use crate::failure::{Code, Failure};
use crate::format::{AUTO, Ask, Format, Id, Route, Spec, TABLE, says_no_task};
use crate::options::{Config, MAX_HOPS};
use crate::platform::{Moment, Platform};
use crate::policy::{retry, verdict};
use crate::reading::Snapshot;
use crate::task::{Task, TaskRef};
use crate::text::{nth, parts};

/// Asks for one task until there is a snapshot or a failure.
#[derive(Debug, Clone)]
pub struct Query {
    id: String,
    encoded: String,
    /// The kind that a ref names.
    kind: Option<String>,
    places: Vec<Place>,
    /// The first of them is known to be one that the relay serves.
    served: bool,
    place: usize,
    /// The one prefix of its format under which anything more is asked.
    only: Option<Route>,
    retries: u32,
    attempt: u32,
    hops: u8,
    target: Option<Target>,
    /// Of the places asked so far, the failure that tells most.
    told: Option<Failure>,
    /// A finished task whose outputs are being asked for.
    finished: Option<Box<Snapshot>>,
    /// The task, where nothing need be asked.
    known: Option<Box<Task>>,
}

/// Where a task may be known: a route, and on it one of the format's kinds.
#[derive(Debug, Clone, Copy)]
struct Place {
    route: Route,
    kind: u8,
}

impl Query {
    /// Asks for an id, in all places of a format or of all those of `auto`, the remembered ones first.
    pub fn new(id: &str, format: Option<Format>, remembered: Option<Route>, retries: u32) -> Result<Box<Self>, Failure> {
        // A conversation has no task route: what it names is known elsewhere, if at all.
        let format = format.filter(|format| *format != Format::SoraChat);
        let first = format.or(remembered.map(|route| route.format).filter(|format| format.is_relays()));
        let mut places = Vec::new();
        let mut add = |spec: &Spec| {
            let known = remembered.filter(|route| route.format == spec.format).map(|route| route.prefix);
            for kind in 0..parts(spec.kinds, b"|").count() as u8 {
                for prefix in 0..spec.count() {
                    if known.is_none_or(|known| known == prefix) {
                        places.push(Place { route: Route { format: spec.format, prefix }, kind });
                    }
                }
            }
        };
        if let Some(first) = first {
            add(first.spec());
        }
        for spec in TABLE.iter().take(if format.is_some() { 0 } else { AUTO }) {
            if first != Some(spec.format) {
                add(spec);
            }
        }
        Ok(Box::new(Query {
            id: id.to_owned(),
            encoded: encode_id(id)?,
            kind: None,
            places,
            served: format.is_none() && first.is_some(),
            place: 0,
            only: None,
            retries,
            attempt: 0,
            hops: 0,
            target: None,
            told: None,
            finished: None,
            known: None,
        }))
    }

    /// Asks for a task of one kind only.
    pub fn of(mut self: Box<Self>, kind: Option<&str>) -> Box<Self> {
        if kind.is_some() {
            // The kinds of a format stand one behind the other.
            let end = self.places.iter().position(|place| place.kind != 0);
            self.places.truncate(end.unwrap_or(self.places.len()));
            self.kind = kind.map(str::to_owned);
        }
        self
    }

    /// Gives a task that no route knows, where that is there.
    pub fn knowing(mut self: Box<Self>, known: Option<Task>) -> Box<Self> {
        if let Some(task) = known {
            self.places = vec![Place { route: task.task_ref.format.into(), kind: 0 }];
            self.known = Some(Box::new(task));
        }
        self
    }

    /// The next action.
    pub fn next(&mut self, event: Event, config: &Config, moment: Moment, platform: &Platform) -> Action<Task> {
        if let Some(task) = self.known.take() {
            return Action::Done(Ok(*task));
        }
        match event {
            Event::Start | Event::Slept => self.send(config),
            Event::Ended(exchange) => self.ended(&exchange, config, moment, platform),
        }
    }

    fn place(&self) -> Place {
        self.places.get(self.place).copied().unwrap_or(Place { route: Format::OpenaiVideos.into(), kind: 0 })
    }

    /// The id, as long as nothing has been answered: until then another may ask for it.
    pub fn fresh(&self) -> Option<Id<'_>> {
        let fresh = self.place == 0 && self.hops == 0 && self.finished.is_none();
        fresh.then_some(Id { plain: &self.id, encoded: &self.encoded })
    }

    /// Where it is asked now.
    pub fn route(&self) -> Route {
        self.place().route
    }

    /// The kind that is asked for now.
    fn kind(&self) -> &str {
        let Place { route, kind } = self.place();
        self.kind.as_deref().unwrap_or_else(|| nth(route.format.spec().kinds, kind.into()))
    }

    /// The task as it is asked for now.
    pub fn task_ref(&self, config: &Config) -> TaskRef {
        let format = self.route().format;
        let kind = format.spec().unusual(self.kind());
        TaskRef { id: self.id.clone(), format, kind, base_url: config.base.url().to_owned() }
    }

    fn send(&mut self, config: &Config) -> Action<Task> {
        let spec = self.route().format.spec();
        let id = Id { plain: &self.id, encoded: &self.encoded };
        let Ask { method, path, body } = match self.finished.as_ref().and_then(|finished| finished.follow.as_deref()) {
            Some(follow) => Ask { method: Method::Get, path: follow.to_owned(), body: None },
            None => spec.ask(id, self.kind()),
        };
        let prefix = spec.prefix(self.route().prefix, config);
        let target = self.target.get_or_insert_with(|| config.base.join(&[prefix, &path].concat()));
        Action::Do(Act::Send(Request::new(method, body, target, spec.format, Want::Json, config.timeout_ms)))
    }

    fn ended(&mut self, exchange: &Exchange, config: &Config, moment: Moment, platform: &Platform) -> Action<Task> {
        let url = self.target.as_ref().map(|target| target.url.clone()).unwrap_or_default();
        if let Some(location) = redirect(exchange) {
            return match self.follow(&url, location, config, platform) {
                Ok(()) => self.send(config),
                Err(failure) => self.failed(failure, None, config, moment),
            };
        }
        match verdict::judge(&url, exchange, Some(self.route().format), moment, platform) {
            Ok(snapshot) => self.read(snapshot, config),
            Err(failure) => self.failed(failure, exchange.advice(), config, moment),
        }
    }

    fn read(&mut self, snapshot: Box<Snapshot>, config: &Config) -> Action<Task> {
        let task = match self.finished.take() {
            Some(mut finished) => {
                finished.outputs = snapshot.outputs;
                finished
            }
            None if snapshot.follow.is_some() => {
                self.finished = Some(snapshot);
                self.begin();
                return self.send(config);
            }
            None => snapshot,
        };
        Action::Done(Ok(task.of(self.task_ref(config))))
    }

    /// Another address, none of whose answers is there yet.
    fn begin(&mut self) {
        self.attempt = 0;
        self.hops = 0;
        self.target = None;
    }

    fn follow(&mut self, from: &str, location: &str, config: &Config, platform: &Platform) -> Result<(), Failure> {
        self.hops += 1;
        if self.hops > MAX_HOPS {
            return Err(Failure::new(Code::UnexpectedResponse, [redact(from), " redirects without end."].concat()));
        }
        let mut target = config.base.follow(location, Some(from), config.guard_private, platform)?;
        // Once a chain has left the relay's origin, nothing it leads to is given the key.
        target.credentialed &= self.target.as_ref().is_none_or(|earlier| earlier.credentialed);
        self.target = Some(target);
        Ok(())
    }

    fn failed(&mut self, failure: Failure, advice: Option<bool>, config: &Config, moment: Moment) -> Action<Task> {
        let failure = failure.about(self.task_ref(config));
        if let Some(ms) = retry::pause(&failure, advice, self.attempt, self.retries, moment.jitter) {
            self.attempt += 1;
            return Action::Do(Act::Sleep(Pause::retry(ms, self.attempt, &failure)));
        }
        let elsewhere = verdict::may_be_elsewhere(&failure);
        if let Some(finished) = self.finished.take().filter(|_| elsewhere) {
            // The relay does not tell where its result is: the task is finished all the same.
            return Action::Done(Ok(finished.of(self.task_ref(config))));
        }
        let here = self.route();
        if !elsewhere {
            return Action::Done(Err(failure));
        }
        // The caller's own prefix stands in place of all others; and where one is served, what the task is known as under
        // another is no question any more.
        if config.prefix.is_some() || failure.server.as_ref().is_some_and(says_no_task) {
            self.only = Some(here);
        }
        // What the relay says on another route than the one it is known to serve is not about the task.
        if self.told.is_none() || !self.served && verdict::tells_more(&failure, self.told.as_ref()) {
            self.told = Some(failure);
        }
        self.place += 1;
        while let (Some(only), Some(next)) = (self.only, self.places.get(self.place))
            && next.route.format == only.format
            && next.route.prefix != only.prefix
        {
            self.place += 1;
        }
        if self.place < self.places.len() {
            self.begin();
            return self.send(config);
        }
        Action::Done(Err(self.told.take().unwrap_or_else(|| Failure::new(Code::Internal, "A query ended without a result."))))
    }
}

/// Where an answer redirects to.
pub(super) fn redirect(exchange: &Exchange) -> Option<&str> {
    match exchange {
        Exchange::Answer(answer) if matches!(answer.status, 301 | 302 | 303 | 307 | 308) => answer.headers.location.as_deref(),
        _ => None,
    }
}
