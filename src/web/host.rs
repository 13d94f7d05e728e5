//! What one call stands on in the facade: an object that takes down what is to be done next, and puts results together.
//!
//! No function of the caller's is run from here: the facade does that when the core has returned. So nothing of theirs
//! can throw through the core, and a call that they make from there finds it at rest.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// One call. Never kept beyond the turn, so that no cycle through it can leak.
    pub type Host;

    /// Next: send a request, within `ms` once it has a place under the limit, for which it may wait `queue_ms`.
    #[wasm_bindgen(method)]
    pub fn send(this: &Host, url: &str, ms: f64, queue_ms: Option<f64>, credentialed: bool);
    /// Next: a pause.
    #[wasm_bindgen(method)]
    pub fn sleep(this: &Host, ms: f64);
    /// Next: pass the open answer's body on.
    #[wasm_bindgen(method)]
    pub fn stream(this: &Host, at: f64, skip: f64, total: Option<f64>, validator: Option<&str>, media_type: Option<&str>);
    /// Next: decode a `data:` address and pass that on.
    #[wasm_bindgen(method)]
    pub fn decode(this: &Host, url: &str);

    /// A header of the answer in hand.
    #[wasm_bindgen(method)]
    pub fn header(this: &Host, name: &str) -> Option<String>;
    /// The body last read is the task's: what is made of the task from now on has it as `raw`.
    #[wasm_bindgen(method, js_name = keepBody)]
    pub fn keep_body(this: &Host);

    /// A snapshot: the result, unless something is made of it.
    #[wasm_bindgen(method)]
    #[allow(clippy::too_many_arguments, reason = "one crossing for the whole task")]
    pub fn task(
        this: &Host,
        id: &str,
        format: &str,
        base_url: &str,
        status: &str,
        raw_status: Option<&str>,
        progress: Option<f64>,
        outputs: &str,
        error: bool,
        code: Option<&str>,
        message: Option<&str>,
        model: Option<&str>,
        created_at: Option<f64>,
        completed_at: Option<f64>,
        expires_at: Option<f64>,
    );
    /// The snapshot just given has changed: the caller is told.
    #[wasm_bindgen(method)]
    pub fn update(this: &Host);
    /// A step's result, with the snapshot just given, if any.
    #[wasm_bindgen(method)]
    pub fn step(this: &Host, id: &str, format: Option<&str>, base_url: &str, at: &str, ms: Option<f64>);
    /// What the call rejects with, about the snapshot just given, if any. `caused`: by what the last exchange threw.
    #[wasm_bindgen(method)]
    #[allow(clippy::too_many_arguments, reason = "one crossing for the whole failure")]
    pub fn fail(
        this: &Host,
        code: &str,
        message: &str,
        id: Option<&str>,
        format: &str,
        base_url: &str,
        http_status: Option<f64>,
        server: bool,
        server_code: Option<&str>,
        server_message: Option<&str>,
        request_id: Option<&str>,
        retry_after_ms: Option<f64>,
        seen: &JsValue,
        bytes: Option<f64>,
        caused: bool,
    );
    /// An event for the caller's listener.
    #[wasm_bindgen(method)]
    #[allow(clippy::too_many_arguments, reason = "one crossing for the whole event")]
    pub fn tell(
        this: &Host,
        kind: &str,
        id: Option<&str>,
        format: &str,
        base_url: &str,
        text: &str,
        code: Option<&str>,
        status: Option<f64>,
        number: f64,
        attempt: f64,
    );
}
