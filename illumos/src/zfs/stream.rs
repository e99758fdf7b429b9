//! Streams: from one file system to another, on this host.

use super::snapshot::is_snapshot_name;
use super::{check_name, kind, property, zfs};
use crate::{Error, ErrorKind, Result};

/// What is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sending {
    /// The full name of the last snapshot.
    pub snapshot: String,
    /// The full name of the snapshot that the receiver has already.
    pub base: Option<String>,
    /// Whether the snapshots between the two are sent too.
    pub between: bool,
    /// Whether everything below is sent too, with all properties and snapshots.
    pub tree: bool,
}

/// How it is received.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Receiving {
    /// The dataset.
    pub dataset: String,
    /// Properties that are set on it, whatever the sender has.
    pub properties: Vec<(String, String)>,
    /// Properties whose values at the sender do not count. `canmount` cannot be one: its value would be lost.
    pub without: Vec<String>,
    /// Whether it is mounted by itself afterwards.
    pub mount: bool,
    /// Whether what has come is kept if the stream breaks off.
    pub resumable: bool,
}

/// Sends a snapshot into a dataset: two processes and a pipe, without a shell. Both must end well.
///
/// # Errors
/// [`ErrorKind::NotFound`]; [`ErrorKind::AlreadyExists`] if the dataset is there already; [`ErrorKind::OutOfDate`] if it has changed since the
/// snapshot that the stream starts from; [`ErrorKind::Invalid`]. The error is that of the sender if only that failed.
///
/// # Source
/// zfs(8). What `-x canmount` does was seen with `OpenZFS` 2.1.11.
pub fn transfer(send: &Sending, receive: &Receiving) -> Result<()> {
    let sender = sender(send)?;
    let receiver = receiver(receive)?;
    let (sent, received) = receiver.fed_by(&sender)?;
    if received.status != Some(0) {
        // A sender that had nothing to send is the reason.
        let starved = received.stderr.contains("failed to read from stream");
        if !starved || sent.status == Some(0) {
            return Err(receiver.failure(kind(&received.stderr), &received));
        }
    }
    if sent.status != Some(0) {
        return Err(sender.failure(kind(&sent.stderr), &sent));
    }
    Ok(())
}

fn sender(send: &Sending) -> Result<crate::command::Command> {
    let mut args = vec!["send".to_owned()];
    if send.tree {
        args.push("-R".to_owned());
    }
    if let Some(base) = &send.base {
        check(base)?;
        args.push(if send.between { "-I" } else { "-i" }.to_owned());
        args.push(base.clone());
    }
    check(&send.snapshot)?;
    args.push(send.snapshot.clone());
    Ok(zfs(args))
}

fn receiver(receive: &Receiving) -> Result<crate::command::Command> {
    check_name(&receive.dataset, "receive")?;
    let mut args = vec!["receive".to_owned()];
    if !receive.mount {
        args.push("-u".to_owned());
    }
    if receive.resumable {
        args.push("-s".to_owned());
    }
    for (name, value) in &receive.properties {
        property::check(name, value)?;
        args.extend(["-o".to_owned(), format!("{name}={value}")]);
    }
    for name in &receive.without {
        let known = property::is_user(name) || property::find(name).is_some();
        if !known || name == "canmount" {
            return Err(Error::new(
                ErrorKind::Invalid,
                format!(
                    "receive dataset {} without property {name}",
                    receive.dataset
                ),
                "it cannot be left out",
            ));
        }
        args.extend(["-x".to_owned(), name.clone()]);
    }
    args.push(receive.dataset.clone());
    Ok(zfs(args))
}

fn check(snapshot: &str) -> Result<()> {
    if is_snapshot_name(snapshot) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Invalid,
        format!("send snapshot {snapshot}"),
        "that cannot be the name of a snapshot",
    ))
}

#[cfg(test)]
mod tests {
    use super::{Receiving, receiver};

    #[test]
    fn a_zone_s_root_cannot_be_made_to_mount_itself() {
        let receive = Receiving {
            dataset: "tank/web01".to_owned(),
            without: vec!["canmount".to_owned()],
            ..Receiving::default()
        };
        assert!(receiver(&receive).is_err());
    }
}
