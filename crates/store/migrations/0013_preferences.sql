-- What people say about themselves, and what they think.

alter table users add column demo_mode boolean not null default false;
alter table users add column favorite_display text not null default 'favorite';
alter table users add column face_detection boolean;
alter table users add column home_country text;
alter table users add column home_subdivision text;
-- May name a library that has gone.
alter table users add column immich_library_id uuid;

create table feedback (
    id             uuid   primary key,
    user_id        uuid   not null references users (id),
    kind           text   not null,
    message        text   not null,
    task_completed boolean,
    created_at     bigint not null
);

create table feedback_tools (
    feedback_id uuid   not null references feedback (id) on delete cascade,
    position    bigint not null,
    name        text   not null,
    primary key (feedback_id, position)
);
