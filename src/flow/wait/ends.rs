//! What ends a wait without a video: polls that fail, the deadline, and tasks that came to nothing.

use std::rc::Rc;

use super::Wait;
use crate::failure::{Code, Failure};
use crate::flow::Action;
use crate::format::Format;
use crate::number::Bounds;
use crate::options::{NOT_FOUND_GRACE_MS, RETRY_AFTER_MAX_MS};
use crate::platform::Moment;
use crate::policy::retry;
use crate::task::{Reason, Task};
use crate::text::digits;

impl Wait {
    /// A poll has failed: another, or the end.
    pub(super) fn missed(&mut self, mut failure: Failure, moment: Moment) -> Action<Rc<Task>> {
        let state = &mut self.state;
        state.count(match failure.http_status {
            Some(status) => ["http ", &digits(status.into())].concat(),
            None => failure.code.word().to_owned(),
        });
        let young = state.polls == 0 && moment.now - state.started < NOT_FOUND_GRACE_MS;
        let give_up = match failure.code {
            // A relay may need a moment before it knows the task it has just accepted.
            Code::NotFound if young => false,
            Code::NotFound if state.polls == 0 => true,
            Code::NotFound | Code::Server | Code::UnexpectedResponse => state.misses(&self.options),
            _ => !retry::may_pass(&failure, None) || state.misses(&self.options),
        };
        if give_up {
            failure.seen = Some(std::mem::take(&mut state.seen));
            failure.task = self.task.clone();
            return Action::Done(Err(failure));
        }
        let asked = failure.retry_after_ms.unwrap_or(0.0).at_most(RETRY_AFTER_MAX_MS);
        let backoff = retry::backoff(state.failures.saturating_sub(1), moment.jitter);
        let ms = backoff.at_most(self.options.max_ms).at_least(self.options.min_ms).at_least(asked);
        self.pause(ms, asked.at_least(self.options.min_ms), moment)
    }

    /// The deadline is there.
    pub(super) fn timed_out(&mut self, timeout: f64) -> Failure {
        let state = &mut self.state;
        let format = state.format.unwrap_or(Format::OpenaiVideos);
        let task_ref = state.task_ref(format);
        let (ms, polls) = (digits(timeout as u64), digits(state.polls.into()));
        let message = ["The task was not final after ", &ms, " ms and ", &polls, " polls."].concat();
        let mut failure = Failure::new(Code::WaitTimeout, message).about(task_ref);
        failure.seen = Some(std::mem::take(&mut state.seen));
        failure.task = self.task.clone();
        failure
    }
}

/// A final task that is no success, as a failure.
pub(in crate::flow) fn ended(code: Code, how: &str, task: &Rc<Task>) -> Failure {
    let reason = task.error.clone().unwrap_or_default();
    let message = match reason.message.as_deref().or(reason.code.as_deref()) {
        Some(said) => ["The task ", how, ": ", said].concat(),
        None => ["The task ", how, "; the relay gives no reason."].concat(),
    };
    let mut failure = Failure::new(code, message).with_task(task);
    failure.server = Some(reason).filter(|reason: &Reason| !reason.is_empty());
    failure
}
