-- Which tag of the file the offset of its capture time comes from; 'derived:…' was not said but
-- follows from the place in the file.
alter table file_layers add column wall_offset_tag text;

-- Where in a motion photo its film lies, in bytes; both or neither.
alter table file_layers add column motion_from bigint;
alter table file_layers add column motion_bytes bigint;

-- What a sidecar says: above the file, beneath people. Replaced as a whole.
create table sidecar_layers (
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
    description_tag text,
    place_tag       text,
    wall_tag        text,
    wall_offset_tag text,
    rating_tag      text
);
