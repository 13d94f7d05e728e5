//! The relay's answers to status requests, and their faults.

use chrono::DateTime;
use reelay::flow::{Headers, Request};
use reelay::format::Format;
use reelay::task::Status;
use serde_json::{Value as Json, json};
use url::Url;

use super::base64;
use super::bodies::{View, body};
use super::fault::Fault;
use super::jobs::{Kind, Place};
use super::scenario::{Route, index};
use super::served::{Fate, Head, Said, Served};
use super::time::START;
use super::world::World;

const PASSING: &[Fault] = &[
    Fault::Refused,
    Fault::SilentHead,
    Fault::CutBody,
    Fault::StalledBody,
    Fault::Slow,
    Fault::Server,
    Fault::Gateway,
    Fault::TryAgain,
    Fault::Storm,
    Fault::RedirectOwn,
    Fault::Advice,
];
/// Only a wait bears these, once it has seen the task.
const BORNE_BY_WAITS: &[Fault] = &[
    Fault::Again,
    Fault::Older,
    Fault::Page200,
    Fault::Text200,
    Fault::Empty200,
    Fault::NullData,
    Fault::Broken,
    Fault::Forgotten,
];
const HARD: &[Fault] = &[
    Fault::Unauthorized,
    Fault::Forbidden,
    Fault::Funds,
    Fault::Envelope200,
    Fault::TooLarge,
    Fault::RedirectAway,
    Fault::RedirectLoop,
    Fault::RedirectUnsafe,
    Fault::RedirectNowhere,
    Fault::NotImplemented,
];
const PAUSES: &[Fault] = &[
    Fault::PauseSeconds,
    Fault::PauseDate,
    Fault::PausePast,
    Fault::PauseMs,
    Fault::PauseLong,
    Fault::PauseOdd,
    Fault::PauseNone,
];
const PAGE: &str =
    "<!doctype html>\n<html lang=\"zh\"><head><title>New API</title></head><body><div id=\"root\"></div></body></html>\n";
pub const UNSAFE: &[&str] = &[
    "http://cdn.example/f/0?sig=1",
    "https://10.0.0.8/f/0?sig=1",
    "https://user:pw@cdn.example/f/0?sig=1",
    "https://localhost/f/0?sig=1",
    // Of a result this is no address at all.
    "ftp://cdn.example/f/0?sig=1",
];

impl World {
    pub fn status(&self, job: usize, route: Format, id: &str, request: &Request, patient: bool) -> Served {
        let life = &self.scenario.jobs[job].life;
        if life.id != id {
            self.broke("each call asks for its own task", || format!("{id:?} for {:?}", life.id));
        }
        let now = self.time.now();
        let route = self.scenario.routes[index(route)];
        if route != Route::Serves {
            self.met(Fault::OtherRoute);
            return lacking(route);
        }
        if now < life.known {
            return unknown_task(self.chance.percent(50));
        }
        let bad = self.memories[job].borrow().bad;
        // A task that was never seen may be taken for one that is not there.
        let seen = self.memories[job].borrow().seen;
        let impatient = !(patient && seen) && self.scenario.gentle;
        let fault = if now < self.storm_until.get() && !(self.scenario.gentle && bad >= 2) {
            Some(Fault::Storm)
        } else if now < self.memories[job].borrow().forgotten_until && !(self.scenario.gentle && (bad >= 2 || impatient)) {
            Some(Fault::Forgotten)
        } else {
            let kinds = [PASSING, BORNE_BY_WAITS, HARD].concat();
            let kinds = if impatient { PASSING } else { &kinds };
            // A lone question is soon over: it must meet its faults at once.
            let rate = if self.scenario.jobs[job].kind == Kind::Query { 70 } else { self.scenario.status_rate };
            self.disturbance(kinds, rate, bad)
        };
        let Some(fault) = fault else {
            self.memories[job].borrow_mut().bad = 0;
            return self.snapshot(job, now, None);
        };
        self.met(fault);
        self.note(|| format!("  fault: {fault:?}"));
        if !matches!(fault, Fault::Again | Fault::Older) {
            self.memories[job].borrow_mut().bad += 1;
        }
        self.disturbed(job, fault, request, patient, impatient)
    }

    fn disturbed(&self, job: usize, fault: Fault, request: &Request, patient: bool, impatient: bool) -> Served {
        let now = self.time.now();
        let good = || self.snapshot(job, now, None);
        let ended = |fate: Fate| {
            let mut served = self.snapshot(job, now, None);
            served.data.truncate(served.data.len() / 2);
            Served { fate, said: None, ..served }
        };
        let says_nothing = Said { status: None, url: None };
        let mut served = match fault {
            Fault::Refused => Served::nothing(Head::Refused),
            Fault::SilentHead => Served::nothing(Head::Silent),
            Fault::CutBody => ended(Fate::Cut),
            Fault::StalledBody => ended(Fate::Stall),
            Fault::Slow => Served { after: self.chance.between(500.0, 40_000.0), ..good() },
            Fault::Server => error(self.chance.pick(&[500, 502, 503, 504, 520, 524])),
            Fault::Gateway => Served::text(self.chance.pick(&[502, 503, 504]), "text/html", PAGE),
            Fault::TryAgain => error(self.chance.pick(&[408, 425])),
            Fault::Storm => {
                if now >= self.storm_until.get() {
                    self.storm_until.set(now + self.chance.between(0.0, 30_000.0));
                }
                let mut served = match self.chance.below(3) {
                    0 => Served::new(429, Headers::default(), Vec::new()),
                    1 => error(429),
                    _ => Served::json(
                        429,
                        &json!({"code": "fail_to_fetch_task", "message": "当前分组上游负载已饱和，请稍后再试", "data": null}),
                    ),
                };
                self.pause(&mut served, impatient);
                served
            }
            // A wait's polls are its own to repeat.
            Fault::Advice if patient || (!self.scenario.gentle && self.chance.percent(50)) => advised(503, "false"),
            Fault::Advice => advised(self.chance.pick(&[400, 404, 500]), "true"),
            Fault::Page200 => Served::text(200, "text/html", PAGE),
            Fault::Text200 => Served::text(200, "text/plain", "upstream is busy"),
            Fault::Empty200 => Served::new(200, Headers::default(), Vec::new()),
            Fault::NullData => Served::json(200, &json!({"code": "success", "message": "", "data": null})),
            Fault::Broken => {
                let mut served = good();
                served.data.truncate(served.data.len() / 2);
                served
            }
            Fault::Forgotten => {
                let mut memory = self.memories[job].borrow_mut();
                memory.forgotten_until = memory.forgotten_until.max(now + self.chance.between(0.0, 20_000.0));
                unknown_task(self.chance.percent(50))
            }
            Fault::Again => {
                let last = self.memories[job].borrow().last.clone();
                last.unwrap_or_else(good)
            }
            Fault::Older => self.snapshot(job, self.chance.between(0.0, now), None),
            Fault::RedirectOwn => {
                let to = format!("{}{}moved=1", request.url, if request.url.contains('?') { "&" } else { "?" });
                Served::redirect(self.chance.pick(&[301, 302, 303, 307, 308]), &to)
            }
            Fault::Unauthorized => error(401),
            Fault::Forbidden => error(403),
            Fault::Funds => {
                Served::json(402, &json!({"error": {"message": "Insufficient credits.", "code": "insufficient_credits"}}))
            }
            Fault::Envelope200 => {
                Served::json(200, &json!({"code": self.chance.pick(&[401, 402, 429, 451, 500]), "msg": "refused", "data": null}))
            }
            Fault::TooLarge => Served { too_large: true, ..good() },
            Fault::RedirectAway => Served::redirect(307, &format!("https://mirror.example/m/{job}?sig=7")),
            Fault::RedirectLoop => Served::redirect(302, &request.url),
            Fault::RedirectUnsafe => Served::redirect(302, self.chance.pick(UNSAFE)),
            Fault::RedirectNowhere => Served::new(302, Headers::default(), Vec::new()),
            Fault::NotImplemented => error(501),
            other => panic!("{other:?} is no fault of a status"),
        };
        if fault == Fault::TooLarge || (served.said.is_some() && served.fate != Fate::Whole) || fault == Fault::Broken {
            served.said = Some(says_nothing);
        }
        served
    }

    /// The task as it was at a moment; a good answer.
    fn snapshot(&self, job: usize, at: f64, status: Option<Status>) -> Served {
        let life = &self.scenario.jobs[job].life;
        let (state, progress) = life.at(at);
        let state = status.unwrap_or(state);
        let url = if state == Status::Succeeded { self.address(job) } else { None };
        let view = View { id: &life.id, status: state, progress, url: url.as_deref(), now: (START + at) / 1000.0 };
        let (body, status) = body(&view, &self.scenario, &self.chance, &|fault| self.met(fault));
        let failed = status == Status::Failed && self.scenario.is(Fault::FailedAs5xx);
        if failed {
            self.met(Fault::FailedAs5xx);
        }
        let mut served = Served::json(if failed { 500 } else { 200 }, &body);
        served.said = Some(Said { status: Some(status), url: url.filter(|_| status == Status::Succeeded) });
        served.after = self.chance.between(5.0, 120.0);
        self.memories[job].borrow_mut().last = Some(served.clone());
        served
    }

    /// The mirror that a redirect off the origin leads to: it knows the task without a key.
    pub fn mirror(&self, job: usize, _: &Url, _: &Request) -> Served {
        self.snapshot(job, self.time.now(), None)
    }

    /// Where the finished task's body says its video is.
    pub fn address(&self, job: usize) -> Option<String> {
        let life = &self.scenario.jobs[job].life;
        let base = self.scenario.config.base.url();
        match life.place {
            Place::Nowhere => None,
            Place::Cdn => Some(self.signed(job)),
            Place::Own => Some(format!("{base}/v1/files/{job}?part=1")),
            Place::Data => {
                let file = life.file_at(self.time.now());
                Some(format!("data:video/mp4;base64,{}", base64::encode(&file.bytes(0, file.size))))
            }
            Place::Unsafe => {
                self.met(Fault::PlaceUnsafe);
                Some(UNSAFE[life.file.seed as usize % (UNSAFE.len() - 1)].to_owned())
            }
        }
    }

    /// A signed address that has not run out.
    pub fn signed(&self, job: usize) -> String {
        format!("https://cdn.example/f/{job}?sig={}&Expires=1795000000", self.fresh(job))
    }

    /// What signs an address now: a relay hands out none that has run out.
    pub fn fresh(&self, job: usize) -> u32 {
        let mut memory = self.memories[job].borrow_mut();
        memory.issue = memory.issue.max(memory.dead_before);
        memory.issue
    }

    /// Puts a pause into an answer's headers, in one of the forms.
    pub fn pause(&self, served: &mut Served, impatient: bool) {
        let forms: Vec<Fault> =
            PAUSES.iter().copied().filter(|form| self.scenario.is(*form) && !(impatient && *form == Fault::PauseLong)).collect();
        let form = if forms.is_empty() { Fault::PauseNone } else { self.chance.pick(&forms) };
        self.met(form);
        let date = |ms: f64| DateTime::from_timestamp_millis(ms as i64).unwrap().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let wall = self.time.wall() + served.after;
        let seconds = self.chance.pick(&[0.0, 1.0, 2.5, 20.0, 59.0]);
        let (header, asked) = match form {
            Fault::PauseSeconds => (Some(seconds.to_string()), Some(seconds * 1000.0)),
            Fault::PauseDate => {
                let then = ((wall + seconds * 1000.0) / 1000.0).floor() * 1000.0;
                (Some(date(then)), Some((then - wall).max(0.0)))
            }
            Fault::PausePast => (Some(date(wall - 86_400_000.0)), Some(0.0)),
            Fault::PauseLong => (Some("3600".to_owned()), Some(3_600_000.0)),
            Fault::PauseOdd => (Some(self.chance.pick(&["soon", "-5", "1e9", "", "NaN"]).to_owned()), None),
            Fault::PauseMs => {
                served.headers().retry_after_ms = Some((seconds * 1000.0).to_string());
                (Some("7200".to_owned()), Some(seconds * 1000.0))
            }
            _ => (None, None),
        };
        served.headers().retry_after = header;
        served.asked = asked;
    }
}

fn lacking(route: Route) -> Served {
    match route {
        Route::Serves => unreachable!(),
        Route::InvalidUrl => Served::json(
            404,
            &json!({"error": {"message": "Invalid URL (GET /v1/x)", "type": "invalid_request_error", "param": "", "code": ""}}),
        ),
        Route::Page => Served::text(200, "text/html", PAGE),
        Route::NotImplemented => {
            Served::json(501, &json!({"code": "not_implemented", "message": "not implemented", "data": null}))
        }
        Route::Forbidden => Served::json(
            403,
            &json!({"error": {"message": "This token has no access to model ", "type": "new_api_error", "code": ""}}),
        ),
        Route::NoSuchTask => unknown_task(true),
    }
}

fn unknown_task(newapi: bool) -> Served {
    let body: Json = match newapi {
        true => json!({"code": "task_not_exist", "message": "task_not_exist", "data": null}),
        false => json!({"error": {"message": "Video not found.", "type": "invalid_request_error", "code": "task_not_found"}}),
    };
    Served::json(if newapi { 400 } else { 404 }, &body)
}

/// An error with the relay's own word on whether to try again.
fn advised(status: u16, again: &str) -> Served {
    let mut served = error(status);
    served.headers().should_retry = Some(again.to_owned());
    served
}

pub fn error(status: u16) -> Served {
    Served::json(
        status,
        &json!({"error": {"message": "The server had an error.", "type": "server_error", "param": null, "code": null}}),
    )
}
