"""What is done outside requests: a worker that takes jobs from the database, and a module for each kind of job."""
