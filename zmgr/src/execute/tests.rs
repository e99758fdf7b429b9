//! Operations on documents alone: journal, undo and what is left.

use crate::failure::Code;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use super::journal::{self, Journal, Progress, Record, Unsettled};
use super::{Event, HostLock, Operation, Outcome, Reporter, Silent, ZoneLocks};
use crate::plan::{Action, DocumentChange, OnFailure, Plan, Step};
use crate::{Context, ExitCode, Failure};

struct Recorder(Mutex<Vec<Event>>);

impl Reporter for Recorder {
    fn report(&self, event: &Event) {
        self.0.lock().unwrap().push(event.clone());
    }
}

fn context(dir: &Path) -> Context {
    Context {
        config_dir: dir.join("etc/zmgr"),
        state_dir: dir.join("var/zmgr"),
        dry_run: false,
        json: false,
        lock_timeout: Duration::from_secs(1),
        grammar: clap::Command::default,
    }
}

fn change(path: &str, before: Option<&str>, after: Option<&str>) -> DocumentChange {
    DocumentChange {
        path: path.to_owned(),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    }
}

fn step(change: &DocumentChange) -> Step {
    let undo = Action::ChangeDocuments(vec![change.reversed()]);
    Step::new(Action::ChangeDocuments(vec![change.clone()]), Some(undo))
}

fn plan(steps: Vec<Step>) -> Plan {
    Plan::new("test", Vec::new(), steps)
}

fn begin<'a>(
    context: &'a Context,
    reporter: &'a dyn Reporter,
    plan: Plan,
) -> Result<Operation<'a>, Failure> {
    let host = HostLock::take(context, reporter)?;
    Operation::begin(context, reporter, plan, ZoneLocks::default(), &host)
}

/// Every file below `dir` and its text.
fn tree(dir: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).into_iter().flatten().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            found.extend(tree(&path));
        } else {
            found.push((
                path.display().to_string(),
                fs::read_to_string(&path).unwrap(),
            ));
        }
    }
    found.sort();
    found
}

#[test]
fn a_plan_is_carried_out_and_its_journal_closed() {
    let dir = tempfile::tempdir().unwrap();
    let context = context(dir.path());
    let steps = vec![
        step(&change("zones/a.kdl", None, Some("a"))),
        step(&change("zones/b.kdl", None, Some("b"))),
    ];
    let operation = begin(&context, &Silent, plan(steps)).unwrap();
    let applied = operation.run();
    assert_eq!(applied.outcome, Outcome::Done);
    assert_eq!(applied.done.len(), 2);
    assert!(journal::unsettled(&context.state_dir).unwrap().is_empty());
    let read = journal::read(&context.state_dir, &applied.id).unwrap();
    assert_eq!(read.progress(), [Progress::Done, Progress::Done]);
    assert_eq!(read.outcome(), Some(Outcome::Done));
    assert!(applied.into_failure().is_none());
}

#[test]
fn a_step_that_fails_undoes_those_before_it() {
    let dir = tempfile::tempdir().unwrap();
    let context = context(dir.path());
    fs::create_dir_all(context.config_dir.join("pools")).unwrap();
    fs::write(context.config_dir.join("pools/p.kdl"), "old").unwrap();
    let before = tree(&context.config_dir);
    let steps = vec![
        step(&change("zones/a.kdl", None, Some("a"))),
        step(&change("pools/p.kdl", Some("old"), Some("new"))),
        step(&change(
            "pools/p.kdl",
            Some("what nobody wrote"),
            Some("newer"),
        )),
        step(&change("zones/b.kdl", None, Some("b"))),
    ];
    let recorder = Recorder(Mutex::default());
    let applied = begin(&context, &recorder, plan(steps)).unwrap().run();
    assert_eq!(applied.outcome, Outcome::Undone);
    assert_eq!(applied.undone, ["change pools/p.kdl", "write zones/a.kdl"]);
    assert_eq!(tree(&context.config_dir), before);
    assert!(journal::unsettled(&context.state_dir).unwrap().is_empty());
    let failure = applied.into_failure().unwrap();
    assert_eq!(failure.exit, ExitCode::Exists);
    assert!(failure.help.unwrap().contains("everything was rolled back"));
    let events = recorder.0.into_inner().unwrap();
    assert!(
        events
            .iter()
            .any(|event| matches!(event, Event::StepFailed { step: 2, .. }))
    );
    assert!(matches!(
        events.last(),
        Some(Event::OperationFinished {
            outcome: Outcome::Undone,
            ..
        })
    ));
}

#[test]
fn what_cannot_be_undone_is_told_and_its_record_kept() {
    let dir = tempfile::tempdir().unwrap();
    let context = context(dir.path());
    let bad_undo = Action::ChangeDocuments(vec![change("zones/../b.kdl", Some("b"), None)]);
    let steps = vec![
        step(&change("zones/a.kdl", None, Some("a"))),
        Step::new(
            Action::ChangeDocuments(vec![change("zones/b.kdl", None, Some("b"))]),
            Some(bad_undo),
        ),
        step(&change("zones/c.kdl", Some("what nobody wrote"), Some("c"))),
    ];
    let applied = begin(&context, &Silent, plan(steps)).unwrap().run();
    assert_eq!(applied.outcome, Outcome::Left);
    assert_eq!(
        applied.left.len(),
        2,
        "the bad one, and the record before it: {:?}",
        applied.left
    );
    assert!(context.config_dir.join("zones/a.kdl").exists());
    let unsettled = journal::unsettled(&context.state_dir).unwrap();
    assert!(matches!(unsettled.as_slice(), [Unsettled::Crashed(id)] if *id == applied.id));
    assert_eq!(applied.into_failure().unwrap().exit, ExitCode::Partial);
}

#[test]
fn a_clean_up_goes_on_after_a_failure() {
    let dir = tempfile::tempdir().unwrap();
    let context = context(dir.path());
    let forward = |path: &str, before: &str, on_failure| {
        Step::forward(
            Action::ChangeDocuments(vec![change(path, Some(before), None)]),
            on_failure,
        )
    };
    fs::create_dir_all(context.config_dir.join("zones")).unwrap();
    for name in ["a", "b", "c", "d"] {
        fs::write(context.config_dir.join(format!("zones/{name}.kdl")), name).unwrap();
    }
    let steps = vec![
        forward("zones/a.kdl", "a", OnFailure::Stop),
        forward("zones/b.kdl", "what nobody wrote", OnFailure::Continue),
        forward("zones/c.kdl", "c", OnFailure::Continue),
        forward("zones/d.kdl", "d", OnFailure::Stop),
    ];
    let applied = begin(&context, &Silent, plan(steps)).unwrap().run();
    assert_eq!(applied.outcome, Outcome::Left);
    assert_eq!(applied.done, ["remove zones/a.kdl", "remove zones/c.kdl"]);
    assert_eq!(applied.left.len(), 2);
    let left: Vec<String> = tree(&context.config_dir)
        .into_iter()
        .map(|(_, text)| text)
        .collect();
    assert_eq!(left, ["b", "d"]);
}

#[test]
fn nothing_follows_a_step_that_must_come_first() {
    let dir = tempfile::tempdir().unwrap();
    let context = context(dir.path());
    let steps = vec![
        Step::forward(
            Action::ChangeDocuments(vec![change("a.kdl", Some("x"), Some("y"))]),
            OnFailure::Stop,
        ),
        Step::forward(
            Action::ChangeDocuments(vec![change("b.kdl", None, Some("b"))]),
            OnFailure::Continue,
        ),
    ];
    let applied = begin(&context, &Silent, plan(steps)).unwrap().run();
    assert!(!context.config_dir.join("b.kdl").exists());
    assert!(applied.done.is_empty());
    // Nothing has happened: nothing can be left.
    assert_eq!(applied.outcome, Outcome::Undone);
    assert!(applied.left.is_empty(), "{:?}", applied.left);
}

/// The records up to any point, with the files as they may be then, are settled by looking at the files.
#[test]
fn an_operation_cut_short_anywhere_is_undone_or_resumed() {
    let changes = [
        change("zones/a.kdl", None, Some("a")),
        change("pools/p.kdl", Some("old"), Some("new")),
        change("zones/z.kdl", Some("z"), None),
    ];
    let plan = plan(changes.iter().map(step).collect());
    let time = super::lock::now();
    for cut in 0..=changes.len() * 2 {
        for happened in [false, true] {
            for forward in [false, true] {
                let dir = tempfile::tempdir().unwrap();
                let context = context(dir.path());
                for change in &changes {
                    let path = context.config_dir.join(&change.path);
                    fs::create_dir_all(path.parent().unwrap()).unwrap();
                    if let Some(text) = &change.before {
                        fs::write(path, text).unwrap();
                    }
                }
                let before = tree(&context.config_dir);
                let mut journal = Journal::begin(&context, &plan).unwrap();
                for point in 0..cut {
                    let step = point / 2;
                    let record = if point % 2 == 0 {
                        Record::Begin { step, time }
                    } else {
                        Record::Done { step, time }
                    };
                    journal.append(&record).unwrap();
                    let last = point + 1 == cut;
                    if point % 2 == 1 || (last && happened) {
                        super::documents::change(&context.config_dir, &[changes[step].clone()])
                            .unwrap();
                    }
                }
                let id = journal.id().to_owned();
                drop(journal);
                for round in 0..2 {
                    let Ok(Some(journal)) = Journal::reopen(&context.state_dir, &id) else {
                        assert_eq!(round, 1, "closed by the first round");
                        break;
                    };
                    let read = journal::read(&context.state_dir, &id).unwrap();
                    let progress = read.progress();
                    let operation = Operation::of(
                        &context,
                        &Silent,
                        plan.clone(),
                        journal,
                        progress,
                        ZoneLocks::default(),
                    );
                    let applied = if forward {
                        operation.resume()
                    } else {
                        operation.undo()
                    };
                    let expected = if forward {
                        Outcome::Done
                    } else {
                        Outcome::Undone
                    };
                    assert_eq!(
                        applied.outcome, expected,
                        "cut {cut} happened {happened}: {applied:?}"
                    );
                }
                if forward {
                    assert!(super::documents::are_changed(&context.config_dir, &changes).unwrap());
                } else {
                    assert_eq!(
                        tree(&context.config_dir),
                        before,
                        "cut {cut} happened {happened}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_torn_line_is_no_record() {
    let dir = tempfile::tempdir().unwrap();
    let context = context(dir.path());
    let plan = plan(vec![step(&change("zones/a.kdl", None, Some("a")))]);
    let mut journal = Journal::begin(&context, &plan).unwrap();
    journal
        .append(&Record::Begin {
            step: 0,
            time: super::lock::now(),
        })
        .unwrap();
    let id = journal.id().to_owned();
    assert!(
        Journal::reopen(&context.state_dir, &id).unwrap().is_none(),
        "its process still runs"
    );
    drop(journal);
    let path = context
        .state_dir
        .join(format!("operations/open/{id}.jsonl"));
    let mut text = fs::read_to_string(&path).unwrap();
    let whole = text.len();
    text.push_str(r#"{"record":"done","st"#);
    fs::write(&path, &text).unwrap();
    assert_eq!(
        journal::read(&context.state_dir, &id).unwrap().progress(),
        [Progress::Begun]
    );
    drop(Journal::reopen(&context.state_dir, &id).unwrap().unwrap());
    assert_eq!(fs::metadata(&path).unwrap().len(), whole as u64);
}

#[test]
fn a_damaged_or_later_journal_is_refused() {
    for text in [
        "",
        "\n",
        "{}\n",
        r#"{"record":"done","step":0,"time":"2026-03-22T14:04:15Z"}"#,
        "{\"record\":\"plan\",\"version\":99}\n",
    ] {
        assert!(journal::parse("x", text.as_bytes()).is_err(), "{text:?}");
    }
    let later = journal::parse("x", b"{\"record\":\"plan\",\"version\":99}\n").unwrap_err();
    assert!(later.to_string().contains("version 99"), "{later}");
}

#[test]
fn ids() {
    assert!(journal::is_id("20260322T140415Z-0a1f"));
    for text in [
        "",
        "20260322T140415Z",
        "../../etc/passwd",
        "20260322T140415Z-0a1g",
        "20260322T140415Z-0a1f.jsonl",
    ] {
        assert!(!journal::is_id(text), "{text:?}");
    }
}

#[test]
fn old_journals_go_and_unsettled_ones_stay() {
    let dir = tempfile::tempdir().unwrap();
    let context = context(dir.path());
    let done = begin(&context, &Silent, plan(Vec::new())).unwrap().run();
    let open = Journal::begin(&context, &plan(Vec::new()))
        .unwrap()
        .id()
        .to_owned();
    let stale = context
        .state_dir
        .join("operations/open/20200101T000000Z-0000.new");
    fs::write(&stale, "{").unwrap();
    let now = jiff::Timestamp::now();
    journal::prune(&context.state_dir, now - Duration::from_secs(60)).unwrap();
    assert!(!stale.exists());
    assert_eq!(journal::all(&context.state_dir).unwrap().len(), 2);
    journal::prune(&context.state_dir, now + Duration::from_secs(60)).unwrap();
    assert_eq!(journal::all(&context.state_dir).unwrap(), [open]);
    assert_ne!(done.id, "");
}

#[test]
fn a_path_from_a_journal_stays_below_the_documents() {
    let dir = tempfile::tempdir().unwrap();
    for path in [
        "../x",
        "/etc/passwd",
        "zones/../../x",
        "zones//x",
        "",
        ".git/config",
    ] {
        let failure =
            super::documents::change(dir.path(), &[change(path, None, Some("x"))]).unwrap_err();
        assert_eq!(failure.code, Code::DocumentFailed, "{path}");
    }
}
