//! The two engines give the same answers to any sequence of operations.

use proptest::prelude::*;

use super::with_notes;
use crate::db::{Db, Error, Query, Result, Tx};
use crate::testing::TestDb;

#[derive(Debug, Clone)]
enum Op {
    Add(i64, Option<String>),
    Upsert(i64, i64),
    Take(i64),
    Remove(i64, i64),
    Page(Option<(i64, i64)>, i64),
    Total,
    Labels,
}

fn any_op() -> impl Strategy<Value = Op> {
    let id = || -4i64..8;
    prop_oneof![
        (id(), proptest::option::of("[a-cA-C%_ é]{0,2}"))
            .prop_map(|(id, label)| Op::Add(id, label)),
        (id(), id()).prop_map(|(id, count)| Op::Upsert(id, count)),
        id().prop_map(Op::Take),
        (id(), id()).prop_map(|(from, to)| Op::Remove(from, to)),
        (proptest::option::of((id(), id())), 0i64..5)
            .prop_map(|(after, limit)| Op::Page(after, limit)),
        Just(Op::Total),
        Just(Op::Labels),
    ]
}

/// What an operation answers, as text.
fn apply(tx: &mut Tx<'_>, op: &Op) -> Result<String> {
    Ok(match op {
        Op::Add(id, label) => {
            let sql =
                "insert into notes (id, count, label) values ($1, cast($1 as bigint) * 2, $2)";
            let added = tx.attempt(|tx| tx.execute(sql, &[id, label]));
            format!("{:?}", added.map_err(|err| err.to_string()))
        }
        Op::Upsert(id, count) => format!(
            "{:?}",
            tx.all::<(i64, i64)>(
                "insert into notes (id, count) values ($1, $2)
                 on conflict (id) do update set count = excluded.count + notes.count
                 returning id, count",
                &[id, count],
            )?
        ),
        Op::Take(id) => {
            let sql = "update notes set taken = not taken where id = $1 returning taken";
            format!("{:?}", tx.one::<(bool,)>(sql, &[id])?)
        }
        Op::Remove(from, to) => {
            let sql = "delete from notes where id >= $1 and id < $2";
            format!("{:?}", tx.execute(sql, &[from, to])?)
        }
        Op::Page(after, limit) => {
            let mut query = Query::new("select id, count, label, taken from notes where true");
            if let Some((count, id)) = *after {
                query.bind(" and (count, id) < (?", count).bind(", ?)", id);
            }
            query.bind(" order by count desc, id desc limit ?", *limit);
            format!("{:?}", query.all::<(i64, i64, Option<String>, bool)>(tx)?)
        }
        Op::Total => {
            let sql = "select cast(sum(count) as bigint), count(*) filter (where taken) from notes";
            format!("{:?}", tx.one::<(Option<i64>, i64)>(sql, &[])?)
        }
        Op::Labels => {
            let sql = "select label, count(*) from notes group by label order by label nulls last";
            let mut labels = tx.all::<(Option<String>, i64)>(sql, &[])?;
            // The order of texts is the database's; no statement of ours depends on it.
            labels.sort();
            format!("{labels:?}")
        }
    })
}

async fn answer(db: &Db, op: &Op) -> Result<String, String> {
    let op = op.clone();
    db.write(move |tx| apply(tx, &op)).await.map_err(|err: Error| format!("{err:?}"))
}

#[test]
fn the_engines_agree() {
    let (sqlite, Some(postgres)) = (TestDb::sqlite(), TestDb::postgres()) else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        with_notes(&sqlite.db).await;
        with_notes(&postgres.db).await;
    });
    let config = ProptestConfig { cases: 32, ..ProptestConfig::default() };
    proptest!(config, |(ops in proptest::collection::vec(any_op(), 1..40))| {
        runtime.block_on(async {
            for db in [&sqlite.db, &postgres.db] {
                db.write(|tx| tx.execute("delete from notes", &[])).await.unwrap();
            }
            for op in &ops {
                let (left, right) = (answer(&sqlite.db, op).await, answer(&postgres.db, op).await);
                prop_assert_eq!(&left, &right, "{:?}", op);
                prop_assert!(left.is_ok(), "{:?}: {:?}", op, left);
            }
            Ok(())
        })?;
    });
}
