//! One request over the host's fetch. gloo-net builds its headers; it never sends: its own `send` panics on a Response
//! that is not the global one and on an abort reason that is not an Error.

use gloo_net::http::Headers as GlooHeaders;
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, RequestCache, RequestInit, RequestRedirect};

use super::call::{Call, Host, Stop};
use super::flat;
use crate::failure::{Code, Failure};
use crate::flow::{Answer, Body, Exchange, Headers, Request, Trouble, Want};
use crate::options::MAX_JSON_BYTES;
use crate::policy::sniff;

#[wasm_bindgen]
extern "C" {
    // Structural and catching: a caller's fetch may resolve to anything.
    type Reply;
    #[wasm_bindgen(method, getter, catch)]
    fn status(this: &Reply) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn headers(this: &Reply) -> Result<ReplyHeaders, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn body(this: &Reply) -> Result<JsValue, JsValue>;

    type ReplyHeaders;
    #[wasm_bindgen(method, catch)]
    fn get(this: &ReplyHeaders, name: &str) -> Result<JsValue, JsValue>;
}

/// A place under the client's limit, given back on every exit.
struct Place<'a>(&'a Host);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.leave();
    }
}

/// Sends a request and reads its answer, as far as the core wants it read.
pub async fn send(call: &Call, request: &Request) -> Result<Exchange, Stop> {
    let turn = call.host.enter(request.queue_ms);
    if let Some(turn) = turn.dyn_ref()
        && !call.settled(turn).await?.is_truthy()
    {
        return Ok(Exchange::Failed(Trouble::Timeout));
    }
    let _place = Place(&call.host);
    // One clock for the key, the headers and, where it is read here, the body.
    let until = js_sys::Date::now() + request.timeout_ms;
    let key = match request.credentialed {
        true => key_of(call, until).await?,
        false => Some(JsValue::UNDEFINED),
    };
    let Some(key) = key else { return Ok(Exchange::Failed(Trouble::Timeout)) };
    match exchange(call, request, &key, until).await {
        // Refused by fetch, cut while its body was read, or no Response at all.
        Err(Stop::Thrown(cause)) => {
            call.cause.replace(cause);
            Ok(Exchange::Failed(Trouble::Network))
        }
        ended => ended,
    }
}

/// Milliseconds until then.
fn left(until: f64) -> f64 {
    (until - js_sys::Date::now()).max(1.0)
}

/// The key, undefined where the client has none; `None` when the caller's function does not give it in time.
async fn key_of(call: &Call, until: f64) -> Result<Option<JsValue>, Stop> {
    let refused = |cause| Stop::Failed(Box::new(Failure::new(Code::Auth, "The apiKey function failed.")), cause);
    let key = call.host.key().map_err(refused)?;
    let Some(promise) = key.dyn_ref::<js_sys::Promise>() else { return Ok(Some(key)) };
    let asked = call.settled(&call.host.within(promise, left(until), None)).await;
    let key = asked.map_err(|stop| if let Stop::Thrown(cause) = stop { refused(cause) } else { stop })?;
    Ok((!key.is_undefined()).then_some(key))
}

async fn exchange(call: &Call, request: &Request, key: &JsValue, until: f64) -> Result<Exchange, Stop> {
    let controller = call.host.controller();
    let init = init_of(call, request, key, &controller)?;
    let fetched = call.host.fetch(&request.url, &init).map_err(Stop::Thrown)?;
    match request.want {
        Want::Json => json(call, &fetched, &controller, until).await,
        Want::Bytes { .. } => bytes(call, &fetched, controller, until).await,
    }
}

/// An answer whose body is read whatever it is: the facade does both in one wait.
async fn json(call: &Call, fetched: &js_sys::Promise, controller: &AbortController, until: f64) -> Result<Exchange, Stop> {
    let answer = call.host.answer(fetched, MAX_JSON_BYTES);
    let reply = call.settled(&call.host.within(&answer, left(until), Some(controller))).await?;
    if reply.is_undefined() {
        return Ok(Exchange::Failed(Trouble::Timeout));
    }
    let seen: &Reply = reply.unchecked_ref();
    let status = status_of(seen)?;
    let headers = match status {
        200..=299 => Headers::default(),
        _ => headers_from(seen, OF_OTHERS).map_err(Stop::Thrown)?,
    };
    let body = body_of(&seen.body().map_err(Stop::Thrown)?);
    if is_redirect(status) {
        controller.abort();
    } else {
        call.host.take_back(controller);
    }
    Ok(Exchange::Answer(Answer { status, headers, body }))
}

/// An answer whose body is left to be streamed, unless it is something else than bytes.
async fn bytes(call: &Call, fetched: &js_sys::Promise, controller: AbortController, until: f64) -> Result<Exchange, Stop> {
    let reply = call.settled(&call.host.within(fetched, left(until), Some(&controller))).await?;
    if reply.is_undefined() {
        return Ok(Exchange::Failed(Trouble::Timeout));
    }
    let seen: &Reply = reply.unchecked_ref();
    let status = status_of(seen)?;
    let whole = matches!(status, 200 | 206);
    let headers = headers_from(seen, if whole { OF_BYTES } else { OF_OTHERS }).map_err(Stop::Thrown)?;
    let body = if whole && !sniff::is_json(headers.content_type.as_deref()) {
        call.open.replace(Some((reply, controller)));
        Body::Unread
    } else if is_redirect(status) {
        controller.abort();
        Body::Empty
    } else {
        let reading = call.host.read_body(&reply, MAX_JSON_BYTES).map_err(Stop::Thrown)?;
        let body = call.settled(&call.host.within(&reading, left(until), Some(&controller))).await?;
        if body.is_undefined() {
            return Ok(Exchange::Failed(Trouble::Timeout));
        }
        body_of(&body)
    };
    Ok(Exchange::Answer(Answer { status, headers, body }))
}

fn status_of(reply: &Reply) -> Result<u16, Stop> {
    Ok(reply.status().map_err(Stop::Thrown)?.as_f64().unwrap_or_default() as u16)
}

fn is_redirect(status: u16) -> bool {
    (300..400).contains(&status)
}

fn body_of(read: &JsValue) -> Body {
    match (read.as_string(), read.as_f64()) {
        (Some(flattened), _) => Body::Json(flat::read(&flattened)),
        (None, Some(0.0)) => Body::Empty,
        (None, Some(3.0)) => Body::TooLarge,
        (None, kind) => Body::Text { html: kind == Some(2.0) },
    }
}

fn init_of(call: &Call, request: &Request, key: &JsValue, controller: &AbortController) -> Result<RequestInit, Stop> {
    let headers = GlooHeaders::new();
    if request.credentialed {
        if !key.is_undefined() {
            headers.set("authorization", &authorization(&key.as_string().unwrap_or_default())?);
        }
        for (name, value) in &call.client.headers {
            headers.set(name, value);
        }
    }
    match &request.want {
        Want::Json => headers.set("accept", "application/json"),
        Want::Bytes { from: None, .. } => {}
        Want::Bytes { from: Some(from), validator } => {
            headers.set("range", &format!("bytes={}-", *from as u64));
            if let Some(validator) = validator {
                headers.set("if-range", validator);
            }
        }
    }
    let init = RequestInit::new();
    init.set_method("GET");
    init.set_headers(&headers.into_raw());
    init.set_signal(Some(&controller.signal()));
    if call.client.no_store {
        init.set_cache(RequestCache::NoStore);
    }
    if !call.client.in_page {
        // A page cannot see a redirect, and its browser drops the key itself; everywhere else the core decides.
        init.set_redirect(RequestRedirect::Manual);
    }
    Ok(init)
}

fn authorization(key: &str) -> Result<String, Stop> {
    let key = key.trim_ascii();
    if key.is_empty() || !key.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return Err(Failure::argument("apiKey must be printable ASCII text, or a function that gives it.").into());
    }
    let scheme = key.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer "));
    Ok(if scheme { key.to_owned() } else { format!("Bearer {key}") })
}

type Field = fn(&mut Headers) -> &mut Option<String>;

/// Read of an answer that brings bytes.
const OF_BYTES: &[(&str, Field)] = &[
    ("content-type", |headers| &mut headers.content_type),
    ("content-length", |headers| &mut headers.content_length),
    ("content-encoding", |headers| &mut headers.content_encoding),
    ("content-range", |headers| &mut headers.content_range),
    ("etag", |headers| &mut headers.etag),
    ("last-modified", |headers| &mut headers.last_modified),
];
/// Read of every other answer. new-api names the request's id in its own way: middleware/request-id.go.
const OF_OTHERS: &[(&str, Field)] = &[
    ("content-type", |headers| &mut headers.content_type),
    ("location", |headers| &mut headers.location),
    ("retry-after", |headers| &mut headers.retry_after),
    ("retry-after-ms", |headers| &mut headers.retry_after_ms),
    ("x-should-retry", |headers| &mut headers.should_retry),
    ("x-request-id", |headers| &mut headers.request_id),
    ("x-oneapi-request-id", |headers| &mut headers.request_id),
    ("content-range", |headers| &mut headers.content_range),
];

fn headers_from(reply: &Reply, fields: &[(&str, Field)]) -> Result<Headers, JsValue> {
    let mut headers = Headers::default();
    let from = reply.headers()?;
    for (name, field) in fields {
        let value = from.get(name)?.as_string();
        let place = field(&mut headers);
        if place.is_none() {
            *place = value;
        }
    }
    Ok(headers)
}
