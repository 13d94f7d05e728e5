//! What one answer to a status request means: HTTP status, relay code, body.

use reelay::failure::{Code, Failure};
use reelay::flow::{Answer, Body, Exchange, Headers, Trouble};
use reelay::host::PLATFORM;
use reelay::policy::verdict::{judge, may_be_elsewhere, weight};
use serde_json::{Value as Json, json};

use crate::make::{moment, page, reason, said, status, with};

const URL: &str = "https://relay.example/v1/videos/t?key=secret#part";

fn refusal(exchange: Exchange) -> Failure {
    judge(URL, &exchange, None, moment(), &PLATFORM).unwrap_err()
}

#[test]
fn the_status_decides() {
    for (http, code) in [
        (400, Code::Rejected),
        (401, Code::Auth),
        (402, Code::InsufficientFunds),
        (403, Code::Auth),
        (404, Code::NotFound),
        (405, Code::NotFound),
        (408, Code::Timeout),
        (409, Code::Rejected),
        (410, Code::NotFound),
        (413, Code::Rejected),
        (422, Code::Rejected),
        (429, Code::RateLimited),
        (451, Code::Rejected),
        (500, Code::Server),
        (501, Code::Server),
        (502, Code::Server),
        (524, Code::Server),
        (204, Code::UnexpectedResponse),
        (304, Code::UnexpectedResponse),
        (200, Code::UnexpectedResponse),
    ] {
        for exchange in [status(http), page(http)] {
            let failure = refusal(exchange);
            assert_eq!((failure.code, failure.http_status, failure.server.clone()), (code, Some(http), None));
        }
    }
}

#[test]
fn the_relays_code_says_more() {
    for (http, code, told) in [
        (400, "task_not_exist", Code::NotFound),
        (400, "task_not_found", Code::NotFound),
        (403, "quota_not_enough", Code::InsufficientFunds),
        (403, "insufficient_user_quota", Code::InsufficientFunds),
        (429, "insufficient_quota", Code::InsufficientFunds),
        (400, "INSUFFICIENT_CREDITS", Code::InsufficientFunds),
        (400, "rate_limit_exceeded", Code::RateLimited),
        (400, "invalid_api_key", Code::Auth),
        (500, "get_channel_failed", Code::Server),
        (400, "imagine:content-moderated", Code::Rejected),
    ] {
        for body in [json!({"code": code, "message": "m", "data": null}), json!({"error": {"code": code, "message": "m"}})] {
            assert_eq!(refusal(said(http, body)).code, told, "{http} {code}");
        }
    }
}

#[test]
fn a_proxy_of_ours_tells_the_very_code_and_has_asked_everywhere() {
    for (code, _, _) in Code::TABLE {
        assert_eq!(Code::named(code.word()), Some(*code));
        let body = json!({"error": {"message": "m", "code": "rate_limit_exceeded", "reelay": code.word()}});
        let failure = refusal(said(404, body));
        assert_eq!((failure.code, failure.http_status, may_be_elsewhere(&failure)), (*code, Some(404), false));
    }
    for other in [json!("nonsense"), json!(""), json!(7), json!(null)] {
        let failure = refusal(said(404, json!({"error": {"message": "m", "reelay": other}})));
        assert_eq!((failure.code, may_be_elsewhere(&failure)), (Code::NotFound, true));
    }
    assert_eq!(refusal(status(404)).code, Code::NotFound);
}

#[test]
fn a_status_inside_http_200_counts_as_one() {
    for (code, told) in [
        (json!(401), Code::Auth),
        (json!(402), Code::InsufficientFunds),
        (json!("404"), Code::NotFound),
        (json!(429), Code::RateLimited),
        (json!(451), Code::Rejected),
        (json!(500), Code::Server),
        (json!(-1), Code::Rejected),
        (json!("bad"), Code::Rejected),
        (json!(9999), Code::Rejected),
    ] {
        let failure = refusal(said(200, json!({"code": code, "msg": "m", "data": null})));
        assert_eq!((failure.code, failure.http_status), (told, Some(200)), "{code}");
    }
    // Beside a real status it does not.
    assert_eq!(refusal(said(400, json!({"error": {"code": 500, "message": "m"}}))).code, Code::Rejected);
}

#[test]
fn a_body_that_cannot_be_read_is_unexpected_or_too_large() {
    let of = |http: u16, body: Body| refusal(Exchange::Answer(Answer { status: http, headers: Headers::default(), body })).code;
    assert_eq!(of(200, Body::Text { html: false }), Code::UnexpectedResponse);
    assert_eq!(of(200, Body::TooLarge), Code::TooLarge);
    assert_eq!(of(502, Body::TooLarge), Code::Server, "a gateway's long page is still a gateway's");
    assert_eq!(refusal(said(200, json!({"hello": 1}))).code, Code::UnexpectedResponse);
}

#[test]
fn no_answer_is_network_or_timeout() {
    assert_eq!(refusal(Exchange::Failed(Trouble::Network)).code, Code::Network);
    assert_eq!(refusal(Exchange::Failed(Trouble::Timeout)).code, Code::Timeout);
}

#[test]
fn a_failure_carries_what_the_relay_said() {
    let exchange = with(said(429, json!({"error": {"code": "c", "message": "slow down"}})), |headers| {
        headers.request_id = Some("req_1".to_owned());
        headers.retry_after = Some("7".to_owned());
    });
    let failure = refusal(exchange);
    assert_eq!(failure.server, Some(reason(Some("c"), Some("slow down"))));
    assert_eq!((failure.request_id.as_deref(), failure.retry_after_ms), (Some("req_1"), Some(7000.0)));
    assert!(failure.message.contains("slow down") && failure.message.contains("429"));
    assert_eq!(failure.code.hint(), Code::RateLimited.hint());
}

#[test]
fn no_message_shows_a_query() {
    let exchanges = [
        status(500),
        page(200),
        said(404, json!({"detail": "gone"})),
        Exchange::Failed(Trouble::Network),
        Exchange::Failed(Trouble::Timeout),
    ];
    for exchange in exchanges {
        let message = refusal(exchange).message.clone();
        assert!(message.contains("https://relay.example/v1/videos/t"), "{message}");
        assert!(!message.contains("secret") && !message.contains("part"), "{message}");
    }
}

#[test]
fn a_task_in_an_error_status_is_a_task() {
    let exchange = said(500, json!({"id": "t", "status": "failed", "error": {"message": "m"}}));
    assert!(judge(URL, &exchange, None, moment(), &PLATFORM).is_ok());
}

#[test]
fn the_most_telling_failure_weighs_most() {
    let of = |http: u16, body: Json| weight(&refusal(said(http, body)));
    let page = weight(&refusal(page(200)));
    let route = of(404, json!({"error": {"message": "Invalid URL (GET /v1/video/query)"}}));
    assert_eq!(route, of(404, json!({"detail": "Not Found"})));
    assert_eq!(route, weight(&refusal(status(404))));
    let told = [
        of(400, json!({"code": "task_not_exist", "message": "m"})),
        of(403, json!({"error": {"message": "m"}})),
        of(404, json!({"detail": "Video not found"})),
    ];
    assert!(told.iter().all(|weight| *weight > route) && route > page);
}

#[test]
fn another_route_is_asked_where_it_may_know_more() {
    let elsewhere = |exchange: Exchange| may_be_elsewhere(&refusal(exchange));
    for http in [400, 403, 404, 405, 410, 422, 501] {
        assert!(elsewhere(status(http)), "{http}");
    }
    assert!(elsewhere(page(200)));
    let endless = Answer { status: 200, headers: Headers::default(), body: Body::TooLarge };
    assert!(elsewhere(Exchange::Answer(endless)), "a web page may be long");
    for http in [401, 402, 408, 429, 500, 502, 503] {
        assert!(!elsewhere(status(http)), "{http}");
    }
    assert!(!elsewhere(Exchange::Failed(Trouble::Network)));
}
