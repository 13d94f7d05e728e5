//! Answers that come bit by bit: those of a download are passed on, those of a conversation are heard.

use super::give;
use super::host::Host;
use super::machine::Machine;
use super::platform::{PLATFORM, moment};
use super::run::Run;
use crate::failure::Failure;
use crate::flow::download::{End, Step};
use crate::flow::{Answer, Body, Event, Headers, Trouble};
use crate::policy::sniff;

impl Run {
    /// Goes on after a stream that ended so, `delivered` bytes into the whole; without an end, begins.
    pub fn flowed(mut self: Box<Self>, number: u32, delivered: f64, end: u8, host: &mut Host) -> Result<(), Failure> {
        let client = self.client.clone();
        let end = match end {
            0 => return self.go(number, Event::Start, host),
            1 => End::Whole,
            2 => End::Short,
            3 => End::Cut(Trouble::Network),
            4 => End::Cut(Trouble::Timeout),
            5 => End::Other,
            end => End::Impostor(sniff::named(end - 6)),
        };
        let Machine::Download(machine) = &mut self.machine else { return Ok(()) };
        // Nothing more is the end of the download.
        let Some(step) = machine.flowed(delivered, end, &client.config, moment(), &PLATFORM) else { return Ok(()) };
        if self.stepped(step, host)? {
            Run::put(number, self);
        }
        Ok(())
    }

    /// Tells what a download wants next; true while there is more to come.
    pub(super) fn stepped(&mut self, step: Step, host: &mut Host) -> Result<bool, Failure> {
        let Machine::Download(machine) = &mut self.machine else { return Ok(false) };
        if machine.take_renewed() {
            host.say("keepBody");
        }
        let act = match step {
            Step::Stream(flow) => {
                host.say("stream").number(flow.at).number(flow.skip).amount(flow.total);
                host.maybe(flow.validator.as_deref()).maybe(flow.media_type.as_deref());
                return Ok(true);
            }
            Step::Decode(url) => {
                host.say("decode").text(&url);
                return Ok(true);
            }
            Step::Done(end) => return end.map(|()| false),
            Step::Do(act) => act,
        };
        let about = machine.task().task_ref.clone();
        self.carry(act, Some(&about), host)
    }

    /// Takes the next piece of an answer that is being given.
    pub fn hear(mut self: Box<Self>, number: u32, piece: &str, host: &mut Host) -> Result<(), Failure> {
        let client = self.client.clone();
        let Machine::Create(create, silence) = &mut self.machine else { return Ok(()) };
        let (news, over) = create.hear(piece, &client.config, &PLATFORM);
        if over {
            let whole = Answer { status: 200, headers: Headers::default(), body: Body::Empty };
            return self.heard(whole, None, host);
        }
        if let Some(task) = news {
            give::task(host, &task);
            host.say("update");
        }
        host.say("listen").number(*silence);
        Run::put(number, self);
        Ok(())
    }

    /// Such an answer has ended, or has broken off.
    pub fn heard(&mut self, whole: Answer, broken: Option<Trouble>, host: &mut Host) -> Result<(), Failure> {
        let client = self.client.clone();
        let Machine::Create(create, _) = &mut self.machine else { return Ok(()) };
        let task = create.heard(whole, broken, &client.config, moment(), &PLATFORM)?;
        client.finished.borrow_mut().keep(&task);
        give::task(host, &task);
        Ok(())
    }
}
