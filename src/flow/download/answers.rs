//! What each answer to a download's request means.

use super::sources::Source;
use super::{Download, Flow, MAX_LEADS, Scene, Step};
use crate::address::Target;
use crate::failure::{Code, Failure};
use crate::flow::query::redirect;
use crate::flow::{Answer, Body, Exchange};
use crate::format;
use crate::options::MAX_HOPS;
use crate::policy::resume::{Version, content_range, unsatisfied, validator};
use crate::policy::{retry, sniff, verdict};
use crate::reading::Reading;
use crate::task::{Reason, Status};
use crate::text::{ends, find};
use crate::value::{Value, decimal};

impl Download {
    pub(super) fn ended(&mut self, exchange: &Exchange, scene: &Scene) -> Step {
        let target = self.target.clone().unwrap_or_else(|| Target { url: String::new(), credentialed: false });
        if let Some(location) = redirect(exchange) {
            return self.follow(&target, location, scene);
        }
        let answer = match exchange {
            Exchange::Answer(answer) => answer,
            Exchange::Failed(trouble) => {
                return self.again(verdict::trouble_failure(&target.url, *trouble), None, scene);
            }
        };
        match (answer.status, &answer.body) {
            (200 | 206, Body::Unread) => self.open(answer, scene),
            (200..=299, Body::Json(_)) => self.lead(&target.url, answer, scene),
            _ => self.refused(&target.url, answer, scene),
        }
    }

    fn follow(&mut self, from: &Target, location: &str, scene: &Scene) -> Step {
        self.hops += 1;
        let target = if self.hops > MAX_HOPS {
            Err(Failure::new(Code::UnexpectedResponse, "The result's address redirects without end."))
        } else {
            scene.config.base.follow(location, Some(&from.url), scene.config.guard_private, scene.platform)
        };
        match target {
            Ok(target) => {
                let credentialed = target.credentialed && from.credentialed;
                self.target = Some(Target { credentialed, ..target });
                self.send(scene)
            }
            Err(failure) => self.spoiled(failure, scene),
        }
    }

    /// Bytes: checks that they are the piece that was asked for.
    fn open(&mut self, answer: &Answer, scene: &Scene) -> Step {
        let headers = &answer.headers;
        if sniff::is_markup(headers.content_type.as_deref()) {
            let failure = Failure::new(Code::NotAVideo, "A web page or an XML document came where a video was due.");
            return self.spoiled(failure, scene);
        }
        if sniff::is_multipart(headers.content_type.as_deref()) {
            return self.unranged(scene);
        }
        let encoded =
            headers.content_encoding.as_deref().is_some_and(|encoding| !encoding.trim_ascii().eq_ignore_ascii_case("identity"));
        let length = headers.content_length.as_deref().and_then(decimal).filter(|_| !encoded);
        let partial = answer.status == 206;
        let range = headers.content_range.as_deref().and_then(content_range);
        let first = match (partial, range) {
            (true, Some(range)) => Some(range.first),
            // A browser hides Content-Range unless the relay exposes it: then the length must fit the piece asked for.
            (true, None) => headers.content_range.is_none().then(|| self.unspoken(length)).flatten(),
            // A 200 that says it is a part: whoever changed its status did not make it whole.
            _ => range.is_none_or(|range| range.first == 0.0).then_some(0.0),
        };
        // A part of packed bytes is no part of the video.
        let fits = |first: &f64| *first <= self.delivered && (!encoded || *first == 0.0);
        let Some(first) = first.filter(fits) else { return self.unranged(scene) };
        let total = range.map_or(length.filter(|_| !partial), |range| range.total).filter(|_| !encoded);
        let version = Version::of(headers, encoded);
        if self.delivered == 0.0 {
            // What an earlier answer told is of bytes that nobody has got.
            self.forget();
        } else {
            let resized = total.is_some_and(|total| self.total.map_or(total < self.delivered, |known| known != total));
            let changed = resized || self.version.differs(&version);
            if changed && self.stale {
                self.forget();
                return self.send(scene);
            }
            if changed {
                return self.other_bytes();
            }
        }
        let pinned = if encoded { None } else { validator(headers.etag.as_deref(), headers.last_modified.as_deref()) };
        self.ranged = !encoded;
        self.joined = first > 0.0;
        self.total = self.total.or(total);
        self.open_ended = partial && !encoded && self.total.is_none();
        self.validator = self.validator.take().or(pinned);
        self.version.learn(version);
        self.media_type = headers.content_type.clone().or(self.media_type.take());
        // What pins packed bytes does not pin the unpacked ones that a later run would continue.
        let (validator, media_type) = (self.validator.clone().filter(|_| !encoded), self.media_type.clone());
        Step::Stream(Flow { at: self.delivered, skip: self.delivered - first, validator, total: self.total, media_type })
    }

    /// Where a part begins that does not tell: at the byte asked for, if its length fits there.
    fn unspoken(&self, length: Option<f64>) -> Option<f64> {
        let first = if self.ranged { self.delivered } else { 0.0 };
        let fits = |length| self.total.is_none_or(|total| if self.ranged { first + length <= total } else { length == total });
        (self.delivered == 0.0 || length.is_some_and(fits)).then_some(first)
    }

    /// JSON in place of bytes: an address, the bytes as text, or a refusal.
    fn lead(&mut self, url: &str, answer: &Answer, scene: &Scene) -> Step {
        let Body::Json(value) = &answer.body else { return self.give_up(Failure::new(Code::Internal, "A lead that is none.")) };
        if let Some(bytes) = encoded_bytes(value).filter(|_| self.leads == 0) {
            return self.led(bytes, scene);
        }
        let snapshot = match format::read(value, answer.status, scene.platform) {
            Reading::Task(snapshot) => snapshot,
            Reading::Error(reason) => {
                let failure = verdict::refusal(url, answer, reason, scene.moment, scene.platform);
                return self.spoiled(failure, scene);
            }
            Reading::Nothing => return self.spoiled(self.not_a_video(answer, "JSON"), scene),
        };
        // A download's answer need not name a state: an address in it is meant.
        let address = match snapshot.outputs.first() {
            Some(output) => Some(output.url.clone()),
            None if snapshot.raw_status.is_none() => format::addresses(value).first().cloned(),
            None => None,
        };
        match address {
            Some(address) if self.leads < MAX_LEADS && self.target.as_ref().is_none_or(|target| target.url != address) => {
                self.led(address, scene)
            }
            None if matches!(snapshot.status, Status::Queued | Status::Running | Status::Unknown) => {
                let mut failure = self.not_a_video(answer, "a task that is not finished");
                failure.code = Code::Server;
                self.again(failure, None, scene)
            }
            _ => self.spoiled(self.not_a_video(answer, "JSON"), scene),
        }
    }

    fn led(&mut self, address: String, scene: &Scene) -> Step {
        self.leads += 1;
        self.target = None;
        self.sources.insert(0, Source::Address(address));
        self.send(scene)
    }

    fn not_a_video(&self, answer: &Answer, what: &str) -> Failure {
        let mut failure = Failure::new(Code::NotAVideo, [what, " came where a video was due."].concat());
        failure.http_status = Some(answer.status);
        failure
    }

    fn refused(&mut self, url: &str, answer: &Answer, scene: &Scene) -> Step {
        let reason = match &answer.body {
            Body::Json(value) => format::reason(value, false, scene.platform),
            _ => Reason::default(),
        };
        let mut failure = verdict::refusal(url, answer, reason, scene.moment, scene.platform);
        if failure.code == Code::Auth && !self.target.as_ref().is_some_and(|target| target.credentialed) {
            // No key was sent there: it is the address that is refused.
            failure.code = Code::Rejected;
        }
        let said = failure.server.as_ref().and_then(|reason| reason.message.as_deref()).unwrap_or_default();
        // 416: nothing left, or a server that lost count. Older new-api cannot pass a 206 on: controller/video_proxy.go.
        let range_refused = self.delivered > 0.0 && self.ranged && (answer.status == 416 || ends(said, "status 206"));
        if range_refused {
            let length = answer.headers.content_range.as_deref().and_then(unsatisfied);
            // Of an earlier run's part only If-Range has told that it is of this version.
            let pinned = !self.stale || self.validator.is_some();
            let unknown = length.is_none() && self.open_ended && self.total.is_none();
            if answer.status == 416 && unknown && !self.doubted {
                // Only this refusal tells that nothing follows. A server that says so again is believed.
                self.doubted = true;
                return self.send(scene);
            }
            let all = length.map_or(self.doubted, |length| {
                length == self.delivered && self.total.is_none_or(|total| total == length) && pinned
            });
            if answer.status == 416 && all {
                return Step::Done(Ok(()));
            }
            return self.unranged(scene);
        }
        // The relay may say "not completed yet" a moment after it called the task finished: new-api, SGLang.
        let early = find(said, "not completed yet").or(find(said, "still in-progress")).is_some() || answer.status == 409;
        let advice = answer.headers.advice().or(early.then_some(true));
        if retry::may_pass(&failure, advice) {
            return self.again(failure, advice, scene);
        }
        self.spoiled(failure, scene)
    }

    /// Asks for the whole again; what was delivered is dropped from its start.
    fn unranged(&mut self, scene: &Scene) -> Step {
        if self.ranged && self.delivered > 0.0 {
            self.ranged = false;
            return self.send(scene);
        }
        let failure = Failure::new(Code::DownloadIncomplete, "The server answers another part than was asked for.");
        if self.delivered > 0.0 { self.give_up(failure) } else { self.spoiled(failure, scene) }
    }
}

/// Bytes as text in JSON, without the `data:` that other relays add.
fn encoded_bytes(value: &Value) -> Option<String> {
    let base64 = value.say("base64|data.base64")?;
    value.get("data_url").is_null().then(|| ["data:video/mp4;base64,", base64].concat())
}
