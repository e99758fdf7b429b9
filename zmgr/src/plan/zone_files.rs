//! How a zone learns its addresses where nothing is handed over from the global zone: `/etc/hostname.LINK` and the like, which
//! svc:/network/physical reads at boot (illumos-gate `usr/src/cmd/svc/milestone/net-physical`).

use std::net::IpAddr;

use illumos::zone::config::IpType;

use super::ZoneFile;
use super::publishers::has_image;
use crate::documents::model::{AddressMode, ZoneNet};

/// The default routers of the zone, one a line.
const DEFAULT_ROUTER: &str = "etc/defaultrouter";

/// Whether zones of the brand read these files: those with an illumos userland that they set up themselves. Others learn their addresses
/// from the configuration of the zone (`lx`), from the brand (`bhyve`), or from whoever manages them (`joyent`, `omicron1`).
pub(super) fn reads_files(brand: &str) -> bool {
    has_image(brand)
        || matches!(
            brand,
            "illumos" | "whole-root" | "sparse-root" | "alien-root"
        )
}

/// The nets that ask for their addresses themselves in a zone whose brand does not read the files that say so.
pub(super) fn modes_left_out(nets: &[ZoneNet], brand: &str) -> Vec<String> {
    let asks = |net: &&ZoneNet| net.mode != AddressMode::Static && !reads_files(brand);
    let asking = nets.iter().filter(asks);
    asking
        .map(|net| {
            let mode = match net.mode {
                AddressMode::Dhcp => "DHCP",
                AddressMode::Addrconf | AddressMode::Static => "addrconf",
            };
            format!(
                "net {}: a zone of brand {brand} must be configured for {mode} inside the zone",
                net.name
            )
        })
        .collect()
}

/// The files that a zone needs for those of its nets that have no `allowed-address`. None for brands whose zones find out by themselves.
pub(super) fn zone_files(nets: &[ZoneNet], brand: &str, ip_type: IpType) -> Vec<ZoneFile> {
    if ip_type != IpType::Exclusive || !reads_files(brand) {
        return Vec::new();
    }
    let mut files = Vec::new();
    let mut routers = String::new();
    for net in nets.iter().filter(|net| net.resources.is_empty()) {
        let Some(vnic) = &net.vnic else {
            continue;
        };
        let mut write = |name: &str, text: String| {
            files.push(ZoneFile {
                path: format!("etc/{name}.{vnic}"),
                text: Some(text),
            });
        };
        match net.mode {
            AddressMode::Dhcp => {
                write("hostname", String::new());
                write("dhcp", String::new());
            }
            AddressMode::Addrconf => write("hostname6", String::new()),
            AddressMode::Static if net.link.protect == Some(false) => {
                let of = |is: fn(&IpAddr) -> bool| {
                    let addresses = net.addresses.iter().filter(move |net| is(&net.addr()));
                    addresses.map(ToString::to_string).collect::<Vec<String>>()
                };
                let (v4, v6) = (of(IpAddr::is_ipv4), of(IpAddr::is_ipv6));
                if let Some((first, more)) = v4.split_first() {
                    let more = more.iter().map(|address| format!("addif {address} up\n"));
                    write("hostname", format!("{first}\n{}", more.collect::<String>()));
                }
                if !v6.is_empty() {
                    // The interface itself has the link-local address.
                    let lines = v6.iter().map(|address| format!("addif {address} up\n"));
                    write("hostname6", lines.collect());
                }
                if net.link.defrouter != Some(false) {
                    for gateway in net.gateways.iter().filter(|gateway| gateway.is_ipv4()) {
                        routers.push_str(&format!("{gateway}\n"));
                    }
                }
            }
            AddressMode::Static => {}
        }
    }
    if !routers.is_empty() {
        files.push(ZoneFile {
            path: DEFAULT_ROUTER.to_owned(),
            text: Some(routers),
        });
    }
    files
}

/// What takes files away that `before` has, and sets those that `after` has.
pub(super) fn changed(before: &[ZoneFile], after: &[ZoneFile]) -> Vec<ZoneFile> {
    let gone = before.iter().filter(|file| {
        let same = |other: &ZoneFile| other.path == file.path;
        !after.iter().any(same)
    });
    let gone = gone.map(|file| ZoneFile {
        path: file.path.clone(),
        text: None,
    });
    let new = after.iter().filter(|file| !before.contains(file)).cloned();
    gone.chain(new).collect()
}

/// The IPv6 default routers that no file hands over.
pub(super) fn routers_left_out(nets: &[ZoneNet]) -> Vec<String> {
    let unprotected = |net: &&ZoneNet| {
        net.mode == AddressMode::Static
            && net.link.protect == Some(false)
            && net.link.defrouter != Some(false)
    };
    let gateways = nets.iter().filter(unprotected).flat_map(|net| {
        let v6 = net.gateways.iter().filter(|gateway| gateway.is_ipv6());
        v6.map(move |gateway| {
            format!(
                "net {}: the zone is not told its IPv6 default router {gateway}: routers announce themselves, or in the zone \
                 `route -p add -inet6 default {gateway}`",
                net.name
            )
        })
    });
    gateways.collect()
}
