//! ipadm(8): the interfaces and addresses of the global zone, as far as they make links busy.

use std::net::IpAddr;

use crate::Host;
use crate::datalink::{self, Interface, Plumbing};

use super::dladm::{Field, print_fields};
use super::{Options, Terminal};

pub(super) fn run(terminal: &mut Terminal<'_>, host: &Host, args: &[String]) -> i32 {
    let Some((subcommand, args)) = args.split_first() else {
        return usage(terminal);
    };
    let result = match subcommand.as_str() {
        "create-if" => change(host, args, "t", create_interface),
        "delete-if" => change(host, args, "t", |host, plumbing, options| {
            let [name] = options.rest else {
                return Err(None);
            };
            let _ = host;
            let before = plumbing.interfaces.len();
            plumbing
                .interfaces
                .retain(|interface| interface.name != *name);
            if plumbing.interfaces.len() == before {
                return Err(Some(format!(
                    "cannot delete interface {name}: Interface does not exist"
                )));
            }
            Ok(())
        }),
        "create-addr" => change(host, args, "tdT:a:", create_address),
        "delete-addr" => change(host, args, "r", |_, plumbing, options| {
            let [object] = options.rest else {
                return Err(None);
            };
            let (name, object_name) = object.split_once('/').ok_or(None)?;
            let interface = plumbing
                .interfaces
                .iter_mut()
                .find(|interface| interface.name == name);
            let unknown = || {
                Some(format!(
                    "could not delete address: Object not found ({object})"
                ))
            };
            let interface = interface.ok_or_else(unknown)?;
            let before = interface.addresses.len();
            interface
                .addresses
                .retain(|(known, _)| known != object_name);
            if interface.addresses.len() == before {
                Err(unknown())
            } else {
                Ok(())
            }
        }),
        "show-if" => {
            return show(
                terminal,
                host,
                args,
                &["ifname", "class", "state"],
                |interface| {
                    vec![vec![
                        interface.name.clone(),
                        "ip".to_owned(),
                        "ok".to_owned(),
                    ]]
                },
            );
        }
        "show-addr" => {
            return show(
                terminal,
                host,
                args,
                &["addrobj", "type", "state", "addr"],
                |interface| {
                    let row = |(object, address): &(String, String)| {
                        vec![
                            format!("{}/{object}", interface.name),
                            "static".to_owned(),
                            "ok".to_owned(),
                            address.clone(),
                        ]
                    };
                    interface.addresses.iter().map(row).collect()
                },
            );
        }
        _ => return usage(terminal),
    };
    match result {
        Ok(()) => 0,
        Err(None) => usage(terminal),
        Err(Some(text)) => {
            terminal.error(&format!("ipadm: {text}"));
            1
        }
    }
}

fn usage(terminal: &mut Terminal<'_>) -> i32 {
    terminal.error("usage:  ipadm <subcommand> <args> ...");
    2
}

/// What went wrong; `None` if the command line is wrong.
struct Failed(Option<String>);

impl From<std::io::Error> for Failed {
    fn from(error: std::io::Error) -> Self {
        Self(Some(error.to_string()))
    }
}

fn change(
    host: &Host,
    args: &[String],
    known: &str,
    change: impl FnOnce(&Host, &mut Plumbing, &Options<'_>) -> Result<(), Option<String>>,
) -> Result<(), Option<String>> {
    let options = Options::parse(args, known).map_err(|_| None)?;
    host.update(|plumbing: &mut Plumbing| change(host, plumbing, &options).map_err(Failed))
        .map_err(|Failed(text)| text)
}

fn create_interface(
    host: &Host,
    plumbing: &mut Plumbing,
    options: &Options<'_>,
) -> Result<(), Option<String>> {
    let [name] = options.rest else {
        return Err(None);
    };
    let table = datalink::read(host).map_err(|error| Some(error.to_string()))?;
    let link = table
        .by_name(name)
        .filter(|link| link.active && link.zone.is_empty());
    if link.is_none() {
        return Err(Some(format!(
            "cannot create interface {name}: No such link"
        )));
    }
    if plumbing.has(name) {
        return Err(Some(format!(
            "cannot create interface {name}: Interface already exists"
        )));
    }
    plumbing.interfaces.push(Interface {
        name: name.clone(),
        addresses: Vec::new(),
    });
    Ok(())
}

fn create_address(
    host: &Host,
    plumbing: &mut Plumbing,
    options: &Options<'_>,
) -> Result<(), Option<String>> {
    let [object] = options.rest else {
        return Err(None);
    };
    let (name, object_name) = object.split_once('/').ok_or(None)?;
    if options.value('T') != Some("static") {
        return Err(Some("only static addresses are emulated".to_owned()));
    }
    let address = options.value('a').ok_or(None)?;
    let plain = address
        .rsplit_once('=')
        .map_or(address, |(_, address)| address);
    if plain
        .split('/')
        .next()
        .is_none_or(|address| address.parse::<IpAddr>().is_err())
    {
        return Err(Some(format!(
            "could not create address: Invalid argument ({plain})"
        )));
    }
    if !plumbing.has(name) {
        let table = datalink::read(host).map_err(|error| Some(error.to_string()))?;
        if table
            .by_name(name)
            .is_none_or(|link| !link.active || !link.zone.is_empty())
        {
            return Err(Some(format!(
                "could not create address: No such link ({name})"
            )));
        }
        plumbing.interfaces.push(Interface {
            name: name.to_owned(),
            addresses: Vec::new(),
        });
    }
    let interface = plumbing
        .interfaces
        .iter_mut()
        .find(|interface| interface.name == name)
        .ok_or(None)?;
    if interface
        .addresses
        .iter()
        .any(|(known, _)| known == object_name)
    {
        return Err(Some(format!(
            "could not create address: Address object already exists ({object})"
        )));
    }
    interface
        .addresses
        .push((object_name.to_owned(), plain.to_owned()));
    Ok(())
}

fn show(
    terminal: &mut Terminal<'_>,
    host: &Host,
    args: &[String],
    names: &'static [&'static str],
    rows: impl Fn(&Interface) -> Vec<Vec<String>>,
) -> i32 {
    let Ok(options) = Options::parse(args, "po:") else {
        return usage(terminal);
    };
    let plumbing = match host.read::<Plumbing>() {
        Ok(plumbing) => plumbing,
        Err(error) => {
            terminal.error(&format!("ipadm: {error}"));
            return 1;
        }
    };
    let rows: Vec<Vec<String>> = plumbing
        .interfaces
        .iter()
        .filter(|interface| {
            options.rest.is_empty()
                || options
                    .rest
                    .iter()
                    .any(|name| name.split('/').next() == Some(&interface.name))
        })
        .flat_map(rows)
        .collect();
    let fields: Vec<Field> = names.iter().map(|name| Field { name, width: 17 }).collect();
    print_fields(
        terminal,
        "ipadm",
        &fields,
        options.has('p'),
        options.value('o'),
        &rows,
    )
}
