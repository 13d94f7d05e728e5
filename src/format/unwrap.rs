//! Envelopes: where in a body the task is.

use std::borrow::Cow;

use super::urls::is_address;
use crate::text::find;
use crate::value::Value;

/// Relays wrap relays; more layers than this are not a task any more.
const MAX_LAYERS: u8 = 6;

/// What an envelope holds.
#[derive(Debug, PartialEq)]
pub enum Unwrapped<'a> {
    /// An object that may be a task, or an error.
    Object(&'a Value),
    /// A create answer that is nothing but the id.
    Id(&'a str),
    /// Not an object at all.
    Nothing,
}

/// Takes `data` out of `{code, data}` and `{type, data}` until there is no such envelope left.
///
/// An object that names both an id and a status is the task: its `data` is the vendor's body.
pub fn unwrap(body: &Value) -> Unwrapped<'_> {
    let mut object = body;
    for _ in 0..MAX_LAYERS {
        // DashScope and MiniMax's second generation have their own words for it.
        let named = object.first("output|task|result|response", |inner| inner.is_map() && speaks(inner));
        if named.is_map() && !speaks(object) {
            object = named;
            continue;
        }
        let data = match object.get("data") {
            // Kling's answer to a query for one of many.
            Value::List(items) if object.has("code") => {
                items.first().filter(|item| items.len() == 1 && speaks(item)).unwrap_or(&NULL)
            }
            data => data,
        };
        // midjourney-proxy's: accepted, there already, or queued. Any other code names a task that does not run.
        if let (Some(id), Some(1.0 | 21.0 | 22.0)) = (object.get("result").words(), object.get("code").number())
            && object.has("description")
        {
            return Unwrapped::Id(id);
        }
        if let Some(id) = data.words().filter(|text| !is_address(text) && !speaks(object)) {
            return Unwrapped::Id(id);
        }
        if !data.is_map() || !is_envelope(object, data) {
            break;
        }
        object = data;
    }
    if object.is_map() { Unwrapped::Object(object) } else { Unwrapped::Nothing }
}

fn is_envelope(object: &Value, data: &Value) -> bool {
    let (named, stated) = (is_named(object), is_stated(object));
    if object.has("code") || object.has("type") {
        // A status outside is the call's, as long as what is inside can stand alone.
        !stated || (!named && speaks(data))
    } else {
        !named && !stated && speaks(data)
    }
}

/// The id an object names: `id` if it is text, else `task_id`. A numeric `id` is a database row.
pub fn id_of(object: &Value) -> Option<Cow<'_, str>> {
    let operation = || object.get("name").words().filter(|name| find(name, "operations/").is_some());
    // Baidu's copy of MiniMax' answers names a line of its log `id`.
    let text = object.say(if object.has("base_resp") { "task_id|id" } else { "id|task_id" }).or_else(operation);
    text.map(Cow::Borrowed).or_else(|| object.get("task_id").whole().map(Cow::Owned))
}

/// Whether an object says anything of a task of its own.
fn speaks(object: &Value) -> bool {
    is_named(object) || is_stated(object)
}

fn is_named(object: &Value) -> bool {
    id_of(object).is_some()
}

fn is_stated(object: &Value) -> bool {
    word_of(object).is_some_and(|word| !word.trim_ascii().is_empty())
}

/// The word for the state: the first that says something, else an empty one.
pub fn word_of(object: &Value) -> Option<&str> {
    let places = "status|task_status|state";
    let word = object.first(places, |value| value.words().is_some()).text();
    word.or_else(|| object.first(places, |value| value.text().is_some()).text())
}

/// What an envelope has inside, whatever that is; `Null` where there is nothing.
pub fn inside(layer: &Value) -> &Value {
    layer.first("data|output|task", Value::is_map)
}

static NULL: Value = Value::Null;
