-- Which groups know which private projects.

create table project_groups (
    id bigint not null,
    bucket integer not null,
    workspace_id bigint not null,
    project_id bigint not null,
    group_id bigint not null,
    created_at bigint not null,
    at bigint not null,
    deleted_at bigint,
    primary key (bucket, id),
    foreign key (bucket, workspace_id) references workspaces (bucket, id),
    foreign key (bucket, project_id) references projects (bucket, id),
    foreign key (bucket, group_id) references groups (bucket, id),
    check ((id & 4095) = bucket),
    check ((workspace_id & 4095) = bucket)
);
-- Which groups know this project? Asked for every private project.
create unique index project_groups_group on project_groups (bucket, project_id, group_id) where deleted_at is null;
-- Which projects does this group know, and did it know? Also for all groups of a workspace.
create index project_groups_projects on project_groups (workspace_id, group_id);

-- When somebody came into a group; null for those who came before that was kept.
alter table group_members add column created_at bigint;

-- What changed since?
create index groups_changes on groups (workspace_id, at);

-- Which projects did this person leave? Asked with what changed since, where some were deleted.
create index project_members_left on project_members (workspace_id, account_id) where deleted_at is not null;
