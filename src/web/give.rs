//! Results on their way out, from which the facade puts the objects together.

use super::host::Host;
use crate::failure::{Code, Failure};
use crate::flow::wait::State;
use crate::task::{Reason, Task, TaskRef};

/// A snapshot.
pub fn task(host: &mut Host, task: &Task) {
    host.say("task");
    task_ref(host, Some(&task.task_ref));
    host.text(task.status.word()).maybe(task.raw_status.as_deref()).fraction(task.progress);
    reason(host, task.error.as_ref());
    host.maybe(task.model.as_deref())
        .amount(task.created_at)
        .amount(task.completed_at)
        .amount(task.expires_at)
        .amount(task.eta_ms);
    for output in &task.outputs {
        host.text(output.kind.word()).text(&output.url);
    }
}

/// The fields of a ref; the first is none where there is no ref.
pub fn task_ref(host: &mut Host, of: Option<&TaskRef>) {
    match of {
        Some(of) => host.text(&of.id).text(of.format.spec().name).maybe(of.kind.as_deref()).text(&of.base_url),
        None => host.maybe(None).maybe(None).maybe(None).maybe(None),
    };
}

fn reason(host: &mut Host, of: Option<&Reason>) {
    host.flag(of.is_some());
    host.maybe(of.and_then(|of| of.code.as_deref())).maybe(of.and_then(|of| of.message.as_deref()));
}

/// A failure.
pub fn failure(host: &mut Host, of: &Failure) {
    if let Some(of) = &of.task {
        task(host, of);
    }
    host.say("fail").text(of.code.word()).text(&of.message);
    task_ref(host, of.task_ref.as_ref());
    reason(host, of.server.as_ref());
    host.amount(of.http_status.map(f64::from)).maybe(of.request_id.as_deref()).amount(of.retry_after_ms).amount(of.bytes);
    host.flag(matches!(of.code, Code::Network | Code::DownloadIncomplete)).maybe(of.hint).flag(of.seen.is_some());
    for (what, count) in of.seen.iter().flatten() {
        host.text(what).number((*count).into());
    }
}

/// A step's result.
pub fn step(host: &mut Host, of: Option<&Task>, state: &State, delay: Option<f64>) {
    if let Some(of) = of {
        task(host, of);
    }
    let name = state.format.map(|format| format.spec().name);
    let format = name.map(|name| state.kind.as_deref().map_or(name.to_owned(), |kind| [name, " ", kind].concat()));
    host.say("step").text(&state.id).maybe(format.as_deref()).text(&state.base_url).text(&state.write()).amount(delay);
}
