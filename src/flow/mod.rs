//! Step machines: an event in, an action out. They decide and never wait; time and chance come in with each event.

pub mod batch;
pub mod create;
pub mod download;
pub mod hearing;
mod party;
pub mod query;
pub mod wait;

use crate::address::Target;
use crate::failure::Failure;
use crate::format::Format;
use crate::number::Bounds;
use crate::platform::{Moment, Platform};
use crate::policy::retry;
use crate::value::Value;

/// However late it is, a request is given so long.
const SHORTEST_MS: f64 = 250.0;

/// How the relay is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Method {
    /// May be repeated.
    #[default]
    Get,
    /// May be repeated only where it asks for something.
    Post,
    /// May be repeated.
    Delete,
}

impl Method {
    /// As HTTP has it.
    pub fn word(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Delete => "DELETE",
        }
    }
}

/// A request to be carried out.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// How.
    pub method: Method,
    /// JSON to send.
    pub body: Option<String>,
    /// It makes something, so that no redirect of it is followed: with a form, or with JSON. `None`: it only asks.
    pub makes: Option<bool>,
    /// The wire format, whose headers go along.
    pub format: Format,
    /// The whole URL.
    pub url: String,
    /// The key and the client's own headers go along.
    pub credentialed: bool,
    /// What is wanted.
    pub want: Want,
    /// Milliseconds until its headers must be there.
    pub timeout_ms: f64,
    /// Milliseconds that it may wait for a place under the client's limit, where there is a deadline.
    pub queue_ms: Option<f64>,
}

impl Request {
    /// Asks for something there.
    pub fn new(method: Method, body: Option<String>, target: &Target, format: Format, want: Want, timeout_ms: f64) -> Box<Self> {
        let (url, credentialed) = (target.url.clone(), target.credentialed);
        Box::new(Request { method, body, makes: None, format, url, credentialed, want, timeout_ms, queue_ms: None })
    }

    /// Milliseconds until its headers must be there, once it has waited so long for its place.
    pub fn patience(&self, waited: f64) -> f64 {
        self.queue_ms.map_or(self.timeout_ms, |left| (left - waited).at_least(SHORTEST_MS).at_most(self.timeout_ms))
    }
}

/// What a request is for.
#[derive(Debug, Clone, PartialEq)]
pub enum Want {
    /// A JSON body, read whole.
    Json,
    /// An event stream, left unread, or JSON.
    Talk,
    /// Bytes, left unread; JSON in their place is read.
    Bytes {
        /// `Range` from this byte, where the download goes on.
        from: Option<f64>,
        /// `If-Range`.
        validator: Option<String>,
    },
}

/// How a request ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Exchange {
    /// With an answer.
    Answer(Answer),
    /// Without.
    Failed(Trouble),
}

impl Exchange {
    /// The relay's own word on whether to try again.
    pub fn advice(&self) -> Option<bool> {
        match self {
            Exchange::Answer(answer) => answer.headers.advice(),
            Exchange::Failed(_) => None,
        }
    }

    /// The pause that the relay asks for.
    pub fn retry_after(&self, moment: Moment, platform: &Platform) -> Option<f64> {
        match self {
            Exchange::Answer(answer) => answer.headers.retry_after(moment, platform),
            Exchange::Failed(_) => None,
        }
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The connection, DNS, TLS, CORS; or the body was cut.
    Network,
    /// Our own clock.
    Timeout,
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The headers some rule reads.
    pub headers: Headers,
    /// The body.
    pub body: Body,
}

/// The headers some rule reads, as they came.
#[derive(Debug, Clone, PartialEq, Default)]
#[allow(missing_docs, reason = "each is the header of that name")]
pub struct Headers {
    pub content_type: Option<String>,
    pub content_length: Option<String>,
    pub content_encoding: Option<String>,
    pub content_range: Option<String>,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    pub location: Option<String>,
    pub retry_after: Option<String>,
    pub retry_after_ms: Option<String>,
    pub should_retry: Option<String>,
    pub request_id: Option<String>,
}

/// The names of those that pace a wait, in the order they are told. The last is what OpenAI's own SDK paced its polls by.
#[cfg(not(target_arch = "wasm32"))]
pub const PACING: &[&str] = &["retry-after", "retry-after-ms", "openai-poll-after-ms"];

/// The names of the others, told behind them; nobody asks for these of good JSON.
#[cfg(not(target_arch = "wasm32"))]
pub const HEADERS: &[&str] = &[
    "content-type",
    "content-length",
    "content-encoding",
    "content-range",
    "etag",
    "last-modified",
    "location",
    "x-should-retry",
    "x-request-id",
    "x-oneapi-request-id",
];

impl Headers {
    /// The relay's own word on whether to try again.
    pub fn advice(&self) -> Option<bool> {
        match self.should_retry.as_deref() {
            Some("true") => Some(true),
            Some("false") => Some(false),
            _ => None,
        }
    }

    /// The pause that the relay asks for.
    pub fn retry_after(&self, moment: Moment, platform: &Platform) -> Option<f64> {
        retry::retry_after(self.retry_after_ms.as_deref(), self.retry_after.as_deref(), moment.now, platform)
    }
}

/// A body, as far as it was read.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// JSON.
    Json(Value),
    /// Anything else that was read whole.
    Text {
        /// It is a web page.
        html: bool,
    },
    /// Nothing.
    Empty,
    /// Longer than a JSON body may be.
    TooLarge,
    /// Bytes that were asked for, not read here.
    Unread,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Begin.
    Start,
    /// A request ended.
    Ended(Box<Exchange>),
    /// A pause is over.
    Slept,
}

/// What to have carried out: its end is the next event.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// Send a request.
    Send(Box<Request>),
    /// Pause.
    Sleep(Pause),
}

/// What to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Action<T> {
    /// This, and there is more to come.
    Do(Act),
    /// The result.
    Done(Result<T, Failure>),
}

/// A pause and its reason, which events tell.
#[derive(Debug, Clone, PartialEq)]
pub struct Pause {
    /// How long.
    pub ms: f64,
    /// Why.
    pub why: Why,
}

impl Pause {
    /// Before another attempt of a request that has failed so often, lastly so.
    pub fn retry(ms: f64, attempt: u32, failure: &Failure) -> Self {
        Pause { ms, why: Why::Retry { attempt, code: failure.code, http_status: failure.http_status } }
    }
}

/// Why a machine pauses.
#[derive(Debug, Clone, PartialEq)]
pub enum Why {
    /// Before another attempt of a failed request.
    Retry {
        /// Which attempt failed, from 1.
        attempt: u32,
        /// Its failure's code.
        code: crate::failure::Code,
        /// Its HTTP status.
        http_status: Option<u16>,
    },
    /// Between two polls of a task.
    Poll,
}
