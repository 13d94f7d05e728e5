//! The one error: what went wrong, what the relay said, and what to do next.

use std::ops::{Deref, DerefMut};
use std::rc::Rc;

use crate::task::{Reason, Task, TaskRef};
use crate::text::nth;

/// The closed set of error codes of the public contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is explained, once, in `Code::TABLE`")]
pub enum Code {
    InvalidArgument,
    Auth,
    NotFound,
    RateLimited,
    InsufficientFunds,
    Rejected,
    Server,
    Network,
    Timeout,
    WaitTimeout,
    TaskFailed,
    TaskExpired,
    UnexpectedResponse,
    NoOutput,
    NotAVideo,
    DownloadIncomplete,
    TooLarge,
    UnsafeUrl,
    WasmUnavailable,
    Internal,
}

/// In the order of the codes.
const WORDS: &str = "invalid_argument|auth|not_found|rate_limited|insufficient_funds|rejected|server|network|timeout|wait_timeout\
    |task_failed|task_expired|unexpected_response|no_output|not_a_video|download_incomplete|too_large|unsafe_url\
    |wasm_unavailable|internal";

/// In their order.
const ALL: &[Code] = &[
    Code::InvalidArgument,
    Code::Auth,
    Code::NotFound,
    Code::RateLimited,
    Code::InsufficientFunds,
    Code::Rejected,
    Code::Server,
    Code::Network,
    Code::Timeout,
    Code::WaitTimeout,
    Code::TaskFailed,
    Code::TaskExpired,
    Code::UnexpectedResponse,
    Code::NoOutput,
    Code::NotAVideo,
    Code::DownloadIncomplete,
    Code::TooLarge,
    Code::UnsafeUrl,
    Code::WasmUnavailable,
    Code::Internal,
];

impl Code {
    /// The word in the public contract.
    pub fn word(self) -> &'static str {
        nth(WORDS, self as usize)
    }

    /// Reads the word in the public contract.
    pub fn named(word: &str) -> Option<Self> {
        ALL.iter().copied().find(|code| code.word() == word)
    }

    /// Every code: what it means, and what to do next (the `hint` of the error). The package carries the hints in its own
    /// file, so they are not compiled into the core as well.
    #[cfg(not(target_arch = "wasm32"))]
    pub const TABLE: &[(Code, &str, &str)] = &[
        (
            Code::InvalidArgument,
            "The caller's mistake, found before any request.",
            "Correct the argument that the message names.",
        ),
        (
            Code::Auth,
            "401 or 403: the key is missing, wrong or not allowed. Never repeated.",
            "Check that the key belongs to this relay and may use the model, then ask again.",
        ),
        (
            Code::NotFound,
            "No such task, or no such route.",
            "Check the id, the base URL and the format; a relay knows only the tasks of the key that made them.",
        ),
        (
            Code::RateLimited,
            "429, after all retries.",
            "Wait (`retryAfterMs`, if it is set), then ask again; set `limits` to send less.",
        ),
        (Code::InsufficientFunds, "402, or one of the relays' quota codes.", "Top up the account at the relay, then ask again."),
        (
            Code::Rejected,
            "Another 4xx: the relay refuses this request, moderation included.",
            "Read `server` for the reason; the same request will not help.",
        ),
        (Code::Server, "5xx, after all retries.", "Ask again later; the task is not lost."),
        (
            Code::Network,
            "No answer. In a browser this is also what a missing CORS header looks like.",
            "Check the connection and the base URL; a page needs CORS headers from the relay, or a proxy on its own origin.",
        ),
        (Code::Timeout, "One attempt took too long.", "Ask again, or raise `timeoutMs`; the task goes on."),
        (
            Code::WaitTimeout,
            "wait()'s own deadline; the task may still finish.",
            "Wait again with `error.ref`; the task goes on.",
        ),
        (
            Code::TaskFailed,
            "The relay ended the task without a result.",
            "Read `task.error` for the reason; a new task is needed.",
        ),
        (Code::TaskExpired, "The task's result is gone from the relay.", "A new task is needed; download the result soon."),
        (
            Code::UnexpectedResponse,
            "HTML, broken JSON, or a body no format knows.",
            "Check the base URL and the format; a web page answers where the path is wrong.",
        ),
        (
            Code::NoOutput,
            "The task succeeded, and there is nothing to download.",
            "Look at `task.raw`; the relay named no address.",
        ),
        (Code::NotAVideo, "The \"video\" is an error page or JSON.", "Query the task for a fresh address."),
        (
            Code::DownloadIncomplete,
            "The download was cut, and every continuation failed.",
            "Download again; the task is not charged again.",
        ),
        (
            Code::TooLarge,
            "More bytes than `maxBytes`, or than a JSON body may have.",
            "Raise `maxBytes`, or use stream() or pipeTo().",
        ),
        (
            Code::UnsafeUrl,
            "An address that must not be fetched, or not be sent the key.",
            "Ask the relay, or fetch the address yourself if you trust it.",
        ),
        (
            Code::WasmUnavailable,
            "The host forbids WebAssembly, as a Content-Security-Policy may.",
            "Allow 'wasm-unsafe-eval' in script-src.",
        ),
        (Code::Internal, "A bug of ours, a panic included.", "Please report the message; the next call works."),
    ];

    /// What to do next.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn hint(self) -> &'static str {
        // A test holds that every code has its row.
        Self::TABLE.iter().find(|row| row.0 == self).map_or("", |row| row.2)
    }
}

/// Why a call did not give what was asked. Everything the public `ReelayError` carries, but for `cause` and `task.raw`,
/// which never leave JavaScript.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure(Box<Facts>);

/// What a failure carries. Apart from it, as results that may be failures are handed on by every rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// Which of the closed set.
    pub code: Code,
    /// One sentence on what happened. Holds no key and no query string.
    pub message: String,
    /// The task asked about.
    pub task_ref: Option<TaskRef>,
    /// The last snapshot.
    pub task: Option<Rc<Task>>,
    /// Of the answer that decided.
    pub http_status: Option<u16>,
    /// What the relay itself said.
    pub server: Option<Reason>,
    /// The relay's id of the request, for its support.
    pub request_id: Option<String>,
    /// How long the relay asked to wait.
    pub retry_after_ms: Option<f64>,
    /// What a wait saw, and how often.
    pub seen: Option<Vec<(String, u32)>>,
    /// Bytes delivered before a download ended.
    pub bytes: Option<f64>,
    /// What to do next, where that is not what the code's own row says.
    pub hint: Option<&'static str>,
    /// Whoever answered has asked everywhere: a proxy of ours.
    pub settled: bool,
}

impl Deref for Failure {
    type Target = Facts;

    fn deref(&self) -> &Facts {
        &self.0
    }
}

impl DerefMut for Failure {
    fn deref_mut(&mut self) -> &mut Facts {
        &mut self.0
    }
}

impl Failure {
    /// A failure with its code's own hint and nothing else known.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self::of(code, message.into())
    }

    #[inline(never)]
    fn of(code: Code, message: String) -> Self {
        Failure(Box::new(Facts {
            code,
            message,
            task_ref: None,
            task: None,
            http_status: None,
            server: None,
            request_id: None,
            retry_after_ms: None,
            seen: None,
            bytes: None,
            hint: None,
            settled: false,
        }))
    }

    /// The caller's mistake.
    pub fn argument(message: impl Into<String>) -> Self {
        Self::new(Code::InvalidArgument, message)
    }

    /// The same failure about a task.
    pub fn about(mut self, task_ref: TaskRef) -> Self {
        self.task_ref = Some(task_ref);
        self
    }

    /// The same failure with the last snapshot.
    pub fn with_task(mut self, task: &Rc<Task>) -> Self {
        self.task_ref = Some(task.task_ref.clone());
        self.task = Some(task.clone());
        self
    }
}
