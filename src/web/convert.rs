//! Plain values in and out. No `u64`, no Map, no undefined crosses.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::call::Stop;
use super::platform::value_of;
use crate::address::Base;
use crate::failure::Failure;
use crate::flow::wait::State;
use crate::format::Format;
use crate::options::{Config, format_of};
use crate::platform::Platform;
use crate::reading::Reading;
use crate::task::{Kind, Output, Reason, Status, Task, TaskRef};
use crate::value::Value;

/// A plain object of the given entries.
pub fn object(entries: &[(&str, JsValue)]) -> JsValue {
    let object: JsValue = Object::new().into();
    for (key, value) in entries {
        // On a fresh plain object this cannot fail.
        let _ = Reflect::set(&object, &(*key).into(), value);
    }
    object
}

/// Text, or null.
pub fn text(text: Option<&str>) -> JsValue {
    text.map_or(JsValue::NULL, JsValue::from_str)
}

/// A number, or null.
pub fn number(number: Option<f64>) -> JsValue {
    number.map_or(JsValue::NULL, JsValue::from_f64)
}

/// A ref.
pub fn task_ref(of: &TaskRef) -> JsValue {
    object(&[("id", (&*of.id).into()), ("format", of.format.spec().name.into()), ("baseUrl", (&*of.base_url).into())])
}

fn reason(reason: Option<&Reason>) -> JsValue {
    reason.map_or(JsValue::NULL, |of| object(&[("code", text(of.code.as_deref())), ("message", text(of.message.as_deref()))]))
}

/// A task with the body it was read from.
pub fn task(task: &Task, raw: &JsValue) -> JsValue {
    let outputs = Array::new();
    for output in &task.outputs {
        outputs.push(&object(&[("kind", "video".into()), ("url", (&*output.url).into())]));
    }
    object(&[
        ("ref", task_ref(&task.task_ref)),
        ("id", (&*task.id).into()),
        ("status", task.status.word().into()),
        ("rawStatus", text(task.raw_status.as_deref())),
        ("progress", number(task.progress)),
        ("outputs", outputs.into()),
        ("videoUrl", text(task.video_url.as_deref())),
        ("error", reason(task.error.as_ref())),
        ("model", text(task.model.as_deref())),
        ("createdAt", number(task.created_at)),
        ("completedAt", number(task.completed_at)),
        ("expiresAt", number(task.expires_at)),
        ("raw", if raw.is_undefined() { JsValue::NULL } else { raw.clone() }),
    ])
}

fn failure(of: &Failure, raw: &JsValue) -> JsValue {
    object(&[
        ("code", of.code.word().into()),
        ("message", (&*of.message).into()),
        ("ref", of.task_ref.as_ref().map_or(JsValue::NULL, task_ref)),
        ("task", of.task.as_ref().map_or(JsValue::NULL, |of| task(of, raw))),
        ("httpStatus", number(of.http_status.map(f64::from))),
        ("server", reason(of.server.as_ref())),
        ("requestId", text(of.request_id.as_deref())),
        ("retryAfterMs", number(of.retry_after_ms)),
        ("seen", of.seen.as_deref().map_or(JsValue::NULL, counts)),
        ("bytes", number(of.bytes)),
        ("hint", (&*of.hint).into()),
    ])
}

/// Counts by name: a record whose keys are the relay's words.
fn counts(seen: &[(String, u32)]) -> JsValue {
    let entries = Array::new();
    for (what, count) in seen {
        entries.push(&Array::of2(&(&**what).into(), &(*count).into()));
    }
    // Made from entries, so that a word such as `__proto__` is a key like any other.
    Object::from_entries(&entries).map_or(JsValue::NULL, Into::into)
}

/// What a durable step stores.
pub fn state(of: &State) -> JsValue {
    let seen = Array::new();
    for (what, count) in &of.seen {
        seen.push(&Array::of2(&(&**what).into(), &(*count).into()));
    }
    let first = of.first.map_or(JsValue::NULL, |(progress, at)| Array::of2(&progress.into(), &at.into()).into());
    let latest =
        of.latest.as_ref().map_or(JsValue::NULL, |(word, progress)| Array::of2(&(&**word).into(), &number(*progress)).into());
    object(&[
        ("v", of.v.into()),
        ("baseUrl", (&*of.base_url).into()),
        ("id", (&*of.id).into()),
        ("format", text(of.format.map(|format| format.spec().name))),
        ("started", of.started.into()),
        ("polls", of.polls.into()),
        ("failures", of.failures.into()),
        ("seen", seen.into()),
        ("lastMs", of.last_ms.into()),
        ("first", first),
        ("latest", latest),
        ("lastPoll", of.last_poll.into()),
    ])
}

/// What the facade turns into a ReelayError, or rejects with as it is.
pub fn stop(stop: Stop) -> JsValue {
    match stop {
        Stop::Aborted => object(&[("aborted", JsValue::TRUE)]),
        Stop::Thrown(error) => object(&[("thrown", JsValue::TRUE), ("reason", error)]),
        Stop::Failed { failure: of, cause, raw } => object(&[("failure", failure(&of, &raw)), ("cause", cause)]),
    }
}

/// An options record.
pub fn options(value: &JsValue) -> Result<Value, Failure> {
    value_of(value).ok_or_else(|| Failure::argument("The options hold a value that is no plain data."))
}

/// What a caller names a task by: an id, or a ref of this relay.
pub struct Named {
    /// The id.
    pub id: String,
    /// The route, where it is known.
    pub format: Option<Format>,
}

/// Reads an id or a ref; a ref of another relay is refused.
pub fn named(value: &JsValue, config: &Config, platform: &Platform) -> Result<Named, Failure> {
    if let Some(id) = value.as_string() {
        return Ok(Named { id, format: config.format });
    }
    let task_ref = value_of(value).unwrap_or_default();
    ref_of(&task_ref, config, platform).map(|task_ref| Named { id: task_ref.id, format: Some(task_ref.format) })
}

fn ref_of(value: &Value, config: &Config, platform: &Platform) -> Result<TaskRef, Failure> {
    let (Some(id), Some(base_url)) = (value.get("id").text(), value.get("baseUrl").text()) else {
        return Err(Failure::argument("A task is named by its id, or by a ref: { id, format, baseUrl }."));
    };
    let format = format_of(value.get("format"))?.or(config.format);
    let base = Base::parse(base_url, platform)?;
    if base.url() != config.base.url() {
        let message = format!("The ref is of another relay: {} is not {}.", base.url(), config.base.url());
        return Err(Failure::argument(message));
    }
    let format = format.ok_or_else(|| Failure::argument("The ref names no format."))?;
    Ok(TaskRef { id: id.to_owned(), format, base_url: base.url().to_owned() })
}

/// Reads a task that this package gave out earlier.
pub fn task_of(value: &Value, config: &Config, platform: &Platform) -> Result<Task, Failure> {
    let task_ref = ref_of(value.get("ref"), config, platform)?;
    let status = [Status::Queued, Status::Running, Status::Succeeded, Status::Failed, Status::Expired];
    let status = status.into_iter().find(|status| value.get("status").text() == Some(status.word())).unwrap_or(Status::Unknown);
    let text = |value: &Value| value.text().map(str::to_owned);
    let outputs = value.get("outputs").list().iter().filter_map(|output| output.get("url").text());
    Ok(Task {
        id: task_ref.id.clone(),
        task_ref,
        status,
        raw_status: text(value.get("rawStatus")),
        progress: value.get("progress").number(),
        outputs: outputs.map(|url| Output { kind: Kind::Video, url: url.to_owned() }).collect(),
        video_url: text(value.get("videoUrl")),
        error: value
            .get("error")
            .is_map()
            .then(|| Reason { code: text(value.at(&["error", "code"])), message: text(value.at(&["error", "message"])) }),
        model: text(value.get("model")),
        created_at: value.get("createdAt").number(),
        completed_at: value.get("completedAt").number(),
        expires_at: value.get("expiresAt").number(),
    })
}

/// A stored state of the same task, or a fresh one.
pub fn state_of(stored: &JsValue, named: &Named, config: &Config, now: f64) -> Result<State, Failure> {
    if stored.is_null_or_undefined() {
        return Ok(State::new(&named.id, config.base.url(), named.format, now));
    }
    let state = value_of(stored).as_ref().and_then(State::read);
    let state = state.ok_or_else(|| Failure::argument("state is not what an earlier step() gave, or of another version."))?;
    if state.id != named.id || state.base_url != config.base.url() {
        return Err(Failure::argument("state is of another task."));
    }
    Ok(state)
}

/// Where a body was read without a client.
pub struct Context {
    /// The id the caller knows.
    pub id: Option<String>,
    /// The caller's format; sniffed where it is left out.
    pub format: Option<Format>,
    /// As the ref will name the relay; empty where nobody said.
    pub base_url: String,
}

/// A reading as the contract gives it out: a task, or the failure it rejects with.
pub fn read(reading: Reading, context: &Context) -> Result<Task, Option<Reason>> {
    match reading {
        Reading::Task(snapshot) => {
            let id = context.id.clone().or_else(|| snapshot.id.clone()).unwrap_or_default();
            let format = context.format.unwrap_or(snapshot.format);
            Ok(snapshot.of(TaskRef { id, format, base_url: context.base_url.clone() }))
        }
        Reading::Error(reason) => Err(Some(reason)),
        Reading::Nothing => Err(None),
    }
}
