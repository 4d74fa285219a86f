-- Stacks: shots of one moment. `asset_count` is that of live members, kept ready.

create table stacks (
    id               uuid   primary key,
    library_id       uuid   not null references libraries (id),
    origin           text   not null,
    primary_asset_id uuid,
    asset_count      bigint not null,
    created_at       bigint not null,
    updated_at       bigint not null
);
create index stacks_of_library on stacks (library_id, id);
create index stacks_of_origin on stacks (library_id, origin, id);
create index stacks_by_cover on stacks (primary_asset_id) where primary_asset_id is not null;

alter table assets add column stack_id uuid references stacks (id);
-- Whether a person took it out of a stack: no burst touches it then.
alter table assets add column is_unstacked boolean not null default false;
create index assets_of_stack on assets (stack_id, wall, id) where stack_id is not null;

-- The neighbours of a shot: of its camera, by when the file says it was taken.
create index assets_of_camera on assets (library_id, make, model, wall, id)
    where media_type = 'image' and capture_source = 'file' and trashed_at is null
      and make is not null and model is not null;
