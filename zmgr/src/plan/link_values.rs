//! Values of link properties, each by its type: dladm(8) would refuse a wrong one when the zone's configuration is made already (illumos-gate
//! `usr/src/lib/libdladm/common/linkprop.c`).

use std::net::IpAddr;

use crate::documents::model::LinkSettings;
use crate::failure::Code;
use crate::{ExitCode, Failure};

/// The least bandwidth limit, in bits per second.
const LEAST: f64 = 1.2e6;

/// Refuses values that their property cannot have. Properties that are not known here are left to dladm(8).
pub(super) fn check(net: &str, link: &LinkSettings) -> Result<(), Failure> {
    let known = [("maxbw", &link.maxbw), ("priority", &link.priority)];
    let known = known
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_deref()?)));
    let others = link
        .linkprop
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    for (name, value) in known.chain(others) {
        if let Some(expected) = expected(name, value) {
            let message = format!("net {net}: link property {name} cannot be {value:?}");
            return Err(
                Failure::new(ExitCode::Usage, Code::CreateLinkProperty, message)
                    .with_help(format!("it is {expected}")),
            );
        }
    }
    Ok(())
}

/// What the property is, if the value is nothing of that kind.
fn expected(name: &str, value: &str) -> Option<&'static str> {
    let each = |is: &dyn Fn(&str) -> bool| value.split(',').all(is);
    let number = |text: &str| text.parse::<u32>().is_ok();
    let (is, expected) = match name {
        "maxbw" => (
            bandwidth(value).is_some_and(|bits| bits >= LEAST),
            "a number with K, M or G for kilo-, mega- or gigabits a second, at least 1200K, such as 100M",
        ),
        "priority" => (
            matches!(value, "low" | "medium" | "high"),
            "low, medium or high",
        ),
        "mtu" => (number(value), "a number of bytes"),
        "cpus" => (each(&number), "numbers of processors, separated by commas"),
        "rxrings" | "txrings" => (
            matches!(value, "sw" | "hw") || number(value),
            "a number, sw or hw",
        ),
        "protection" => (
            each(&|one| {
                matches!(
                    one,
                    "mac-nospoof" | "restricted" | "ip-nospoof" | "dhcp-nospoof"
                )
            }),
            "mac-nospoof, restricted, ip-nospoof or dhcp-nospoof, or several of them separated by commas",
        ),
        "allowed-ips" => (
            each(&|one| {
                let address = one.split('/').next().unwrap_or(one);
                address.parse::<IpAddr>().is_ok()
            }),
            "addresses separated by commas",
        ),
        "promisc-filtered" => (matches!(value, "on" | "off"), "on or off"),
        "tagmode" => (matches!(value, "normal" | "vlanonly"), "normal or vlanonly"),
        "state" => (false, "what the link does, and cannot be set"),
        _ => (!value.is_empty(), "a value"),
    };
    (!is).then_some(expected)
}

fn bandwidth(value: &str) -> Option<f64> {
    let (number, unit) = match value.chars().next_back()? {
        'K' | 'k' => (&value[..value.len() - 1], 1e3),
        'M' | 'm' => (&value[..value.len() - 1], 1e6),
        'G' | 'g' => (&value[..value.len() - 1], 1e9),
        _ => (value, 1e6),
    };
    let plain = |c: char| c.is_ascii_digit() || c == '.';
    let number = Some(number).filter(|number| number.chars().all(plain))?;
    Some(number.parse::<f64>().ok()? * unit)
}

#[cfg(test)]
mod tests {
    use super::expected;

    #[test]
    fn values_by_type() {
        for (name, value) in [
            ("maxbw", "100M"),
            ("maxbw", "2"),
            ("maxbw", "1200K"),
            ("maxbw", "1.5G"),
            ("priority", "low"),
            ("mtu", "9000"),
            ("cpus", "0,1"),
            ("rxrings", "hw"),
            ("txrings", "4"),
            ("protection", "ip-nospoof,mac-nospoof"),
            ("allowed-ips", "10.0.0.1,fd00::/64"),
            ("promisc-filtered", "off"),
            ("tagmode", "normal"),
            ("_vendor", "anything"),
            ("pool", "web"),
        ] {
            assert_eq!(expected(name, value), None, "{name} {value}");
        }
        for (name, value) in [
            ("maxbw", "banana"),
            ("maxbw", ""),
            ("maxbw", "M"),
            ("maxbw", "1K"),
            ("maxbw", "-5M"),
            ("maxbw", "10T"),
            ("maxbw", "1e9"),
            ("maxbw", "infG"),
            ("priority", "urgent"),
            ("mtu", "many"),
            ("cpus", "0,x"),
            ("rxrings", "all"),
            ("protection", "ip-nospoof,none"),
            ("allowed-ips", "10.0.0.300"),
            ("promisc-filtered", "yes"),
            ("tagmode", "both"),
            ("state", "up"),
            ("_vendor", ""),
        ] {
            assert!(expected(name, value).is_some(), "{name} {value}");
        }
    }
}
