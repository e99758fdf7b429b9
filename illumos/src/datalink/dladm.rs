//! dladm(8), where libdladm's call for creating a VNIC is not the known one.

use super::{LinkName, MacAddressChoice, NewVnic};
use crate::command::Command;
use crate::{Error, ErrorKind, Result};

/// `dladm create-vnic`. Properties are set afterwards.
pub(super) fn create_vnic(vnic: &NewVnic) -> Command {
    let mut args = vec!["create-vnic".to_owned()];
    if vnic.temporary {
        args.push("-t".to_owned());
    }
    args.extend(["-l".to_owned(), vnic.over.clone()]);
    match vnic.mac_address {
        MacAddressChoice::Auto => {}
        MacAddressChoice::Random => args.extend(["-m".to_owned(), "random".to_owned()]),
        MacAddressChoice::Fixed(address) => args.extend(["-m".to_owned(), address.to_string()]),
    }
    if let Some(vid) = vnic.vlan_id {
        args.extend(["-v".to_owned(), vid.to_string()]);
    }
    args.push(vnic.name.to_string());
    dladm().args(args)
}

/// `dladm create-etherstub`.
pub(super) fn create_etherstub(name: &LinkName, temporary: bool) -> Command {
    let temporary = temporary.then_some("-t");
    dladm()
        .args(["create-etherstub"])
        .args(temporary)
        .args([name.as_str()])
}

fn dladm() -> Command {
    Command::new("/usr/sbin/dladm")
}

/// Runs the command; its failure as the library's would be.
pub(super) fn run(command: &Command, operation: String) -> Result<()> {
    let output = command.output(&mut |_, _| {})?;
    if output.status == Some(0) {
        return Ok(());
    }
    let error = command.failure(kind(&output.stderr), &output);
    Err(Error::new(
        error.kind(),
        operation,
        format!("{}: {}", error.operation(), error.reason()),
    ))
}

/// By the text that dladm_status2str has for the reason.
fn kind(stderr: &str) -> ErrorKind {
    let kinds = [
        ("object already exists", ErrorKind::AlreadyExists),
        ("permission denied", ErrorKind::PermissionDenied),
        ("link busy", ErrorKind::Busy),
        ("already in use", ErrorKind::Busy),
        ("object not found", ErrorKind::NotFound),
        ("invalid", ErrorKind::Invalid),
        ("temporary object", ErrorKind::Invalid),
    ];
    kinds
        .into_iter()
        .find(|(text, _)| stderr.contains(text))
        .map_or(ErrorKind::Failed, |(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datalink::MacAddress;

    #[test]
    fn a_vnic_becomes_a_command() {
        let mut vnic = NewVnic {
            name: "web01_0".parse().unwrap(),
            over: "igb0".to_owned(),
            mac_address: MacAddressChoice::Auto,
            vlan_id: None,
            properties: vec![("mtu".to_owned(), "1400".to_owned())],
            temporary: false,
        };
        assert_eq!(
            create_vnic(&vnic).display(),
            "/usr/sbin/dladm create-vnic -l igb0 web01_0"
        );
        vnic.mac_address = MacAddressChoice::Fixed(MacAddress([2, 8, 0x20, 1, 2, 3]));
        vnic.vlan_id = Some(7);
        vnic.temporary = true;
        assert_eq!(
            create_vnic(&vnic).display(),
            "/usr/sbin/dladm create-vnic -t -l igb0 -m 2:8:20:1:2:3 -v 7 web01_0"
        );
        vnic.mac_address = MacAddressChoice::Random;
        assert!(create_vnic(&vnic).display().contains("-m random"));
        let stub = "int0".parse().unwrap();
        assert_eq!(
            create_etherstub(&stub, true).display(),
            "/usr/sbin/dladm create-etherstub -t int0"
        );
    }

    #[test]
    fn dladms_reasons_have_kinds() {
        for (text, expected) in [
            (
                "dladm: vnic creation over net0 failed: object already exists",
                ErrorKind::AlreadyExists,
            ),
            (
                "dladm: vnic creation over net0 failed: MAC address is already in use",
                ErrorKind::Busy,
            ),
            (
                "dladm: vnic creation over net0 failed: permission denied",
                ErrorKind::PermissionDenied,
            ),
            ("dladm: invalid link name 'net9'", ErrorKind::Invalid),
            ("dladm: something new", ErrorKind::Failed),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
    }
}
