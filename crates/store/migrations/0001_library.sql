-- The library: accounts, assets with their layers, the feed, the queue.
-- Times are microseconds since 1970; `wall` and the like are wall clocks, `*_offset` seconds east
-- of UTC or null when nobody knows.

create table users (
    id                  uuid    primary key,
    email               text    unique,
    first_name          text,
    last_name           text,
    is_active           boolean not null,
    is_superuser        boolean not null,
    storage_limit_bytes bigint,
    storage_used_bytes  bigint  not null,
    created_at          bigint  not null,
    updated_at          bigint  not null
);

create table libraries (
    id                  uuid    primary key,
    owner_id            uuid    not null references users (id),
    name                text    not null,
    name_folded         text    not null,
    description         text,
    storage_limit_bytes bigint,
    storage_used_bytes  bigint  not null,
    asset_count         bigint  not null,
    created_at          bigint  not null,
    updated_at          bigint  not null,
    trashed_at          bigint,
    unique (owner_id, name_folded)
);

create table api_keys (
    id           uuid    primary key,
    user_id      uuid    not null references users (id),
    name         text    not null,
    secret_hash  bytea   not null,
    actions      bigint  not null,
    is_scoped    boolean not null,
    created_at   bigint  not null,
    last_used_at bigint,
    is_active    boolean not null
);
create index api_keys_of_user on api_keys (user_id, id);

create table api_key_libraries (
    key_id     uuid not null references api_keys (id) on delete cascade,
    library_id uuid not null references libraries (id) on delete cascade,
    primary key (key_id, library_id)
);

-- One row holds everything that lists, filters and answers show: the effective values.
create table assets (
    id                   uuid   primary key,
    library_id           uuid   not null references libraries (id),
    version_id           uuid   not null,
    media_type           text   not null,
    mime_type            text   not null,
    original_file_name   text   not null,
    wall                 bigint not null,
    wall_offset          bigint,
    capture_source       text   not null,
    local_day            bigint not null,
    local_month          bigint not null,
    created_at           bigint not null,
    updated_at           bigint not null,
    trashed_at           bigint,
    -- Where a restored asset stood in the trash, for a page that ended with it.
    last_trashed_at      bigint,
    width                bigint,
    height               bigint,
    duration             double precision,
    thumbhash            bytea,
    file_size_bytes      bigint not null,

    metadata_updated_at  bigint not null,
    description          text,
    latitude             double precision,
    longitude            double precision,
    altitude             double precision,
    rating               bigint,
    place_name           text,
    sublocation          text,
    city                 text,
    state                text,
    country              text,
    country_code         text,
    timezone             text,

    digitized            bigint,
    digitized_offset     bigint,
    modified             bigint,
    modified_offset      bigint,
    make                 text,
    model                text,
    lens_model           text,
    f_number             double precision,
    focal_length         double precision,
    exposure_time        double precision,
    exposure_bias        double precision,
    iso                  bigint,
    fps                  double precision,
    orientation          bigint,
    raw_width            bigint,
    raw_height           bigint,
    projection_type      text,
    live_photo_cid       text,
    auto_stack_id        text,

    sha256               bytea  not null,
    sha1                 bytea  not null,
    device_asset_id      text   not null,
    device_id            text   not null,
    file_created         bigint not null,
    file_created_offset  bigint,
    file_modified        bigint not null,
    file_modified_offset bigint,
    uploaded_bytes       bigint not null,

    unique (library_id, sha256)
);
create index assets_live on assets (library_id, wall, id) where trashed_at is null;
create index assets_all on assets (library_id, wall, id);
create index assets_trashed on assets (library_id, trashed_at, id) where trashed_at is not null;
create index assets_by_sha1 on assets (library_id, sha1);
create index assets_by_device on assets (library_id, device_id, device_asset_id);

-- What the shown values are made of. A layer is replaced as a whole and by its own writer only.
create table user_layers (
    asset_id    uuid   primary key references assets (id) on delete cascade,
    description text,
    latitude    double precision,
    longitude   double precision,
    wall        bigint,
    wall_offset bigint,
    rating      bigint
);

create table file_layers (
    asset_id        uuid   primary key references assets (id) on delete cascade,
    description     text,
    latitude        double precision,
    longitude       double precision,
    altitude        double precision,
    wall            bigint,
    wall_offset     bigint,
    rating          bigint,
    sublocation     text,
    city            text,
    state           text,
    country         text,
    country_code    text,
    -- Which tag of the file each value comes from.
    description_tag text,
    place_tag       text,
    wall_tag        text,
    rating_tag      text
);

create table derived_places (
    asset_id     uuid primary key references assets (id) on delete cascade,
    latitude     double precision not null,
    longitude    double precision not null,
    place_name   text,
    sublocation  text,
    city         text,
    state        text,
    country      text,
    country_code text,
    timezone     text,
    -- Which data set said so.
    data_version text not null
);

-- Objects are named by version; the row exists as long as the object may be served.
create table asset_versions (
    id              uuid   primary key,
    asset_id        uuid   not null references assets (id) on delete cascade,
    position        bigint not null,
    mime_type       text   not null,
    file_size_bytes bigint not null,
    orientation     bigint,
    created_at      bigint not null,
    unique (asset_id, position)
);

-- Objects whose rows are gone and whose files are still to be removed.
create table discarded_versions (
    id       uuid primary key,
    asset_id uuid not null
);
create index discarded_versions_of_asset on discarded_versions (asset_id);

-- The feed. `epoch` and `seq` order it; a cursor is that pair.
create table events (
    epoch       bigint not null,
    seq         bigint not null,
    library_id  uuid   not null,
    entity_type text   not null,
    kind        text   not null,
    entity_id   uuid   not null,
    created_at  bigint not null,
    primary key (epoch, seq)
);
create index events_of_library on events (library_id, epoch, seq);
create index events_of_type on events (library_id, entity_type, epoch, seq);

-- The queue, which is also the public list of tasks. An asset's tasks stay when it is gone.
create table tasks (
    id            uuid   primary key,
    library_id    uuid   not null,
    asset_id      uuid   not null,
    kind          text   not null,
    status        text   not null,
    urgency       bigint not null,
    run_at        bigint not null,
    leased_until  bigint,
    created_at    bigint not null,
    started_at    bigint,
    completed_at  bigint,
    retry_count   bigint not null,
    error_message text
);
create unique index tasks_pending on tasks (asset_id, kind) where status = 'pending';
create index tasks_ready on tasks (urgency, id) where status = 'pending';
create index tasks_leased on tasks (leased_until) where status = 'started';
create index tasks_of_asset on tasks (asset_id, id);
create index tasks_of_library on tasks (library_id, id);
