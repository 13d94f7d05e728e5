//! The one set of rules by which every body of the table's formats is read.

use super::unwrap::{Unwrapped, unwrap};
use super::{Format, errors, urls, words};
use crate::platform::Platform;
use crate::reading::{Reading, Snapshot};
use crate::task::{Kind, Output, Reason, Status};
use crate::value::Value;

/// Numbers above this are milliseconds, below it seconds: 1e11 s is the year 5138, 1e11 ms is 1973.
const MILLISECONDS_FROM: f64 = 1e11;

/// Keys under which relays list tasks.
const LIST_KEYS: &[&str] = &["data", "items", "tasks", "videos"];
const MAX_LIST_DEPTH: usize = 4;

/// Reads one body, sniffing its shape whatever route it came by.
pub fn read(body: &Value, http_status: u16, platform: &Platform) -> Reading {
    let body = alone(body);
    let object = match unwrap(body) {
        Unwrapped::Id(id) if http_status < 400 => return Reading::Task(created(id, Format::sniff(body))),
        Unwrapped::Object(object) => object,
        _ => body,
    };
    let status = object.get("status").text();
    let id = id_of(object);
    if let Some(word) = status {
        let known = words::read(word);
        // vLLM-Omni answers a status call on a failed job with the error's own status and the whole job.
        if http_status < 400 || (id.is_some() && known != Status::Unknown) {
            return Reading::Task(snapshot(object, known, Some(word), Format::sniff(body), platform));
        }
    }
    let reason = errors::reason(object, false, platform);
    let outer = if reason.is_empty() { errors::reason(body, false, platform) } else { reason };
    if http_status >= 400 {
        return if outer.is_empty() { Reading::Nothing } else { Reading::Error(outer) };
    }
    match unspoken(object, id.is_some(), !std::ptr::eq(object, body)) {
        Some(status) => Reading::Task(snapshot(object, status, None, Format::sniff(body), platform)),
        None if is_error(body, object, &outer) => Reading::Error(outer),
        None => Reading::Nothing,
    }
}

/// Reads a body that holds several tasks: an array, or an object with one under a usual key.
pub fn read_all(body: &Value, platform: &Platform) -> Option<Vec<Reading>> {
    let (items, _) = items(body)?;
    Some(items.iter().map(|item| read(item, 200, platform)).collect())
}

/// The tasks of a body that holds several, and the keys that lead to them.
pub fn items(body: &Value) -> Option<(&[Value], Vec<&'static str>)> {
    let mut path = Vec::new();
    let mut place = body;
    // One task may list its videos; several tasks come without a status and an id of their own.
    while place.is_map() && path.len() < MAX_LIST_DEPTH && place.get("status").is_null() && id_of(place).is_none() {
        let key = LIST_KEYS.iter().find(|key| matches!(place.get(key), Value::List(_) | Value::Map(_)))?;
        path.push(*key);
        place = place.get(key);
    }
    match place {
        Value::List(items) => Some((items, path)),
        _ => None,
    }
}

/// A list of one is that one.
fn alone(body: &Value) -> &Value {
    match body.list() {
        [only] => only,
        _ => body,
    }
}

/// The state of a body that names none.
fn unspoken(object: &Value, has_id: bool, enveloped: bool) -> Option<Status> {
    let data_url = object.get("data_url").text().is_some_and(urls::is_address);
    if data_url || (!has_id && object.get("object").text() != Some("list") && !urls::find(object).is_empty()) {
        return Some(Status::Succeeded);
    }
    if !has_id {
        return None;
    }
    let kind = object.get("object").words();
    let of_task = object.has("task_id") || object.has("polling_url") || kind == Some("video") || kind == Some("video.generation");
    let bare = matches!(object, Value::Map(entries) if entries.len() == 1);
    let answers_create = (of_task || enveloped || bare) && !object.has("deleted") && !object.has("artifacts");
    Some(if answers_create { Status::Queued } else { Status::Unknown })
}

/// Whether a body that is no task is an error envelope rather than something else.
fn is_error(body: &Value, object: &Value, reason: &Reason) -> bool {
    if reason.is_empty() {
        return false;
    }
    let code = body.get("code");
    let succeeded = code.number().is_some_and(|code| code == 0.0 || code == 200.0)
        || code.words().is_some_and(|code| matches!(words::read(code), Status::Succeeded) || code.eq_ignore_ascii_case("ok"));
    let speaks = |value: &Value| {
        !value.get("error").is_null() || !value.get("detail").is_null() || value.get("success") == &Value::Bool(false)
    };
    speaks(object) || speaks(body) || (!code.is_null() && !succeeded)
}

fn created(id: &str, format: Format) -> Snapshot {
    Snapshot {
        format,
        id: Some(id.to_owned()),
        status: Status::Queued,
        raw_status: None,
        progress: None,
        outputs: Vec::new(),
        error: None,
        model: None,
        created_at: None,
        completed_at: None,
        expires_at: None,
    }
}

fn snapshot(object: &Value, word: Status, raw: Option<&str>, format: Format, platform: &Platform) -> Snapshot {
    let status = settle(object, word);
    let pending = matches!(status, Status::Queued | Status::Running);
    let addresses = if status == Status::Succeeded || object.has("artifacts") { urls::find(object) } else { Vec::new() };
    let error = matches!(status, Status::Failed | Status::Expired).then(|| errors::reason(object, true, platform));
    let time = |keys: &[&str]| keys.iter().find_map(|key| time_of(object.get(key), platform));
    Snapshot {
        format,
        id: id_of(object).map(str::to_owned),
        status,
        raw_status: raw.map(str::to_owned),
        progress: if pending { progress_of(object) } else { (status == Status::Succeeded).then_some(1.0) },
        outputs: addresses.into_iter().map(|url| Output { kind: Kind::Video, url }).collect(),
        error,
        model: object.get("model").words().or_else(|| object.at(&["properties", "origin_model_name"]).words()).map(str::to_owned),
        created_at: time(&["created_at", "created", "submit_time"]),
        // new-api fills completed_at from updated_at, long before anything completed.
        completed_at: if status.is_final() { time(&["completed_at", "finished_at", "finish_time", "failed_at"]) } else { None },
        expires_at: time(&["expires_at"]),
    }
}

/// `pending` outside with a running upstream task inside is running.
fn settle(object: &Value, word: Status) -> Status {
    let inner = [object.at(&["detail", "pending_info", "status"]), object.at(&["pending_info", "status"])]
        .into_iter()
        .find_map(Value::words);
    match inner.map(words::read) {
        Some(Status::Running) if word == Status::Queued => Status::Running,
        _ => word,
    }
}

/// `id` if it is text, else `task_id`: a numeric `id` is a database row.
fn id_of(object: &Value) -> Option<&str> {
    object.get("id").words().or_else(|| object.get("task_id").words())
}

/// `progress` is a percentage, as a number or as text; `progress_pct` is a fraction.
fn progress_of(object: &Value) -> Option<f64> {
    let fractions = [
        object.at(&["detail", "pending_info", "progress_pct"]),
        object.at(&["pending_info", "progress_pct"]),
        object.get("progress_pct"),
    ];
    let fraction = fractions.into_iter().find_map(Value::number);
    fraction
        .or_else(|| percentage(object.get("progress")).map(|percent| percent / 100.0))
        .map(|progress| progress.clamp(0.0, 1.0))
}

fn percentage(value: &Value) -> Option<f64> {
    match value {
        Value::Text(text) => text.trim().trim_end_matches('%').trim_end().parse().ok().filter(|number: &f64| number.is_finite()),
        _ => value.number(),
    }
}

/// Seconds, milliseconds or ISO text as milliseconds since 1970; 0 is unset.
fn time_of(value: &Value, platform: &Platform) -> Option<f64> {
    if let Some(number) = value.number() {
        let millis = if number < MILLISECONDS_FROM { number * 1000.0 } else { number };
        return (number > 0.0).then_some(millis.round());
    }
    (platform.date)(value.words()?).filter(|millis| *millis > 0.0)
}
