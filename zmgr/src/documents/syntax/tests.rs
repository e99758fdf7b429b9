#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::failure::Code;
use proptest::prelude::*;

use super::lexer::{Kind, Lexer};
use super::tree::{Dialect, Node, Span, Value, print, quote, say_the_same};
use super::{Source, parse, parse_whole, reader, version1};

fn source(text: &str) -> Source {
    Source::new("x.kdl", text)
}

/// Everything that a tree says, places included.
fn shown(nodes: &[Node<'_>]) -> String {
    format!("{nodes:?}")
        .replace("Borrowed(", "(")
        .replace("Owned(", "(")
}

/// Whether both readers agree, and what they read.
fn agree(text: &str) -> bool {
    let Ok(fast) = reader::strict(text) else {
        return false;
    };
    let whole = source(text);
    let whole =
        parse_whole(&whole).unwrap_or_else(|problems| panic!("{text:?} is refused: {problems:?}"));
    assert_eq!(shown(&fast), shown(&whole.nodes), "{text:?}");
    assert_eq!(whole.dialect, Dialect::Two);
    true
}

#[test]
fn the_fast_reader_reads_what_zmgr_writes() {
    for text in [
        "",
        "\n\n// nothing\n",
        "zone \"web01\" {\n    template \"default\"\n    autoboot #true\n    cpu-shares 20\n    addresses {\n        - \"10.0.0.5\" /* x */ // y\n    }\n}\n",
        "a 1; b -2; c 0",
        "a x=1 y=\"2\" { b; c }",
        "a \"\\\"\\\\\\n\\r\\t\"",
        "a {\n}",
        "a { }; b",
    ] {
        assert!(agree(text), "{text:?}");
    }
}

#[test]
fn the_fast_reader_gives_up_on_everything_else() {
    for text in [
        "a true",
        "a \"ä\"",
        "a 1.5",
        "a 0x10",
        "a 1_000",
        "a 01",
        "a #\"raw\"#",
        "a \"\"\"\n  x\n  \"\"\"",
        "/- a",
        "a \\\n 1",
        "(t)a",
        "a (t)1",
        "a \"\\u{41}\"",
        "a \"b\"\"c\"",
        "a{b}",
        "a { b } c",
        "a {}{}",
        "a \"b",
        "a {",
        "}",
        "a /* /* */ */ 1",
        "a b= 1",
        "a =1",
        ";a",
        "a #inf",
        "a .5",
        "a -x",
        "a \"b\"c",
        "a /*\n*/ b",
    ] {
        assert!(reader::strict(text).is_err(), "{text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn wherever_the_fast_reader_accepts_the_kdl_crate_reads_the_same(
        parts in proptest::collection::vec(prop_oneof![
            4 => Just(" "), 2 => Just("\n"), 1 => Just(";"), 2 => Just(" { "), 2 => Just(" }"), 1 => Just("{"), 1 => Just("}"),
            3 => Just("name"), 1 => Just("-"), 1 => Just("a.b_c-1"), 1 => Just("true"), 1 => Just("#true"), 1 => Just("#false"),
            1 => Just("#null"), 1 => Just("12"), 1 => Just("-7"), 1 => Just("007"), 1 => Just("1.5"), 2 => Just("\"text\""),
            1 => Just("\"e\\\\s\\n\\\"\""), 1 => Just("\"\\s\""), 1 => Just("="), 1 => Just("k=1"), 1 => Just("k=\"v\""),
            1 => Just("// c\n"), 1 => Just("/* c */"), 1 => Just("/-"), 1 => Just("\t"), 1 => Just("\r\n"), 1 => Just("\\"),
            1 => Just("\"\"\""), 1 => Just("\""), 1 => Just("inf"), 1 => Just("+1"), 1 => Just("a#b"), 1 => Just("/"), 1 => Just(","),
            1 => Just("<"), 1 => Just("["), 1 => Just("a:b"), 1 => Just("\u{7f}"), 1 => Just("_"), 1 => Just("*/"),
        ], 0..14)
    ) {
        agree(&parts.concat());
    }

    #[test]
    fn no_text_makes_a_reader_panic(text in "(?s).{0,60}", parts in proptest::collection::vec("[{}()/\\\\*#\"r=;\n a-]|/-|\"\"\"|true", 0..30)) {
        for text in [text, parts.concat()] {
            let source = source(&text);
            let _ = parse(&source);
            let _ = version1::upgrade(&text);
            for dialect in [Dialect::One, Dialect::Two] {
                let mut at = 0;
                for token in Lexer::new(&text, dialect) {
                    prop_assert_eq!(token.span.start, at);
                    prop_assert!(token.span.end > at);
                    at = token.span.end;
                }
                prop_assert_eq!(at, text.len());
            }
        }
    }

    #[test]
    fn what_is_quoted_is_read_back(text in "(?s).{0,40}") {
        let written = format!("a {}", quote(&text));
        let source = source(&written);
        let tree = parse(&source).unwrap();
        prop_assert_eq!(tree.nodes[0].first_text(), Some(text.as_str()));
        // A string that KDL 1 reads too.
        let tokens: Vec<_> = Lexer::new(&written, Dialect::One).map(|token| token.kind).collect();
        prop_assert_eq!(tokens, [Kind::Word, Kind::Space, Kind::Quoted]);
    }

    #[test]
    fn what_is_printed_is_read_back(node in node(3)) {
        let mut text = String::new();
        print(&node, Dialect::Two, "", "\n", &mut text);
        let source = source(&text);
        prop_assert!(say_the_same(&parse(&source).unwrap().nodes, &[node]), "{}", text);
    }
}

fn node(depth: u32) -> impl Strategy<Value = Node<'static>> {
    let value = || {
        prop_oneof![
            "(?s).{0,6}".prop_map(Value::from),
            any::<i64>().prop_map(|number| Value::Integer(number.into())),
            (0..1000i32).prop_map(|number| Value::Float(f64::from(number) / 8.0)),
            any::<bool>().prop_map(Value::Bool),
            Just(Value::Null),
        ]
    };
    let leaf = (
        "[a-z-]{1,6}|true|(?s).{1,4}",
        proptest::collection::vec(value(), 0..3),
        proptest::collection::vec(("[a-z]{1,4}|(?s).{0,3}", value()), 0..2),
    )
        .prop_map(|(name, arguments, properties)| {
            let node = arguments.into_iter().fold(Node::new(name), Node::with);
            properties
                .into_iter()
                .fold(node, |node, (key, value)| node.with_property(key, value))
        });
    leaf.prop_recursive(depth, 16, 4, |inner| {
        (inner.clone(), proptest::collection::vec(inner, 1..4))
            .prop_map(|(node, children)| node.with_children(children))
    })
}

#[test]
fn kdl_1_is_read_with_its_own_places() {
    let text = "a true r\"C:\\x\" r#\"q\"q\"# \"s\\/t\" k=false {\n  b null // true\n}\n";
    let source = source(text);
    let tree = parse(&source).unwrap();
    assert_eq!(tree.dialect, Dialect::One);
    let values: Vec<Value<'_>> = tree.nodes[0]
        .arguments
        .iter()
        .map(|argument| argument.value.clone())
        .collect();
    assert_eq!(
        values,
        [
            Value::Bool(true),
            "C:\\x".into(),
            "q\"q".into(),
            "s/t".into()
        ]
    );
    let span = tree.nodes[0].arguments[2].span;
    assert_eq!(&text[span.start..span.end], "r#\"q\"q\"#");
    assert_eq!(tree.nodes[0].properties[0].value, Value::Bool(false));
    assert_eq!(tree.nodes[0].nodes()[0].arguments[0].value, Value::Null);
}

#[test]
fn a_string_of_kdl_1_may_have_newlines() {
    let source = source("/- kdl-version 1\na \"one\ntwo\"\n");
    let tree = parse(&source).unwrap();
    assert_eq!(tree.nodes[0].first_text(), Some("one\ntwo"));
}

#[test]
fn both_versions_in_one_text_are_refused_with_help() {
    let source = source("a true\nb #true\n");
    let problems = parse(&source).unwrap_err();
    assert_eq!(
        problems[0].help.as_deref(),
        Some("KDL 2 writes #true, #false and #null")
    );
    assert_eq!(
        problems[0].location.as_ref().map(|l| (l.line, l.column)),
        Some((1, 3))
    );
}

#[test]
fn places_in_errors_of_kdl_1_are_those_of_the_file() {
    let source = source("a true\nb true \"x\nc\n");
    let problems = parse(&source).unwrap_err();
    assert!(
        problems
            .iter()
            .all(|problem| problem.location.as_ref().unwrap().line >= 2),
        "{problems:?}"
    );
}

#[test]
fn a_size_without_quotes_is_told_to_be_a_string() {
    let source = source("capped-memory { physical 8G; }");
    let problems = parse(&source).unwrap_err();
    assert!(
        problems[0].help.as_ref().unwrap().contains("\"8G\""),
        "{problems:?}"
    );
    assert_eq!(problems[0].location.as_ref().unwrap().column, 26);
}

#[test]
fn several_syntax_errors_are_told_at_once() {
    let source = source("a 8G\nb \"x\"\nc 9T\n");
    let lines: Vec<usize> = parse(&source)
        .unwrap_err()
        .iter()
        .map(|p| p.location.as_ref().unwrap().line)
        .collect();
    assert_eq!(lines, [1, 3]);
}

/// One error for one mistake: what follows from it is not told.
#[test]
fn a_string_without_end_is_one_error() {
    let places = |text: &str| -> Vec<(usize, usize)> {
        let source = source(text);
        let places = parse(&source).unwrap_err().into_iter().map(|problem| {
            let place = problem.location.unwrap();
            (place.line, place.column)
        });
        places.collect()
    };
    for (text, place) in [
        (
            "template \"a\" {\n    brand \"ipkg\n    autoboot #true\n}\n",
            (2, 11),
        ),
        ("template \"a {\n    brand \"ipkg\"\n}\n", (1, 10)),
        ("template \"a\" {\n    brand \"ipkg\"\"\n}\n", (2, 17)),
        ("template \"a\" {\n    brand ipkg\"\n}\n", (2, 15)),
        (
            "template \"a\" {\n    zonepath \"/zones/{zone}\n    brand \"ipkg\"\n}\n",
            (2, 14),
        ),
        (
            "template \"a\" {\n    net \"x\" { pool \"y; }\n}\n",
            (2, 20),
        ),
        ("template \"a\" {\n    fs \"/a\" type=\"lofs\n}\n", (2, 18)),
        ("template \"\u{fc}\u{fc} {\n}\n", (1, 10)),
        ("a \"\"\"\n  b\nc \"d\"\n", (1, 3)),
    ] {
        assert_eq!(places(text), [place], "{text}");
    }
    for (text, place) in [
        ("template \"a\" {\n    brand \"ipkg\"\n", (1, 14)),
        (
            "template \"a\" {\n    net \"x\" {\n        pool \"y\"\n}\n",
            (1, 14),
        ),
        ("template \"a\" {\n    brand \"ipkg\"\n}\n}\n", (4, 1)),
    ] {
        assert_eq!(places(text), [place], "{text}");
    }
    // Two mistakes are two.
    assert_eq!(
        places("a \"x\nb \"y\"\nc 8G\nd \"z\n"),
        [(1, 3), (3, 3), (4, 3)]
    );
}

#[test]
fn what_would_exhaust_the_stack_is_refused_or_read() {
    let deep = |open: &str, count: usize| source(&open.repeat(count));
    for bad in [
        deep("a{", 10_000),
        deep("a {", 40),
        deep("/-", 10_000),
        deep("a /-", 10_000),
        deep("/-\n", 10_000),
        deep("a (", 16_000),
        deep("(\n", 100_000),
        deep("a=(", 100_000),
        source(&format!(
            "{}{}",
            "/*\n".repeat(10_000),
            "*/\n".repeat(10_000)
        )),
        deep("a /-{\n", 24),
        deep("/-a {\n", 24),
        deep("a /-{;", 24),
        deep("/-\na {\n", 24),
        deep("a b /- c=1 {\n", 24),
    ] {
        assert_eq!(parse(&bad).unwrap_err()[0].code, Code::DocumentTooDeep);
    }
    for text in [
        format!("a /*{}*/ 1.5", "*".repeat(20_000)),
        format!("/*{}*/a 1.5", "/x* ".repeat(20_000)),
    ] {
        assert_eq!(
            parse(&source(&text))
                .map(|tree| tree.nodes.len())
                .map_err(|found| found.len()),
            Ok(1)
        );
    }
    for text in [
        "(".repeat(5_000),
        "/*".repeat(5_000),
        "\"".repeat(5_001),
        "#".repeat(5_000),
    ] {
        assert!(parse(&source(&text)).is_err_and(|found| found.len() <= 64));
    }
}

/// As long as a document may be, of one thing only: an answer comes at once.
#[test]
fn nothing_takes_long_to_be_refused() {
    let texts = [
        "(",
        "\"",
        "#",
        "\"\"\"",
        "a=",
        "\\",
        "*/",
        "r#",
        ";",
        "a\n",
        "{}",
        "a {\n}\n",
        "/-a\n",
        "a /-b {\n}\n",
        "a /-{",
        "/-{",
        "/-a /-{\n",
        "/-(a)b {",
        "/-a{/-b{",
        "#\"",
        "a (b)c ",
        "//",
        "/*",
        "\u{feff}",
        "1e",
        "-",
        "\"\\",
    ];
    for text in texts {
        let began = std::time::Instant::now();
        let _ = parse(&source(&text.repeat(4096)));
        assert!(
            began.elapsed().as_secs() < 10,
            "{text:?}: {:?}",
            began.elapsed()
        );
    }
}

#[test]
fn what_is_written_every_day_is_not_too_deep() {
    let text = format!(
        "{}a {{\n/-b {{\n/-c {{\n d\n}}\n}}\n}}\n",
        "// see /zones/* (and more :( \nx \"/zones/*\" \"(\"\n/-old {\n  y\n}\n".repeat(30)
    );
    assert!(parse(&source(&text)).is_ok());
}

#[test]
fn what_is_no_file_is_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let fifo = dir.path().join("fifo.kdl");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &fifo,
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::from_raw_mode(0o600),
        0,
    )
    .unwrap();
    let link = dir.path().join("link.kdl");
    std::os::unix::fs::symlink("/dev/zero", &link).unwrap();
    let open = std::fs::File::open(dir.path()).unwrap();
    for (path, what) in [(&fifo, "a FIFO"), (&link, "a device")] {
        for read in [Source::read(path), Source::read_in(&open, path)] {
            let failure = read.unwrap_err();
            assert_eq!(failure.code, Code::DocumentUnreadable);
            assert!(failure.message.contains(what), "{}", failure.message);
        }
    }
}

#[test]
fn places_count_characters_and_lines() {
    let source = source("a\r\n\"äöü\" x\n");
    let place = |start, end| {
        let location = source.location(Span::new(start, end));
        (
            location.line,
            location.column,
            location.offset,
            location.length,
        )
    };
    assert_eq!(place(0, 1), (1, 1, 0, 1));
    assert_eq!(place(12, 13), (2, 7, 12, 1));
    assert_eq!(place(99, 100), (3, 1, 14, 0));
}

#[test]
fn what_is_not_text_is_refused_at_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.kdl");
    std::fs::write(&path, b"a \"b\nc\xff\"").unwrap();
    let failure = Source::read(&path).unwrap_err();
    assert_eq!(failure.code, Code::DocumentNotUtf8);
    assert_eq!(failure.location.map(|l| (l.line, l.column)), Some((2, 2)));
    std::fs::write(&path, vec![b' '; super::LARGEST + 1]).unwrap();
    assert_eq!(
        Source::read(&path).unwrap_err().code,
        Code::DocumentTooLarge
    );
}
