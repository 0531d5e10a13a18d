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
select kassa.method_keep('acct_a', 'contact', 'sandbox', '(tok,fp,visa,4242,12,2031)', 'pm_x');
select kassa.setup_open('acct_a', 'ss_x', 'contact', 'live');
select kassa.refund_reserve('acct_a', 'ch_paid', 're_x', 100, 0, 1, 1);
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

-- A charge of a kept card as charge_reserve_kept writes it, with some columns changed.
create function pg_temp.charge_of_kept(p_change jsonb) returns text language sql as $$
	select pg_temp.charge_of_open(jsonb_build_object('session_id', null, 'payment_method_id', 'pm_x', 'contact_id', 'contact',
		'request_sha256', repeat('e', 64)) || p_change);
$$;

-- The refund re_x, copied with some columns changed.
create function pg_temp.refund_of_paid(p_change jsonb) returns text language sql as $$
	select format('insert into kassa.refund select * from jsonb_populate_record('
		'(select r from kassa.refund r where r.refund_id = ''re_x''), %L)', '{"refund_id": "re_y", "ordinal": 1}'::jsonb || p_change);
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
		'pending_id', (select transfer_id from kassa.transfer where charge_id = 'ch_paid' and phase = 'pending'
			and refund_id is null))),
		'transfer_is_resolved_once'),
	('transfer_resolved_cannot_be_voided', pg_temp.transfer_of_x(jsonb_build_object('charge_id', 'ch_paid',
		'phase', 'void',
		'pending_id', (select transfer_id from kassa.transfer where charge_id = 'ch_paid' and phase = 'pending'
			and refund_id is null))),
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

	('charge_of_a_kept_card_is_taken', pg_temp.charge_of_kept('{}'), 'yes'),
	('charge_without_session_and_card_is_refused', pg_temp.charge_of_open('{"session_id": null}'),
		'charge_has_a_payer_or_a_kept_card'),
	('charge_of_a_session_and_a_card_is_refused', pg_temp.charge_of_kept('{"session_id": "cs_open"}'),
		'charge_has_a_payer_or_a_kept_card'),
	('charge_of_a_kept_card_may_have_no_transaction', pg_temp.charge_of_kept('{"transaction_id": null}'), 'yes'),
	('charge_of_a_session_needs_its_transaction', pg_temp.charge_of_open('{"transaction_id": null}'),
		'charge_of_a_session_has_its_transaction'),
	('charge_of_a_kept_card_needs_its_request', pg_temp.charge_of_kept('{"request_sha256": null}'),
		'charge_without_payer_remembers_its_request'),
	('charge_of_a_session_has_no_request', pg_temp.charge_of_open(jsonb_build_object('request_sha256', repeat('e', 64))),
		'charge_without_payer_remembers_its_request'),
	('charge_request_is_a_digest', pg_temp.charge_of_kept('{"request_sha256": "request"}'), 'charge_request_sha256_check'),
	('charge_needs_a_card_that_is_kept', pg_temp.charge_of_kept('{"payment_method_id": "pm_z"}'),
		'charge_of_a_kept_card_names_it'),
	('charge_needs_a_card_of_its_account', pg_temp.charge_of_kept('{"account_id": "acct_b"}'), 'charge_of_a_kept_card_names_it'),
	('charge_of_a_kept_card_cannot_live_beside_a_payers', pg_temp.charge_of_kept('{"transaction_id": "x"}'),
		'charge_alive_once_per_transaction'),
	('charge_saves_for_a_contact', pg_temp.charge_of_open('{"saves": true, "contact_id": "contact"}'), 'yes'),
	('charge_cannot_save_for_nobody', pg_temp.charge_of_open('{"saves": true}'), 'charge_saves_for_a_contact'),

	('refund_is_taken', pg_temp.refund_of_paid('{}'), 'yes'),
	('refund_needs_a_charge', pg_temp.refund_of_paid('{"charge_id": "ch_z"}'), 'refund_account_id_charge_id_fkey'),
	('refund_needs_a_charge_of_its_account', pg_temp.refund_of_paid('{"account_id": "acct_b"}'),
		'refund_account_id_charge_id_fkey'),
	('refund_by_the_platforms_total_counts', pg_temp.refund_of_paid('{"ordinal": null}'),
		'refund_counts_what_the_platform_counts'),
	('refund_by_the_window_counts_nothing', pg_temp.refund_of_paid('{"rule": "window"}'),
		'refund_counts_what_the_platform_counts'),
	('refund_by_the_window_is_taken', pg_temp.refund_of_paid('{"rule": "window", "ordinal": null}'), 'yes'),
	('refund_open_has_no_end', pg_temp.refund_of_paid('{"settled_at": "2026-01-01"}'), 'refund_says_when_it_ended'),
	('refund_ended_says_when', pg_temp.refund_of_paid('{"status": "succeeded"}'), 'refund_says_when_it_ended'),
	('refund_failed_has_a_reason', pg_temp.refund_of_paid('{"status": "failed", "settled_at": "2026-01-01"}'),
		'refund_says_why_it_failed'),
	('refund_failed_with_a_reason_is_taken',
		pg_temp.refund_of_paid('{"status": "failed", "settled_at": "2026-01-01", "decline": "not_sent"}'), 'yes'),
	('transfer_of_a_refund_needs_it', $$insert into kassa.transfer (account_id, phase, debit, credit, currency, amount_minor,
		charge_id, refund_id) values ('acct_a', 'pending', 'merchant_payable', 'processor_clearing', 'USD', 1, 'ch_paid', 're_z')$$,
		'transfer_of_a_refund_names_it'),
	('transfer_of_a_refund_reserves_once', $$insert into kassa.transfer (account_id, phase, debit, credit, currency, amount_minor,
		charge_id, refund_id) values ('acct_a', 'pending', 'merchant_payable', 'processor_clearing', 'USD', 1, 'ch_paid', 're_x')$$,
		'transfer_reserves_once'),
	('transfer_post_cannot_be_of_another_refund', $$insert into kassa.transfer (account_id, phase, pending_id, debit, credit,
		currency, amount_minor, charge_id, refund_id) select account_id, 'post', transfer_id, debit, credit, currency,
		amount_minor, charge_id, null from kassa.transfer where refund_id = 're_x'$$, 'transfer_copies_its_pending_one'),

	('method_of_another_contact_may_be_the_same_card', $$insert into kassa.payment_method select * from jsonb_populate_record(
		(select m from kassa.payment_method m), '{"payment_method_id": "pm_y", "contact_id": "other"}')$$, 'yes'),
	('method_is_one_per_card_and_contact', $$insert into kassa.payment_method select * from jsonb_populate_record(
		(select m from kassa.payment_method m), '{"payment_method_id": "pm_y"}')$$, 'card_is_kept_once_per_contact'),
	('setup_under_way_names_its_processor', $$update kassa.setup set status = 'sending', attempt = 1$$,
		'setup_names_its_processor'),
	('setup_under_way_is_taken', $$update kassa.setup set status = 'sending', attempt = 1, processor = 'sandbox'$$, 'yes'),
	('setup_takes_the_fifth_attempt', $$update kassa.setup set attempt = 5, processor = 'sandbox'$$, 'yes'),
	('setup_refuses_a_sixth_attempt', $$update kassa.setup set attempt = 6, processor = 'sandbox'$$,
		'setup_attempts_are_limited'),
	('setup_succeeded_keeps_a_card', $$update kassa.setup set status = 'succeeded', settled_at = now()$$,
		'setup_keeps_one_card'),
	('setup_succeeded_with_a_card_is_taken', $$update kassa.setup set status = 'succeeded', settled_at = now(),
		payment_method_id = 'pm_x'$$, 'yes'),
	('setup_open_keeps_no_card', $$update kassa.setup set payment_method_id = 'pm_x'$$, 'setup_keeps_one_card'),
	('setup_failed_has_a_reason', $$update kassa.setup set status = 'failed', settled_at = now()$$, 'setup_says_why_it_failed'),
	('setup_failed_says_when', $$update kassa.setup set status = 'failed', decline = 'card_declined'$$,
		'setup_says_when_it_ended'),
	('job_is_one_per_subject_and_kind', $$insert into kassa.job (account_id, kind, subject, run_at)
		values ('acct_a', 'charge_resolve', 'ch_x', now())$$, 'job_once_per_subject'),
	('job_of_another_kind_is_taken', $$insert into kassa.job (account_id, kind, subject, run_at)
		values ('acct_a', 'method_save', 'ch_x', now())$$, 'yes'),

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

select finish();
rollback;
