//! Wire formats: which paths are asked, and how a body is read.
//!
//! A format is one file here and one row in [`TABLE`]; everything it shares with the others is in the rules beside it.

mod ask;
mod batch;
mod chat;
mod chat_text;
#[cfg(not(target_arch = "wasm32"))]
pub mod doc;
mod doubao;
mod errors;
mod jimeng;
mod kling;
mod luma;
mod midjourney;
mod minimax;
mod newapi_generations;
mod openai_videos;
mod outputs;
mod replicate;
mod rules;
mod runway;
mod sora_chat;
mod suno;
mod times;
mod unified_video;
mod unwrap;
mod urls;
mod veo_native;
mod vidu;
mod wan;
pub mod words;

pub use ask::{Ask, Id};
pub use batch::Batch;
pub use chat::{Talk, read_text};
pub use errors::{reason, reason_of_text};
pub use openai_videos::VIDEOS;
pub use outputs::video;
pub use rules::{items, read, read_all, read_all_as, read_as};
pub use unwrap::id_of;
pub use urls::find as addresses;

use crate::create::Ways;
use crate::failure::Code;
use crate::options::Config;
use crate::platform::Platform;
use crate::reading::Reading;
use crate::task::{Reason, Status};
use crate::text::{among, before, begins, nth, parts, split};
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
    /// `/v1/chat/completions`: a video at the end of a conversation.
    SoraChat,
    /// Kling, both generations.
    Kling,
    /// Alibaba's Wan, in DashScope's form.
    Wan,
    /// MiniMax, also known as Hailuo.
    Minimax,
    /// Vidu.
    Vidu,
    /// Volcengine's Doubao, also known as Seedance.
    Doubao,
    /// Google's Veo as long-running operations.
    VeoNative,
    /// Suno's songs, in the relays' form.
    Suno,
    /// Midjourney, in midjourney-proxy's form.
    Midjourney,
    /// Volcengine's Jimeng.
    Jimeng,
    /// Luma's Dream Machine.
    Luma,
    /// Runway.
    Runway,
    /// Replicate.
    Replicate,
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
    /// For the documentation and the simulator.
    #[cfg(not(target_arch = "wasm32"))]
    pub doc: &'static doc::Doc,
    /// What stands before its paths, with `|` between them: what most relays write first, the vendor's own among them. Asked
    /// one after another until one is served.
    pub prefixes: &'static str,
    /// What a task may be of, where the paths tell it apart, with `|` between them; the first is meant unless a ref names
    /// another. Empty for most.
    pub kinds: &'static str,
    /// The status requests, a line each: how a kind begins that is asked so, or after a `@` an id, and behind a space the
    /// template, see [`Ask::of`].
    pub status: &'static str,
    /// The path of the bytes, for an encoded id, where the relay serves them itself.
    pub content_path: Option<fn(&str, Variant) -> String>,
    /// A header that takes the key beside `Authorization`.
    pub key_header: Option<&'static str>,
    /// Sent with every request for JSON.
    pub headers: &'static [(&'static str, &'static str)],
    /// Whether a body has the marks of this format and of no other: the body, and the task in it.
    pub marks: fn(&Value, &Value) -> bool,
    /// Where the vendor's own body keeps its results, a line each: keys on the way, with dots between them, where each element
    /// of a list is one that has places; and behind a space what is found in an element: `video:` and the like, and places, best
    /// first, with `|` between them. `*` marks base64 before a place, and stands for any key in it: `output.*`.
    pub results: &'static str,
    /// The state of a task whose body has no word for it, or another than its words say.
    pub state: Option<fn(&Value, &Value) -> Option<Status>>,
    /// What makes something is answered while it is being made.
    pub talks: bool,
    /// Reads a body that is of no use to the common rules.
    pub read: Option<fn(&Value, &Platform) -> Option<Reading>>,
    /// `progress` is a fraction where it is a number; a percentage in all other formats.
    pub fraction: bool,
    /// What the vendor's own codes mean, with `|` between them, beyond those that any relay may send.
    pub codes: &'static [(&'static str, Code)],
    /// Where to ask for the outputs of a finished task that names none: a path after the prefix.
    pub follow: Option<fn(&Value) -> Option<String>>,
    /// The ways in which it is asked to make something.
    pub create: Ways,
    /// Sent with these requests alone.
    pub create_headers: &'static [(&'static str, &'static str)],
    /// One request for many tasks, where the wire has it.
    pub batch: Option<Batch>,
}

impl Spec {
    /// The vendor whose marks a body has.
    pub fn vendor(body: &Value, object: &Value) -> Option<&'static Spec> {
        Spec::marked(AUTO, TABLE.len(), body, object)
    }

    /// The first of some rows whose marks a body has.
    fn marked(from: usize, to: usize, body: &Value, object: &Value) -> Option<&'static Spec> {
        TABLE.get(from..to)?.iter().find(|spec| (spec.marks)(body, object)).copied()
    }

    /// How many prefixes there are.
    pub fn count(&self) -> u8 {
        parts(self.prefixes, b"|").count() as u8
    }

    /// What stands before its paths: the caller's own word for it, or one of its prefixes.
    pub fn prefix<'a>(&'a self, prefix: u8, config: &'a Config) -> &'a str {
        config.prefix.as_deref().unwrap_or_else(|| nth(self.prefixes, prefix.into()))
    }

    /// A kind as a ref names it: not where it is the usual one, or the paths do not tell it.
    pub fn unusual(&self, kind: &str) -> Option<String> {
        (!self.kinds.is_empty() && before(self.kinds, b"|") != kind).then(|| kind.to_owned())
    }

    /// The status request for an id of a kind.
    pub fn ask(&self, id: Id, kind: &str) -> Ask {
        for line in parts(self.status, b"\n") {
            let (of, template) = split(line, b" ");
            let fits = match of.as_bytes().first() {
                Some(b'@') => begins(id.plain, of.get(1..).unwrap_or_default()),
                _ => begins(kind, of),
            };
            if fits {
                return Ask::of(template.unwrap_or_default(), id, kind);
            }
        }
        Ask::of("", id, kind)
    }
}

/// A row with what most formats have in common.
const PLAIN: Spec = Spec {
    format: Format::OpenaiVideos,
    name: "",
    #[cfg(not(target_arch = "wasm32"))]
    doc: &doc::Doc::PLAIN,
    prefixes: "",
    kinds: "",
    status: "",
    content_path: None,
    key_header: None,
    headers: &[],
    marks: |_, _| false,
    results: "",
    state: None,
    talks: false,
    read: None,
    fraction: false,
    codes: &[],
    follow: None,
    create: "",
    create_headers: &[],
    batch: None,
};

/// Where a relay serves a format: it need be found out only once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// The format.
    pub format: Format,
    /// Which of its prefixes.
    pub prefix: u8,
}

impl From<Format> for Route {
    fn from(format: Format) -> Self {
        Route { format, prefix: 0 }
    }
}

/// All formats, as the documentation lists them. The first three are those that `auto` tries, in this order.
pub static TABLE: &[&Spec] = &[
    &openai_videos::SPEC,
    &unified_video::SPEC,
    &newapi_generations::SPEC,
    &sora_chat::SPEC,
    &kling::SPEC,
    &wan::SPEC,
    &minimax::SPEC,
    &vidu::SPEC,
    &doubao::SPEC,
    &veo_native::SPEC,
    &suno::SPEC,
    &midjourney::SPEC,
    &jimeng::SPEC,
    &luma::SPEC,
    &runway::SPEC,
    &replicate::SPEC,
];

/// How many of the table's first formats `auto` tries.
pub const AUTO: usize = 3;

impl Format {
    /// Finds a format by its public name.
    pub fn named(name: &str) -> Option<Self> {
        TABLE.iter().find(|spec| spec.name == name).map(|spec| spec.format)
    }

    /// The format's row.
    pub fn spec(self) -> &'static Spec {
        // The table is in the order of the variants; a test holds it to that.
        TABLE.get(self as usize).copied().unwrap_or(&openai_videos::SPEC)
    }

    /// Which format's shape a body has, the task in it being `object`; OpenAI's where nothing tells. Vendors' marks come
    /// first: a relay's envelope may be around any of them.
    pub fn sniff(body: &Value, object: &Value) -> Self {
        let marked = Spec::vendor(body, object).or_else(|| Spec::marked(0, AUTO, body, object));
        marked.map_or(Format::OpenaiVideos, |spec| spec.format)
    }
}

/// Whether an error says that the relay has no such task, in words rather than by a 404.
pub fn says_no_task(reason: &Reason) -> bool {
    // midjourney-proxy's words, as new-api writes them, come with a code that says nothing.
    let says = |said: &Option<String>| among(said.as_deref().unwrap_or_default().trim_ascii(), NO_TASK);
    says(&reason.code) || says(&reason.message)
}

const NO_TASK: &str = "not_found|task_not_exist|task_not_found|task_no_found|video_not_found";
