//! What a document holds beyond what libzonecfg hands over.
//!
//! libzonecfg passes over an `rctl-value` that it does not like, and over a second `pset`, `mcap` or `security-flags`, without a sign. Counting
//! the elements shows it; the document is known to be well-formed by then.

/// How often each of the elements occurs that libzonecfg may leave out.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) rctl_value: usize,
    pub(super) pset: usize,
    pub(super) mcap: usize,
    pub(super) security_flags: usize,
}

impl Counts {
    /// Counts the start tags of the well-formed document `bytes`.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut counts = Self::default();
        let mut rest = bytes;
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
            match &rest[..end] {
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

#[cfg(test)]
mod tests {
    use super::Counts;

    #[test]
    fn elements_are_counted_where_they_are_elements() {
        let text = "<?xml version=\"1.0\"?><!-- <rctl-value/> --><zone><![CDATA[<pset/>]]>\n\
                    <rctl name=\"a\"><rctl-value priv=\"x\"/><rctl-value\npriv='y'></rctl-value></rctl><attr value=\"&lt;mcap/>\"/><pset/>\
                    <psetx/><security-flags lower=\"<\"/></zone><?x <mcap/>?>";
        let expected = Counts {
            rctl_value: 2,
            pset: 1,
            mcap: 0,
            security_flags: 1,
        };
        assert_eq!(Counts::of(text.as_bytes()), expected);
        assert_eq!(Counts::of(b"<"), Counts::default());
        assert_eq!(Counts::of(b"<!-- <pset"), Counts::default());
    }
}
