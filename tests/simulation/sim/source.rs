//! A download as `pkg-template/src/download-source.ts` carries it out, into a file that a crash leaves as it is.

use std::cell::RefCell;
use std::rc::Rc;

use reelay::failure::Failure;
use reelay::flow::download::{Download, End, Part, Step};
use reelay::flow::wait::State;
use reelay::flow::{Act, Event, Trouble, Want};
use reelay::format::Variant;
use reelay::host::PLATFORM;
use reelay::policy::sniff;
use reelay::task::Task;

use super::base64;
use super::call::Call;
use super::fault::Fault;
use super::file::File;
use super::jobs::Job;
use super::sabotage::Sabotage;
use super::served::{Fate, Served};
use super::time::within;
use super::world::World;

/// Bytes of what was delivered that a repeated piece is held against.
const TAIL: usize = 4_096;

/// What is on the disk: bytes, and what is known of them.
#[derive(Default)]
struct Disk {
    bytes: Vec<u8>,
    part: Part,
    task: Option<Rc<Task>>,
}

/// A download of an id, which is waited for first, crashes and all.
pub async fn download(world: &Rc<World>, number: usize, job: &Job) {
    let disk = RefCell::new(Disk::default());
    for life in job.crashes.iter().map(|life| Some(*life)).chain([None]) {
        let call = Call::new(world, number);
        let Some(result) = within(&world.time, life, fetch(&call, &disk)).await else {
            crash(world, number, &disk);
            continue;
        };
        call.finish(&result);
        if result.is_ok() {
            complete(world, job, &disk.borrow().bytes);
        }
        return;
    }
}

fn crash(world: &World, number: usize, disk: &RefCell<Disk>) {
    let mut disk = disk.borrow_mut();
    world.met(Fault::CrashedDownload);
    // What was not synced is gone; what the sidecar tells never runs ahead of the bytes.
    if world.scenario.is(Fault::LostTail) && !disk.bytes.is_empty() {
        world.met(Fault::LostTail);
        let kept = world.chance.below(disk.bytes.len());
        disk.bytes.truncate(kept);
    }
    disk.part.bytes = disk.bytes.len() as f64;
    world.note(|| format!("#{number} crashes with {:?}", disk.part));
}

fn complete(world: &World, job: &Job, bytes: &[u8]) {
    let is_whole = |file: &File| file.size == bytes.len() && (0..file.size).all(|at| file.byte(at) == bytes[at]);
    if !job.life.files().iter().any(is_whole) {
        world.broke("a success is the whole output", || format!("{} bytes of {:?}", bytes.len(), job.life.files()));
    }
}

async fn fetch(call: &Call, disk: &RefCell<Disk>) -> Result<Rc<Task>, Failure> {
    let world = &call.world;
    let config = &world.scenario.config;
    let known = disk.borrow().task.clone();
    let task = match known {
        Some(task) => task,
        None => {
            let state = State::new(&call.job().life.id, config.base.url(), config.format, world.time.wall());
            call.wait(state).await?
        }
    };
    {
        let mut record = call.record.borrow_mut();
        (record.patient, record.idle, record.asked) = (false, 0, None);
    }
    disk.borrow_mut().task = Some(task.clone());
    let machine = Download::new(task, Variant::Video, None)?;
    let part = disk.borrow().part.clone();
    let left = Some(part.clone());
    let mut source =
        Source { call, disk, machine, part: left, bytes: part.bytes, run_from: part.bytes, untouched: true, end: None };
    if part.bytes > 0.0 && call.world.sabotage != Some(Sabotage::ForgetsThePart) {
        source.machine.resume(part);
    }
    call.record.borrow_mut().bytes = source.bytes;
    let result = source.run().await;
    result.map(|()| source.machine.task().clone())
}

struct Source<'a> {
    call: &'a Call,
    disk: &'a RefCell<Disk>,
    machine: Download,
    /// What an earlier run has left, until something is asked for behind it.
    part: Option<Part>,
    /// Where the next byte goes.
    bytes: f64,
    /// Where what this run has delivered begins.
    run_from: f64,
    /// Nothing has come in this run yet.
    untouched: bool,
    end: Option<End>,
}

/// What to read next.
struct Opened {
    served: Served,
    skip: usize,
}

impl Source<'_> {
    fn is(&self, sabotage: Sabotage) -> bool {
        self.call.world.sabotage == Some(sabotage)
    }

    async fn run(&mut self) -> Result<(), Failure> {
        while let Some(opened) = self.advance().await? {
            let end = self.read(opened).await;
            let cut = matches!(end, End::Cut(_)) && self.is(Sabotage::TakesACutForTheEnd);
            self.end = Some(end);
            if cut {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Goes on until there is a body; `None`: the download is complete.
    async fn advance(&mut self) -> Result<Option<Opened>, Failure> {
        let world = &self.call.world;
        let config = &world.scenario.config;
        let mut event = Event::Start;
        loop {
            let step = match self.end.take() {
                Some(end) => self.machine.flowed(self.bytes, end, config, world.moment(), &PLATFORM),
                None => Some(self.machine.next(event, config, world.moment(), &PLATFORM)),
            };
            world.note(|| format!("#{} {:?}", self.call.job, step).chars().take(400).collect());
            self.machine.take_renewed();
            event = match step {
                None | Some(Step::Done(Ok(()))) => return Ok(None),
                Some(Step::Done(Err(failure))) => return Err(failure),
                Some(Step::Do(Act::Send(mut request))) => {
                    if let (Want::Bytes { .. }, Some(part)) = (&request.want, self.part.take()) {
                        world.continuing(&part, &request.want);
                    }
                    if self.is(Sabotage::AsksUnsafeAddresses) && !request.credentialed {
                        request.url = request.url.replacen("https:", "http:", 1);
                    }
                    Event::Ended(Box::new(self.call.send(&request).await))
                }
                Some(Step::Do(Act::Sleep(pause))) => {
                    self.call.sleep(&pause).await;
                    Event::Slept
                }
                Some(Step::Decode(url)) => {
                    world.met(Fault::PlaceData);
                    if self.untouched {
                        self.place(0.0);
                    }
                    let bytes = base64::decode_url(&url);
                    let served = Served::new(200, reelay::flow::Headers::default(), bytes);
                    return Ok(Some(Opened { served, skip: self.bytes as usize }));
                }
                Some(Step::Stream(flow)) => {
                    let served = self.call.open.take().unwrap();
                    if !(self.is(Sabotage::KeepsAStalePart) && flow.at < self.bytes) {
                        self.place(flow.at);
                    }
                    let part = Part { bytes: self.bytes, total: flow.total, validator: flow.validator };
                    self.disk.borrow_mut().part = part;
                    return Ok(Some(Opened { served, skip: flow.skip as usize }));
                }
            };
        }
    }

    /// The next byte's place: behind what is there, or further back where that is of another version.
    fn place(&mut self, at: f64) {
        self.bytes = at;
        self.run_from = self.run_from.min(at);
        self.disk.borrow_mut().bytes.truncate(at as usize);
        self.call.record.borrow_mut().bytes = at;
    }

    /// Reads a body to its end, which it tells.
    async fn read(&mut self, opened: Opened) -> End {
        let Opened { served, skip } = opened;
        let (headed, mut opening) = (skip > 0 && skip as f64 == self.bytes, Vec::new());
        let time = &self.call.world.time;
        let mut skip = if self.is(Sabotage::KeepsOverlap) { 0 } else { skip };
        let mut held = Vec::new();
        for chunk in served.data.chunks(served.chunk) {
            time.sleep(served.pace).await;
            if skip > 0 && !self.repeats(chunk, skip) && !self.is(Sabotage::KeepsOverlap) {
                return End::Other;
            }
            // A body from the first byte on, behind a part that only an earlier run has seen: its head shows what it is.
            if headed && opening.len() < sniff::HEAD {
                opening.extend(chunk);
                if let Some(what) = sniff::impostor(&opening[..opening.len().min(sniff::HEAD)]).map(sniff::named) {
                    return End::Impostor(what);
                }
            }
            let fresh = &chunk[skip.min(chunk.len())..];
            skip -= skip.min(chunk.len());
            if self.bytes == 0.0 && !self.is(Sabotage::PassesPagesOn) {
                // Nothing is passed on before its head has been looked at.
                held.extend(fresh);
                if held.len() < sniff::HEAD {
                    continue;
                }
                if let Some(what) = sniff::impostor(&held[..sniff::HEAD]).map(sniff::named) {
                    return End::Impostor(what);
                }
                self.deliver(&std::mem::take(&mut held));
                continue;
            }
            let lost = self.is(Sabotage::LosesAChunk) && self.call.world.chance.percent(20);
            if !fresh.is_empty() && !lost {
                self.deliver(fresh);
            }
        }
        // What is too short to be known for what it is waits for the rest, unless it is all there is.
        if !held.is_empty() && served.fate == Fate::Whole {
            if let Some(what) = sniff::impostor(&held).map(sniff::named) {
                return End::Impostor(what);
            }
            self.deliver(&held);
        }
        if skip > 0 && served.fate == Fate::Whole {
            return End::Cut(Trouble::Network);
        }
        match served.fate {
            Fate::Whole => End::Whole,
            Fate::Cut => End::Cut(Trouble::Network),
            Fate::Stall => {
                time.sleep(self.call.job().idle_ms + self.call.world.lateness()).await;
                End::Cut(Trouble::Timeout)
            }
        }
    }

    /// Whether a chunk that begins so far before the next byte has what was delivered in this run.
    fn repeats(&self, chunk: &[u8], skip: usize) -> bool {
        let disk = self.disk.borrow();
        let from = disk.bytes.len().saturating_sub(skip);
        // So much is kept of it.
        let known = (self.run_from as usize).max(disk.bytes.len().saturating_sub(TAIL));
        let repeated = chunk.iter().zip(from..disk.bytes.len());
        repeated.filter(|(_, at)| *at >= known).all(|(byte, at)| disk.bytes[at] == *byte)
    }

    fn deliver(&mut self, chunk: &[u8]) {
        let world = &self.call.world;
        let mut disk = self.disk.borrow_mut();
        self.untouched = false;
        disk.bytes.extend(chunk);
        self.bytes += chunk.len() as f64;
        let from = disk.bytes.len() - chunk.len();
        let files = self.call.job().life.files();
        // All that is there must be of one version; what was right before need not be looked at again.
        let is_of = |file: &File| {
            let right = |at: usize| at < file.size && file.byte(at) == disk.bytes[at];
            (from..disk.bytes.len()).all(right) && (from.saturating_sub(64)..from).all(right)
        };
        if !files.iter().any(is_of) {
            world.broke("delivered bytes are the output's", || format!("{} bytes at {from}", chunk.len()));
        }
        let mut record = self.call.record.borrow_mut();
        (record.bytes, record.begun, record.idle) = (self.bytes, true, 0);
        drop(record);
        world.progressed(self.call.job);
    }
}
