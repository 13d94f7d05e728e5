//! One request over the host's fetch. gloo-net builds its headers; it never sends: its own `send` panics on a Response
//! that is not the global one and on an abort reason that is not an Error.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, RequestCache, RequestInit, RequestRedirect};

use super::abort::Aborted;
use super::call::{Call, Stop};
use super::clock::sleep;
use super::platform::value_of;
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

    type ReplyHeaders;
    #[wasm_bindgen(method, catch)]
    fn get(this: &ReplyHeaders, name: &str) -> Result<Option<String>, JsValue>;
}

/// How a request ended, and what of it stays in JavaScript.
pub struct Sent {
    /// For the core.
    pub exchange: Exchange,
    /// The parsed body.
    pub raw: JsValue,
    /// The response whose body was left unread, and what cancels it.
    pub open: Option<(JsValue, AbortController)>,
    /// What fetch rejected with.
    pub cause: JsValue,
}

impl Sent {
    fn failed(trouble: Trouble, cause: JsValue) -> Self {
        Sent { exchange: Exchange::Failed(trouble), raw: JsValue::UNDEFINED, open: None, cause }
    }
}

/// Sends a request and reads its answer, as far as the core wants it read.
pub async fn send(call: &Call, request: &Request) -> Result<Sent, Stop> {
    let _permit = call.abort.race(Box::pin(call.client.gate.enter())).await?;
    let headers = headers_of(call, request).await?;
    let controller = AbortController::new().map_err(|cause| Stop::internal("AbortController is missing.", cause))?;
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
    call.abort.cancels(Some(controller.clone()));
    let sent = call.abort.race(Box::pin(within(request.timeout_ms, exchange(call, request, &init, &controller)))).await;
    call.abort.cancels(None);
    match sent {
        Ok(Some(sent)) => Ok(sent),
        Ok(None) => {
            controller.abort();
            Ok(Sent::failed(Trouble::Timeout, JsValue::UNDEFINED))
        }
        Err(Aborted) => Err(Stop::Aborted),
    }
}

async fn headers_of(call: &Call, request: &Request) -> Result<gloo_net::http::Headers, Stop> {
    let headers = gloo_net::http::Headers::new();
    if request.credentialed {
        if let Some(authorization) = call.authorization().await? {
            headers.set("authorization", &authorization);
        }
        for (name, value) in &call.client.headers {
            headers.set(name, value);
        }
    }
    match &request.want {
        Want::Json => headers.set("accept", "application/json"),
        Want::Bytes { from, validator } => {
            if let Some(from) = from {
                headers.set("range", &format!("bytes={from}-"));
            }
            if let Some(validator) = validator {
                headers.set("if-range", validator);
            }
        }
    }
    Ok(headers)
}

async fn exchange(call: &Call, request: &Request, init: &RequestInit, controller: &AbortController) -> Sent {
    let reply = match call.fetch(&request.url, init) {
        Ok(promise) => match JsFuture::from(promise).await {
            Ok(reply) => reply,
            Err(cause) => return Sent::failed(Trouble::Network, cause),
        },
        Err(cause) => return Sent::failed(Trouble::Network, cause),
    };
    match answer(call, request, reply, controller).await {
        Ok(sent) => sent,
        // Cut while its body was read, or no Response at all.
        Err(cause) => Sent::failed(Trouble::Network, cause),
    }
}

async fn answer(call: &Call, request: &Request, reply: JsValue, controller: &AbortController) -> Result<Sent, JsValue> {
    let seen: &Reply = reply.unchecked_ref();
    let status = seen.status()?.as_f64().unwrap_or_default() as u16;
    let headers = headers_from(&seen.headers()?, status, &request.want)?;
    let bytes = matches!(request.want, Want::Bytes { .. }) && matches!(status, 200 | 206);
    let sent = |body, raw, open| Sent {
        exchange: Exchange::Answer(Answer { status, headers: headers.clone(), body }),
        raw,
        open,
        cause: JsValue::UNDEFINED,
    };
    if bytes && !sniff::is_json(headers.content_type.as_deref()) {
        return Ok(sent(Body::Unread, JsValue::UNDEFINED, Some((reply, controller.clone()))));
    }
    if (300..400).contains(&status) {
        controller.abort();
        return Ok(sent(Body::Empty, JsValue::UNDEFINED, None));
    }
    let text = JsFuture::from(call.read_text(&reply, MAX_JSON_BYTES)?).await?;
    let (body, raw) = body_of(&text);
    Ok(sent(body, raw, None))
}

fn body_of(text: &JsValue) -> (Body, JsValue) {
    let Some(text) = text.dyn_ref::<js_sys::JsString>() else { return (Body::TooLarge, JsValue::UNDEFINED) };
    match parse(text) {
        Some((value, raw)) => (Body::Json(value), raw),
        None => {
            let start = text.trim_start();
            let body = match start.char_code_at(0) {
                code if code.is_nan() => Body::Empty,
                code => Body::Text { html: code == f64::from(b'<') },
            };
            (body, JsValue::UNDEFINED)
        }
    }
}

#[wasm_bindgen]
extern "C" {
    // js_sys's takes a &str: the text would be copied into wasm memory and back.
    #[wasm_bindgen(js_namespace = JSON, js_name = parse, catch)]
    fn parse_json(text: &js_sys::JsString) -> Result<JsValue, JsValue>;
}

fn parse(text: &js_sys::JsString) -> Option<(crate::value::Value, JsValue)> {
    let raw = parse_json(text).ok()?;
    Some((value_of(&raw)?, raw))
}

fn headers_from(headers: &ReplyHeaders, status: u16, want: &Want) -> Result<Headers, JsValue> {
    let mut read = Headers::default();
    if matches!(want, Want::Json) && (200..300).contains(&status) {
        return Ok(read);
    }
    read.content_type = headers.get("content-type")?;
    if matches!(status, 200 | 206) {
        read.content_length = headers.get("content-length")?;
        read.content_encoding = headers.get("content-encoding")?;
        read.content_range = headers.get("content-range")?;
        read.etag = headers.get("etag")?;
        read.last_modified = headers.get("last-modified")?;
    } else {
        read.location = headers.get("location")?;
        read.retry_after = headers.get("retry-after")?;
        read.retry_after_ms = headers.get("retry-after-ms")?;
        read.should_retry = headers.get("x-should-retry")?;
        // new-api names its own: middleware/request-id.go.
        let own = headers.get("x-oneapi-request-id")?;
        read.request_id = headers.get("x-request-id")?.or(own);
    }
    Ok(read)
}

/// A future's result, or `None` when it takes longer.
async fn within<T>(ms: f64, future: impl Future<Output = T>) -> Option<T> {
    let mut timer = std::pin::pin!(sleep(ms));
    let mut future = std::pin::pin!(future);
    std::future::poll_fn(|context| {
        if let std::task::Poll::Ready(result) = future.as_mut().poll(context) {
            return std::task::Poll::Ready(Some(result));
        }
        timer.as_mut().poll(context).map(|()| None)
    })
    .await
}
