//! What `exec`, `login` and `console` have in common.

use crate::failure::Code;
use illumos::zone::{self, ZoneName, ZoneState};

use super::select::unknown_zone;
use crate::documents::{Kind, Store};
use crate::{Context, ExitCode, Failure};

/// The name of a user of a zone.
///
/// # Errors
/// If it cannot be one: an option, or nothing.
pub(super) fn user(text: &str) -> Result<String, String> {
    match zone::login::is_user_name(text) {
        true => Ok(text.to_owned()),
        false => Err("not a user name".to_owned()),
    }
}

/// Refuses what zlogin(1) would refuse, in words that say what to do.
///
/// # Errors
/// Exit status 6 if there is no such zone; 7 if its state does not allow it.
pub(super) fn check(
    cx: &Context,
    name: &ZoneName,
    what: &str,
    allowed: impl Fn(ZoneState) -> bool,
) -> Result<(), Failure> {
    let zones = zone::list()?;
    let Some(found) = zones.iter().find(|zone| zone.name == *name) else {
        let registered = Store::open(&cx.config_dir)
            .and_then(|store| store.names(Kind::Zone))
            .unwrap_or_default();
        if registered.iter().any(|known| known == name.as_str()) {
            let message = format!("zone {name} is in the registry but not on this host");
            return Err(Failure::new(ExitCode::NotFound, Code::ZoneMissing, message));
        }
        let known = zones.iter().map(|zone| zone.name.as_str());
        return Err(unknown_zone(name.as_str(), known));
    };
    if allowed(found.state) {
        return Ok(());
    }
    let message = format!("zone {name} is {}; {what} is not possible", found.state);
    let failure = Failure::new(ExitCode::Exists, Code::ZoneState, message);
    Err(match found.state {
        ZoneState::Installed | ZoneState::Ready => {
            failure.with_help(format!("`zmgr boot {name}` boots it"))
        }
        ZoneState::Configured | ZoneState::Incomplete => {
            failure.with_help("nothing is installed in it")
        }
        _ => failure.with_help(format!(
            "`zmgr wait {name} --state installed` waits until it is halted"
        )),
    })
}

/// A program that talks to a terminal prints no JSON.
pub(super) fn refuse_json(cx: &Context, command: &str) -> Result<(), Failure> {
    if !cx.json {
        return Ok(());
    }
    Err(Failure::new(
        ExitCode::Usage,
        Code::Usage,
        format!("{command} has no JSON output: it prints the output of the zone"),
    ))
}

/// A session that could not be begun, or did not end well.
pub(super) fn ended(name: &ZoneName, what: &str, status: Option<i32>) -> Result<ExitCode, Failure> {
    if status == Some(0) {
        return Ok(ExitCode::Done);
    }
    let how = status.map_or("zlogin was killed by a signal".to_owned(), |status| {
        format!("zlogin ended with exit status {status}")
    });
    Err(Failure::new(
        ExitCode::Failed,
        Code::ZoneLogin,
        format!("the {what} of zone {name}: {how}"),
    ))
}
