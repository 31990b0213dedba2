-- What waits and what went wrong, asked over all buckets by whoever watches the server: each found without looking
-- through what is done.

create index jobs_buried on jobs (kind) where buried_at is not null;
-- Since when does a subscription wait? The bucket is here for PostgreSQL, which takes it for a condition of its own.
create index deliveries_waiting on deliveries (subscription_id, bucket, created_at) where finished_at is null;
create index lanes_failing on lanes (subscription_id) where attempts > 0;
