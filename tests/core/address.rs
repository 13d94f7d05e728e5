//! URLs: base URLs, ids in paths, which addresses are followed and which are given the key.

use reelay::address::{Base, encode_id, is_private, redact};
use reelay::failure::Code;
use reelay::host::PLATFORM;
use reelay::options::MAX_ID;

fn base(text: &str) -> Base {
    Base::parse(text, &PLATFORM).unwrap_or_else(|failure| panic!("{text}: {}", failure.message))
}

fn follow(relay: &str, to: &str, from: Option<&str>, guarded: bool) -> Result<(String, bool), Code> {
    match base(relay).follow(to, from, guarded, &PLATFORM) {
        Ok(target) => Ok((target.url, target.credentialed)),
        Err(failure) => {
            assert!(!failure.message.contains("secret"), "{}", failure.message);
            Err(failure.code)
        }
    }
}

#[test]
fn base_urls_are_read_as_they_are_written() {
    for (given, read) in [
        ("https://relay.example", "https://relay.example"),
        ("https://relay.example/", "https://relay.example"),
        ("https://relay.example/v1", "https://relay.example"),
        ("https://relay.example/v1/", "https://relay.example"),
        ("  https://relay.example/v1//  ", "https://relay.example"),
        ("https://relay.example/api", "https://relay.example/api"),
        ("https://relay.example/api/v1/", "https://relay.example/api"),
        ("https://relay.example/v1beta", "https://relay.example/v1beta"),
        ("https://relay.example/v1/proxy", "https://relay.example/v1/proxy"),
        ("HTTPS://Relay.Example/Api", "https://relay.example/Api"),
        ("https://relay.example:443/v1", "https://relay.example"),
        ("http://relay.example:80", "http://relay.example"),
        ("https://relay.example:8443/v1", "https://relay.example:8443"),
        ("http://[::1]:3000/v1", "http://[::1]:3000"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("https://relay.example/v1?key=1#x", "https://relay.example"),
        ("https://пример.example", "https://xn--e1afmkfd.example"),
    ] {
        assert_eq!(base(given).url(), read, "{given}");
        assert_eq!(base(given).join("/v1/videos/t").url, format!("{read}/v1/videos/t"));
        assert!(base(given).join("/v1/videos/t").credentialed);
    }
}

#[test]
fn what_is_no_base_url_is_refused() {
    for given in [
        "",
        " ",
        "relay.example",
        "/v1",
        "//relay.example",
        "ftp://relay.example",
        "data:text/plain,x",
        "javascript:alert(1)",
        "file:///tmp",
        "https://",
        "http://:80",
        "https://user@relay.example",
        "https://user:secret@relay.example",
        "https://:secret@relay.example",
    ] {
        let failure = Base::parse(given, &PLATFORM).unwrap_err();
        assert_eq!(failure.code, Code::InvalidArgument, "{given}");
        assert!(!failure.message.contains("secret"));
    }
}

#[test]
fn the_key_goes_to_the_relays_own_origin_only() {
    let relay = "https://relay.example/api";
    for (to, own) in [
        ("https://relay.example/v1/videos/t/content", true),
        ("https://relay.example:443/anywhere", true),
        ("HTTPS://RELAY.EXAMPLE/x", true),
        ("/v1/videos/t/content", true),
        ("content", true),
        ("https://relay.example:8443/x", false),
        ("https://cdn.relay.example/x", false),
        ("https://relay.example.evil.example/x", false),
        ("https://evil.example/https://relay.example/", false),
        ("//evil.example/x", false),
        ("https:\\\\evil.example\\x", false),
    ] {
        assert_eq!(follow(relay, to, None, true).unwrap().1, own, "{to}");
    }
    assert!(
        !follow("http://relay.example", "https://relay.example/x", None, true).unwrap().1,
        "another scheme is another origin"
    );
}

#[test]
fn a_relative_address_is_resolved_where_it_was_met() {
    let from = Some("https://cdn.example/a/b?sig=1");
    assert_eq!(follow("https://relay.example", "c", from, true), Ok(("https://cdn.example/a/c".to_owned(), false)));
    assert_eq!(
        follow("https://relay.example", "https://relay.example/c", from, true),
        Ok(("https://relay.example/c".to_owned(), true))
    );
}

#[test]
fn unsafe_addresses_are_not_followed() {
    for to in [
        "ftp://cdn.example/a",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:video/mp4,x",
        "blob:https://relay.example/1",
        "https://user:secret@cdn.example/a",
        "https://secret@relay.example/a",
        "http://cdn.example/a",
        "http://relay.example/a",
        "https://",
    ] {
        assert_eq!(follow("https://relay.example", to, None, false), Err(Code::UnsafeUrl), "{to}");
    }
    assert!(follow("http://relay.example", "http://cdn.example/a", None, true).is_ok(), "https was never there to give up");
}

#[test]
fn a_public_relay_may_not_point_into_a_private_network() {
    let inside = [
        "127.0.0.1",
        "localhost",
        "10.1.2.3",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "[::1]",
        "[fd00::1]",
        "[fe80::1]",
        "[::ffff:10.0.0.1]",
        "metadata.google.internal",
        "printer.local",
        "localhost.",
        "0x7f.1",
        "2130706433",
        "017700000001",
        "0x7f000001",
        "127.1",
        "0",
        "0xa9fea9fe",
        "2852039166",
        "0251.0376.0251.0376",
        "169.254.170.2",
        "100.100.100.200",
        "１２７.０.０.１",
        "127。0。0。1",
        "%31%32%37.0.0.1",
        "[::ffff:169.254.169.254]",
        "[::ffff:a9fe:a9fe]",
        "[0:0:0:0:0:ffff:7f00:1]",
        "[::127.0.0.1]",
        "[::]",
        "[64:ff9b::169.254.169.254]",
        "[64:ff9b::10.0.0.1]",
        "[2002:7f00:1::]",
        "[2002:c0a8:101::1]",
        "[fd00:ec2::254]",
        "[FE80::1]",
        "LOCALHOST",
        "ｌocalhost",
        "a.localhost",
        "a.b.localhost.",
        "metadata.google.internal.",
        "metadata",
        "minio",
        "instance-data",
    ];
    for host in inside {
        let to = format!("https://{host}/a");
        assert_eq!(follow("https://relay.example", &to, None, true), Err(Code::UnsafeUrl), "{host}");
        assert!(follow("https://relay.example", &to, None, false).is_ok(), "{host}: a page's own host guards it");
        assert!(follow("https://192.168.1.2", &to, None, true).is_ok(), "{host}: a private relay may name its neighbours");
        assert!(
            follow(&format!("https://{host}:8443"), &format!("https://{host}:8443/a"), None, true).is_ok(),
            "{host}: its own origin"
        );
    }
}

#[test]
fn private_hosts_are_told_from_public_ones() {
    for host in [
        "relay.example",
        "8.8.8.8",
        "172.32.0.1",
        "100.128.0.1",
        "11.0.0.1",
        "[2606:4700::1]",
        "localhost.example",
        "127.0.0.1.example",
        "internal.example",
        "[64:ff9b::808:808]",
        "[2002:808:808::1]",
        "[2002:8c0::]",
    ] {
        assert!(!is_private(host), "{host}");
    }
    for host in
        ["LOCALHOST", "a.localhost", "127.255.0.1", "255.255.255.255", "[::]", "172.31.255.255", "100.127.0.1", "internal"]
    {
        assert!(is_private(host), "{host}");
    }
}

#[test]
fn an_id_is_one_path_segment() {
    for (id, encoded) in [
        ("video_abc", "video_abc"),
        ("sora-2:task_01k", "sora-2:task_01k"),
        ("dmlkZW8=", "dmlkZW8="),
        ("a/b+c=", "a%2Fb%2Bc="),
        ("../../v1/models", "..%2F..%2Fv1%2Fmodels"),
        ("a b?c#d&e", "a%20b%3Fc%23d%26e"),
        ("%2e%2e", "%252e%252e"),
        ("視", "%E8%A6%96"),
        ("...", "..."),
        ("\\", "%5C"),
    ] {
        assert_eq!(encode_id(id).unwrap(), encoded);
    }
}

#[test]
fn what_is_no_id_is_refused() {
    let long = "a".repeat(MAX_ID + 1);
    for id in ["", ".", "..", long.as_str()] {
        assert_eq!(encode_id(id).unwrap_err().code, Code::InvalidArgument);
    }
    assert!(encode_id(&"a".repeat(MAX_ID)).is_ok());
}

#[test]
fn what_is_shown_holds_no_secret() {
    for (url, shown) in [
        ("https://cdn.example/a.mp4?sig=secret", "https://cdn.example/a.mp4"),
        ("https://cdn.example/a.mp4#secret?x", "https://cdn.example/a.mp4"),
        ("https://cdn.example/a@b.mp4", "https://cdn.example/a@b.mp4"),
        ("https://user:secret@cdn.example/a", "https"),
        ("https:\\\\user:secret@cdn.example/a", "https"),
        ("data:video/mp4;base64,secret", "data:"),
        ("DATA:secret", "data:"),
        ("", ""),
    ] {
        assert_eq!(redact(url), shown);
    }
}
