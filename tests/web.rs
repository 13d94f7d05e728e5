//! The crate in a real wasm host: its platform, its boundary and its promises. The logic itself is tested on the host.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed test is a panic; the allowance for tests does not know wasm_bindgen_test"
)]

use std::panic::AssertUnwindSafe;

use js_sys::{Array, Function, Reflect};
use reelay::value::Value;
use reelay::web::call::Host;
use reelay::web::{exports, flat, platform::PLATFORM};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use wasm_bindgen_test::wasm_bindgen_test;

/// A host as the facade makes one, around an answer: what it is given is kept in `given`.
fn host(status: u16, flattened: &str) -> Host {
    let make = Function::new_with_args(
        "status, flattened",
        "const given = [], told = [];
         return {
           given, told, listens: true, aborted: false,
           fetch: async (url, init) => { given.push([url, init.headers.get('authorization')]); return new Response('', { status }); },
           key: () => 'sk-secret',
           tell: (...event) => { told.push(event[0]); },
           enter: () => undefined, leave: () => { given.push('left'); },
           sleep: async () => { given.push('slept'); },
           within: async (promise) => (await promise) ?? null,
           controller: () => new AbortController(), takeBack: () => {},
           answer: async (fetched) => ({ status: (await fetched).status, headers: (await fetched).headers, body: flattened }),
           readBody: async () => flattened, keepBody: () => {},
           update: () => {}, aborting: () => 'aborted', passing: (thrown) => thrown,
           task: (id, format, baseUrl, status, rawStatus, progress, outputs) => ({ id, format, baseUrl, status, rawStatus, progress, outputs }),
           failure: (code, message) => ({ code, message }),
         };",
    );
    make.call2(&JsValue::UNDEFINED, &status.into(), &flattened.into()).unwrap().unchecked_into()
}

fn field(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap()
}

fn open(host: &Host, retries: &str) -> u32 {
    let options = format!("{{baseUrl\0shttps://relay.test/v1/\0format\0sopenai-videos\0retries\0d{retries}\0}}");
    exports::open(host, &options, false, true).unwrap()
}

#[wasm_bindgen_test]
async fn a_query_goes_out_and_its_task_comes_back() {
    let host = host(200, "{id\0sa\0status\0sin_progress\0progress\0x1078329344,0\0}");
    let client = open(&host, "0");
    let task = JsFuture::from(exports::query(client, host.clone(), "ssora-2:task_1\0")).await.unwrap();
    assert_eq!(field(&task, "id"), "sora-2:task_1");
    assert_eq!(field(&task, "status"), "running");
    assert_eq!(field(&task, "progress"), 0.44);
    let given: Array = field(&host, "given").unchecked_into();
    assert_eq!(given.get(0).unchecked_into::<Array>().get(0), "https://relay.test/v1/videos/sora-2:task_1");
    assert_eq!(given.get(0).unchecked_into::<Array>().get(1), "Bearer sk-secret");
    assert_eq!(given.get(1), "left");
    exports::close(client);
}

#[wasm_bindgen_test]
async fn a_refusal_is_retried_and_then_rejects() {
    let host = host(503, "{error\0{message\0sbusy\0}}");
    let client = open(&host, "1");
    let failure = JsFuture::from(exports::query(client, host.clone(), "sa\0")).await.unwrap_err();
    assert_eq!(field(&failure, "code"), "server");
    assert!(field(&failure, "message").as_string().unwrap().contains("busy"));
    let given: Array = field(&host, "given").unchecked_into();
    let slept = given.iter().filter(|entry| entry == "slept").count();
    let left = given.iter().filter(|entry| entry == "left").count();
    assert_eq!((slept, left), (1, 2));
    let told: Array = field(&host, "told").unchecked_into();
    assert_eq!(told.join(" "), "request response retry request response");
    exports::close(client);
}

#[wasm_bindgen_test]
async fn a_call_on_a_closed_client_rejects() {
    let host = host(200, "n");
    let client = open(&host, "0");
    exports::close(client);
    let failure = JsFuture::from(exports::query(client, host, "sa\0")).await.unwrap_err();
    assert_eq!(field(&failure, "code"), "internal");
}

#[wasm_bindgen_test]
async fn a_panic_rejects_and_the_next_call_works() {
    let broken = future_to_promise(AssertUnwindSafe(async { panic!("on purpose") }));
    let error = JsFuture::from(broken).await.unwrap_err();
    assert!(field(&error, "message").as_string().unwrap().contains("on purpose"));
    let sound = future_to_promise(AssertUnwindSafe(async { Ok(JsValue::from(7)) }));
    assert_eq!(JsFuture::from(sound).await.unwrap(), 7);
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
    let url = (PLATFORM.url)("HTTPS://u:p@Relay.Example:8443/a/../b?c#d", None).unwrap();
    assert_eq!((url.scheme.as_str(), url.host.as_str(), url.port), ("https", "relay.example", Some(8443)));
    assert_eq!((url.path.as_str(), url.userinfo), ("/b", true));
    assert_eq!((PLATFORM.url)("x", Some("https://a.example/b/c")).unwrap().href, "https://a.example/b/x");
    assert_eq!((PLATFORM.url)("no address", None), None);
    assert_eq!((PLATFORM.date)("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777_000.0));
    assert_eq!((PLATFORM.date)("2025-10-20T06:57:18.154Z"), Some(1_760_943_438_154.0));
    assert_eq!((PLATFORM.date)("soon"), None);
}

#[wasm_bindgen_test]
fn json_is_parsed_by_the_facades_function() {
    exports::install(Function::new_with_args("text", "return text === '{}' ? '{}' : undefined"));
    assert_eq!((PLATFORM.json)("{}"), Some(Value::Map(Vec::new())));
    assert_eq!((PLATFORM.json)("{"), None);
}
