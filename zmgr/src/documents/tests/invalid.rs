//! `fixtures/invalid`: of each document, `KIND.NAME.kdl`, everything is told that `KIND.NAME.told` lists.

use super::super::{Document, Kind};
use super::edits::{cases, compare};
use super::told;

#[test]
fn everything_that_is_wrong_is_told_with_its_place_and_what_to_write() {
    let mut wrong = Vec::new();
    for path in cases("invalid", ".kdl") {
        let word = path
            .file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .split('.')
            .next()
            .unwrap();
        let kind = Kind::ALL
            .into_iter()
            .find(|kind| kind.word() == word)
            .unwrap();
        let name = match kind {
            Kind::Template => "t",
            Kind::Zone => "z",
            _ => "p",
        };
        let text = std::fs::read_to_string(&path).unwrap();
        let failure = Document::of_text(kind, name, &text).check().unwrap_err();
        let mut problems = if failure.related.is_empty() || failure.location.is_some() {
            vec![failure]
        } else {
            failure.related
        };
        // The first of two places follows the second.
        problems = problems
            .into_iter()
            .flat_map(|mut problem| {
                let related = std::mem::take(&mut problem.related);
                std::iter::once(problem).chain(related)
            })
            .collect();
        assert!(
            problems.iter().all(|problem| problem.location.is_some()),
            "{}",
            path.display()
        );
        wrong.extend(compare(
            &path.with_extension("told"),
            &(told(&problems).join("\n") + "\n"),
        ));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
