//! `zmgr login`.

use clap::Args;
use illumos::zone::{ZoneName, ZoneState, login};

use super::enter;
use crate::execute::privilege;
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Open a shell in a zone
///
/// Type ~. at the start of a line to end the session.
#[derive(Debug, Args)]
#[command(alias = "enter")]
#[command(after_help = "\
Examples:
  zmgr login web01
  zmgr login web01 --user app
  zmgr login web01 --failsafe")]
pub struct LoginArgs {
    /// The zone
    #[arg(value_name = "NAME", add = crate::commands::args::complete::zone())]
    name: ZoneName,
    /// The user in the zone [default: root]
    #[arg(short, long, conflicts_with = "failsafe", value_parser = super::enter::user)]
    user: Option<String>,
    /// Open a root shell that bypasses login, for a zone whose boot or name service fails
    #[arg(short = 'S', long)]
    failsafe: bool,
}

/// Opens the shell.
///
/// # Errors
/// Exit status 6 if there is no such zone; 7 if it is not running.
pub fn run(cx: &Context, _: &mut Ui, args: &LoginArgs) -> Result<ExitCode, Failure> {
    enter::refuse_json(cx, "login")?;
    privilege::check(cx, "login")?;
    enter::check(cx, &args.name, "a login", |state| {
        matches!(state, ZoneState::Running | ZoneState::Mounted)
    })?;
    let status = login::login(&args.name, args.user.as_deref(), args.failsafe)?;
    enter::ended(&args.name, "session", status)
}
