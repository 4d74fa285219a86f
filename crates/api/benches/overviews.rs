//! What a timeline and a map ask first: counts by month, and clusters of the whole world.
//!
//! `cargo bench -p heliograph-api --bench overviews`. The API is asked in this process, without a
//! network. Beside usual libraries there are one with 800,000 assets of one day at one place, and one
//! whose assets lie all over the globe, so that nearly every cell has some.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

#[path = "common/asked.rs"]
mod asked;
#[path = "common/library/mod.rs"]
mod library;
#[path = "common/machine.rs"]
mod machine;
#[path = "common/timings.rs"]
mod timings;
#[path = "common/wiring.rs"]
mod wiring;

use anyhow::{Result, ensure};

use asked::ask;
use library::{Library, Mix};
use timings::ms;

const ROUNDS: usize = 500;
const PILED: Mix = Mix { name: "piled", piled: 8, is_scattered: false };
const SCATTERED: Mix = Mix { name: "scattered", piled: 0, is_scattered: true };

/// Cells of 10 degrees end where tiles end, those of 9 mostly do not.
const REQUESTS: [(&str, &str); 5] = [
    ("months", "/api/assets/counts?group_by=month&limit=200"),
    ("days", "/api/assets/counts?group_by=day&limit=200"),
    ("world by 30°", "/api/assets/geo-clusters?bbox=-180,-90,180,90&cell_size=30"),
    ("world by 10°", "/api/assets/geo-clusters?bbox=-180,-90,180,90&cell_size=10"),
    ("world by 9°", "/api/assets/geo-clusters?bbox=-180,-90,180,90&cell_size=9"),
];

#[tokio::main]
async fn main() -> Result<()> {
    println!("{}", machine::load());
    println!(
        "{:>9} {:>9} {:>14} {:>8} {:>8} {:>8}",
        "assets", "library", "asked for", "entries", "p50 ms", "p99 ms"
    );
    for (mix, size) in
        [(Mix::USUAL, 10_000), (Mix::USUAL, 1_000_000), (PILED, 1_000_000), (SCATTERED, 1_000_000)]
    {
        let library = Library::open(mix, size, None).await?;
        ensure!(library.ids.len() == size && library.database.exists(), "the library is not whole");
        let router = wiring::router(&library.app);
        for (name, path) in REQUESTS {
            let (entries, mut timings) = ask(&router, &library.api_key, path, ROUNDS).await?;
            println!(
                "{size:9} {:>9} {name:>14} {entries:8} {:8.2} {:8.2}",
                mix.name,
                ms(timings.median()),
                ms(timings.p99())
            );
        }
    }
    println!("bar: p99 below 20 ms");
    Ok(())
}
