//! A conversation as the answer to a request for a clip: read from a stream while it comes in, or from one body.

use super::chat_text::{address, body, id, progress, settled, unescaped};
use super::{Format, errors, read, rules, times, urls};
use crate::options::MAX_JSON_BYTES;
use crate::platform::Platform;
use crate::reading::{Reading, Snapshot};
use crate::sse::Events;
use crate::task::{Kind, Output, Status};
use crate::text::{begins, parts};
use crate::value::Value;

/// Before what went wrong.
const CROSS: &str = "❌";
/// So much of what was read before is read again with a new piece: a label or a number may be cut anywhere.
const OVERLAP: usize = 256;

/// What an assistant has said so far.
#[derive(Debug, Clone)]
pub struct Talk {
    events: Events,
    bytes: usize,
    /// How many events were understood.
    heard: usize,
    content: String,
    reasoning: String,
    /// Where in the content the latest piece of it begins.
    latest: usize,
    /// How far it is, and what events have told outright.
    task: Box<Snapshot>,
    /// The first id that was met, as long as not all is there: in the text, or of a copy without a watermark that is awaited.
    early: Option<String>,
    completion: Option<String>,
    over: bool,
    ended: bool,
}

impl Default for Talk {
    fn default() -> Self {
        let mut task = Snapshot::new(None, Format::SoraChat);
        task.status = Status::Running;
        Talk {
            events: Events::default(),
            bytes: 0,
            heard: 0,
            content: String::new(),
            reasoning: String::new(),
            latest: 0,
            task,
            early: None,
            completion: None,
            over: false,
            ended: false,
        }
    }
}

impl Talk {
    /// Whether this is a completion, or a chunk of one; relays leave out `object` more often than what it is about.
    pub fn is_in(body: &Value) -> bool {
        body.get("object").text().is_some_and(|kind| begins(kind, "chat.completion"))
            || body.get("choices").list().first().is_some_and(|choice| choice.has("message") || choice.has("delta"))
    }

    /// A completion that is there as a whole.
    pub fn of(body: &Value, platform: &Platform) -> Option<Self> {
        if !Self::is_in(body) {
            return None;
        }
        let mut talk = Talk::default();
        talk.hear(body, platform);
        talk.over = true;
        Some(talk)
    }

    /// Takes the next piece of a stream.
    pub fn push(&mut self, piece: &str, platform: &Platform) {
        self.bytes = self.bytes.saturating_add(piece.len());
        self.take(Some(piece).filter(|_| self.bytes as f64 <= MAX_JSON_BYTES), platform);
    }

    /// The stream has ended, or broken off.
    pub fn end(&mut self, platform: &Platform) {
        self.take(None, platform);
    }

    /// The stream has said that nothing follows.
    pub fn is_ended(&self) -> bool {
        self.ended
    }

    /// All was said: a reason to finish was given, or nothing follows.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// There was more than any answer has.
    pub fn is_too_large(&self) -> bool {
        self.bytes as f64 > MAX_JSON_BYTES
    }

    /// How many events were understood.
    pub fn heard(&self) -> usize {
        self.heard
    }

    /// The completion's own id.
    pub fn completion(&self) -> Option<&str> {
        self.completion.as_deref()
    }

    fn take(&mut self, piece: Option<&str>, platform: &Platform) {
        let mut events = std::mem::take(&mut self.events);
        events.push(piece, &mut |data| self.event(data, platform));
        self.events = events;
    }

    fn event(&mut self, data: &str, platform: &Platform) {
        if self.ended {
            return;
        }
        if begins(data, "[DONE]") {
            // Its line ends may have come as text.
            (self.over, self.ended) = (true, true);
            self.heard += 1;
        } else if let Some(event) = (platform.json)(data) {
            self.hear(&event, platform);
        } else {
            // Events without a blank line between them.
            for line in parts(data, b"\n") {
                if let Some(event) = (platform.json)(line) {
                    self.hear(&event, platform);
                }
            }
        }
    }

    /// One event, or a whole completion.
    fn hear(&mut self, event: &Value, platform: &Platform) {
        self.heard += 1;
        set(&mut self.completion, event.get("id"));
        set(&mut self.task.model, event.get("model"));
        if self.task.created_at.is_none() {
            self.task.created_at = times::of(event.get("created"), platform);
        }
        // A usage chunk has no choices and says nothing.
        let choices = event.get("choices").list();
        if choices.is_empty() && self.task.error.is_none() && errors::refuses(event, false) {
            self.task.error = Some(errors::reason(event, false, platform));
        }
        for choice in choices {
            let said = choice.first("message|delta", Value::is_map);
            let begin = self.content.len();
            self.content.push_str(said.get("content").text().unwrap_or_default());
            for part in said.get("content").list() {
                self.content.push_str(part.get("text").text().unwrap_or_default());
            }
            if self.content.len() > begin {
                self.latest = begin;
                self.told(true, begin, platform);
            }
            let begin = self.reasoning.len();
            let reasoning = said.first("reasoning_content|reasoning", |text| text.text().is_some());
            self.reasoning.push_str(reasoning.text().unwrap_or_default());
            if self.reasoning.len() > begin {
                self.told(false, begin, platform);
            }
            for output in said.get("output").list() {
                if let Some(url) = output.get("url").words().filter(|url| urls::is_address(url)) {
                    self.task.outputs.push(Output { kind: Kind::Video, url: url.to_owned() });
                }
                set(&mut self.task.id, output.get("task_id"));
            }
            set(&mut self.early, said.at("wm.task_id"));
            self.over |= choice.get("finish_reason").words().is_some();
        }
    }

    /// Looks for progress and an id in what was added.
    fn told(&mut self, in_content: bool, begin: usize, platform: &Platform) {
        let text = if in_content { &self.content } else { &self.reasoning };
        let mut from = begin.saturating_sub(OVERLAP);
        let tail = loop {
            match text.get(from..) {
                Some(tail) => break tail,
                None => from += 1,
            }
        };
        self.task.progress = progress(tail, platform).or(self.task.progress);
        if self.early.is_none() {
            self.early = id(settled(tail, usize::MAX), platform);
        }
    }

    /// What of it changes on the way.
    pub fn news(&self) -> (Option<f64>, bool) {
        (self.task.progress, self.early.is_some() || self.task.id.is_some())
    }

    /// How far it is while more is to come.
    pub fn running(&self) -> Box<Snapshot> {
        let mut task = self.task.clone();
        (task.outputs, task.error) = (Vec::new(), None);
        if task.id.is_none() {
            task.id.clone_from(&self.early);
        }
        task
    }

    /// What the answer has come to.
    pub fn reading(&mut self, platform: &Platform) -> Reading {
        // In an answer that broke off, what stands at its very end counts only if it came in one piece.
        let (content, reasoning) = if self.over { (0, 0) } else { (self.latest, usize::MAX) };
        let plain = unescaped(settled(&self.content, content));
        let named = id(&plain, platform).or_else(|| id(settled(&self.reasoning, reasoning), platform));
        if named.is_some() {
            self.early = named;
        }
        let task = &mut self.task;
        if task.error.is_none() && task.outputs.is_empty() {
            // What was said may be a body of its own.
            let body = body(&self.content, platform).filter(|body| !body.has("choices"));
            match body.map_or(Reading::Nothing, |body| read(&body, 200, platform)) {
                Reading::Task(mut inner) => {
                    (inner.format, inner.follow) = (task.format, None);
                    inner.id = task.id.take().or(inner.id.take()).or(self.early.take());
                    return Reading::Task(inner);
                }
                Reading::Error(reason) => task.error = Some(reason),
                Reading::Nothing => {
                    // A cross in the reasoning counts only where nothing else was said.
                    let place = if self.content.trim_ascii().is_empty() { &self.reasoning } else { &self.content };
                    if let Some(url) = address(crossed(&plain).unwrap_or(&plain), platform) {
                        task.outputs.push(Output { kind: Kind::Video, url });
                    } else if let Some(text) = crossed(place) {
                        task.error = Some(errors::reason_of_text(text, platform));
                    }
                }
            }
        }
        if task.id.is_none() {
            task.id = self.early.take();
        }
        if task.error.is_some() {
            (task.status, task.progress) = (Status::Failed, None);
            task.outputs.clear();
        } else if !task.outputs.is_empty() {
            (task.status, task.progress) = (Status::Succeeded, Some(1.0));
            task.expires_at = rules::expiry(&task.outputs, platform);
        } else if task.id.is_none() {
            return Reading::Nothing;
        } else if self.over {
            (task.status, task.progress) = (Status::Unknown, None);
        }
        Reading::Task(self.task.clone())
    }
}

/// Takes a text, unless there is one.
fn set(place: &mut Option<String>, value: &Value) {
    if place.is_none() {
        *place = value.words().map(str::to_owned);
    }
}

/// Reads an answer that is an event stream, given as text.
pub fn read_text(text: &str, http_status: u16, platform: &Platform) -> Reading {
    let mut talk = Talk::default();
    talk.push(text, platform);
    talk.end(platform);
    match talk.reading(platform) {
        Reading::Task(task) if http_status >= 400 => task.error.map_or(Reading::Nothing, Reading::Error),
        reading => reading,
    }
}

/// From the last cross on.
fn crossed(text: &str) -> Option<&str> {
    let at = text.as_bytes().windows(CROSS.len()).rposition(|window| window == CROSS.as_bytes());
    at.and_then(|at| text.get(at..))
}
