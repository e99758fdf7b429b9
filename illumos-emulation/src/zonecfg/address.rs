//! Addresses as libzonecfg takes them.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::code;
use super::number::strtoull;
use crate::Host;

/// Whether two addresses are the same, where one of them may have a prefix length that the other lacks.
pub(super) fn is_same(first: &[u8], second: &[u8]) -> bool {
    if first == second {
        return true;
    }
    let split = |text: &[u8]| text.iter().position(|&byte| byte == b'/');
    match (split(first), split(second)) {
        (Some(slash), None) => &first[..slash] == second,
        (None, Some(slash)) => &second[..slash] == first,
        _ => false,
    }
}

/// What a text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resolved {
    V4(Ipv4Addr),
    V6(Ipv6Addr),
}

/// Resolves an address without its prefix length: an IPv4 or IPv6 address, or a host name. There is no name service but the
/// host's `/etc/inet/hosts` and the name `localhost`.
///
/// # Errors
/// [`code::BOGUS_ADDRESS`], [`code::IPV6_ADDR_PREFIX_LEN`].
pub(super) fn resolve(host: &Host, text: &[u8], has_prefix: bool) -> Result<Resolved, i32> {
    let name = std::str::from_utf8(text).map_err(|_| code::BOGUS_ADDRESS)?;
    if let Ok(address) = name.parse() {
        return Ok(Resolved::V4(address));
    }
    if let Ok(address) = name.parse() {
        return if has_prefix {
            Ok(Resolved::V6(address))
        } else {
            Err(code::IPV6_ADDR_PREFIX_LEN)
        };
    }
    if name == "localhost" {
        return Ok(Resolved::V4(Ipv4Addr::LOCALHOST));
    }
    if let Some(address) = short_form(text) {
        return Ok(Resolved::V4(address));
    }
    let hosts = std::fs::read_to_string(host.path("/etc/inet/hosts")).unwrap_or_default();
    let of_line = |line: &str| -> Option<Ipv4Addr> {
        let mut words = line.split('#').next()?.split_whitespace();
        let address = words.next()?.parse().ok()?;
        words.any(|word| word == name).then_some(address)
    };
    hosts
        .lines()
        .find_map(of_line)
        .map(Resolved::V4)
        .ok_or(code::BOGUS_ADDRESS)
}

/// One to four numbers, decimal, octal or hexadecimal, of which the last fills the rest of the address (`inet_aton`).
fn short_form(text: &[u8]) -> Option<Ipv4Addr> {
    let parts: Vec<u64> = text
        .split(|&byte| byte == b'.')
        .map(|part| {
            let number = strtoull(part, 0);
            let is_number =
                part.first().is_some_and(u8::is_ascii_digit) && number.length == part.len();
            (is_number && !number.overflows).then_some(number.value)
        })
        .collect::<Option<_>>()?;
    let (last, leading) = parts.split_last()?;
    let free = 32u32
        .checked_sub(8 * u32::try_from(leading.len()).ok()?)
        .filter(|&bits| bits > 0)?;
    if leading.iter().any(|&part| part > 0xff) || *last >= 1 << free {
        return None;
    }
    let leading = leading.iter().fold(0, |address, part| address << 8 | part);
    u32::try_from(leading << free | last)
        .ok()
        .map(Ipv4Addr::from)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::{is_same, short_form};

    #[test]
    fn addresses_in_short_form() {
        assert_eq!(short_form(b"10.0.0"), Some(Ipv4Addr::new(10, 0, 0, 0)));
        assert_eq!(short_form(b"10.1"), Some(Ipv4Addr::new(10, 0, 0, 1)));
        assert_eq!(short_form(b"0x7f.1"), Some(Ipv4Addr::LOCALHOST));
        assert_eq!(short_form(b"300.1.1.1"), None);
        assert_eq!(short_form(b"1.2.3.4.5"), None);
        assert_eq!(short_form(b""), None);
    }

    #[test]
    fn one_prefix_length_may_be_missing() {
        assert!(is_same(b"10.0.0.1/24", b"10.0.0.1"));
        assert!(!is_same(b"10.0.0.1/24", b"10.0.0.1/25"));
        assert!(is_same(b"10.0.0.1", b"10.0.0.1"));
    }
}
