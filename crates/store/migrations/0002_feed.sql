-- Each library has a feed of its own, numbered without gaps. Its row in `feeds` is locked from the
-- first event of a transaction to its commit, so numbers, times and commits have one order.

create table feeds (
    library_id uuid   primary key,
    last       bigint not null,
    written_at bigint not null
);

alter table events rename to earlier_events;
drop index events_of_library;
drop index events_of_type;

create table events (
    library_id     uuid   not null,
    number         bigint not null,
    entity_type    text   not null,
    kind           text   not null,
    entity_id      uuid   not null,
    created_at     bigint not null,
    -- What more there is to say, and the one or two ids it is about.
    payload        text,
    payload_first  uuid,
    payload_second uuid,
    primary key (library_id, number)
);
create index events_of_type on events (library_id, entity_type, number);
create index events_by_time on events (library_id, created_at, number);

insert into events (library_id, number, entity_type, kind, entity_id, created_at)
select library_id, row_number() over (partition by library_id order by epoch, seq),
       entity_type, kind, entity_id,
       -- Times could step back between transactions that ran side by side.
       max(created_at) over (partition by library_id order by epoch, seq)
from earlier_events;

insert into feeds (library_id, last, written_at)
select library_id, max(number), max(created_at) from events group by library_id;

drop table earlier_events;
