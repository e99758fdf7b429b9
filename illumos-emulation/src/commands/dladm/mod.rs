//! dladm(8).
//!
//! Besides the real subcommands there are `create-phys` and `delete-phys`: the hand that plugs a card in and pulls it out.

mod change;
mod output;
mod show;

use crate::Host;
use crate::datalink::Status;

use super::options::Bad;
use super::{Options, Terminal};

pub(super) use output::{Field, print_fields};

pub(super) fn run(terminal: &mut Terminal<'_>, host: &Host, args: &[String]) -> i32 {
    let Some((subcommand, args)) = args.split_first() else {
        terminal.error("usage:  dladm <subcommand> <args> ...");
        return 1;
    };
    let result = match subcommand.as_str() {
        "show-link" => show::links(terminal, host, args),
        "show-vnic" => show::vnics(terminal, host, args),
        "show-etherstub" => show::etherstubs(terminal, host, args),
        "show-phys" => show::devices(terminal, host, args),
        "show-vlan" => show::vlans(terminal, host, args),
        "show-linkprop" => show::properties(terminal, host, args),
        "create-vnic" => change::create_vnic(host, args),
        "delete-vnic" => change::delete(host, args, "vnic"),
        "create-etherstub" => change::create_etherstub(host, args),
        "delete-etherstub" => change::delete(host, args, "etherstub"),
        "create-vlan" => change::create_vlan(host, args),
        "delete-vlan" => change::delete(host, args, "vlan"),
        "create-aggr" => change::create_aggr(host, args),
        "delete-aggr" => change::delete(host, args, "aggr"),
        "create-simnet" | "create-phys" | "create-overlay" => {
            change::create_device(host, &subcommand["create-".len()..], args)
        }
        "delete-simnet" | "delete-phys" | "delete-overlay" => {
            change::delete(host, args, &subcommand["delete-".len()..])
        }
        "set-linkprop" => change::set_properties(terminal, host, args, false),
        "reset-linkprop" => change::set_properties(terminal, host, args, true),
        other => Err(format!("unknown subcommand '{other}'")),
    };
    match result {
        Ok(status) => status,
        Err(text) => {
            terminal.error(&format!("dladm: {text}"));
            1
        }
    }
}

/// The options of a subcommand; the long forms that dladm(8) has are taken for the short ones.
fn options<'a>(args: &'a [String], known: &str) -> Result<Options<'a>, String> {
    Options::parse(args, known).map_err(|bad| match bad {
        Bad::Unknown(letter) => format!("unrecognized option '-{letter}'"),
        Bad::NoArgument(letter) => format!("option '-{letter}' requires a value"),
    })
}

/// The text of a status.
fn text(host: &Host, status: Status) -> String {
    status.text(host.flavour())
}
