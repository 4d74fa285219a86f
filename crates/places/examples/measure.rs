//! What the geocoder costs: `cargo run --release -p heliograph-places --example measure`.
#![expect(clippy::print_stdout, reason = "a program that prints a table")]
#![expect(clippy::cast_precision_loss, reason = "figures for people")]

use std::hint::black_box;
use std::time::Instant;

use model::Coordinates;
use places::Geocoder;

const LOOKUPS: usize = 500_000;

fn main() {
    let before = resident_mb();
    let start = Instant::now();
    let geocoder = Geocoder::load();
    println!("load                 {:8.0} ms", start.elapsed().as_secs_f64() * 1e3);
    println!("resident before      {before:8.1} MB");
    println!("resident after load  {:8.1} MB", resident_mb());
    let anywhere = points(|u, v| ((2.0 * u - 1.0).asin().to_degrees(), 360.0 * v - 180.0));
    lookups("anywhere on Earth", &geocoder, anywhere);
    let europe = points(|u, v| (44.0 + 8.0 * u, 20.0 * v));
    lookups("central Europe", &geocoder, europe);
    println!("resident at the end  {:8.1} MB", resident_mb());
}

fn lookups(what: &str, geocoder: &Geocoder, points: impl Iterator<Item = Coordinates>) {
    let points: Vec<_> = points.collect();
    let start = Instant::now();
    let cities = points.iter().filter(|at| black_box(geocoder.locate(**at)).city.is_some()).count();
    let rate = points.len() as f64 / start.elapsed().as_secs_f64();
    let share = 100.0 * cities as f64 / points.len() as f64;
    println!("{what:20} {rate:8.0} lookups/s, {share:.0} % with a city");
}

/// The plane filled evenly (additive recurrence), put on the globe by `place`.
fn points(place: impl Fn(f64, f64) -> (f64, f64)) -> impl Iterator<Item = Coordinates> {
    (1..=LOOKUPS).filter_map(move |n| {
        let (u, v) = (n as f64 * 0.754_877_666 % 1.0, n as f64 * 0.569_840_291 % 1.0);
        let (latitude, longitude) = place(u, v);
        Coordinates::new(latitude, longitude).ok()
    })
}

/// Memory held by this process, or 0 where the system has no `/proc`.
fn resident_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kilobytes.unwrap_or_default() / 1024.0
}
