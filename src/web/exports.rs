//! What the facade calls. Each function takes plain values and tells the host what comes of it: what to do next, or a
//! result, or a failure. Nothing is thrown: what throws is a trap, and a bug.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, RequestInit};

use super::client::Client;
use super::host::Host;
use super::platform::{self, PLATFORM, Parsers, moment};
use super::run::{Machine, Order, Run, Then};
use super::take::{self, Context};
use super::{events, fetch, flat, give};
use crate::address::Base;
use crate::failure::{Code, Failure};
use crate::flow::download::Part;
use crate::flow::query::Query;
use crate::flow::wait::Wait;
use crate::flow::{Answer, Body, Event, Exchange, Headers, Trouble, Want};
use crate::format::{self, Variant};
use crate::options::{Config, IDLE, MAX_JSON_BYTES, WaitOptions, format_of};
use crate::policy::limit::{Admission, Limit};
use crate::policy::{sniff, verdict};
use crate::reading::Reading;
use crate::value::Value;

/// Takes what the core needs of the facade apart from any call.
#[wasm_bindgen]
pub fn install(parsers: Parsers) {
    platform::install(parsers);
}

/// Opens a client. `options` holds plain data, flattened; `key` is there unless a function gives it; `listens` tells of
/// a listener for events; `in_page` and `no_store` describe the host.
#[wasm_bindgen]
pub fn open(host: &Host, options: &str, key: Option<String>, listens: bool, in_page: bool, no_store: bool) -> u32 {
    let open = || {
        let options = flat::read(options);
        let base = options.get("baseUrl").text().ok_or_else(|| Failure::argument("baseUrl is missing."))?;
        let base = Base::parse(base, &PLATFORM)?;
        let config = Config::read(&options, base, !in_page)?;
        let headers = headers_of(options.get("headers"))?;
        let authorization = key.as_deref().map_or(Ok(String::new()), fetch::authorization)?;
        let limit = RefCell::new(Limit::new(config.concurrent, config.per_second));
        Ok(Client { config, headers, authorization, listens, remembered: Cell::new(None), limit, no_store, in_page }.keep())
    };
    told(host, open()).unwrap_or_default()
}

fn headers_of(headers: &Value) -> Result<Vec<(String, String)>, Failure> {
    let Value::Map(entries) = headers else { return Ok(Vec::new()) };
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let mut sound = Vec::new();
    for (name, value) in entries {
        match value.text() {
            Some(value) if !name.is_empty() && name.bytes().all(token) && fetch::is_printable(value) => {
                sound.push((name.clone(), value.to_owned()));
            }
            // The value may be a secret: only the name is told.
            _ => return Err(Failure::argument(["The header ", name, " is not one that HTTP allows."].concat())),
        }
    }
    Ok(sound)
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

/// One snapshot. Gives the call's number, as all that begin a call do.
#[wasm_bindgen]
pub fn query(client: u32, host: &Host, task: &str) -> u32 {
    begin(client, host, |client| {
        let named = take::named(&flat::read(task), &client.config, &PLATFORM)?;
        let query = Query::new(&named.id, named.format, client.remembered.get(), client.config.retries)?;
        Ok(Machine::Query(query.of(named.kind.as_deref())))
    })
}

/// Waits for a succeeded task, telling every changed snapshot; or makes one durable poll, from a state.
#[wasm_bindgen]
pub fn wait(client: u32, host: &Host, task: &str, options: &str, state: Option<String>) -> u32 {
    begin(client, host, |client| {
        let then = if state.is_some() { Then::Step } else { Then::Task };
        waiting(client, task, options, state.as_deref().unwrap_or_default(), then)
    })
}

/// Begins a download: of a task given whole, or of an id or ref, which is waited for first.
#[wasm_bindgen]
pub fn download(client: u32, host: &Host, task: &str, options: &str, wait: &str) -> u32 {
    begin(client, host, |client| {
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
        let order = Order { variant, output, part };
        let given = flat::read(task);
        if !given.has("ref") {
            return waiting(client, task, wait, "", Then::Download(order));
        }
        order.of(take::task_of(&given, &client.config, &PLATFORM)?)
    })
}

fn waiting(client: &Client, task: &str, options: &str, state: &str, then: Then) -> Result<Machine, Failure> {
    let config = &client.config;
    let named = take::named(&flat::read(task), config, &PLATFORM)?;
    let options = flat::read(options);
    // `signalled`: the caller gave a signal of its own, so a wait without a deadline can still be ended.
    let options = WaitOptions::read(&options, matches!(options.get("signalled"), Value::Bool(true)))?;
    let state = take::state_of(&flat::read(state), &named, config, moment().now)?;
    Ok(Machine::Wait(Box::new(Wait::new(state, options)), then))
}

fn begin(client: u32, host: &Host, plan: impl FnOnce(&Client) -> Result<Machine, Failure>) -> u32 {
    let begun = client_of(client).and_then(|client| plan(&client).map(|machine| (client, machine)));
    told(host, begun).map_or(0, |(client, machine)| Run::begin(client, machine, host))
}

fn client_of(number: u32) -> Result<Rc<Client>, Failure> {
    Client::find(number).ok_or_else(|| Failure::new(Code::Internal, "The client is gone."))
}

/// A result, or its failure told to the host.
fn told<T>(host: &Host, result: Result<T, Failure>) -> Option<T> {
    result.map_err(|failure| give::failure(host, &failure)).ok()
}

/// What the fetch of a call's request is called with besides the URL. `key` is what the caller's function gave.
#[wasm_bindgen]
pub fn request(call: u32, host: &Host, key: Option<String>, signal: &AbortSignal) -> Option<RequestInit> {
    let init = Run::peek(call, |run| {
        let request = run.request.as_ref()?;
        Some(fetch::init(&run.client, request, key.as_deref(), signal))
    });
    init.flatten().and_then(|init| told(host, init))
}

/// Milliseconds that a call's request is given, once it has waited so long for its place.
#[wasm_bindgen]
pub fn patience(call: u32, waited: f64) -> f64 {
    Run::peek(call, |run| run.request.as_ref().map(|request| request.patience(waited))).flatten().unwrap_or_default()
}

/// How many bytes of an answer's body are read: 0 it is dropped, below 0 it is left to be streamed.
#[wasm_bindgen]
pub fn to_read(call: u32, status: u16, content_type: Option<String>) -> f64 {
    let bytes = Run::peek(call, |run| run.request.as_ref().is_some_and(|request| request.want != Want::Json));
    match status {
        _ if fetch::is_redirect(status) => 0.0,
        200 | 206 if bytes == Some(true) && !sniff::is_json(content_type.as_deref()) => -1.0,
        _ => MAX_JSON_BYTES,
    }
}

/// A call's request was answered, `ms` after it was sent. `kind` says what the body is that is not flattened: 0 nothing,
/// 1 text, 2 markup, 3 too large, 4 left unread.
#[wasm_bindgen]
pub fn answered(call: u32, host: &Host, ms: f64, status: u16, kind: u32, flattened: Option<String>) {
    let body = fetch::body(kind, flattened.as_deref());
    let headers = fetch::headers(host, status, &body);
    ended(call, host, ms, Exchange::Answer(Answer { status, headers, body }));
}

/// A call's request was not answered: in time, or at all.
#[wasm_bindgen]
pub fn unanswered(call: u32, host: &Host, ms: f64, in_time: bool) {
    ended(call, host, ms, Exchange::Failed(if in_time { Trouble::Timeout } else { Trouble::Network }));
}

fn ended(call: u32, host: &Host, ms: f64, exchange: Exchange) {
    let Some(run) = Run::take(call) else { return };
    if run.client.listens
        && let Some(request) = &run.request
    {
        events::response(&run.client, host, run.about().as_ref(), request, &exchange, ms);
    }
    run.go(call, Event::Ended(Box::new(exchange)), host);
}

/// A call's pause is over.
#[wasm_bindgen]
pub fn slept(call: u32, host: &Host) {
    if let Some(run) = Run::take(call) {
        run.go(call, Event::Slept, host);
    }
}

/// Asks a download for the next thing to pass on. `end` tells how the last stream ended, `delivered` how far it came.
#[wasm_bindgen]
pub fn advance(call: u32, host: &Host, delivered: f64, end: &str) {
    if let Some(run) = Run::take(call) {
        run.flowed(call, delivered, end, host);
    }
}

/// Forgets a call.
#[wasm_bindgen]
pub fn forget(call: u32) {
    drop(Run::take(call));
}

/// The longest silence between two chunks, checked.
#[wasm_bindgen]
pub fn idle(host: &Host, options: &str) -> f64 {
    told(host, IDLE.read(&flat::read(options))).flatten().unwrap_or_default()
}

/// A failure of a download that the facade found: `too_large` or `not_a_video`, with all that the core knows of the task.
#[wasm_bindgen]
pub fn fail_download(call: u32, host: &Host, too_large: bool, message: &str, bytes: f64) {
    let code = if too_large { Code::TooLarge } else { Code::NotAVideo };
    let mut failure = Failure::new(code, message);
    failure.bytes = Some(bytes);
    let task = Run::peek(call, |run| run.task().cloned()).flatten();
    give::failure(host, &task.iter().fold(failure, Failure::with_task));
}

/// What stands where a video was due, by its first bytes: `JSON`, `HTML`, `XML` or nothing.
#[wasm_bindgen]
pub fn impostor(head: &[u8]) -> Option<String> {
    sniff::impostor(head).map(str::to_owned)
}

/// Reads a body that came another way, flattened; undefined where it is no JSON.
#[wasm_bindgen]
pub fn read_task(host: &Host, body: Option<String>, options: &str) {
    let body = body.map_or(Body::Text { html: false }, |body| Body::Json(flat::read(&body)));
    told(host, read_body(host, body, options));
}

fn read_body(host: &Host, body: Body, options: &str) -> Result<(), Failure> {
    let (context, status) = context_of(&flat::read(options))?;
    let reading = match &body {
        Body::Json(body) => format::read_as(body, status, context.format, &PLATFORM),
        _ => Reading::Nothing,
    };
    match take::read(reading, &context) {
        Ok(task) => {
            give::task(host, &task);
            Ok(())
        }
        Err(reason) => {
            let answer = Answer { status, headers: Headers::default(), body };
            Err(verdict::refusal("the relay", &answer, reason.unwrap_or_default(), moment(), &PLATFORM))
        }
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
