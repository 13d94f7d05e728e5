//! What the facade calls. A turn takes what happened as one text, and says as one text what comes of it: what to do next, or
//! a result, or a failure. Nothing is thrown: what throws is a trap, and a bug.

use wasm_bindgen::prelude::*;
use web_sys::RequestInit;

use super::client::Client;
use super::host::Host;
use super::machine::Then;
use super::platform::Parsers;
use super::run::{self, Run};
use super::state::state;
use super::{fetch, flat, give, plan, read};
use crate::failure::{Code, Failure};
use crate::flow::{Event, Exchange, Trouble, Want};
use crate::options::{IDLE, MAX_JSON_BYTES};
use crate::platform::Moment;
use crate::policy::limit::Admission;
use crate::policy::sniff;

/// Takes what the core needs of the facade apart from any call.
#[wasm_bindgen]
pub fn install(parsers: Parsers) {
    // Once; later ones would be no others.
    let _ = state().parsers.set(parsers);
}

/// One turn: `what` as `Turn` in pkg-template/src/give.ts counts them, of the client or call of that number. What is given
/// are values of `crate::flat`, one behind the other; what is said is told in `host.rs`. `now` is in ms since 1970, `jitter` in
/// 0..1, and `free` says that nobody waits for a place under the client's limit.
#[wasm_bindgen]
pub fn turn(what: u32, number: u32, mut given: &str, now: f64, jitter: f64, free: bool) -> String {
    state().moment.set(Moment { now, jitter });
    let mut host = Host::new(free);
    let (into, given) = (&mut host, &mut given);
    let end = match what {
        0 => open(into, given),
        1..=4 | 14 | 15 => begin(what, number, into, given),
        10 => idle(into, given),
        11 => fail_download(number, given),
        12 => read::task(into, given),
        13 => read::list_path(into, given),
        _ => go_on(what, number, into, given),
    };
    if let Err(failure) = end {
        give::failure(&mut host, &failure);
    }
    host.said()
}

type End = Result<(), Failure>;

/// Opens a client.
fn open(host: &mut Host, given: &mut &str) -> End {
    host.say("begun").number(Client::open(given)?.keep().into());
    Ok(())
}

/// Begins a call of a client.
fn begin(what: u32, client: u32, host: &mut Host, given: &mut &str) -> End {
    let client = Client::find(client).ok_or_else(|| Failure::new(Code::Internal, "The client is gone."))?;
    let machine = match what {
        1 => plan::query(&client, given),
        2 => plan::wait(&client, given, Then::Task),
        3 => plan::wait(&client, given, Then::Step),
        4 => plan::download(&client, given),
        14 => plan::create(&client, given),
        _ => Ok(run::batch(&client, given)),
    }?;
    Run::begin(client, machine, host)
}

/// Goes on with a call, unless it is gone.
fn go_on(what: u32, call: u32, host: &mut Host, given: &mut &str) -> End {
    let Some(mut run) = Run::take(call) else { return Ok(()) };
    match what {
        // The key that the caller's function gave for the request.
        5 => {
            run.key = Some(fetch::authorization(&flat::text(given).unwrap_or_default())?);
            Run::put(call, run);
            Ok(())
        }
        // The request was answered: so many ms after it was sent, and how.
        6 => {
            let ms = flat::count(given);
            run.leave(Exchange::Answer(fetch::answer(given)), ms, call, host)
        }
        // It was not: after so many ms, whether it took too long, and whether it had its place.
        7 => {
            let ms = flat::count(given);
            let exchange = Exchange::Failed(if flat::flag(given) { Trouble::Timeout } else { Trouble::Network });
            if flat::flag(given) { run.leave(exchange, ms, call, host) } else { run.ended(exchange, ms, call, host) }
        }
        // The pause is over.
        8 => run.go(call, Event::Slept, host),
        // The next thing of a download to pass on: how far it came, and how the last stream ended.
        9 => run.flowed(call, flat::count(given), flat::count(given) as u8, host),
        // A piece of an answer that is being given.
        16 => run.hear(call, &flat::text(given).unwrap_or_default(), host),
        // Such an answer has ended: 0 of itself, 1 cut, 2 in silence. All of it follows, as with one that was read.
        _ => {
            let broken = match flat::count(given) as u8 {
                1 => Some(Trouble::Network),
                2 => Some(Trouble::Timeout),
                _ => None,
            };
            run.heard(fetch::answer(given), broken, host)
        }
    }
}

/// Forgets a client.
#[wasm_bindgen]
pub fn close(client: u32) {
    Client::forget(client);
}

/// Asks for a place under a client's limit, for a request of the relay itself or of another server: 0 it is taken, above 0 ms
/// to ask again after, below 0 all are taken.
#[wasm_bindgen]
pub fn admit(client: u32, of_relay: bool, now: f64) -> f64 {
    let admission = Client::find(client).map(|client| client.limit.borrow_mut().admit(of_relay, now));
    match admission {
        None | Some(Admission::Go) => 0.0,
        Some(Admission::Later(ms)) => ms,
        Some(Admission::Full) => -1.0,
    }
}

/// Gives a place back whose request the core does not hear of.
#[wasm_bindgen]
pub fn release(client: u32) {
    if let Some(client) = Client::find(client) {
        client.limit.borrow_mut().release();
    }
}

/// What the fetch of a call's request is called with besides the URL and the signal.
#[wasm_bindgen]
pub fn request(call: u32) -> Option<RequestInit> {
    Run::peek(call, |run| Some(fetch::init(&run.client, run.request.as_ref()?, run.key.as_deref()))).flatten()
}

/// Milliseconds that a call's request is given, once it has waited so long for its place.
#[wasm_bindgen]
pub fn patience(call: u32, waited: f64) -> f64 {
    Run::peek(call, |run| run.request.as_ref().map(|request| request.patience(waited))).flatten().unwrap_or_default()
}

/// How many bytes of an answer's body are read: 0 it is dropped, below 0 it is left to be streamed.
#[wasm_bindgen]
pub fn to_read(call: u32, status: u16, content_type: &str) -> f64 {
    if fetch::is_redirect(status) {
        return 0.0;
    }
    let streamed = Run::peek(call, |run| match (run.request.as_ref().map(|request| &request.want), status) {
        // A stream is known by its look, whatever its type.
        (Some(Want::Talk), 200..=299) => true,
        (Some(Want::Bytes { .. }), 200 | 206) => !sniff::is_json(Some(content_type)),
        _ => false,
    });
    if streamed == Some(true) { -1.0 } else { MAX_JSON_BYTES }
}

/// Forgets a call.
#[wasm_bindgen]
pub fn forget(call: u32) {
    drop(Run::take(call));
}

/// The longest silence between two chunks, checked.
fn idle(host: &mut Host, given: &mut &str) -> End {
    host.say("begun").number(IDLE.read(&flat::next(given))?);
    Ok(())
}

/// A failure of a download that the facade found: `too_large` or `not_a_video`, with all that the core knows of the task.
fn fail_download(call: u32, given: &mut &str) -> End {
    let code = if flat::flag(given) { Code::TooLarge } else { Code::NotAVideo };
    let mut failure = Failure::new(code, flat::text(given).unwrap_or_default());
    failure.bytes = flat::next(given).number();
    let task = Run::peek(call, |run| run.task().cloned()).flatten();
    Err(task.iter().fold(failure, Failure::with_task))
}

/// What stands where a video was due, by its first bytes, as the end of a stream that `advance` takes; 0 is nothing.
#[wasm_bindgen]
pub fn impostor(head: &[u8]) -> u8 {
    sniff::impostor(head).map_or(0, |number| number + 6)
}
