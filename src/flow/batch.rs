//! Many tasks in one request. Every task keeps its own wait; only the exchange is shared, and an answer is shared out by id.
//!
//! No task suffers from it: whoever gets nothing out of a batch asks singly, and where a relay has no such request the
//! client gives it up.

use super::wait::Wait;
use super::{Act, Action, Answer, Body, Event, Exchange, Request, Want};
use crate::failure::Failure;
use crate::format::{self, Format, Route};
use crate::options::Config;
use crate::platform::{Moment, Platform};
use crate::policy::{retry, verdict};
use crate::reading::{Reading, Snapshot};
use crate::task::Status;
use crate::value::Value;

/// Pages of a list that are looked through for the tasks asked for.
const MAX_PAGES: u32 = 10;

/// What one task gets out of a batch.
#[derive(Debug, Clone)]
pub enum Share {
    /// The task as the answer has it, and the route it came by; or what befell the whole request.
    Given(Result<(Box<Snapshot>, Route), Failure>),
    /// The answer does not name it.
    Missing,
    /// It was not asked for, or the answer says too little of it.
    Nothing,
}

/// Takes a share for one of the waits, by the order in which they were added, and where it is in the body: the keys that
/// lead to a list, and the place in it.
pub type Deal<'a> = &'a mut dyn FnMut(usize, Share, Option<(&[&str], usize)>);

/// Asks for many tasks of one format.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Who still waits for a share: all that were added, until they have it.
    ids: Vec<Option<String>>,
    /// The ids as they are sent.
    row: String,
    format: Format,
    /// As one of them would have been sent.
    timeout_ms: f64,
    queue_ms: Option<f64>,
    /// Where it was sent.
    url: String,
    known: Option<Route>,
    prefix: u8,
    page: u32,
}

impl Batch {
    /// For nobody yet; `known` is the route that the relay was seen to serve, if any.
    pub fn new(known: Option<Route>) -> Self {
        let (row, url, format) = (String::new(), String::new(), Format::OpenaiVideos);
        Batch { ids: Vec::new(), row, format, timeout_ms: 0.0, queue_ms: None, url, known, prefix: 0, page: 1 }
    }

    /// One more wait takes part with the request that it was about to send. All are of one format, and began together.
    pub fn add(&mut self, wait: &Wait, request: &Request) -> bool {
        let (Some(batch), Some(id)) = (&request.format.spec().batch, wait.asks()) else { return false };
        if self.ids.is_empty() {
            self.known = wait.route().or(self.known).filter(|known| known.format == request.format);
            self.prefix = self.known.map_or(0, |known| known.prefix);
            (self.format, self.timeout_ms, self.queue_ms) = (request.format, request.timeout_ms, request.queue_ms);
        }
        batch.write(&mut self.row, id);
        self.ids.push(Some(id.plain.to_owned()));
        true
    }

    /// The next action; in the end the format, if this need not be asked again.
    pub fn next(
        &mut self,
        event: Event,
        config: &Config,
        moment: Moment,
        platform: &Platform,
        deal: Deal,
    ) -> Action<Option<Format>> {
        let spec = self.format.spec();
        let Some(batch) = &spec.batch else { return Action::Done(Ok(None)) };
        let searches = self.known.is_none() && config.prefix.is_none();
        if let Event::Ended(exchange) = event {
            match self.ended(&exchange, batch.paged, moment, platform, deal) {
                Some(true) if self.page == 1 => {
                    // Where it is not served here, it may be under another prefix, while none is known.
                    self.prefix += 1;
                    if !searches || self.prefix >= spec.count() {
                        return Action::Done(Ok(Some(spec.format)));
                    }
                }
                Some(false) => self.page += 1,
                _ => return Action::Done(Ok(None)),
            }
        } else if self.ids.len() < 2 || (batch.paged && searches) {
            // One alone asks as ever; and a list that few relays have is not searched for.
            return Action::Done(Ok(None));
        }
        let ask = batch.request(&self.row, self.page);
        let target = config.base.join(&[spec.prefix(self.prefix, config), &ask.path].concat());
        let mut request = Request::new(ask.method, ask.body, &target, self.format, Want::Json, self.timeout_ms);
        self.url = target.url;
        request.queue_ms = self.queue_ms;
        Action::Do(Act::Send(request))
    }

    /// Shares an answer out. True where the request is not served here, false where there is another page to ask for.
    fn ended(&mut self, exchange: &Exchange, paged: bool, moment: Moment, platform: &Platform, deal: Deal) -> Option<bool> {
        let body = match exchange {
            Exchange::Answer(Answer { status: 200..=299, body: Body::Json(body), .. }) => body,
            _ => &Value::Null,
        };
        let format = Some(self.format);
        let (items, path) = match format::items(body) {
            Some(found) => found,
            // new-api's list of tasks, none of which it knows.
            None if body.has("data") && matches!(format::read_as(body, 200, format, platform), Reading::Nothing) => {
                Default::default()
            }
            None => {
                // What may pass would have befallen a single request, too.
                let failure = verdict::judge(&self.url, exchange, format, moment, platform).err();
                if !failure.is_some_and(|failure| retry::may_pass(&failure, None)) {
                    return Some(true);
                }
                self.rest(Some(exchange), moment, platform, deal);
                return None;
            }
        };
        let mut named = false;
        let mut left = false;
        for (to, place) in self.ids.iter_mut().enumerate() {
            let Some(id) = place.as_deref() else { continue };
            let Some((at, item)) = items.iter().enumerate().find(|(_, item)| names(item, id)) else {
                left = true;
                continue;
            };
            (named, *place) = (true, None);
            if let Reading::Task(snapshot) = format::read_as(item, 200, format, platform)
                && tells(&snapshot)
            {
                let route = Route { format: self.format, prefix: self.prefix };
                deal(to, Share::Given(Ok((snapshot, route))), Some((&path, at)));
            }
        }
        if paged && left && items.len() >= format::Batch::PAGE && self.page < MAX_PAGES {
            return Some(false);
        }
        // A list of other tasks only: the ids were not looked at.
        if !named && !paged && !items.is_empty() {
            return Some(true);
        }
        self.rest(None, moment, platform, deal);
        None
    }

    /// The same for all who have not had theirs: what went wrong, or that they are missing.
    fn rest(&self, failed: Option<&Exchange>, moment: Moment, platform: &Platform, deal: Deal) {
        for (to, id) in self.ids.iter().enumerate() {
            if id.is_some() {
                // Judged anew for each: a copy of a failure is more code than that.
                let judge = |exchange| verdict::judge(&self.url, exchange, Some(self.format), moment, platform).err();
                deal(to, failed.and_then(judge).map_or(Share::Missing, |failure| Share::Given(Err(failure))), None);
            }
        }
    }
}

/// Whether an item is about this task, by either of the names that relays give it.
fn names(item: &Value, id: &str) -> bool {
    format::id_of(item).as_deref() == Some(id) || item.get("task_id").text() == Some(id)
}

/// Whether an item says all that a single answer would: some lists leave out what came of a task.
fn tells(snapshot: &Snapshot) -> bool {
    match snapshot.status {
        Status::Succeeded => !snapshot.outputs.is_empty(),
        Status::Failed | Status::Expired => snapshot.error.as_ref().is_some_and(|error| !error.is_empty()),
        _ => true,
    }
}
