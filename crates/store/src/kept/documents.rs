//! The words of each live asset, in the full text index of the engine: FTS5 of SQLite, a
//! `tsvector` of PostgreSQL. Both are given words that `model::words` has made, and know no language.
//!
//! On SQLite documents are numbered by capture time, so that the index gives the newest of very
//! many matches without looking at the others.

use model::{AssetId, LibraryId, WallClock, words};

use super::Standing;
use crate::db::{Result, Tx};

/// Documents that fit into one second of capture time.
const PER_SECOND: i64 = 1 << 24;
const SECOND: i64 = 1_000_000;

pub(super) fn follow(
    tx: &mut Tx<'_>,
    id: AssetId,
    before: Option<&Standing>,
    after: Option<&Standing>,
) -> Result<()> {
    let live = |at: Option<&Standing>| at.filter(|at| at.is_live).cloned();
    let (before, after) = (live(before), live(after));
    let place = |at: &Standing| (at.library, at.wall);
    if let (Some(before), Some(after)) = (&before, &after)
        && place(before) == place(after)
        && (before.said == after.said || reword(tx, id, after)?)
    {
        return Ok(());
    }
    if before.is_some() {
        remove(tx, id)?;
    }
    after.map_or(Ok(()), |after| add(tx, id, &after))
}

/// Writes the documents of up to `limit` live assets that have none as yet: those that were there
/// before there was an index. Returns how many.
pub(crate) fn catch_up(tx: &mut Tx<'_>, limit: i64) -> Result<usize> {
    let skip_locked = tx.skip_locked();
    let ids: Vec<(AssetId,)> = tx
        .all(&format!("select asset_id from unread_documents limit $1 {skip_locked}"), &[&limit])?;
    for &(id,) in &ids {
        let for_update = tx.for_update();
        tx.one::<(AssetId,)>(&format!("select id from assets where id = $1 {for_update}"), &[&id])?;
        if let Some(standing) = super::standing(tx, id)?.filter(|standing| standing.is_live) {
            remove(tx, id)?;
            add(tx, id, &standing)?;
        }
        tx.execute("delete from unread_documents where asset_id = $1", &[&id])?;
    }
    Ok(ids.len())
}

fn add(tx: &mut Tx<'_>, id: AssetId, asset: &Standing) -> Result<()> {
    let words = words_of(asset);
    if tx.has_numbered_documents() {
        let number = free_number(tx, asset.wall)?;
        tx.execute(
            "insert into search_documents (number, asset_id) values ($1, $2)",
            &[&number, &id],
        )?;
        tx.execute(
            "insert into search_words (rowid, words) values ($1, $2)",
            &[&number, &words.join(" ")],
        )?;
    } else {
        tx.execute(
            "insert into search_documents (asset_id, words)
             values ($1, cast(cast($2 as text) as tsvector))",
            &[&id, &quoted(&words, " ")],
        )?;
    }
    Ok(())
}

fn words_of(asset: &Standing) -> Vec<String> {
    let mut words = words(&asset.said);
    words.push(mark(asset.library));
    words
}

/// Puts other words into the document of an asset that stays where it is. Whether there is one.
fn reword(tx: &mut Tx<'_>, id: AssetId, asset: &Standing) -> Result<bool> {
    let changed = if tx.has_numbered_documents() {
        tx.execute(
            "update search_words set words = $2
             where rowid = (select number from search_documents where asset_id = $1)",
            &[&id, &words_of(asset).join(" ")],
        )?
    } else {
        tx.execute(
            "update search_documents set words = cast(cast($2 as text) as tsvector)
             where asset_id = $1",
            &[&id, &quoted(&words_of(asset), " ")],
        )?
    };
    Ok(changed == 1)
}

fn remove(tx: &mut Tx<'_>, id: AssetId) -> Result<()> {
    if tx.has_numbered_documents() {
        tx.execute(
            "delete from search_words
             where rowid = (select number from search_documents where asset_id = $1)",
            &[&id],
        )?;
    }
    tx.execute("delete from search_documents where asset_id = $1", &[&id])?;
    Ok(())
}

/// The numbers of a second begin at its own multiple of [`PER_SECOND`].
fn free_number(tx: &mut Tx<'_>, wall: WallClock) -> Result<i64> {
    let first = wall.micros().div_euclid(SECOND) * PER_SECOND;
    let last: Option<(i64,)> = tx.one(
        "select number from search_documents where number >= $1 and number < $2
         order by number desc limit 1",
        &[&first, &(first + PER_SECOND)],
    )?;
    Ok(last.map_or(first, |(last,)| last + 1))
}

/// The word that all documents of a library have and nobody can type: letters beside digits are
/// never one word.
pub(crate) fn mark(library: LibraryId) -> String {
    format!("lib0{}", library.uuid().simple())
}

/// Words in the quotes of a `tsvector`. They have letters and digits only, so nothing is escaped.
pub(crate) fn quoted(words: &[String], between: &str) -> String {
    words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(between)
}
