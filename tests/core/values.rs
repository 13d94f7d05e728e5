//! A JSON value as the rules see it.

use reelay::host::parse_json;
use reelay::value::{Value, decimal};
use serde_json::json;

use crate::make::value;

#[test]
fn a_place_that_is_not_there_is_null() {
    let body = value(json!({"a": {"b": [1]}, "n": null, "t": "x"}));
    assert_eq!(body.at("a.b").list(), [Value::Number(1.0)]);
    for path in ["a.c", "t.b", "a.b.0", "n.x.y", "z"] {
        assert!(body.at(path).is_null(), "{path:?}");
    }
    assert!(body.has("n") && !body.has("z") && !body.get("t").has("x"));
    assert!(body.get("t").list().is_empty() && body.is_map() && !body.get("t").is_map());
}

#[test]
fn empty_text_is_no_words() {
    let words = |text: &str| Value::Text(text.to_owned()).words().map(str::to_owned);
    assert_eq!(words(" a b\n"), Some("a b".to_owned()));
    assert_eq!((words(""), words(" \t\n"), Value::Number(1.0).words()), (None, None, None));
}

#[test]
fn plain_decimals_are_read() {
    for (text, number) in [
        ("42", 42.0),
        (" 7 ", 7.0),
        ("-1", -1.0),
        ("0.5", 0.5),
        ("007", 7.0),
        ("12.50", 12.5),
        ("1770000000123", 1_770_000_000_123.0),
    ] {
        assert_eq!(decimal(text), Some(number), "{text:?}");
        assert_eq!(Value::Text(text.to_owned()).number(), Some(number), "{text:?}");
    }
    let long = decimal("0.9302178175176704").unwrap();
    assert!((long - 0.930_217_817_517_670_4).abs() < 1e-12, "{long}");
}

#[test]
fn what_is_no_plain_decimal_is_no_number() {
    for text in [
        "", " ", "-", ".", "--1", "+1", "1e3", "1,5", "1.2.3", "0x10", "NaN", "inf", "-inf", "five", "1 2", "1%", "\u{663}",
        "1_000",
    ] {
        assert_eq!(decimal(text), None, "{text:?}");
    }
    assert_eq!(Value::Bool(true).number(), None);
    assert_eq!(Value::Number(f64::INFINITY).number(), None);
}

#[test]
fn a_whole_number_keeps_every_digit_or_is_none() {
    assert_eq!(Value::Number(402.0).whole().as_deref(), Some("402"));
    assert_eq!(Value::Number(-9_007_199_254_740_991.0).whole().as_deref(), Some("-9007199254740991"));
    for number in [0.5, 9_007_199_254_740_992.0, -1e300, f64::NAN, f64::INFINITY] {
        assert_eq!(Value::Number(number).whole(), None, "{number}");
    }
    assert_eq!(Value::Text("5".to_owned()).whole(), None);
}

#[test]
fn json_is_parsed_as_a_relay_writes_it() {
    assert_eq!(parse_json(" {\"a\": [true, null, -1.5e1, \"\\u8996\"]} "), Some(value(json!({"a": [true, null, -15, "視"]}))));
    for text in ["", "{", "{'a': 1}", "{\"a\": 1,}", "NaN", "<html>", "{} {}", "undefined"] {
        assert_eq!(parse_json(text), None, "{text:?}");
    }
}
