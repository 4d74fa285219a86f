//! What both engines promise, and what each does for it.

mod agree;
mod groups;
mod postgres;
mod speed;
mod units;
mod values;

use super::{Db, Error, Result, Tx};

const NOTES: &str = "create table notes (
    id    bigint  primary key,
    count bigint  not null,
    label text,
    taken boolean not null default false,
    unique (label)
)";

/// Makes the table that the tests play with.
async fn with_notes(db: &Db) {
    db.write(|tx| tx.batch(NOTES)).await.unwrap();
}

fn add(tx: &mut Tx<'_>, id: i64) -> Result<()> {
    let sql = "insert into notes (id, count, label) values ($1, 0, $2)";
    tx.execute(sql, &[&id, &format!("note {id}")]).map(drop)
}

/// The ids there are, by number.
async fn ids(db: &Db) -> Vec<i64> {
    let rows = db.read(|conn| conn.all("select id from notes order by id", &[])).await;
    rows.map_err(|err: Error| err).unwrap().into_iter().map(|(id,)| id).collect()
}
