//! Address pools as a person uses them.

use crate::links::{FLAVOURS, host};

#[test]
fn overlapping_pools_are_told_wherever_they_are_used() {
    for flavour in FLAVOURS {
        let host = host(
            flavour,
            "    net \"a\" { pool \"internal\"; }\n    net \"b\" { pool \"wide\"; defrouter #false; }",
        );
        // Made with a warning: whoever makes it may mean it.
        host.zmgr(
            "pool create wide --network 10.0.0.0/16 --range 10.0.0.240 10.0.1.20 --stub wide0",
        )
        .success()
        .stderr_eq(snapbox::str![[r#"
...
warning: pools "internal" and "wide" both give out 10.0.0.240 to 10.0.0.250
...
"#]]);
        let text = "pools \\\"internal\\\" and \\\"wide\\\" both give out 10.0.0.240 to 10.0.0.250";
        let planned = host.json("create web01 web02 --template t -n");
        let told = |operation: usize| planned["operations"][operation]["warnings"].to_string();
        assert_eq!(told(0).matches(text).count(), 1, "{planned}");
        assert_eq!(told(1).matches(text).count(), 0, "once a command");
        // Whatever pools say, an address is given out once.
        host.zmgr("create web01 --template t --net a=10.0.0.240 -q")
            .success();
        let nets = host.json("show web01")["nets"].clone();
        assert_eq!(nets[0]["address"], "10.0.0.240/24");
        assert_eq!(nets[1]["address"], "10.0.0.241/16");
        let refused = host.json_failure("create web02 --template t --net b=10.0.0.240", 7);
        assert_eq!(refused["code"], "zmgr::create::address_taken");
        let added = host.json("net add web01 c pool=wide defrouter=false");
        assert!(
            added["operations"][0]["warnings"]
                .to_string()
                .contains(text)
        );
        // A zone whose pools overlap with none is told nothing.
        host.zmgr("pool set wide range 10.0.1.1 10.0.1.20 -q")
            .success();
        let quiet = host.json("create web02 --template t -n");
        let warnings = quiet["operations"][0]["warnings"].to_string();
        assert!(!warnings.contains("both give out"), "{warnings}");
        assert_eq!(host.json("validate")["warnings"], serde_json::json!([]));
    }
}

#[test]
fn each_way_of_choosing() {
    for flavour in FLAVOURS {
        let host = host(flavour, "    net \"a\" { pool \"internal\"; }");
        let next = || {
            let free = host.json("pool free internal --next --zone web09");
            free[0].as_str().unwrap().to_owned()
        };
        host.zmgr("create web01 --template t --net a=10.0.0.100 -q")
            .success();
        assert_eq!(next(), "10.0.0.10/24");
        host.zmgr("pool set internal choose next -q").success();
        assert_eq!(next(), "10.0.0.101/24");
        host.zmgr("pool set internal choose highest -q").success();
        assert_eq!(next(), "10.0.0.250/24");
        host.zmgr("pool set internal choose hash -q").success();
        let hashed = next();
        host.zmgr("create web09 web10 --template t -q").success();
        let address = |zone: &str| host.json(&format!("show {zone}"))["nets"][0]["address"].clone();
        assert_eq!(address("web09"), hashed.as_str());
        // Made again after another has come and gone, it is the same; and a range is a range whatever way is chosen.
        host.zmgr("destroy web09 web10 -y -q").success();
        host.zmgr("create web11 --template t -q").success();
        host.zmgr("create web09 --template t -q").success();
        assert_eq!(address("web09"), hashed.as_str());
        host.zmgr("create web12 --template t --net a=10.0.0.40-10.0.0.41 -q")
            .success();
        host.zmgr("create web13 --template t --net a=10.0.0.40-10.0.0.41 -q")
            .success();
        let mut both = [address("web12"), address("web13")].map(|one| one.to_string());
        both.sort();
        assert_eq!(both, ["\"10.0.0.40/24\"", "\"10.0.0.41/24\""]);
        let failure = host.json_failure("create web14 --template t --net a=10.0.0.40-10.0.0.41", 1);
        assert_eq!(failure["code"], "zmgr::create::no_free_address");
    }
}

#[test]
fn a_pool_that_is_nearly_full_says_so_when_it_is_used() {
    let host = host("upstream", "    net \"a\" { pool \"small\"; }");
    host.zmgr("pool create small --network 192.0.2.0/28 --gateway 192.0.2.1 --stub small0 -q")
        .success();
    host.zmgr("pool set small warn 30 -q").success();
    // Thirteen addresses: three of them are 23 percent, four are 30, five are 38.
    let told = |args: &str| {
        let planned = host.json(args);
        let operations = planned["operations"].as_array().unwrap();
        let count = |one: &serde_json::Value| one["warnings"].to_string().matches("% full").count();
        operations.iter().map(count).collect::<Vec<_>>()
    };
    assert_eq!(told("create w1 w2 w3 w4 --template t -n"), [0, 0, 0, 0]);
    assert_eq!(
        told("create w1 w2 w3 w4 w5 w6 --template t"),
        [0, 0, 0, 0, 1, 0],
        "once a command"
    );
    assert_eq!(told("create w7 --template t -n"), [1]);
    let shown = host.zmgr("pool show small -q").success();
    let text = String::from_utf8_lossy(&shown.get_output().stdout).into_owned();
    assert!(
        text.contains("[###################.....................] 46%"),
        "{text}"
    );
    host.zmgr("create w7 w8 w9 w10 w11 w12 w13 --template t -q")
        .success();
    let failure = host.json_failure("create w14 --template t", 1);
    assert_eq!(failure["code"], "zmgr::create::no_free_address");
    let list = host.json("pool list");
    let small = list
        .as_array()
        .unwrap()
        .iter()
        .find(|pool| pool["name"] == "small")
        .unwrap();
    assert_eq!(
        (&small["percent"], &small["free"]),
        (&100.into(), &0.into())
    );
}

#[test]
fn why_says_who_since_when_and_by_what() {
    let host = host("upstream", "    net \"a\" { pool \"internal\"; }");
    host.zmgr("create web01 --template t -q").success();
    let entry = host.read("/etc/zmgr/zones/web01.kdl");
    let created = entry
        .lines()
        .find_map(|line| line.trim().strip_prefix("created "))
        .unwrap()
        .trim_matches('"');
    let why = |address: &str| {
        let shown = host.zmgr(&format!("pool why {address} -q")).success();
        String::from_utf8_lossy(&shown.get_output().stdout).into_owned()
    };
    assert_eq!(
        why("10.0.0.10"),
        format!(
            "10.0.0.10 belongs to zone web01, net a, since {created}, from pool internal, made from template t\n"
        )
    );
    assert_eq!(
        why("10.0.0.1"),
        "10.0.0.1 is the gateway of pool internal\n"
    );
    host.zmgr("pool set internal quarantine 1h -q").success();
    host.zmgr("destroy web01 -y -q").success();
    let text = why("10.0.0.10");
    let until = text
        .strip_prefix("10.0.0.10 was released by zone web01 and is in quarantine until ")
        .unwrap();
    assert_eq!(
        until.trim_end().len(),
        "2026-01-01T00:00:00Z".len(),
        "{until}"
    );
}

#[test]
fn names_of_vnics_are_those_that_admins_choose_as_far_as_the_system_takes_them() {
    for flavour in FLAVOURS {
        let host = host(
            flavour,
            "    net \"a\" { pool \"internal\"; }\n    net \"b\" { pool \"public\"; defrouter #false; vnic \"front{index}\"; }",
        );
        let config = host.read("/etc/zmgr/config.kdl");
        host.write(
            "/etc/zmgr/config.kdl",
            &format!("{config}\nvnic \"{{net}}_{{zone}}_{{index}}\"\n"),
        );
        let vnics = |zone: &str| {
            let nets = host.json(&format!("show {zone}"))["nets"].clone();
            [0, 1].map(|place: usize| nets[place]["vnic"].as_str().unwrap().to_owned())
        };
        host.zmgr("create web-1 --template t -q").success();
        assert_eq!(vnics("web-1"), ["a_web_1_0", "front1"]);
        // The second of the same name is another, and the same when it is made again.
        host.zmgr("create web_1 --template t -q").success();
        let [a, b] = vnics("web_1");
        assert!(
            a != "a_web_1_0" && a.starts_with("a_web_1_") && a.ends_with("_0"),
            "{a}"
        );
        assert!(
            b != "front1" && b.starts_with("front_") && b.ends_with("_1"),
            "{b}"
        );
        host.zmgr("destroy web_1 -y -q").success();
        host.zmgr("pool set public --remove quarantine -q");
        host.zmgr("create web_1 --template t -q").success();
        assert_eq!(vnics("web_1"), [a, b]);
        let long = "a".repeat(60);
        host.zmgr("destroy web_1 -y -q").success();
        host.zmgr(&format!("create {long} --template t --boot -q"))
            .success();
        for vnic in vnics(&long) {
            assert!(vnic.len() <= 31 && host.read("/emulation/links").contains(&vnic));
        }
    }
}
