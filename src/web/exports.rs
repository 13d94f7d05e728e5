//! What the facade calls. Each function takes and gives plain values; what it throws is made by the host, as [`give::stop`] tells.

use std::cell::{Cell, RefCell};
use std::panic::AssertUnwindSafe;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::call::{Call, Host, Run};
use super::client::Client;
use super::downloads::{self, Advance};
use super::platform::{self, PLATFORM, moment};
use super::runs::{Order, Over, QueryRun, Then, WaitRun};
use super::take::{self, Context};
use super::{flat, give};
use crate::address::Base;
use crate::failure::{Code, Failure};
use crate::flow::download::Part;
use crate::flow::query::Query;
use crate::flow::wait::Wait;
use crate::flow::{Answer, Body, Headers};
use crate::format::{self, Variant};
use crate::options::{Config, IDLE, WaitOptions, format_of};
use crate::policy::limit::{Admission, Limit};
use crate::policy::{sniff, verdict};
use crate::reading::Reading;
use crate::task::Reason;
use crate::value::Value;

/// Takes what the core needs of the facade apart from any call.
#[wasm_bindgen]
pub fn install(flatten: js_sys::Function) {
    platform::install(flatten);
}

/// Opens a client. `options` holds plain data, flattened; `in_page` and `no_store` describe the host.
#[wasm_bindgen]
pub fn open(host: &Host, options: &str, in_page: bool, no_store: bool) -> Result<u32, JsValue> {
    open_client(options, in_page, no_store).map_err(|failure| give::failure(host, &failure, &JsValue::UNDEFINED))
}

fn open_client(options: &str, in_page: bool, no_store: bool) -> Result<u32, Failure> {
    let options = flat::read(options);
    let base = options.get("baseUrl").text().ok_or_else(|| Failure::argument("baseUrl is missing."))?;
    let base = Base::parse(base, &PLATFORM)?;
    let config = Config::read(&options, base, !in_page)?;
    let headers = headers_of(options.get("headers"))?;
    let limit = RefCell::new(Limit::new(config.concurrent, config.per_second));
    Ok(Client { config, headers, remembered: Cell::new(None), limit, no_store, in_page }.keep())
}

fn headers_of(headers: &Value) -> Result<Vec<(String, String)>, Failure> {
    let Value::Map(entries) = headers else { return Ok(Vec::new()) };
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let pair = |(name, value): &(String, Value)| match value.text() {
        Some(value) if !name.is_empty() && name.bytes().all(token) && value.bytes().all(|byte| (0x20..0x7f).contains(&byte)) => {
            Ok((name.clone(), value.to_owned()))
        }
        // The value may be a secret: only the name is told.
        _ => Err(Failure::argument(format!("The header {name} is not one that HTTP allows."))),
    };
    entries.iter().map(pair).collect()
}

/// Forgets a client.
#[wasm_bindgen]
pub fn close(client: u32) {
    Client::forget(client);
}

/// Asks for a place under a client's limit: 0 it is taken, above 0 ms to ask again after, below 0 all are taken.
#[wasm_bindgen]
pub fn admit(client: u32) -> f64 {
    let admission = Client::find(client).map(|client| client.limit.borrow_mut().admit(moment().now));
    match admission {
        None | Some(Admission::Go) => 0.0,
        Some(Admission::Later(ms)) => ms,
        Some(Admission::Full) => -1.0,
    }
}

/// Gives a place back.
#[wasm_bindgen]
pub fn release(client: u32) {
    if let Some(client) = Client::find(client) {
        client.limit.borrow_mut().release();
    }
}

/// One snapshot.
#[wasm_bindgen]
pub fn query(client: u32, host: Host, task: &str) -> Promise {
    start(client, host, |call| {
        let config = &call.client.config;
        let named = take::named(&flat::read(task), config, &PLATFORM)?;
        let machine = Query::new(&named.id, named.format, call.client.remembered.get(), config.retries)?;
        Ok(Box::new(QueryRun(machine)))
    })
}

/// Waits for a succeeded task; the host is told every changed snapshot.
#[wasm_bindgen]
pub fn wait(client: u32, host: Host, task: &str, options: &str) -> Promise {
    start(client, host, |call| waiting(call, task, "", options, Then::Task))
}

/// One durable poll.
#[wasm_bindgen]
pub fn step(client: u32, host: Host, task: &str, state: &str, options: &str) -> Promise {
    start(client, host, |call| waiting(call, task, state, options, Then::Step))
}

/// Begins a download: of a task given whole, or of an id or ref, which is waited for first. Resolves to its number.
#[wasm_bindgen]
pub fn download(client: u32, host: Host, task: &str, options: &str, wait: &str) -> Promise {
    start(client, host, |call| {
        let options = flat::read(options);
        let variant = match options.get("variant") {
            Value::Null => Variant::Video,
            word => word
                .text()
                .and_then(Variant::named)
                .ok_or_else(|| Failure::argument("variant must be video, thumbnail or spritesheet."))?,
        };
        let output = match options.get("output") {
            Value::Null => None,
            Value::Number(index) if *index >= 0.0 && *index == index.trunc() => Some(*index as usize),
            _ => return Err(Failure::argument("output must be the index of one of the task's outputs.")),
        };
        let part = options.get("part");
        let part = Part {
            bytes: part.get("bytes").number().unwrap_or_default(),
            total: part.get("total").number(),
            validator: part.get("validator").text().map(str::to_owned),
        };
        let order = Order { client, variant, output, part };
        let given = flat::read(task);
        if !given.has("ref") {
            return waiting(call, task, "", wait, Then::Download(order));
        }
        let task = take::task_of(&given, &call.client.config, &PLATFORM)?;
        Ok(Box::new(Over(Some(order.plan(task)))))
    })
}

/// The next thing to stream of a download. `end` tells how the last stream ended, `delivered` how far it came.
#[wasm_bindgen]
pub fn advance(number: u32, host: Host, delivered: f64, end: &str) -> Promise {
    let client = downloads::client_of(number).unwrap_or_default();
    start(client, host, |_| Ok(Box::new(Advance::new(number, delivered, end))))
}

/// The longest silence between two chunks, checked.
#[wasm_bindgen]
pub fn idle(host: &Host, options: &str) -> Result<f64, JsValue> {
    let idle = IDLE.read(&flat::read(options));
    idle.map(Option::unwrap_or_default).map_err(|failure| give::failure(host, &failure, &JsValue::UNDEFINED))
}

/// A failure of a download that the facade found: `too_large` or `not_a_video`, with all that the core knows of the task.
#[wasm_bindgen]
pub fn fail_download(number: u32, host: &Host, too_large: bool, message: &str, bytes: f64) -> JsValue {
    let code = if too_large { Code::TooLarge } else { Code::NotAVideo };
    let mut failure = Failure::new(code, message);
    failure.bytes = Some(bytes);
    give::failure(host, &downloads::about(number, failure), &JsValue::UNDEFINED)
}

/// Forgets a download.
#[wasm_bindgen]
pub fn drop_download(number: u32) {
    downloads::forget(number);
}

/// What stands where a video was due, by its first bytes: `JSON`, `HTML`, `XML` or nothing.
#[wasm_bindgen]
pub fn impostor(head: &[u8]) -> Option<String> {
    sniff::impostor(head).map(str::to_owned)
}

/// Reads a body that came another way, flattened; undefined where it is no JSON.
#[wasm_bindgen]
pub fn read_task(host: &Host, body: Option<String>, options: &str) -> Result<JsValue, JsValue> {
    let body = body.map(|body| flat::read(&body));
    read_body(host, body.as_ref(), options).map_err(|failure| give::failure(host, &failure, &JsValue::UNDEFINED))
}

fn read_body(host: &Host, body: Option<&Value>, options: &str) -> Result<JsValue, Failure> {
    let (context, status) = context_of(&flat::read(options))?;
    let reading = body.map_or(Reading::Nothing, |value| format::read(value, status, &PLATFORM));
    match take::read(reading, &context) {
        Ok(task) => Ok(give::task(host, &task)),
        Err(reason) => Err(refused(body, status, reason.unwrap_or_default())),
    }
}

/// The keys that lead to the tasks of a body that holds several, a line each; undefined where it holds one or none.
#[wasm_bindgen]
pub fn list_path(body: &str) -> Option<String> {
    let body = flat::read(body);
    let (_, path) = format::items(&body)?;
    let mut lines = String::new();
    for key in path {
        lines.push_str(key);
        lines.push('\n');
    }
    Some(lines)
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

fn refused(body: Option<&Value>, status: u16, reason: Reason) -> Failure {
    let body = body.map_or(Body::Text { html: false }, |body| Body::Json(body.clone()));
    let answer = Answer { status, headers: Headers::default(), body };
    verdict::refusal("the relay", &answer, reason, moment(), &PLATFORM)
}

fn waiting(call: &Call, task: &str, state: &str, options: &str, then: Then) -> Result<Box<dyn Run>, Failure> {
    let config = &call.client.config;
    let named = take::named(&flat::read(task), config, &PLATFORM)?;
    let options = flat::read(options);
    // `signalled`: the caller gave a signal of its own, so a wait without a deadline can still be ended.
    let options = WaitOptions::read(&options, options.get("signalled") == &Value::Bool(true))?;
    let state = take::state_of(&flat::read(state), &named, config, moment().now)?;
    Ok(Box::new(WaitRun::new(Wait::new(state, options), then)))
}

/// Starts a call and tags whatever it throws; a panic in it rejects, too.
fn start(client: u32, host: Host, plan: impl FnOnce(&Call) -> Result<Box<dyn Run>, Failure>) -> Promise {
    let shown = host.clone();
    let begun = Call::begin(client, host).and_then(|call| plan(&call).map(|run| (call, run)));
    match begun {
        Ok((call, run)) => promise(call, run),
        Err(failure) => Promise::reject(&give::failure(&shown, &failure, &JsValue::UNDEFINED)),
    }
}

fn promise(call: Call, run: Box<dyn Run>) -> Promise {
    // What a panic leaves behind is the call's own, and goes with it; a client's limit is given back by the place's drop.
    future_to_promise(AssertUnwindSafe(async move { call.carry_out(run).await.map_err(|stop| give::stop(&call.host, stop)) }))
}
