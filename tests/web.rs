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
use reelay::web::platform::{PLATFORM, Parsers};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::RequestInit;

/// The turns of the core that are used here.
const OPEN: u32 = 0;
const QUERY: u32 = 1;
const ANSWERED: u32 = 6;
const UNANSWERED: u32 = 7;
const SLEPT: u32 = 8;

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

/// What a turn says: a record, a line each, without what holds JSON together.
fn turn(what: u32, number: u32, given: &str) -> String {
    let said = exports::turn(what, number, given, js_sys::Date::now(), 0.5, true);
    let records = said.strip_prefix("[[0").and_then(|said| said.strip_suffix("]]")).unwrap();
    records.trim_start_matches("],[").replace("],[", "\n")
}

/// The number of what a turn began, and what else it said.
fn begun(said: &str) -> (u32, &str) {
    let (first, rest) = said.split_once('\n').unwrap_or((said, ""));
    (first.strip_prefix("\"begun\",").and_then(|number| number.parse().ok()).unwrap(), rest)
}

fn open(retries: &str) -> u32 {
    install();
    let options = format!("{{baseUrl\0shttps://relay.test/v1/\0format\0sopenai-videos\0retries\0d{retries}\0}}");
    begun(&turn(OPEN, 0, &["ssk-secret\0fft", &options].concat())).0
}

fn query(client: u32, task: &str) -> (u32, String) {
    let said = turn(QUERY, client, task);
    let (call, rest) = begun(&said);
    (call, rest.to_owned())
}

/// An answer after 5 ms: its status, and its body as JSON; `headers` stand behind it.
fn answer(call: u32, status: &str, body: &str, headers: &str) -> String {
    turn(ANSWERED, call, &["d5\0d", status, "\0d5\0", body, headers].concat())
}

#[wasm_bindgen_test]
fn a_query_goes_out_and_its_task_comes_back() {
    let client = open("0");
    let (call, said) = query(client, "ssora-2:task_1\0");
    assert_eq!(said, r#""send","https://relay.test/v1/videos/sora-2:task_1",30000,null,true,8388608,1,true"#);
    let init: RequestInit = exports::request(call).unwrap();
    let headers: web_sys::Headers = field(&init, "headers").unchecked_into();
    assert_eq!(headers.get("authorization").unwrap().as_deref(), Some("Bearer sk-secret"));
    let fields = ["method", "cache", "redirect"].map(|name| field(&init, name).as_string());
    assert_eq!(fields.each_ref().map(Option::as_deref), [Some("GET"), Some("no-store"), Some("manual")]);
    assert_eq!(exports::to_read(call, 200, ""), 8.0 * 1024.0 * 1024.0);
    let body = "{id\0sa\0status\0sin_progress\0progress\0x1078329344,0\0}";
    let given = answer(call, "200", body, "");
    let task = "\"keepBody\"\n\"task\",\"sora-2:task_1\",\"openai-videos\",null,\"https://relay.test\",\"running\",\"in_progress\",[1071393013,3264175145],false,";
    assert!(given.starts_with(task), "{given}");
    assert_eq!(answer(call, "200", body, ""), "", "the call is over");
    exports::close(client);
}

#[wasm_bindgen_test]
fn a_refusal_is_retried_as_its_header_asks_and_then_told() {
    let client = open("1");
    let (call, _) = query(client, "sa\0");
    let body = "{error\0{message\0sbusy\0}}";
    assert_eq!(answer(call, "503", body, "ns40\0"), "\"sleep\",40");
    assert!(turn(SLEPT, call, "").starts_with("\"send\","));
    let failed = answer(call, "503", body, "");
    assert!(failed.starts_with("\"fail\",\"server\",") && failed.contains("busy"), "{failed}");
    exports::close(client);
}

#[wasm_bindgen_test]
fn a_call_on_a_closed_client_fails() {
    let client = open("0");
    exports::close(client);
    assert!(turn(QUERY, client, "sa\0").starts_with("\"fail\",\"internal\","));
}

#[wasm_bindgen_test]
fn a_call_that_is_forgotten_hears_nothing_more() {
    let client = open("0");
    let (call, _) = query(client, "sa\0");
    exports::forget(call);
    assert_eq!(turn(UNANSWERED, call, "d1\0tt"), "");
    assert!(exports::request(call).is_none());
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
