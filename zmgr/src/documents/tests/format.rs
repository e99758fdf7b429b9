//! `fixtures/format`: `NAME.in.kdl` laid out is `NAME.out.kdl`.

use crate::failure::Code;
use std::path::Path;

use proptest::prelude::*;

use super::super::format::format;
use super::super::syntax::Source;
use super::edits::{cases, compare};

fn laid_out(text: &str) -> String {
    format(&Source::new("x.kdl", text)).unwrap_or_else(|failure| panic!("{failure}: {text}"))
}

#[test]
fn every_case_is_laid_out_as_wanted_and_stays_so() {
    let mut wrong = Vec::new();
    for input in cases("format", ".in.kdl")
        .into_iter()
        .chain(cases("edits", ".in.kdl"))
    {
        let text = std::fs::read_to_string(&input).unwrap();
        let found = laid_out(&text);
        assert_eq!(laid_out(&found), found, "{}", input.display());
        if input.to_str().unwrap().contains("/format/") {
            let output = input.to_str().unwrap().replace(".in.kdl", ".out.kdl");
            wrong.extend(compare(Path::new(&output), &found));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_zmgr_writes_is_laid_out_already() {
    for document in super::super::defaults::defaults(&super::super::defaults::Setup::default()) {
        assert_eq!(laid_out(&document.text), document.text);
    }
}

#[test]
fn what_is_no_kdl_is_left_alone() {
    assert_eq!(
        format(&Source::new("x.kdl", "a {")).unwrap_err().code,
        Code::DocumentSyntax
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_comment_and_no_meaning_is_lost(
        parts in proptest::collection::vec(prop_oneof![
            4 => Just("node "), 3 => Just("\n"), 2 => Just("; "), 2 => Just("{ "), 2 => Just("}\n"), 1 => Just("}"), 2 => Just("\"text\" "),
            2 => Just("// comment\n"), 2 => Just("/* block */ "), 1 => Just("/* two\nlines */ "), 1 => Just("k=1 "), 1 => Just("  "),
            1 => Just("/- node 1\n"), 1 => Just("/- "), 1 => Just("\\\n"), 1 => Just("#true "), 1 => Just("\n\n\n"), 1 => Just("\t"),
            1 => Just("\\ // why\n"),
        ], 0..24)
    ) {
        let text = parts.concat();
        let source = Source::new("x.kdl", text.as_str());
        if super::super::syntax::parse(&source).is_ok() {
            // Checks meaning and comments itself.
            let once = format(&source).unwrap_or_else(|failure| panic!("{failure}: {text:?}"));
            prop_assert_eq!(laid_out(&once), once);
        }
    }
}
