-- The words of live assets. Documents are numbered by capture time: 2^24 numbers a second, from
-- 1970 on, so the newest matches are the last of the index. No cascade: whoever removes a document
-- removes its words first, by its number.
create table search_documents (
    number   integer primary key,
    asset_id uuid    not null unique
);

-- Words come ready, with blanks between; only which document has which is kept.
create virtual table search_words using fts5 (
    words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);

-- Assets whose words are still to be read.
create table unread_documents (asset_id uuid primary key references assets (id) on delete cascade);
insert into unread_documents select id from assets where trashed_at is null;
