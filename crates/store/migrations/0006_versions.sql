-- Renderings above the upload. `assets` shows the one with the highest position.

alter table asset_versions add column kind text not null default 'original';
-- A JSON object as it was sent; null for the upload.
alter table asset_versions add column params text;
-- SHA-256 of the stored bytes, and of those that were sent: metadata of the upload is added.
alter table asset_versions add column checksum bytea;
alter table asset_versions add column received bytea;
-- Display pixels.
alter table asset_versions add column width bigint;
alter table asset_versions add column height bigint;
-- In whose place it came, when that one is gone.
alter table asset_versions add column replaced_id uuid;

update asset_versions
set checksum = assets.sha256, received = assets.sha256, width = assets.width,
    height = assets.height
from assets
where assets.id = asset_versions.asset_id;

alter table assets add column kind text not null default 'original';
-- Bytes of all its versions.
alter table assets add column stored_bytes bigint not null default 0;
update assets set stored_bytes = uploaded_bytes;
