//! Results on their way out: one call of the facade each, which puts the object together.

use serde::Serializer as _;
use wasm_bindgen::prelude::*;

use super::host::Host;
use crate::failure::{Code, Failure};
use crate::flow::wait::State;
use crate::format::Format;
use crate::task::Task;

/// A snapshot.
pub fn task(host: &Host, task: &Task) {
    let of = &task.task_ref;
    let mut outputs = String::new();
    for output in &task.outputs {
        // An address holds no white space.
        outputs.push_str(&[output.kind.word(), " ", &output.url, "\n"].concat());
    }
    let error = task.error.as_ref();
    host.task(
        &of.id,
        &format(of.format, of.kind.as_deref()),
        &of.base_url,
        task.status.word(),
        task.raw_status.as_deref(),
        task.progress,
        &outputs,
        error.is_some(),
        error.and_then(|error| error.code.as_deref()),
        error.and_then(|error| error.message.as_deref()),
        task.model.as_deref(),
        task.created_at,
        task.completed_at,
        task.expires_at,
    );
}

/// A format and, where a ref names one, the kind.
pub fn format(format: Format, kind: Option<&str>) -> String {
    let name = format.spec().name;
    kind.map_or(name.to_owned(), |kind| [name, " ", kind].concat())
}

/// A failure.
pub fn failure(host: &Host, of: &Failure) {
    let task_ref = of.task_ref.as_ref();
    let server = of.server.as_ref();
    if let Some(of) = &of.task {
        task(host, of);
    }
    host.fail(
        of.code.word(),
        &of.message,
        task_ref.map(|of| &*of.id),
        &task_ref.map_or(String::new(), |of| format(of.format, of.kind.as_deref())),
        task_ref.map_or("", |of| &of.base_url),
        of.http_status.map(f64::from),
        server.is_some(),
        server.and_then(|server| server.code.as_deref()),
        server.and_then(|server| server.message.as_deref()),
        of.request_id.as_deref(),
        of.retry_after_ms,
        &of.seen.as_ref().map_or(JsValue::NULL, |seen| counts(seen)),
        of.bytes,
        matches!(of.code, Code::Network | Code::DownloadIncomplete),
    );
}

/// Counts by name as a plain object: the one record whose keys are data.
fn counts(seen: &[(String, u32)]) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    // Text and whole numbers, which cannot fail.
    (&serializer).collect_map(seen.iter().map(|(what, count)| (what, count))).unwrap_or(JsValue::NULL)
}

/// A step's result.
pub fn step(host: &Host, task: Option<&Task>, state: &State, delay: Option<f64>) {
    if let Some(of) = task {
        self::task(host, of);
    }
    let format = state.format.map(|of| format(of, state.kind.as_deref()));
    host.step(&state.id, format.as_deref(), &state.base_url, &state.write(), delay);
}
