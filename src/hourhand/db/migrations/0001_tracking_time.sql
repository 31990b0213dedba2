-- The schema of people, workspaces and their time.
--
-- Every table carries its bucket (the low 12 bits of its ids), and every key names it; ordinary
-- indexes begin with the workspace. Nothing refers to another owner's table. See the comment of
-- each index for the question it answers.

-- Ids and positions ------------------------------------------------------------------------------

create table id_counters (
    bucket integer not null,
    kind text not null,
    next bigint not null,
    primary key (bucket, kind)
);

-- The end of each bucket's event log: its last position, and the time of its last change.
create table bucket_heads (
    bucket integer not null,
    position bigint not null,
    at bigint not null,
    primary key (bucket)
);

-- People -----------------------------------------------------------------------------------------

create table accounts (
    id bigint not null,
    bucket integer not null,
    email text not null,
    name text not null,
    password_hash text,
    auth_epoch bigint not null,
    token_hash bytea,
    sealed_token bytea,
    default_workspace_id bigint,
    timezone text not null,
    language text not null,
    beginning_of_week smallint not null,
    timeofday_format text not null,
    date_format text not null,
    duration_format text not null,
    store_start_and_stop_time boolean not null,
    sidebar_piechart boolean not null,
    record_timeline boolean not null,
    render_timeline boolean not null,
    timeline_enabled boolean not null,
    timeline_experiment boolean not null,
    openid_enabled boolean not null,
    send_product_emails boolean not null,
    send_weekly_report boolean not null,
    send_timer_notifications boolean not null,
    created_with text,
    created_at bigint not null,
    at bigint not null,
    disabled_at bigint,
    deleted_at bigint,
    primary key (bucket, id),
    check ((id & 4095) = bucket),
    check (beginning_of_week between 0 and 6)
);

-- E-mail to account, in the bucket of the e-mail's hash: a log-in is one routed read.
create table emails (
    bucket integer not null,
    email text not null,
    account_id bigint not null,
    primary key (bucket, email)
);

-- Token to account, in the bucket of the token's hash.
create table api_tokens (
    bucket integer not null,
    hash bytea not null,
    account_id bigint not null,
    created_at bigint not null,
    primary key (bucket, hash)
);

create table sessions (
    bucket integer not null,
    hash bytea not null,
    account_id bigint not null,
    auth_epoch bigint not null,
    created_at bigint not null,
    seen_at bigint not null,
    primary key (bucket, hash)
);

-- Which workspaces a person is in, with the person. Roles are with the workspace, in `members`.
create table memberships (
    bucket integer not null,
    account_id bigint not null,
    workspace_id bigint not null,
    active boolean not null,
    primary key (bucket, account_id, workspace_id),
    foreign key (bucket, account_id) references accounts (bucket, id),
    check ((account_id & 4095) = bucket)
);

-- The one running entry of a person, with the person, whichever workspace the entry is in.
create table running_entries (
    bucket integer not null,
    account_id bigint not null,
    workspace_id bigint not null,
    time_entry_id bigint not null,
    primary key (bucket, account_id),
    foreign key (bucket, account_id) references accounts (bucket, id),
    check ((account_id & 4095) = bucket)
);

-- Workspaces -------------------------------------------------------------------------------------

create table workspaces (
    id bigint not null,
    bucket integer not null,
    name text not null,
    owner_id bigint not null,
    profile smallint not null,
    default_hourly_rate bigint not null,
    default_currency text not null,
    only_admins_may_create_projects boolean not null,
    only_admins_see_billable_rates boolean not null,
    only_admins_see_team_dashboard boolean not null,
    projects_billable_by_default boolean not null,
    rounding smallint not null,
    rounding_minutes integer not null,
    sealed_token bytea,
    logo_url text,
    ical_token text,
    ical_enabled boolean not null,
    created_at bigint not null,
    at bigint not null,
    deleted_at bigint,
    primary key (bucket, id),
    check ((id & 4095) = bucket),
    check (rounding between -1 and 1),
    check (rounding_minutes >= 0),
    check (default_hourly_rate >= 0)
);

create table members (
    id bigint not null,
    bucket integer not null,
    workspace_id bigint not null,
    account_id bigint not null,
    role text not null,
    active boolean not null,
    rate bigint,
    labour_cost bigint,
    sealed_invitation bytea,
    invited_at bigint,
    created_at bigint not null,
    at bigint not null,
    deleted_at bigint,
    primary key (bucket, id),
    foreign key (bucket, workspace_id) references workspaces (bucket, id),
    check ((id & 4095) = bucket),
    check ((workspace_id & 4095) = bucket),
    check (role in ('owner', 'admin', 'member'))
);
-- Is this person a member of this workspace, and as what? Asked on every request.
create unique index members_person on members (bucket, workspace_id, account_id) where deleted_at is null;
-- What changed since?
create index members_changes on members (workspace_id, at);

create table groups (
    id bigint not null,
    bucket integer not null,
    workspace_id bigint not null,
    name text not null,
    created_at bigint not null,
    at bigint not null,
    deleted_at bigint,
    primary key (bucket, id),
    foreign key (bucket, workspace_id) references workspaces (bucket, id),
    check ((id & 4095) = bucket),
    check ((workspace_id & 4095) = bucket)
);
create unique index groups_name on groups (bucket, workspace_id, name) where deleted_at is null;

create table group_members (
    bucket integer not null,
    workspace_id bigint not null,
    group_id bigint not null,
    account_id bigint not null,
    primary key (bucket, group_id, account_id),
    foreign key (bucket, group_id) references groups (bucket, id),
    foreign key (bucket, workspace_id) references workspaces (bucket, id),
    check ((workspace_id & 4095) = bucket)
);
-- Which groups is this person in?
create index group_members_person on group_members (workspace_id, account_id);

create table clients (
    id bigint not null,
    bucket integer not null,
    workspace_id bigint not null,
    name text not null,
    notes text,
    created_at bigint not null,
    at bigint not null,
    deleted_at bigint,
    primary key (bucket, id),
    foreign key (bucket, workspace_id) references workspaces (bucket, id),
    check ((id & 4095) = bucket),
    check ((workspace_id & 4095) = bucket)
);
create unique index clients_name on clients (bucket, workspace_id, name) where deleted_at is null;
-- What changed since?
create index clients_changes on clients (workspace_id, at);

-- Work -------------------------------------------------------------------------------------------

create table projects (
    id bigint not null,
    bucket integer not null,
    workspace_id bigint not null,
    client_id bigint,
    name text not null,
    guid text,
    billable boolean not null,
    is_private boolean not null,
    active boolean not null,
    template boolean not null,
    template_id bigint,
    color text not null,
    auto_estimates boolean not null,
    estimated_seconds bigint,
    rate bigint,
    currency text,
    created_at bigint not null,
    at bigint not null,
    deleted_at bigint,
    primary key (bucket, id),
    foreign key (bucket, workspace_id) references workspaces (bucket, id),
    foreign key (bucket, client_id) references clients (bucket, id),
    check ((id & 4095) = bucket),
    check ((workspace_id & 4095) = bucket),
    check (estimated_seconds >= 0),
    check (rate >= 0)
);
create unique index projects_name on projects (bucket, workspace_id, coalesce(client_id, 0), name)
    where deleted_at is null;
create unique index projects_guid on projects (bucket, workspace_id, guid) where guid is not null;
-- What changed since?
create index projects_changes on projects (workspace_id, at);
-- A client's projects; also what the foreign key asks when a client goes.
create index projects_client on projects (client_id);

create table project_members (
    id bigint not null,
    bucket integer not null,
    workspace_id bigint not null,
    project_id bigint not null,
    account_id bigint not null,
    manager boolean not null,
    rate bigint,
    created_at bigint not null,
    at bigint not null,
    deleted_at bigint,
    primary key (bucket, id),
    foreign key (bucket, workspace_id) references workspaces (bucket, id),
    foreign key (bucket, project_id) references projects (bucket, id),
    check ((id & 4095) = bucket),
    check ((workspace_id & 4095) = bucket),
    check (rate >= 0)
);
-- Is this person in this project? Asked for every private project.
create unique index project_members_person on project_members (bucket, project_id, account_id)
    where deleted_at is null;
-- Which projects is this person in?
create index project_members_projects on project_members (workspace_id, account_id, project_id)
    where deleted_at is null;

create table tasks (
    id bigint not null,
    bucket integer not null,
    workspace_id bigint not null,
    project_id bigint not null,
    name text not null,
    account_id bigint,
    active boolean not null,
    estimated_seconds bigint not null,
    created_at bigint not null,
    at bigint not null,
    deleted_at bigint,
    primary key (bucket, id),
    foreign key (bucket, workspace_id) references workspaces (bucket, id),
    foreign key (bucket, project_id) references projects (bucket, id),
    check ((id & 4095) = bucket),
    check ((workspace_id & 4095) = bucket),
    check (estimated_seconds >= 0)
);
create unique index tasks_name on tasks (bucket, project_id, name) where deleted_at is null;
-- What changed since?
create index tasks_changes on tasks (workspace_id, at);
-- A project's tasks.
create index tasks_project on tasks (project_id);

create table tags (
    id bigint not null,
    bucket integer not null,
    workspace_id bigint not null,
    name text not null,
    created_at bigint not null,
    at bigint not null,
    deleted_at bigint,
    primary key (bucket, id),
    foreign key (bucket, workspace_id) references workspaces (bucket, id),
    check ((id & 4095) = bucket),
    check ((workspace_id & 4095) = bucket)
);
create unique index tags_name on tags (bucket, workspace_id, name) where deleted_at is null;
-- What changed since?
create index tags_changes on tags (workspace_id, at);

-- Time -------------------------------------------------------------------------------------------

create table time_entries (
    id bigint not null,
    bucket integer not null,
    workspace_id bigint not null,
    account_id bigint not null,
    project_id bigint,
    task_id bigint,
    guid text not null,
    description text not null,
    start bigint not null,
    stop bigint,
    duration bigint not null,
    billable boolean not null,
    duronly boolean not null,
    created_with text not null,
    created_at bigint not null,
    at bigint not null,
    deleted_at bigint,
    primary key (bucket, id),
    foreign key (bucket, workspace_id) references workspaces (bucket, id),
    foreign key (bucket, project_id) references projects (bucket, id),
    foreign key (bucket, task_id) references tasks (bucket, id),
    check ((id & 4095) = bucket),
    check ((workspace_id & 4095) = bucket),
    check ((duration < 0) = (stop is null)),
    check (stop >= start),
    check (task_id is null or project_id is not null)
);
-- One entry for each guid of a person, deleted ones too, so that a repeated create stays harmless.
create unique index time_entries_guid on time_entries (bucket, account_id, guid);
-- One running entry a person: the net under `running_entries`.
create unique index time_entries_running on time_entries (bucket, account_id)
    where duration < 0 and deleted_at is null;
-- A person's entries in a range.
create index time_entries_person on time_entries (workspace_id, account_id, start desc) where deleted_at is null;
-- A workspace's entries in a range; sums need nothing but the index.
create index time_entries_range on time_entries (workspace_id, start desc)
    include (account_id, project_id, duration, billable) where deleted_at is null;
-- What changed since?
create index time_entries_changes on time_entries (workspace_id, at);
-- A project's entries, a task's entries; also what the foreign keys ask.
create index time_entries_project on time_entries (project_id);
create index time_entries_task on time_entries (task_id) where task_id is not null;

create table time_entry_tags (
    bucket integer not null,
    time_entry_id bigint not null,
    tag_id bigint not null,
    primary key (bucket, time_entry_id, tag_id),
    foreign key (bucket, time_entry_id) references time_entries (bucket, id),
    foreign key (bucket, tag_id) references tags (bucket, id)
);
-- Which entries carry this tag?
create index time_entry_tags_tag on time_entry_tags (tag_id);

-- The log ----------------------------------------------------------------------------------------

-- What happened, in commit order and without gaps within a bucket. Webhooks, mail, live updates,
-- history and undo come from here.
create table events (
    bucket integer not null,
    position bigint not null,
    workspace_id bigint,
    noun text not null,
    thing_id bigint not null,
    action text not null,
    account_id bigint,
    caller text,
    at bigint not null,
    before text,
    after text,
    primary key (bucket, position),
    check ((workspace_id & 4095) = bucket),
    check (action in ('created', 'updated', 'deleted'))
);
-- A thing's history.
create index events_thing on events (bucket, thing_id, noun);
