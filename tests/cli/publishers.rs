//! Publishers of zones: by the rules of each brand, so that no zone stops the host's own `pkg update`.

use std::path::{Path, PathBuf};

use serde_json::json;
use snapbox::str;

use crate::support::TestHost;

const PKG: &str = "../bin/pkg";

/// The publishers of an image, one a line: name, notes, origins, mirrors.
fn publishers(host: &TestHost, image: &str) -> Vec<String> {
    let lines = |args: &str| -> String {
        let ran = host
            .program(&format!("{PKG} -R {image} publisher {args}"))
            .success();
        String::from_utf8(ran.get_output().stdout.clone()).unwrap()
    };
    let enabled = lines("-H -n -F tsv");
    let mut publishers: Vec<String> = Vec::new();
    for line in lines("-H -F tsv").lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let is_enabled = enabled
            .lines()
            .any(|line| line.split('\t').next() == Some(fields[0]));
        let notes = [
            (fields[1] == "false", " non-sticky"),
            (!is_enabled, " disabled"),
        ];
        let notes: String = notes
            .iter()
            .filter(|(set, _)| *set)
            .map(|(_, note)| *note)
            .collect();
        let place = match fields[4] {
            "origin" => fields[6].to_owned(),
            kind => format!("{kind}={}", fields[6]),
        };
        let name = format!("{}{notes}:", fields[0]);
        match publishers.last_mut() {
            Some(last) if last.starts_with(&format!("{name} ")) => {
                last.push(' ');
                last.push_str(&place);
            }
            _ => publishers.push(format!("{name} {place}")),
        }
    }
    publishers
}

/// Whether the host's package system can be updated.
fn updates(host: &TestHost) -> bool {
    host.program(&format!("{PKG} update -n"))
        .get_output()
        .status
        .code()
        == Some(4)
}

fn created(host: &TestHost, args: &str) -> String {
    let ran = host.zmgr(&format!("create {args} --no-boot")).success();
    String::from_utf8(ran.get_output().stderr.clone()).unwrap()
}

fn codes(host: &TestHost, status: i32) -> Vec<String> {
    let ran = host.zmgr("doctor --json").code(status);
    let view: serde_json::Value = serde_json::from_slice(&ran.get_output().stdout).unwrap();
    let findings = view["findings"].as_array().unwrap();
    findings
        .iter()
        .map(|finding| finding["code"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_linked_zone_has_the_global_zones_publishers_first() {
    for (flavour, brand, own) in [
        (
            "upstream",
            "ipkg",
            vec!["openindiana.org: https://pkg.openindiana.org/hipster/"],
        ),
        (
            "omnios",
            "lipkg",
            vec![
                "omnios: https://pkg.omnios.org/r151054/core/",
                "extra.omnios: https://pkg.omnios.org/r151054/extra/",
            ],
        ),
    ] {
        let host = TestHost::of_flavour(flavour);
        host.zmgr("-q publisher create first.org --origin https://f/b --origin https://f/a --mirror http://m/ --set sticky=false").success();
        host.zmgr("-q publisher import").success();
        let names: String = own
            .iter()
            .map(|line| format!(" --publisher {}", line.split(':').next().unwrap()))
            .collect();
        host.zmgr(&format!(
            "-q template create t --extends default --brand {brand} --publisher first.org{names}"
        ))
        .success();
        let said = created(&host, "web01 --template t");
        assert!(said.contains("whose publishers come first"), "{said}");
        let mut wanted: Vec<String> = own.iter().map(|&line| line.to_owned()).collect();
        wanted.push("first.org non-sticky: https://f/a/ https://f/b/ mirror=http://m/".to_owned());
        assert_eq!(publishers(&host, "/zones/web01/root"), wanted, "{flavour}");
        assert!(updates(&host) && codes(&host, 0).is_empty());
        // Nothing is set that is there already.
        host.zmgr(&format!(
            "-q template set t publishers{}",
            names.replace(" --publisher", "")
        ))
        .success();
        let plan = host.zmgr("create web02 --template t -n").success();
        assert!(!String::from_utf8_lossy(&plan.get_output().stdout).contains("publishers"));
    }
}

#[test]
fn elsewhere_the_first_of_the_template_is_preferred() {
    let host = TestHost::of_flavour("omnios");
    host.zmgr("list -q").success();
    host.write(
        "/var/pkg/publishers",
        "omnios origin=https://o/ mirror=https://old/\nextra.omnios enabled=false origin=https://e/\n",
    );
    host.zmgr("-q publisher create first.org --origin https://f/")
        .success();
    host.zmgr("-q publisher create extra.omnios --origin https://e/ --mirror https://new/")
        .success();
    host.write(
        "/etc/zmgr/publishers/omnios.kdl",
        "publisher \"omnios\" { origin \"https://o2\"; sticky #false; }\n",
    );
    host.zmgr("-q template create t --extends default --brand ipkg --publisher first.org --publisher extra.omnios --publisher omnios").success();
    created(&host, "web01 --template t");
    assert_eq!(
        publishers(&host, "/zones/web01/root"),
        [
            "first.org: https://f/",
            "extra.omnios: https://e/ mirror=https://new/",
            "omnios non-sticky: https://o2/"
        ]
    );
    assert!(updates(&host));
}

/// What `create -n` prints, typed, does what `create` does.
#[test]
fn what_is_printed_is_what_is_run() {
    let host = TestHost::of_flavour("omnios");
    host.zmgr("-q publisher create first.org --origin https://f/b --origin https://f/a?x=$y --mirror http://m/").success();
    host.zmgr("-q template create t --extends default --brand ipkg --publisher first.org")
        .success();
    let planned = host.json("create web01 --template t --no-boot -n");
    let steps = planned["operations"][0]["steps"].as_array().unwrap();
    let step = steps
        .iter()
        .find(|step| {
            step["description"]
                .as_str()
                .unwrap()
                .starts_with("set the publishers")
        })
        .unwrap();
    assert_eq!(
        step["commands"],
        json!([
            "/usr/bin/pkg -R /zones/web01/root set-publisher --no-refresh --sticky --search-first -G '*' -g 'https://f/a?x=$y/' -g https://f/b/ -M '*' -m http://m/ first.org",
            "/usr/bin/pkg -R /zones/web01/root refresh",
        ])
    );
    created(&host, "web01 --template t");
    let set = publishers(&host, "/zones/web01/root");
    host.program(&format!(
        "{PKG} -R /zones/web01/root unset-publisher first.org"
    ))
    .success();
    assert_ne!(publishers(&host, "/zones/web01/root"), set);
    for command in step["commands"].as_array().unwrap() {
        let typed = command
            .as_str()
            .unwrap()
            .strip_prefix("/usr/bin/pkg ")
            .unwrap();
        host.program(&format!("{PKG} {}", typed.replace('\'', "")))
            .success();
    }
    assert_eq!(publishers(&host, "/zones/web01/root"), set);
}

#[test]
fn a_linked_zone_cannot_differ_from_the_global_zone() {
    let host = TestHost::new();
    host.zmgr("list -q").success();
    let text = "publisher \"openindiana.org\" { origin \"https://pkg.openindiana.org/hipster\"; sticky #false; }\n";
    host.write("/etc/zmgr/publishers/openindiana.org.kdl", text);
    for dry in ["-n", ""] {
        let failure = host.json_failure(&format!("create web01 {dry}"), 1);
        assert_eq!(failure["code"], "zmgr::publisher::linked");
    }
    assert_eq!(host.json("list"), json!([]));
    host.zmgr("-q publisher set openindiana.org sticky true")
        .success();
    host.zmgr("-q template set default -- install-args -P other.org=https://a/")
        .success();
    for dry in ["-n", ""] {
        assert_eq!(
            host.json_failure(&format!("create web01 {dry}"), 1)["code"],
            "zmgr::publisher::linked"
        );
    }
    host.zmgr("-q template set default -- install-args -P openindiana.org=https://a/")
        .success();
    created(&host, "web01");
    assert!(updates(&host));
    // Not linked here.
    host.zmgr("-q template set default -- install-args -P other.org=https://a/")
        .success();
    created(&host, "web02 --brand nlipkg");
    assert!(updates(&host));
}

#[test]
fn a_repository_that_does_not_answer_is_told() {
    let host = TestHost::new();
    host.zmgr("-q publisher create gone.org --origin https://gone/")
        .success();
    host.write(
        "/emulation/settings",
        "unreachable-repositories=https://gone/\nrepositories=https://wrong/=other.org\n",
    );
    host.zmgr("-q template set default publishers openindiana.org gone.org")
        .success();
    let said = created(&host, "web01");
    assert!(
        said.contains("a repository of zone web01 does not answer correctly")
            && said.contains("gone.org"),
        "{said}"
    );
    // A publisher of the global zone that has no packages at its origin would stop the global zone's updates.
    host.write(
        "/etc/zmgr/publishers/openindiana.org.kdl",
        "publisher \"openindiana.org\" { origin \"https://wrong/\"; }\n",
    );
    host.zmgr("-q template set default publishers openindiana.org")
        .success();
    let said = created(&host, "web02");
    assert!(
        said.contains("has the origins of the global zone again"),
        "{said}"
    );
    let own = ["openindiana.org: https://pkg.openindiana.org/hipster/"];
    assert_eq!(publishers(&host, "/zones/web02/root"), own);
    // One that answers is what the document says.
    host.write(
        "/etc/zmgr/publishers/openindiana.org.kdl",
        "publisher \"openindiana.org\" { origin \"https://near/\"; mirror \"http://m\"; }\n",
    );
    created(&host, "web03");
    assert_eq!(
        publishers(&host, "/zones/web03/root"),
        ["openindiana.org: https://near/ mirror=http://m/"]
    );
    assert!(updates(&host));
}

#[test]
fn a_bad_uri_is_refused_at_its_place_and_no_password_is_repeated() {
    let host = TestHost::new();
    host.zmgr("list -q").success();
    for uri in [
        "notaurl",
        "ftp://a/",
        "http://",
        "http://a_b/",
        "file://host/x",
        "https://user:sesame@a/",
        "https://sesame@a",
        "ssh://user:sesame@a/",
    ] {
        for option in ["--origin", "--origin https://good/ --mirror"] {
            for dry in ["-n", ""] {
                let ran = host.zmgr(&format!("publisher create x.org {option} {uri} {dry}"));
                let output = ran.get_output();
                assert_ne!(output.status.code(), Some(0), "{uri}");
                assert!(
                    !String::from_utf8_lossy(&output.stderr).contains("sesame"),
                    "{uri}"
                );
            }
        }
        let failure = host.json_failure(&format!("publisher set openindiana.org origin {uri}"), 2);
        assert!(!failure.to_string().contains("sesame"), "{failure}");
    }
    for name in ["a_b", ".a", "a:b"] {
        let ran = host.zmgr(&format!("publisher create {name} --origin https://a/"));
        assert_ne!(ran.get_output().status.code(), Some(0), "{name}");
    }
    host.write(
        "/etc/zmgr/publishers/x.org.kdl",
        "publisher \"x.org\" {\n    origin \"https://good/\" \"http://u:sesame@b/\"\n}\n",
    );
    let ran = host.zmgr("validate").code(3).stderr_eq(str![[r#"
this system is not illumos: working on the emulated host in [HOST]
error: `origin`: the URI has a user name or a password in it, which pkg does not take
  --> [HOST]/etc/zmgr/publishers/x.org.kdl:2:28
  help: write the URI of a repository such as "https://pkg.example.org/"
error: 1 error in 7 documents

"#]]);
    assert!(!String::from_utf8_lossy(&ran.get_output().stderr).contains("sesame"));
    std::fs::remove_file(host.path("/etc/zmgr/publishers/x.org.kdl")).unwrap();
    assert_eq!(holding(&host.path("/"), b"sesame"), Vec::<PathBuf>::new());
}

/// The files below a directory that have these bytes in them.
fn holding(directory: &Path, bytes: &[u8]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let kind = path.symlink_metadata().unwrap().file_type();
        if kind.is_dir() {
            found.extend(holding(&path, bytes));
        } else if kind.is_file() {
            let text = std::fs::read(&path).unwrap();
            found.extend(
                text.windows(bytes.len())
                    .any(|part| part == bytes)
                    .then_some(path),
            );
        }
    }
    found
}

#[test]
fn the_global_zones_publishers_are_taken_over() {
    let host = TestHost::of_flavour("omnios");
    host.zmgr("list -q").success();
    host.write(
        "/var/pkg/publishers",
        "omnios origin=https://b/ origin=https://a/ mirror=https://m/\nloose.org sticky=false origin=https://l/\noff.org enabled=false origin=https://off/\nempty.org\n",
    );
    host.zmgr("-q publisher import -n").success();
    assert!(!host.path("/etc/zmgr/publishers/loose.org.kdl").exists());
    host.write(
        "/etc/zmgr/publishers/omnios.kdl",
        "// mine\npublisher \"omnios\" {\n    origin \"https://old/\"\n    sticky #false\n}\n",
    );
    let said = host.zmgr("publisher import").success();
    let said = String::from_utf8_lossy(&said.get_output().stderr).into_owned();
    assert!(
        said.contains("publisher empty.org is skipped: it has no origin"),
        "{said}"
    );
    snapbox::assert_data_eq!(
        host.read("/etc/zmgr/publishers/omnios.kdl"),
        str![[r#"
// mine
publisher "omnios" {
    origin "https://a/" "https://b/"
    mirror "https://m/"
}

"#]]
    );
    assert!(
        host.read("/etc/zmgr/publishers/loose.org.kdl")
            .contains("sticky #false")
    );
    assert!(!host.path("/etc/zmgr/publishers/off.org.kdl").exists());
    host.zmgr("-q publisher import off.org").success();
    assert_eq!(
        host.json("publisher show off.org")["origins"],
        json!(["https://off/"])
    );
    assert_eq!(
        host.json_failure("publisher import nosuch", 6)["code"],
        "zmgr::publisher::not_found"
    );
    host.zmgr("validate -q").success();
}

#[test]
fn doctor_finds_the_zones_that_stop_the_hosts_updates() {
    let broken = [
        // What was done to the zone, and to the host.
        (
            "set-publisher --no-refresh -P -g https://x/ x.org",
            "publisher",
        ),
        ("set-publisher --non-sticky omnios", "publisher"),
        ("set-publisher -d extra.omnios", "publisher"),
        ("unset-publisher omnios", "publisher"),
        (
            "publisher",
            "set-publisher --no-refresh -g https://new/ new.org",
        ),
        ("publisher", "set-publisher -P extra.omnios"),
    ];
    for (child, parent) in broken {
        let host = TestHost::of_flavour("omnios");
        host.zmgr("-q create web01 --brand lipkg --no-boot")
            .success();
        host.zmgr("-q create web02 --brand ipkg --no-boot")
            .success();
        assert!(updates(&host) && codes(&host, 0).is_empty());
        for zone in ["web01", "web02"] {
            host.program(&format!("{PKG} -R /zones/{zone}/root {child}"))
                .success();
        }
        host.program(&format!("{PKG} {parent}")).success();
        assert!(!updates(&host), "{child} {parent}");
        assert_eq!(
            codes(&host, 4),
            ["zmgr::doctor::publishers"],
            "{child} {parent}"
        );
        let ran = host.zmgr("doctor --json").code(4);
        let view: serde_json::Value = serde_json::from_slice(&ran.get_output().stdout).unwrap();
        let finding = &view["findings"][0];
        assert_eq!(finding["where"], "zone web01");
        for command in finding["commands"].as_array().unwrap() {
            let typed = command
                .as_str()
                .unwrap()
                .strip_prefix("/usr/bin/pkg ")
                .unwrap();
            host.program(&format!("{PKG} {}", typed.replace('\'', "")))
                .success();
        }
        assert!(updates(&host), "{child} {parent}: {finding}");
        assert!(codes(&host, 0).is_empty());
    }
}
