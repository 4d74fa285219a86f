-- What one process does for all of them: when it is due, who is at it, and how far it has come.
create table jobs (
    name         text   primary key,
    due_at       bigint not null,
    holder       uuid,
    leased_until bigint,
    -- The last version that a round through all of them has looked at.
    reached      uuid
);

-- Originals that a scrub found missing or changed.
create table damage (
    version_id uuid   primary key references asset_versions (id) on delete cascade,
    found_at   bigint not null,
    what       text   not null
);

-- Which library of objects this is, and how much has happened to it: the same stands beside the
-- objects, so that a database that is older than they are is recognised. One row.
create table instance (
    id       uuid   primary key,
    position bigint not null,
    -- Events there were at that position.
    told     bigint not null
);
