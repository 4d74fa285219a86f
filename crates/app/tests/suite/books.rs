//! An audit: everything that is counted or repeated for speed against the rows it comes from.

use store::db::Db;

/// Each gives how many rows say something else than those they follow from.
const AUDITS: &[(&str, &str)] = &[
    (
        "libraries count their live assets and all bytes",
        "select cast(count(*) as bigint) from libraries l
         where asset_count <> (select count(*) from assets
                               where library_id = l.id and trashed_at is null)
            or storage_used_bytes <> (select coalesce(sum(stored_bytes), 0) from assets
                                      where library_id = l.id)",
    ),
    (
        "accounts count the bytes of their libraries",
        "select cast(count(*) as bigint) from users u
         where storage_used_bytes <> (select coalesce(sum(storage_used_bytes), 0) from libraries
                                      where owner_id = u.id)",
    ),
    (
        "assets count the bytes of their versions",
        "select cast(count(*) as bigint) from assets a
         where stored_bytes <> (select coalesce(sum(file_size_bytes), 0) from asset_versions
                                where asset_id = a.id)",
    ),
    (
        "days count their assets",
        "select cast(count(*) as bigint) from
             (select library_id, local_day, sum(live) as live, sum(trashed) as trashed from
                  (select library_id, local_day,
                          case when trashed_at is null then 1 else 0 end as live,
                          case when trashed_at is null then 0 else 1 end as trashed
                   from assets
                   union all
                   select library_id, day, -live, -trashed from asset_days) both_sides
              group by library_id, local_day) days
         where live <> 0 or trashed <> 0",
    ),
    ("no day is empty", "select cast(count(*) as bigint) from asset_days where live + trashed = 0"),
    (
        "who is on an asset follows from its faces",
        "select cast(count(*) as bigint) from
             (select person_id, asset_id, sum(faces) as faces from
                  (select person_id, asset_id, 1 as faces from faces where person_id is not null
                   union all
                   select person_id, asset_id, -face_count from person_assets) both_sides
              group by person_id, asset_id) pairs
         where faces <> 0",
    ),
    (
        "what people and albums repeat of an asset is what it says",
        "select cast(count(*) as bigint) from
             (select asset_id, library_id, asset_wall, asset_is_live from person_assets
              union all
              select asset_id, library_id, asset_wall, asset_is_live from album_assets) repeated
         join assets a on a.id = repeated.asset_id
         where repeated.library_id <> a.library_id or asset_wall <> a.wall
            or asset_is_live <> (a.trashed_at is null)",
    ),
    (
        "faces are where their asset is",
        "select cast(count(*) as bigint) from faces f join assets a on a.id = f.asset_id
         where f.library_id <> a.library_id or f.asset_is_live <> (a.trashed_at is null)",
    ),
    (
        "faces show, and stand for, people of their library",
        "select cast(count(*) as bigint) from faces f
         join people p on p.id = f.person_id or p.thumbnail_face_id = f.id
         where p.library_id <> f.library_id",
    ),
    (
        "whoever stands for somebody is there",
        "select cast(count(*) as bigint) from people
         where thumbnail_face_id is not null
           and thumbnail_face_id not in (select id from faces)",
    ),
    (
        "people count their live assets",
        "select cast(count(*) as bigint) from people p
         where asset_count <> (select count(*) from person_assets
                               where person_id = p.id and asset_is_live)",
    ),
    (
        "albums count their live members and have covers among them",
        "select cast(count(*) as bigint) from albums a
         where asset_count <> (select count(*) from album_assets
                               where album_id = a.id and asset_is_live)
            or (cover_asset_id is not null and cover_asset_id not in
                    (select asset_id from album_assets where album_id = a.id))",
    ),
    (
        "assets know whether they are in an album",
        "select cast(count(*) as bigint) from assets a
         where is_in_album <> exists (select 1 from album_assets where asset_id = a.id)",
    ),
    (
        "links join what is in one library",
        "select cast(count(*) as bigint) from album_assets l join albums a on a.id = l.album_id
         where l.library_id <> a.library_id",
    ),
    (
        "stacks count their live members, have two, and a cover among them",
        "select cast(count(*) as bigint) from stacks s
         where asset_count <> (select count(*) from assets
                               where stack_id = s.id and trashed_at is null)
            or (select count(*) from assets where stack_id = s.id) < 2
            or (primary_asset_id is not null and primary_asset_id not in
                    (select id from assets where stack_id = s.id))",
    ),
    (
        "an asset is in a stack of its library",
        "select cast(count(*) as bigint) from assets a join stacks s on s.id = a.stack_id
         where s.library_id <> a.library_id",
    ),
    (
        "tasks are where their asset is",
        "select cast(count(*) as bigint) from tasks t join assets a on a.id = t.asset_id
         where t.library_id <> a.library_id",
    ),
    (
        "every live asset, and no other, is found by words",
        "select cast(count(*) as bigint) from
             (select id from assets where trashed_at is null
                 and id not in (select asset_id from search_documents)
              union all
              select asset_id from search_documents
              where asset_id not in (select id from assets where trashed_at is null)) either_side",
    ),
];

/// Fails when anything that is kept ready is not what the rows say.
pub(crate) async fn audit(db: &Db) {
    for &(claim, sql) in AUDITS {
        let wrong: Option<(i64,)> = db.read(move |conn| conn.one(sql, &[])).await.unwrap();
        assert_eq!(wrong, Some((0,)), "{claim}");
    }
}
