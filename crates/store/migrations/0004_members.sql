-- Who else is in a library, and the links that let them in.

create table memberships (
    id              uuid   primary key,
    library_id      uuid   not null references libraries (id) on delete cascade,
    user_id         uuid   not null references users (id),
    role            text   not null,
    state           text   not null,
    created_at      bigint not null,
    updated_at      bigint not null,
    joined_at       bigint not null,
    ended_at        bigint,
    -- Invitations that are not younger let this person in no more.
    last_removed_at bigint,
    unique (library_id, user_id)
);
create index memberships_of_library on memberships (library_id, id);
create index memberships_of_user on memberships (user_id, library_id) where state = 'active';

-- The secret of a link is derived from the id by a key of the server and is not stored.
create table invitations (
    id           uuid   primary key,
    library_id   uuid   not null references libraries (id) on delete cascade,
    created_by   uuid   not null references users (id),
    role         text   not null,
    max_joiners  bigint not null,
    joiner_count bigint not null,
    expires_at   bigint not null,
    disabled_at  bigint,
    created_at   bigint not null,
    updated_at   bigint not null,
    unique (library_id, role, max_joiners, expires_at)
);
create index invitations_of_library on invitations (library_id, id);
create index invitations_of_creator on invitations (created_by, id);

-- Who took a place of an invitation; coming back takes no other one.
create table invitation_places (
    invitation_id uuid not null references invitations (id) on delete cascade,
    user_id       uuid not null references users (id),
    primary key (invitation_id, user_id)
);
