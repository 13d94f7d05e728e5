//! Every default, its unit and its range, once. The package's types, its README and its checks are rendered from here.

use crate::address::Base;
use crate::failure::Failure;
use crate::format::Format;
use crate::number::Bounds;
use crate::text::{digits, find, only, split, without_end};
use crate::value::Value;

/// One number a caller may set.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// As the caller writes it.
    pub name: &'static str,
    /// Which options it belongs to.
    #[cfg(not(target_arch = "wasm32"))]
    pub of: &'static str,
    /// Without end: off.
    pub default: f64,
    /// `ms`, or what is counted.
    pub unit: &'static str,
    /// Smallest that is taken.
    pub min: f64,
    /// Largest that is taken.
    pub max: f64,
    /// One sentence for the documentation.
    #[cfg(not(target_arch = "wasm32"))]
    pub about: &'static str,
}

/// setTimeout's own limit: 24.8 days.
const TIMER_MAX: f64 = 2_147_483_647.0;

/// Until the response headers of one attempt.
pub const TIMEOUT: Setting = Setting {
    name: "timeoutMs",
    #[cfg(not(target_arch = "wasm32"))]
    of: "createClient",
    default: 30_000.0,
    unit: "ms",
    min: 1.0,
    max: TIMER_MAX,
    #[cfg(not(target_arch = "wasm32"))]
    about: "Until the response headers of one attempt; for JSON, until its whole body.",
};
/// Extra attempts.
pub const RETRIES: Setting = Setting {
    name: "retries",
    #[cfg(not(target_arch = "wasm32"))]
    of: "createClient",
    default: 4.0,
    unit: "attempts",
    min: 0.0,
    max: 100.0,
    #[cfg(not(target_arch = "wasm32"))]
    about: "Extra attempts of a request that is safe to repeat.",
};
/// Requests at once.
pub const CONCURRENT: Setting = Setting {
    name: "limits.concurrent",
    #[cfg(not(target_arch = "wasm32"))]
    of: "createClient",
    default: 6.0,
    unit: "requests",
    min: 1.0,
    max: 10_000.0,
    #[cfg(not(target_arch = "wasm32"))]
    about: "Requests at once, over all calls on the client. A download holds its place until its headers.",
};
/// Requests a second.
pub const PER_SECOND: Setting = Setting {
    name: "limits.perSecond",
    #[cfg(not(target_arch = "wasm32"))]
    of: "createClient",
    default: f64::INFINITY,
    unit: "requests",
    min: 0.01,
    max: 10_000.0,
    #[cfg(not(target_arch = "wasm32"))]
    about: "Requests started in one second, over all calls on the client.",
};
/// The whole wait.
pub const WAIT_TIMEOUT: Setting = Setting {
    name: "timeoutMs",
    #[cfg(not(target_arch = "wasm32"))]
    of: "wait",
    default: 1_200_000.0,
    unit: "ms",
    min: 0.0,
    max: TIMER_MAX,
    #[cfg(not(target_arch = "wasm32"))]
    about: "The whole wait; null (no deadline) only together with a signal.",
};
/// Shortest time between polls.
pub const POLL_MIN: Setting = Setting {
    name: "poll.minMs",
    #[cfg(not(target_arch = "wasm32"))]
    of: "wait",
    default: 2_000.0,
    unit: "ms",
    min: 0.0,
    max: TIMER_MAX,
    #[cfg(not(target_arch = "wasm32"))]
    about: "Shortest time between two polls.",
};
/// Longest time between polls.
pub const POLL_MAX: Setting = Setting {
    name: "poll.maxMs",
    #[cfg(not(target_arch = "wasm32"))]
    of: "wait",
    default: 15_000.0,
    unit: "ms",
    min: 0.0,
    max: TIMER_MAX,
    #[cfg(not(target_arch = "wasm32"))]
    about: "Longest time between two polls, unless the relay asks for more.",
};
/// Failed polls in a row.
pub const FAILURES: Setting = Setting {
    name: "failures",
    #[cfg(not(target_arch = "wasm32"))]
    of: "wait",
    default: 10.0,
    unit: "polls",
    min: 0.0,
    max: 1_000_000.0,
    #[cfg(not(target_arch = "wasm32"))]
    about: "Polls in a row that may fail; one more ends the wait.",
};
/// Silence in a body.
pub const IDLE: Setting = Setting {
    name: "idleTimeoutMs",
    #[cfg(not(target_arch = "wasm32"))]
    of: "download",
    default: 30_000.0,
    unit: "ms",
    min: 1.0,
    max: TIMER_MAX,
    #[cfg(not(target_arch = "wasm32"))]
    about: "Longest silence between two chunks.",
};
/// Silence in an answer that is given while a clip is made. Relays tell of progress every 30 s; a proxy cuts after 120.
pub const TALK_IDLE: Setting = Setting {
    name: "idleTimeoutMs",
    #[cfg(not(target_arch = "wasm32"))]
    of: "create",
    default: 150_000.0,
    unit: "ms",
    min: 1.0,
    max: TIMER_MAX,
    #[cfg(not(target_arch = "wasm32"))]
    about: "`sora-chat`: longest silence in the answer.",
};

/// All of them, in the order of the documentation.
pub const SETTINGS: &[Setting] =
    &[TIMEOUT, RETRIES, CONCURRENT, PER_SECOND, WAIT_TIMEOUT, POLL_MIN, POLL_MAX, FAILURES, IDLE, TALK_IDLE];

/// A JSON body larger than this is refused before it is parsed.
pub const MAX_JSON_BYTES: f64 = 8.0 * 1024.0 * 1024.0;
/// For so long after a wait began the relay may not know its task yet.
pub const NOT_FOUND_GRACE_MS: f64 = 15_000.0;
/// A relay that asks for a longer pause than this is not waited for inside one call.
pub const RETRY_AFTER_MAX_MS: f64 = 60_000.0;
/// Redirects that one request follows.
pub const MAX_HOPS: u8 = 5;
/// Characters of a task id.
pub const MAX_ID: usize = 2_048;
/// Characters of a ref's kind.
pub const MAX_KIND: usize = 64;

impl Setting {
    /// Reads the setting from options; `given` is `None` where the key is missing.
    pub fn read(&self, options: &Value) -> Result<f64, Failure> {
        let (first, nested) = split(self.name, b".");
        let (parent, key) = nested.map_or((options, first), |key| (options.get(first), key));
        if !parent.has(key) {
            return Ok(self.default);
        }
        match parent.get(key) {
            Value::Number(number) if *number >= self.min && *number <= self.max => Ok(*number),
            _ => {
                let (min, max) = (digits(self.min as u64), digits(self.max as u64));
                let message = [self.name, " must be a number of ", self.unit, " from ", &min, " to ", &max, "."].concat();
                Err(Failure::argument(message))
            }
        }
    }
}

/// A client's settings, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The relay.
    pub base: Base,
    /// `None`: auto.
    pub format: Option<Format>,
    /// What stands before the format's paths, where the caller says.
    pub prefix: Option<String>,
    /// See [`TIMEOUT`].
    pub timeout_ms: f64,
    /// See [`RETRIES`].
    pub retries: u32,
    /// See [`CONCURRENT`].
    pub concurrent: u32,
    /// See [`PER_SECOND`].
    pub per_second: f64,
    /// The host can reach private addresses that a page could not: refuse them when a public relay names one.
    pub guard_private: bool,
}

impl Config {
    /// Checks the options of `createClient`.
    pub fn read(options: &Value, base: Base, guard_private: bool) -> Result<Self, Failure> {
        let format = format_of(options.get("format"))?;
        Ok(Config {
            base,
            format,
            prefix: prefix_of(options.get("prefix"), format)?,
            timeout_ms: TIMEOUT.read(options)?,
            retries: RETRIES.read(options)? as u32,
            concurrent: CONCURRENT.read(options)? as u32,
            per_second: PER_SECOND.read(options)?,
            guard_private,
        })
    }
}

/// A path such as `/alibailian`, or nothing; without what a URL gives a meaning of its own.
fn prefix_of(value: &Value, format: Option<Format>) -> Result<Option<String>, Failure> {
    if value.is_null() {
        return Ok(None);
    }
    let Some(text) = value.text().filter(|_| format.is_some()) else {
        return Err(Failure::argument("prefix must be text, and needs a format."));
    };
    let path = without_end(text, b'/');
    let sound = only(path, b"-._~/:");
    if !sound || !(path.is_empty() || path.as_bytes().first() == Some(&b'/')) || find(path, "..").is_some() {
        return Err(Failure::argument("prefix must be a path such as /alibailian, or empty."));
    }
    Ok(Some(path.to_owned()))
}

/// Reads a `format` option; `None` is auto.
pub fn format_of(value: &Value) -> Result<Option<Format>, Failure> {
    match value {
        Value::Null => Ok(None),
        Value::Text(name) if name == "auto" => Ok(None),
        Value::Text(name) => match Format::named(name) {
            Some(format) => Ok(Some(format)),
            None => Err(Failure::argument(["format ", name, " is not one of auto", &names(), "."].concat())),
        },
        _ => Err(Failure::argument(["format must be auto", &names(), "."].concat())),
    }
}

fn names() -> String {
    let mut names = String::new();
    for spec in crate::format::TABLE {
        names.push_str(", ");
        names.push_str(spec.name);
    }
    names
}

/// A wait's settings, checked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaitOptions {
    /// Infinite: no deadline.
    pub timeout_ms: f64,
    /// Shortest time between polls.
    pub min_ms: f64,
    /// Longest time between polls.
    pub max_ms: f64,
    /// Failed polls in a row that are borne.
    pub failures: u32,
}

impl WaitOptions {
    /// Checks the options of `wait`.
    pub fn read(options: &Value, has_signal: bool) -> Result<Self, Failure> {
        let endless = options.has("timeoutMs") && options.get("timeoutMs").is_null();
        if endless && !has_signal {
            return Err(Failure::argument(
                "timeoutMs may be null only together with a signal: without either, a wait could hang for ever.",
            ));
        }
        let min_ms = POLL_MIN.read(options)?;
        let max_ms = POLL_MAX.read(options)?;
        let poll = options.get("poll");
        if poll.has("minMs") && poll.has("maxMs") && min_ms > max_ms {
            return Err(Failure::argument("poll.minMs must not be above poll.maxMs."));
        }
        // One bound given alone moves the other's default out of its way.
        let (min_ms, max_ms) =
            if poll.has("maxMs") { (min_ms.at_most(max_ms), max_ms) } else { (min_ms, max_ms.at_least(min_ms)) };
        Ok(WaitOptions {
            timeout_ms: if endless { f64::INFINITY } else { WAIT_TIMEOUT.read(options)? },
            min_ms,
            max_ms,
            failures: FAILURES.read(options)? as u32,
        })
    }
}
