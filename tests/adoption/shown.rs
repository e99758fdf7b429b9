//! A host with the files of one case.

use serde_json::Value;

use crate::case::{Answer, Case};
use crate::host::Host;
use crate::xml::{self, Element};

/// Brands that `import` leaves out: virtual machines.
const MACHINES: [&str; 4] = ["bhyve", "kvm", "emu", "propolis"];

/// Whether the document is one that `import` leaves out because the zone is a virtual machine.
pub(crate) fn is_machine(document: &Element) -> bool {
    MACHINES.contains(&document.attribute("brand"))
}

/// The zones of the index, by name, with their states, as far as its lines are lines of zones.
pub(crate) fn listed(case: &Case) -> Vec<(String, String)> {
    let index = String::from_utf8_lossy(&case.after["index"]).into_owned();
    let mut zones: Vec<(String, String)> = Vec::new();
    // A last line without its newline is none.
    for line in index
        .split_inclusive('\n')
        .filter_map(|line| line.strip_suffix('\n'))
    {
        let mut fields = line.split(':');
        let (Some(name), Some(state), Some(_)) = (fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        let known = ["configured", "incomplete", "installed"].contains(&state);
        // Of two lines the first counts.
        let new = name != "global" && !zones.iter().any(|(known, _)| known == name);
        if known && new && !name.is_empty() && !name.starts_with('#') {
            zones.push((name.to_owned(), state.to_owned()));
        }
    }
    zones
}

/// The zone's document, if there is one that is its own.
pub(crate) fn document(case: &Case, zone: &str) -> Option<Element> {
    let bytes = case.after.get(&format!("{zone}.xml"))?;
    xml::read(bytes).filter(|document| document.attribute("name") == zone)
}

/// Whether the real tool read the zone's document.
pub(crate) fn is_readable(case: &Case, zone: &str) -> bool {
    let refused = |answer: &Answer| answer.zone == zone && answer.status != 0;
    !case.answers.iter().any(refused)
}

/// Whether libzonecfg hands over every value of the document, and zonecfg(8) still knows all of it.
pub(crate) fn is_known(document: &Element) -> bool {
    let fits = |attr: &Element| attr.attribute("value").len() < 2048;
    let old = [
        "inherited-pkg-dir",
        "deleted-device",
        "package",
        "patch",
        "dev-perm",
    ];
    // Of several of these, libzonecfg hands over the first.
    let once = ["pset", "mcap", "security-flags"];
    document.all("attr").iter().all(fits)
        && old.iter().all(|name| document.all(name).is_empty())
        && once.iter().all(|name| document.all(name).len() <= 1)
}

/// What is not shown as it is, or not adopted as it should be.
pub(crate) fn check(case: &Case) -> Vec<String> {
    let host = Host::new(case.set);
    host.put_zones(&case.after);
    let mut complaints = Vec::new();
    let listed = listed(case);
    let before = host.json("list");
    let imported = host.run("import --yes --json");
    let status = imported.status;
    let expected: Vec<(String, String, Option<Element>)> = listed
        .into_iter()
        .map(|(name, state)| {
            let document = document(case, &name);
            (name, state, document)
        })
        .collect();
    let imported: Value = serde_json::from_str(&imported.stdout).unwrap();
    // What the real tool cannot read need not be read; what it can must be.
    let failed: Vec<&Value> = imported["skipped"].as_array().unwrap().iter().collect();
    let failed: Vec<&str> = failed
        .into_iter()
        .filter(|zone| zone["failed"] == true)
        .filter_map(|zone| zone["name"].as_str())
        .collect();
    let wanted = if failed.is_empty() { 0 } else { 5 };
    same("import: exit status", &wanted, &status, &mut complaints);
    let after = host.json("list");
    for list in [&before, &after] {
        let found: Vec<&str> = list
            .as_array()
            .unwrap()
            .iter()
            .map(|zone| zone["name"].as_str().unwrap())
            .collect();
        let mut names: Vec<&str> = expected.iter().map(|(name, ..)| name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        same("list: the zones", &names, &found, &mut complaints);
    }
    for (name, state, document) in &expected {
        let skipped = failed.contains(&name.as_str());
        if skipped && document.is_some() && is_readable(case, name) {
            complaints.push(format!("import: {name} is skipped: {imported}"));
        }
        let document = document.as_ref().filter(|_| !skipped);
        let machine = document.is_some_and(is_machine);
        for (list, managed) in [(&before, false), (&after, document.is_some() && !machine)] {
            let Some(view) = find(list, name) else {
                continue;
            };
            let what = if managed { "list" } else { "list before" };
            let what = format!("{what}: {name}");
            same(
                &what,
                &Value::from(managed),
                &view["managed"],
                &mut complaints,
            );
            same(
                &what,
                &Value::from(state.as_str()),
                &view["state"],
                &mut complaints,
            );
            if let Some(document) = document {
                zone(&what, document, view, &mut complaints);
            }
        }
        let Some(document) = document.filter(|_| !machine) else {
            let skipped = find(&imported["skipped"], name);
            if skipped.is_none_or(|zone| zone["failed"] == machine) {
                complaints.push(format!(
                    "import: {name} is not among the skipped: {imported}"
                ));
            }
            continue;
        };
        let whole = is_readable(case, name) && is_known(document);
        let lost = |zone: &Value| whole && zone["quality"] == "partial";
        if find(&imported["zones"], name).is_none_or(lost) {
            complaints.push(format!("import: {name} is not imported whole: {imported}"));
        }
        let shown = host.json(&format!("show {name}"));
        let what = format!("show: {name}");
        same(
            &what,
            &Value::from(state.as_str()),
            &shown["state"],
            &mut complaints,
        );
        zone(&what, document, &shown, &mut complaints);
        if whole {
            configuration(&what, document, &shown["configuration"], &mut complaints);
        }
    }
    complaints
}

fn find<'v>(list: &'v Value, name: &str) -> Option<&'v Value> {
    list.as_array()?.iter().find(|zone| zone["name"] == name)
}

fn same<T: PartialEq + std::fmt::Debug>(
    what: &str,
    wanted: &T,
    found: &T,
    complaints: &mut Vec<String>,
) {
    if wanted != found {
        complaints.push(format!("{what}: wanted {wanted:?}, found {found:?}"));
    }
}

/// The fields of `list --json` against the document.
fn zone(what: &str, document: &Element, view: &Value, complaints: &mut Vec<String>) {
    same(
        what,
        &text(document.attribute("zonepath")),
        &view["zonepath"],
        complaints,
    );
    same(
        what,
        &text(document.attribute("brand")),
        &view["brand"],
        complaints,
    );
    let autoboot = Value::from(document.attribute("autoboot") == "true");
    same(what, &autoboot, &view["autoboot"], complaints);
    let mut found: Vec<(String, String, String)> = Vec::new();
    for net in view["nets"].as_array().unwrap() {
        let link = if document.is_shared() { "stub" } else { "vnic" };
        let field = |name: &str| net[name].as_str().unwrap_or_default().to_owned();
        found.push((field(link), field("address"), field("gateway")));
    }
    let mut wanted: Vec<(String, String, String)> = Vec::new();
    for net in document.all("network") {
        let address = match net.attribute("allowed-address") {
            "" => net.attribute("address"),
            address => address,
        };
        let mut address = address.to_owned();
        if address.is_empty() {
            in_properties(net).for_each(|element| add(&mut address, element));
        }
        let (link, router) = (net.attribute("physical"), net.attribute("defrouter"));
        // Several resources of one link are its several addresses.
        let Some(known) = wanted.iter_mut().find(|known| known.0 == link) else {
            wanted.push((link.to_owned(), address, router.to_owned()));
            continue;
        };
        add(&mut known.1, &address);
        if !known.2.split(',').any(|known| known == router) {
            add(&mut known.2, router);
        }
    }
    same(&format!("{what}: nets"), &wanted, &found, complaints);
}

/// The addresses in the property `ips` of a net, which has words such as `dhcp` as well.
fn in_properties(net: &Element) -> impl Iterator<Item = &str> {
    let ips = net
        .all("net-attr")
        .iter()
        .filter(|property| property.attribute("name") == "ips");
    let elements = ips.flat_map(|property| property.attribute("value").split(','));
    elements.filter(|element| {
        let address = element.split('/').next().unwrap_or_default();
        address.parse::<std::net::IpAddr>().is_ok()
    })
}

fn add(list: &mut String, text: &str) {
    if !list.is_empty() && !text.is_empty() {
        list.push(',');
    }
    list.push_str(text);
}

fn text(text: &str) -> Value {
    if text.is_empty() {
        return Value::Null;
    }
    Value::from(text)
}

/// `configuration` of `show --json` against the document: every attribute of the zone and of its nets, and how many resources there are.
fn configuration(what: &str, document: &Element, shown: &Value, complaints: &mut Vec<String>) {
    for name in [
        "bootargs",
        "pool",
        "limitpriv",
        "scheduling-class",
        "hostid",
        "fs-allowed",
    ] {
        let what = format!("{what}: configuration: {name}");
        same(
            &what,
            &text(document.attribute(name)),
            &shown[name],
            complaints,
        );
    }
    let ip_type = if document.is_shared() {
        "shared"
    } else {
        "exclusive"
    };
    same(what, &Value::from(ip_type), &shown["ip-type"], complaints);
    let resources = [
        ("filesystem", "fs"),
        ("network", "net"),
        ("device", "device"),
        ("attr", "attr"),
        ("dataset", "dataset"),
        ("admin", "admin"),
        ("rctl", "rctl"),
    ];
    for (element, name) in resources {
        let count = shown[name].as_array().map_or(0, Vec::len);
        let what = format!("{what}: configuration: {name}");
        same(&what, &document.all(element).len(), &count, complaints);
    }
    let nets = shown["net"].as_array().into_iter().flatten();
    for (wanted, found) in document.all("network").iter().zip(nets) {
        for name in [
            "address",
            "allowed-address",
            "physical",
            "defrouter",
            "global-nic",
            "mac-addr",
            "vlan-id",
        ] {
            let what = format!("{what}: configuration: net: {name}");
            let found = &found[name];
            let found = if *found == "" { &Value::Null } else { found };
            same(&what, &text(wanted.attribute(name)), found, complaints);
        }
    }
}
