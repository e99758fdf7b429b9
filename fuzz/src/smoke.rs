//! Every target for a few seconds without a fuzzer: the seeds, and seeds with random changes. The changes are the same in each
//! run, and before a target is called its input is in `last-input`, so that what ends the process can be had again.

use std::path::Path;
use std::time::{Duration, Instant};

use zmgr_fuzz::TARGETS;

/// A generator of numbers that differ enough (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    fn change(&mut self, seed: &[u8], other: &[u8]) -> Vec<u8> {
        let mut data = seed.to_vec();
        for _ in 0..=self.below(4) {
            let at = self.below(data.len() + 1);
            let end = (at + self.below(16)).min(data.len());
            match self.below(7) {
                0 => data.truncate(at),
                1 => drop(data.drain(at..end)),
                2 => data.insert(at, b"\0\n\"'{};:/\\#<>&=()[] \t-0"[self.below(23)]),
                3 => {
                    let piece = data[at..end].to_vec();
                    data.splice(at..at, piece);
                }
                4 => {
                    let from = self.below(other.len() + 1);
                    let to = (from + self.below(64)).min(other.len());
                    data.splice(at..end, other[from..to].iter().copied());
                }
                5 if at < data.len() => data[at] ^= 1 << self.below(8),
                _ if at < data.len() => data[at] = u8::try_from(self.below(256)).unwrap(),
                _ => {}
            }
        }
        data
    }
}

fn main() {
    let each = std::env::args()
        .nth(1)
        .map_or(Duration::from_secs(2), |seconds| {
            Duration::from_secs(seconds.parse().expect("how many seconds for each target"))
        });
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let last = std::env::temp_dir().join("zmgr-fuzz-last-input");
    for (name, target) in TARGETS {
        let mut seeds: Vec<Vec<u8>> = Vec::new();
        for directory in ["seeds", "regressions"] {
            let Ok(entries) = std::fs::read_dir(root.join(directory).join(name)) else {
                continue;
            };
            let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
            paths.sort();
            seeds.extend(paths.iter().map(|path| std::fs::read(path).unwrap()));
        }
        assert!(!seeds.is_empty(), "seeds/{name} is empty");
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        let begun = Instant::now();
        let mut runs = 0_u64;
        for seed in &seeds {
            std::fs::write(&last, seed).unwrap();
            target(seed);
        }
        while begun.elapsed() < each {
            let seed = &seeds[random.below(seeds.len())];
            let other = &seeds[random.below(seeds.len())];
            let data = random.change(seed, other);
            std::fs::write(&last, &data).unwrap();
            target(&data);
            runs += 1;
        }
        println!("{name}: {} seeds, {runs} changed inputs", seeds.len());
    }
}
