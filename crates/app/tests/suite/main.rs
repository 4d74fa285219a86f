//! Use cases over a real store on both engines, with a clock that is moved by hand.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod albums;
mod backup;
mod backup_damage;
mod backup_places;
mod books;
mod clocks;
mod clusters;
mod counts;
mod edits;
mod faults;
mod feed;
mod first_start;
mod golden;
mod harness;
mod library_trash;
mod lists;
mod mirror;
mod moving;
mod people;
mod preferences;
mod pressure;
mod scrub;
mod search;
mod sharing;
mod sidecars;
mod sign_in;
mod stacks;
mod stills;
mod strangers;
mod uploads;
mod versions;
mod work;
