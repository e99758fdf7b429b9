use std::net::IpAddr;
use std::time::Duration;

use illumos::address::{self, Answer};

use crate::Failure;

/// How long an address is given to answer before it is said to be free.
const PATIENCE: Duration = Duration::from_secs(1);

/// Whether something on the network answers to the address, and how it was found out, as the end of a sentence about the address.
///
/// # Errors
/// If ping(8) or arp(8) cannot be run.
pub fn answers(address: IpAddr) -> Result<Option<String>, Failure> {
    let answer = address::answers(address, PATIENCE)?;
    Ok(answer.map(|answer| match answer {
        Answer::Echo => "answers to a ping already".to_owned(),
        Answer::Neighbour => "is in the neighbour cache of the global zone".to_owned(),
    }))
}

/// The host's name.
#[must_use]
pub fn nodename() -> String {
    let system = rustix::system::uname();
    system.nodename().to_string_lossy().into_owned()
}
