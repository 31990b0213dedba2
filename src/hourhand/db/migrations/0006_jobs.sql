-- What is to be done later, and who was told of a timer that runs long.

-- A job lives with the person or the workspace it is for. It is claimed for a while, tried, and then
-- finished, put off, or buried. `key` says that there is one such job and never a second.
create table jobs (
    id bigint not null,
    bucket integer not null,
    workspace_id bigint,
    kind text not null,
    key text,
    payload text not null,
    sealed bytea,
    run_at bigint not null,
    attempts integer not null,
    claimed_until bigint,
    error text,
    created_at bigint not null,
    finished_at bigint,
    buried_at bigint,
    primary key (bucket, id),
    check ((id & 4095) = bucket),
    check ((workspace_id & 4095) = bucket),
    check (attempts >= 0),
    check (finished_at is null or buried_at is null)
);
create unique index jobs_key on jobs (bucket, kind, key) where key is not null;
-- What is due? Asked every second, over all buckets.
create index jobs_due on jobs (run_at) where finished_at is null and buried_at is null;
-- What was finished long ago?
create index jobs_finished on jobs (finished_at) where finished_at is not null;

-- When the person was told that this entry runs long; null until then.
alter table running_entries add column noticed_at bigint;
