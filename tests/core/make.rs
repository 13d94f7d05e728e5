//! Short ways to make what tests feed in.

use reelay::address::Base;
use reelay::flow::{Answer, Body, Exchange, Headers};
use reelay::format::{self, Format};
use reelay::host::PLATFORM;
use reelay::options::Config;
use reelay::platform::Moment;
use reelay::reading::{Reading, Snapshot};
use reelay::task::{Reason, Task, TaskRef};
use reelay::value::Value;

pub const RELAY: &str = "https://relay.example";
/// A moment in 2026; simulated clocks begin here.
pub const START: f64 = 1_795_000_000_000.0;

pub fn value(json: serde_json::Value) -> Value {
    serde_json::from_value(json).unwrap()
}

pub fn read(json: serde_json::Value) -> Reading {
    format::read(&value(json), 200, &PLATFORM)
}

pub fn read_at(status: u16, json: serde_json::Value) -> Reading {
    format::read(&value(json), status, &PLATFORM)
}

/// The snapshot of a body that must speak of a task.
pub fn task(json: serde_json::Value) -> Box<Snapshot> {
    snapshot(read(json))
}

pub fn snapshot(reading: Reading) -> Box<Snapshot> {
    match reading {
        Reading::Task(snapshot) => snapshot,
        other => panic!("not a task: {other:?}"),
    }
}

/// The reason in a body that must be an error.
pub fn error(reading: Reading) -> Reason {
    match reading {
        Reading::Error(reason) => reason,
        other => panic!("not an error: {other:?}"),
    }
}

pub fn reason(code: Option<&str>, message: Option<&str>) -> Reason {
    Reason { code: code.map(str::to_owned), message: message.map(str::to_owned) }
}

pub fn moment() -> Moment {
    Moment { now: START, jitter: 0.5 }
}

pub fn config() -> Config {
    config_at(RELAY)
}

pub fn config_at(base: &str) -> Config {
    let base = Base::parse(base, &PLATFORM).unwrap();
    Config::read(&Value::Null, base, true).unwrap()
}

pub fn answer(status: u16, json: serde_json::Value) -> Answer {
    Answer { status, headers: Headers::default(), body: Body::Json(value(json)) }
}

pub fn ok(json: serde_json::Value) -> Exchange {
    Exchange::Answer(answer(200, json))
}

pub fn status(status: u16) -> Exchange {
    Exchange::Answer(Answer { status, headers: Headers::default(), body: Body::Empty })
}

pub fn said(status: u16, json: serde_json::Value) -> Exchange {
    Exchange::Answer(answer(status, json))
}

pub fn page(status: u16) -> Exchange {
    Exchange::Answer(Answer { status, headers: Headers::default(), body: Body::Text { html: true } })
}

pub fn redirect(status: u16, location: &str) -> Exchange {
    with(self::status(status), |headers| headers.location = Some(location.to_owned()))
}

/// The same answer with headers set.
pub fn with(exchange: Exchange, set: impl FnOnce(&mut Headers)) -> Exchange {
    match exchange {
        Exchange::Answer(mut answer) => {
            set(&mut answer.headers);
            Exchange::Answer(answer)
        }
        failed => failed,
    }
}

/// An answer whose bytes wait to be read.
pub fn bytes(status: u16, set: impl FnOnce(&mut Headers)) -> Exchange {
    let mut headers = Headers { content_type: Some("video/mp4".to_owned()), ..Headers::default() };
    set(&mut headers);
    Exchange::Answer(Answer { status, headers, body: Body::Unread })
}

pub fn task_ref(format: Format) -> TaskRef {
    TaskRef { id: "t".to_owned(), format, kind: None, base_url: RELAY.to_owned() }
}

/// A succeeded task with these addresses, asked for as OpenAI's.
pub fn succeeded(urls: &[&str]) -> Task {
    let body = serde_json::json!({"id": "t", "status": "completed", "urls": urls});
    task(body).of(task_ref(Format::OpenaiVideos))
}
