//! Command lines of the transcripts on an emulated host.

/// The line with the paths of the host in place: those that the shell opens and those of other programs, but not those that `zfs` gets.
pub(crate) fn map(line: &str, root: &str) -> String {
    let line = line.replace("mount -t zfs", "mount -F zfs");
    let mut mapped = String::new();
    let mut word = String::new();
    let mut quote: Option<char> = None;
    let mut program: Option<String> = None;
    let mut redirected = false;
    for c in line.chars().chain(['\n']) {
        let within = quote.is_some();
        match c {
            '\'' | '"' if quote.is_none() => quote = Some(c),
            c if quote == Some(c) => quote = None,
            _ => {}
        }
        if within || quote.is_some() || !" \t\n;|&<>()".contains(c) {
            word.push(c);
            continue;
        }
        let assignment = program.is_none() && word.contains('=');
        if !word.is_empty() {
            mapped += &place(&word, program.as_deref(), redirected, root);
            redirected = false;
            if program.is_none() && !assignment && !matches!(word.as_str(), "do" | "then") {
                program = Some(word.clone());
            }
            word.clear();
        }
        match c {
            '<' | '>' => redirected = true,
            ';' | '|' | '&' | '(' | ')' => program = None,
            _ => {}
        }
        if c != '\n' || mapped.len() < line.len() {
            mapped.push(c);
        }
    }
    mapped
}

fn place(word: &str, program: Option<&str>, redirected: bool, root: &str) -> String {
    let own = matches!(program, Some("zfs" | "mount" | "umount"));
    if !redirected && (own || program.is_none()) {
        return word.to_owned();
    }
    let (before, path) = match word.find("=/") {
        Some(at) => word.split_at(at + 1),
        None => ("", word),
    };
    if !path.starts_with('/') || path.starts_with("/dev/") || path.starts_with("/proc/") {
        return word.to_owned();
    }
    format!("{before}{root}{path}")
}

#[test]
fn paths_are_mapped_where_a_shell_opens_them() {
    for (line, mapped) in [
        ("zfs get x /zones/web01", "zfs get x /zones/web01"),
        ("zfs send a@b >/streams/1", "zfs send a@b >/h/streams/1"),
        ("cd /srv && zfs set x=/y a", "cd /h/srv && zfs set x=/y a"),
        (
            "head -c 5 /streams/f | zfs receive a",
            "head -c 5 /h/streams/f | zfs receive a",
        ),
        ("yes zmgr | head -c 5 >/d/a", "yes zmgr | head -c 5 >/h/d/a"),
        ("dd if=/dev/zero of=/d/a", "dd if=/dev/zero of=/h/d/a"),
        ("mount -t zfs a /m", "mount -F zfs a /m"),
        ("T=$(zfs get a); zfs list /x", "T=$(zfs get a); zfs list /x"),
        (
            "for i in 1 2; do zfs send @$i >/s/$i; done",
            "for i in 1 2; do zfs send @$i >/h/s/$i; done",
        ),
    ] {
        assert_eq!(map(line, "/h").trim_end(), mapped);
    }
}
