//! `cargo xtask bindings`: the checked-in bindings of illumos-sys, made from its C declarations.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use bindgen::callbacks::{DeriveTrait, ImplementsTrait, IntKind, ParseCallbacks};

use crate::{Failure, assertions, facts, process};

/// illumos is Solaris to clang; cargo's own name for the target is unknown to it.
const CLANG_TARGET: &str = "--target=x86_64-pc-solaris2.11";

/// A binding file: its name, the header whose declarations it holds, and the macro that makes `wrapper.h` include it.
struct Module {
    name: &'static str,
    about: &'static str,
    define: Option<&'static str>,
}

const MODULES: [Module; 3] = [
    Module {
        name: "common",
        about: "What every distribution has alike, from `include/common.h`.",
        define: None,
    },
    Module {
        name: "upstream",
        about: "OpenIndiana, Tribblix and Helios, from `include/upstream.h`.",
        define: Some("ZMGR_FLAVOUR_UPSTREAM"),
    },
    Module {
        name: "extended",
        about: "OmniOS and SmartOS, from `include/extended.h`.",
        define: Some("ZMGR_FLAVOUR_EXTENDED"),
    },
];

/// Writes the bindings and the assertions, or with `check` says which of them are not what the declarations and the facts
/// give.
pub(crate) fn run(root: &Path, check: bool) -> Result<(), Failure> {
    let sys = root.join("illumos-sys");
    let facts = facts::load(root)?;
    let mut files = vec![
        (
            sys.join("src/bindings/layout.rs"),
            rustfmt(root, &assertions::rust(&facts))?,
        ),
        (sys.join("check/layout.h"), assertions::c(&facts)),
    ];
    for module in &MODULES {
        files.push((
            sys.join(format!("src/bindings/{}.rs", module.name)),
            generate(root, module)?,
        ));
    }

    let mut drifted = String::new();
    for (path, text) in files {
        if !check {
            fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        } else if fs::read_to_string(&path).unwrap_or_default() != text {
            let _ = write!(drifted, "\n  {}", path.display());
        }
    }
    if drifted.is_empty() {
        return Ok(());
    }
    Err(format!(
        "these files are not what illumos-sys/include and illumos-sys/abi.json give:{drifted}\n\
         run `cargo xtask bindings` and look at the difference"
    )
    .into())
}

fn generate(root: &Path, module: &Module) -> Result<String, Failure> {
    let sys = root.join("illumos-sys");
    let mut builder = bindgen::builder()
        .header(sys.join("wrapper.h").to_string_lossy())
        .clang_args([CLANG_TARGET, "-ffreestanding", "-nostdinc"])
        .clang_arg(format!("-I{}", sys.join("include").display()))
        .allowlist_file(format!(".*/include/{}\\.h", module.name))
        .allowlist_recursively(false)
        .blocklist_type("u?int(16|32|64)_t|size_t|ssize_t")
        .use_core()
        .generate_cstr(true)
        .generate_comments(false)
        .prepend_enum_name(false)
        .derive_debug(false)
        .layout_tests(true)
        .disable_header_comment()
        .formatter(bindgen::Formatter::Prettyplease)
        .parse_callbacks(Box::new(Constants));
    if let Some(define) = module.define {
        builder = builder
            .clang_arg(format!("-D{define}"))
            .raw_line("use crate::*;");
    }
    let bindings = builder
        .generate()
        .map_err(|error| format!("{}: {error}", module.name))?;
    let text = format!(
        "//! {}\n//!\n//! Made by `cargo xtask bindings`. Do not edit.\n\n{bindings}",
        module.about
    );
    rustfmt(root, &plain_functions(&text)?)
}

/// What `dlsym` finds is there, so the types `NAME_fn` are functions, not functions or nothing as bindgen has it.
fn plain_functions(text: &str) -> Result<String, Failure> {
    const NULLABLE: &str = "_fn = ::core::option::Option<";
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(NULLABLE) {
        let inner = start + NULLABLE.len();
        let end = rest[inner..]
            .find(">;")
            .ok_or("a function type without an end")?
            + inner;
        out += &rest[..start];
        out += "_fn = ";
        out += rest[inner..end].trim().trim_end_matches(',');
        rest = &rest[end + 1..];
    }
    Ok(out + rest)
}

/// Gives each macro the type that the functions take it in.
#[derive(Debug)]
struct Constants;

impl ParseCallbacks for Constants {
    fn blocklisted_type_implements_trait(
        &self,
        _name: &str,
        _trait: DeriveTrait,
    ) -> Option<ImplementsTrait> {
        Some(ImplementsTrait::Yes)
    }

    fn int_macro(&self, name: &str, _value: i64) -> Option<IntKind> {
        let size = |name: &str| {
            name.ends_with("_MAX") && !name.starts_with("VLAN")
                || name.ends_with("STRLEN")
                || matches!(
                    name,
                    "MAXNAMELEN" | "MAXPATHLEN" | "MAXUSERNAME" | "MAXAUTHS"
                )
                || matches!(
                    name,
                    "MAX_MNTOPT_STR" | "FSTYPSZ" | "BUFSIZ" | "LIFNAMSIZ" | "UUID_LEN"
                )
                || matches!(
                    name,
                    "UUID_PRINTABLE_STRING_LENGTH" | "MAXLINKNAMELEN" | "MAXMACADDRLEN"
                )
                || matches!(name, "DLADM_MAX_PROP_VALCNT" | "DLADM_VNIC_ATTR_ALLOC")
        };
        let custom = |name| IntKind::Custom {
            name,
            is_signed: true,
        };
        Some(match name {
            "B_FALSE" | "B_TRUE" => custom("boolean_t"),
            "GLOBAL_ZONEID" | "MIN_ZONEID" | "MIN_USERZONEID" | "ALL_ZONES"
            | "ZONE_ID_UNDEFINED" => custom("zoneid_t"),
            "DATALINK_ANY_MEDIATYPE" => custom("datalink_media_t"),
            _ if name.starts_with("DATALINK_") => custom("datalink_id_t"),
            _ if size(name) => custom("usize"),
            _ if name.starts_with("ZONE_STATE_") => custom("zone_state_t"),
            _ if name.starts_with("VLAN_") => IntKind::U16,
            _ if name.starts_with("KSTAT_") => custom("uchar_t"),
            _ if name.starts_with("DLADM_OPT_") => IntKind::U32,
            _ if name.starts_with("DL_") => IntKind::U32,
            _ => IntKind::Int,
        })
    }
}

/// Rust source as the project's rustfmt.toml wants it.
///
/// # Errors
/// If there is no rustfmt, or it does not understand the text.
fn rustfmt(root: &Path, text: &str) -> Result<String, Failure> {
    let mut child = process::command(root, "rustfmt")
        .args(["--edition", "2024", "--config-path"])
        .arg(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("rustfmt: {error}"))?;
    let mut stdin = child.stdin.take().ok_or("rustfmt has no stdin")?;
    stdin.write_all(text.as_bytes())?;
    drop(stdin);
    let output = child.wait_with_output()?;
    if !output.status.success() {
        return Err(format!("rustfmt: {}", output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
