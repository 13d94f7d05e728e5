//! One request as the host's fetch takes it, and its answer as the core takes it. gloo-net builds the headers; it never
//! sends: its own `send` panics on a Response that is not the global one and on an abort reason that is not an Error.

use gloo_net::http::Headers as GlooHeaders;
use wasm_bindgen::JsValue;
use web_sys::{AbortSignal, RequestCache, RequestInit, RequestRedirect};

use super::client::Client;
use super::flat;
use super::host::Host;
use crate::failure::Failure;
use crate::flow::{Body, Headers, Request, Want};
use crate::format::Spec;
use crate::text::{digits, split};

/// What fetch is called with besides the URL. `key` is what the caller's function gave, where it has one.
pub fn init(client: &Client, request: &Request, key: Option<&str>, signal: &AbortSignal) -> Result<RequestInit, Failure> {
    let headers = GlooHeaders::new();
    let spec = request.format.spec();
    if request.credentialed {
        match key {
            Some(key) => authorize(&headers, spec, &authorization(key)?),
            None if client.authorization.is_empty() => {}
            None => authorize(&headers, spec, &client.authorization),
        }
        for (name, value) in &client.headers {
            headers.set(name, value);
        }
    }
    for (name, value) in spec.headers {
        headers.set(name, value);
    }
    match &request.want {
        Want::Json => headers.set("accept", "application/json"),
        Want::Bytes { from: None, .. } => {}
        Want::Bytes { from: Some(from), validator } => {
            headers.set("range", &["bytes=", &digits(*from as u64), "-"].concat());
            if let Some(validator) = validator {
                headers.set("if-range", validator);
            }
        }
    }
    let init = RequestInit::new();
    init.set_method(request.method.word());
    if let Some(body) = &request.body {
        headers.set("content-type", "application/json");
        init.set_body(&JsValue::from_str(body));
    }
    init.set_headers(&headers.into_raw());
    init.set_signal(Some(signal));
    if client.no_store {
        init.set_cache(RequestCache::NoStore);
    }
    if !client.in_page {
        // A page cannot see a redirect, and its browser drops the key itself; everywhere else the core decides.
        init.set_redirect(RequestRedirect::Manual);
    }
    Ok(init)
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
    text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}

/// Whether a status says that the answer is elsewhere.
pub fn is_redirect(status: u16) -> bool {
    (300..400).contains(&status)
}

/// A body as the facade read it: flattened, or a number that says what it is instead.
pub fn body(kind: u32, flattened: Option<&str>) -> Body {
    match (flattened, kind) {
        (Some(flattened), _) => Body::Json(flat::read(flattened)),
        (None, 0) => Body::Empty,
        (None, 3) => Body::TooLarge,
        (None, 4) => Body::Unread,
        (None, kind) => Body::Text { html: kind == 2 },
    }
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

/// The headers that the core looks at in an answer of this kind.
pub fn headers(host: &Host, status: u16, body: &Body) -> Headers {
    let mut headers = Headers::default();
    let fields = match (status, body) {
        (_, Body::Unread) => OF_BYTES,
        // Nothing is asked of the headers of a good answer.
        (200..=299, _) => return headers,
        _ => OF_OTHERS,
    };
    for (name, field) in fields {
        let place = field(&mut headers);
        if place.is_none() {
            *place = host.header(name);
        }
    }
    headers
}
