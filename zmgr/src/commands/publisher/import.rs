use clap::Args;
use illumos::ips::{Publisher, is_name};

use crate::commands::args::ChangeArgs;
use crate::commands::change;
use crate::documents::Kind;
use crate::documents::values::nearest;
use crate::failure::Code;
use crate::observe;
use crate::output::Ui;
use crate::{Context, ExitCode, Failure};

/// Import the publishers of the global zone
///
/// Writes a document for each publisher of the global zone, with its origins, its mirrors and whether it is sticky. An existing document is
/// updated. Without names, every enabled publisher is imported.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr publisher import
  zmgr publisher import omnios extra.omnios -n")]
pub(super) struct ImportArgs {
    /// The publishers
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Imports the publishers.
pub(super) fn run(cx: &Context, ui: &mut Ui, args: &ImportArgs) -> Result<ExitCode, Failure> {
    let host = observe::publishers()?;
    let mut documents = Vec::new();
    for name in &args.names {
        let publisher = host.iter().find(|publisher| publisher.name == *name);
        let publisher = publisher.ok_or_else(|| unknown(name, &host))?;
        let document = document(publisher).map_err(|reason| {
            let message = format!("publisher {name} cannot have a document: {reason}");
            Failure::new(ExitCode::Failed, Code::PublisherUri, message)
        })?;
        documents.push(document);
    }
    if args.names.is_empty() {
        for publisher in host.iter().filter(|publisher| publisher.enabled) {
            match document(publisher) {
                Ok(document) => documents.push(document),
                Err(reason) => {
                    let message = format!("publisher {} is skipped: {reason}", publisher.name);
                    ui.warning(&Failure::new(ExitCode::Failed, Code::PublisherUri, message));
                }
            }
        }
    }
    change::import(cx, ui, Kind::Publisher, &documents)
}

fn unknown(name: &str, host: &[Publisher]) -> Failure {
    let names = || host.iter().map(|publisher| publisher.name.as_str());
    let message = format!("the global zone has no publisher {name}");
    let failure = Failure::new(ExitCode::NotFound, Code::PublisherNotFound, message);
    match nearest(name, names()) {
        Some(near) => failure.with_help(format!("did you mean {near}?")),
        None => failure.with_help("`pkg publisher` lists them"),
    }
}

/// The publisher as a document; why it cannot be one.
fn document(publisher: &Publisher) -> Result<change::Taken, &'static str> {
    if !is_name(&publisher.name) || publisher.name.len() > 63 {
        return Err("its name is not valid for a document");
    }
    if publisher.origins.is_empty() {
        return Err("it has no origin");
    }
    let uris = |uris: &[illumos::ips::RepositoryUri]| -> Vec<String> {
        uris.iter().map(|uri| uri.as_str().to_owned()).collect()
    };
    let sticky = match publisher.sticky {
        // The default.
        true => Vec::new(),
        false => vec!["false".to_owned()],
    };
    let nodes = vec![
        ("origin", uris(&publisher.origins)),
        ("mirror", uris(&publisher.mirrors)),
        ("sticky", sticky),
    ];
    Ok((publisher.name.clone(), nodes))
}
