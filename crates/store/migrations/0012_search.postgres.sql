-- The words of live assets.
create table search_documents (
    asset_id uuid     primary key,
    words    tsvector not null
);
create index search_documents_by_word on search_documents using gin (words);

-- Assets whose words are still to be read.
create table unread_documents (asset_id uuid primary key references assets (id) on delete cascade);
insert into unread_documents select id from assets where trashed_at is null;
