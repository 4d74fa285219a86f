//! What people look for: pages of lists that few or many assets pass, and words.
//!
//! `cargo bench -p heliograph-api --bench finds`. The API is asked in this process, without a network.
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

const ROUNDS: usize = 300;

/// 3 of 100 have five stars, 2 or 3 of 100 a caption about a ferry, one of 11 lies in Bergen; nothing
/// is a video or in an album.
const REQUESTS: [(&str, &str); 14] = [
    ("the newest", "/api/assets?limit=200"),
    ("five stars", "/api/assets?limit=200&ratings=5"),
    ("four or five stars", "/api/assets?limit=200&ratings=4,5"),
    ("videos", "/api/assets?limit=200&media_type=video"),
    ("in an album", "/api/assets?limit=200&album_filter=in_album"),
    ("in no album", "/api/assets?limit=200&album_filter=not_in_album"),
    ("a street", "/api/assets?limit=200&center=5.32,60.39&radius=500"),
    ("a town", "/api/assets?limit=200&bbox=5.2,60.3,5.5,60.5"),
    ("anywhere", "/api/assets?limit=200&bbox=-180,-90,180,90"),
    (
        "a day",
        "/api/assets?limit=200&local_datetime_after=2015-06-01&local_datetime_before=2015-06-02",
    ),
    ("word: ferry", "/api/search?limit=200&query=ferry"),
    ("words: ferry bergen", "/api/search?limit=200&query=ferry%20bergen"),
    ("word: img", "/api/search?limit=200&query=img"),
    ("search: five stars", "/api/search?limit=200&ratings=5"),
];

#[tokio::main]
async fn main() -> Result<()> {
    println!("{}", machine::load());
    println!(
        "{:>9} {:>20} {:>8} {:>8} {:>8}",
        "assets", "looked for", "entries", "p50 ms", "p99 ms"
    );
    for size in [10_000, 1_000_000] {
        let library = Library::open(Mix::USUAL, size, None).await?;
        ensure!(library.ids.len() == size && library.database.exists(), "the library is not whole");
        let router = wiring::router(&library.app);
        for (name, path) in REQUESTS {
            let (entries, mut timings) = ask(&router, &library.api_key, path, ROUNDS).await?;
            println!(
                "{size:9} {name:>20} {entries:8} {:8.2} {:8.2}",
                ms(timings.median()),
                ms(timings.p99())
            );
        }
    }
    Ok(())
}
