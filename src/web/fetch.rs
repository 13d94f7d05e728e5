//! One request as the host's fetch takes it, and its answer as the core takes it. gloo-net builds the headers; it never
//! sends: its own `send` panics on a Response that is not the global one and on an abort reason that is not an Error.

use gloo_net::http::Headers as GlooHeaders;
use serde::Serializer as _;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsCast;
use web_sys::RequestInit;

use super::client::Client;
use super::flat;
use crate::failure::Failure;
use crate::flow::{Answer, Body, Headers, Request, Want};
use crate::format::Spec;
use crate::text::{all, digits, split};

/// What tells one request from another that sends no body: how, in which format, and whether with the key. Polls are all asked for in
/// the same way, and what fetch is called with for them the facade keeps, as to make it anew takes longer than all else about a request.
pub fn way(request: &Request) -> Option<f64> {
    let plain = request.want == Want::Json && request.body.is_none() && request.makes.is_none();
    plain.then(|| f64::from((request.format as u32) << 3 | (request.method as u32) << 1 | u32::from(request.credentialed)))
}

/// What fetch is called with besides the URL and the signal. `key` is the header's value where the caller's function gave it.
pub fn init(client: &Client, request: &Request, key: Option<&str>) -> RequestInit {
    let headers = GlooHeaders::new();
    let spec = request.format.spec();
    if request.credentialed {
        let authorization = key.unwrap_or(&client.authorization);
        if !authorization.is_empty() {
            authorize(&headers, spec, authorization);
        }
        for (name, value) in &client.headers {
            headers.set(name, value);
        }
    }
    let own = if request.makes.is_some() { spec.create_headers } else { &[] };
    for (name, value) in spec.headers.iter().chain(own) {
        headers.set(name, value);
    }
    match &request.want {
        Want::Json => headers.set("accept", "application/json"),
        Want::Talk => headers.set("accept", "text/event-stream, application/json"),
        Want::Bytes { from: None, .. } => {}
        Want::Bytes { from: Some(from), validator } => {
            headers.set("range", &["bytes=", &digits(*from as u64), "-"].concat());
            if let Some(validator) = validator {
                headers.set("if-range", validator);
            }
        }
    }
    let mut fields = vec![("method", request.method.word())];
    if let Some(body) = &request.body {
        // The boundary of a form is the host's to say.
        if request.makes != Some(true) {
            headers.set("content-type", "application/json");
        }
        fields.push(("body", body));
    }
    if client.no_store {
        fields.push(("cache", "no-store"));
    }
    if !client.in_page || request.makes.is_some() {
        // A page cannot see a redirect, and its browser drops the key itself; everywhere else the core decides. What makes
        // something is sent to one place alone.
        fields.push(("redirect", "manual"));
    }
    let init = (&Serializer::json_compatible()).collect_map(fields).unwrap_or_default();
    let init: RequestInit = init.unchecked_into();
    init.set_headers(&headers.into_raw());
    init
}

/// The key as HTTP has it, and as a vendor's own API wants it, which relays of that format take, too.
fn authorize(headers: &GlooHeaders, spec: &Spec, authorization: &str) {
    headers.set("authorization", authorization);
    if let Some(name) = spec.key_header {
        headers.set(name, split(authorization, b" ").1.unwrap_or(authorization));
    }
}

/// The header's value for a key.
pub fn authorization(key: &str) -> Result<String, Failure> {
    let key = key.trim_ascii();
    if key.is_empty() || !is_printable(key) {
        return Err(Failure::argument("apiKey must be printable ASCII text, or a function that gives it."));
    }
    // With a scheme of its own, it goes as it is: `Bearer`, or Vidu's `Token`.
    let scheme = split(key, b" ").1.is_some();
    Ok(if scheme { key.to_owned() } else { ["Bearer ", key].concat() })
}

/// Whether a text is ASCII without control characters: nothing in it can end a header.
pub fn is_printable(text: &str) -> bool {
    all(text, |byte| (0x20..0x7f).contains(&byte))
}

/// Whether a status says that the answer is elsewhere.
pub fn is_redirect(status: u16) -> bool {
    (300..400).contains(&status)
}

/// An answer as the facade tells it: its status, what its body is, the body where that is JSON, and some headers.
pub fn answer(given: &mut &str) -> Answer {
    let status = flat::count(given) as u16;
    let body = match flat::count(given) as u8 {
        0 => Body::Empty,
        2 => Body::Text { html: true },
        3 => Body::TooLarge,
        4 => Body::Unread,
        5 => Body::Json(flat::next(given)),
        _ => Body::Text { html: false },
    };
    let mut next = || flat::text(given);
    // In the order of `PACING` and `HEADERS`.
    let (retry_after, ms, poll_after_ms) = (next(), next(), next());
    let headers = Headers {
        retry_after,
        retry_after_ms: ms.or(poll_after_ms),
        content_type: next(),
        content_length: next(),
        content_encoding: next(),
        content_range: next(),
        etag: next(),
        last_modified: next(),
        location: next(),
        should_retry: next(),
        // new-api names the request's id in its own way: middleware/request-id.go.
        request_id: next().or_else(next),
    };
    Answer { status, headers, body }
}
