-- The tables' own limits, asked as their owner: each no beside its nearest yes.
\ir fixture.psql
select no_plan();
\o /dev/null
select pg_temp.reserve('x');
select pg_temp.reserve('paid');
select kassa.charge_settle('acct_a', 'ch_paid', 'succeeded', 'none', '', '', 1);
select pg_temp.reserve('no');
select kassa.charge_settle('acct_a', 'ch_no', 'failed', 'card_declined', '', '', 1);
-- Books with only one of the two accounts.
insert into kassa.ledger_account values ('acct_b', 'processor_clearing', 'KWD');
select kassa.session_open('acct_a', 'cs_open', 'open', 'brief', 5, 'USD', 'page', 'contact', 'order');
\o

-- The pending transfer of ch_x, copied with one column changed.
create function pg_temp.transfer_of_x(p_change jsonb) returns text language sql as $$
	select format('insert into kassa.transfer (account_id, phase, pending_id, debit, credit, currency,'
		' amount_minor, charge_id) values (%L, %L, %L, %L, %L, %L, %L, %L)', r.account_id, r.phase,
		r.pending_id, r.debit, r.credit, r.currency, r.amount_minor, r.charge_id)
	from kassa.transfer t
	cross join lateral jsonb_populate_record(t, jsonb_build_object('phase', 'post', 'pending_id', t.transfer_id)
		|| p_change) r
	where t.charge_id = 'ch_x';
$$;

-- A charge of cs_open as charge_reserve writes it, with some columns changed.
create function pg_temp.charge_of_open(p_change jsonb) returns text language sql as $$
	select format('insert into kassa.charge select * from jsonb_populate_record('
		'(select c from kassa.charge c where c.charge_id = ''ch_x''), %L)',
		'{"charge_id": "ch_open", "session_id": "cs_open", "transaction_id": "open"}'::jsonb || p_change);
$$;

select is(pg_temp.attempt('kassa_owner', c.statement), c.expected, c.name)
from (values
	('transfer_post_copies_its_pending_one', pg_temp.transfer_of_x('{}'), 'yes'),
	('transfer_void_copies_its_pending_one', pg_temp.transfer_of_x('{"phase": "void"}'), 'yes'),
	('transfer_post_cannot_be_of_more', pg_temp.transfer_of_x('{"amount_minor": 1235}'),
		'transfer_copies_its_pending_one'),
	('transfer_post_cannot_be_of_less', pg_temp.transfer_of_x('{"amount_minor": 1233}'),
		'transfer_copies_its_pending_one'),
	('transfer_post_cannot_turn_around',
		pg_temp.transfer_of_x('{"debit": "merchant_payable", "credit": "processor_clearing"}'),
		'transfer_copies_its_pending_one'),
	('transfer_post_cannot_be_of_another_charge', pg_temp.transfer_of_x('{"charge_id": "ch_paid"}'),
		'transfer_copies_its_pending_one'),
	('transfer_post_cannot_be_of_another_account', pg_temp.transfer_of_x('{"account_id": "acct_b"}'),
		'transfer_debit_is_open'),
	('transfer_post_needs_a_pending_one', pg_temp.transfer_of_x('{"pending_id": null}'),
		'transfer_resolves_a_pending_one'),
	('transfer_post_cannot_resolve_a_post', pg_temp.transfer_of_x(jsonb_build_object('charge_id', 'ch_paid',
		'pending_id', (select transfer_id from kassa.transfer where phase = 'post'))),
		'transfer_copies_its_pending_one'),
	('transfer_resolved_cannot_be_posted_again', pg_temp.transfer_of_x(jsonb_build_object('charge_id', 'ch_paid',
		'pending_id', (select transfer_id from kassa.transfer where charge_id = 'ch_paid' and phase = 'pending'))),
		'transfer_is_resolved_once'),
	('transfer_resolved_cannot_be_voided', pg_temp.transfer_of_x(jsonb_build_object('charge_id', 'ch_paid',
		'phase', 'void',
		'pending_id', (select transfer_id from kassa.transfer where charge_id = 'ch_paid' and phase = 'pending'))),
		'transfer_is_resolved_once'),
	('transfer_pending_resolves_nothing', pg_temp.transfer_of_x('{"phase": "pending"}'),
		'transfer_resolves_a_pending_one'),
	('transfer_reserves_once_per_charge', pg_temp.transfer_of_x('{"phase": "pending", "pending_id": null}'),
		'transfer_reserves_once'),
	('transfer_amount_cannot_be_zero', pg_temp.transfer_of_x('{"amount_minor": 0}'),
		'transfer_amount_is_positive'),
	('transfer_amount_cannot_be_negative', pg_temp.transfer_of_x('{"amount_minor": -1234}'),
		'transfer_amount_is_positive'),
	('transfer_cannot_stay_in_one_account', pg_temp.transfer_of_x('{"credit": "processor_clearing"}'),
		'transfer_moves_between_two'),
	('transfer_needs_an_open_account', pg_temp.transfer_of_x('{"currency": "KWD"}'),
		'transfer_debit_is_open'),
	('transfer_credit_needs_an_open_account', pg_temp.transfer_of_x('{"account_id": "acct_b", "currency": "KWD",
		"phase": "pending", "pending_id": null}'), 'transfer_credit_is_open'),

	('charge_is_taken', pg_temp.charge_of_open('{}'), 'yes'),
	('charge_cannot_live_twice_for_a_transaction', pg_temp.charge_of_open('{"transaction_id": "x"}'),
		'charge_alive_once_per_transaction'),
	('charge_may_live_after_one_that_failed', pg_temp.charge_of_open('{"transaction_id": "no"}'), 'yes'),
	('charge_cannot_live_beside_one_that_succeeded', pg_temp.charge_of_open('{"transaction_id": "paid"}'),
		'charge_alive_once_per_transaction'),
	('charge_takes_the_fifth_attempt', pg_temp.charge_of_open('{"attempt": 5}'), 'yes'),
	('charge_refuses_a_sixth_attempt', pg_temp.charge_of_open('{"attempt": 6}'), 'charge_attempts_are_limited'),
	('charge_attempt_is_counted_once', pg_temp.charge_of_open(
		'{"session_id": "cs_no", "transaction_id": "no", "attempt": 1}'), 'charge_attempts_are_counted'),
	('charge_takes_the_largest_amount', pg_temp.charge_of_open('{"amount_minor": 999999999999999}'), 'yes'),
	('charge_refuses_more_than_the_largest_amount', pg_temp.charge_of_open('{"amount_minor": 1000000000000000}'),
		'charge_amount_minor_check'),
	('charge_refuses_nothing', pg_temp.charge_of_open('{"amount_minor": 0}'), 'charge_amount_minor_check'),
	('charge_needs_a_session', pg_temp.charge_of_open('{"session_id": "cs_z"}'),
		'charge_account_id_session_id_fkey'),
	('charge_needs_a_session_of_its_account', pg_temp.charge_of_open('{"account_id": "acct_b"}'),
		'charge_account_id_session_id_fkey'),
	('charge_captures_nothing_before_it_succeeds', pg_temp.charge_of_open('{"captured_minor": 1234}'),
		'charge_captures_all_or_nothing'),
	('charge_open_has_no_end', pg_temp.charge_of_open('{"settled_at": "2026-01-01"}'),
		'charge_says_when_it_ended'),
	('charge_open_has_no_decline', pg_temp.charge_of_open('{"decline": "card_declined"}'),
		'charge_says_why_it_failed'),
	('charge_sending_asks_nothing_of_the_payer', pg_temp.charge_of_open('{"action": "chl"}'),
		'charge_asks_only_while_pending'),
	('charge_pending_may_ask_the_payer', pg_temp.charge_of_open('{"status": "pending", "action": "chl"}'), 'yes'),
	('charge_succeeded_captures_its_amount', $$update kassa.charge set status = 'succeeded', captured_minor = 1234,
		settled_at = now() where charge_id = 'ch_x'$$, 'yes'),
	('charge_succeeded_cannot_capture_less', $$update kassa.charge set status = 'succeeded', captured_minor = 1233,
		settled_at = now() where charge_id = 'ch_x'$$, 'charge_captures_all_or_nothing'),
	('charge_succeeded_cannot_capture_more', $$update kassa.charge set captured_minor = 1235
		where charge_id = 'ch_paid'$$, 'charge_captures_all_or_nothing'),
	('charge_failed_has_a_reason', $$update kassa.charge set decline = 'none' where charge_id = 'ch_no'$$,
		'charge_says_why_it_failed'),

	('session_is_one_per_transaction', $$insert into kassa.checkout_session values
		('acct_a', 'cs_z', 'x', 'live', 1, 'USD', 'page')$$, 'session_once_per_transaction'),
	('session_of_another_account_may_have_the_transaction', $$insert into kassa.checkout_session values
		('acct_b', 'cs_z', 'x', 'live', 1, 'USD', 'page')$$, 'yes'),
	('session_id_is_one_over_all_accounts', $$insert into kassa.checkout_session values
		('acct_b', 'cs_x', 'x', 'live', 1, 'USD', 'page')$$, 'session_id_is_a_capability'),
	('session_amount_is_positive', $$insert into kassa.checkout_session values
		('acct_b', 'cs_z', 'x', 'live', 0, 'USD', 'page')$$, 'checkout_session_amount_minor_check'),

	('api_key_needs_an_account', $$insert into kassa.api_key values ('acct_z', repeat('d', 64), 'secret')$$,
		'api_key_account_id_fkey'),
	('api_key_publishable_names_one_account', $$insert into kassa.api_key values ('acct_b', repeat('d', 64),
		'publishable', 'kassa_pk_test_a')$$, 'publishable_key_names_one_account'),
	('platform_token_needs_an_account', $$insert into kassa.platform_token values ('acct_z', 'sealed')$$,
		'platform_token_account_id_fkey'),
	('ledger_account_needs_an_account', $$insert into kassa.ledger_account values
		('acct_z', 'merchant_payable', 'USD')$$, 'ledger_account_account_id_fkey'),

	('sandbox_token_needs_a_card', $$insert into sandbox.token values ('acct_a', 'tok_z', 'fp_z')$$,
		'token_account_id_fingerprint_fkey'),
	('sandbox_method_needs_a_card', $$insert into sandbox.method values ('acct_a', 'pm_z', 'fp_z')$$,
		'method_account_id_fingerprint_fkey'),
	('sandbox_challenge_is_one_over_all_accounts', $$insert into sandbox.operation (account_id, key, kind, challenge)
		values ('a', 'k', 'charge', 'chl'), ('b', 'k', 'charge', 'chl')$$, 'challenge_is_a_capability'),
	('sandbox_refunds_cannot_exceed_the_charge', $$insert into sandbox.operation (account_id, key, kind,
		amount_minor, refunded_minor) values ('a', 'k', 'charge', 10, 11)$$, 'refunds_never_exceed_the_charge'),
	('sandbox_refunds_may_reach_the_charge', $$insert into sandbox.operation (account_id, key, kind,
		amount_minor, refunded_minor) values ('a', 'k', 'charge', 10, 10)$$, 'yes'),
	('sandbox_refunds_need_an_amount', $$insert into sandbox.operation (account_id, key, kind,
		refunded_minor) values ('a', 'k', 'closed', 1)$$, 'refunds_never_exceed_the_charge')
) as c (name, statement, expected);

-- The hot path (verify) is an index look-up however many charges there are.
create function pg_temp.plan(p_query text) returns jsonb language plpgsql as $$
declare
	answer jsonb;
begin
	execute 'explain (format json) ' || p_query into answer;
	return answer;
end
$$;
\o /dev/null
select pg_temp.reserve('n' || n) from generate_series(1, 500) n;
analyze kassa.charge, kassa.job;
\o
select ok(jsonb_path_exists(pg_temp.plan(c.query), format('$.** ? (@."Index Name" like_regex "^%s$")', c.index)::jsonpath)
	and not jsonb_path_exists(pg_temp.plan(c.query), '$.** ? (@."Node Type" == "Seq Scan")'), c.name)
from (values
	('charge_by_id_is_an_index_scan', 'charge_(pkey|by_id)',
		$$select from kassa.charge where account_id = 'acct_a' and charge_id = 'ch_n7'$$),
	('charge_by_transaction_is_an_index_scan', 'charge_alive_once_per_transaction',
		$$select from kassa.charge where account_id = 'acct_a' and transaction_id = 'n7' and status <> 'failed'$$),
	('charge_of_a_session_is_an_index_scan', 'charge_attempts_are_counted',
		$$select from kassa.charge where account_id = 'acct_a' and session_id = 'cs_n7' order by attempt desc limit 1$$),
	('job_due_is_an_index_scan', 'job_due',
		$$select from kassa.job where state = 'waiting' and run_at <= now() order by run_at limit 10$$),
	('job_of_a_subject_is_an_index_scan', 'job_once_per_subject',
		$$select from kassa.job where account_id = 'acct_a' and kind = 'charge_resolve' and subject = 'ch_n7'$$),
	('charge_lately_of_a_contact_is_an_index_scan', 'charge_by_contact',
		$$select from kassa.charge where account_id = 'acct_a' and contact_id = 'contact7'
			and created_at > now() - interval '1 hour' and status = 'failed'$$),
	('charge_lately_of_an_address_is_an_index_scan', 'charge_by_client',
		$$select from kassa.charge where account_id = 'acct_a' and client = 'client7'
			and created_at > now() - interval '1 hour' and status = 'failed'$$),
	('refund_of_a_charge_is_an_index_scan', 'refund_once_per_ordinal',
		$$select from kassa.refund where account_id = 'acct_a' and charge_id = 'ch_n7' and status <> 'failed'$$)
) as c (name, index, query);

select finish();
rollback;
