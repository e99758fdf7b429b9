use super::super::defaults::{Setup, defaults};
use super::super::{Kind, Store};

fn write(directory: &std::path::Path, setup: &Setup) {
    for document in defaults(setup) {
        let path = match document.kind.directory() {
            Some(below) => directory.join(below).join(format!("{}.kdl", document.name)),
            None => directory.join("config.kdl"),
        };
        crate::files::make_directory(path.parent().unwrap()).unwrap();
        crate::files::create_new(&path, document.text.as_bytes()).unwrap();
    }
}

#[test]
fn the_defaults_are_valid_and_refer_to_each_other() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &Setup::default());
    let store = Store::open(dir.path()).unwrap();
    let documents = store.load().unwrap().ok().unwrap();
    assert_eq!(documents.config.default_template, "default");
    assert_eq!(documents.config.uplinks["external"].link, "igb0");
    assert_eq!(documents.templates["router"].nets.len(), 2);
    assert_eq!(
        documents.templates["default"].settings.brand.as_deref(),
        Some("ipkg")
    );
    assert_eq!(
        documents.templates["default"].publishers,
        ["openindiana.org"]
    );
    assert_eq!(documents.pools["public"].networks[0].addresses.len(), 2);
    assert_eq!(store.names(Kind::Publisher).unwrap(), ["openindiana.org"]);
}

#[test]
fn without_ips_there_is_no_publisher() {
    let dir = tempfile::tempdir().unwrap();
    let setup = Setup {
        brand: "lx".to_owned(),
        link: "e\"1000g0".to_owned(),
        publisher: None,
    };
    let texts: Vec<String> = defaults(&setup)
        .into_iter()
        .map(|document| document.text)
        .collect();
    assert!(
        texts
            .iter()
            .all(|text| !text.contains("PUBLISHERS") && !text.contains("publisher"))
    );
    write(
        dir.path(),
        &Setup {
            link: "e1000g0".to_owned(),
            ..setup
        },
    );
    Store::open(dir.path())
        .unwrap()
        .load()
        .unwrap()
        .ok()
        .unwrap();
}
