//! Jobs of many kinds, and ways to poll them: what the pace of polls is judged by. A job's lag is from its end to the poll that sees it; every
//! poll is a request. Requests take no time here.

#[path = "../simulation/sim/chance.rs"]
#[allow(dead_code, clippy::indexing_slicing, reason = "the simulation uses all of it, and a pick from a list is one of it")]
mod chance;

use chance::Chance;
use reelay::format::Format;
use reelay::policy::poll::{Pace, delay};
use reelay::reading::Snapshot;
use reelay::task::{Status, Task, TaskRef};

/// The client's own bounds, `poll.minMs` and `poll.maxMs`.
pub const BOUNDS: (f64, f64) = (2_000.0, 15_000.0);
const SECOND: f64 = 1_000.0;

/// Milliseconds in the queue, and being made.
#[derive(Clone, Copy)]
pub struct Job {
    pub queued: f64,
    pub made: f64,
}

/// Of a normal distribution's exponential: its median, and its spread.
fn lognormal(chance: &Chance, median: f64, spread: f64) -> f64 {
    let (one, two) = (chance.share().max(1e-12), chance.share());
    median * SECOND * (spread * (-2.0 * one.ln()).sqrt() * (std::f64::consts::TAU * two).cos()).exp()
}

pub type Draw = fn(&Chance) -> Job;

pub const KINDS: [(&str, Draw); 5] = [
    ("about 40 s", |c| Job { queued: lognormal(c, 3.0, 0.7), made: lognormal(c, 40.0, 0.35) }),
    ("about 90 s", |c| Job { queued: lognormal(c, 5.0, 0.7), made: lognormal(c, 90.0, 0.35) }),
    ("about 5 min", |c| Job { queued: lognormal(c, 10.0, 0.7), made: lognormal(c, 300.0, 0.35) }),
    ("heavy tail", |c| Job { queued: lognormal(c, 4.0, 0.7), made: lognormal(c, 60.0, 1.2).min(3_600.0 * SECOND) }),
    ("long queue in 2 of 5", |c| {
        let queued = if c.percent(40) { lognormal(c, 120.0, 0.4) } else { lognormal(c, 2.0, 0.5) };
        Job { queued, made: lognormal(c, 60.0, 0.35) }
    }),
];

/// What a relay tells of the part that is made.
pub type Tell = fn(f64) -> Option<f64>;

pub const PROGRESS: [(&str, Tell); 4] = [
    ("honest", |part| Some((part * 100.0).floor() / 100.0)),
    ("coarse", |part| Some((part * 5.0).floor() / 5.0)),
    // Soon at 95 percent, where it stays.
    ("stuck", |part| Some(((part * 2.5).min(0.95) * 100.0).floor() / 100.0)),
    ("absent", |_| None),
];

fn seen(job: Job, tell: Tell, at: f64) -> Task {
    let queued = at < job.queued;
    let mut snapshot = Snapshot::new(None, Format::OpenaiVideos);
    snapshot.status = if queued { Status::Queued } else { Status::Running };
    snapshot.progress = if queued { tell(0.0) } else { tell((at - job.queued) / job.made) };
    snapshot.of(TaskRef { id: String::new(), format: Format::OpenaiVideos, kind: None, base_url: String::new() })
}

/// A way to poll: the pause after a poll that found the task unfinished, by its number from 0.
pub trait Pacer {
    fn pause(&mut self, poll: u32, task: &Task, age: f64, chance: &Chance) -> f64;
    /// What it believes is left.
    fn left(&self) -> Option<f64> {
        None
    }
}

pub struct Ours {
    scale: f64,
    pace: Pace,
    before: Option<f64>,
    left: Option<f64>,
}

impl Ours {
    pub fn new(scale: f64) -> Self {
        Ours { scale, pace: Pace::default(), before: None, left: None }
    }
}

impl Pacer for Ours {
    fn pause(&mut self, _: u32, task: &Task, age: f64, chance: &Chance) -> f64 {
        self.pace.see(task, task.progress != self.before, age);
        self.before = task.progress;
        self.left = self.pace.left(task, age);
        delay(task, self.left, age, BOUNDS.0 * self.scale, BOUNDS.1 * self.scale, chance.share())
    }

    fn left(&self) -> Option<f64> {
        self.left.filter(|left| *left > 0.0)
    }
}

/// A peer's pause, by the number of the poll.
pub type Way = fn(u32, &Chance) -> f64;

pub struct Peer(pub Way);

impl Pacer for Peer {
    fn pause(&mut self, poll: u32, _: &Task, _: f64, chance: &Chance) -> f64 {
        (self.0)(poll, chance)
    }
}

pub struct Fixed(pub f64);

impl Pacer for Fixed {
    fn pause(&mut self, _: u32, _: &Task, _: f64, _: &Chance) -> f64 {
        self.0
    }
}

/// As their sources have it, where nothing is set.
pub const PEERS: [(&str, Way); 6] = [
    ("@fal-ai/client", |_, _| 500.0),
    ("replicate", |_, _| 500.0),
    ("AI SDK", |_, _| 5_000.0),
    ("@runwayml/sdk", |_, c| c.between(4_500.0, 7_500.0)),
    ("@google/genai", |_, _| 10_000.0),
    ("AWS waiter", |poll, c| {
        let most = 2_000.0 * f64::from(1_u32 << poll.min(10));
        c.between(2_000.0, most.clamp(2_000.0, 120_000.0))
    }),
];

#[derive(Default)]
pub struct Outcome {
    pub requests: f64,
    pub lag_ms: f64,
    /// How far what was believed to be left was from what was, as a part of the job; each time it was believed.
    pub off: Vec<f64>,
}

/// So many jobs, each polled in such a way.
pub fn play(jobs: usize, draw: Draw, tell: Tell, pacer: &mut dyn FnMut() -> Box<dyn Pacer>) -> Outcome {
    let (chance, mut outcome) = (Chance::new(1), Outcome::default());
    for _ in 0..jobs {
        let job = draw(&chance);
        let end = job.queued + job.made;
        let (mut now, mut poll, mut pacer) = (0.0, 0, pacer());
        // Its own chance, so that every way is given the same jobs.
        let play = Chance::new(chance.next());
        while now < end {
            now += pacer.pause(poll, &seen(job, tell, now), now, &play);
            poll += 1;
            let believed = pacer.left().filter(|_| now < end);
            outcome.off.extend(believed.map(|left| (left - (end - now)).abs() / job.made));
        }
        outcome.requests += f64::from(poll) + 1.0;
        outcome.lag_ms += now - end;
    }
    outcome.requests /= jobs as f64;
    outcome.lag_ms /= jobs as f64;
    outcome
}
