-- What an hour cost before, and since when. A thing keeps its present rate itself and has rows here once that has
-- changed: the first begins with time itself (start 0), the last says what the thing says.

create table rates (
    bucket integer not null,
    workspace_id bigint not null,
    noun text not null,
    thing_id bigint not null,
    start bigint not null,
    amount bigint,
    currency text,
    primary key (bucket, noun, thing_id, start),
    foreign key (bucket, workspace_id) references workspaces (bucket, id),
    check ((workspace_id & 4095) = bucket),
    check ((thing_id & 4095) = bucket),
    check (noun in ('workspace', 'member', 'project', 'project_member')),
    check (amount >= 0)
);
-- All rates of a workspace, for its reports.
create index rates_workspace on rates (workspace_id, noun, thing_id, start);
