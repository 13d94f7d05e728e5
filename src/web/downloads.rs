//! Downloads under way, by number. The facade streams; what each end of a stream means is decided here.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use super::call::{Call, Stop, Work};
use super::convert;
use super::numbered::Numbered;
use super::platform::{PLATFORM, moment};
use crate::failure::{Code, Failure};
use crate::flow::download::{Download, End, Step};
use crate::flow::{Action, Event, Trouble};

/// One download between two steps.
struct Session {
    client: u32,
    machine: Download,
    raw: JsValue,
}

thread_local! {
    static SESSIONS: RefCell<Numbered<Session>> = const { RefCell::new(Numbered::new()) };
}

/// Keeps a download and numbers it.
pub fn keep(client: u32, machine: Download, raw: JsValue) -> u32 {
    SESSIONS.with_borrow_mut(|sessions| sessions.keep(Session { client, machine, raw }))
}

fn take(number: u32) -> Option<Session> {
    SESSIONS.with_borrow_mut(|sessions| sessions.take(number))
}

fn put_back(number: u32, session: Session) {
    SESSIONS.with_borrow_mut(|sessions| sessions.put(number, session));
}

/// Forgets a download.
pub fn forget(number: u32) {
    drop(take(number));
}

/// The client a download belongs to.
pub fn client_of(number: u32) -> Option<u32> {
    SESSIONS.with_borrow(|sessions| sessions.get(number).map(|session| session.client))
}

/// Goes on until there is something to stream, or nothing left to do; `null` says that the download is complete.
pub async fn advance(number: u32, call: &Call, delivered: f64, end: &JsValue) -> Result<JsValue, Stop> {
    let gone = || Stop::from(Failure::new(Code::Internal, "The download is gone."));
    let mut session = take(number).ok_or_else(gone)?;
    call.about.replace(Some(session.machine.task().task_ref.clone()));
    // While a step is under way the session is ours: an abort drops it, and nothing is left behind.
    let config = &call.client.config;
    let mut step = match end_of(end) {
        None => session.machine.next(Event::Start, config, moment(), &PLATFORM),
        Some(end) => match session.machine.flowed(delivered, end, config, moment(), &PLATFORM) {
            None => return Ok(JsValue::NULL),
            Some(step) => step,
        },
    };
    loop {
        let before = session.machine.task().clone();
        let event = match step {
            Step::Act(Action::Send(request)) => call.carry_out(Work::Send(request)).await?,
            Step::Act(Action::Sleep(pause)) => call.carry_out(Work::Sleep(pause)).await?,
            Step::Act(Action::Done(Err(failure))) => return Err(call.stop(failure, session.raw)),
            Step::Act(Action::Done(Ok(()))) => return Ok(JsValue::NULL),
            Step::Decode(url) => {
                put_back(number, session);
                return Ok(convert::object(&[("kind", "decode".into()), ("url", url.into())]));
            }
            Step::Stream(flow) => {
                let (response, controller) = call.take_open().ok_or_else(gone)?;
                put_back(number, session);
                let total = flow.total.map_or(JsValue::NULL, JsValue::from);
                let media_type = flow.media_type.map_or(JsValue::NULL, JsValue::from);
                return Ok(convert::object(&[
                    ("kind", "stream".into()),
                    ("response", response),
                    ("controller", controller.into()),
                    ("skip", flow.skip.into()),
                    ("total", total),
                    ("mediaType", media_type),
                ]));
            }
        };
        step = session.machine.next(event, config, moment(), &PLATFORM);
        if *session.machine.task() != before {
            session.raw = call.raw();
        }
        if !matches!(step, Step::Stream(_))
            && let Some((_, controller)) = call.take_open()
        {
            controller.abort();
        }
    }
}

fn end_of(end: &JsValue) -> Option<End> {
    match end.as_string()?.as_str() {
        "whole" => Some(End::Whole),
        "silent" => Some(End::Cut(Trouble::Timeout)),
        "JSON" => Some(End::Impostor("JSON")),
        "HTML" => Some(End::Impostor("HTML")),
        "XML" => Some(End::Impostor("XML")),
        _ => Some(End::Cut(Trouble::Network)),
    }
}
