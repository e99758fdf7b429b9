use crate::failure::Code;
use std::os::unix::fs::{PermissionsExt, symlink};

use super::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_new_file_has_mode_0644_and_nothing_else_is_left() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.kdl");
    replace(&path, b"one").unwrap();
    assert_eq!(
        (fs::read(&path).unwrap().as_slice(), mode(&path)),
        (&b"one"[..], 0o644)
    );
    assert_eq!(names(dir.path()), ["a.kdl"]);
}

#[test]
fn the_mode_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.kdl");
    fs::write(&path, "one").unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    replace(&path, b"two").unwrap();
    assert_eq!(
        (fs::read(&path).unwrap().as_slice(), mode(&path)),
        (&b"two"[..], 0o600)
    );
}

#[test]
fn a_symlink_stays_and_what_it_leads_to_is_replaced() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("git")).unwrap();
    fs::create_dir(dir.path().join("pools")).unwrap();
    fs::write(dir.path().join("git/real.kdl"), "one").unwrap();
    let path = dir.path().join("pools/a.kdl");
    symlink("../git/real.kdl", &path).unwrap();
    replace(&path, b"two").unwrap();
    assert!(fs::symlink_metadata(&path).unwrap().is_symlink());
    assert_eq!(fs::read(dir.path().join("git/real.kdl")).unwrap(), b"two");
    assert_eq!(names(&dir.path().join("pools")), ["a.kdl"]);
}

#[test]
fn a_symlink_that_leads_nowhere_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.kdl");
    symlink("gone", &path).unwrap();
    assert_eq!(replace(&path, b"x").unwrap_err().code, Code::FileNoTarget);
    assert_eq!(names(dir.path()), ["a.kdl"]);
}

#[test]
fn a_directory_is_not_replaced() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("a")).unwrap();
    let failure = replace(&dir.path().join("a"), b"x").unwrap_err();
    assert!(failure.message.ends_with("it is a directory"), "{failure}");
}

#[test]
fn create_new_leaves_what_is_there() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.kdl");
    create_new(&path, b"one").unwrap();
    let failure = create_new(&path, b"two").unwrap_err();
    assert_eq!(
        (failure.exit, fs::read(&path).unwrap().as_slice()),
        (ExitCode::Exists, &b"one"[..])
    );
    assert_eq!(
        (names(dir.path()), mode(&path)),
        (vec!["a.kdl".to_owned()], 0o644)
    );
}

#[test]
fn remove_takes_the_link_not_what_it_leads_to() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("real"), "x").unwrap();
    symlink("real", dir.path().join("link")).unwrap();
    remove(&dir.path().join("link")).unwrap();
    assert_eq!(names(dir.path()), ["real"]);
    assert_eq!(
        remove(&dir.path().join("link")).unwrap_err().exit,
        ExitCode::NotFound
    );
}

#[test]
fn many_files_are_replaced_or_none() {
    let dir = tempfile::tempdir().unwrap();
    let paths: Vec<PathBuf> = (0..300)
        .map(|number| dir.path().join(format!("{number}.kdl")))
        .collect();
    let with = |paths: &[PathBuf], contents: &'static [u8]| {
        let files: Vec<(&Path, &[u8])> = paths
            .iter()
            .map(|path| (path.as_path(), contents))
            .collect();
        replace_many(&files)
    };
    let says = |paths: &[PathBuf], contents: &[u8]| {
        paths.iter().all(|path| fs::read(path).unwrap() == contents)
    };
    with(&paths, b"one").unwrap();
    assert!(says(&paths, b"one"));
    // A directory cannot be replaced: of those that are written together with it none is, and those before are told of.
    let last = dir.path().join("last");
    fs::create_dir(&last).unwrap();
    let with_bad: Vec<PathBuf> = paths.iter().cloned().chain([last]).collect();
    let failure = with(&with_bad, b"two").unwrap_err();
    let whole = paths.len() / TOGETHER * TOGETHER;
    let count = format!("; {whole} of {} files have been replaced", with_bad.len());
    assert!(failure.message.ends_with(&count), "{}", failure.message);
    assert!(says(&paths[..whole], b"two") && says(&paths[whole..], b"one"));
    assert_eq!(names(dir.path()).len(), 301);
}

#[test]
fn a_failure_at_any_point_leaves_the_old_or_the_new_file_whole() {
    let mut outcomes = Vec::new();
    for call in [
        "file:create",
        "file:write",
        "file:sync",
        "file:rename",
        "file:sync-directory",
    ] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.kdl");
        fs::write(&path, "one").unwrap();
        let order = illumos_emulation::fault::order(call, 1, 28);
        let failure = replace(&path, b"two").unwrap_err();
        drop(order);
        assert_eq!(failure.code, Code::FileFailed, "{call}");
        assert_eq!(names(dir.path()), ["a.kdl"], "{call}");
        outcomes.push(fs::read_to_string(&path).unwrap());
    }
    assert_eq!(outcomes, ["one", "one", "one", "one", "two"]);
}

#[test]
fn what_a_crash_leaves_is_found() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.kdl"), "").unwrap();
    let staged = stage(&dir.path().join("a.kdl"), b"x").unwrap();
    let (file, left) = staged.file.keep().unwrap();
    fs::write(dir.path().join(".hidden.new"), "").unwrap();
    assert_eq!(leftovers(dir.path()).unwrap(), std::slice::from_ref(&left));
    remove_leftovers(dir.path()).unwrap();
    assert!(left.exists(), "its writer is alive");
    drop(file);
    remove_leftovers(dir.path()).unwrap();
    assert_eq!(names(dir.path()), [".hidden.new", "a.kdl"]);
}

#[test]
fn directories_are_made_with_mode_0755() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("etc/zmgr/zones");
    make_directory(&path).unwrap();
    make_directory(&path).unwrap();
    assert_eq!((mode(&path), mode(&dir.path().join("etc"))), (0o755, 0o755));
}

#[test]
fn what_others_can_write_is_refused_with_the_command_that_mends_it() {
    let dir = tempfile::tempdir().unwrap();
    let etc = dir.path().join("etc");
    let path = etc.join("zmgr/config.kdl");
    make_directory(&etc.join("zmgr")).unwrap();
    replace(&path, b"").unwrap();
    check_trusted(&path, dir.path()).unwrap();
    for unsafe_path in [&etc, &etc.join("zmgr"), &path] {
        let old = mode(unsafe_path);
        fs::set_permissions(unsafe_path, Permissions::from_mode(old | 0o002)).unwrap();
        let failure = check_trusted(&path, dir.path()).unwrap_err();
        assert_eq!(failure.code, Code::FileUnsafeMode);
        assert_eq!(
            failure.help.unwrap(),
            format!("run chmod go-w {}", unsafe_path.display())
        );
        fs::set_permissions(unsafe_path, Permissions::from_mode(old)).unwrap();
    }
    check_trusted(&etc.join("not/yet"), dir.path()).unwrap();
}

#[test]
fn the_way_that_a_symlink_leads_is_checked_too() {
    let dir = tempfile::tempdir().unwrap();
    let open = dir.path().join("open");
    make_directory(&open).unwrap();
    fs::write(open.join("real"), "").unwrap();
    fs::set_permissions(&open, Permissions::from_mode(0o777)).unwrap();
    symlink(open.join("real"), dir.path().join("link")).unwrap();
    assert_eq!(
        check_trusted(&dir.path().join("link"), dir.path())
            .unwrap_err()
            .code,
        Code::FileUnsafeMode
    );
}
