-- How people come in: with a password of this server, or through an identity provider.

create table passwords (
    user_id    uuid   primary key references users (id) on delete cascade,
    -- With its method, cost and salt.
    hash       text   not null,
    changed_at bigint not null
);

-- Who somebody is at a provider. The row outlives the account, so that nobody comes back by it.
create table identities (
    issuer     text   not null,
    subject    text   not null,
    user_id    uuid   references users (id) on delete set null,
    created_at bigint not null,
    primary key (issuer, subject)
);
create index identities_of_user on identities (user_id);

-- Sign-ins that were begun and not finished. Of what they are recognised by, only hashes are kept.
create table sign_ins (
    state_hash   bytea  primary key,
    redirect_uri text   not null,
    -- What the client will prove that it began this (PKCE); null when it will not.
    challenge    text,
    -- At a provider: whose, what its token must repeat, and what this server proves there.
    issuer       text,
    nonce        text,
    verifier     text,
    -- Here: who gave the right password, and the code that says so.
    user_id      uuid   references users (id) on delete cascade,
    code_hash    bytea,
    expires_at   bigint not null
);
create index sign_ins_by_end on sign_ins (expires_at);
