//! What one answer to a status request means.

use crate::address::redact;
use crate::failure::{Code, Failure};
use crate::flow::{Answer, Body, Exchange, Trouble};
use crate::format::{self, Format, says_no_task};
use crate::options::MAX_JSON_BYTES;
use crate::platform::{Moment, Platform};
use crate::reading::{Reading, Snapshot};
use crate::task::Reason;
use crate::text::{among, begins, digits, whole};
use crate::value::Value;

/// Reads an answer: a task, or why there is none.
pub fn judge(
    url: &str,
    exchange: &Exchange,
    format: Option<Format>,
    moment: Moment,
    platform: &Platform,
) -> Result<Box<Snapshot>, Failure> {
    let answer = match exchange {
        Exchange::Answer(answer) => answer,
        Exchange::Failed(trouble) => return Err(trouble_failure(url, *trouble)),
    };
    let reading = match &answer.body {
        Body::Json(value) => format::read_as(value, answer.status, format, platform),
        _ => Reading::Nothing,
    };
    match reading {
        Reading::Task(snapshot) => Ok(snapshot),
        Reading::Error(reason) => {
            let known = format.and_then(|format| coded(format, &reason));
            let mut failure = refusal(url, answer, reason, moment, platform);
            failure.code = known.unwrap_or(failure.code);
            Err(failure)
        }
        Reading::Nothing => {
            let mut failure = refusal(url, answer, Reason::default(), moment, platform);
            // Kling's answer for an id that it does not know is a list of none.
            if answer.status < 300
                && matches!(&answer.body, Body::Json(body) if matches!(body.get("data"), Value::List(items) if items.is_empty()))
            {
                failure.code = Code::NotFound;
            }
            Err(failure)
        }
    }
}

/// What a vendor's own code means.
fn coded(format: Format, reason: &Reason) -> Option<Code> {
    let code = reason.code.as_deref()?;
    format.spec().codes.iter().find(|(known, _)| among(code, known)).map(|(_, code)| *code)
}

/// No answer at all, as a failure.
pub fn trouble_failure(url: &str, trouble: Trouble) -> Failure {
    let url = redact(url);
    let (code, late) = match trouble {
        Trouble::Network => (Code::Network, "."),
        Trouble::Timeout => (Code::Timeout, " in time."),
    };
    Failure::new(code, ["No answer from ", url, late].concat())
}

/// An answer that is no task, as a failure: the status decides, then the relay's own code. A proxy of ours tells the very code.
pub fn refusal(url: &str, answer: &Answer, reason: Reason, moment: Moment, platform: &Platform) -> Failure {
    let status = effective_status(answer.status, &reason);
    let code = match (by_reason(&reason), &answer.body) {
        (Some(code), _) if status >= 400 || answer.status < 300 => code,
        // A gateway's page may be of any length: its status says more.
        (_, Body::TooLarge) if status < 400 => Code::TooLarge,
        _ => by_status(status, &reason),
    };
    let told = match &answer.body {
        Body::Json(body) => body.at("error.reelay").text().and_then(Code::named),
        _ => None,
    };
    let said = reason.message.as_deref().or(reason.code.as_deref());
    let url = redact(url);
    let (how, what, end) = match (said, &answer.body) {
        (Some(said), _) => (": ", said, ""),
        (None, Body::TooLarge) => (" with more than ", &*digits(MAX_JSON_BYTES as u64), " bytes where a task was due."),
        (None, Body::Text { html: true }) => (" with ", "a web page", " where JSON was due."),
        (None, Body::Text { html: false }) => (" with ", "text", " that is not JSON."),
        (None, Body::Json(_)) if answer.status < 400 => (" with ", "JSON", " that speaks of no task."),
        _ => (".", "", ""),
    };
    let message = [url, " answered ", &digits(answer.status.into()), how, what, end].concat();
    let headers = &answer.headers;
    let mut failure = Failure::new(told.unwrap_or(code), message);
    failure.settled = told.is_some();
    failure.http_status = Some(answer.status);
    failure.server = (!reason.is_empty()).then_some(reason);
    failure.request_id = headers.request_id.clone();
    failure.retry_after_ms = headers.retry_after(moment, platform);
    failure
}

/// Relays that always answer 200 put the status into `code`.
fn effective_status(status: u16, reason: &Reason) -> u16 {
    let named = reason.code.as_deref().and_then(|code| whole(code, 10)).filter(|code| (400..600).contains(code));
    if status < 400 { named.map_or(status, |code| code as u16) } else { status }
}

fn by_status(status: u16, reason: &Reason) -> Code {
    match status {
        401 | 403 => Code::Auth,
        402 => Code::InsufficientFunds,
        404 | 405 | 410 => Code::NotFound,
        408 => Code::Timeout,
        429 => Code::RateLimited,
        400..=499 => Code::Rejected,
        500..=599 => Code::Server,
        // An error envelope in a 200: the relay did refuse.
        _ if !reason.is_empty() => Code::Rejected,
        _ => Code::UnexpectedResponse,
    }
}

/// Codes that say more than the status they come with: `wire/errors.md` has who sends each.
const WORDS: [(&str, Code); 3] = [
    (
        "quota_not_enough|insufficient_user_quota|insufficient_quota|insufficient_credits|insufficient_balance\
         |insufficient_funds|billing_hard_limit_reached|pre_consume_token_quota_failed",
        Code::InsufficientFunds,
    ),
    ("rate_limit_exceeded|rate_limited|too_many_requests", Code::RateLimited),
    ("invalid_api_key|unauthorized", Code::Auth),
];

fn by_reason(reason: &Reason) -> Option<Code> {
    if says_no_task(reason) {
        return Some(Code::NotFound);
    }
    // midjourney-proxy's relays put the word into the message.
    for said in &[&reason.code, &reason.message] {
        let said = said.as_deref().unwrap_or_default().trim_ascii().to_ascii_lowercase();
        if let Some((_, code)) = WORDS.iter().find(|(words, _)| among(&said, words)) {
            return Some(*code);
        }
    }
    None
}

/// How much a failure on one route tells about the task, when `auto` has asked several.
pub fn weight(failure: &Failure) -> u8 {
    let said = failure.server.as_ref().and_then(|reason| reason.message.as_deref()).unwrap_or_default();
    match failure.code {
        Code::UnexpectedResponse | Code::TooLarge | Code::UnsafeUrl => 0,
        // new-api's words for a route it does not have: controller/relay.go.
        Code::NotFound if failure.server.is_none() || begins(said, "Invalid URL") || said == "Not Found" => 1,
        _ => 2,
    }
}

/// Whether a failure tells more about the task than all before it.
pub fn tells_more(failure: &Failure, told: Option<&Failure>) -> bool {
    told.is_none_or(|told| weight(failure) > weight(told))
}

/// Whether the same task may be known on another route of this relay.
pub fn may_be_elsewhere(failure: &Failure) -> bool {
    match failure.code {
        _ if failure.settled => false,
        // 425 passes, here as elsewhere.
        Code::Rejected => failure.http_status != Some(425),
        Code::NotFound | Code::UnexpectedResponse | Code::TooLarge => true,
        // A key limited to certain models is refused on some routes only: new-api issue 4641.
        Code::Auth => failure.http_status == Some(403),
        Code::Server => failure.http_status == Some(501),
        _ => false,
    }
}
