//! One snapshot: a request, its retries, its redirects, and in `auto` the other routes.

use super::{Action, Event, Exchange, Pause, Request, Want, Why};
use crate::address::{Target, encode_id, redact};
use crate::failure::{Code, Failure};
use crate::format::{Format, TABLE};
use crate::options::{Config, MAX_HOPS};
use crate::platform::{Moment, Platform};
use crate::policy::{retry, verdict};
use crate::task::{Task, TaskRef};

/// Asks for one task until there is a snapshot or a failure.
#[derive(Debug, Clone)]
pub struct Query {
    id: String,
    encoded: String,
    routes: Vec<Format>,
    /// The first of them is known to be one that the relay serves.
    served: bool,
    route: usize,
    retries: u32,
    attempt: u32,
    hops: u8,
    target: Option<Target>,
    failures: Vec<Failure>,
}

impl Query {
    /// Asks for an id, on the one route of a format or on all, the remembered one first.
    pub fn new(id: &str, format: Option<Format>, remembered: Option<Format>, retries: u32) -> Result<Self, Failure> {
        let routes = match format {
            Some(format) => vec![format],
            None => {
                let others = TABLE.iter().map(|spec| spec.format).filter(|format| Some(*format) != remembered);
                remembered.into_iter().chain(others).collect()
            }
        };
        Ok(Query {
            id: id.to_owned(),
            encoded: encode_id(id)?,
            routes,
            served: format.is_none() && remembered.is_some(),
            route: 0,
            retries,
            attempt: 0,
            hops: 0,
            target: None,
            failures: Vec::new(),
        })
    }

    /// The next action.
    pub fn next(&mut self, event: Event, config: &Config, moment: Moment, platform: &Platform) -> Action<Task> {
        match event {
            Event::Start | Event::Slept => self.send(config),
            Event::Ended(exchange) => self.ended(&exchange, config, moment, platform),
        }
    }

    fn format(&self) -> Format {
        self.routes.get(self.route).copied().unwrap_or(Format::OpenaiVideos)
    }

    /// The task as it is asked for now.
    pub fn task_ref(&self, config: &Config) -> TaskRef {
        TaskRef { id: self.id.clone(), format: self.format(), base_url: config.base.url().to_owned() }
    }

    fn send(&mut self, config: &Config) -> Action<Task> {
        let path = (self.format().spec().status_path)(&self.encoded);
        let target = self.target.get_or_insert_with(|| config.base.join(&path));
        Action::Send(Request {
            url: target.url.clone(),
            credentialed: target.credentialed,
            want: Want::Json,
            timeout_ms: config.timeout_ms,
            queue_ms: None,
        })
    }

    fn ended(&mut self, exchange: &Exchange, config: &Config, moment: Moment, platform: &Platform) -> Action<Task> {
        let url = self.target.as_ref().map(|target| target.url.clone()).unwrap_or_default();
        if let Some(location) = redirect(exchange) {
            return match self.follow(&url, location, config, platform) {
                Ok(()) => self.send(config),
                Err(failure) => self.failed(failure, None, config, moment),
            };
        }
        match verdict::judge(&url, exchange, moment, platform) {
            Ok(snapshot) => Action::Done(Ok(snapshot.of(self.task_ref(config)))),
            Err(failure) => {
                let advice = match exchange {
                    Exchange::Answer(answer) => answer.headers.advice(),
                    Exchange::Failed(_) => None,
                };
                self.failed(failure, advice, config, moment)
            }
        }
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
        let failure = failure.about(&self.task_ref(config));
        if let Some(ms) = retry::pause(&failure, advice, self.attempt, self.retries, moment.jitter) {
            self.attempt += 1;
            let why = Why::Retry { attempt: self.attempt, code: failure.code, http_status: failure.http_status };
            return Action::Sleep(Pause { ms, why });
        }
        let elsewhere = verdict::may_be_elsewhere(&failure) && self.route + 1 < self.routes.len();
        let decisive = !verdict::may_be_elsewhere(&failure);
        self.failures.push(failure);
        if elsewhere {
            self.route += 1;
            self.attempt = 0;
            self.hops = 0;
            self.target = None;
            return self.send(config);
        }
        Action::Done(Err(self.telling(decisive)))
    }

    /// The failure that tells most, of all routes asked: the last one where it ended the search, else that of the route which
    /// the relay is known to serve, for what it says elsewhere is not about the task.
    fn telling(&mut self, last: bool) -> Failure {
        let failures = std::mem::take(&mut self.failures);
        let best = match last {
            true => failures.into_iter().next_back(),
            false if self.served => failures.into_iter().next(),
            false => failures
                .into_iter()
                .reduce(|best, next| if verdict::weight(&next) > verdict::weight(&best) { next } else { best }),
        };
        best.unwrap_or_else(|| Failure::new(Code::Internal, "A query ended without a result."))
    }
}

/// Where an answer redirects to.
pub(super) fn redirect(exchange: &Exchange) -> Option<&str> {
    match exchange {
        Exchange::Answer(answer) if matches!(answer.status, 301 | 302 | 303 | 307 | 308) => answer.headers.location.as_deref(),
        _ => None,
    }
}
