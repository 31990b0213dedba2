-- What a person's own programs saw them do, if they want that recorded. It is theirs alone: no workspace has part in it.

create table timeline_events (
    id bigint not null,
    bucket integer not null,
    account_id bigint not null,
    guid text not null,
    filename text not null,
    title text not null,
    start bigint not null,
    stop bigint not null,
    idle boolean not null,
    created_at bigint not null,
    primary key (bucket, id),
    foreign key (bucket, account_id) references accounts (bucket, id),
    check ((id & 4095) = bucket),
    check ((account_id & 4095) = bucket),
    check (stop >= start)
);
-- One for each guid of a person, so that sending again after a lost answer is harmless.
create unique index timeline_events_guid on timeline_events (bucket, account_id, guid);
-- A person's events in a range.
create index timeline_events_person on timeline_events (account_id, start);
