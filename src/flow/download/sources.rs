//! Where a download's bytes may be asked for.

use super::{Download, Scene};
use crate::address::{Target, encode_id};
use crate::failure::{Code, Failure};
use crate::format::Variant;
use crate::task::Kind;
use crate::text::digits;

/// Where bytes are asked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Source {
    /// A result's own address.
    Address(String),
    /// The relay's content path.
    Content,
}

/// What is to be done for a place's bytes.
pub(super) enum Aim {
    Ask(Target),
    Decode(String),
}

impl Download {
    /// All places, best first.
    pub(super) fn plan(&self) -> Result<Vec<Source>, Failure> {
        let content = self.task.task_ref.format.spec().content_path.is_some();
        let outputs = &self.task.outputs;
        let of_kind = |kind: Kind| outputs.iter().position(|output| output.kind == kind);
        let usual = of_kind(Kind::Video).unwrap_or(0);
        let chosen = match self.variant {
            Variant::Video => Some(self.output.unwrap_or(usual)),
            // Where there is a content path, it knows the still; elsewhere an output is one.
            Variant::Thumbnail if !content => of_kind(Kind::Cover),
            _ => None,
        };
        let address = chosen.and_then(|chosen| outputs.get(chosen));
        if self.output.is_some_and(|output| output > 0) && chosen.is_some() && address.is_none() {
            let count = digits(outputs.len() as u64);
            let message = ["output must be below ", &count, ", the number of the task's outputs."].concat();
            return Err(Failure::argument(message).with_task(&self.task));
        }
        let mut sources = Vec::new();
        if let Some(output) = address {
            sources.push(Source::Address(output.url.clone()));
        }
        // The content path has the one video only.
        if content && self.output.is_none_or(|output| output == usual) {
            sources.push(Source::Content);
        }
        Ok(sources)
    }

    /// The first of them.
    pub(super) fn aim(&self, scene: &Scene) -> Result<Aim, Failure> {
        match self.sources.first() {
            None => {
                Err(Failure::new(Code::NoOutput, "The task succeeded, but names no output and its format has no content path."))
            }
            Some(Source::Address(url)) if url.get(..5).is_some_and(|s| s.eq_ignore_ascii_case("data:")) => {
                Ok(Aim::Decode(url.clone()))
            }
            Some(Source::Address(url)) => {
                scene.config.base.follow(url, None, scene.config.guard_private, scene.platform).map(Aim::Ask)
            }
            Some(Source::Content) => {
                let id = encode_id(&self.task.task_ref.id)?;
                let path = self.task.task_ref.format.spec().content_path.map(|path| path(&id, self.variant));
                path.map(|path| Aim::Ask(scene.config.base.join(&path)))
                    .ok_or_else(|| Failure::new(Code::NoOutput, "No content path."))
            }
        }
    }
}
