//! What follows where a place gives nothing: another attempt, a fresh address, the next place, or the end.

use std::rc::Rc;

use super::sources::Source;
use super::{Download, Scene, Step};
use crate::address::redact;
use crate::failure::{Code, Failure};
use crate::flow::query::Query;
use crate::flow::{Act, Action, Event, Pause};
use crate::options::MAX_HOPS;
use crate::policy::retry;
use crate::task::Status;

impl Download {
    /// Another attempt at the same place, after a pause.
    pub(super) fn again(&mut self, failure: Failure, advice: Option<bool>, scene: &Scene) -> Step {
        let advice = advice.or((failure.code == Code::DownloadIncomplete).then_some(true));
        match retry::pause(&failure, advice, self.attempt, scene.config.retries, scene.moment.jitter) {
            Some(ms) => {
                self.attempt += 1;
                Step::Do(Act::Sleep(Pause::retry(ms, self.attempt, &failure)))
            }
            None if self.delivered > 0.0 => self.give_up(failure),
            None => self.spoiled(failure, scene),
        }
    }

    /// This place gives nothing: asks the task for a fresh address once, then tries the next place.
    pub(super) fn spoiled(&mut self, failure: Failure, scene: &Scene) -> Step {
        self.target = None;
        let redirected = (1..=MAX_HOPS).contains(&std::mem::take(&mut self.hops));
        self.attempt = 0;
        self.ranged = true;
        let of_result = matches!(self.sources.first(), Some(Source::Address(_)));
        if (of_result || redirected) && !self.refreshed && failure.code != Code::UnsafeUrl {
            self.refreshed = true;
            let of = &self.task.task_ref;
            if !of_result {
                // The content path itself names a fresh address.
                return self.send(scene);
            }
            if let Ok(query) = Query::new(&of.id, Some(of.format), None, scene.config.retries) {
                let query = query.of(of.kind.as_deref());
                self.blame = Some(failure);
                return self.refreshing(query, Event::Start, scene);
            }
        }
        if !self.sources.is_empty() {
            self.sources.remove(0);
        }
        let blamed = if of_result { None } else { self.blame.take() };
        if self.sources.is_empty() {
            self.blame = blamed;
            return self.give_up(failure);
        }
        self.blame = blamed.or(of_result.then_some(failure));
        self.send(scene)
    }

    pub(super) fn refreshing(&mut self, mut query: Box<Query>, event: Event, scene: &Scene) -> Step {
        match query.next(event, scene.config, scene.moment, scene.platform) {
            Action::Do(act) => {
                self.refresh = Some(query);
                Step::Do(act)
            }
            // Whatever the relay says now, the task did succeed: only fresh addresses are taken from the answer.
            Action::Done(Ok(task)) if task.status == Status::Succeeded => {
                self.task = Rc::new(task);
                self.renewed = true;
                self.sources = self.plan().unwrap_or_default();
                self.send(scene)
            }
            Action::Done(_) => {
                while let Some(Source::Address(_)) = self.sources.first() {
                    self.sources.remove(0);
                }
                if self.sources.is_empty() {
                    return self
                        .give_up(Failure::new(Code::NoOutput, "The result's address is gone, and the relay names no other."));
                }
                self.send(scene)
            }
        }
    }

    /// What comes now is not of the version that was delivered.
    pub(super) fn other_bytes(&mut self) -> Step {
        let shown = self.target.as_ref().map_or("The relay", |target| redact(&target.url));
        let message = [shown, " serves other bytes than before."].concat();
        self.give_up(Failure::new(Code::DownloadIncomplete, message))
    }

    pub(super) fn give_up(&mut self, last: Failure) -> Step {
        // The content path is a last resort that not every relay serves: that it is missing is not why the download failed.
        let mut failure = match self.blame.take() {
            Some(first) if !may_pass(last.code) => first,
            _ => last,
        };
        let nothing = self.task.outputs.is_empty() && self.delivered == 0.0;
        let code = match failure.code {
            Code::NotFound if nothing => Code::NoOutput,
            Code::NotFound | Code::Rejected | Code::NotAVideo | Code::UnexpectedResponse if self.delivered > 0.0 => {
                Code::DownloadIncomplete
            }
            code if self.delivered > 0.0 && may_pass(code) => Code::DownloadIncomplete,
            code => code,
        };
        if code != failure.code {
            failure.code = code;
        }
        let mut failure = failure.with_task(&self.task);
        failure.bytes = Some(self.delivered);
        Step::Done(Err(failure))
    }
}

fn may_pass(code: Code) -> bool {
    matches!(code, Code::Network | Code::Timeout | Code::Server | Code::RateLimited | Code::DownloadIncomplete)
}
