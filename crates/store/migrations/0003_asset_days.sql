-- Assets per day of the wall clock, so that counts never read the assets themselves.
create table asset_days (
    library_id uuid   not null references libraries (id) on delete cascade,
    day        bigint not null,
    live       bigint not null,
    trashed    bigint not null,
    primary key (library_id, day)
);

insert into asset_days (library_id, day, live, trashed)
select library_id, local_day,
       sum(case when trashed_at is null then 1 else 0 end),
       sum(case when trashed_at is null then 0 else 1 end)
from assets group by library_id, local_day;

-- For counts with filters: all they look at, so that the rows themselves are not read.
create index assets_by_day on assets (library_id, local_day, wall, trashed_at, media_type, rating,
    wall_offset, latitude, longitude, id);
