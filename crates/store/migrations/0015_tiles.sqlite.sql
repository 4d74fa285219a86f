-- Assets by where they were taken. `tile` is the code of the finest tile of a place, null without
-- one: see `model::Tile`.
alter table assets add column tile bigint;

-- For tiles with so few assets that these are read one by one, and for the latest of a tile. They hold
-- all that is asked.
create index assets_live_by_tile on assets
    (library_id, tile, wall, id, latitude, longitude, trashed_at)
    where trashed_at is null and tile is not null;
create index assets_trashed_by_tile on assets
    (library_id, tile, wall, id, latitude, longitude, trashed_at)
    where trashed_at is not null and tile is not null;

-- What lies in a tile: how many assets, the sums of their places in ten-millionths of a degree, and
-- the one captured last. The tiles in a tile have rows when it has many assets. The rows of a
-- level lie side by side in the table itself: maps read thousands at once.
create table asset_tiles (
    library_id  uuid    not null references libraries (id) on delete cascade,
    is_live     boolean not null,
    tile        bigint  not null,
    assets      bigint  not null,
    latitudes   bigint  not null,
    longitudes  bigint  not null,
    latest_wall bigint  not null,
    latest_id   uuid    not null,
    primary key (library_id, is_live, tile)
) without rowid;

-- Assets that are still to be put into their tile.
create table untiled_assets (asset_id uuid primary key references assets (id) on delete cascade);
insert into untiled_assets select id from assets where latitude is not null;
