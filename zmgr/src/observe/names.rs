//! Host names in place of addresses, as zonecfg(8) takes them.

use std::net::IpAddr;

/// What the host's own table says of names: hosts(5). Nobody else is asked: what another server answers may change.
#[derive(Debug, Default)]
pub(super) struct HostNames {
    text: Option<String>,
}

impl HostNames {
    /// The addresses of a name; none if the table does not have it.
    pub(super) fn addresses(&mut self, name: &str) -> Vec<IpAddr> {
        let text = self.text.get_or_insert_with(|| {
            let read = |path| std::fs::read_to_string(illumos::host_path(path));
            read("/etc/inet/hosts")
                .or_else(|_| read("/etc/hosts"))
                .unwrap_or_default()
        });
        of(text, name)
    }
}

fn of(text: &str, name: &str) -> Vec<IpAddr> {
    let line = |line: &str| {
        let mut words = line.split('#').next()?.split_whitespace();
        let address = words.next()?.parse().ok()?;
        words
            .any(|word| word.eq_ignore_ascii_case(name))
            .then_some(address)
    };
    text.lines().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_a_table_says() {
        let text = "127.0.0.1 localhost\n10.0.0.7\tdb01.example.org db01 # db02\nfd00::7 db01\n10.0.0.8 # db01\n";
        let found = |name| {
            super::of(text, name)
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
        };
        assert_eq!(found("DB01"), ["10.0.0.7", "fd00::7"]);
        assert_eq!(found("db01.example.org"), ["10.0.0.7"]);
        assert!(found("db02").is_empty());
    }
}
