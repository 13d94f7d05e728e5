//! What the facade calls. Each function takes and gives plain values; what it throws is tagged by [`convert::stop`].

use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::call::{Call, Host, Stop, Work};
use super::client::Client;
use super::convert::{self, Context, Named};
use super::downloads;
use super::events;
use super::platform::{PLATFORM, moment, value_of};
use crate::address::Base;
use crate::failure::{Code, Failure};
use crate::flow::download::Download;
use crate::flow::query::Query;
use crate::flow::wait::{Notice, Wait};
use crate::flow::{Action, Answer, Body, Event, Headers};
use crate::format::{self, Variant};
use crate::options::{Config, IDLE, WaitOptions, format_of};
use crate::policy::{sniff, verdict};
use crate::reading::Reading;
use crate::task::{Reason, Task};
use crate::value::Value;

/// Opens a client. `options` holds plain data; `inPage` and `noStore` describe the host.
#[wasm_bindgen]
pub fn open(options: &JsValue, in_page: bool, no_store: bool) -> Result<u32, JsValue> {
    open_client(options, in_page, no_store).map_err(|failure| convert::stop(failure.into(), JsValue::UNDEFINED))
}

fn open_client(options: &JsValue, in_page: bool, no_store: bool) -> Result<u32, Failure> {
    let options = convert::options(options)?;
    let base = options.get("baseUrl").text().ok_or_else(|| Failure::argument("baseUrl is missing."))?;
    let base = Base::parse(base, &PLATFORM)?;
    let config = Config::read(&options, base, !in_page)?;
    let headers = headers_of(options.get("headers"))?;
    Ok(Client::new(config, headers, no_store, in_page).keep())
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

/// One snapshot.
#[wasm_bindgen]
pub fn query(client: u32, host: Host, task: JsValue, signal: JsValue) -> Promise {
    guard(client, host, signal, |call| {
        Box::pin(async move {
            let named = convert::named(&task, &call.client.config, &PLATFORM)?;
            let config = &call.client.config;
            let mut machine = Query::new(&named.id, named.format, call.client.remembered.get(), config.retries)?;
            let mut event = Event::Start;
            loop {
                event = match machine.next(event, config, moment(), &PLATFORM) {
                    Action::Send(request) => call.carry_out(Work::Send(request)).await?,
                    Action::Sleep(pause) => call.carry_out(Work::Sleep(pause)).await?,
                    Action::Done(Ok(task)) => {
                        remember(&call, &task);
                        return Ok(convert::task(&task, &call.raw()));
                    }
                    Action::Done(Err(failure)) => return Err(call.stop(failure, JsValue::UNDEFINED)),
                };
            }
        })
    })
}

/// Waits for a succeeded task; `update` is called with every changed snapshot.
#[wasm_bindgen]
pub fn wait(client: u32, host: Host, task: JsValue, options: JsValue, signal: JsValue, update: JsValue) -> Promise {
    guard(client, host, signal, |call| {
        Box::pin(async move {
            let named = convert::named(&task, &call.client.config, &PLATFORM)?;
            let (task, raw) = waited(&call, &named, &options, &update).await?;
            Ok(convert::task(&task, &raw))
        })
    })
}

/// One durable poll.
#[wasm_bindgen]
pub fn step(client: u32, host: Host, task: JsValue, state: JsValue, options: JsValue, signal: JsValue) -> Promise {
    guard(client, host, signal, |call| {
        Box::pin(async move {
            let named = convert::named(&task, &call.client.config, &PLATFORM)?;
            let options = wait_options(&options)?;
            let state = convert::state_of(&state, &named, &call.client.config, moment().now)?;
            let mut wait = Wait::new(state, options);
            let (delay, raw) = match poll(&call, &mut wait, &JsValue::UNDEFINED, true).await {
                Ok((Polled::Paused(ms), raw)) => (JsValue::from(ms), raw),
                Ok((Polled::Final(_), raw)) => (JsValue::NULL, raw),
                // A final task is a result here: the caller's queue is told that there is nothing left to come back for.
                Err(Stop::Failed { failure, raw, .. }) if matches!(failure.code, Code::TaskFailed | Code::TaskExpired) => {
                    (JsValue::NULL, raw)
                }
                Err(stop) => return Err(stop),
            };
            let task = wait.task().map_or(JsValue::NULL, |task| convert::task(task, &raw));
            Ok(convert::object(&[("task", task), ("state", convert::plain(&wait.state)), ("delayMs", delay)]))
        })
    })
}

/// Begins a download: of a task given whole, or of an id or ref, which is waited for first. Resolves to its number.
#[wasm_bindgen]
pub fn download(
    client: u32,
    host: Host,
    task: JsValue,
    options: JsValue,
    wait: JsValue,
    signal: JsValue,
    update: JsValue,
) -> Promise {
    guard(client, host, signal, |call| {
        Box::pin(async move {
            let config = &call.client.config;
            let options = convert::options(&options)?;
            let variant = match options.get("variant") {
                Value::Null => Variant::Video,
                word => word
                    .text()
                    .and_then(Variant::named)
                    .ok_or_else(|| Failure::argument("variant must be video, thumbnail or spritesheet."))?,
            };
            let output = match options.get("output") {
                Value::Null => None,
                Value::Number(index) if *index >= 0.0 && index.fract() == 0.0 => Some(*index as usize),
                _ => return Err(Failure::argument("output must be the index of one of the task's outputs.").into()),
            };
            let idle = IDLE.read(&options)?.unwrap_or_default();
            let given = js_sys::Reflect::get(&task, &"ref".into()).ok().filter(|_| task.is_object()).filter(|of| of.is_object());
            let (task, raw) = match given {
                Some(_) => {
                    let value =
                        value_of(&task).ok_or_else(|| Failure::argument("The task holds a value that is no plain data."))?;
                    let raw = js_sys::Reflect::get(&task, &"raw".into()).unwrap_or(JsValue::NULL);
                    (convert::task_of(&value, config, &PLATFORM)?, raw)
                }
                None => waited(&call, &convert::named(&task, config, &PLATFORM)?, &wait, &update).await?,
            };
            let machine = Download::new(task, variant, output)?;
            let number = downloads::keep(client, machine, raw);
            Ok(convert::object(&[("number", number.into()), ("idleMs", idle.into())]))
        })
    })
}

/// The next thing to stream of a download. `end` tells how the last stream ended, `delivered` how far it came.
#[wasm_bindgen]
pub fn advance(number: u32, host: Host, delivered: f64, end: JsValue, signal: JsValue) -> Promise {
    let client = downloads::client_of(number).unwrap_or(u32::MAX);
    guard(client, host, signal, |call| Box::pin(async move { downloads::advance(number, &call, delivered, &end).await }))
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

/// Reads a body that came another way.
#[wasm_bindgen]
pub fn read_task(body: &JsValue, options: &JsValue) -> Result<JsValue, JsValue> {
    read_body(body, options).map_err(|stop| convert::stop(stop, JsValue::UNDEFINED))
}

fn read_body(body: &JsValue, options: &JsValue) -> Result<JsValue, Stop> {
    let (context, status) = context_of(&convert::options(options)?)?;
    let (raw, value) = parsed(body);
    let reading = value.as_ref().map_or(Reading::Nothing, |value| format::read(value, status, &PLATFORM));
    match convert::read(reading, &context) {
        Ok(task) => Ok(convert::task(&task, &raw)),
        Err(reason) => Err(refused(value, status, reason.unwrap_or_default()).into()),
    }
}

/// Reads a body that holds several tasks.
#[wasm_bindgen]
pub fn read_tasks(body: &JsValue, options: &JsValue) -> Result<JsValue, JsValue> {
    read_bodies(body, options).map_err(|stop| convert::stop(stop, JsValue::UNDEFINED))
}

fn read_bodies(body: &JsValue, options: &JsValue) -> Result<JsValue, Stop> {
    let (context, status) = context_of(&convert::options(options)?)?;
    let (raw, value) = parsed(body);
    let items = value.as_ref().filter(|_| status < 400).and_then(format::items);
    let Some((items, path)) = items else {
        // One task is a list of one; an error is the same error.
        return read_body(body, options).map(|task| js_sys::Array::of1(&task).into());
    };
    let raws = path.iter().fold(raw, |raw, key| js_sys::Reflect::get(&raw, &(*key).into()).unwrap_or_default());
    let tasks = js_sys::Array::new();
    for (index, item) in items.iter().enumerate() {
        let raw = js_sys::Reflect::get_u32(&raws, index as u32).unwrap_or_default();
        match convert::read(format::read(item, status, &PLATFORM), &context) {
            Ok(task) => tasks.push(&convert::task(&task, &raw)),
            Err(reason) => return Err(refused(Some(item.clone()), status, reason.unwrap_or_default()).into()),
        };
    }
    Ok(tasks.into())
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

/// A body may come as text, too.
fn parsed(body: &JsValue) -> (JsValue, Option<Value>) {
    match body.as_string() {
        Some(text) => match js_sys::JSON::parse(&text) {
            Ok(raw) => (raw.clone(), value_of(&raw)),
            Err(_) => (body.clone(), None),
        },
        None => (body.clone(), value_of(body)),
    }
}

fn refused(value: Option<Value>, status: u16, reason: Reason) -> Failure {
    let body = value.map_or(Body::Text { html: false }, Body::Json);
    let answer = Answer { status, headers: Headers::default(), body };
    verdict::refusal("the relay", &answer, reason, moment(), &PLATFORM)
}

/// `signalled`: the caller gave a signal of its own, so a wait without a deadline can still be ended.
fn wait_options(options: &JsValue) -> Result<WaitOptions, Failure> {
    let options = convert::options(options)?;
    WaitOptions::read(&options, options.get("signalled") == &Value::Bool(true))
}

enum Polled {
    Final(Task),
    Paused(f64),
}

async fn waited(call: &Call, named: &Named, options: &JsValue, update: &JsValue) -> Result<(Task, JsValue), Stop> {
    let options = wait_options(options)?;
    let state = convert::state_of(&JsValue::NULL, named, &call.client.config, moment().now)?;
    match poll(call, &mut Wait::new(state, options), update, false).await? {
        (Polled::Final(task), raw) => Ok((task, raw)),
        (Polled::Paused(_), _) => Err(Failure::new(Code::Internal, "A wait ended with a pause.").into()),
    }
}

/// Runs a wait to its end, or with `once` to its first pause.
async fn poll(call: &Call, wait: &mut Wait, update: &JsValue, once: bool) -> Result<(Polled, JsValue), Stop> {
    let config = &call.client.config;
    let mut raw = JsValue::NULL;
    let mut event = Event::Start;
    loop {
        let polls = wait.state.polls;
        let action = wait.next(event, call.client.remembered.get(), config, moment(), &PLATFORM);
        if wait.state.polls > polls {
            raw = call.raw();
            wait.task().inspect(|task| remember(call, task));
        }
        for notice in wait.take_notices() {
            match notice {
                Notice::Changed(task) => tell(update, &convert::task(&task, &raw))?,
                Notice::UnknownStatus(word) => events::unknown_status(call, &word),
            }
        }
        event = match action {
            Action::Send(request) => call.carry_out(Work::Send(request)).await?,
            Action::Sleep(pause) if once => return Ok((Polled::Paused(pause.ms), raw)),
            Action::Sleep(pause) => call.carry_out(Work::Sleep(pause)).await?,
            Action::Done(Ok(task)) => return Ok((Polled::Final(task), raw)),
            Action::Done(Err(failure)) => return Err(call.stop(failure, raw)),
        };
    }
}

/// A listener's own error ends the wait with that error: the caller must learn of it.
fn tell(update: &JsValue, task: &JsValue) -> Result<(), Stop> {
    if let Some(update) = update.dyn_ref::<Function>() {
        update.call1(&JsValue::UNDEFINED, task).map_err(Stop::Thrown)?;
    }
    Ok(())
}

fn remember(call: &Call, task: &Task) {
    if call.client.config.format.is_none() {
        call.client.remembered.set(Some(task.task_ref.format));
    }
    call.about.replace(Some(task.task_ref.clone()));
}

/// Runs a call and tags whatever it throws; a panic in it rejects, too.
fn guard(client: u32, host: Host, signal: JsValue, run: impl FnOnce(Rc<Call>) -> Running) -> Promise {
    match Call::begin(client, host, signal) {
        Ok(call) => {
            let call = Rc::new(call);
            promise(call.clone(), run(call))
        }
        Err(stop) => Promise::reject(&convert::stop(stop, JsValue::UNDEFINED)),
    }
}

type Running = Pin<Box<dyn Future<Output = Result<JsValue, Stop>>>>;

fn promise(call: Rc<Call>, running: Running) -> Promise {
    let work = async move {
        let result = call.abort.race(running).await;
        result.map_err(Stop::from).flatten().map_err(|stop| convert::stop(stop, call.abort.reason()))
    };
    // What a panic leaves behind is the call's own, and goes with it; a client's limit is given back by the permit's drop.
    future_to_promise(AssertUnwindSafe(work))
}
