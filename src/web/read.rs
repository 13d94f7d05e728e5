//! Bodies that came another way: read without a client.

use super::host::Host;
use super::platform::{PLATFORM, moment};
use super::{flat, give};
use crate::address::Base;
use crate::failure::Failure;
use crate::flow::{Answer, Body, Headers};
use crate::format::{self, Format};
use crate::options::{MAX_JSON_BYTES, format_of};
use crate::policy::verdict;
use crate::reading::Reading;
use crate::task::{Reason, Task, TaskRef};
use crate::value::Value;

/// Reads a body that came another way: the options, whether it is text that is no JSON, and the body.
pub fn task(host: &mut Host, given: &mut &str) -> Result<(), Failure> {
    let (context, status) = context_of(&flat::next(given))?;
    let is_text = flat::flag(given);
    let (body, reading) = match flat::next(given) {
        Value::Text(text) if is_text && text.len() as f64 > MAX_JSON_BYTES => (Body::TooLarge, Reading::Nothing),
        // It may be an event stream.
        Value::Text(text) if is_text => (Body::Text { html: false }, format::read_text(&text, status, &PLATFORM)),
        value => {
            let reading = format::read_as(&value, status, context.format, &PLATFORM);
            (Body::Json(value), reading)
        }
    };
    let task = given_out(reading, &context).map_err(|reason| {
        let answer = Answer { status, headers: Headers::default(), body };
        verdict::refusal("the relay", &answer, reason.unwrap_or_default(), moment(), &PLATFORM)
    })?;
    give::task(host, &task);
    Ok(())
}

/// The keys that lead to the tasks of a body that holds several; nothing is said where it holds one or none.
pub fn list_path(host: &mut Host, given: &mut &str) -> Result<(), Failure> {
    let body = flat::next(given);
    if let Some((_, path)) = format::items(&body) {
        host.say("path");
        for key in path {
            host.text(key);
        }
    }
    Ok(())
}

fn context_of(options: &Value) -> Result<(Context, u16), Failure> {
    let base_url = match options.get("baseUrl") {
        Value::Null => String::new(),
        base => Base::parse(base.text().unwrap_or_default(), &PLATFORM)?.url().to_owned(),
    };
    let status = match options.get("httpStatus") {
        Value::Null => 200.0,
        Value::Number(status) if (100.0..600.0).contains(status) => *status,
        _ => return Err(Failure::argument("httpStatus must be a number from 100 to 599.")),
    };
    let id = options.get("id").text().map(str::to_owned);
    Ok((Context { id, format: format_of(options.get("format"))?, base_url }, status as u16))
}

/// Where a body was read without a client.
struct Context {
    /// The id the caller knows.
    id: Option<String>,
    /// The caller's format; sniffed where it is left out.
    format: Option<Format>,
    /// As the ref will name the relay; empty where nobody said.
    base_url: String,
}

/// A reading as the contract gives it out: a task, or the failure it rejects with.
fn given_out(reading: Reading, context: &Context) -> Result<Task, Option<Reason>> {
    match reading {
        Reading::Task(snapshot) => {
            let id = context.id.clone().or_else(|| snapshot.id.clone()).unwrap_or_default();
            let format = context.format.unwrap_or(snapshot.format);
            Ok(snapshot.of(TaskRef { id, format, kind: None, base_url: context.base_url.clone() }))
        }
        Reading::Error(reason) => Err(Some(reason)),
        Reading::Nothing => Err(None),
    }
}
