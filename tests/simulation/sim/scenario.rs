//! What there is in one world: a relay and its habits, a client's settings, calls, and which faults are about.

use reelay::address::Base;
use reelay::format::Format;
use reelay::host::PLATFORM;
use reelay::options::{Config, WaitOptions};

use super::chance::Chance;
use super::fault::{COUNT, Fault, Group};
use super::jobs::{Job, Life};

/// What a route that the relay does not serve answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    Serves,
    InvalidUrl,
    Page,
    NotImplemented,
    Forbidden,
    NoSuchTask,
}

pub struct Scenario {
    pub config: Config,
    pub routes: Vec<Route>,
    pub jobs: Vec<Job>,
    pub active: [bool; COUNT],
    /// Of 100 answers so many are disturbed.
    pub status_rate: usize,
    pub byte_rate: usize,
    /// Only faults that a patient client gets over, and no more in a row than it bears: every call must succeed.
    pub gentle: bool,
    pub of_bytes: bool,
    /// When the clock jumps, and by how much.
    pub jumps: Vec<(f64, f64)>,
}

const BASES: &[&str] =
    &["https://relay.example", "https://relay.example/v1", "https://relay.example:8443/api/v1/", "http://127.0.0.1:3000"];

impl Scenario {
    pub fn new(chance: &Chance) -> Self {
        let gentle = chance.percent(35);
        // Some worlds are about bytes alone, so that downloads get far enough to meet everything.
        let of_bytes = chance.percent(40);
        let format = if chance.percent(50) { None } else { Some(chance.pick(TABLE_FORMATS)) };
        let base = Base::parse(chance.pick(BASES), &PLATFORM).unwrap();
        let config = Config {
            prefix: None,
            base,
            format,
            timeout_ms: chance.pick(&[1_000.0, 10_000.0, 30_000.0]),
            retries: if gentle { 3 + chance.below(4) as u32 } else { chance.below(6) as u32 },
            concurrent: 1 + chance.below(4) as u32,
            per_second: if chance.percent(30) { chance.pick(&[0.5, 1.0, 4.0, 20.0]) } else { f64::INFINITY },
            guard_private: chance.percent(90),
        };
        let mut active = [false; COUNT];
        // Few classes at a time go deep, many at a time go wide.
        let odds = chance.pick(&[0, 6, 15, 40, 70, 100]);
        for (fault, group, _) in Fault::ALL {
            let hard = matches!(group, Group::Hard | Group::Lie);
            let beside = of_bytes && matches!(group, Group::Status | Group::Hard | Group::Word);
            active[*fault as usize] = !(beside || gentle && hard) && chance.percent(odds);
        }
        let mut scenario = Scenario {
            routes: routes(chance, &config, gentle),
            config,
            jobs: Vec::new(),
            status_rate: chance.pick(&[5, 20, 60]),
            byte_rate: chance.pick(if of_bytes { &[20, 60, 90] } else { &[5, 30, 70] }),
            active,
            gentle,
            of_bytes,
            jumps: Vec::new(),
        };
        for number in 0..1 + chance.below(3) {
            let job = Job::new(number, &scenario, chance);
            scenario.jobs.push(job);
        }
        if !gentle {
            for _ in 0..chance.below(3) {
                let by = chance.pick(&[5_000.0, 60_000.0, 3_600_000.0, 86_400_000.0 * 20.0]);
                let by = match chance.below(4) {
                    0 | 1 if scenario.is(Fault::JumpForward) => by,
                    2 | 3 if scenario.is(Fault::JumpBack) => -by,
                    _ => continue,
                };
                scenario.jumps.push((chance.between(0.0, 120_000.0), by));
            }
        }
        scenario
    }

    pub fn is(&self, fault: Fault) -> bool {
        self.active[fault as usize]
    }
}

pub const TABLE_FORMATS: &[Format] = &[Format::OpenaiVideos, Format::UnifiedVideo, Format::NewapiGenerations];

fn routes(chance: &Chance, config: &Config, gentle: bool) -> Vec<Route> {
    let lacking = [Route::InvalidUrl, Route::Page, Route::NotImplemented, Route::Forbidden, Route::NoSuchTask];
    let mut routes: Vec<Route> =
        TABLE_FORMATS.iter().map(|_| if chance.percent(50) { Route::Serves } else { chance.pick(&lacking) }).collect();
    let must = config.format.map_or(chance.below(3), index);
    // Now and then a relay that knows none of what it is asked.
    if gentle || chance.percent(97) {
        routes[must] = Route::Serves;
    }
    routes
}

pub fn index(format: Format) -> usize {
    TABLE_FORMATS.iter().position(|of| *of == format).unwrap()
}

/// Options of a wait that fits a life.
pub fn options(chance: &Chance, life: &Life, gentle: bool) -> WaitOptions {
    let min_ms: f64 = chance.pick(&[0.0, 200.0, 2_000.0, 10_000.0]);
    let max_ms: f64 = min_ms + chance.pick(&[0.0, 1_000.0, 13_000.0]);
    if gentle {
        let timeout_ms = life.done + 1_200_000.0;
        return WaitOptions {
            timeout_ms,
            min_ms: min_ms.max(200.0),
            max_ms: max_ms.max(2_000.0),
            failures: 4 + chance.below(8) as u32,
        };
    }
    // Without a deadline a wait is ended by the task alone, or by its caller.
    let endless = chance.percent(8);
    let timeout_ms = chance.pick(&[0.0, 900.0, 5_000.0, 60_000.0, 300_000.0, 1_200_000.0]);
    WaitOptions {
        timeout_ms: if endless { f64::INFINITY } else { timeout_ms },
        // Nobody polls for minutes without a pause.
        min_ms: if timeout_ms > 60_000.0 || endless { min_ms.max(200.0) } else { min_ms },
        max_ms: max_ms.max(200.0),
        failures: chance.below(12) as u32,
    }
}
