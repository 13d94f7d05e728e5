//! Having something made: a request that is sent once, for what it makes is paid. It is sent again only after an answer
//! which proves that nothing was made: the relay was too busy to take it, or does not serve the path.

use super::hearing::{Hearing, Made};
use super::query::redirect;
use super::{Act, Action, Answer, Body, Event, Exchange, Method, Pause, Request, Want};
use crate::address::{Target, redact};
use crate::create::Plan;
use crate::failure::{Code, Failure};
use crate::format::{self, Format, Route};
use crate::options::Config;
use crate::platform::{Moment, Platform};
use crate::policy::{retry, verdict};
use crate::reading::Reading;
use crate::task::{Reason, Task, TaskRef};

/// What to do when nobody knows whether there is a task now.
const UNCLEAR: &str =
    "Look at the relay's list of tasks, or at the balance, before you create it again: it may be under way, and paid for.";

/// Sends one request that makes something, or one of those that belong to it.
#[derive(Debug, Clone)]
pub struct Create {
    plan: Plan,
    format: Format,
    /// A task is answered; else something that the facade takes as it is.
    of_task: bool,
    first: u8,
    places: u8,
    attempt: u32,
    /// Of the prefixes asked so far, the failure that tells most.
    told: Option<Failure>,
    /// The answer that is being given.
    pub(super) hearing: Option<Box<Hearing>>,
}

impl Create {
    /// Asks on the prefixes of a format, the remembered one first.
    pub fn new(plan: Plan, format: Format, remembered: Option<Route>, of_task: bool) -> Self {
        let first = remembered.filter(|route| route.format == format).map_or(0, |route| route.prefix);
        Create { plan, format, of_task, first, places: 0, attempt: 0, told: None, hearing: None }
    }

    /// Where it is asked now.
    pub fn route(&self) -> Route {
        Route { format: self.format, prefix: (self.first + self.places) % self.format.spec().count() }
    }

    /// The next action; nothing where something else than a task is answered.
    pub fn next(&mut self, event: Event, config: &Config, moment: Moment, platform: &Platform) -> Action<Made> {
        match event {
            Event::Start | Event::Slept => self.send(config),
            Event::Ended(exchange) => self.ended(&exchange, config, moment, platform),
        }
    }

    pub(super) fn url(&self, config: &Config) -> String {
        self.target(config).url
    }

    fn target(&self, config: &Config) -> Target {
        let prefix = self.format.spec().prefix(self.route().prefix, config);
        config.base.join(&[prefix, &self.plan.path].concat())
    }

    fn send(&self, config: &Config) -> Action<Made> {
        let Plan { method, body, form, .. } = &self.plan;
        let body = (*method == Method::Post).then(|| body.clone());
        let want = if self.format.spec().talks { Want::Talk } else { Want::Json };
        let mut request = Request::new(*method, body, &self.target(config), self.format, want, config.timeout_ms);
        request.makes = Some(*form);
        Action::Do(Act::Send(request))
    }

    fn ended(&mut self, exchange: &Exchange, config: &Config, moment: Moment, platform: &Platform) -> Action<Made> {
        if let Exchange::Answer(Answer { body: Body::Unread, .. }) = exchange
            && self.format.spec().talks
        {
            self.hearing = Some(Box::default());
            return Action::Done(Ok(Made::Talk));
        }
        let failure = match self.judge(exchange, config, moment, platform) {
            Ok(made) => return Action::Done(Ok(made)),
            Err(failure) => failure,
        };
        let once = self.plan.method == Method::Post;
        let status = failure.http_status;
        if self.plan.method == Method::Delete && self.attempt > 0 && status == Some(404) {
            // An attempt that was not answered has done it.
            return Action::Done(Ok(Made::Other));
        }
        let busy = failure.code == Code::RateLimited && status == Some(429);
        if (busy || !once)
            && let Some(ms) = retry::pause(&failure, exchange.advice(), self.attempt, config.retries, moment.jitter)
        {
            self.attempt += 1;
            return Action::Do(Act::Sleep(Pause::retry(ms, self.attempt, &failure)));
        }
        let failure = if once { unclear(failure) } else { failure };
        let elsewhere = matches!(status, Some(404 | 405)) && config.prefix.is_none();
        // What is no word on the route tells most; and what ends the search tells all.
        if !elsewhere || verdict::tells_more(&failure, self.told.as_ref()) {
            self.told = Some(failure);
        }
        if elsewhere && self.places + 1 < self.format.spec().count() {
            self.places += 1;
            self.attempt = 0;
            return self.send(config);
        }
        Action::Done(Err(self.told.take().unwrap_or_else(|| Failure::new(Code::Internal, "A create ended without a result."))))
    }

    fn judge(&self, exchange: &Exchange, config: &Config, moment: Moment, platform: &Platform) -> Result<Made, Failure> {
        let url = self.url(config);
        match exchange {
            // A page's browser hides where to, and the status.
            Exchange::Answer(Answer { status: status @ (0 | 300..=399), .. }) => {
                let to = redirect(exchange).map_or("elsewhere", redact);
                let mut failure = Failure::new(
                    Code::UnexpectedResponse,
                    [redact(&url), " redirects to ", to, ", where nothing is sent: is that the baseUrl?"].concat(),
                );
                failure.http_status = Some(*status);
                return Err(failure);
            }
            Exchange::Answer(answer) if !self.of_task => return self.other(&url, answer, moment, platform),
            _ => {}
        }
        self.made(exchange, config, moment, platform).map(|task| Made::Task(Box::new(task)))
    }

    /// The task that an answer tells.
    pub(super) fn made(
        &self,
        exchange: &Exchange,
        config: &Config,
        moment: Moment,
        platform: &Platform,
    ) -> Result<Task, Failure> {
        let url = self.url(config);
        let snapshot = verdict::judge(&url, exchange, Some(self.format), moment, platform)?;
        let id = snapshot.id.clone();
        if id.is_none() && !snapshot.status.is_final() {
            return Err(Failure::new(Code::UnexpectedResponse, [redact(&url), " answered with a task that has no id."].concat()));
        }
        Ok(snapshot.of(self.task_ref(id, config)))
    }

    pub(super) fn task_ref(&self, id: Option<String>, config: &Config) -> TaskRef {
        let kind = self.format.spec().unusual(&self.plan.kind);
        TaskRef { id: id.unwrap_or_default(), format: self.format, kind, base_url: config.base.url().to_owned() }
    }

    /// An answer of which nothing is read here but that it is no error.
    fn other(&self, url: &str, answer: &Answer, moment: Moment, platform: &Platform) -> Result<Made, Failure> {
        let good = answer.status < 300;
        let reason = match &answer.body {
            Body::Json(body) => match format::read_as(body, answer.status, Some(self.format), platform) {
                Reading::Error(reason) => reason,
                _ if good && body.is_map() => return Ok(Made::Other),
                _ => Reason::default(),
            },
            Body::Empty if good && self.plan.method == Method::Delete => return Ok(Made::Other),
            _ => Reason::default(),
        };
        Err(verdict::refusal(url, answer, reason, moment, platform))
    }
}

/// The failure of what is sent once: it says where nobody knows what came of it.
pub(super) fn unclear(mut failure: Failure) -> Failure {
    let fate = matches!(failure.code, Code::Network | Code::Timeout | Code::Server | Code::UnexpectedResponse | Code::TooLarge);
    if fate && !matches!(failure.http_status, Some(0 | 300..=399 | 501)) {
        failure.message.push_str(" It may have been made all the same.");
        failure.hint = Some(UNCLEAR);
    }
    failure
}
