//! `zmgr metrics`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::pool;
use crate::metrics::{self, Collector, Family, Format, render};
use crate::output::Ui;
use crate::{Context, ExitCode, Failure, files};

/// Print metrics for a monitoring system
///
/// Prints the resource use of zones and links, the addresses of pools and the operations of zmgr, in the text format of Prometheus. With
/// --textfile, the metrics are written to a file for node_exporter's textfile collector or another agent; run the command regularly from
/// cron or SMF.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr metrics
  zmgr metrics --textfile /var/lib/prometheus/zmgr.prom
  zmgr metrics --only cpu,memory --format openmetrics
  zmgr metrics --json | jq '.families[] | select(.name == \"zmgr_zone_processes\")'")]
pub struct MetricsArgs {
    /// Write to this file instead of standard output; its name must end in .prom
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    textfile: Option<PathBuf>,
    /// The format
    #[arg(long, value_enum, default_value_t, conflicts_with = "textfile")]
    format: Format,
    /// Print only these metrics
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT")]
    only: Vec<Collector>,
}

/// Prints or writes the figures.
///
/// # Errors
/// Exit status 1 if the file cannot be written; 5 if something could not be read: the rest is printed all the same.
pub fn run(cx: &Context, ui: &mut Ui, args: &MetricsArgs) -> Result<ExitCode, Failure> {
    let collectors = match args.only.as_slice() {
        [] => Collector::ALL.to_vec(),
        only => only.to_vec(),
    };
    if let Some(file) = &args.textfile {
        metrics::check_textfile(file)?;
    }
    let (facts, problems) = metrics::collect(cx, &collectors, || pool::usages(cx, ui));
    for problem in &problems {
        ui.warning(problem);
    }
    let families = metrics::families(&facts);
    match &args.textfile {
        Some(file) => write(file, &families)?,
        None if cx.json || args.format == Format::Json => ui.json(&metrics::View::new(&families)),
        None => ui.raw(render(&families, args.format).as_bytes()),
    }
    Ok(match problems.is_empty() {
        true => ExitCode::Done,
        false => ExitCode::Partial,
    })
}

fn write(file: &Path, families: &[Family]) -> Result<(), Failure> {
    files::publish(file, render(families, Format::Prometheus).as_bytes())
}
