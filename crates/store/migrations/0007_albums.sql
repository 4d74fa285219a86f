-- Albums and their members.

create table albums (
    id             uuid   primary key,
    library_id     uuid   not null references libraries (id),
    name           text   not null,
    name_folded    text   not null,
    description    text,
    -- The member people chose; without one the newest stands for the album.
    cover_asset_id uuid,
    -- Live members.
    asset_count    bigint not null,
    created_at     bigint not null,
    updated_at     bigint not null,
    unique (library_id, name_folded)
);
create index albums_of_library on albums (library_id, id);

-- `asset_wall` and `asset_is_live` repeat what the asset says, so that an album is listed, dated
-- and covered without a look at its assets. They change in the transaction that changes the asset.
create table album_assets (
    id            uuid    primary key,
    library_id    uuid    not null references libraries (id),
    album_id      uuid    not null references albums (id) on delete cascade,
    asset_id      uuid    not null references assets (id) on delete cascade,
    asset_wall    bigint  not null,
    asset_is_live boolean not null,
    created_at    bigint  not null,
    updated_at    bigint  not null,
    unique (album_id, asset_id)
);
create index album_assets_all on album_assets (album_id, asset_wall, asset_id);
create index album_assets_live on album_assets (album_id, asset_wall, asset_id) where asset_is_live;
create index album_assets_trashed on album_assets (album_id, asset_id) where not asset_is_live;

-- The lists of links.
create index album_assets_of_asset on album_assets (asset_id, id);
create index album_assets_of_album on album_assets (album_id, id) where asset_is_live;
create index album_assets_of_library on album_assets (library_id, id) where asset_is_live;
