-- People, and the faces in pictures that show them.

create table people (
    id                uuid    primary key,
    library_id        uuid    not null references libraries (id) on delete cascade,
    name              text,
    name_folded       text,
    -- Sorts names byte by byte as people do letter by letter; null with the name.
    name_sort         bytea,
    -- Days since 1970.
    birth_date        bigint,
    is_favorite       boolean not null,
    is_hidden         boolean not null,
    thumbnail_face_id uuid,
    -- Rows of `person_assets` whose asset is live.
    asset_count       bigint  not null,
    created_at        bigint  not null,
    updated_at        bigint  not null
);
create unique index people_by_folded_name on people (library_id, name_folded)
    where name_folded is not null;
-- Most people have no name, and most lists are of those who have one. Ids are in the order of
-- creation.
create index people_of_library on people (library_id, id);
create index people_by_count on people (library_id, asset_count, id);
create index people_named on people (library_id, id) where name_sort is not null;
create index people_named_by_count on people (library_id, asset_count, id)
    where name_sort is not null;
create index people_by_name on people (library_id, name_sort, id) where name_sort is not null;
create index people_unnamed on people (library_id, id) where name_sort is null;
create index people_by_thumbnail on people (thumbnail_face_id) where thumbnail_face_id is not null;

create table faces (
    id            uuid    primary key,
    library_id    uuid    not null references libraries (id) on delete cascade,
    asset_id      uuid    not null references assets (id) on delete cascade,
    person_id     uuid    references people (id) on delete set null,
    -- Display pixels of the original.
    x             bigint  not null,
    y             bigint  not null,
    w             bigint  not null,
    h             bigint  not null,
    source        text    not null,
    confidence    double precision,
    timestamp_ms  bigint,
    -- As the asset is: faces of the trash are hidden.
    asset_is_live boolean not null,
    created_at    bigint  not null,
    updated_at    bigint  not null
);
create index faces_of_library on faces (library_id, id) where asset_is_live;
create index faces_of_asset on faces (asset_id, id);
create index faces_of_person on faces (person_id, id) where person_id is not null;

-- Who is on which asset: what the faces say, kept ready for counts and for lists of assets.
create table person_assets (
    person_id     uuid    not null references people (id) on delete cascade,
    asset_id      uuid    not null references assets (id) on delete cascade,
    library_id    uuid    not null,
    face_count    bigint  not null,
    -- As the asset is.
    asset_wall    bigint  not null,
    asset_is_live boolean not null,
    primary key (person_id, asset_id)
);
create index person_assets_live on person_assets (person_id, asset_wall, asset_id)
    where asset_is_live;
create index person_assets_of_asset on person_assets (asset_id, person_id);

-- What it would take to undo a merge: who was merged into whom, and which faces came along.
create table person_merges (
    source_id         uuid    primary key,
    library_id        uuid    not null references libraries (id) on delete cascade,
    person_id         uuid    not null,
    name              text,
    birth_date        bigint,
    is_favorite       boolean not null,
    is_hidden         boolean not null,
    thumbnail_face_id uuid,
    created_at        bigint  not null,
    updated_at        bigint  not null,
    merged_at         bigint  not null
);
create index person_merges_of_library on person_merges (library_id, merged_at);

create table person_merge_faces (
    source_id uuid not null references person_merges (source_id) on delete cascade,
    face_id   uuid not null,
    primary key (source_id, face_id)
);
