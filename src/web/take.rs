//! Arguments on their way in: what callers may hand in, checked.

use crate::address::Base;
use crate::failure::Failure;
use crate::flow::wait::State;
use crate::format::Format;
use crate::options::{Config, format_of};
use crate::platform::Platform;
use crate::reading::Snapshot;
use crate::task::{Kind, Output, Reason, Status, Task, TaskRef, is_kind};
use crate::text::split;
use crate::value::Value;

/// What a caller names a task by: an id, or a ref of this relay.
pub struct Named {
    /// The id.
    pub id: String,
    /// The route, where it is known.
    pub format: Option<Format>,
    /// What it is a task of, where that is known.
    pub kind: Option<String>,
}

/// Reads an id or a ref; a ref of another relay is refused.
pub fn named(task: &Value, config: &Config, platform: &Platform) -> Result<Named, Failure> {
    if let Some(id) = task.text() {
        return Ok(Named { id: id.to_owned(), format: config.format, kind: None });
    }
    ref_of(task, config, platform).map(|task_ref| Named { id: task_ref.id, format: Some(task_ref.format), kind: task_ref.kind })
}

/// Puts the id in the place of a clip that is a ref.
pub fn clip(order: &mut Value, config: &Config, platform: &Platform) -> Result<(), Failure> {
    if let Value::Map(fields) = order {
        for (name, value) in fields {
            if name == "video" && value.is_map() {
                *value = Value::Text(ref_of(value, config, platform)?.id);
            }
        }
    }
    Ok(())
}

fn ref_of(value: &Value, config: &Config, platform: &Platform) -> Result<TaskRef, Failure> {
    let (Some(id), Some(base_url)) = (value.get("id").text(), value.get("baseUrl").text()) else {
        return Err(Failure::argument("A task is named by its id, or by a ref: { id, format, baseUrl }."));
    };
    let format = format_of(value.get("format"))?.or(config.format);
    let base = Base::parse(base_url, platform)?;
    if base.url() != config.base.url() {
        let message = ["The ref is of another relay: ", base.url(), " is not ", config.base.url(), "."].concat();
        return Err(Failure::argument(message));
    }
    let format = format.ok_or_else(|| Failure::argument("The ref names no format."))?;
    Ok(TaskRef { id: id.to_owned(), format, kind: kind_of(value.get("kind"))?, base_url: base.url().to_owned() })
}

/// Reads a ref's `kind`: a part of a path.
fn kind_of(value: &Value) -> Result<Option<String>, Failure> {
    let Some(kind) = value.text() else { return Ok(None) };
    if is_kind(kind) {
        Ok(Some(kind.to_owned()))
    } else {
        Err(Failure::argument("The ref's kind is not one that a format knows."))
    }
}

/// Reads a task that this package gave out earlier.
pub fn task_of(value: &Value, config: &Config, platform: &Platform) -> Result<Task, Failure> {
    let task_ref = ref_of(value.get("ref"), config, platform)?;
    let status = &[Status::Queued, Status::Running, Status::Succeeded, Status::Failed, Status::Expired];
    let status = status.iter().copied().find(|status| value.get("status").text() == Some(status.word()));
    let text = |value: &Value| value.text().map(str::to_owned);
    let mut outputs = Vec::new();
    for output in value.get("outputs").list() {
        if let (Some(kind), Some(url)) = (output.get("kind").text().and_then(Kind::named), output.get("url").text()) {
            outputs.push(Output { kind, url: url.to_owned() });
        }
    }
    let snapshot = Box::new(Snapshot {
        format: task_ref.format,
        id: None,
        status: status.unwrap_or(Status::Unknown),
        raw_status: text(value.get("rawStatus")),
        progress: value.get("progress").number(),
        outputs,
        follow: None,
        error: value
            .get("error")
            .is_map()
            .then(|| Reason { code: text(value.at("error.code")), message: text(value.at("error.message")) }),
        model: text(value.get("model")),
        created_at: value.get("createdAt").number(),
        completed_at: value.get("completedAt").number(),
        expires_at: value.get("expiresAt").number(),
    });
    Ok(snapshot.of(task_ref))
}

/// A stored state of the same task, or a fresh one.
pub fn state_of(stored: &Value, named: &Named, config: &Config, now: f64) -> Result<State, Failure> {
    let base_url = config.base.url();
    if stored.is_null() {
        let mut state = State::new(&named.id, base_url, named.format, now);
        state.kind.clone_from(&named.kind);
        return Ok(state);
    }
    let (id, of) = (stored.get("id").text().unwrap_or_default(), stored.get("baseUrl").text().unwrap_or_default());
    // The kind stands behind the format.
    let (format, kind) = match stored.get("format").text().map(|text| split(text, b" ")) {
        Some((name, kind)) => (format_of(&Value::Text(name.to_owned()))?, kind),
        None => (format_of(stored.get("format"))?, None),
    };
    let format = format.or(named.format);
    let ours = matches!(stored.get("v"), Value::Number(1.0));
    let state = stored.get("at").text().filter(|_| ours).and_then(|text| State::read(id, of, format, text));
    let mut state = state.ok_or_else(|| Failure::argument("state is not what an earlier step() gave, or of another version."))?;
    state.kind = kind.map(str::to_owned).or(named.kind.clone());
    if state.id != named.id || state.base_url != base_url {
        return Err(Failure::argument("state is of another task."));
    }
    Ok(state)
}
