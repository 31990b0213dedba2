-- Pictures that people have sent, as they were made anew of it: a workspace's logo, a person's face. Each lives with
-- what it shows, which also holds the path that it is served at.

create table pictures (
    bucket integer not null,
    noun text not null,
    thing_id bigint not null,
    digest text not null,
    png bytea not null,
    primary key (bucket, noun, thing_id),
    check ((thing_id & 4095) = bucket),
    check (noun in ('workspace', 'account'))
);

alter table accounts add column picture text;
