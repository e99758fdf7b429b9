//! What every command is handed: where the files are, and how to talk.

use std::path::PathBuf;
use std::time::Duration;

/// Where the files are and what the global options say.
#[derive(Debug, Clone)]
pub struct Context {
    /// The directory of the documents: `/etc/zmgr`, below the host's root.
    pub config_dir: PathBuf,
    /// The directory of journal and locks: `/var/zmgr`, below the host's root.
    pub state_dir: PathBuf,
    /// `-n`: print the steps, change nothing.
    pub dry_run: bool,
    /// `--json`.
    pub json: bool,
    /// `--lock-timeout`: how long to wait for a lock.
    pub lock_timeout: Duration,
    /// The command line, for the manual and the completions made from it.
    pub grammar: fn() -> clap::Command,
}
