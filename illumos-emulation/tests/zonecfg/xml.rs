//! Documents: what is valid, how they are written, and that nothing breaks the parser.

use illumos_emulation::Flavour;
use illumos_emulation::zonecfg::document::{Document, Dtd, parse, write};
use proptest::prelude::{Strategy, any, prop, prop_assert_eq, proptest};

use crate::fixture::DOCTYPE;

fn upstream() -> &'static Dtd {
    Dtd::of(Flavour::Upstream)
}

fn document(text: &[u8]) -> Document {
    parse(text, upstream()).unwrap()
}

/// A document with an attribute of this literal value, as it is written.
fn written(declaration: &str, value: &[u8]) -> Vec<u8> {
    let start = format!("{declaration}{DOCTYPE}<zone name=\"z\" zonepath=\"");
    let text = [start.as_bytes(), value, b"\" autoboot=\"true\"/>"].concat();
    let bytes = write(&document(&text)).unwrap();
    let start = bytes
        .windows(10)
        .position(|window| window == b"zonepath=\"")
        .unwrap()
        + 10;
    let length = bytes[start..]
        .iter()
        .position(|&byte| byte == b'"')
        .unwrap();
    bytes[start..start + length].to_vec()
}

#[test]
fn characters_are_written_in_the_encoding_of_the_file() {
    let declare = |encoding: &str| format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?>");
    assert_eq!(written("", "é€😀".as_bytes()), b"&#xE9;&#x20AC;&#x1F600;");
    assert_eq!(
        written(&declare("UTF-8"), "é&#x20AC;".as_bytes()),
        "é€".as_bytes()
    );
    assert_eq!(
        written(&declare("iso-8859-1"), b"\xe9&#x20AC;"),
        b"\xe9&#8364;"
    );
    assert_eq!(written(&declare("US-ASCII"), b"&#xE9;"), b"&#233;");
    assert_eq!(
        written("", b"<&>\"'".as_slice().escape_xml().as_bytes()),
        b"&lt;&amp;&gt;&quot;'"
    );
    assert_eq!(
        written("", b"a&#10;b&#9;c&#13;d\te"),
        b"a&#10;b&#9;c&#13;d e"
    );
}

/// The text with references for what attribute values cannot hold.
trait EscapeXml {
    fn escape_xml(&self) -> String;
}

impl EscapeXml for [u8] {
    fn escape_xml(&self) -> String {
        String::from_utf8_lossy(self)
            .chars()
            .map(|character| format!("&#{};", u32::from(character)))
            .collect()
    }
}

#[test]
fn everything_that_makes_a_document_invalid() {
    let root = "name=\"z\" zonepath=\"/z\" autoboot=\"true\"";
    let is_valid = |flavour, text: &str| {
        parse(text.as_bytes(), Dtd::of(flavour))
            .is_ok_and(|document| Dtd::of(flavour).is_valid(&document))
    };
    let zone = |attributes: &str, content: &str| {
        format!("{DOCTYPE}<zone {root} {attributes}>{content}</zone>")
    };
    let good = [
        zone("", ""),
        zone("version=\"1\" brand=\"\"", " \n\t "),
        zone("", "<!-- c --><?p i?><attr name='' type=' int ' value=''/>"),
        zone(
            "",
            "<patch id='1'><obsoletes id='2'/><incompatible id='3'/></patch><package name='' version=''/>",
        ),
        zone("", "<rctl name='r'> </rctl><security-flags/>"),
    ];
    let bad = [
        zone("version=\"2\"", ""),
        zone("bogus=\"\"", ""),
        zone("xmlns=\"urn:x\"", ""),
        zone("xml:lang=\"en\"", ""),
        zone("", "text"),
        zone("", "<![CDATA[ ]]>"),
        zone("", "&#32;"),
        zone("", "<gadget/>"),
        zone("", "<network/>"),
        zone("", "<network physical='v'> </network>"),
        zone("", "<network physical='v'><!-- c --></network>"),
        zone("", "<attr name='' type='float' value=''/>"),
        zone("", "<fsoption name='ro'/>"),
        zone("", "<zone/>"),
        format!("{DOCTYPE}<zone name=\"z\" zonepath=\"/z\"/>"),
        format!("<zone {root}/>"),
        format!("<!DOCTYPE zone SYSTEM \"file:///elsewhere.dtd\"><zone {root}/>"),
        format!(
            "{}<zone {root}/>",
            DOCTYPE.replace("zone PUBLIC", "other PUBLIC")
        ),
        format!(
            "<!DOCTYPE zone SYSTEM \"file:///usr/share/lib/xml/dtd/zonecfg.dtd.1\" [<!ENTITY a \"b\">]><zone {root}/>"
        ),
    ];
    for (texts, expected) in [(good.as_slice(), true), (bad.as_slice(), false)] {
        for text in texts {
            assert_eq!(is_valid(Flavour::Upstream, text), expected, "{text}");
            assert_eq!(
                is_valid(Flavour::Omnios, text) && !text.contains("<network"),
                expected,
                "{text}"
            );
        }
    }
    let extended = zone(
        "debugid=\"1\"",
        "<network physical='v' mac-addr='1'><net-attr name='a' value='b'/></network>",
    );
    assert!(is_valid(Flavour::Omnios, &extended) && !is_valid(Flavour::Upstream, &extended));
}

#[test]
fn hostile_documents_are_refused() {
    let start = format!("{DOCTYPE}<zone name=\"z\" zonepath=\"/z\" autoboot=\"true\"");
    let cases = [
        format!("{DOCTYPE}{}", "<zone>".repeat(200_000)),
        format!(
            "{DOCTYPE}{}{}",
            "<a>".repeat(100_000),
            "</a>".repeat(100_000)
        ),
        format!("{start} pool=\"{}\"/>", "x".repeat(10_000_001)),
        format!("{start} pool=\"&unknown;\"/>"),
        format!("{start} pool=\"a\0b\"/>"),
        format!("{start} name=\"twice\"/>"),
        "<!DOCTYPE zone [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><zone>&b;</zone>".to_owned(),
        "<!DOCTYPE zone [<!ENTITY a SYSTEM \"/etc/passwd\">]><zone>&a;</zone>".to_owned(),
        "<?xml version=\"1.0\" encoding=\"EBCDIC\"?><zone/>".to_owned(),
    ];
    for text in cases {
        assert!(
            parse(text.as_bytes(), upstream()).is_err(),
            "{}",
            &text[..text.len().min(200)]
        );
    }
}

/// A value of any characters that XML can hold.
fn value() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "\n", "\t", "\r", "\"", "'", "<", ">", "&", "é", "€", "😀", "]]>", " ",
    ]);
    prop::collection::vec(
        prop::strategy::Union::new([odd.prop_map(str::to_owned).boxed(), "[ -~]{0,4}".boxed()]),
        0..6,
    )
    .prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(
        values in prop::collection::vec((value(), value()), 0..6),
        encoding in prop::sample::select(vec![None, Some("UTF-8"), Some("ISO-8859-1"), Some("US-ASCII"), Some("UTF-16")]),
    ) {
        let mut tree = document(format!("{DOCTYPE}<zone name=\"z\" zonepath=\"/z\" autoboot=\"true\"/>").as_bytes());
        tree.encoding = encoding.map(str::to_owned);
        for (name, value) in &values {
            let mut attr = illumos_emulation::zonecfg::document::Element::new("attr");
            attr.set("name", name.as_bytes());
            attr.set("type", b"string");
            attr.set("value", value.as_bytes());
            tree.root.children.push(illumos_emulation::zonecfg::document::Node::Element(attr));
        }
        let bytes = write(&tree).unwrap();
        prop_assert_eq!(document(&bytes), tree);
    }

    #[test]
    fn nothing_breaks_the_parser(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse(&bytes, upstream());
    }

    #[test]
    fn no_damage_breaks_the_parser(at in 0usize..300, byte in any::<u8>(), cut in any::<bool>()) {
        let mut bytes = format!("<?xml version=\"1.0\"?>\n{DOCTYPE}\n{}", crate::fixture::ZONE).into_bytes();
        bytes[at] = byte;
        if cut {
            bytes.truncate(at);
        }
        if let Ok(tree) = parse(&bytes, upstream()) {
            let _ = upstream().is_valid(&tree);
            let _ = write(&tree);
        }
    }
}
