//! Envelopes: where in a body the task is.

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
/// Only the outermost layers count: once an object names a status of its own, its `data` is the vendor's body.
pub fn unwrap(body: &Value) -> Unwrapped<'_> {
    let mut object = body;
    for _ in 0..MAX_LAYERS {
        let data = object.get("data");
        if let Some(id) = data.words() {
            return Unwrapped::Id(id);
        }
        let enveloped = data.is_map() && (object.has("code") || object.has("type"));
        if !enveloped || object.get("status").words().is_some() {
            break;
        }
        object = data;
    }
    if object.is_map() { Unwrapped::Object(object) } else { Unwrapped::Nothing }
}
