//! Wire formats: which paths are asked, and how a body is read.
//!
//! A format is one file here and one row in [`TABLE`]; everything it shares with the others is in the rules beside it.

mod errors;
mod newapi_generations;
mod openai_videos;
mod rules;
mod unified_video;
mod unwrap;
mod urls;
pub mod words;

pub use errors::{reason, reason_of_text};
pub use rules::{items, read, read_all};
pub use urls::find as addresses;

use crate::task::Reason;
use crate::value::Value;

/// A wire format the client can ask in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `/v1/videos/{id}`: OpenAI's video API and its copies.
    OpenaiVideos,
    /// `/v1/video/query?id=`: what yunwu-style relays call unified.
    UnifiedVideo,
    /// `/v1/video/generations/{id}`: new-api and its deployments.
    NewapiGenerations,
}

/// Which rendition of a result a content path is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Variant {
    /// The clip.
    #[default]
    Video,
    /// A still.
    Thumbnail,
    /// Stills side by side.
    Spritesheet,
}

impl Variant {
    /// The word of the query.
    pub fn word(self) -> &'static str {
        match self {
            Variant::Video => "video",
            Variant::Thumbnail => "thumbnail",
            Variant::Spritesheet => "spritesheet",
        }
    }

    /// Reads the word of the query.
    pub fn named(word: &str) -> Option<Self> {
        [Variant::Video, Variant::Thumbnail, Variant::Spritesheet].into_iter().find(|variant| variant.word() == word)
    }
}

/// One format's row.
pub struct Spec {
    /// Which.
    pub format: Format,
    /// Its name in the public contract.
    pub name: &'static str,
    /// The paths it is known by, as the documentation shows them.
    #[cfg(not(target_arch = "wasm32"))]
    pub paths: &'static [&'static str],
    /// Who speaks it.
    #[cfg(not(target_arch = "wasm32"))]
    pub spoken_by: &'static str,
    /// Where the finished video is found.
    #[cfg(not(target_arch = "wasm32"))]
    pub video_at: &'static str,
    /// The path of a status request, for an encoded id.
    pub status_path: fn(&str) -> String,
    /// The path of the bytes, for an encoded id, where the relay serves them itself.
    pub content_path: Option<fn(&str, Variant) -> String>,
    /// Whether a body has the marks of this format and of no other in the table.
    pub marks: fn(&Value) -> bool,
}

/// All formats, in the order in which `auto` tries their routes.
pub const TABLE: &[Spec] = &[openai_videos::SPEC, unified_video::SPEC, newapi_generations::SPEC];

impl Format {
    /// Finds a format by its public name.
    pub fn named(name: &str) -> Option<Self> {
        TABLE.iter().find(|spec| spec.name == name).map(|spec| spec.format)
    }

    /// The format's row.
    pub fn spec(self) -> &'static Spec {
        // Each variant's own file holds its row, so there is nothing to search or to miss.
        match self {
            Format::OpenaiVideos => &openai_videos::SPEC,
            Format::UnifiedVideo => &unified_video::SPEC,
            Format::NewapiGenerations => &newapi_generations::SPEC,
        }
    }

    /// Which format's shape a body has; OpenAI's where nothing tells.
    pub fn sniff(body: &Value) -> Self {
        TABLE.iter().find(|spec| (spec.marks)(body)).map_or(Format::OpenaiVideos, |spec| spec.format)
    }
}

/// Whether an error says that the relay has no such task, in words rather than by a 404.
pub fn says_no_task(reason: &Reason) -> bool {
    matches!(reason.code.as_deref(), Some("task_not_exist" | "task_not_found" | "video_not_found"))
}
