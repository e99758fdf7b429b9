use std::path::Path;

use crate::{Error, ErrorKind, Result};

/// Opens `file` in the person's editor and returns its exit status; `None` if a signal ended it.
///
/// `editor` is what `VISUAL` or `EDITOR` holds: a command of sh, which the name of the file is added to, as git(1) and crontab(1) do. It runs
/// on the caller's terminal, in the caller's environment and with the caller's privileges.
///
/// # Errors
/// If sh cannot be started. An editor that does not exist is exit status 127.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the place that the rule sends everybody to"
)]
pub fn edit(editor: &str, file: &Path) -> Result<Option<i32>> {
    let status = std::process::Command::new("/bin/sh")
        .arg("-c")
        .arg(format!("{editor} \"$1\""))
        .arg("sh")
        .arg(file)
        .status()
        .map_err(|error| {
            Error::new(
                ErrorKind::Failed,
                format!("run the editor {editor:?}"),
                error.to_string(),
            )
        })?;
    Ok(status.code())
}
