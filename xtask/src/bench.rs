//! Measures zmgr as it is shipped on emulated hosts of several sizes, and prints the tables of docs/internals/performance.md.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::host::{self, Size, zone_name};
use super::{Failure, process};

/// The sizes, the largest last.
const SIZES: [usize; 4] = [64, 512, 4096, 8192];

/// How often each command is measured.
const RUNS: usize = 9;

const IMPORT: &str = "import, written";
const PROCESSES: &str = "a process for each zone";

/// What `zonecfg -z NAME info` was measured to take at least: the real one, compiled on Linux.
const ZONECFG: Duration = Duration::from_micros(3600);
/// The task that takes as long.
pub(super) const STAND_IN: &str = "zonecfg-stand-in";

/// What was written a shorter time ago is not kept in zmgr's cache.
const SETTLED: Duration = Duration::from_secs(3);

/// What one command took.
struct Measured {
    name: &'static str,
    /// At most so many milliseconds at the largest size; 0 for no such promise.
    limit: f64,
    /// The median, in milliseconds.
    time: f64,
    /// What it kept the processors busy with, in milliseconds: the mean, as the system counts it in hundredths of a second.
    busy: f64,
    /// Peak resident memory in MB, and at most so many.
    memory: f64,
    memory_limit: Option<f64>,
}

/// `[ZONES…]`
pub(super) fn run(root: &Path, arguments: &[&str]) -> Result<(), Failure> {
    let sizes = if arguments.is_empty() {
        SIZES.to_vec()
    } else {
        arguments
            .iter()
            .map(|text| text.parse())
            .collect::<Result<_, _>>()?
    };
    let zmgr = host::build(root)?;
    let mut cargo = process::command(root, "cargo");
    process::run(cargo.args([
        "build",
        "--release",
        "--quiet",
        "--package",
        "illumos",
        "--example",
        "read_configurations",
    ]))?;
    let reader = zmgr.with_file_name("examples").join("read_configurations");
    let directory = std::env::temp_dir().join(format!("zmgr-bench-{}", std::process::id()));
    fs::create_dir_all(&directory)?;
    let result = measure_all(&zmgr, &reader, &directory, &sizes);
    fs::remove_dir_all(&directory)?;
    let tables = result?;
    let mut text = String::new();
    for (zones, table) in &tables {
        print(&mut text, *zones, table);
    }
    growth(&mut text, &tables);
    missed(&mut text, &tables);
    let size = fs::metadata(&zmgr)?.len() as f64 / 1e6;
    let _ = writeln!(text, "\nThe binary has {size:.1} MB (limit 8).");
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(())
}

type Tables = Vec<(usize, Vec<Measured>)>;

fn measure_all(
    zmgr: &Path,
    reader: &Path,
    directory: &Path,
    sizes: &[usize],
) -> Result<Tables, Failure> {
    let mut tables = Vec::new();
    for zones in sizes.iter().copied() {
        process::say(&format!("{zones} zones"));
        let bench = Bench {
            zmgr: zmgr.to_owned(),
            root: directory.join(format!("{zones}")),
        };
        let size = Size {
            zones,
            ..Size::default()
        };
        host::make(zmgr, &bench.root, "upstream", size)?;
        std::thread::sleep(SETTLED);
        let mut table = bench.registered(size)?;
        let bench = Bench {
            root: directory.join(format!("{zones}-unregistered")),
            ..bench
        };
        let size = Size {
            registered: false,
            ..size
        };
        host::make(zmgr, &bench.root, "upstream", size)?;
        std::thread::sleep(SETTLED);
        table.extend(bench.unregistered(size, reader)?);
        tables.push((zones, table));
    }
    Ok(tables)
}

/// A host, and the program that is measured on it.
struct Bench {
    zmgr: PathBuf,
    root: PathBuf,
}

impl Bench {
    fn registered(&self, size: Size) -> Result<Vec<Measured>, Failure> {
        let name = zone_name(size.zones / 2);
        let address = size.address(size.zones / 2, 0);
        let create = ["create", "new{number}", "--template", "template3", "-n"];
        // These first: a dry run does not write the cache.
        let made = self.create()?;
        let mut table = vec![
            self.row("zmgr --version", 5.0, &["--version"])?,
            self.row("list", 100.0, &["list"])?.memory(60.0),
            self.row("list --json", 100.0, &["list", "--json"])?
                .memory(60.0),
            self.row("show NAME", 10.0, &["show", &name])?,
            self.row("pool why ADDRESS", 10.0, &["pool", "why", &address])?,
            self.completion(&name[..name.len() - 2])?,
            self.row("validate", 500.0, &["validate"])?.memory(150.0),
            self.row(
                "create -n",
                150.0,
                &["create", "new1", "--template", "template3", "-n"],
            )?,
            self.row(
                "create --count 1000 -n",
                500.0,
                &[&create[..], &["--count", "1000"]].concat(),
            )?,
        ];
        table.extend(made);
        for (name, arguments) in [
            ("list, without the cache", &["list"][..]),
            (
                "create -n, without the cache",
                &["create", "new1", "--template", "template3", "-n"],
            ),
        ] {
            table.push(measure(name, 0.0, || {
                // It is not there the first time.
                let _ = fs::remove_dir_all(self.root.join("var/zmgr/cache"));
                self.command(arguments)
            })?);
        }
        Ok(table)
    }

    fn unregistered(&self, size: Size, reader: &Path) -> Result<Vec<Measured>, Failure> {
        let mut reading = Vec::new();
        for _ in 0..3 {
            let mut command = process::command(Path::new("/"), reader);
            let text = process::output(self.environment(&mut command).stdout(Stdio::piped()))?;
            let milliseconds = text.split_whitespace().rev().nth(1).unwrap_or_default();
            reading.push(milliseconds.parse()?);
        }
        let reading = median(reading);
        let mut dry = self.row("import -n", reading * 1.3, &["import", "-n"])?;
        dry.limit += 100.0 * size.zones as f64 / 8192.0;
        let foreign = self.row("list of unregistered zones", 0.0, &["list"])?;
        let begun = Instant::now();
        self.once(&["import"])?;
        let import = begun.elapsed().as_secs_f64() * 1e3;
        let plain = |name, time| Measured {
            name,
            limit: 0.0,
            time,
            busy: 0.0,
            memory: 0.0,
            memory_limit: None,
        };
        Ok(vec![
            plain("the library reads every configuration", reading),
            dry,
            plain(IMPORT, import),
            plain(PROCESSES, self.process_for_each(size)?),
            foreign,
        ])
    }

    /// What is gained by reading configurations in process: how long it takes to start, for each zone, a process that costs as much as the
    /// real zonecfg, in milliseconds.
    fn process_for_each(&self, size: Size) -> Result<f64, Failure> {
        let program = std::env::current_exe()?;
        let begun = Instant::now();
        for zone in 0..size.zones {
            let document = format!("etc/zones/{}.xml", zone_name(zone));
            let mut command = process::command(Path::new("/"), &program);
            process::run(command.arg(STAND_IN).arg(self.root.join(document)))?;
        }
        Ok(begun.elapsed().as_secs_f64() * 1e3)
    }

    fn environment<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("ZMGR_EMULATED_HOST", &self.root)
            .env_remove("ZMGR_CONFIG_DIR")
            .env_remove("ZMGR_EMULATED_FLAVOUR")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = process::command(Path::new("/"), &self.zmgr);
        self.environment(&mut command).args(arguments);
        command
    }

    fn once(&self, arguments: &[&str]) -> Result<(), Failure> {
        process::run(&mut self.command(arguments))
    }

    fn row(&self, name: &'static str, limit: f64, arguments: &[&str]) -> Result<Measured, Failure> {
        measure(name, limit, || self.command(arguments))
    }

    fn completion(&self, prefix: &str) -> Result<Measured, Failure> {
        measure("completion of a name", 10.0, || {
            let mut command = self.command(&["--", "zmgr", "show", prefix]);
            command
                .env("COMPLETE", "bash")
                .env("_CLAP_COMPLETE_INDEX", "2")
                .env("_CLAP_COMPLETE_COMP_TYPE", "9")
                .env("_CLAP_IFS", "\n");
            command
        })
    }

    /// Creates zones: the time until the installation begins, and how long the host's lock is held.
    fn create(&self) -> Result<Vec<Measured>, Failure> {
        let (mut times, mut locks) = (Vec::new(), Vec::new());
        for number in 0..5 {
            let name = format!("made{number}");
            let mut command =
                self.command(&["create", &name, "--template", "template3", "--no-boot"]);
            let begun = Instant::now();
            let mut child = command.stderr(Stdio::piped()).spawn()?;
            let lock = self.root.join("var/zmgr/locks/host.lock");
            let watcher = std::thread::spawn(move || held(&lock, begun));
            let errors = child.stderr.take().ok_or("no standard error")?;
            for line in BufReader::new(errors).lines() {
                if line?.contains("create the configuration") {
                    times.push(begun.elapsed().as_secs_f64() * 1e3);
                }
            }
            let status = child.wait()?;
            if !status.success() {
                return Err(format!("create {name}: {status}").into());
            }
            if let Some(held) = watcher.join().map_err(|_| "the watcher of the lock died")? {
                locks.push(held.as_secs_f64() * 1e3);
            }
        }
        let measured = |name, limit, time| Measured {
            name,
            limit,
            time,
            busy: 0.0,
            memory: 0.0,
            memory_limit: None,
        };
        Ok(vec![
            measured("create, up to the start of install", 150.0, median(times)),
            measured("of it, the host's lock is held", 50.0, median(locks)),
        ])
    }
}

/// How long the lock file is locked, as /proc/locks shows it from now on; `None` if it is not within two seconds.
fn held(lock: &Path, begun: Instant) -> Option<Duration> {
    let mut since = None;
    while begun.elapsed() < Duration::from_secs(2) {
        let locked = fs::metadata(lock).is_ok_and(|found| {
            let inode = format!(":{} ", found.ino());
            fs::read_to_string("/proc/locks").is_ok_and(|locks| locks.contains(&inode))
        });
        match (locked, since) {
            (true, None) => since = Some(Instant::now()),
            (false, Some(since)) => return Some(since.elapsed()),
            _ => {}
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    None
}

/// Runs a command some times; once more for the memory that it needs.
fn measure(
    name: &'static str,
    limit: f64,
    command: impl Fn() -> Command,
) -> Result<Measured, Failure> {
    let mut times = Vec::new();
    let mut busy = 0.0;
    for run in 0..=RUNS {
        let mut command = command();
        if run == 1 {
            busy = children()?;
        }
        let begun = Instant::now();
        process::run(&mut command)?;
        // The first fills the caches of the file system.
        if run > 0 {
            times.push(begun.elapsed().as_secs_f64() * 1e3);
        }
    }
    let busy = (children()? - busy) / RUNS as f64;
    let mut child = command().spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0.0_f64;
    while child.try_wait()?.is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        peak = peak.max(kilobytes.unwrap_or_default() / 1024.0);
        std::thread::sleep(Duration::from_micros(300));
    }
    Ok(Measured {
        name,
        limit,
        time: median(times),
        busy,
        memory: peak,
        memory_limit: None,
    })
}

/// Stands in for `zonecfg -z NAME info`: reads the document, and is busy until the process has had as much of a processor as the real one takes,
/// its start included.
pub(super) fn stand_in(document: &str) -> Result<(), Failure> {
    let text = fs::read(document)?;
    let mut sum = 0_u64;
    loop {
        if spent()? >= ZONECFG {
            break;
        }
        for byte in std::hint::black_box(&text) {
            sum = sum.rotate_left(5) ^ u64::from(*byte);
        }
    }
    std::hint::black_box(sum);
    Ok(())
}

/// How long this process has had a processor.
#[cfg(target_os = "linux")]
fn spent() -> Result<Duration, Failure> {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Ok(Duration::try_from(spent)?)
}

/// The tables are made on Linux.
#[cfg(not(target_os = "linux"))]
fn spent() -> Result<Duration, Failure> {
    Err("the tables are made on Linux".into())
}

/// How long the processes that this one has started and that have ended kept the processors busy, in milliseconds.
fn children() -> Result<f64, Failure> {
    let text = fs::read_to_string("/proc/self/stat")?;
    // The second field is the name, which may hold anything.
    let fields = text.rsplit_once(')').ok_or("/proc/self/stat")?.1;
    let ticks = fields.split_whitespace().skip(13).take(2);
    let ticks: f64 = ticks.map(|field| field.parse::<f64>().unwrap_or(0.0)).sum();
    Ok(ticks * 10.0)
}

impl Measured {
    fn memory(mut self, limit: f64) -> Self {
        self.memory_limit = Some(limit);
        self
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn print(text: &mut String, zones: usize, table: &[Measured]) {
    let _ = writeln!(
        text,
        "\n{zones} zones\n\n| command | ms | at most | ratio | CPU ms | MB | at most |\n|---|---|---|---|---|---|---|"
    );
    for row in table {
        let (limit, ratio) = if row.limit > 0.0 {
            (
                format!("{:.0}", row.limit),
                format!("{:.2}", row.time / row.limit),
            )
        } else {
            (String::new(), String::new())
        };
        let memory = if row.memory > 0.0 {
            format!("{:.0}", row.memory)
        } else {
            String::new()
        };
        let most = row
            .memory_limit
            .map(|limit| format!("{limit:.0}"))
            .unwrap_or_default();
        let busy = if row.busy > 0.0 {
            format!("{:.0}", row.busy)
        } else {
            String::new()
        };
        let _ = writeln!(
            text,
            "| {} | {:.1} | {limit} | {ratio} | {busy} | {memory} | {most} |",
            row.name, row.time
        );
    }
}

/// What takes longer than is promised at the largest size, and how many times quicker than a process a zone an import is.
fn missed(text: &mut String, tables: &Tables) {
    let Some((zones, table)) = tables.last() else {
        return;
    };
    let over = |row: &&Measured| {
        let memory = row.memory_limit.is_some_and(|limit| row.memory > limit);
        (row.limit > 0.0 && row.time > row.limit) || memory
    };
    let names: Vec<&str> = table.iter().filter(over).map(|row| row.name).collect();
    let _ = match names.as_slice() {
        [] => writeln!(text, "\nWith {zones} zones everything is as promised."),
        names => writeln!(text, "\nMissed with {zones} zones: {}.", names.join(", ")),
    };
    let time = |name: &str| {
        let mut rows = table.iter();
        rows.find(|row| row.name == name).map(|row| row.time)
    };
    if let (Some(import), Some(each)) = (time(IMPORT), time(PROCESSES)) {
        let _ = writeln!(
            text,
            "A process for each zone takes {:.1} times as long as the import with its writing.",
            each / import
        );
    }
}

/// The times side by side, and what one more zone costs between the smallest and the largest host.
fn growth(text: &mut String, tables: &Tables) {
    let (Some((least, first)), Some((most, _))) = (tables.first(), tables.last()) else {
        return;
    };
    if least == most {
        return;
    }
    let _ = write!(text, "\n| ms for |");
    for (zones, _) in tables {
        let _ = write!(text, " {zones} |");
    }
    let _ = writeln!(
        text,
        " µs a zone |\n|---|{}---|",
        "---|".repeat(tables.len())
    );
    for (row, Measured { name, .. }) in first.iter().enumerate() {
        let _ = write!(text, "| {name} |");
        let times: Vec<f64> = tables
            .iter()
            .filter_map(|(_, table)| table.get(row))
            .map(|row| row.time)
            .collect();
        for time in &times {
            let _ = write!(text, " {time:.1} |");
        }
        let slope = (times[times.len() - 1] - times[0]) * 1e3 / (most - least) as f64;
        let _ = writeln!(text, " {slope:.1} |");
    }
}
