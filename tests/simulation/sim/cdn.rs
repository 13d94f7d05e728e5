//! Answers that bring bytes, from the relay's content path, its own addresses and a CDN, and their faults.

use reelay::flow::{Headers, Request, Want};
use serde_json::json;
use url::Url;

use super::base64;
use super::fault::Fault;
use super::file::File;
use super::jobs::{Content, Pin};
use super::relay::{UNSAFE, error};
use super::served::{Fate, Head, Served, typed};
use super::world::World;

const FAULTS: &[Fault] = &[
    Fault::ByteRefused,
    Fault::ByteSilent,
    Fault::ByteCut,
    Fault::ByteCutAtOnce,
    Fault::ByteStall,
    Fault::QuietEnd,
    Fault::IgnoresRange,
    Fault::EarlierRange,
    Fault::GapRange,
    Fault::ShortRange,
    Fault::HiddenRange,
    Fault::OddRange,
    Fault::StarRange,
    Fault::Partial200,
    Fault::Always206,
    Fault::Range416,
    Fault::Range502,
    Fault::NoLength,
    Fault::NoValidator,
    Fault::OtherValidator,
    Fault::Packed,
    Fault::Expired,
    Fault::ByteServer,
    Fault::ByteStorm,
    Fault::ByteRedirect,
    Fault::LyingTotal,
    Fault::LyingLength,
    Fault::PageTyped,
    Fault::PageUntyped,
    Fault::XmlUntyped,
    Fault::JsonUntyped,
    Fault::JsonRefusal,
    Fault::ByteRedirectLoop,
    Fault::ByteRedirectUnsafe,
    Fault::PackedRange,
];
const RANGED: &[Fault] = &[
    Fault::EarlierRange,
    Fault::GapRange,
    Fault::ShortRange,
    Fault::HiddenRange,
    Fault::OddRange,
    Fault::StarRange,
    Fault::Partial200,
    Fault::Range416,
    Fault::Range502,
    Fault::LyingTotal,
    Fault::PackedRange,
    Fault::IgnoresRange,
];
/// What a range is asked for after.
const CUTS: &[Fault] = &[Fault::ByteCut, Fault::ByteStall, Fault::QuietEnd, Fault::LyingLength];
/// Where these hide what tells two versions apart, nobody could know better.
const HIDING: &[Fault] = &[
    Fault::NoValidator,
    Fault::OtherValidator,
    Fault::NoLength,
    Fault::HiddenRange,
    Fault::StarRange,
    Fault::Always206,
    Fault::Packed,
    Fault::PackedRange,
    Fault::LyingLength,
    Fault::LyingTotal,
];
const HTML: &str = "<html><head><title>Sign in</title></head><body>Your link has expired. Please sign in again.</body></html>";

/// A piece of a file as a server means to send it.
struct Piece {
    file: File,
    first: usize,
    end: usize,
    partial: bool,
}

impl World {
    /// The CDN: `/f/JOB?sig=ISSUE`.
    pub fn cdn(&self, job: usize, url: &Url, request: &Request) -> Served {
        let issue = url.query_pairs().find(|(key, _)| key == "sig").and_then(|(_, issue)| issue.parse().ok());
        match (url.path(), issue) {
            ("/round", _) => Served::redirect(302, &format!("{}x", url.as_str())),
            (_, Some(issue)) => self.bytes(job, request, Some(issue)),
            _ => error(400),
        }
    }

    pub fn content(&self, job: usize, id: &str, request: &Request) -> Served {
        let life = &self.scenario.jobs[job].life;
        if life.id != id {
            self.broke("each call asks for its own task", || format!("the content of {id:?} for {:?}", life.id));
        }
        let bad = self.memories[job].borrow().byte_bad;
        if self.time.now() < life.done || self.disturbance(&[Fault::NotYet], self.scenario.byte_rate, bad).is_some() {
            self.met(Fault::NotYet);
            self.memories[job].borrow_mut().byte_bad += 1;
            return match self.chance.below(4) {
                0 => Served::json(
                    400,
                    &json!({"error": {"message": "Task is not completed yet, current status: IN_PROGRESS", "type": "invalid_request_error"}}),
                ),
                1 => Served::json(404, &json!({"detail": "Generation is still in-progress"})),
                2 => Served::json(409, &json!({"error": {"message": "m", "code": "artifact_not_ready"}})),
                _ => Served::json(200, &json!({"id": id, "object": "video", "status": "in_progress"})),
            };
        }
        let file = life.file_at(self.time.now());
        match life.content {
            Content::Bytes => {
                self.met(Fault::PlaceContent);
                self.bytes(job, request, None)
            }
            Content::Redirect => {
                self.met(Fault::PlaceContentRedirect);
                Served::redirect(302, &self.signed(job))
            }
            Content::Lead => {
                self.met(Fault::PlaceLead);
                Served::json(200, &json!({"id": id, "object": "video", "status": "completed", "video_url": self.signed(job)}))
            }
            Content::Base64 => {
                self.met(Fault::PlaceBase64);
                let text = base64::encode(&file.bytes(0, file.size));
                Served::json(200, &json!({"success": true, "task_id": id, "format": "mp4", "base64": text}))
            }
            Content::Missing => {
                self.met(Fault::PlaceNowhere);
                Served::json(404, &json!({"error": {"message": "Task not found", "type": "invalid_request_error"}}))
            }
        }
    }

    /// A file, asked for at an address that may have run out.
    pub fn bytes(&self, job: usize, request: &Request, issue: Option<u32>) -> Served {
        if issue.is_some_and(|issue| issue < self.memories[job].borrow().dead_before) {
            // A client that crashed comes back with the address it had: that is the one time that it asks for a fresh one.
            self.memories[job].borrow_mut().ran_out = true;
            return expired(self.chance.pick(&[400, 401, 403, 404, 410]));
        }
        let Want::Bytes { from, validator } = &request.want else {
            self.broke("a status is asked where statuses are", || request.url.clone());
            return Served::nothing(Head::Refused);
        };
        self.met(if issue.is_some() { Fault::PlaceCdn } else { Fault::PlaceOwn });
        let life = &self.scenario.jobs[job].life;
        let file = life.file_at(self.time.now());
        if file.version > 0 {
            self.met(Fault::Changed);
        }
        let pins = |pin: &String| *pin == file.etag() || *pin == file.date();
        let ranged = from.map(|from| from as usize).filter(|_| validator.as_ref().is_none_or(pins));
        let bad = self.memories[job].borrow().byte_bad;
        let allowed = |fault: &Fault| {
            (ranged.is_some() || !RANGED.contains(fault))
                && (*fault != Fault::Expired
                    || (issue.is_some() && !(self.scenario.gentle && self.memories[job].borrow().ran_out)))
                // Where that is all that tells the end, nobody could know better.
                && (*fault != Fault::Range416 || !self.memories[job].borrow().refused_range)
                && (life.changes.is_none() || !HIDING.contains(fault))
        };
        // A body that is cut, and then a range, are what most of the rest needs to happen.
        let list = match (ranged.is_some(), self.chance.percent(50)) {
            (true, true) => RANGED,
            (false, true) => CUTS,
            _ => FAULTS,
        };
        let faults: Vec<Fault> = list.iter().copied().filter(allowed).collect();
        let fault = self.disturbance(&faults, self.scenario.byte_rate, bad);
        if let Some(fault) = fault {
            self.met(fault);
            self.note(|| format!("  fault: {fault:?}"));
            self.memories[job].borrow_mut().byte_bad += 1;
        }
        if let Some(served) = fault.and_then(|fault| self.instead(job, fault, issue)) {
            return served;
        }
        match ranged {
            Some(from) if from >= file.size => Served::text(416, "text/plain", "range not satisfiable"),
            Some(from) => self.piece(job, Piece { file, first: from, end: file.size, partial: true }, fault),
            None => self.piece(job, Piece { file, first: 0, end: file.size, partial: false }, fault),
        }
    }

    /// Answers without a byte of the file.
    fn instead(&self, job: usize, fault: Fault, issue: Option<u32>) -> Option<Served> {
        let video = |text: &str| {
            Served::text(200, self.chance.pick(&["video/mp4", "application/octet-stream", "binary/octet-stream"]), text)
        };
        Some(match fault {
            Fault::ByteRefused => Served::nothing(Head::Refused),
            Fault::ByteSilent => Served::nothing(Head::Silent),
            Fault::Range416 => {
                self.memories[job].borrow_mut().refused_range = true;
                Served::text(416, "text/plain", "range not satisfiable")
            }
            Fault::Range502 => {
                Served::json(502, &json!({"error": {"message": "Upstream service returned status 206", "type": "server_error"}}))
            }
            Fault::Expired => {
                let mut memory = self.memories[job].borrow_mut();
                (memory.dead_before, memory.ran_out) = (memory.issue + 1, true);
                expired(self.chance.pick(&[400, 401, 403, 404, 410]))
            }
            Fault::ByteServer => error(self.chance.pick(&[500, 502, 503, 504])),
            Fault::ByteStorm => {
                let mut served = error(429);
                self.pause(&mut served, self.scenario.gentle);
                served
            }
            Fault::ByteRedirect => {
                let issue = issue.unwrap_or_else(|| self.fresh(job));
                Served::redirect(
                    self.chance.pick(&[301, 302, 303, 307, 308]),
                    &format!("https://edge.example/f/{job}?sig={issue}"),
                )
            }
            Fault::ByteRedirectLoop => Served::redirect(302, "https://cdn.example/round?x"),
            Fault::ByteRedirectUnsafe => Served::redirect(302, self.chance.pick(UNSAFE)),
            Fault::PageTyped => Served::text(200, "text/html; charset=utf-8", HTML),
            Fault::PageUntyped => video(HTML),
            Fault::XmlUntyped => {
                video("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>")
            }
            Fault::JsonUntyped => video("{\"error\": {\"message\": \"the link has expired, ask again\", \"code\": \"expired\"}}"),
            Fault::JsonRefusal => Served::json(200, &json!({"code": 402, "msg": "Insufficient Credits", "data": null})),
            _ => return None,
        })
    }

    /// A file or a part of it, disturbed or not.
    fn piece(&self, job: usize, mut piece: Piece, fault: Option<Fault>) -> Served {
        let life = &self.scenario.jobs[job].life;
        let asked = piece.first;
        let left = piece.end - piece.first;
        match fault {
            Some(Fault::IgnoresRange | Fault::Packed) => (piece.first, piece.partial) = (0, false),
            Some(Fault::EarlierRange) => piece.first = self.chance.below(piece.first + 1),
            Some(Fault::GapRange) => piece.first = (piece.first + 1 + self.chance.below(left)).min(piece.end - 1),
            Some(Fault::ShortRange) => piece.end = piece.first + 1 + self.chance.below(left),
            Some(Fault::StarRange) if self.chance.percent(50) => piece.end = piece.first + 1 + self.chance.below(left),
            Some(Fault::Always206) => piece.partial = true,
            _ => {}
        }
        let Piece { file, first, end, partial } = piece;
        let mut headers = typed("video/mp4");
        headers.content_length = Some((end - first).to_string());
        if partial {
            headers.content_range = Some(format!("bytes {first}-{}/{}", end - 1, file.size));
        }
        match life.pin {
            Pin::Etag => headers.etag = Some(file.etag()),
            Pin::WeakAndDate => (headers.etag, headers.last_modified) = (Some(format!("W/{}", file.etag())), Some(file.date())),
            Pin::Date => headers.last_modified = Some(file.date()),
            Pin::Nothing => {}
        }
        let mut served = Served::new(if partial { 206 } else { 200 }, headers, file.bytes(first, end));
        served.chunk = self.chance.pick(&[64, 300, 700, 5_000]);
        served.pace = self.chance.pick(&[1.0, 20.0, 250.0]);
        served.after = self.chance.between(5.0, 200.0);
        let fresh = file.size.saturating_sub(asked);
        self.spoil(&mut served, fault, first, end, file.size, fresh);
        served
    }

    fn spoil(&self, served: &mut Served, fault: Option<Fault>, first: usize, end: usize, size: usize, fresh: usize) {
        let upto = |most: usize| self.chance.below(most.max(1));
        let length = served.data.len();
        let changed = |headers: &mut Headers| headers.content_length = None;
        match fault {
            Some(Fault::ByteCut) => served.data.truncate(upto(length)),
            Some(Fault::ByteCutAtOnce) => served.data.clear(),
            Some(Fault::ByteStall | Fault::QuietEnd) => served.data.truncate(upto(length)),
            Some(Fault::HiddenRange) => served.headers().content_range = None,
            Some(Fault::OddRange) => {
                served.headers().content_range =
                    Some(self.chance.pick(&["bytes */9", "items 1-2/3", "bytes 5-2/9", "odd", ""]).to_owned());
            }
            Some(Fault::StarRange) => served.headers().content_range = Some(format!("bytes {first}-{}/*", end - 1)),
            Some(Fault::Partial200) => {
                if let Head::Answer(status, _) = &mut served.head {
                    *status = 200;
                }
            }
            Some(Fault::Always206) if self.chance.percent(50) => served.headers().content_range = None,
            Some(Fault::NoLength) => changed(served.headers()),
            Some(Fault::NoValidator) => (served.headers().etag, served.headers().last_modified) = (None, None),
            Some(Fault::OtherValidator) => {
                (served.headers().etag, served.headers().last_modified) =
                    (None, Some("Sat, 21 Nov 2026 10:00:00 GMT".to_owned()));
            }
            Some(Fault::Packed) => {
                served.headers().content_encoding = Some(self.chance.pick(&["gzip", "br", "zstd"]).to_owned());
                // What is packed may come out larger.
                served.headers().content_length = Some((length * 9 / 10 + upto(length / 4)).to_string());
            }
            Some(Fault::PackedRange) => {
                served.headers().content_encoding = Some("gzip".to_owned());
                // The middle of a packed body is noise, if it can be unpacked at all.
                served.data = vec![0x5a; fresh.min(200)];
                if self.chance.percent(50) {
                    served.fate = Fate::Cut;
                }
            }
            Some(Fault::LyingTotal) => {
                served.headers().content_range = Some(format!("bytes {first}-{}/{}", end - 1, size + 1 + upto(500)));
            }
            Some(Fault::LyingLength) => served.headers().content_length = Some((length + 1 + upto(500)).to_string()),
            _ => {}
        }
        match fault {
            // A length that is longer than the body ends as a cut.
            Some(Fault::ByteCut | Fault::ByteCutAtOnce | Fault::LyingLength) => served.fate = Fate::Cut,
            Some(Fault::ByteStall) => served.fate = Fate::Stall,
            _ => {}
        }
    }
}

fn expired(status: u16) -> Served {
    Served::text(status, "application/xml", "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>")
}
