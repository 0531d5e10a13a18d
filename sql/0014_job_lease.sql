-- A job that is wanted again while it runs waits for that run: two runs at once would do everything twice.
set local role kassa_owner;

alter table kassa.job add column leased_until timestamptz;
comment on column kassa.job.leased_until is
	'Until when it is a runner''s; null when nobody has it. run_at alone does not tell a lease from a pause after a failure.';
grant update (leased_until) on kassa.job to kassa_books;
