-- Who wants to be told of what happens, how far the log has been followed for them, and what they were told.

-- The method and path of the request that did it, where there was one.
alter table events add column request text;

-- A subscription lives with its workspace. What is after `position` in the log is for it. `failing_since` is
-- when the first of its deliveries failed after which none succeeded.
create table subscriptions (
    id bigint not null,
    bucket integer not null,
    workspace_id bigint not null,
    account_id bigint not null,
    description text not null,
    url text not null,
    filters text not null,
    secret bytea not null,
    enabled boolean not null,
    position bigint not null,
    validated_at bigint,
    failing_since bigint,
    created_at bigint not null,
    at bigint not null,
    deleted_at bigint,
    primary key (bucket, id),
    foreign key (bucket, workspace_id) references workspaces (bucket, id),
    check ((id & 4095) = bucket),
    check ((workspace_id & 4095) = bucket)
);
create unique index subscriptions_description on subscriptions (bucket, workspace_id, description)
    where deleted_at is null;

-- Up to where a bucket's log has become deliveries. There is one for each bucket that has subscriptions.
create table fan_outs (
    bucket integer not null,
    position bigint not null,
    primary key (bucket)
);

-- That an event is for a subscription, and what came of it.
create table deliveries (
    bucket integer not null,
    position bigint not null,
    subscription_id bigint not null,
    noun text not null,
    thing_id bigint not null,
    created_at bigint not null,
    attempts integer not null,
    first_tried_at bigint,
    tried_at bigint,
    error text,
    finished_at bigint,
    primary key (bucket, position, subscription_id),
    foreign key (bucket, subscription_id) references subscriptions (bucket, id),
    check ((subscription_id & 4095) = bucket)
);
-- What is next in a lane?
create index deliveries_lane on deliveries (subscription_id, noun, thing_id, position)
    where finished_at is null;
-- What was a subscription told last?
create index deliveries_of_subscription on deliveries (subscription_id, position);

-- What is to be delivered to a subscription of one thing, one event after the other. It is there as long as that is
-- something; it is claimed for a while, as jobs are.
create table lanes (
    bucket integer not null,
    subscription_id bigint not null,
    noun text not null,
    thing_id bigint not null,
    run_at bigint not null,
    attempts integer not null,
    claimed_until bigint,
    primary key (bucket, subscription_id, noun, thing_id),
    foreign key (bucket, subscription_id) references subscriptions (bucket, id),
    check ((subscription_id & 4095) = bucket)
);
-- Which lane of a subscription is due?
create index lanes_due on lanes (subscription_id, run_at);
