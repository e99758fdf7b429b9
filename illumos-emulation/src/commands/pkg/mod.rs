//! pkg(1), as far as publishers of images go, with what the real one does with names, URIs, ranks and repositories that do not answer
//! (omniosorg/pkg5 src/client.py, src/modules/client/client_api.py).

mod image;
mod linked;
mod list;
mod options;
mod others;
mod repository;
mod set;
mod uri;

use std::io;

use super::Terminal;
use crate::Host;
use crate::host::{encode, replace};
use image::Image;

const LOCKED: &str =
    "The image cannot be modified as it is currently in use by another package client.";

/// Makes an image with the publishers given, or those of the image of the global zone. For the brands' install scripts.
pub(super) fn create_image(
    host: &Host,
    root: &str,
    publisher: Option<(&str, &str)>,
) -> io::Result<()> {
    let text = match publisher {
        Some((name, origin)) => format!("{name} origin={}\n", encode(origin)),
        None => std::fs::read_to_string(host.path("/var/pkg/publishers"))?,
    };
    let file = host.path(root).join("var/pkg/publishers");
    std::fs::create_dir_all(file.parent().unwrap_or(&file))?;
    replace(&file, text.as_bytes())
}

/// The publisher that comes first of those that are enabled, with its first origin.
pub(super) fn first_publisher(host: &Host) -> Option<(String, String)> {
    let publisher = Image { host, root: "/" }
        .read()
        .ok()?
        .into_iter()
        .find(|publisher| publisher.enabled)?;
    let origin = publisher.origins.into_iter().next()?;
    Some((publisher.name, origin.uri))
}

pub(super) fn run(terminal: &mut Terminal<'_>, host: &Host, args: &[String]) -> i32 {
    let mut root = "/";
    let mut args = args;
    while let Some((option, rest)) = args.split_first() {
        match (option.as_str(), rest.split_first()) {
            ("-R", Some((value, rest))) => {
                root = value;
                args = rest;
            }
            // For developers of pkg.
            ("-D", Some((_, rest))) => args = rest,
            (option, _) => match option.strip_prefix('-') {
                Some(letter) => {
                    terminal.error(&format!("pkg: illegal global option -- {letter}"));
                    terminal.error("For a full list of subcommands, run: pkg help");
                    return 2;
                }
                None => break,
            },
        }
    }
    let image = Image { host, root };
    let Some((subcommand, args)) = args.split_first() else {
        terminal.error("pkg: no subcommand specified");
        return usage(terminal);
    };
    let result = match subcommand.as_str() {
        "publisher" => list::run(terminal, &image, args),
        "set-publisher" => set::run(terminal, &image, args),
        "unset-publisher" => others::unset_publisher(terminal, &image, args),
        "refresh" => others::refresh(terminal, &image, args),
        "copy-publishers-from" => others::copy_publishers(&image, args),
        "image-create" if root != "/" => Err(Failure::Usage(
            "-R not allowed for image-create subcommand".to_owned(),
        )),
        "image-create" => others::image_create(host, args),
        "update" => linked::update(terminal, &image, args),
        other => {
            terminal.error(&format!("pkg: unknown subcommand '{other}'"));
            terminal.error("For a full list of subcommands, run: pkg help");
            return 2;
        }
    };
    match result {
        Ok(status) => status,
        Err(Failure::Usage(text)) => {
            terminal.error(&format!("pkg {subcommand}: {text}"));
            usage(terminal)
        }
        Err(Failure::Failed(text)) => {
            terminal.error(&format!("pkg: {text}"));
            1
        }
        Err(Failure::Said(status, text)) => {
            terminal.error(&text);
            status
        }
    }
}

/// Why a command did not do its work.
enum Failure {
    /// It was not understood; exit status 2, and the usage.
    Usage(String),
    /// Exit status 1, and the text behind `pkg: `.
    Failed(String),
    /// This exit status, and the whole text.
    Said(i32, String),
}

fn usage(terminal: &mut Terminal<'_>) -> i32 {
    terminal.error("Usage:\n        pkg [options] command [cmd_options] [operands]");
    2
}
