//! One file a subcommand: arguments → plan → run → view.
//!
//! A new command is a file with its arguments, whose doc comment is its help, and `run`; and one line in each of the two lists
//! below. A command that changes something flattens [`crate::commands::args::ChangeArgs`] into its arguments.

pub mod apply;
pub mod args;
pub mod boot;
mod change;
pub mod completions;
pub mod config;
pub mod console;
pub mod create;
pub mod destroy;
pub mod diff;
pub mod doc;
pub mod doctor;
pub mod edit;
mod enter;
pub mod exec;
pub mod fmt;
pub mod forget;
pub mod halt;
pub mod history;
pub mod import;
pub mod init;
mod lifecycle;
pub mod list;
pub mod login;
pub mod man;
pub mod metrics;
pub mod net;
pub mod pool;
pub mod publisher;
pub mod reboot;
pub mod recover;
pub mod rename;
mod select;
pub mod set;
mod setting;
pub mod show;
pub mod shutdown;
pub mod template;
pub mod validate;
pub mod wait;

use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Makes the enum that clap reads and the dispatch to each command's `run`.
macro_rules! commands {
    ($($variant:ident => $module:ident :: $args:ident,)*) => {
        /// The subcommands.
        #[derive(Debug, clap::Subcommand)]
        pub enum Command {
            $($variant($module::$args),)*
        }

        impl Command {
            /// Runs the command.
            ///
            /// # Errors
            /// What failed and the exit status that follows from it.
            pub fn run(&self, cx: &Context, ui: &mut Ui) -> Result<ExitCode, Failure> {
                match self {
                    $(Self::$variant(args) => $module::run(cx, ui, args),)*
                }
            }
        }
    };
}

commands! {
    Init => init::InitArgs,
    Create => create::CreateArgs,
    Destroy => destroy::DestroyArgs,
    List => list::ListArgs,
    Show => show::ShowArgs,
    Diff => diff::DiffArgs,
    Apply => apply::ApplyArgs,
    Boot => boot::BootArgs,
    Halt => halt::HaltArgs,
    Shutdown => shutdown::ShutdownArgs,
    Reboot => reboot::RebootArgs,
    Wait => wait::WaitArgs,
    Exec => exec::ExecArgs,
    Login => login::LoginArgs,
    Console => console::ConsoleArgs,
    Rename => rename::RenameArgs,
    Validate => validate::ValidateArgs,
    Fmt => fmt::FmtArgs,
    Import => import::ImportArgs,
    Forget => forget::ForgetArgs,
    Edit => edit::EditArgs,
    Set => set::SetArgs,
    Config => config::ConfigArgs,
    Template => template::TemplateArgs,
    Net => net::NetArgs,
    Pool => pool::PoolArgs,
    Publisher => publisher::PublisherArgs,
    Recover => recover::RecoverArgs,
    History => history::HistoryArgs,
    Metrics => metrics::MetricsArgs,
    Doctor => doctor::DoctorArgs,
    Doc => doc::DocArgs,
    Completions => completions::CompletionsArgs,
    Man => man::ManArgs,
}

impl Command {
    /// Whether the command needs a host: one that does not works anywhere and makes no emulated host.
    #[must_use]
    pub fn needs_host(&self, config_dir_given: bool) -> bool {
        match self {
            Self::Completions(_) | Self::Man(_) | Self::Doc(_) => false,
            Self::Fmt(args) => args.needs_host(config_dir_given),
            Self::Validate(args) => args.needs_host(config_dir_given),
            _ => true,
        }
    }
}
