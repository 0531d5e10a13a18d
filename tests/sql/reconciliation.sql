-- Reconciliation: what each operation of a processor's list comes to, against the books as they stand.
\ir fixture.psql
select no_plan();

-- One operation, as src/pay/pay_reconcile.c writes it.
create function pg_temp.operation(p_key text, p_more jsonb default '{}') returns jsonb language sql as $$
	select jsonb_build_object('kind', 'charge', 'key', 'ch_' || p_key, 'amount_minor', 1234, 'currency', 'USD',
		'outcome', 'succeeded', 'decline', 'none', 'reference', 'sbx_' || p_key, 'at', '2026-01-02T03:04:05.678901Z',
		'transaction_id', p_key, 'session_id', 'cs_new_' || p_key) || p_more;
$$;
create function pg_temp.refund(p_key text, p_charge text, p_more jsonb default '{}') returns jsonb language sql as $$
	select jsonb_build_object('kind', 'refund', 'key', 're_' || p_key, 'charge_key', 'ch_' || p_charge,
		'amount_minor', 200, 'currency', 'USD', 'outcome', 'succeeded', 'decline', 'none', 'reference', 'sbx_' || p_key,
		'at', '2026-01-02T03:04:06Z') || p_more;
$$;
-- A run over one page, and its verdicts.
create function pg_temp.run(p_run text, p_dry boolean, variadic p_operations jsonb[]) returns text language plpgsql as $$
begin
	perform kassa.reconciliation_start(p_run, 'acct_a', '2026-01-01Z', p_dry);
	perform kassa.reconciliation_page('acct_a', p_run, 'sandbox', to_jsonb(p_operations), 'cursor', 60000);
	perform kassa.reconciliation_end('acct_a', p_run, 'sandbox', '');
	return (select string_agg(concat_ws(' ', key, verdict, nullif(detail, '')), '; ' order by key) from kassa.reconciled
		where reconciliation_id = p_run and verdict <> 'only_here');
end
$$;
create function pg_temp.charge_now(p_charge text) returns text language sql as $$
	select concat_ws(' ', status, captured_minor, refunded_minor, reference, session_id, payment_method_id,
		to_char(created_at at time zone 'utc', 'YYYY-MM-DD')) from kassa.charge where charge_id = 'ch_' || p_charge;
$$;

-- What is missing.
select is(pg_temp.run('dry', true, pg_temp.operation('lost')), 'ch_lost missing', 'dry_run_of_a_lost_charge_says_missing');
select is(pg_temp.charge_now('lost'), null, 'dry_run_of_a_lost_charge_books_nothing');
select is(pg_temp.run('once', false, pg_temp.operation('lost'), pg_temp.refund('lost', 'lost')),
	'ch_lost booked; re_lost booked', 'lost_charge_and_its_refund_are_booked');
select is(pg_temp.charge_now('lost'), 'succeeded 1234 200 sbx_lost cs_new_lost 2026-01-02',
	'lost_charge_is_as_the_processor_remembers_it');
select is((select string_agg(concat_ws(' ', phase, debit, amount_minor, refund_id), '; ' order by transfer_id)
		from kassa.transfer where charge_id = 'ch_lost'),
	'pending processor_clearing 1234; post processor_clearing 1234; pending merchant_payable 200 re_lost; post merchant_payable 200 re_lost',
	'lost_charge_and_refund_are_double_entries_of_both_phases');
select is(pg_temp.job('ch_lost'), null, 'lost_charge_leaves_no_job');
select is((select rule::text from kassa.refund where refund_id = 're_lost'), 'reconciled', 'lost_refund_says_who_found_it');
select is(pg_temp.run('twice', false, pg_temp.operation('lost'), pg_temp.refund('lost', 'lost')),
	'ch_lost agrees; re_lost agrees', 'reconciling_twice_books_nothing_twice');
select is((select count(*) from kassa.transfer where charge_id = 'ch_lost'), 4::bigint, 'reconciling_twice_adds_no_transfer');
select is(pg_temp.run('page', false, pg_temp.operation('told'), pg_temp.operation('told')), 'ch_told booked',
	'operation_told_twice_is_booked_once');

-- Where it belongs: a session that is there, with its attempts so far; a kept card; neither.
\o /dev/null
select kassa.session_open('acct_a', 'cs_here', 'here', 'live', 1234, 'USD', 'platform', null, null);
select pg_temp.charge('again', 'failed');
select kassa.method_keep('acct_a', 'contact', 'sandbox', '(tok,fp,visa,4242,12,2099)', 'pm_here');
\o
select is(pg_temp.run('where', false, pg_temp.operation('here'), pg_temp.operation('second', '{"transaction_id": "again"}'),
		pg_temp.operation('kept', jsonb_build_object('contact_id', 'contact', 'payment_method_id', 'pm_here', 'request_sha256', repeat('e', 64))),
		pg_temp.operation('gone', jsonb_build_object('contact_id', 'contact', 'payment_method_id', 'pm_gone', 'request_sha256', repeat('e', 64))),
		pg_temp.operation('nowhere', jsonb_build_object('transaction_id', null, 'payment_method_id', 'pm_gone'))),
	'ch_gone booked; ch_here booked; ch_kept booked; ch_nowhere unbookable the books do not take it: no transaction_id; ch_second booked',
	'lost_charges_are_booked_where_they_belong');
select is(pg_temp.charge_now('here'), 'succeeded 1234 0 sbx_here cs_here 2026-01-02', 'lost_charge_of_a_session_that_is_there_is_of_it');
select is(pg_temp.charge_now('kept'), 'succeeded 1234 0 sbx_kept pm_here 2026-01-02', 'lost_charge_of_a_kept_card_is_of_it');
select is(pg_temp.charge_now('gone'), 'succeeded 1234 0 sbx_gone cs_new_gone 2026-01-02',
	'lost_charge_of_a_lost_card_is_of_a_session_made_anew');
select is((select attempt from kassa.charge where charge_id = 'ch_second'), 2::smallint, 'lost_charge_after_a_declined_one_is_the_next_attempt');
select is(pg_temp.charge_now('nowhere'), null, 'lost_charge_that_belongs_nowhere_is_not_booked');

-- What has no end.
\o /dev/null
select pg_temp.reserve('open'), pg_temp.reserve('sad');
select pg_temp.charge('late', 'unknown');
\o
select is(pg_temp.run('open_dry', true, pg_temp.operation('open')), 'ch_open open', 'dry_run_of_an_open_charge_says_open');
select is((select status::text from kassa.charge where charge_id = 'ch_open'), 'sending', 'dry_run_of_an_open_charge_settles_nothing');
select is(pg_temp.run('open', false, pg_temp.operation('open'), pg_temp.operation('late', '{"outcome": "pending"}'),
		pg_temp.operation('sad', '{"outcome": "failed", "decline": "card_declined"}')),
	'ch_late agrees; ch_open settled; ch_sad settled', 'open_charges_end_as_the_processor_says');
select is((select string_agg(status::text, ' ' order by charge_id) from kassa.charge where charge_id in ('ch_open', 'ch_sad', 'ch_late')),
	'unknown succeeded failed', 'open_charges_have_their_ends');
select is(pg_temp.run('pending', false, pg_temp.operation('wait', '{"outcome": "pending"}')), 'ch_wait booked', 'lost_pending_charge_is_booked');
select is((select status::text from kassa.charge where charge_id = 'ch_wait'), 'pending', 'lost_pending_charge_is_pending');
select is(pg_temp.job('ch_wait'), 'charge_resolve waiting pending 0 in 01:00:00', 'lost_pending_charge_has_its_job');
select is(pg_temp.run('idle', false, pg_temp.operation('idle', '{"outcome": "failed", "decline": "card_declined"}')), 'ch_idle idle',
	'declined_charge_that_is_not_here_needs_no_booking');
select is(pg_temp.charge_now('idle'), null, 'declined_charge_that_is_not_here_is_not_booked');

-- What differs is never guessed.
\o /dev/null
select pg_temp.charge('less', 'succeeded'), pg_temp.charge('euro', 'succeeded'), pg_temp.charge('yes', 'succeeded'), pg_temp.charge('no', 'failed'),
	pg_temp.charge('taken', 'succeeded'), pg_temp.charge('full', 'succeeded');
select kassa.refund_reserve('acct_a', 'ch_full', 're_full', 1000, 0, 1, 1);
select kassa.refund_settle('acct_a', 're_full', 'succeeded', 'none', '', 1);
create temporary table untouched as select count(*) from kassa.transfer;
\o
select is(pg_temp.run(c.name, false, c.operation), c.verdict, c.name)
from (values
	('charge_of_another_amount', pg_temp.operation('less', '{"amount_minor": 1233}'), 'ch_less differs USD 1234 minor units here'),
	('charge_of_another_currency', pg_temp.operation('euro', '{"currency": "EUR"}'), 'ch_euro differs USD 1234 minor units here'),
	('charge_that_failed_there', pg_temp.operation('yes', '{"outcome": "failed", "decline": "card_declined"}'), 'ch_yes differs succeeded here, failed there'),
	('charge_that_succeeded_there', pg_temp.operation('no'), 'ch_no differs failed here, succeeded there'),
	('charge_that_pends_there', pg_temp.operation('yes', '{"outcome": "pending"}'), 'ch_yes differs succeeded here, pending there'),
	('second_charge_of_a_transaction', pg_temp.operation('double', '{"transaction_id": "taken"}'),
		'ch_double unbookable the books do not take it: charge_alive_once_per_transaction'),
	('refund_of_another_amount', pg_temp.refund('full', 'full', '{"amount_minor": 1001}'), 're_full differs USD 1000 minor units here'),
	('refund_of_another_charge', pg_temp.refund('full', 'yes', '{"amount_minor": 1000}'), 're_full differs USD 1000 minor units here'),
	('refund_that_failed_there', pg_temp.refund('full', 'full', '{"amount_minor": 1000, "outcome": "failed", "decline": "processor_refused"}'),
		're_full differs succeeded here, failed there'),
	('refund_of_more_than_is_left', pg_temp.refund('much', 'full', '{"amount_minor": 235}'),
		're_much unbookable the books do not take it: refunds_never_exceed_the_charge'),
	('refund_of_no_charge', pg_temp.refund('none', 'never'), 're_none unbookable its charge is not in the books'),
	('refund_of_a_failed_charge', pg_temp.refund('none', 'no'), 're_none unbookable the books do not take it: refunds_never_exceed_the_charge')
) as c (name, operation, verdict);
select results_eq('select count(*) from kassa.transfer', 'select * from untouched', 'what_differs_moves_nothing');
select is((select refunded_minor from kassa.charge where charge_id = 'ch_full'), 1000::bigint, 'refund_that_is_not_booked_leaves_the_limit');
select is(pg_temp.run('all_that_is_left', false, pg_temp.refund('rest', 'full', '{"amount_minor": 234}')), 're_rest booked',
	'refund_of_exactly_what_is_left_is_booked');

-- What is only here: it had its end before the list was asked for. Others' charges are not asked about.
\o /dev/null
set local session_replication_role = replica;
update kassa.charge set created_at = now() - interval '3 hours', settled_at = now() - interval '2 hours' where status = 'succeeded';
update kassa.refund set created_at = now() - interval '3 hours', settled_at = now() - interval '2 hours' where status = 'succeeded';
update kassa.charge set created_at = '2025-12-31Z' where charge_id = 'ch_less';
set local session_replication_role = origin;
select kassa.reconciliation_start('here', 'acct_a', '2026-01-01Z', false);
select kassa.reconciliation_page('acct_a', 'here', 'sandbox', to_jsonb(array[pg_temp.operation('yes')]), 'c', 60000);
select kassa.reconciliation_end('acct_a', 'here', 'sandbox', '');
\o
select results_eq($$select key from kassa.reconciled where reconciliation_id = 'here' and verdict = 'only_here' order by 1$$,
	$$select charge_id from kassa.charge where account_id = 'acct_a' and status = 'succeeded' and charge_id not in ('ch_yes', 'ch_less')
		union all select refund_id from kassa.refund where status = 'succeeded' order by 1$$,
	'what_succeeded_here_and_is_not_in_the_list_is_named');
\o /dev/null
select kassa.reconciliation_start('unread', 'acct_a', '2026-01-01Z', false);
select kassa.reconciliation_end('acct_a', 'unread', 'sandbox', 'processor_unsupported');
\o
select is((select count(*) from kassa.reconciled where reconciliation_id = 'unread'), 0::bigint, 'list_that_cannot_be_read_accuses_nobody');

-- All accounts, one, none.
select results_eq($$select * from kassa.reconciliation_start('every', null, now(), false)$$, $$values ('acct_a'), ('acct_b')$$,
	'reconciliation_of_all_is_one_of_each');
select is(pg_temp.job('every'), 'processor_reconcile waiting 0 in 00:00:00; processor_reconcile waiting 0 in 00:00:00',
	'reconciliation_is_a_job_that_is_due');
select is_empty($$select * from kassa.reconciliation_start('nobody', 'acct_z', now(), false)$$, 'reconciliation_of_nobody_is_none');
select is_empty('select * from kassa.ledger_problems()', 'books_balance_after_all_of_it');

-- The sandbox remembers what was sent along, and lists it.
\o /dev/null
select sandbox.token_make('acct_a', 'tok_' || n, 'visa', '4242', 12, 2031, 'succeed', 'none') from generate_series(1, 3) n;
select sandbox.note('acct_a', 'ch_n' || n, 't' || n, '', '', '', sandbox.charge('acct_a', 'ch_n' || n, 'tok_' || n, 100 * n, 'USD', false, 1))
	from generate_series(1, 3) n;
select sandbox.note('acct_a', 'ch_n1', 'other', 'other', '', '', sandbox.charge('acct_a', 'ch_n1', 'tok_1', 100, 'USD', false, 1));
select sandbox.refund('acct_a', 're_n', 'ch_n1', 50, 'USD'), sandbox.look_up('acct_a', 'ch_closed');
\o
select results_eq($$select kind::text, key, charge_key, amount_minor, outcome::text, transaction_id, contact_id
		from sandbox.list('acct_a', now() - interval '1 hour', '', 50)$$,
	$$values ('charge', 'ch_n1', null, 100::bigint, 'succeeded', 't1', null), ('charge', 'ch_n2', null, 200, 'succeeded', 't2', null),
		('charge', 'ch_n3', null, 300, 'succeeded', 't3', null), ('refund', 're_n', 'ch_n1', 50, 'succeeded', null, null)$$,
	'sandbox_lists_charges_and_refunds_with_what_was_first_said_of_them');
select results_eq($$select key from sandbox.list('acct_a', now() - interval '1 hour', 'ch_n2', 1)$$, $$values ('ch_n3')$$,
	'sandbox_list_goes_on_behind_a_key');
select is_empty($$select * from sandbox.list('acct_a', now() + interval '1 second', '', 50)$$, 'sandbox_list_begins_at_a_time');
select is_empty($$select * from sandbox.list('acct_b', now() - interval '1 hour', '', 50)$$, 'sandbox_list_is_of_one_account');

select finish();
rollback;
