//! What a document holds beyond what libzonecfg hands over.
//!
//! libzonecfg passes over an `rctl-value` that it does not like, and over a second `pset`, `mcap` or `security-flags`, without a sign. Counting
//! the elements shows it; the document is known to be well-formed by then.

/// How often each of the elements occurs that libzonecfg may leave out, or add to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) rctl: usize,
    pub(super) rctl_value: usize,
    pub(super) pset: usize,
    pub(super) mcap: usize,
    pub(super) security_flags: usize,
}

impl Counts {
    /// Counts the start tags of the well-formed document `bytes`.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut counts = Self::default();
        for name in start_tags(bytes) {
            match name {
                b"rctl" => counts.rctl += 1,
                b"rctl-value" => counts.rctl_value += 1,
                b"pset" => counts.pset += 1,
                b"mcap" => counts.mcap += 1,
                b"security-flags" => counts.security_flags += 1,
                _ => {}
            }
        }
        counts
    }
}

/// The elements of the well-formed document `bytes` that no property or resource stands for any more, each once.
pub(super) fn obsolete(bytes: &[u8]) -> Vec<String> {
    const KNOWN: [&[u8]; 15] = [
        b"zone",
        b"filesystem",
        b"fsoption",
        b"network",
        b"net-attr",
        b"device",
        b"rctl",
        b"rctl-value",
        b"attr",
        b"dataset",
        b"tmp_pool",
        b"pset",
        b"mcap",
        b"admin",
        b"security-flags",
    ];
    let mut found: Vec<String> = Vec::new();
    for name in start_tags(bytes) {
        // A tag that ends an element begins with a slash, so that nothing is left of its name; so does the document type.
        let name = match name {
            b"" | b"!DOCTYPE" => continue,
            name if KNOWN.contains(&name) => continue,
            name => String::from_utf8_lossy(name).into_owned(),
        };
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

/// The names in the tags that begin an element of the well-formed document `bytes`.
fn start_tags(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        while let Some(start) = rest.iter().position(|byte| *byte == b'<') {
            rest = &rest[start + 1..];
            // Nothing else can hold a `<` that begins no tag.
            let skipped = [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>")];
            if let Some((_, end)) = skipped
                .iter()
                .find(|(begin, _)| rest.starts_with(begin.as_bytes()))
            {
                let length = rest
                    .windows(end.len())
                    .position(|window| window == end.as_bytes());
                rest = &rest[length.unwrap_or(rest.len())..];
                continue;
            }
            let end = rest
                .iter()
                .position(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'/' | b'>'))
                .unwrap_or(rest.len());
            return Some(&rest[..end]);
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::{Counts, obsolete};

    #[test]
    fn elements_are_counted_where_they_are_elements() {
        let text = "<?xml version=\"1.0\"?><!-- <rctl-value/> --><zone><![CDATA[<pset/>]]>\n\
                    <rctl name=\"a\"><rctl-value priv=\"x\"/><rctl-value\npriv='y'></rctl-value></rctl><attr value=\"&lt;mcap/>\"/><pset/>\
                    <psetx/><security-flags lower=\"&lt;\"/></zone><?x <mcap/>?>";
        let expected = Counts {
            rctl: 1,
            rctl_value: 2,
            pset: 1,
            mcap: 0,
            security_flags: 1,
        };
        assert_eq!(Counts::of(text.as_bytes()), expected);
        assert_eq!(obsolete(text.as_bytes()), ["psetx"]);
        let old = b"<!DOCTYPE zone><zone><package name='a'/><device match='x'></device><package/><patch></patch></zone>";
        assert_eq!(obsolete(old), ["package", "patch"]);
        assert_eq!(Counts::of(b"<"), Counts::default());
        assert_eq!(Counts::of(b"<!-- <pset"), Counts::default());
    }
}
