//! `dladm create-…`, `delete-…`, `set-linkprop` and `reset-linkprop`.

use crate::Host;
use crate::commands::Terminal;
use crate::datalink::{
    self, ACTIVE, ANCHOR, Class, Link, MacAddress, MacChoice, NewLink, NewVnic, PERSIST, Property,
    Status, parse_properties,
};

use super::{options, text};

fn check_name(name: &str) -> Result<(), String> {
    if name.len() > 31 {
        Err(format!("link name too long '{name}'"))
    } else if datalink::valid_name(name) {
        Ok(())
    } else {
        Err(format!("invalid link name '{name}'"))
    }
}

fn flags(temporary: bool) -> u32 {
    if temporary { ACTIVE } else { ACTIVE | PERSIST }
}

fn id(host: &Host, name: &str) -> Result<u32, String> {
    let table = datalink::read(host).map_err(|error| error.to_string())?;
    table
        .by_name(name)
        .map(|link| link.id)
        .ok_or_else(|| format!("invalid link name '{name}'"))
}

fn vlan_id(given: &str) -> Result<u16, String> {
    let vid = given.parse().ok().filter(|vid| (1..=4094).contains(vid));
    vid.ok_or_else(|| format!("invalid VLAN identifier '{given}'"))
}

pub(super) fn create_vnic(host: &Host, args: &[String]) -> Result<i32, String> {
    let options = options(args, "tl:m:v:p:fn:r:")?;
    let lower = options
        .value('l')
        .ok_or("underlying link must be specified")?;
    let [name] = options.rest else {
        return Err("usage: vnic name must be specified".to_owned());
    };
    check_name(name)?;
    let over = id(host, lower)?;
    let mac = match options.value('m') {
        None | Some("auto" | "random") => MacChoice::Chosen,
        Some("factory") => {
            return Err(format!(
                "vnic creation over {lower} failed: {}",
                text(host, Status::MACFACTORYNOTSUP)
            ));
        }
        Some(given) => MacChoice::Fixed(
            MacAddress::parse(given).ok_or_else(|| format!("invalid MAC address '{given}'"))?,
        ),
    };
    let vid = options.value('v').map(vlan_id).transpose()?.unwrap_or(0);
    let given: Vec<&str> = options.values('p').collect();
    let properties = parse_properties(&given.join(","), false)
        .map_err(|_| format!("invalid link property '{}'", given.join(",")))?;
    if let Some((unknown, _)) = properties
        .iter()
        .find(|(name, _)| Property::find(name).is_none())
    {
        return Err(format!("invalid link property '{unknown}'"));
    }
    let new = NewVnic {
        name: Some(name.clone()),
        over,
        mac,
        vid,
        properties,
    };
    match datalink::create_vnic(host, new, flags(options.has('t'))) {
        Ok(_) => Ok(0),
        Err(Status::LINKBUSY) if vid != 0 => Err(format!(
            "VLAN over '{lower}' may not use default_tag ID (see dladm(8))"
        )),
        Err(status) => Err(format!(
            "vnic creation over {lower} failed: {}",
            text(host, status)
        )),
    }
}

pub(super) fn create_etherstub(host: &Host, args: &[String]) -> Result<i32, String> {
    let options = options(args, "t")?;
    let [name] = options.rest else {
        return Err("usage: etherstub name must be specified".to_owned());
    };
    check_name(name)?;
    let new = NewVnic {
        name: Some(name.clone()),
        over: 0,
        mac: MacChoice::Chosen,
        vid: 0,
        properties: Vec::new(),
    };
    match datalink::create_vnic(host, new, flags(options.has('t')) | ANCHOR) {
        Ok(_) => Ok(0),
        Err(status) => Err(format!("etherstub creation failed: {}", text(host, status))),
    }
}

pub(super) fn create_vlan(host: &Host, args: &[String]) -> Result<i32, String> {
    let options = options(args, "tfl:v:p:")?;
    let lower = options
        .value('l')
        .ok_or("underlying link must be specified")?;
    let vid = vlan_id(
        options
            .value('v')
            .ok_or("VLAN identifier must be specified")?,
    )?;
    id(host, lower)?;
    let name = match options.rest {
        [] => {
            // The PPA of the link follows the tag in the name that is made up.
            let digits = lower.len() - lower.bytes().rev().take_while(u8::is_ascii_digit).count();
            let number: u32 = lower[digits..].parse().unwrap_or(0);
            format!("{}{}", &lower[..digits], u32::from(vid) * 1000 + number)
        }
        [name] => name.clone(),
        _ => return Err("usage: too many arguments".to_owned()),
    };
    check_name(&name)?;
    let new = NewLink {
        class: Class::Vlan,
        name,
        over: vec![lower.to_owned()],
        vid,
        temporary: options.has('t'),
    };
    match datalink::add_link(host, new) {
        Ok(_) => Ok(0),
        Err(Status::LINKBUSY) => Err(format!(
            "VLAN over '{lower}' may not use default_tag ID (see dladm(8))"
        )),
        Err(status) => Err(format!(
            "create operation over {lower} failed: {}",
            text(host, status)
        )),
    }
}

pub(super) fn create_aggr(host: &Host, args: &[String]) -> Result<i32, String> {
    let options = options(args, "tfl:P:L:T:u:")?;
    let [name] = options.rest else {
        return Err("usage: aggregation name must be specified".to_owned());
    };
    check_name(name)?;
    let over: Vec<String> = options.values('l').map(str::to_owned).collect();
    if over.is_empty() {
        return Err("no ports specified".to_owned());
    }
    for lower in &over {
        id(host, lower)?;
    }
    let new = NewLink {
        class: Class::Aggr,
        name: name.clone(),
        over,
        vid: 0,
        temporary: options.has('t'),
    };
    match datalink::add_link(host, new) {
        Ok(_) => Ok(0),
        Err(status) => Err(format!("create operation failed: {}", text(host, status))),
    }
}

/// Adds a link over nothing.
pub(super) fn create_device(host: &Host, class: &str, args: &[String]) -> Result<i32, String> {
    let options = options(args, "tm:v:e:s:p:")?;
    let [name] = options.rest else {
        return Err(format!("usage: {class} name must be specified"));
    };
    check_name(name)?;
    let class = Class::from_name(class).ok_or_else(|| format!("unknown class '{class}'"))?;
    let new = NewLink {
        class,
        name: name.clone(),
        over: Vec::new(),
        vid: 0,
        temporary: options.has('t'),
    };
    match datalink::add_link(host, new) {
        Ok(_) => Ok(0),
        Err(status) => Err(format!(
            "{} creation failed: {}",
            class.name(),
            text(host, status)
        )),
    }
}

pub(super) fn delete(host: &Host, args: &[String], class: &str) -> Result<i32, String> {
    let options = options(args, "t")?;
    let [name] = options.rest else {
        return Err(format!("usage: {class} name must be specified"));
    };
    let table = datalink::read(host).map_err(|error| error.to_string())?;
    let link: &Link = table
        .by_name(name)
        .ok_or_else(|| format!("invalid link name '{name}'"))?;
    if link.class.name() != class {
        let article = if class == "etherstub" || class == "aggr" {
            "an"
        } else {
            "a"
        };
        return Err(format!("'{name}' is not {article} {class}"));
    }
    let flags = flags(options.has('t'));
    let result = match link.class {
        Class::Vnic | Class::Etherstub => datalink::delete_vnic(host, link.id, flags),
        _ => datalink::delete_link(host, link.id, flags),
    };
    match (result, link.class) {
        (Ok(()), _) => Ok(0),
        (Err(status), Class::Vnic | Class::Etherstub) => {
            Err(format!("vnic deletion failed: {}", text(host, status)))
        }
        (Err(status), class) => Err(format!(
            "{} deletion failed: {}",
            class.name(),
            text(host, status)
        )),
    }
}

/// Sets or resets properties. Each is tried, whatever became of the ones before it.
pub(super) fn set_properties(
    terminal: &mut Terminal<'_>,
    host: &Host,
    args: &[String],
    reset: bool,
) -> Result<i32, String> {
    let options = options(args, "tp:")?;
    let [link] = options.rest else {
        return Err("link name must be specified".to_owned());
    };
    let given = options.values('p').collect::<Vec<_>>().join(",");
    let properties = parse_properties(&given, reset)
        .map_err(|_| format!("invalid link properties specified: {given}"))?;
    if properties.is_empty() && !reset {
        return Err("link property must be specified".to_owned());
    }
    let id = id(host, link)?;
    let mut status = 0;
    for (name, values) in properties {
        let flags = if name == "zone" {
            ACTIVE
        } else {
            flags(options.has('t'))
        };
        let complaint = match (
            datalink::set_property(host, id, &name, &values, flags),
            Property::find(&name),
        ) {
            (Ok(()), _) => continue,
            (Err(_), None) => format!("invalid link property '{name}'"),
            (Err(Status::BADVAL), Some(known)) if !known.possible.is_empty() => {
                format!(
                    "link property '{name}' must be one of: {}",
                    known.possible.join(",")
                )
            }
            (Err(refused), Some(_)) => {
                let verb = if reset { "reset" } else { "set" };
                format!(
                    "cannot {verb} link property '{name}' on '{link}': {}",
                    text(host, refused)
                )
            }
        };
        terminal.error(&format!("dladm: {complaint}"));
        status = 1;
    }
    Ok(status)
}
