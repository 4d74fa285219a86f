//! Files per second of `facts::read`, with the files opened each time:
//! `cargo run --release -p heliograph-media --example facts_speed -- FILE…`.
#![expect(clippy::print_stdout, reason = "a program for people")]

use std::fs::File;
use std::time::Instant;

use media::{Format, facts};

const ROUNDS: u32 = 200;

fn main() -> std::io::Result<()> {
    let names: Vec<String> = std::env::args().skip(1).collect();
    let mut facts_found = 0;
    let start = Instant::now();
    for _ in 0..ROUNDS {
        for name in &names {
            let format = Format::from_file_name(name).unwrap_or(Format::Jpeg);
            let said = facts::read(&mut File::open(name)?, format);
            facts_found += usize::from(said.raw_size.is_some());
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    let files = f64::from(ROUNDS) * names.len() as f64;
    println!(
        "{} files, {ROUNDS} rounds, {} with a size: {:.0} files/s, {:.1} µs each",
        names.len(),
        facts_found / ROUNDS as usize,
        files / seconds,
        1e6 * seconds / files
    );
    Ok(())
}
