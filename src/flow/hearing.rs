//! An answer that is given bit by bit, while what was asked for is being made.

use super::create::{Create, unclear};
use super::{Answer, Body, Exchange, Trouble};
use crate::failure::Failure;
use crate::format::Talk;
use crate::options::Config;
use crate::platform::{Moment, Platform};
use crate::policy::verdict;
use crate::reading::{Reading, Snapshot};
use crate::task::{Reason, Task};

/// What has come in so far.
#[derive(Debug, Clone, Default)]
pub struct Hearing {
    talk: Talk,
    /// What was told of it last.
    told: Option<(Option<f64>, bool)>,
}

impl Create {
    /// Takes the next piece of the answer: how far the task is, where that has changed, and whether nothing that is to come can
    /// change what it has come to.
    pub fn hear(&mut self, piece: &str, config: &Config, platform: &Platform) -> (Option<Task>, bool) {
        let Some(mut hearing) = self.hearing.take() else { return (None, true) };
        let talk = &mut hearing.talk;
        talk.push(piece, platform);
        let over = talk.is_ended() || talk.is_too_large();
        let news = if talk.heard() > 0 { Some(talk.news()) } else { None };
        let changed = news != hearing.told && !over;
        hearing.told = news;
        let talk = &hearing.talk;
        let news = changed.then(|| self.task(talk.running(), talk.completion(), config));
        self.hearing = Some(hearing);
        (news, over)
    }

    /// The answer has ended, or has broken off: what it has come to. `whole` is all of it, with a body where it was JSON: whatever
    /// was asked for, some relays answer so.
    pub fn heard(
        &mut self,
        whole: Answer,
        broken: Option<Trouble>,
        config: &Config,
        moment: Moment,
        platform: &Platform,
    ) -> Result<Task, Failure> {
        let mut hearing = self.hearing.take().unwrap_or_default();
        hearing.talk.end(platform);
        self.conclude(&mut hearing.talk, whole, broken, config, moment, platform).map_err(unclear)
    }

    fn conclude(
        &self,
        talk: &mut Talk,
        mut whole: Answer,
        broken: Option<Trouble>,
        config: &Config,
        moment: Moment,
        platform: &Platform,
    ) -> Result<Task, Failure> {
        if talk.is_too_large() {
            whole.body = Body::TooLarge;
        }
        if let Body::Json(body) = &whole.body
            && let Some(completion) = Talk::of(body, platform)
        {
            *talk = completion;
        } else if broken.is_none() && !matches!(whole.body, Body::Text { html: false } | Body::Empty) {
            return self.made(&Exchange::Answer(whole), config, moment, platform);
        }
        if let Reading::Task(snapshot) = talk.reading(platform) {
            return Ok(self.task(snapshot, talk.completion(), config));
        }
        let url = self.url(config);
        Err(if talk.is_over() {
            verdict::refusal(&url, &whole, Reason::default(), moment, platform)
        } else {
            verdict::trouble_failure(&url, broken.unwrap_or(Trouble::Network))
        })
    }

    /// The task of a conversation: under its own id, else under that of the completion.
    fn task(&self, mut snapshot: Box<Snapshot>, completion: Option<&str>, config: &Config) -> Task {
        let id = snapshot.id.take().or_else(|| completion.map(str::to_owned));
        snapshot.of(self.task_ref(id, config))
    }
}

/// Tasks whose answer was all there is of them: no route knows them.
#[derive(Debug, Default)]
pub struct Finished(Vec<Task>);

/// So many are kept.
const KEPT: usize = 100;

impl Finished {
    /// Keeps a task that is final.
    pub fn keep(&mut self, task: &Task) {
        if task.status.is_final() && !task.task_ref.id.is_empty() {
            if self.0.len() >= KEPT {
                self.0.remove(0);
            }
            self.0.push(task.clone());
        }
    }

    /// The task of an id, the latest of its name.
    pub fn find(&self, id: &str) -> Option<Task> {
        self.0.iter().rev().find(|kept| kept.task_ref.id == id).cloned()
    }
}

/// What came of a request that makes something.
#[derive(Debug, Clone, PartialEq)]
pub enum Made {
    /// A task.
    Task(Box<Task>),
    /// Something else, that the facade takes as it is.
    Other,
    /// An answer that is being given: [`Create::hear`] takes it.
    Talk,
}
