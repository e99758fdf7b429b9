//! Pools by themselves, against each other, and how full they are.

use crate::failure::Code;
use std::net::IpAddr;
use std::path::Path;

use super::places::Wanted;
use super::{Findings, Grade};
use crate::documents::Kind;
use crate::documents::model::{Documents, Pool};
use crate::ipam::{self, Book, Problem, Space, Subject};
use crate::{ExitCode, Failure};

pub(super) fn check(documents: &Documents, findings: &mut Findings<'_>) {
    for pool in documents.pools.values() {
        if let Some(file) = findings.places.file(Kind::Pool, &pool.name) {
            check_one(pool, &file, findings);
        }
    }
    for overlap in ipam::overlaps(documents.pools.values()) {
        let failure = Failure::new(ExitCode::Invalid, Code::PoolOverlap, overlap.to_string())
            .with_help("no address is assigned twice, but give each pool its own ranges");
        let place = findings.places.of(
            Kind::Pool,
            overlap.other,
            Wanted::first(&["network", "network6"], &|_| true),
        );
        findings.push(Grade::Warning, failure, place);
    }
    let book = Book::of(documents, Vec::new());
    for pool in documents.pools.values() {
        if let Some(message) = Space::new(pool, &book).nearly_full() {
            let failure =
                Failure::new(ExitCode::Invalid, Code::PoolNearlyFull, message).with_help(format!(
                    "widen its ranges; `zmgr pool addresses {}` lists the addresses in use",
                    pool.name
                ));
            let place =
                findings
                    .places
                    .of(Kind::Pool, &pool.name, Wanted::first(&["pool"], &|_| true));
            findings.push(Grade::Warning, failure, place);
        }
    }
}

pub(super) fn check_one(pool: &Pool, file: &Path, findings: &mut Findings<'_>) {
    for problem in ipam::check(pool) {
        let grade = match problem.grade {
            ipam::Grade::Error => Grade::Error,
            ipam::Grade::Warning => Grade::Warning,
        };
        let message = format!("pool {:?}: {}", pool.name, problem.kind);
        let mut failure = Failure::new(ExitCode::Invalid, problem.code(), message);
        failure.help = problem.help();
        let place = place(pool, file, &problem, findings);
        findings.push(grade, failure, place);
    }
}

/// Where the problem lies in the pool's document.
fn place(
    pool: &Pool,
    file: &Path,
    problem: &Problem,
    findings: &mut Findings<'_>,
) -> Option<crate::failure::Location> {
    let network = |index: usize| pool.networks.get(index);
    let address =
        |wanted: Option<IpAddr>| move |text: &str| wanted.is_some() && text.parse().ok() == wanted;
    let mut find = |nodes: &[&str], is: &dyn Fn(&str) -> bool, nth| {
        findings.places.within(file, Wanted { nodes, is, nth })
    };
    match problem.subject {
        Subject::Pool => find(&["pool"], &|_| true, 0),
        Subject::Network(index) => {
            let wanted = network(index).map(|network| network.network);
            find(
                &["network", "network6"],
                &|text: &str| wanted.is_some() && text.parse().ok() == wanted,
                0,
            )
        }
        Subject::Gateway(index) => find(
            &["gateway"],
            &address(network(index).and_then(|network| network.gateway)),
            0,
        ),
        Subject::Range(index, at) => {
            let first = network(index)
                .and_then(|network| network.ranges.get(at))
                .map(|range| range.0);
            find(&["range", "range-start"], &address(first), 0)
        }
        Subject::Exclude(index, at) => {
            let first = network(index)
                .and_then(|network| network.exclude.get(at))
                .map(|range| range.0);
            find(&["exclude"], &address(first), 0)
        }
        Subject::Address(index, at) => {
            let addresses = network(index).map_or(&[][..], |network| &network.addresses);
            let nth = addresses.get(..at).map_or(0, |before| {
                before
                    .iter()
                    .filter(|other| *other == &addresses[at])
                    .count()
            });
            find(
                &["-", "addresses"],
                &address(addresses.get(at).copied()),
                nth,
            )
        }
        Subject::Reservation(index) => {
            let wanted = pool
                .reservations
                .get(index)
                .map(|reservation| reservation.address);
            let nth = pool.reservations.get(..index).map_or(0, |before| {
                before
                    .iter()
                    .filter(|other| Some(other.address) == wanted)
                    .count()
            });
            find(&["reserve"], &address(wanted), nth)
        }
    }
}
