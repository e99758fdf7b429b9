//! `zmgr init`.

use std::path::PathBuf;

use clap::Args;
use illumos::datalink::{Datalinks, LinkClass};
use illumos::ips::{RepositoryUri, is_name};
use serde::Serialize;

use crate::commands::args::ChangeArgs;
use crate::documents::Kind;
use crate::documents::defaults::{Setup, defaults};
use crate::documents::model::Publisher;
use crate::execute::{interrupt, recover};
use crate::operation;
use crate::output::{Ui, plural};
use crate::{Context, ExitCode, Failure, files};

/// Create the initial configuration
///
/// Writes config.kdl, a default and a router template, an internal and a public pool, and the publisher of this host into the configuration
/// directory. Existing documents are kept.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr init
  zmgr init -n
  zmgr init --config-dir ./zones-of-lab")]
pub struct InitArgs {
    #[command(flatten)]
    change: ChangeArgs,
}

/// The document of `init --json`.
#[derive(Debug, Serialize)]
struct View {
    directory: PathBuf,
    written: Vec<PathBuf>,
    kept: Vec<PathBuf>,
}

/// Writes the documents.
///
/// # Errors
/// If one cannot be written.
pub fn run(cx: &Context, ui: &mut Ui, _: &InitArgs) -> Result<ExitCode, Failure> {
    operation::prepare(cx, "init", false)?;
    let setup = setup()?;
    interrupt::check("no documents were written")?;
    let view = write(cx, &setup, cx.dry_run)?;
    if cx.json {
        ui.json(&view);
        return Ok(ExitCode::Done);
    }
    for file in &view.kept {
        ui.detail(format_args!("{} exists and is kept", file.display()));
    }
    for file in &view.written {
        ui.line(file.display());
    }
    let count = plural(view.written.len(), "document");
    ui.status(match (view.written.is_empty(), cx.dry_run) {
        (true, _) => "all documents exist already".to_owned(),
        (false, true) => format!("{count} would be written"),
        (false, false) => format!("{count} written"),
    });
    Ok(ExitCode::Done)
}

/// Writes the documents that are not there on a host that has just been made.
///
/// # Errors
/// If one cannot be written.
#[cfg(not(target_os = "illumos"))]
pub(crate) fn first_time(cx: &Context) -> Result<(), Failure> {
    write(cx, &setup()?, false).map(drop)
}

fn write(cx: &Context, setup: &Setup, dry_run: bool) -> Result<View, Failure> {
    let mut view = View {
        directory: cx.config_dir.clone(),
        written: Vec::new(),
        kept: Vec::new(),
    };
    if !dry_run {
        files::make_directory(&cx.config_dir)?;
        for kind in Kind::ALL {
            if let Some(directory) = kind.directory() {
                files::make_directory(&cx.config_dir.join(directory))?;
            }
        }
        // There is no journal: run again, it removes what one left that was killed, and writes what is missing.
        recover::sweep(cx)?;
    }
    for document in defaults(setup) {
        let directory = document.kind.directory().unwrap_or_default();
        let path = cx
            .config_dir
            .join(directory)
            .join(format!("{}.kdl", document.name));
        let there = if dry_run {
            path.symlink_metadata().is_ok()
        } else {
            match files::create_new(&path, document.text.as_bytes()) {
                Ok(()) => false,
                Err(failure) if failure.exit == ExitCode::Exists => true,
                Err(failure) => return Err(failure),
            }
        };
        if there {
            view.kept.push(path);
        } else {
            view.written.push(path);
        }
    }
    Ok(view)
}

/// What of this host the documents depend on. What it does not have is assumed: the documents are made to be changed.
///
/// # Errors
/// If the links or the publishers cannot be read: documents that are written stay, so that they must not be about another host.
fn setup() -> Result<Setup, Failure> {
    let assumed = Setup::default();
    let links = Datalinks::open().and_then(|datalinks| datalinks.list())?;
    let mut physical: Vec<String> = links
        .into_iter()
        .filter(|link| link.class == LinkClass::Phys)
        .map(|link| link.name)
        .collect();
    physical.sort_unstable();
    let brands = [
        "ipkg",
        "lipkg",
        "sparse",
        "nlipkg",
        "pkgsrc",
        "joyent-minimal",
    ];
    let installed = |brand: &&str| {
        illumos::host_path("/usr/lib/brand")
            .join(brand)
            .join("config.xml")
            .is_file()
    };
    Ok(Setup {
        brand: brands
            .into_iter()
            .find(installed)
            .map_or(assumed.brand, str::to_owned),
        link: physical.into_iter().next().unwrap_or(assumed.link),
        publisher: publisher()?,
    })
}

/// The preferred publisher of the host's image; none where there is no image, or no pkg.
fn publisher() -> Result<Option<Publisher>, Failure> {
    let preferred = crate::observe::publishers()?.into_iter().find(|publisher| {
        publisher.enabled && !publisher.origins.is_empty() && is_name(&publisher.name)
    });
    let texts = |uris: Vec<RepositoryUri>| uris.into_iter().map(String::from).collect();
    Ok(preferred.map(|publisher| Publisher {
        name: publisher.name,
        origins: texts(publisher.origins),
        mirrors: texts(publisher.mirrors),
        sticky: publisher.sticky,
    }))
}
