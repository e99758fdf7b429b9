//! `dladm show-…`.

use crate::commands::{Options, Terminal};
use crate::datalink::{
    self, Class, Link, PROPERTIES, Property, Table, Value, default_of, value_of,
};
use crate::{Flavour, Host};

use super::options;
use super::output::{Field, print_fields};

const fn field(name: &'static str, width: usize) -> Field {
    Field { name, width }
}

fn read(host: &Host) -> Result<std::sync::Arc<Table>, String> {
    datalink::read(host).map_err(|error| error.to_string())
}

/// The links that a `show` is about: those of the classes, active or with `-P` stored, all or the one named.
fn chosen<'a>(
    table: &'a Table,
    options: &Options<'_>,
    classes: &[Class],
    what: &str,
) -> Result<Vec<&'a Link>, String> {
    let stored = options.has('P');
    let present = |link: &&Link| if stored { link.persistent } else { link.active };
    match options.rest {
        [] => Ok(table
            .links()
            .iter()
            .filter(present)
            .filter(|link| classes.contains(&link.class))
            .collect()),
        [name] => {
            let unknown = || format!("invalid {what} name '{name}': object not found");
            let link = table.by_name(name).filter(present).ok_or_else(unknown)?;
            if !classes.contains(&link.class) {
                return Err(format!(
                    "datalink {name} is not a {what}: found class {}",
                    link.class.name()
                ));
            }
            Ok(vec![link])
        }
        _ => Err("usage: too many arguments".to_owned()),
    }
}

fn current(table: &Table, link: &Link, property: &str) -> String {
    let property = Property::find(property);
    let values = property.and_then(|property| value_of(table, link, property, Value::Current).ok());
    values.unwrap_or_default().join(",")
}

/// Prints the rows of links, whose last value is the zone: it is shown where the distribution shows it.
fn print_links(
    terminal: &mut Terminal<'_>,
    host: &Host,
    options: &Options<'_>,
    fields: &[Field],
    rows: &[Vec<String>],
) -> i32 {
    let mut fields = fields.to_vec();
    if host.flavour() == Flavour::Omnios {
        fields.push(field("zone", 12));
    }
    print_fields(
        terminal,
        "dladm",
        &fields,
        options.has('p'),
        options.value('o'),
        rows,
    )
}

fn zone(link: &Link) -> String {
    if link.zone.is_empty() {
        "--".to_owned()
    } else {
        link.zone.clone()
    }
}

pub(super) fn links(
    terminal: &mut Terminal<'_>,
    host: &Host,
    args: &[String],
) -> Result<i32, String> {
    let options = options(args, "pPo:si:")?;
    let table = read(host)?;
    let all = [
        Class::Phys,
        Class::Vlan,
        Class::Aggr,
        Class::Vnic,
        Class::Etherstub,
        Class::Simnet,
        Class::Overlay,
    ];
    let row = |link: &Link| {
        vec![
            link.name.clone(),
            link.class.name().to_owned(),
            current(&table, link, "mtu"),
            if link.active {
                current(&table, link, "state")
            } else {
                String::new()
            },
            String::new(),
            link.over.clone(),
            zone(link),
        ]
    };
    let rows: Vec<_> = chosen(&table, &options, &all, "link")?
        .into_iter()
        .map(row)
        .collect();
    let fields = [
        field("link", 12),
        field("class", 10),
        field("mtu", 7),
        field("state", 9),
        field("bridge", 11),
        field("over", 12),
    ];
    Ok(print_links(terminal, host, &options, &fields, &rows))
}

pub(super) fn vnics(
    terminal: &mut Terminal<'_>,
    host: &Host,
    args: &[String],
) -> Result<i32, String> {
    let options = options(args, "pPo:l:si:")?;
    let table = read(host)?;
    if let Some(lower) = options
        .value('l')
        .filter(|lower| table.by_name(lower).is_none())
    {
        return Err(format!("invalid link name '{lower}': object not found"));
    }
    let row = |link: &Link| {
        let lower = table.by_name(&link.over).filter(|lower| lower.active);
        vec![
            link.name.clone(),
            lower.map_or_else(|| "?".to_owned(), |lower| lower.name.clone()),
            if lower.is_some_and(|lower| lower.class == Class::Etherstub) {
                "0"
            } else {
                "1000"
            }
            .to_owned(),
            link.mac.to_string(),
            link.mac_type.name().to_owned(),
            link.vid.to_string(),
            zone(link),
        ]
    };
    let rows: Vec<_> = chosen(&table, &options, &[Class::Vnic], "vnic")?
        .into_iter()
        .filter(|link| options.value('l').is_none_or(|lower| link.over == lower))
        .map(row)
        .collect();
    let fields = [
        field("link", 12),
        field("over", 12),
        field("speed", 7),
        field("macaddress", 18),
        field("macaddrtype", 20),
        field("vid", 7),
    ];
    Ok(print_links(terminal, host, &options, &fields, &rows))
}

pub(super) fn etherstubs(
    terminal: &mut Terminal<'_>,
    host: &Host,
    args: &[String],
) -> Result<i32, String> {
    let options = options(args, "pPo:t")?;
    let table = read(host)?;
    let links = chosen(&table, &options, &[Class::Etherstub], "etherstub")?;
    let rows: Vec<_> = links
        .into_iter()
        .map(|link| vec![link.name.clone(), zone(link)])
        .collect();
    Ok(print_links(
        terminal,
        host,
        &options,
        &[field("link", 12)],
        &rows,
    ))
}

pub(super) fn devices(
    terminal: &mut Terminal<'_>,
    host: &Host,
    args: &[String],
) -> Result<i32, String> {
    let options = options(args, "pPo:mH")?;
    let table = read(host)?;
    let row = |link: &Link| {
        vec![
            link.name.clone(),
            "Ethernet".to_owned(),
            current(&table, link, "state"),
            "1000".to_owned(),
            "full".to_owned(),
            link.name.clone(),
            String::new(),
        ]
    };
    let rows: Vec<_> = chosen(&table, &options, &[Class::Phys], "phys")?
        .into_iter()
        .map(row)
        .collect();
    let fields = [
        field("link", 12),
        field("media", 21),
        field("state", 11),
        field("speed", 7),
        field("duplex", 10),
        field("device", 13),
        field("flags", 6),
    ];
    Ok(print_fields(
        terminal,
        "dladm",
        &fields,
        options.has('p'),
        options.value('o'),
        &rows,
    ))
}

pub(super) fn vlans(
    terminal: &mut Terminal<'_>,
    host: &Host,
    args: &[String],
) -> Result<i32, String> {
    let options = options(args, "pPo:")?;
    let table = read(host)?;
    let links = chosen(&table, &options, &[Class::Vlan], "vlan")?;
    let row = |link: &Link| {
        vec![
            link.name.clone(),
            link.vid.to_string(),
            link.over.clone(),
            "-----".to_owned(),
            zone(link),
        ]
    };
    let rows: Vec<_> = links.into_iter().map(row).collect();
    let fields = [
        field("link", 16),
        field("vid", 9),
        field("over", 13),
        field("flags", 6),
    ];
    Ok(print_links(terminal, host, &options, &fields, &rows))
}

pub(super) fn properties(
    terminal: &mut Terminal<'_>,
    host: &Host,
    args: &[String],
) -> Result<i32, String> {
    let options = options(args, "cPo:p:")?;
    let table = read(host)?;
    let links: Vec<&Link> = match options.rest {
        [] => table.links().iter().collect(),
        [name] => vec![
            table
                .by_name(name)
                .ok_or_else(|| format!("invalid link name '{name}': object not found"))?,
        ],
        _ => return Err("usage: too many arguments".to_owned()),
    };
    let mut wanted: Vec<&Property> = Vec::new();
    for name in options
        .value('p')
        .into_iter()
        .flat_map(|names| names.split(','))
    {
        wanted.push(Property::find(name).ok_or_else(|| format!("invalid link property '{name}'"))?);
    }
    if wanted.is_empty() {
        wanted.extend(PROPERTIES);
    }
    let which = if options.has('P') {
        Value::Stored
    } else {
        Value::Current
    };
    let mut rows = Vec::new();
    for link in links {
        for property in &wanted {
            let values = value_of(&table, link, property, which).unwrap_or_default();
            rows.push(vec![
                link.name.clone(),
                property.name.to_owned(),
                if property.writable { "rw" } else { "r-" }.to_owned(),
                values.join(","),
                default_of(&table, link, property),
                property.possible.join(","),
            ]);
        }
    }
    let fields = [
        field("link", 13),
        field("property", 16),
        field("perm", 5),
        field("value", 15),
        field("default", 15),
        field("possible", 20),
    ];

    Ok(print_fields(
        terminal,
        "dladm",
        &fields,
        options.has('c'),
        options.value('o'),
        &rows,
    ))
}
