//! A download as `pkg-template/src/download-source.ts` carries it out, into a file that a crash leaves as it is.

use std::cell::RefCell;
use std::rc::Rc;

use reelay::failure::Failure;
use reelay::flow::download::{Download, End, Part, Step};
use reelay::flow::wait::State;
use reelay::flow::{Action, Event, Trouble};
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

/// What is on the disk: bytes, and what is known of them.
#[derive(Default)]
struct Disk {
    bytes: Vec<u8>,
    part: Part,
    task: Option<Task>,
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

async fn fetch(call: &Call, disk: &RefCell<Disk>) -> Result<Task, Failure> {
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
    let mut source = Source { call, disk, machine, bytes: part.bytes, untouched: true, end: None };
    if part.bytes > 0.0 {
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
    /// Where the next byte goes.
    bytes: f64,
    /// Nothing has come in this run yet.
    untouched: bool,
    end: Option<End>,
}

/// What to read next.
struct Opened {
    served: Served,
    skip: usize,
    /// It begins at the first byte, so its head shows what it is.
    headed: bool,
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
                None | Some(Step::Act(Action::Done(Ok(())))) => return Ok(None),
                Some(Step::Act(Action::Done(Err(failure)))) => return Err(failure),
                Some(Step::Act(Action::Send(mut request))) => {
                    if self.is(Sabotage::AsksUnsafeAddresses) && !request.credentialed {
                        request.url = request.url.replacen("https:", "http:", 1);
                    }
                    Event::Ended(Box::new(self.call.send(&request).await))
                }
                Some(Step::Act(Action::Sleep(pause))) => {
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
                    return Ok(Some(Opened { served, skip: self.bytes as usize, headed: true }));
                }
                Some(Step::Stream(flow)) => {
                    let served = self.call.open.take().unwrap();
                    if !(self.is(Sabotage::KeepsAStalePart) && flow.at < self.bytes) {
                        self.place(flow.at);
                    }
                    let part = Part { bytes: self.bytes, total: flow.total, validator: flow.validator };
                    self.disk.borrow_mut().part = part;
                    return Ok(Some(Opened { served, skip: flow.skip as usize, headed: flow.at == flow.skip }));
                }
            };
        }
    }

    /// The next byte's place: behind what is there, or further back where that is of another version.
    fn place(&mut self, at: f64) {
        self.bytes = at;
        self.disk.borrow_mut().bytes.truncate(at as usize);
        let mut record = self.call.record.borrow_mut();
        (record.bytes, record.begun) = (at, true);
    }

    /// Reads a body to its end, which it tells.
    async fn read(&mut self, opened: Opened) -> End {
        let Opened { served, skip, headed } = opened;
        let time = &self.call.world.time;
        let mut skip = if self.is(Sabotage::KeepsOverlap) { 0 } else { skip };
        if headed && let Some(what) = sniff::impostor(&served.data[..served.data.len().min(sniff::HEAD)]) {
            // Like the facade: the head is looked at before anything is passed on.
            let known = served.data.len() >= sniff::HEAD || served.fate == Fate::Whole;
            if known && !self.is(Sabotage::PassesPagesOn) {
                return End::Impostor(what);
            }
        }
        // Of a body that begins with its first byte nothing is passed on before so much is known.
        let held = headed && self.bytes == 0.0 && served.data.len() < sniff::HEAD && served.fate != Fate::Whole;
        for chunk in served.data.chunks(served.chunk).take(if held { 0 } else { usize::MAX }) {
            time.sleep(served.pace).await;
            let fresh = &chunk[skip.min(chunk.len())..];
            skip -= skip.min(chunk.len());
            let lost = self.is(Sabotage::LosesAChunk) && self.call.world.chance.percent(20);
            if !fresh.is_empty() && !lost {
                self.deliver(fresh);
            }
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
        (record.bytes, record.idle) = (self.bytes, 0);
        drop(record);
        world.progressed(self.call.job);
    }
}
