//! What the facade calls. A turn takes what happened as one text, and says as one text what comes of it: what to do next, or
//! a result, or a failure. Nothing is thrown: what throws is a trap, and a bug.

use std::cell::{Cell, RefCell};

use wasm_bindgen::prelude::*;
use web_sys::RequestInit;

use super::client::Client;
use super::host::Host;
use super::platform::{self, PLATFORM, Parsers, moment};
use super::run::{self, Machine, Order, Run, Then};
use super::take::{self, Context};
use super::{events, fetch, flat, give};
use crate::address::Base;
use crate::create;
use crate::failure::{Code, Failure};
use crate::flow::create::Create;
use crate::flow::download::Part;
use crate::flow::query::Query;
use crate::flow::wait::Wait;
use crate::flow::{Answer, Body, Event, Exchange, Headers, Trouble, Want};
use crate::format::{self, Format, Variant};
use crate::options::{Config, IDLE, MAX_JSON_BYTES, TALK_IDLE, WaitOptions, format_of};
use crate::policy::limit::{Admission, Limit};
use crate::policy::{sniff, verdict};
use crate::reading::Reading;
use crate::task::Task;
use crate::value::Value;

/// Takes what the core needs of the facade apart from any call.
#[wasm_bindgen]
pub fn install(parsers: Parsers) {
    platform::install(parsers);
}

/// One turn: `what` as `Turn` in pkg-template/src/give.ts counts them, of the client or call of that number. What is given
/// are values of `crate::flat`, one behind the other; what is said is told in `host.rs`.
#[wasm_bindgen]
pub fn turn(what: u32, number: u32, mut given: &str) -> String {
    let mut host = Host::default();
    let (into, given) = (&mut host, &mut given);
    let end = match what {
        0 => open(into, given),
        1 => begin(number, into, |client| query(client, given)),
        2 => begin(number, into, |client| waiting(client, given, Then::Task)),
        3 => begin(number, into, |client| waiting(client, given, Then::Step)),
        4 => begin(number, into, |client| download(client, given)),
        5 => keyed(number, given),
        6 => answered(number, into, given),
        7 => unanswered(number, into, given),
        8 => slept(number, into),
        9 => advance(number, into, given),
        10 => idle(into, given),
        11 => fail_download(number, given),
        12 => read_task(into, given),
        13 => list_path(into, given),
        14 => begin(number, into, |client| create(client, given)),
        15 => begin(number, into, |client| Ok(run::batch(client, given))),
        16 => hear(number, into, given),
        _ => heard(number, into, given),
    };
    if let Err(failure) = end {
        give::failure(&mut host, &failure);
    }
    host.said()
}

type End = Result<(), Failure>;

/// Opens a client: its key unless a function gives it, whether someone listens to events, whether the host is a page, whether
/// its fetch takes `no-store`, and the options.
fn open(host: &mut Host, given: &mut &str) -> End {
    let key = flat::next(given);
    let mut flag = || flat::next(given).is(true);
    let (listens, in_page, no_store) = (flag(), flag(), flag());
    let options = flat::next(given);
    let base = options.get("baseUrl").text().ok_or_else(|| Failure::argument("baseUrl is missing."))?;
    let base = Base::parse(base, &PLATFORM)?;
    let config = Config::read(&options, base, !in_page)?;
    let headers = headers_of(options.get("headers"))?;
    let authorization = key.text().map_or(Ok(String::new()), fetch::authorization)?;
    let limit = RefCell::new(Limit::new(config.concurrent, config.per_second));
    let (remembered, single, finished) = (Cell::new(None), Cell::new(0), RefCell::default());
    let client = Client { config, headers, authorization, listens, remembered, single, limit, finished, no_store, in_page };
    host.say("begun").number(client.keep().into());
    Ok(())
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

/// One snapshot.
fn query(client: &Client, given: &mut &str) -> Result<Machine, Failure> {
    let named = take::named(&flat::next(given), &client.config, &PLATFORM)?;
    let query = Query::new(&named.id, named.format, client.remembered.get(), client.config.retries)?;
    let known = known(client, &named);
    Ok(Machine::Query(query.of(named.kind.as_deref()).knowing(known)))
}

/// A task that a conversation has ended with.
fn known(client: &Client, named: &take::Named) -> Option<Task> {
    let talks = named.format.is_some_and(|format| format.spec().talks);
    if talks { client.finished.borrow().find(&named.id) } else { None }
}

/// Something to be made, or, behind a `true`, what else `client.videos` has. Options follow.
fn create(client: &Client, given: &mut &str) -> Result<Machine, Failure> {
    let format = client.config.format.unwrap_or(Format::OpenaiVideos);
    let mut order = flat::next(given);
    let mut of_task = true;
    let ways = match flat::next(given) {
        Value::Bool(true) if format != Format::OpenaiVideos => {
            return Err(Failure::argument("client.videos needs a client of the format openai-videos, or auto."));
        }
        Value::Bool(true) => {
            take::clip(&mut order, &client.config, &PLATFORM)?;
            of_task = matches!(order.get("kind").text(), Some("remix" | "edit" | "extend"));
            format::VIDEOS
        }
        _ => format.spec().create,
    };
    let plan = create::plan(ways, format.spec(), &order)?;
    let silence = TALK_IDLE.read(&flat::next(given))?;
    Ok(Machine::Create(Box::new(Create::new(plan, format, client.remembered.get(), of_task)), silence))
}

/// A download: of a task given whole, or of an id or ref, which is waited for first.
fn download(client: &Client, given: &mut &str) -> Result<Machine, Failure> {
    let options = flat::next(given);
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

    let mut ahead = *given;
    let task = flat::next(&mut ahead);
    if task.has("ref") {
        return order.of(take::task_of(&task, &client.config, &PLATFORM)?);
    }
    waiting(client, given, Then::Download(order))
}

/// A wait for a succeeded task, telling every changed snapshot; or one durable poll, from a state.
fn waiting(client: &Client, given: &mut &str, then: Then) -> Result<Machine, Failure> {
    let config = &client.config;
    let named = take::named(&flat::next(given), config, &PLATFORM)?;
    let options = flat::next(given);
    // `signalled`: the caller gave a signal of its own, so a wait without a deadline can still be ended.
    let checked = WaitOptions::read(&options, options.get("signalled").is(true))?;
    let state = take::state_of(&flat::next(given), &named, config, moment().now)?;
    let mut wait = Wait::new(state, checked).knowing(known(client, &named));
    // `began`: it is one of many, which began then.
    if let Value::Number(began) = options.get("began") {
        wait.join_in(*began);
    }
    Ok(Machine::Wait(Box::new(wait), then))
}

fn begin(client: u32, host: &mut Host, plan: impl FnOnce(&Client) -> Result<Machine, Failure>) -> End {
    let client = Client::find(client).ok_or_else(|| Failure::new(Code::Internal, "The client is gone."))?;
    let machine = plan(&client)?;
    Run::begin(client, machine, host)
}

/// The key that the caller's function gave for a call's request.
fn keyed(call: u32, given: &mut &str) -> End {
    let key = fetch::authorization(flat::next(given).text().unwrap_or_default())?;
    if let Some(mut run) = Run::take(call) {
        run.key = Some(key);
        Run::put(call, run);
    }
    Ok(())
}

/// What the fetch of a call's request is called with besides the URL and the signal.
#[wasm_bindgen]
pub fn request(call: u32) -> Option<RequestInit> {
    Run::peek(call, |run| Some(fetch::init(&run.client, run.request.as_ref()?, run.key.as_deref()))).flatten()
}

/// Milliseconds that a call's request is given, once it has waited so long for its place.
#[wasm_bindgen]
pub fn patience(call: u32, waited: f64) -> f64 {
    Run::peek(call, |run| run.request.as_ref().map(|request| request.patience(waited))).flatten().unwrap_or_default()
}

/// How many bytes of an answer's body are read: 0 it is dropped, below 0 it is left to be streamed.
#[wasm_bindgen]
pub fn to_read(call: u32, status: u16, content_type: Option<String>) -> f64 {
    let want = Run::peek(call, |run| {
        run.request.as_ref().map_or(0, |request| match request.want {
            Want::Json => 0,
            Want::Talk => 1,
            Want::Bytes { .. } => 2,
        })
    });
    match (status, want) {
        _ if fetch::is_redirect(status) => 0.0,
        // A stream is known by its look, whatever its type.
        (200..=299, Some(1)) => -1.0,
        (200 | 206, Some(2)) if !sniff::is_json(content_type.as_deref()) => -1.0,
        _ => MAX_JSON_BYTES,
    }
}

/// A call's request was answered: so many ms after it was sent, and how.
fn answered(call: u32, host: &mut Host, given: &mut &str) -> End {
    let ms = flat::next(given).number().unwrap_or_default();
    ended(call, host, ms, Exchange::Answer(fetch::answer(given)))
}

/// A call's request was not answered: after so many ms, and whether it took too long.
fn unanswered(call: u32, host: &mut Host, given: &mut &str) -> End {
    let ms = flat::next(given).number().unwrap_or_default();
    let late = flat::next(given).is(true);
    ended(call, host, ms, Exchange::Failed(if late { Trouble::Timeout } else { Trouble::Network }))
}

fn ended(call: u32, host: &mut Host, ms: f64, exchange: Exchange) -> End {
    let Some(run) = Run::take(call) else { return Ok(()) };
    if run.client.listens
        && let Some(request) = &run.request
    {
        events::response(&run.client, host, run.about().as_ref(), request, &exchange, ms);
    }
    run.go(call, Event::Ended(Box::new(exchange)), host)
}

/// A call's pause is over.
fn slept(call: u32, host: &mut Host) -> End {
    Run::take(call).map_or(Ok(()), |run| run.go(call, Event::Slept, host))
}

/// Asks a download for the next thing to pass on: how far it came, and how the last stream ended.
fn advance(call: u32, host: &mut Host, given: &mut &str) -> End {
    let delivered = flat::next(given).number().unwrap_or_default();
    let end = flat::next(given).number().unwrap_or_default() as u8;
    Run::take(call).map_or(Ok(()), |run| run.flowed(call, delivered, end, host))
}

/// A piece of an answer that is being given.
fn hear(call: u32, host: &mut Host, given: &mut &str) -> End {
    let piece = flat::next(given).into_text().unwrap_or_default();
    Run::take(call).map_or(Ok(()), |run| run.hear(call, &piece, host))
}

/// Such an answer has ended: 0 of itself, 1 cut, 2 in silence. All of it follows, as with `answered`.
fn heard(call: u32, host: &mut Host, given: &mut &str) -> End {
    let broken = match flat::next(given).number() {
        Some(1.0) => Some(Trouble::Network),
        Some(2.0) => Some(Trouble::Timeout),
        _ => None,
    };
    let whole = fetch::answer(given);
    Run::take(call).map_or(Ok(()), |run| run.heard(whole, broken, host))
}

/// Forgets a call.
#[wasm_bindgen]
pub fn forget(call: u32) {
    drop(Run::take(call));
}

/// The longest silence between two chunks, checked.
fn idle(host: &mut Host, given: &mut &str) -> End {
    host.say("begun").number(IDLE.read(&flat::next(given))?);
    Ok(())
}

/// A failure of a download that the facade found: `too_large` or `not_a_video`, with all that the core knows of the task.
fn fail_download(call: u32, given: &mut &str) -> End {
    let code = if flat::next(given).is(true) { Code::TooLarge } else { Code::NotAVideo };
    let mut failure = Failure::new(code, flat::next(given).into_text().unwrap_or_default());
    failure.bytes = flat::next(given).number();
    let task = Run::peek(call, |run| run.task().cloned()).flatten();
    Err(task.iter().fold(failure, Failure::with_task))
}

/// What stands where a video was due, by its first bytes, as the end of a stream that `advance` takes; 0 is nothing.
#[wasm_bindgen]
pub fn impostor(head: &[u8]) -> u8 {
    sniff::impostor(head).map_or(0, |number| number + 6)
}

/// Reads a body that came another way: the options, whether it is text that is no JSON, and the body.
fn read_task(host: &mut Host, given: &mut &str) -> End {
    let (context, status) = context_of(&flat::next(given))?;
    let is_text = matches!(flat::next(given), Value::Bool(true));
    let (body, reading) = match flat::next(given) {
        Value::Text(text) if is_text && text.len() as f64 > MAX_JSON_BYTES => (Body::TooLarge, Reading::Nothing),
        // It may be an event stream.
        Value::Text(text) if is_text => (Body::Text { html: false }, format::read_text(&text, status, &PLATFORM)),
        value => {
            let reading = format::read_as(&value, status, context.format, &PLATFORM);
            (Body::Json(value), reading)
        }
    };
    let task = take::read(reading, &context).map_err(|reason| {
        let answer = Answer { status, headers: Headers::default(), body };
        verdict::refusal("the relay", &answer, reason.unwrap_or_default(), moment(), &PLATFORM)
    })?;
    give::task(host, &task);
    Ok(())
}

/// The keys that lead to the tasks of a body that holds several; nothing is said where it holds one or none.
fn list_path(host: &mut Host, given: &mut &str) -> End {
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
