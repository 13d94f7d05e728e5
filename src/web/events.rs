//! What `onEvent` is told: typed and redacted. The facade sees to it that no listener can harm the call.

use super::client::Client;
use super::give;
use super::host::Host;
use crate::address::redact;
use crate::flow::{Exchange, Pause, Request, Trouble, Want, Why};
use crate::task::TaskRef;

/// The variable part of an event.
#[derive(Default)]
struct Detail<'a> {
    text: &'a str,
    code: Option<&'a str>,
    status: Option<f64>,
    number: f64,
    attempt: f64,
}

fn emit(client: &Client, host: &mut Host, of: Option<&TaskRef>, kind: &str, detail: Detail) {
    if client.listens {
        host.say("tell").text(kind);
        give::task_ref(host, of);
        host.text(detail.text).maybe(detail.code).amount(detail.status).number(detail.number).number(detail.attempt);
    }
}

/// Before a request.
pub fn request(client: &Client, host: &mut Host, of: Option<&TaskRef>, request: &Request) {
    let text = redact(&request.url);
    if let Want::Bytes { from: Some(number), .. } = request.want {
        emit(client, host, of, "resume", Detail { text, number, ..Detail::default() });
    }
    emit(client, host, of, "request", Detail { text, code: Some(request.method.word()), ..Detail::default() });
}

/// After a request, which took `number` ms.
pub fn response(client: &Client, host: &mut Host, of: Option<&TaskRef>, request: &Request, exchange: &Exchange, number: f64) {
    let (status, code) = match exchange {
        Exchange::Answer(answer) => (Some(f64::from(answer.status)), None),
        Exchange::Failed(Trouble::Network) => (None, Some("network")),
        Exchange::Failed(Trouble::Timeout) => (None, Some("timeout")),
    };
    emit(client, host, of, "response", Detail { text: redact(&request.url), code, status, number, ..Detail::default() });
}

/// Before a pause.
pub fn pause(client: &Client, host: &mut Host, of: Option<&TaskRef>, pause: &Pause) {
    let number = pause.ms;
    match &pause.why {
        Why::Poll => emit(client, host, of, "poll", Detail { number, ..Detail::default() }),
        Why::Retry { attempt, code, http_status } => {
            let (attempt, status) = (f64::from(*attempt), http_status.map(f64::from));
            emit(client, host, of, "retry", Detail { code: Some(code.word()), status, number, attempt, ..Detail::default() });
        }
    }
}

/// A status word that no table knows.
pub fn unknown_status(client: &Client, host: &mut Host, of: Option<&TaskRef>, word: &str) {
    emit(client, host, of, "unknown_status", Detail { text: word, ..Detail::default() });
}
