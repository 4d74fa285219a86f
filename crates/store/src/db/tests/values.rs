use model::{AssetId, Instant, Offset, WallClock};
use uuid::Uuid;

use super::{add, with_notes};
use crate::db::{Conn, Error, FromRow, Query, Result, Row, Tx};
use crate::on_both_engines;

const EVERYTHING: &str = "create table everything (
    id uuid primary key, flag boolean, number bigint, fraction double precision,
    words text, bytes bytea, asset uuid, moment bigint, wall bigint, distance bigint
)";

#[derive(Debug, Clone, PartialEq)]
struct Everything {
    id: Uuid,
    plain: (Option<bool>, Option<i64>, Option<f64>),
    words: Option<String>,
    bytes: Option<Vec<u8>>,
    asset: Option<AssetId>,
    time: (Option<Instant>, Option<WallClock>, Option<Offset>),
}

impl FromRow for Everything {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.take()?,
            plain: FromRow3::from_row(row)?.0,
            words: row.take()?,
            bytes: row.take()?,
            asset: row.take()?,
            time: FromRow3::from_row(row)?.0,
        })
    }
}

/// A value of several columns inside a larger row.
struct FromRow3<A, B, C>((A, B, C));

impl<A, B, C> FromRow for FromRow3<A, B, C>
where
    (A, B, C): FromRow,
{
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        FromRow::from_row(row).map(Self)
    }
}

fn round_trip(tx: &mut Tx<'_>, value: &Everything) -> Result<Option<Everything>> {
    tx.execute(
        "insert into everything values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            &value.id,
            &value.plain.0,
            &value.plain.1,
            &value.plain.2,
            &value.words,
            &value.bytes,
            &value.asset,
            &value.time.0,
            &value.time.1,
            &value.time.2,
        ],
    )?;
    tx.one("select * from everything where id = $1", &[&value.id])
}

fn read_one(conn: &mut Conn, sql: &str) -> Result<Option<(i64,)>> {
    conn.one(sql, &[])
}

on_both_engines! {
    async fn every_type_comes_back_as_it_went_in(db: Db) {
        let full = Everything {
            id: Uuid::now_v7(),
            plain: (Some(true), Some(i64::MIN), Some(-0.1)),
            words: Some("näh 📷 'quoted' \"x\"".to_owned()),
            bytes: Some(vec![0, 255, 7]),
            asset: Some(AssetId::generate()),
            time: (
                Some(Instant::from_micros(-1)),
                WallClock::new((9999, 12, 31), (23, 59, 59), 999_999),
                Offset::from_seconds(-7 * 3600),
            ),
        };
        let empty = Everything {
            id: Uuid::now_v7(),
            plain: (None, None, None),
            words: None,
            bytes: None,
            asset: None,
            time: (None, None, None),
        };
        db.write(|tx| tx.batch(EVERYTHING)).await.unwrap();
        for value in [full, empty] {
            let sent = value.clone();
            let back = db.write(move |tx| round_trip(tx, &sent)).await.unwrap();
            assert_eq!(back, Some(value));
        }
    }

    async fn bytes_of_a_fixed_length_are_read_as_such(db: Db) {
        db.write(|tx| tx.batch(EVERYTHING)).await.unwrap();
        let read = db.write(|tx| {
            let sql = "insert into everything (id, bytes) values ($1, $2)";
            tx.execute(sql, &[&Uuid::nil(), &[1u8, 2, 3]])?;
            let sql = "select bytes from everything";
            let right = tx.one::<([u8; 3],)>(sql, &[])?;
            Ok::<_, Error>((right, tx.one::<([u8; 4],)>(sql, &[]).is_err()))
        });
        assert_eq!(read.await.unwrap(), (Some(([1, 2, 3],)), true));
    }

    async fn what_is_unexpected_says_which_column(db: Db) {
        let sql = "select cast(1 as bigint), cast('x' as text)";
        let read: Result<Option<(i64, i64)>> = db.read(move |conn| conn.one(sql, &[])).await;
        assert!(matches!(read, Err(Error::Decode { column: 1 })), "{read:?}");
        let missing: Result<Option<(i64,)>> =
            db.read(|conn| conn.one("select cast(null as bigint)", &[])).await;
        assert!(matches!(missing, Err(Error::Decode { column: 0 })), "{missing:?}");
    }

    async fn placeholders_may_repeat_and_come_in_any_order(db: Db) {
        let sql = "select cast($2 as bigint) * 100 + cast($1 as bigint) * 10 + cast($2 as bigint)";
        let (sum,) = db.read(move |conn| conn.one::<(i64,)>(sql, &[&1i64, &2i64])).await.unwrap().unwrap();
        assert_eq!(sum, 212);
    }

    async fn there_must_be_a_value_for_each_placeholder_and_no_more(db: Db) {
        let few: Result<Option<(i64,)>> =
            db.read(|conn| conn.one("select cast($1 as bigint) + cast($2 as bigint)", &[&1i64])).await;
        assert!(few.is_err());
        let many: Result<Option<(i64,)>> =
            db.read(|conn| conn.one("select cast($1 as bigint)", &[&1i64, &1i64])).await;
        assert!(many.is_err());
    }

    async fn a_list_binds_each(db: Db) {
        with_notes(&db).await;
        db.write(|tx| (1..=9).try_for_each(|id| add(tx, id))).await.unwrap();
        let find = |list: Vec<i64>| {
            let db = db.clone();
            async move {
                let found = db.read(move |conn| {
                    let mut query = Query::new("select id from notes where ");
                    query.bind("count = ?", 0i64).bind_each(" and id in (?)", list.clone());
                    assert_eq!(query.one::<(i64,)>(conn)?.is_some(), !list.is_empty());
                    query.push(" order by id").all::<(i64,)>(conn)
                });
                found.await.map_err(|err: Error| err).unwrap()
            }
        };
        assert_eq!(find(vec![2, 5]).await, [(2,), (5,)]);
        assert_eq!(find(vec![]).await, []);
    }

    async fn the_plan_names_the_index(db: Db) {
        with_notes(&db).await;
        let plan = db.write(|tx| {
            if tx.skip_locked() != "" {
                // An empty table is cheaper to scan; that is not what is asked here.
                tx.batch("set local enable_seqscan = off")?;
            }
            let mut query = Query::new("select id from notes where ");
            query.bind("label = ?", "x").explain(tx)
        });
        let plan = plan.await.unwrap().join("\n");
        assert!(plan.contains("notes_label_key") || plan.contains("INDEX"), "{plan}");
    }

    async fn rows_are_given_one_by_one(db: Db) {
        let numbers = "with recursive n(x) as (select cast(1 as bigint) union all
                       select x + 1 from n where x < 1000) select x from n";
        let read = db.read(move |conn| {
            let mut sum = 0;
            conn.each(numbers, &[], |(x,): (i64,)| { sum += x; Ok(()) })?;
            let mut seen = 0;
            let stopped = conn.each(numbers, &[], |(_,): (i64,)| {
                seen += 1;
                if seen == 3 { Err(Error::panicked()) } else { Ok(()) }
            });
            assert!(stopped.is_err());
            // The connection serves on after an early end.
            Ok::<_, Error>((sum, seen, read_one(conn, "select cast(7 as bigint)")?))
        });
        assert_eq!(read.await.unwrap(), (500_500, 3, Some((7,))));
    }
}
