//! Private networks, told without the standard parser and held against it.

use std::net::{Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;
use reelay::address::is_private;
use reelay::host::PLATFORM;
use reelay::network::is_loopback;

use super::cases;

/// A host as the platform's parser writes it.
fn host(written: &str) -> String {
    (PLATFORM.url)(&format!("https://{written}/"), None).unwrap().host
}

fn private_v4(ip: Ipv4Addr) -> bool {
    let [a, b, ..] = ip.octets();
    let carrier = a == 100 && (b & 0xc0) == 64;
    // The whole of 255/8 is reserved; only its last address is broadcast.
    ip.is_loopback() || ip.is_private() || ip.is_link_local() || carrier || a == 0 || a == 255
}

fn private_v6(ip: Ipv6Addr) -> bool {
    let [a, b, .., g, h] = ip.segments();
    let within = |high: u16, low: u16| private_v4(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)));
    let nat64 = ip.segments()[..6] == [0x64, 0xff9b, 0, 0, 0, 0] && within(g, h);
    let tunnelled = nat64 || (a == 0x2002 && within(b, ip.segments()[2]));
    ip.to_ipv4().map_or(ip.is_unique_local() || ip.is_unicast_link_local() || tunnelled, private_v4)
}

fn octets() -> impl Strategy<Value = [u8; 4]> {
    let telling = prop::sample::select(&[0u8, 10, 100, 127, 169, 172, 192, 198, 255][..]);
    let second = prop::sample::select(&[0u8, 15, 16, 31, 32, 63, 64, 127, 128, 168, 254][..]);
    (prop_oneof![telling, any::<u8>()], prop_oneof![second, any::<u8>()], any::<u8>(), any::<u8>())
        .prop_map(|(a, b, c, d)| [a, b, c, d])
}

fn segments() -> impl Strategy<Value = [u16; 8]> {
    let first =
        prop::sample::select(&[0u16, 1, 0x2001, 0x64, 0xfbff, 0xfc00, 0xfd12, 0xfe7f, 0xfe80, 0xfebf, 0xfec0, 0xff02][..]);
    let rest = prop_oneof![Just([0u16; 7]), any::<[u16; 7]>()];
    let plain = (prop_oneof![first, any::<u16>()], rest).prop_map(|(first, [b, c, d, e, f, g, h])| [first, b, c, d, e, f, g, h]);
    let half = || prop_oneof![Just(0u16), Just(0x7f00), Just(0xa9fe), Just(0x0a00), any::<u16>()];
    let nat64 = (half(), half()).prop_map(|(g, h)| [0x64, 0xff9b, 0, 0, 0, 0, g, h]);
    let six_to_four = (half(), half(), half()).prop_map(|(b, c, h)| [0x2002, b, c, 0, 0, 0, 0, h]);
    prop_oneof![plain, nat64, six_to_four]
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn every_dotted_address_is_told(octets in octets(), dot in any::<bool>()) {
        let ip = Ipv4Addr::from(octets);
        let host = host(&ip.to_string()) + if dot { "." } else { "" };
        prop_assert_eq!(is_private(&host), private_v4(ip), "{}", host);
        prop_assert_eq!(is_loopback(&host), ip.is_loopback() || (ip.is_unspecified()), "{}", host);
    }

    #[test]
    fn every_mapped_address_is_told(octets in octets(), mapped in any::<bool>()) {
        let v4 = Ipv4Addr::from(octets);
        // `::a.b.c.d` with nothing in its upper half is a short IPv6 address, not a dotted one.
        prop_assume!(mapped || octets[0] != 0 || octets[1] != 0);
        let ip = if mapped { v4.to_ipv6_mapped() } else { v4.to_ipv6_compatible() };
        let host = host(&format!("[{ip}]"));
        prop_assert_eq!(is_private(&host), private_v4(v4), "{}", host);
    }

    #[test]
    fn every_ipv6_address_is_told(segments in segments()) {
        let ip = Ipv6Addr::from(segments);
        let host = host(&format!("[{ip}]"));
        prop_assert_eq!(is_private(&host), private_v6(ip), "{}", host);
        prop_assert_eq!(is_loopback(&host), ip.to_canonical().is_loopback() || ip.is_unspecified(), "{}", host);
    }

    #[test]
    fn any_text_is_a_host_or_none(text in prop_oneof!["\\PC{0,20}", "\\[?[0-9a-f:.]{0,20}\\]?"]) {
        prop_assert!(!is_loopback(&text) || is_private(&text), "{}", text);
    }
}
