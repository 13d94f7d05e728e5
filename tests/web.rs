//! The crate in a real wasm host: its platform, its boundary and its promises. The logic itself is tested on the host.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed test is a panic; the allowance for tests does not know wasm_bindgen_test"
)]

use js_sys::{Function, Reflect};
use reelay::flat;
use reelay::value::Value;
use reelay::web::exports;
use reelay::web::host::Host;
use reelay::web::platform::{PLATFORM, Parsers};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{AbortSignal, RequestInit};

/// A call as the facade makes one: it takes down what it is told, in order, and has one header for every answer.
fn host() -> Host {
    let make = Function::new_no_args(
        "const told = [];
         const note = (name) => (...args) => { told.push([name, ...args]); };
         const names = ['send', 'sleep', 'stream', 'decode', 'keepBody', 'task', 'update', 'step', 'fail', 'tell'];
         const host = Object.fromEntries(names.map((name) => [name, note(name)]));
         return { ...host, drain: () => told.splice(0).map((line) => line.join(' ')).join('\\n'), header: (name) => (name === 'retry-after-ms' ? '40' : undefined) };",
    );
    make.call0(&JsValue::UNDEFINED).unwrap().unchecked_into()
}

/// The parsers of the facade, as far as these tests need them.
fn install() {
    let make = Function::new_no_args(
        "return {
           flatten: (text) => (text === '{}' ? '{}' : undefined),
           url: (text, base) => {
             try {
               const { origin, protocol, hostname, pathname, username, password, href } = new URL(text, base);
               return [origin, protocol.slice(0, -1), hostname, pathname, username + password, href].join('\\n');
             } catch {}
           },
         };",
    );
    exports::install(make.call0(&JsValue::UNDEFINED).unwrap().unchecked_into::<Parsers>());
}

fn field(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap()
}

/// What the host was told so far: `name argument argument`, a line each, and nothing of it again.
fn told(host: &Host) -> String {
    let drain: Function = field(host, "drain").unchecked_into();
    drain.call0(host).unwrap().as_string().unwrap()
}

fn open(host: &Host, retries: &str) -> u32 {
    install();
    let options = format!("{{baseUrl\0shttps://relay.test/v1/\0format\0sopenai-videos\0retries\0d{retries}\0}}");
    exports::open(host, &options, Some("sk-secret".to_owned()), false, false, true)
}

fn init(call: u32, host: &Host) -> RequestInit {
    exports::request(call, host, None, &AbortSignal::abort()).unwrap()
}

#[wasm_bindgen_test]
fn a_query_goes_out_and_its_task_comes_back() {
    let host = host();
    let client = open(&host, "0");
    let call = exports::query(client, &host, "ssora-2:task_1\0");
    assert_eq!(told(&host), "send https://relay.test/v1/videos/sora-2:task_1 30000  true");
    let headers: web_sys::Headers = field(&init(call, &host), "headers").unchecked_into();
    assert_eq!(headers.get("authorization").unwrap().as_deref(), Some("Bearer sk-secret"));
    assert_eq!(exports::to_read(call, 200, None), 8.0 * 1024.0 * 1024.0);
    let body = "{id\0sa\0status\0sin_progress\0progress\0x1078329344,0\0}";
    exports::answered(call, &host, 5.0, 200, 1, Some(body.to_owned()));
    let given = told(&host);
    assert!(
        given.starts_with("keepBody\ntask sora-2:task_1 openai-videos https://relay.test running in_progress 0.44 "),
        "{given}"
    );
    exports::answered(call, &host, 5.0, 200, 1, Some(body.to_owned()));
    assert_eq!(told(&host), "", "the call is over");
    exports::close(client);
}

#[wasm_bindgen_test]
fn a_refusal_is_retried_as_its_header_asks_and_then_told() {
    let host = host();
    let client = open(&host, "1");
    let call = exports::query(client, &host, "sa\0");
    told(&host);
    let body = Some("{error\0{message\0sbusy\0}}".to_owned());
    exports::answered(call, &host, 5.0, 503, 1, body.clone());
    assert_eq!(told(&host), "sleep 40");
    exports::slept(call, &host);
    assert!(told(&host).starts_with("send "));
    exports::answered(call, &host, 5.0, 503, 1, body);
    let failed = told(&host);
    assert!(failed.starts_with("fail server ") && failed.contains("busy"), "{failed}");
    exports::close(client);
}

#[wasm_bindgen_test]
fn a_call_on_a_closed_client_fails() {
    let host = host();
    let client = open(&host, "0");
    exports::close(client);
    assert_eq!(exports::query(client, &host, "sa\0"), 0);
    assert!(told(&host).starts_with("fail internal "));
}

#[wasm_bindgen_test]
fn a_call_that_is_forgotten_hears_nothing_more() {
    let host = host();
    let client = open(&host, "0");
    let call = exports::query(client, &host, "sa\0");
    told(&host);
    exports::forget(call);
    exports::unanswered(call, &host, 1.0, true);
    assert!(exports::request(call, &host, None, &AbortSignal::abort()).is_none());
    assert_eq!(told(&host), "");
    exports::close(client);
}

#[wasm_bindgen_test]
fn a_flattened_value_is_read() {
    let read = flat::read("{a\0[ntfd42\0d-1\0x1071644672,0\0]b\0s text \0c\0{}}");
    let list = read.get("a").list();
    assert_eq!(list.len(), 6);
    assert_eq!(list.get(2), Some(&Value::Bool(false)));
    assert_eq!(list.get(3).and_then(Value::number), Some(42.0));
    assert_eq!(list.get(4).and_then(Value::number), Some(-1.0));
    assert_eq!(list.get(5).and_then(Value::number), Some(0.5));
    assert_eq!(read.get("b").text(), Some(" text "));
    assert_eq!(read.get("c"), &Value::Map(Vec::new()));
}

#[wasm_bindgen_test]
fn a_flattened_value_that_is_cut_short_ends() {
    for text in ["", "{", "{a", "{a\0", "[", "[[[[", "s", "d", "x1", "x,", "?", "{a\0[n"] {
        flat::read(text);
    }
    assert_eq!(flat::read("[nn"), Value::List(vec![Value::Null, Value::Null]));
}

#[wasm_bindgen_test]
fn the_platforms_parsers_do_as_the_hosts_do() {
    install();
    let url = (PLATFORM.url)("HTTPS://u:p@Relay.Example:8443/a/../b?c#d", None).unwrap();
    assert_eq!((url.scheme.as_str(), url.host.as_str()), ("https", "relay.example"));
    assert_eq!(url.origin, "https://relay.example:8443");
    assert_eq!((url.path.as_str(), url.userinfo), ("/b", true));
    assert_eq!((PLATFORM.url)("x", Some("https://a.example/b/c")).unwrap().href, "https://a.example/b/x");
    assert_eq!((PLATFORM.url)("no address", None), None);
    assert_eq!((PLATFORM.date)("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777_000.0));
    assert_eq!((PLATFORM.date)("2025-10-20T06:57:18.154Z"), Some(1_760_943_438_154.0));
    assert_eq!((PLATFORM.date)("soon"), None);
}

#[wasm_bindgen_test]
fn json_is_parsed_by_the_facades_function() {
    install();
    assert_eq!((PLATFORM.json)("{}"), Some(Value::Map(Vec::new())));
    assert_eq!((PLATFORM.json)("{"), None);
}
