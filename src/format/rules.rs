//! The one set of rules by which every body of the table's formats is read.

use std::borrow::Cow;

use super::unwrap::{Unwrapped, id_of, unwrap, word_of};
use super::{Format, Spec, errors, outputs, times, urls, words};
use crate::number::Bounds;
use crate::platform::Platform;
use crate::reading::{Reading, Snapshot};
use crate::task::{Kind, Output, Reason, Status};
use crate::text::{begins, behind, split, without_end};
use crate::value::{Value, decimal};

/// Keys under which relays list tasks.
const LIST_KEYS: &[&str] = &["data", "items", "tasks", "videos"];
const MAX_LIST_DEPTH: usize = 4;

/// Reads one body, sniffing its shape whatever route it came by.
pub fn read(body: &Value, http_status: u16, platform: &Platform) -> Reading {
    read_as(body, http_status, None, platform)
}

/// Reads one body that came by a route of a format. Relays answer in each other's shapes all the same.
pub fn read_as(body: &Value, http_status: u16, format: Option<Format>, platform: &Platform) -> Reading {
    let body = alone(body);
    let refused = http_status >= 400;
    let object = match unwrap(body) {
        Unwrapped::Id(id) if !refused && !errors::refuses(body, true) => {
            return Reading::Task(Snapshot::new(Some(id), format.unwrap_or_else(|| Format::sniff(body, body))));
        }
        Unwrapped::Object(object) => object,
        _ => body,
    };
    let given = format.filter(|format| format.is_relays());
    let spec = format.unwrap_or_else(|| Format::sniff(body, object)).spec();
    let word = stated(body, object);
    // What a vendor answers is read by its rules on every route; where a relay states a word that is known, nothing is asked of them.
    // Read once: the words are many.
    let state = word.map_or(Status::Unknown, words::read);
    let vendor = if given.is_some() && state == Status::Unknown { Format::sniff(body, object).spec() } else { spec };
    if let Some(reading) = vendor.read.filter(|_| !refused).and_then(|read| read(object, platform)) {
        return reading;
    }
    if let Some(status) = vendor.state.filter(|_| !refused).and_then(|state| state(body, object)) {
        return Reading::Task(snapshot(body, object, status, word, spec, platform));
    }
    let named = id_of(object).is_some();
    let is_error = errors::refuses(object, named) || errors::refuses(body, named);
    if let Some(word) = word {
        // Jimeng's state of a task that is not there.
        if word.trim_ascii().eq_ignore_ascii_case("not_found") {
            return Reading::Error(Reason { code: Some(word.to_owned()), message: None });
        }
        let blank = word.trim_ascii().is_empty();
        let known = state != Status::Unknown;
        // vLLM-Omni answers a status call on a failed job with the error's own status and the whole job.
        let is_task =
            if refused { named && known && !blank } else { (known && !blank) || named && !errors::denies(object) || !is_error };
        if is_task {
            return Reading::Task(snapshot(body, object, state, Some(word), spec, platform));
        }
    }
    if refused || is_error {
        let reason = errors::enveloped(body, object, platform);
        return if reason.is_empty() { Reading::Nothing } else { Reading::Error(reason) };
    }
    match unspoken(object, named, !std::ptr::eq(object, body)) {
        Some(status) => Reading::Task(snapshot(body, object, status, None, spec, platform)),
        None => Reading::Nothing,
    }
}

/// Reads a body that holds several tasks: an array, or an object with one under a usual key.
pub fn read_all(body: &Value, platform: &Platform) -> Option<Vec<Reading>> {
    read_all_as(body, None, platform)
}

/// The same for a body that came by a route of a format.
pub fn read_all_as(body: &Value, format: Option<Format>, platform: &Platform) -> Option<Vec<Reading>> {
    let (items, _) = items(body)?;
    Some(items.iter().map(|item| read_as(item, 200, format, platform)).collect())
}

/// The tasks of a body that holds several, and the keys that lead to them.
pub fn items(body: &Value) -> Option<(&[Value], Vec<&'static str>)> {
    let mut path = Vec::new();
    let (mut place, mut stated) = (body, false);
    // One task may list its videos; several tasks come without an id of their own.
    while place.is_map() && path.len() < MAX_LIST_DEPTH && id_of(place).is_none() {
        stated |= word_of(place).is_some_and(|word| !word.is_empty());
        let key = LIST_KEYS.iter().find(|key| matches!(place.get(key), Value::List(_) | Value::Map(_)))?;
        path.push(*key);
        place = place.get(key);
    }
    let items = match place {
        Value::List(items) => items,
        _ => return None,
    };
    // A status beside the list is the call's if the elements have their own, else it is the one task's.
    (!stated || items.iter().any(|item| word_of(item).is_some())).then_some((items, path))
}

/// Several elements with states, or one that is on its way, are tasks; a finished video's elements are neither.
fn are_tasks(items: &[Value]) -> bool {
    let mut states = items.iter().filter_map(word_of).map(words::read);
    states.next().is_some_and(|state| state != Status::Succeeded) || states.next().is_some()
}

/// A list of one is that one.
fn alone(body: &Value) -> &Value {
    match body.list() {
        [only] => only,
        _ => body,
    }
}

/// The relay's word for the state. A webhook's `video.completed` speaks for a task that names none.
fn stated<'a>(body: &'a Value, object: &'a Value) -> Option<&'a str> {
    word_of(object).or_else(|| {
        let kind = body.get("type").text().filter(|_| !std::ptr::eq(body, object))?;
        let word = behind(split(kind, b".").1?, b".");
        (words::read(word) != Status::Unknown).then_some(word)
    })
}

/// The state of a body that names none.
fn unspoken(object: &Value, named: bool, enveloped: bool) -> Option<Status> {
    if object.get("data_url").text().is_some_and(urls::is_address) {
        return Some(Status::Succeeded);
    }
    let kind = object.get("object").words();
    if !named {
        let is_list = kind == Some("list") || items(object).is_some_and(|(items, _)| are_tasks(items));
        return (!is_list && !urls::find(object).is_empty()).then_some(Status::Succeeded);
    }
    let marked = object.has("task_id") || object.has("polling_url");
    let shaped = object.has("model") || object.has("progress") || object.has("status_update_time");
    let of_task = marked || matches!(kind, Some("video" | "video.generation")) || (kind.is_none() && shaped);
    let bare = matches!(object, Value::Map(entries) if entries.len() == 1);
    // A status that is no text is one nonetheless, and one that nobody knows.
    let silent = !object.has("deleted") && !object.has("artifacts") && object.get("status").is_null();
    Some(if silent && (of_task || enveloped || bare) { Status::Queued } else { Status::Unknown })
}

fn snapshot(body: &Value, object: &Value, word: Status, raw: Option<&str>, spec: &Spec, platform: &Platform) -> Box<Snapshot> {
    let status = settle(object, word);
    let pending = matches!(status, Status::Queued | Status::Running);
    let outputs =
        if status == Status::Succeeded || object.has("artifacts") { outputs_of(body, object, spec) } else { Vec::new() };
    let vendor = !spec.format.is_relays();
    let error = matches!(status, Status::Failed | Status::Expired).then(|| {
        let reason = errors::of_task(body, object, vendor, platform);
        // Cancelled or aborted, without a reason: the word is the reason.
        let word = raw
            .filter(|word| vendor && reason.is_empty() && ["cancel", "abort"].iter().any(|end| begins(word.trim_ascii(), end)))
            .map(str::to_owned);
        Reason { code: reason.code.or(word), ..reason }
    });
    let time = |places: &str| times::of(object.first(places, times::is_time), platform);
    let expires_at = time("expires_at").or_else(|| expiry(&outputs, platform));
    Box::new(Snapshot {
        format: spec.format,
        id: id_of(object).map(Cow::into_owned),
        status,
        raw_status: raw.map(str::to_owned),
        progress: if pending { progress_of(object, spec.fraction) } else { (status == Status::Succeeded).then_some(1.0) },
        follow: spec.follow.filter(|_| status == Status::Succeeded && outputs.is_empty()).and_then(|follow| follow(object)),
        outputs,
        error,
        model: object.say("model|properties.origin_model_name").map(str::to_owned),
        // Google's operations keep theirs beside.
        created_at: time("created_at|created|submit_time|createdAt|submitTime|gmt_create|metadata.createTime"),
        // new-api fills completed_at from updated_at, long before anything completed.
        completed_at: if status.is_final() { time(COMPLETED) } else { None },
        expires_at,
    })
}

/// When the first of them is gone, by their own signatures.
pub(super) fn expiry(outputs: &[Output], platform: &Platform) -> Option<f64> {
    let mut first = None;
    for output in outputs {
        let at = times::expiry(&output.url, platform);
        if at.is_some() && first.is_none_or(|first| at < Some(first)) {
            first = at;
        }
    }
    first
}

/// By the vendor's places, else by all that any relay was seen to use.
fn outputs_of(body: &Value, object: &Value, spec: &Spec) -> Vec<Output> {
    let mut found = outputs::of(spec, object);
    if found.is_empty() {
        for url in urls::find(object) {
            found.push(Output { kind: Kind::Video, url });
        }
    }
    // One relay puts its own address beside the vendor's answer.
    if found.is_empty()
        && let Some(url) = urls::own(body)
    {
        found.push(Output { kind: Kind::Video, url: url.to_owned() });
    }
    found
}

/// Where bodies keep the time of their end.
const COMPLETED: &str = "completed_at|finished_at|finish_time|failed_at|end_time|finishTime";

/// `pending` outside with a running upstream task inside is running.
fn settle(object: &Value, word: Status) -> Status {
    let inner = object.say("detail.pending_info.status|pending_info.status").map(words::read);
    if word == Status::Queued && inner == Some(Status::Running) { Status::Running } else { word }
}

/// `progress` is a percentage, as a number or as text; `progress_pct` is a fraction.
fn progress_of(object: &Value, fraction: bool) -> Option<f64> {
    let percent = object.first("progress|metadata.progressPercent", |value| percentage(value).is_some());
    let fractions = "detail.pending_info.progress_pct|pending_info.progress_pct|progress_pct";
    let progress = match object.first(fractions, |value| value.number().is_some()) {
        Value::Null if !fraction || percent.text().is_some() => percentage(percent)? / 100.0,
        Value::Null => percentage(percent)?,
        fraction => fraction.number()?,
    };
    Some(progress.at_least(0.0).at_most(1.0))
}

fn percentage(value: &Value) -> Option<f64> {
    match value {
        Value::Text(text) => decimal(without_end(text.trim_ascii(), b'%')),
        _ => value.number(),
    }
}
