//! Options: defaults, ranges and what is refused.

use reelay::address::Base;
use reelay::failure::{Code, Failure};
use reelay::format::Format;
use reelay::host::PLATFORM;
use reelay::options::{Config, SETTINGS, WaitOptions, format_of};
use serde_json::{Value as Json, json};

use crate::make::{RELAY, value};

fn config(options: Json) -> Result<Config, Failure> {
    Config::read(&value(options), Base::parse(RELAY, &PLATFORM).unwrap(), false)
}

fn wait(options: Json) -> Result<WaitOptions, Failure> {
    WaitOptions::read(&value(options), false)
}

#[test]
fn defaults_are_the_contracts() {
    let config = config(json!({})).unwrap();
    assert_eq!((config.timeout_ms, config.retries, config.concurrent, config.per_second), (30_000.0, 4, 6, f64::INFINITY));
    assert_eq!(config.format, None);
    let wait = wait(json!({})).unwrap();
    assert_eq!((wait.timeout_ms, wait.min_ms, wait.max_ms, wait.failures), (1_200_000.0, 2000.0, 15_000.0, 10));
}

#[test]
fn given_values_are_taken() {
    let config =
        config(json!({"timeoutMs": 5, "retries": 0, "limits": {"concurrent": 1, "perSecond": 0.5}, "format": "unified-video"}))
            .unwrap();
    assert_eq!((config.timeout_ms, config.retries, config.concurrent, config.per_second), (5.0, 0, 1, 0.5));
    assert_eq!(config.format, Some(Format::UnifiedVideo));
    let wait = wait(json!({"timeoutMs": 0, "failures": 0, "poll": {"minMs": 0, "maxMs": 0}})).unwrap();
    assert_eq!((wait.timeout_ms, wait.min_ms, wait.max_ms, wait.failures), (0.0, 0.0, 0.0, 0));
}

#[test]
fn values_out_of_range_name_themselves() {
    for setting in SETTINGS {
        for odd in [json!(setting.min - 1.0), json!(setting.max + 1.0), json!("5"), json!(true), json!([])] {
            let mut options = odd.clone();
            for key in setting.name.rsplit('.') {
                options = json!({ key: options });
            }
            let failure = match setting.of {
                "createClient" => config(options).unwrap_err(),
                "wait" => wait(options).unwrap_err(),
                _ => setting.read(&value(options)).unwrap_err(),
            };
            assert_eq!(failure.code, Code::InvalidArgument);
            assert!(failure.message.starts_with(setting.name), "{}", failure.message);
        }
    }
}

#[test]
fn no_deadline_needs_a_signal() {
    let endless = value(json!({"timeoutMs": null}));
    assert_eq!(WaitOptions::read(&endless, false).unwrap_err().code, Code::InvalidArgument);
    assert_eq!(WaitOptions::read(&endless, true).unwrap().timeout_ms, f64::INFINITY);
}

#[test]
fn one_bound_of_the_polls_moves_the_other_out_of_its_way() {
    let bounds = |poll: Json| wait(json!({ "poll": poll })).map(|wait| (wait.min_ms, wait.max_ms));
    assert_eq!(bounds(json!({"minMs": 60_000})).unwrap(), (60_000.0, 60_000.0));
    assert_eq!(bounds(json!({"maxMs": 500})).unwrap(), (500.0, 500.0));
    assert_eq!(bounds(json!({"minMs": 100, "maxMs": 200})).unwrap(), (100.0, 200.0));
    assert_eq!(bounds(json!({"minMs": 200, "maxMs": 100})).unwrap_err().code, Code::InvalidArgument);
}

#[test]
fn formats_are_named() {
    assert_eq!(format_of(&value(json!(null))).unwrap(), None);
    assert_eq!(format_of(&value(json!("auto"))).unwrap(), None);
    assert_eq!(format_of(&value(json!("newapi-generations"))).unwrap(), Some(Format::NewapiGenerations));
    for odd in [json!("sora"), json!(""), json!(5), json!({})] {
        assert_eq!(format_of(&value(odd)).unwrap_err().code, Code::InvalidArgument);
    }
}
