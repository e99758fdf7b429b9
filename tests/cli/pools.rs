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
