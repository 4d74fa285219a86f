-- Lists of few assets among many: each filter that may let few through has an order of its own, so
-- that a page never walks past all the others.

-- Whether the asset is in any album, be it from the trash.
alter table assets add column is_in_album boolean not null default false;
update assets set is_in_album = true where id in (select asset_id from album_assets);

create index assets_by_membership on assets (library_id, is_in_album, wall, id)
    where trashed_at is null;
create index assets_by_media_type on assets (library_id, media_type, wall, id)
    where trashed_at is null;
create index assets_by_rating on assets (library_id, rating, wall, id)
    where trashed_at is null and rating is not null;

-- Counts look at the membership too.
drop index assets_by_day;
create index assets_by_day on assets (library_id, local_day, wall, trashed_at, media_type, rating,
    is_in_album, wall_offset, latitude, longitude, id);
