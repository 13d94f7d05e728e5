//! What the documentation and the simulator say of a format: its calls, its words and the bodies that a relay sends. Of the host
//! alone, so that it costs the wasm no byte. A test reads every body by the rules, and gets what it is a sample of.

use serde::Serialize;

/// The documentation of one format.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Doc {
    /// What it is, in a sentence or two of Markdown.
    pub about: &'static str,
    /// Who speaks it.
    pub spoken_by: &'static str,
    /// Where the outputs are.
    pub outputs_at: &'static str,
    /// Its calls, the usual status call first.
    pub calls: &'static [Call],
    /// Its bodies; a call names those that answer it.
    pub bodies: &'static [Bodies],
    /// What it says with an HTTP status, where a script gives no other words: status, code, message.
    pub errors: &'static [(u16, &'static str, &'static str)],
    /// Where a finished task has its video, if its script does not say: a `Place` of the simulator.
    pub place: &'static str,
    /// The field for an address that the sample has no place for.
    pub field: &'static str,
    /// What a source tells, and where it is.
    pub sources: &'static [(&'static str, &'static str)],
}

/// What a call does.
#[derive(Serialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Does {
    /// Asks for one task.
    Status,
    /// Asks for several, by their ids.
    Many,
    /// Lists all, page by page.
    List,
    /// Makes a task.
    Create,
    /// Makes a task and tells of it until it has ended, as server-sent events where asked to.
    Stream,
    /// Asks for the result of a finished task by the name of its file.
    File,
    /// Gives the bytes.
    Content,
    /// Removes a task.
    Delete,
}

/// One call: `{id}`, `{kind}`, `{model}` and others in braces vary.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// What for.
    pub does: Does,
    /// Method and path, from the prefix on; with a query where that matters.
    pub ask: &'static str,
    /// The body of a POST that asks, as JSON; `{ids}` is a list.
    pub body: &'static str,
    /// Which `{kind}` there may be in the path.
    pub kinds: &'static [&'static str],
    /// What `{id}` is, where it is more than one part of the path.
    pub id: &'static str,
    /// The name of the bodies that answer.
    pub bodies: &'static str,
    /// What a create call must bring, and which values it may have, with `|` between them: `input.prompt`, `@header`. The
    /// first is the prompt.
    pub needs: &'static [(&'static str, &'static str)],
    /// A create call is a form, not JSON, or may be either.
    pub form: bool,
}

/// Bodies that belong together.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Bodies {
    /// Empty, or which of several.
    pub name: &'static str,
    /// The words for each state, the usual one first.
    pub words: &'static [(&'static str, &'static [&'static str])],
    /// Around a task: JSON with `"{task}"` in it.
    pub one: &'static str,
    /// Around several: JSON with `"{tasks}"` in it.
    pub many: &'static str,
    /// A new task's id.
    pub id: &'static str,
    /// The bodies.
    pub samples: &'static [Sample],
}

/// A body as JSON, with placeholders. A text that is one placeholder becomes a value of its type.
///
/// `{id} {word} {model} {prompt} {seconds} {size} {width} {height}`; `{http}` of an error; `{hex:26}`, `{digits:18}` and `{uuid}`, which
/// look like an id, the first two of that length; `{percent}` of 100 and `{progress}` of 1; `{url} {cover} {image}
/// {audio} {base64}` of the outputs, `{audio:2}` of the second; `{created} {started} {finished} {updated} {expires}` in seconds, with
/// `:ms`, `:iso` or `:text` in other forms; `{code} {message}` of a failure. `{name|else}` has a value for what there is none of.
/// `Filler` of `tests/core/filler.rs` has them all.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Sample {
    /// States it is the task of, with a blank between them; `queued%` where the script tells progress, too; `=NOT_START` for one
    /// word. Or an answer of its own: `created`, `not_found`, `refused`, `error`, `file`, `deleted`, `chunk`.
    pub of: &'static str,
    /// HTTP status.
    pub http: u16,
    /// Of a task, with its envelope, which is another than the usual one.
    pub whole: bool,
    /// JSON.
    pub body: &'static str,
}

impl Doc {
    /// What most formats have in common.
    pub const PLAIN: Doc = Doc {
        about: "",
        spoken_by: "",
        outputs_at: "",
        calls: &[],
        bodies: &[],
        errors: &[],
        place: "cdn",
        field: "",
        sources: &[],
    };
}

const CALL: Call = Call { does: Does::Status, ask: "", body: "", kinds: &[], id: "{id}", bodies: "", needs: &[], form: false };

/// A call by method and path alone.
pub const fn call(does: Does, ask: &'static str) -> Call {
    Call { does, ask, ..CALL }
}

/// A create call with JSON.
pub const fn create(ask: &'static str, needs: &'static [(&'static str, &'static str)]) -> Call {
    Call { does: Does::Create, ask, needs, ..CALL }
}

impl Call {
    /// A POST that asks.
    pub const fn with(self, body: &'static str) -> Call {
        Call { body, ..self }
    }

    /// Of these kinds.
    pub const fn kinds(self, kinds: &'static [&'static str]) -> Call {
        Call { kinds, ..self }
    }

    /// Answered by other bodies than the first.
    pub const fn answers(self, bodies: &'static str) -> Call {
        Call { bodies, ..self }
    }

    /// With an id of several parts.
    pub const fn id(self, id: &'static str) -> Call {
        Call { id, ..self }
    }

    /// As a form.
    pub const fn form(self) -> Call {
        Call { form: true, ..self }
    }
}

/// A sample with HTTP status 200.
pub const fn sample(of: &'static str, body: &'static str) -> Sample {
    Sample { of, http: 200, whole: false, body }
}

/// A sample with another HTTP status.
pub const fn answer(http: u16, of: &'static str, body: &'static str) -> Sample {
    Sample { of, http, whole: true, body }
}

/// new-api's words for each state.
pub const NEW_API_WORDS: &[(&str, &[&str])] = &[
    ("queued", &["QUEUED", "SUBMITTED", "NOT_START"]),
    ("running", &["IN_PROGRESS"]),
    ("succeeded", &["SUCCESS"]),
    ("failed", &["FAILURE"]),
    ("unknown", &["UNKNOWN"]),
];
/// new-api's envelope around a task.
pub const NEW_API_ONE: &str = r#"{"code":"success","message":"","data":"{task}"}"#;
/// new-api has no such task, whoever else might have answered in that format.
pub const NEW_API_NOT_FOUND: Sample =
    answer(400, "not_found", r#"{"code":"task_not_exist","message":"task_not_exist","data":null}"#);
/// new-api refuses.
pub const NEW_API_REFUSED: Sample = answer(400, "refused", r#"{"code":"invalid_request","message":"{message}","data":null}"#);
/// new-api with any other error.
pub const NEW_API_ERROR: Sample = sample("error", r#"{"code":"{code|}","message":"{message}","data":null}"#);

/// No such task, as OpenAI says it.
pub const OPENAI_NOT_FOUND: Sample = answer(
    404,
    "not_found",
    r#"{"error":{"message":"Video '{id}' not found.","type":"invalid_request_error","param":null,"code":"task_not_found"}}"#,
);
/// A refusal, as OpenAI says it.
pub const OPENAI_REFUSED: Sample = answer(
    400,
    "refused",
    r#"{"error":{"message":"{message}","type":"invalid_request_error","param":"{field}","code":"missing_required_parameter"}}"#,
);
/// Any other error, as OpenAI says it.
pub const OPENAI_ERROR: Sample =
    sample("error", r#"{"error":{"message":"{message}","type":"{type}","param":null,"code":"{code}"}}"#);

/// A sample of a task that brings its own envelope.
pub const fn whole(of: &'static str, body: &'static str) -> Sample {
    answer(200, of, body)
}
