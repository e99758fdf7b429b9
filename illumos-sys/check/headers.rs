//! Compares the layouts of an installed `libzonecfg.h` with the ones of this crate, through a C compiler.

use std::path::{Path, PathBuf};

/// Which layout the headers have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flavour {
    /// illumos-gate's.
    Upstream,
    /// That of OmniOS and SmartOS.
    Extended,
}

/// Compiles the assertions of `check/system.c` against the headers that the compiler finds in `include` and in its
/// own directories.
///
/// # Errors
/// What the compiler says: each difference is a failed assertion that names the structure and the member.
pub(crate) fn compare(
    target: &str,
    check: &Path,
    include: &[PathBuf],
    out: &Path,
) -> Result<Flavour, String> {
    let compile = |source: &str, extended: bool| {
        let mut build = cc::Build::new();
        build
            .target(target)
            .host(target)
            .opt_level(0)
            .debug(false)
            .cargo_metadata(false)
            .out_dir(out);
        build.includes(include).warnings(false);
        let compiler = build
            .try_get_compiler()
            .map_err(|error| error.to_string())?;
        let mut command = compiler.to_command();
        command.args(["-fsyntax-only", "-D__EXTENSIONS__"]);
        if extended {
            command.arg("-DZMGR_FLAVOUR_EXTENDED");
        }
        let output = command
            .arg(check.join(source))
            .output()
            .map_err(|error| format!("{}: {error}", compiler.path().display()))?;
        if output.status.success() {
            return Ok(());
        }
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    };

    // A member that only the extended layout has.
    let extended = compile("flavour.c", true).is_ok();
    compile("system.c", extended).map_err(|output| {
        format!(
            "the headers of this system do not have the layout that zmgr knows as {}:\n{output}\n\
             libzonecfg would be handed structures of the wrong form. See docs/internals/ffi.md.",
            if extended {
                "extended (OmniOS, SmartOS)"
            } else {
                "upstream (OpenIndiana, Tribblix, Helios)"
            },
        )
    })?;
    Ok(if extended {
        Flavour::Extended
    } else {
        Flavour::Upstream
    })
}
