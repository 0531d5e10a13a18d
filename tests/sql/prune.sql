-- What nobody needs any more: which rows go, which stay, and that a page is told where it ended.
\ir fixture.psql
select no_plan();

\o /dev/null
-- A row of each kind and each state: "old" ones of 40 days ago, "new" ones of today.
select kassa.session_open('acct_a', 'cs_' || name, name, 'live', 1234, 'USD', 'platform', null, null)
from unnest(array['old_open', 'old_looked', 'new_open']) as name;
select pg_temp.charge('old_paid', 'succeeded');
select pg_temp.charge('old_failed', 'failed');
select pg_temp.charge('old_unknown', 'unknown');
select kassa.setup_open('acct_a', 'ss_' || name, 'contact', 'live')
from unnest(array['old_open', 'old_failed', 'old_sending', 'old_kept', 'new_open']) as name;
insert into kassa.payment_method (account_id, payment_method_id, contact_id, processor, token, fingerprint, brand, last4, expiry_month,
	expiry_year) values ('acct_a', 'pm_a', 'contact', 'sandbox', 'tok', 'fp', 'visa', '4242', 12, 2039);
update kassa.setup set status = case setup_id when 'ss_old_failed' then 'failed' when 'ss_old_sending' then 'sending'
		else 'succeeded' end::kassa.setup_status,
	attempt = 1, processor = 'sandbox', decline = case setup_id when 'ss_old_failed' then 'card_declined' else 'none' end::kassa.decline,
	payment_method_id = case setup_id when 'ss_old_kept' then 'pm_a' end,
	settled_at = case when setup_id <> 'ss_old_sending' then now() end
	where setup_id in ('ss_old_failed', 'ss_old_sending', 'ss_old_kept');
insert into kassa.declined (account_id, subject, contact_id, client) values ('acct_a', 'new', null, ''), ('acct_b', 'old', null, '');
update kassa.checkout_session set created_at = now() - interval '40 days' where session_id ~ 'old';
update kassa.checkout_session set refreshed_at = now() - interval '40 days' where session_id ~ 'old' and session_id !~ 'looked';
update kassa.setup set created_at = now() - interval '40 days' where setup_id ~ 'old';
update kassa.declined set created_at = now() - interval '40 days' where subject ~ 'old';
\o

create function pg_temp.prune(p_what text, p_account text default '', p_id text default '', p_days int default 30)
returns setof text language sql as $$
	select concat_ws(' ', last_account, last_id, removed) from kassa.prune(p_what, p_days, p_account, p_id);
$$;

select results_eq($$select pg_temp.prune('session', p_days => 60)$$, $$values ('acct_a cs_old_unknown 0')$$, 'prune_leaves_what_is_younger');
select results_eq($$select pg_temp.prune('session')$$, $$values ('acct_a cs_old_unknown 1')$$, 'prune_says_where_its_page_ended');
select bag_eq($$select session_id from kassa.checkout_session$$,
	$$values ('cs_old_looked'), ('cs_new_open'), ('cs_old_paid'), ('cs_old_failed'), ('cs_old_unknown')$$,
	'prune_of_sessions_leaves_what_was_looked_at_since_and_all_that_have_a_charge');
select is_empty($$select pg_temp.prune('session', 'acct_a', 'cs_old_unknown')$$, 'prune_behind_the_last_row_finds_no_page');
select results_eq($$select pg_temp.prune('setup')$$, $$values ('acct_a ss_old_sending 2')$$, 'prune_removes_setups_that_kept_no_card');
select bag_eq($$select setup_id from kassa.setup$$, $$values ('ss_old_sending'), ('ss_old_kept'), ('ss_new_open')$$,
	'prune_of_setups_leaves_whose_end_is_not_known_and_what_a_payer_agreed_to');
select is((select removed from kassa.prune('decline', 30, '', '')), 2::bigint, 'prune_removes_old_declines_of_all_accounts');
select results_eq($$select subject from kassa.declined$$, $$values ('new')$$, 'prune_of_declines_leaves_young_ones');
select throws_ok(format('select kassa.prune(%L, %s, %L, %L)', c.what, c.days, '', ''), 'KA002', null, c.name)
from (values
	('prune_of_what_is_younger_than_a_month_is_refused', 'session', '29'),
	('prune_without_an_age_is_refused', 'session', 'null'),
	('prune_of_something_else_is_refused', 'charge', '90')
) as c (name, what, days);
select is(pg_temp.attempt('kassa_server', $$select kassa.prune('session', 90, '', '')$$), '42501', 'prune_is_the_operators');
select is(pg_temp.attempt('kassa_owner', $$select kassa.prune('session', 90, '', '')$$), 'yes', 'prune_is_allowed_to_the_owner');

select finish();
rollback;
