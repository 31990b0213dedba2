-- Secrets that let somebody do one thing, once, until they expire: by the code's own hash, so that finding one is one
-- routed read. What is stored opens nothing.

create table codes (
    bucket integer not null,
    hash bytea not null,
    purpose text not null,
    account_id bigint not null,
    thing_id bigint,
    auth_epoch bigint,
    created_at bigint not null,
    expires_at bigint not null,
    primary key (bucket, hash)
);
