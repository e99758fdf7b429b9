//! `zmgr validate`.

use crate::failure::Code;
use std::path::{Path, PathBuf};

use clap::Args;
use illumos::zone::Zone;
use serde::Serialize;

use crate::check::{self, Differing, Finding, Grade};
use crate::documents::model::Documents;
use crate::documents::{
    Kind, Source, Store, decode_config, decode_pool, decode_publisher, decode_template,
    decode_zone, syntax,
};
use crate::observe::{Observed, Uses};
use crate::output::{FailureJson, Ui, plural};
use crate::{Context, ExitCode, Failure};

/// Check the configuration files
///
/// Reports every problem with its file, line and column: syntax errors, references to things that do not exist, ranges and gateways outside
/// their network, addresses that two zones have, and pools that overlap or are nearly full.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit status: 0 without errors, 3 if a document is invalid, 4 if documents and host differ (--host).

Examples:
  zmgr validate
  zmgr validate --host
  zmgr validate ./etc/zmgr               a directory of documents, on any system
  zmgr validate pools/internal.kdl       one document by itself")]
pub struct ValidateArgs {
    /// A document, or a directory of documents [default: the configuration directory]
    #[arg(value_name = "PATH", value_hint = clap::ValueHint::AnyPath)]
    paths: Vec<PathBuf>,
    /// Also compare the documents with this host: links, brands and zones
    #[arg(long, conflicts_with = "paths")]
    host: bool,
}

impl ValidateArgs {
    /// Whether it looks at this host, or at documents somewhere.
    pub(super) fn needs_host(&self, config_dir_given: bool) -> bool {
        self.host || (self.paths.is_empty() && !config_dir_given)
    }
}

/// The document of `validate --json`.
#[derive(Debug, Serialize)]
struct View {
    documents: usize,
    errors: Vec<FailureJson>,
    differences: Vec<FailureJson>,
    warnings: Vec<FailureJson>,
    /// Every setting in which a zone differs from what the documents say.
    settings: Vec<Differing>,
}

/// Checks the documents.
///
/// # Errors
/// With [`ExitCode::Invalid`] if there are errors, with [`ExitCode::Differs`] if there are differences alone.
pub fn run(cx: &Context, ui: &mut Ui, args: &ValidateArgs) -> Result<ExitCode, Failure> {
    let mut findings = Vec::new();
    let mut documents = 0;
    let mut settings = Vec::new();
    if args.paths.is_empty() {
        let settings = args.host.then_some(&mut settings);
        documents += directory(&cx.config_dir, settings, &mut findings)?;
    }
    for path in &args.paths {
        documents += if path.is_dir() {
            directory(path, None, &mut findings)?
        } else {
            file(path, &mut findings)?
        };
    }
    let of = |grade| {
        findings
            .iter()
            .filter(move |finding: &&Finding| finding.grade == grade)
    };
    let count = |grade| of(grade).count();
    let (errors, differences, warnings) = (
        count(Grade::Error),
        count(Grade::Difference),
        count(Grade::Warning),
    );
    if cx.json {
        let list = |grade| {
            of(grade)
                .map(|finding| FailureJson::from(&finding.failure))
                .collect()
        };
        ui.json(&View {
            documents,
            errors: list(Grade::Error),
            differences: list(Grade::Difference),
            warnings: list(Grade::Warning),
            settings,
        });
    } else {
        for finding in &findings {
            match finding.grade {
                Grade::Warning => ui.warning(&finding.failure),
                Grade::Error | Grade::Difference => ui.problem(&finding.failure),
            }
        }
    }
    let mut counts = Vec::new();
    for (count, noun) in [
        (errors, "error"),
        (differences, "difference"),
        (warnings, "warning"),
    ] {
        if count > 0 {
            counts.push(plural(count, noun));
        }
    }
    let summary = format!("{} in {}", counts.join(", "), plural(documents, "document"));
    if errors > 0 {
        return Err(Failure::new(
            ExitCode::Invalid,
            Code::ValidateInvalid,
            summary,
        ));
    }
    if differences > 0 {
        return Err(Failure::new(
            ExitCode::Differs,
            Code::ValidateDiffers,
            summary,
        ));
    }
    ui.status(if warnings > 0 {
        summary
    } else {
        format!("no problems in {}", plural(documents, "document"))
    });
    Ok(ExitCode::Done)
}

/// Checks a directory, and returns how many documents it has. With `settings`, it is compared with this host.
fn directory(
    path: &Path,
    settings: Option<&mut Vec<Differing>>,
    findings: &mut Vec<Finding>,
) -> Result<usize, Failure> {
    let parts = Kind::ALL
        .into_iter()
        .filter_map(Kind::directory)
        .chain(["config.kdl"]);
    if !parts.into_iter().any(|part| path.join(part).exists()) && path.is_dir() {
        return loose(path, findings);
    }
    let store = Store::open(path)?;
    let mut documents = usize::from(path.join("config.kdl").is_file());
    for kind in Kind::ALL {
        documents += store.names(kind)?.len();
    }
    let loaded = store.load()?;
    findings.extend(loaded.problems.into_iter().map(|failure| Finding {
        grade: Grade::Error,
        failure,
    }));
    findings.extend(check::documents(&store, &loaded.documents)?);
    if let Some(settings) = settings {
        let mut observed = Observed::host()?;
        // What the registry knows, its entries say.
        let foreign = |zone: &Zone| !loaded.documents.zones.contains_key(&zone.name);
        let uses = observed.uses(foreign, None)?;
        let problems = observed.claim(&loaded.documents, &uses);
        findings.extend(problems.into_iter().map(|failure| Finding {
            grade: Grade::Warning,
            failure,
        }));
        findings.extend(shared(&uses, &loaded.documents));
        observed.plumbed()?;
        let links = observed.links.all()?;
        let (found, differing) = check::host(&store, &loaded.documents, &observed, links);
        findings.extend(found);
        settings.extend(differing);
    }
    Ok(documents)
}

/// Addresses that zones have of which one is not registered. What entries share is found in the documents.
fn shared<'a>(uses: &Uses, documents: &'a Documents) -> impl Iterator<Item = Finding> + 'a {
    let shared = uses.shared(documents).into_iter();
    let foreign = shared.filter(|(_, zones)| {
        let mut zones = zones.iter();
        zones.any(|zone| !documents.zones.contains_key(zone))
    });
    foreign.map(|(address, zones)| {
        let names: Vec<&str> = zones.iter().map(AsRef::as_ref).collect();
        let message = format!("zones {} have {address}", names.join(" and "));
        Finding {
            grade: Grade::Warning,
            failure: Failure::new(ExitCode::Invalid, Code::ZoneAddressTwice, message)
                .with_help("give one of them another address"),
        }
    })
}

/// Checks every document below a directory that is no configuration directory, each by itself.
fn loose(path: &Path, findings: &mut Vec<Finding>) -> Result<usize, Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::new(
            ExitCode::Failed,
            Code::ValidateUnreadable,
            format!("cannot read {}: {error}", path.display()),
        )
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        files.push(entry.map_err(unreadable)?);
    }
    files.sort_by_key(std::fs::DirEntry::path);
    let mut documents = 0;
    for entry in files {
        let kind = entry.file_type().map_err(unreadable)?;
        if kind.is_dir() {
            documents += directory(&entry.path(), None, findings)?;
        } else if entry
            .path()
            .extension()
            .is_some_and(|extension| extension == "kdl")
        {
            documents += file(&entry.path(), findings)?;
        }
    }
    Ok(documents)
}

/// Checks one document by itself; its outermost node says what it is.
fn file(path: &Path, findings: &mut Vec<Finding>) -> Result<usize, Failure> {
    let source = match Source::read(path) {
        Ok(source) => source,
        Err(failure) if failure.exit == ExitCode::Invalid => {
            findings.push(Finding {
                grade: Grade::Error,
                failure,
            });
            return Ok(1);
        }
        Err(failure) => return Err(failure),
    };
    let root =
        syntax::parse(&source).map(|tree| tree.nodes.first().map(|node| node.name.to_string()));
    let problems = match root.as_ref().map(Option::as_deref) {
        Err(problems) => problems.clone(),
        Ok(Some("template")) => decode_template(&source, None).err().unwrap_or_default(),
        Ok(Some("publisher")) => decode_publisher(&source, None).err().unwrap_or_default(),
        Ok(Some("zone")) => decode_zone(&source, None).err().unwrap_or_default(),
        Ok(Some("pool")) => match decode_pool(&source, None) {
            Ok(pool) => {
                findings.extend(check::pool(&pool, path));
                Vec::new()
            }
            Err(problems) => problems,
        },
        Ok(_) => decode_config(&source).err().unwrap_or_default(),
    };
    findings.extend(problems.into_iter().map(|failure| Finding {
        grade: Grade::Error,
        failure,
    }));
    Ok(1)
}
