#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| zmgr_fuzz::edits(data));
