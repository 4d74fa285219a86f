-- A trashed library whose owner does not want to wait until its time in the trash is over.
alter table libraries add column trash_waived boolean not null default false;
create index libraries_trashed on libraries (trashed_at) where trashed_at is not null;
