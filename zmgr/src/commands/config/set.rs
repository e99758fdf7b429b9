use clap::Args;

use crate::commands::args::ChangeArgs;
use crate::commands::change::ValuesArgs;

/// Set a value in config.kdl
///
/// Comments, order and layout of the rest are kept. `zmgr doc config` lists the paths.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr config set default-template router
  zmgr config set parallel=4 history=30d
  zmgr config set uplink.public.link igb0
  zmgr config set --remove parallel")]
pub(super) struct SetArgs {
    #[command(flatten)]
    pub(super) set: ValuesArgs,
    #[command(flatten)]
    change: ChangeArgs,
}
