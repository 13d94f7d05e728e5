//! One world: its clock, its servers' memory, what was met in it and what was broken.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use reelay::flow::Request;
use reelay::format::Format;
use reelay::platform::Moment;
use url::Url;

use super::call;
use super::chance::Chance;
use super::check::{self, Broken};
use super::fault::{Counts, Fault};
use super::gate::Gate;
use super::sabotage::Sabotage;
use super::scenario::{Scenario, TABLE_FORMATS};
use super::served::{Head, Served};
use super::time::{Ended, Time, Work};

/// Faults in a row that a gentle world has for one call.
const BORNE: u32 = 2;

/// What the servers remember of a task.
#[derive(Default)]
pub struct Memory {
    /// The signed address in use, and those that have run out.
    pub issue: u32,
    pub dead_before: u32,
    pub last: Option<Served>,
    pub forgotten_until: f64,
    /// The client has seen the task.
    pub seen: bool,
    /// An address has run out since the last byte.
    pub ran_out: bool,
    /// A range that could be given has been refused since the last byte.
    pub refused_range: bool,
    /// Faults in a row.
    pub bad: u32,
    pub byte_bad: u32,
}

pub struct World {
    pub time: Rc<Time>,
    pub chance: Chance,
    pub scenario: Scenario,
    pub gate: Gate,
    /// The route that `auto` found.
    pub remembered: Cell<Option<Format>>,
    pub sabotage: Option<Sabotage>,
    pub memories: Vec<RefCell<Memory>>,
    pub storm_until: Cell<f64>,
    pub check: check::Watch,
    counts: RefCell<Counts>,
    trace: Option<RefCell<Vec<String>>>,
}

/// What came of a seed.
pub struct Outcome {
    pub counts: Counts,
    pub broken: Vec<Broken>,
    pub trace: Vec<String>,
    pub requests: u64,
    pub calls: u64,
}

/// Plays the world of a seed, sabotaged or not.
pub fn run(seed: u64, sabotage: Option<Sabotage>, traced: bool) -> Outcome {
    let chance = Chance::new(seed);
    let scenario = Scenario::new(&chance);
    let time = Rc::new(Time::default());
    let world = Rc::new(World {
        gate: Gate::new(time.clone(), &scenario.config, sabotage),
        memories: scenario.jobs.iter().map(|_| RefCell::default()).collect(),
        check: check::Watch::default(),
        remembered: Cell::new(None),
        storm_until: Cell::new(0.0),
        counts: RefCell::default(),
        trace: traced.then(RefCell::default),
        time,
        chance,
        scenario,
        sabotage,
    });
    world.note(|| format!("{} {:?} gentle={}", world.scenario.config.base.url(), world.scenario.routes, world.scenario.gentle));
    world.note(|| format!("{:?}", world.scenario.config));
    let calls = world.scenario.jobs.len();
    let mut work: Vec<Option<Work>> = (0..calls).map(|job| Some(Box::pin(call::play(world.clone(), job)) as Work)).collect();
    for (at, by) in world.scenario.jumps.clone() {
        work.push(Some(Box::pin(jump(world.clone(), at, by))));
    }
    let enough = || !traced && !world.check.broken.borrow().is_empty();
    match world.time.run(work, calls, &|| world.gate.admit(&world.time), &enough) {
        Ended::Early => {}
        Ended::Well if world.gate.is_free(world.scenario.config.concurrent) => {}
        Ended::Well => world.broke("every place is given back", || "a place under the limit is lost".to_owned()),
        how => world.broke("every call ends", || format!("{how:?} after {} ms", world.time.now())),
    }
    let trace = world.trace.as_ref().map(|trace| trace.take()).unwrap_or_default();
    let (counts, broken) = (world.counts.take(), world.check.broken.take());
    Outcome { counts, broken, trace, requests: world.check.requests.get(), calls: calls as u64 }
}

async fn jump(world: Rc<World>, at: f64, by: f64) {
    world.time.sleep(at).await;
    world.met(if by > 0.0 { Fault::JumpForward } else { Fault::JumpBack });
    world.note(|| format!("the clock jumps by {by} ms"));
    world.time.jump(by);
}

impl World {
    pub fn met(&self, fault: Fault) {
        self.counts.borrow_mut().0[fault as usize] += 1;
    }

    pub fn broke(&self, invariant: &'static str, how: impl FnOnce() -> String) {
        let how = how();
        self.note(|| format!("BROKEN {invariant}: {how}"));
        self.check.broken.borrow_mut().push(Broken { invariant, how });
    }

    pub fn note(&self, line: impl FnOnce() -> String) {
        if let Some(trace) = &self.trace {
            trace.borrow_mut().push(format!("{:>12.1}  {}", self.time.now(), line()));
        }
    }

    /// What a machine is told of time and chance.
    pub fn moment(&self) -> Moment {
        Moment { now: self.time.wall(), jitter: self.chance.share() }
    }

    /// A timer's lateness.
    pub fn lateness(&self) -> f64 {
        if self.scenario.is(Fault::LateTimer) && self.chance.percent(20) {
            self.met(Fault::LateTimer);
            return self.chance.between(1.0, 400.0);
        }
        self.chance.share()
    }

    /// The call has made progress: what was bad so far was borne.
    pub fn progressed(&self, job: usize) {
        let mut memory = self.memories[job].borrow_mut();
        (memory.byte_bad, memory.ran_out, memory.refused_range) = (0, false, false);
    }

    /// One of the active faults of a list, in so many of 100 cases; in a gentle world never more in a row than are borne.
    pub fn disturbance(&self, faults: &[Fault], rate: usize, bad: u32) -> Option<Fault> {
        if (self.scenario.gentle && bad >= BORNE) || !self.chance.percent(rate) {
            return None;
        }
        let active: Vec<Fault> = faults.iter().copied().filter(|fault| self.scenario.is(*fault)).collect();
        if active.is_empty() { None } else { Some(self.chance.pick(&active)) }
    }

    /// What the internet answers to a request of a call.
    pub fn serve(&self, job: usize, request: &Request, patient: bool) -> Served {
        let Ok(url) = Url::parse(&request.url) else {
            self.broke("only safe addresses are asked", || format!("{} is no URL", request.url));
            return Served::nothing(Head::Refused);
        };
        let base = Url::parse(self.scenario.config.base.url()).unwrap();
        if url.origin() == base.origin() {
            return self.relay(job, &url, base.path().trim_end_matches('/'), request, patient);
        }
        if request.credentialed {
            self.broke("the key goes to no foreign origin", || request.url.clone());
        }
        match (url.scheme(), url.host_str().unwrap_or_default()) {
            ("https", "cdn.example" | "edge.example") => self.cdn(job, &url, request),
            ("https", "mirror.example") => self.mirror(job, &url, request),
            // A relay on this machine may name its neighbours.
            _ if base.scheme() == "http" && url.username().is_empty() && url.scheme() != "ftp" => Served::nothing(Head::Refused),
            ("https", "10.0.0.8" | "localhost") if !self.scenario.config.guard_private => Served::nothing(Head::Refused),
            _ => {
                self.broke("only safe addresses are asked", || request.url.clone());
                Served::nothing(Head::Refused)
            }
        }
    }

    fn relay(&self, job: usize, url: &Url, prefix: &str, request: &Request, patient: bool) -> Served {
        let Some(path) = url.path().strip_prefix(prefix) else {
            self.broke("only the relay's own paths are asked", || request.url.clone());
            return Served::nothing(Head::Refused);
        };
        if !request.credentialed && !path.starts_with("/open/") {
            return Served::json(
                401,
                &serde_json::json!({"error": {"message": "无效的令牌", "type": "new_api_error", "code": ""}}),
            );
        }
        let parts: Vec<String> = path.split('/').skip(1).map(decoded).collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let ([format, ..], asked) = (TABLE_FORMATS, url.query_pairs().find(|(key, _)| key == "id")) else { unreachable!() };
        match parts[..] {
            ["v1", "videos", id] => self.status(job, *format, id, request, patient),
            ["v1", "video", "query"] => {
                self.status(job, TABLE_FORMATS[1], &asked.map(|(_, id)| id.into_owned()).unwrap_or_default(), request, patient)
            }
            ["v1", "video", "generations", id] => self.status(job, TABLE_FORMATS[2], id, request, patient),
            ["v1", "videos", id, "content"] => self.content(job, id, request),
            ["v1", "files", _] => self.bytes(job, request, None),
            ["v1", "round", _] => Served::redirect(302, &format!("{}?again", url.path())),
            _ => {
                self.broke("only the relay's own paths are asked", || request.url.clone());
                Served::nothing(Head::Refused)
            }
        }
    }
}

/// A path's segment as a server reads it.
fn decoded(segment: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        let hex = |byte: Option<u8>| byte.and_then(|byte| (byte as char).to_digit(16));
        match byte {
            b'%' => bytes.push((hex(rest.next()).unwrap_or(0) * 16 + hex(rest.next()).unwrap_or(0)) as u8),
            byte => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
