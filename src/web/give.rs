//! Results on their way out: one call of the facade each, which puts the object together.

use serde::Serializer as _;
use wasm_bindgen::prelude::*;

use super::call::{Host, Stop};
use crate::failure::Failure;
use crate::flow::wait::State;
use crate::task::Task;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(method, js_name = task)]
    #[allow(clippy::too_many_arguments, reason = "one crossing for the whole task")]
    fn make_task(
        this: &Host,
        id: &str,
        format: &str,
        base_url: &str,
        status: &str,
        raw_status: Option<&str>,
        progress: Option<f64>,
        outputs: &str,
        error: bool,
        code: Option<&str>,
        message: Option<&str>,
        model: Option<&str>,
        created_at: Option<f64>,
        completed_at: Option<f64>,
        expires_at: Option<f64>,
    ) -> JsValue;
    #[wasm_bindgen(method, js_name = failure)]
    #[allow(clippy::too_many_arguments, reason = "one crossing for the whole failure")]
    fn make_failure(
        this: &Host,
        code: &str,
        message: &str,
        id: Option<&str>,
        format: &str,
        base_url: &str,
        task: &JsValue,
        http_status: Option<f64>,
        server: bool,
        server_code: Option<&str>,
        server_message: Option<&str>,
        request_id: Option<&str>,
        retry_after_ms: Option<f64>,
        seen: &JsValue,
        bytes: Option<f64>,
        cause: &JsValue,
    ) -> JsValue;
    #[wasm_bindgen(method, js_name = step)]
    #[allow(clippy::too_many_arguments, reason = "one crossing for the whole step")]
    fn make_step(
        this: &Host,
        task: &JsValue,
        id: &str,
        format: Option<&str>,
        base_url: &str,
        at: &str,
        ms: Option<f64>,
    ) -> JsValue;
    /// What the caller is to reject with: `signal.reason`.
    #[wasm_bindgen(method)]
    fn aborting(this: &Host) -> JsValue;
    /// What the caller is to reject with: what its own function threw.
    #[wasm_bindgen(method)]
    fn passing(this: &Host, thrown: &JsValue) -> JsValue;
}

/// A snapshot.
pub fn task(host: &Host, task: &Task) -> JsValue {
    let of = &task.task_ref;
    let mut outputs = String::new();
    for output in &task.outputs {
        // An address holds no white space.
        outputs.push_str(&output.url);
        outputs.push('\n');
    }
    let error = task.error.as_ref();
    host.make_task(
        &of.id,
        of.format.spec().name,
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
    )
}

/// What a call rejects with.
pub fn stop(host: &Host, stop: Stop) -> JsValue {
    match stop {
        Stop::Aborted => host.aborting(),
        Stop::Thrown(thrown) => host.passing(&thrown),
        Stop::Failed(of, cause) => failure(host, &of, &cause),
    }
}

/// A failure.
pub fn failure(host: &Host, of: &Failure, cause: &JsValue) -> JsValue {
    let task_ref = of.task_ref.as_ref();
    let server = of.server.as_ref();
    let of_task = of.task.as_ref().map_or(JsValue::NULL, |of| task(host, of));
    host.make_failure(
        of.code.word(),
        &of.message,
        task_ref.map(|of| &*of.id),
        task_ref.map_or("", |of| of.format.spec().name),
        task_ref.map_or("", |of| &of.base_url),
        &of_task,
        of.http_status.map(f64::from),
        server.is_some(),
        server.and_then(|server| server.code.as_deref()),
        server.and_then(|server| server.message.as_deref()),
        of.request_id.as_deref(),
        of.retry_after_ms,
        &of.seen.as_ref().map_or(JsValue::NULL, |seen| counts(seen)),
        of.bytes,
        cause,
    )
}

/// Counts by name as a plain object: the one record whose keys are data.
fn counts(seen: &[(String, u32)]) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    // Text and whole numbers, which cannot fail.
    (&serializer).collect_map(seen.iter().map(|(what, count)| (what, count))).unwrap_or(JsValue::NULL)
}

/// A step's result.
pub fn step(host: &Host, task: &JsValue, state: &State, delay: Option<f64>) -> JsValue {
    host.make_step(task, &state.id, state.format.map(|format| format.spec().name), &state.base_url, &state.write(), delay)
}
