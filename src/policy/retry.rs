//! Whether a failed attempt is worth another, and after how long.

use crate::failure::{Code, Failure};
use crate::number::Bounds;
use crate::options::RETRY_AFTER_MAX_MS;
use crate::platform::Platform;
use crate::value::decimal;

const FIRST_MS: f64 = 500.0;
const LONGEST_MS: f64 = 8_000.0;

/// Doubling from half a second to eight, spread over the upper half so that many clients do not come back together.
pub fn backoff(attempt: u32, jitter: f64) -> f64 {
    let full = (FIRST_MS * f64::from(1_u32 << attempt.min(16))).at_most(LONGEST_MS);
    full * (0.5 + jitter.at_least(0.0).at_most(1.0) / 2.0)
}

/// Whether the failure may pass by itself. `advice` is the relay's own `x-should-retry`.
pub fn may_pass(failure: &Failure, advice: Option<bool>) -> bool {
    if let Some(advice) = advice {
        return advice && failure.code != Code::Auth;
    }
    match failure.code {
        Code::RateLimited | Code::Network | Code::Timeout => true,
        // 501: the channel lacks this format, and will go on lacking it.
        Code::Server => failure.http_status != Some(501),
        _ => failure.http_status == Some(425),
    }
}

/// The pause before the next attempt of a request; `None` when there is none.
pub fn pause(failure: &Failure, advice: Option<bool>, attempt: u32, retries: u32, jitter: f64) -> Option<f64> {
    if attempt >= retries || !may_pass(failure, advice) {
        return None;
    }
    let asked = failure.retry_after_ms.unwrap_or(0.0);
    // Asked to stay away for longer than a call should take: the caller decides, the error tells for how long.
    (asked <= RETRY_AFTER_MAX_MS).then(|| asked.at_least(if asked > 0.0 { 0.0 } else { backoff(attempt, jitter) }))
}

/// Milliseconds from `retry-after-ms`, or from `Retry-After` in seconds or as a date.
pub fn retry_after(ms: Option<&str>, header: Option<&str>, now: f64, platform: &Platform) -> Option<f64> {
    let positive = |number: f64| (number.is_finite() && number >= 0.0).then_some(number);
    if let Some(ms) = ms.and_then(decimal).and_then(positive) {
        return Some(ms);
    }
    let header = header?.trim_ascii();
    match decimal(header) {
        Some(seconds) => positive(seconds * 1000.0),
        None => (platform.date)(header).map(|date| (date - now).at_least(0.0)),
    }
}
