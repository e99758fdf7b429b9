//! `zmgr exec`.

use crate::failure::Code;
use clap::Args;
use illumos::zone::login::{self, Ended};
use illumos::zone::{ZoneName, ZoneState};

use super::enter;
use crate::execute::{interrupt, privilege};
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Run a command in a zone
///
/// The arguments are passed on unchanged; for pipes and variables, run a shell: sh -c '…'. Standard input, output and error are those of
/// the command. So is the exit status, which is 128 plus the signal number if a signal ended the command.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr exec web01 -- svcs -x
  zmgr exec web01 --user app -- sh -c 'cd; tar cf - data' > data.tar
  zmgr exec web01 -- touch 'a file; with $signs'")]
pub struct ExecArgs {
    /// The zone
    #[arg(value_name = "NAME", add = crate::commands::args::complete::zone())]
    name: ZoneName,
    /// The user in the zone [default: root]
    #[arg(short, long, value_parser = super::enter::user)]
    user: Option<String>,
    /// The command and its arguments; a -- before it is optional
    #[arg(
        required = true,
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "COMMAND"
    )]
    command: Vec<String>,
}

/// Runs the command, and ends with its exit status.
///
/// # Errors
/// Exit status 6 if there is no such zone; 7 if it is not running; 1 if what became of the command is not known.
pub fn run(cx: &Context, ui: &mut Ui, args: &ExecArgs) -> Result<ExitCode, Failure> {
    enter::refuse_json(cx, "exec")?;
    privilege::check(cx, "exec")?;
    enter::check(cx, &args.name, "running a command", |state| {
        matches!(state, ZoneState::Running | ZoneState::Mounted)
    })?;
    // A Ctrl-C is for the command, which gets it as well; its end is waited for.
    interrupt::listen()?;
    let ended = login::exec(
        &args.name,
        args.user.as_deref(),
        &args.command,
        &mut |bytes| ui.raw_error(bytes),
    )?;
    let status = match ended {
        Ended::Status(status) => status,
        Ended::Unknown(status) => {
            let message = format!(
                "the outcome of the command in zone {} is unknown: {}",
                args.name,
                match status {
                    Some(status) => format!("zlogin ended with exit status {status} before it"),
                    None => "zlogin was killed by a signal".to_owned(),
                }
            );
            return Err(
                Failure::new(ExitCode::Failed, Code::ExecLost, message).with_help(format!(
                    "it may not have started, or may still be running: check with `zmgr login {} --failsafe`",
                    args.name
                )),
            );
        }
    };
    if let Some(signal) = status
        .checked_sub(128)
        .filter(|signal| (1..=64).contains(signal))
    {
        ui.status(format_args!("the command was killed by signal {signal}"));
    }
    if status == 0 {
        return Ok(ExitCode::Done);
    }
    end(status)
}

/// Ends with the status of the command, which may be any.
#[expect(
    clippy::exit,
    reason = "the exit status is the command's own, for which there is no ExitCode; everything has been printed"
)]
fn end(status: i32) -> ! {
    std::process::exit(status)
}
