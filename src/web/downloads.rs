//! Downloads under way, by number. The facade streams; what each end of a stream means is decided here.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;
use web_sys::AbortController;

use super::call::{Act, Call, Host, Run, Stop};
use super::numbered::Numbered;
use super::platform::{PLATFORM, moment};
use crate::failure::{Code, Failure};
use crate::flow::download::{Download, End, Step};
use crate::flow::{Action, Event, Trouble};
use crate::policy::sniff;

#[wasm_bindgen]
extern "C" {
    /// A body to be passed on.
    #[wasm_bindgen(method)]
    #[allow(clippy::too_many_arguments, reason = "one crossing for the whole stream")]
    fn stream(
        this: &Host,
        response: &JsValue,
        controller: &AbortController,
        at: f64,
        skip: f64,
        total: Option<f64>,
        validator: Option<&str>,
        media_type: Option<&str>,
    ) -> JsValue;
}

/// One download between two steps.
struct Session {
    client: u32,
    machine: Download,
}

thread_local! {
    static SESSIONS: RefCell<Numbered<Session>> = const { RefCell::new(Numbered::new()) };
}

/// Keeps a download and numbers it.
pub fn keep(client: u32, machine: Download) -> u32 {
    SESSIONS.with_borrow_mut(|sessions| sessions.keep(Session { client, machine }))
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

/// A failure of a download, with its task.
pub fn about(number: u32, failure: Failure) -> Failure {
    SESSIONS.with_borrow(|sessions| match sessions.get(number) {
        Some(session) => failure.with_task(session.machine.task()),
        None => failure,
    })
}

/// Goes on until there is a body to stream or a `data:` address to decode; `null` says that the download is complete.
pub struct Advance {
    number: u32,
    // While a step is under way the session is ours: an abort drops it, and nothing is left behind.
    session: Option<Session>,
    delivered: f64,
    end: Option<End>,
}

impl Advance {
    /// Goes on after a stream that ended so, `delivered` bytes into the whole; without an end, begins.
    pub fn new(number: u32, delivered: f64, end: &str) -> Self {
        Advance { number, session: take(number), delivered, end: end_of(end) }
    }
}

impl Run for Advance {
    fn next(&mut self, event: Event, call: &Call) -> Act {
        let Some(mut session) = self.session.take() else { return Act::End(Err(gone())) };
        let config = &call.client.config;
        let step = match self.end.take() {
            None => Some(session.machine.next(event, config, moment(), &PLATFORM)),
            Some(end) => session.machine.flowed(self.delivered, end, config, moment(), &PLATFORM),
        };
        if session.machine.take_renewed() {
            call.host.keep_body();
        }
        call.about.replace(Some(session.machine.task().task_ref.clone()));
        let open = call.open.take();
        if let (Some(Step::Stream(flow)), Some((response, controller))) = (&step, &open) {
            let (validator, media_type) = (flow.validator.as_deref(), flow.media_type.as_deref());
            let result = call.host.stream(response, controller, flow.at, flow.skip, flow.total, validator, media_type);
            put_back(self.number, session);
            return Act::End(Ok(result));
        }
        if let Some((_, controller)) = open {
            controller.abort();
        }
        let act = match step {
            None | Some(Step::Act(Action::Done(Ok(())))) => return Act::End(Ok(JsValue::NULL)),
            Some(Step::Decode(url)) => {
                put_back(self.number, session);
                return Act::End(Ok(url.into()));
            }
            Some(Step::Stream(_)) => return Act::End(Err(gone())),
            Some(Step::Act(Action::Send(request))) => Act::Send(request),
            Some(Step::Act(Action::Sleep(pause))) => Act::Sleep(pause),
            Some(Step::Act(Action::Done(Err(failure)))) => return Act::End(Err(call.stop(failure))),
        };
        self.session = Some(session);
        act
    }
}

fn gone() -> Stop {
    Failure::new(Code::Internal, "The download is gone.").into()
}

fn end_of(end: &str) -> Option<End> {
    match end {
        "" => None,
        "whole" => Some(End::Whole),
        "silent" => Some(End::Cut(Trouble::Timeout)),
        end => Some(sniff::named(end).map_or(End::Cut(Trouble::Network), End::Impostor)),
    }
}
