-- Assets of a person in any state, and those in the trash, are lists too.
create index person_assets_all on person_assets (person_id, asset_wall, asset_id);
create index person_assets_trashed on person_assets (person_id, asset_id) where not asset_is_live;
