//! `zmgr metrics`.

use std::io::Write as _;
use std::process::{Command, Stdio};

use snapbox::str;

use crate::support::TestHost;

fn host() -> TestHost {
    let host = TestHost::new();
    host.zmgr("-q create web01").success();
    host
}

fn text(host: &TestHost, args: &str) -> String {
    let assert = host.zmgr(&format!("-q metrics {args}")).success();
    String::from_utf8_lossy(&assert.get_output().stdout).into_owned()
}

/// The figure with these labels.
fn figure(text: &str, name: &str) -> f64 {
    let mut lines = text.lines();
    let line = lines.find_map(|line| line.strip_prefix(&format!("{name} ")));
    line.unwrap_or_else(|| panic!("no {name} in\n{text}"))
        .parse()
        .unwrap()
}

#[test]
fn figures_are_those_of_the_kernel() {
    let host = host();
    host.write(
        "/emulation/statistics",
        "zones:1:web01:nsec_user 2500000000
zones:1:web01:avenrun_1min 512
caps:1:swapresv_zone_1:usage 4096
caps:1:nprocs_zone_1:usage 17
link:0:web01_0:rbytes64 18446744073709551615
web01_0:0:mac_misc_stat:ipspoofed 3
",
    );
    let text = text(&host, "");
    for (name, value) in [
        (
            "zmgr_zone_cpu_seconds_total{zone=\"web01\",mode=\"user\"}",
            2.5,
        ),
        ("zmgr_zone_load{zone=\"web01\",window=\"1m\"}", 2.0),
        ("zmgr_zone_swap_reserved_bytes{zone=\"web01\"}", 4096.0),
        ("zmgr_zone_processes{zone=\"web01\"}", 17.0),
        (
            "zmgr_zone_network_spoofed_packets_total{zone=\"web01\",link=\"web01_0\",kind=\"ip\"}",
            3.0,
        ),
        ("zmgr_zone_state{zone=\"web01\",state=\"running\"}", 1.0),
        ("zmgr_zone_state{zone=\"web01\",state=\"installed\"}", 0.0),
        ("zmgr_pool_addresses{pool=\"internal\",state=\"used\"}", 1.0),
        ("zmgr_operations_pending", 0.0),
        ("zmgr_last_operation_success", 1.0),
        ("zmgr_collector_success{collector=\"cpu\"}", 1.0),
    ] {
        assert!((figure(&text, name) - value).abs() < 1e-9, "{name}\n{text}");
    }
    // Without a limit there is no figure of it, and a number is as exact as the kernel has it.
    assert!(!text.contains("zmgr_zone_swap_limit_bytes{"), "{text}");
    assert!(text.contains(
        "zmgr_zone_network_receive_bytes_total{zone=\"web01\",link=\"web01_0\"} 18446744073709551615"
    ));
    // Readers of JSON would round it.
    let json = host.json("metrics --only network");
    assert_eq!(
        json["families"][0]["samples"][0]["value"],
        "18446744073709551615"
    );
}

#[test]
fn only_what_is_asked_for() {
    let host = host();
    let text = text(&host, "--only pools --format openmetrics");
    assert!(text.starts_with("# HELP zmgr_pool_addresses "), "{text}");
    assert!(!text.contains("zmgr_zone_"), "{text}");
    assert!(text.ends_with("\n# EOF\n"), "{text}");
}

#[test]
fn a_textfile_is_replaced_whole() {
    let host = host();
    std::fs::create_dir(host.path("/textfile")).unwrap();
    let file = host.path("/textfile/zmgr.prom");
    let run = |file: &std::path::Path| host.command("-q metrics --textfile").arg(file).assert();
    run(&file).success().stdout_eq("");
    let text = host.read("/textfile/zmgr.prom");
    assert!(text.contains("zmgr_zone_info{zone=\"web01\""), "{text}");
    assert_eq!(
        std::fs::read_dir(host.path("/textfile")).unwrap().count(),
        1
    );
    run(&host.path("/textfile/zmgr.txt"))
        .code(2)
        .stderr_eq(str![[r#"
error: [..]/textfile/zmgr.txt: the name of a textfile must end in .prom
  help: collectors read no other files

"#]]);
    run(&host.path("/nowhere/zmgr.prom")).code(2);
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_is_there() {
    let host = host();
    host.write("/etc/zones/web01.xml", "<zone");
    let assert = host.zmgr("-q metrics --only zones,cpu").code(5);
    let text = String::from_utf8_lossy(&assert.get_output().stdout).into_owned();
    assert!((figure(&text, "zmgr_collector_success{collector=\"zones\"}")).abs() < 1e-9);
    assert!(text.contains("zmgr_zone_cpu_seconds_total{zone=\"web01\""));
}

/// The checker of Prometheus itself, where it is installed.
#[test]
fn promtool_accepts_the_text() {
    #[expect(
        clippy::disallowed_methods,
        reason = "the checker is no program of the host"
    )]
    let child = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) if std::env::var_os("ZMGR_PROMTOOL").is_none() => {
            println!("skipped: promtool is not installed: {error}");
            return;
        }
        Err(error) => panic!("promtool: {error}"),
    };
    let text = text(&host(), "");
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(text.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && said.is_empty(), "{said}\n{text}");
}
