//! How the subcommands are called.

/// The lines of a subcommand.
pub(super) fn of(name: &str) -> String {
    let lines: &[&str] = match name {
        "bookmark" => &["bookmark <snapshot> <bookmark>"],
        "clone" => &["clone [-p] [-o property=value] ... <snapshot> <filesystem|volume>"],
        "create" => &[
            "create [-Pnpv] [-o property=value] ... <filesystem>",
            "create [-Pnpsv] [-b blocksize] [-o property=value] ... -V <size> <volume>",
        ],
        "destroy" => &[
            "destroy [-fnpRrv] <filesystem|volume>",
            "destroy [-dnpRrv] <filesystem|volume>@<snap>[%<snap>][,...]",
            "destroy <filesystem|volume>#<bookmark>",
        ],
        "get" => &[
            "get [-rHp] [-d max] [-o \"all\" | field[,...]]",
            "    [-t type[,...]] [-s source[,...]]",
            "    <\"all\" | property[,...]> [filesystem|volume|snapshot|bookmark] ...",
        ],
        "hold" => &["hold [-r] <tag> <snapshot> ..."],
        "holds" => &["holds [-r] <snapshot> ..."],
        "inherit" => &["inherit [-rS] <property> <filesystem|volume|snapshot> ..."],
        "list" => &[
            "list [-Hp] [-r|-d max] [-o property[,...]] [-s property]...",
            "    [-S property]... [-t type[,...]] [filesystem|volume|snapshot] ...",
        ],
        "mount" => &["mount", "mount [-vO] [-o opts] <-a | filesystem>"],
        "promote" => &["promote <clone-filesystem>"],
        "receive" => &[
            "receive [-vnsFhu] [-o <property>=<value>] ... [-x <property>] ...",
            "    <filesystem|volume|snapshot>",
            "receive [-vnsFhu] [-o <property>=<value>] ... [-x <property>] ...",
            "    [-d | -e] <filesystem>",
            "receive -A <filesystem|volume>",
        ],
        "release" => &["release [-r] <tag> <snapshot> ..."],
        "rename" => &[
            "rename [-f] <filesystem|volume|snapshot> <filesystem|volume|snapshot>",
            "rename [-f] -p <filesystem|volume> <filesystem|volume>",
            "rename -r <snapshot> <snapshot>",
        ],
        "rollback" => &["rollback [-rRf] <snapshot>"],
        "send" => &[
            "send [-DnPpRvLecwhb] [-[i|I] snapshot] <snapshot>",
            "send [-nvPLecw] [-i snapshot|bookmark] <filesystem|volume|snapshot>",
            "send [-nvPe] -t <receive_resume_token>",
        ],
        "set" => &["set <property=value> ... <filesystem|volume|snapshot> ..."],
        "snapshot" => &["snapshot [-r] [-o property=value] ... <filesystem|volume>@<snap> ..."],
        "unmount" => &["unmount [-f] <-a | filesystem|mountpoint>"],
        _ => &[],
    };
    let lines: Vec<String> = lines.iter().map(|line| format!("\t{line}\n")).collect();
    lines.concat() + "\nFor the property list, run: zfs set|get"
}
