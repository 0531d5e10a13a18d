-- charge_reserve, charge_settle, charge_take_due.
\ir fixture.psql
select no_plan();

create function pg_temp.settle(p_name text, p_outcome kassa.outcome, p_decline kassa.decline default 'none',
	p_reference text default '', p_action text default '')
returns text language sql as $$
	select concat_ws(' ', status, decline, nullif(action, ''), case when changed then 'changed' end,
		case when contradicted then 'contradicted' end)
	from kassa.charge_settle('acct_a', 'ch_' || p_name, p_outcome, p_decline, p_reference, p_action, 60000);
$$;

-- Reserve.
\o /dev/null
select kassa.session_open('acct_a', 'cs_r', 'r', 'brief', 1234, 'USD', 'platform', null, null);
\o
select results_eq($$select account_id, mode::text, charge_id, fresh, transaction_id, amount_minor, currency, status::text,
		decline::text, action, processor, reference, failed_count, session_id, dialect::text
		from kassa.charge_reserve('cs_r', 'ch_r', 'sandbox', 15000)$$,
	$$values ('acct_a', 'test', 'ch_r', true, 'r', 1234::bigint, 'USD', 'sending', 'none', '', 'sandbox', '', 0,
		'cs_r', 'brief')$$,
	'charge_reserve_of_an_open_session_is_fresh');
select results_eq($$select resolve_at = now() + interval '15 seconds', captured_minor, attempt::int
		from kassa.charge where charge_id = 'ch_r'$$,
	$$values (true, 0::bigint, 1)$$, 'charge_reserve_says_when_to_ask_about_it');
select results_eq($$select charge_id, fresh from kassa.charge_reserve('cs_r', 'ch_s', 'sandbox', 1)$$,
	$$values ('ch_r', false)$$, 'charge_reserve_again_returns_the_living_charge');
select is((select count(*) from kassa.charge), 1::bigint, 'charge_reserve_again_writes_nothing');

select is(pg_temp.attempt('kassa_server', $$select kassa.charge_reserve('cs_z', 'ch_z', 'sandbox', 1)$$), 'KA030',
	'charge_reserve_refuses_an_unknown_session');

-- A session lives for 24 hours, a charge on it longer.
\o /dev/null
select kassa.session_open('acct_a', 'cs_old', 'old', 'live', 1, 'USD', 'platform', null, null);
\o
update kassa.checkout_session set refreshed_at = now() - interval '24 hours' where session_id = 'cs_old';
select is(pg_temp.attempt('kassa_server', $$select kassa.charge_reserve('cs_old', 'ch_old', 'sandbox', 1)$$), 'yes',
	'charge_reserve_takes_a_session_of_24_hours');
update kassa.checkout_session set refreshed_at = now() - interval '24 hours 1 second'
	where session_id in ('cs_old', 'cs_r');
select is(pg_temp.attempt('kassa_server', $$select kassa.charge_reserve('cs_old', 'ch_old', 'sandbox', 1)$$), 'KA031',
	'charge_reserve_refuses_a_session_that_is_older');
select is(pg_temp.attempt('kassa_server', $$select kassa.charge_reserve('cs_r', 'ch_s', 'sandbox', 1)$$), 'yes',
	'charge_reserve_of_an_old_session_still_returns_its_charge');

-- Five attempts.
\o /dev/null
select kassa.session_open('acct_a', 'cs_five', 'five', 'live', 1, 'USD', 'platform', null, null);
\o
create function pg_temp.fail_once(n int) returns text language plpgsql as $$
declare
	r record;
begin
	select * into r from kassa.charge_reserve('cs_five', 'ch_five_' || n, 'sandbox', 1);
	perform kassa.charge_settle('acct_a', r.charge_id, 'failed', 'card_declined', '', '', 1);
	return concat_ws(' ', r.charge_id, r.fresh, r.failed_count);
end
$$;
select results_eq('select pg_temp.fail_once(n) from generate_series(1, 5) n',
	$$select format('ch_five_%s t %s', n, n - 1) from generate_series(1, 5) n$$,
	'charge_reserve_takes_five_attempts');
select is(pg_temp.attempt('kassa_server', $$select kassa.charge_reserve('cs_five', 'ch_five_6', 'sandbox', 1)$$), 'KA033',
	'charge_reserve_refuses_the_sixth');
select results_eq($$select failed_count, charge_id from kassa.session_read('cs_five')$$, $$values (5, 'ch_five_5')$$,
	'session_after_five_attempts_shows_the_last');

-- Settle: every outcome in every state. One charge a row: how it got where it is, then what is said of it.
create function pg_temp.settled_after(p_name text, p_before text[], p_outcome kassa.outcome) returns text
language plpgsql as $$
declare
	word text;
begin
	perform pg_temp.reserve(p_name);
	foreach word in array p_before loop
		perform pg_temp.settle(p_name, word::kassa.outcome,
			case word when 'failed' then 'expired_card' else 'none' end::kassa.decline, 'sbx_before');
	end loop;
	return pg_temp.settle(p_name, p_outcome, case p_outcome when 'failed' then 'card_declined' else 'none' end::kassa.decline,
		'sbx', case p_outcome when 'pending' then 'chl' else '' end);
end
$$;
select is(pg_temp.settled_after('s' || c.n, c.before::text[], c.outcome::kassa.outcome), c.expected,
	format('charge_after_{%s}_told_%s_is_%s', c.before, c.outcome, c.expected))
from (values
	(1, '{}', 'succeeded', 'succeeded none changed'),
	(2, '{}', 'failed', 'failed card_declined changed'),
	(3, '{}', 'pending', 'pending none chl changed'),
	(4, '{}', 'unknown', 'unknown none changed'),
	(5, '{unknown}', 'succeeded', 'succeeded none changed'),
	(6, '{unknown}', 'failed', 'failed card_declined changed'),
	(7, '{unknown}', 'pending', 'pending none chl changed'),
	(8, '{unknown}', 'unknown', 'unknown none'),
	(9, '{pending}', 'succeeded', 'succeeded none changed'),
	(10, '{pending}', 'failed', 'failed card_declined changed'),
	(11, '{pending}', 'pending', 'pending none chl'),
	(12, '{pending}', 'unknown', 'pending none'),
	(13, '{succeeded}', 'succeeded', 'succeeded none'),
	(14, '{succeeded}', 'failed', 'succeeded none contradicted'),
	(15, '{succeeded}', 'pending', 'succeeded none'),
	(16, '{succeeded}', 'unknown', 'succeeded none'),
	(17, '{failed}', 'succeeded', 'failed expired_card contradicted'),
	(18, '{failed}', 'failed', 'failed expired_card'),
	(19, '{failed}', 'pending', 'failed expired_card'),
	(20, '{failed}', 'unknown', 'failed expired_card'),
	(21, '{pending,unknown,pending}', 'succeeded', 'succeeded none changed'),
	(22, '{unknown,succeeded,succeeded}', 'failed', 'succeeded none contradicted')
) as c (n, before, outcome, expected);

select is_empty('select * from kassa.ledger_problems()', 'ledger_after_every_path_balances');
select results_eq($$select phase::text, count(*) from kassa.transfer where charge_id ~ '^ch_s' group by 1 order by 1$$,
	$$values ('pending', 22::bigint), ('post', 9), ('void', 7)$$, 'ledger_after_every_path_has_one_end_each');

-- What is kept beside the state.
\o /dev/null
select pg_temp.reserve('k');
\o
select is(pg_temp.settle('k', 'pending', 'none', 'sbx_1', 'chl_1'), 'pending none chl_1 changed',
	'charge_settle_pending_keeps_the_action');
select is(pg_temp.settle('k', 'unknown'), 'pending none chl_1', 'charge_settle_unknown_leaves_the_action');
select results_eq($$select reference, resolve_at = now() + interval '60 seconds' from kassa.charge where charge_id = 'ch_k'$$,
	$$values ('sbx_1', true)$$, 'charge_settle_unknown_keeps_the_reference_and_moves_the_next_question');
select is(pg_temp.settle('k', 'pending', 'none', 'sbx_1', ''), 'pending none',
	'charge_settle_pending_without_action_has_none_left');
select is(pg_temp.settle('k', 'succeeded'), 'succeeded none changed', 'charge_settle_succeeded_ends_it');
select results_eq($$select captured_minor, reference, settled_at = now(), resolve_at is null from kassa.charge
		where charge_id = 'ch_k'$$,
	$$values (1234::bigint, 'sbx_1', true, true)$$, 'charge_settle_succeeded_captures_the_amount');

\o /dev/null
select pg_temp.reserve('f');
\o
select is(pg_temp.attempt('kassa_server', c.statement), c.expected, c.name)
from (values
	('charge_settle_failed_with_a_reason_is_taken',
		$$select kassa.charge_settle('acct_a', 'ch_f', 'failed', 'not_sent', '', '', 1)$$, 'yes'),
	('charge_settle_failed_without_a_reason_is_refused',
		$$select kassa.charge_settle('acct_a', 'ch_f', 'failed', 'none', '', '', 1)$$, 'charge_says_why_it_failed'),
	('charge_settle_refuses_an_unknown_charge',
		$$select kassa.charge_settle('acct_a', 'ch_z', 'succeeded', 'none', '', '', 1)$$, 'KA040'),
	('charge_settle_refuses_a_charge_of_another_account',
		$$select kassa.charge_settle('acct_b', 'ch_f', 'succeeded', 'none', '', '', 1)$$, 'KA040')
) as c (name, statement, expected);

-- Take due.
update kassa.charge set resolve_at = now() + interval '1 hour' where resolve_at is not null;
select is_empty('select kassa.charge_take_due(10, 5000)', 'charge_take_due_leaves_what_is_not_due');
update kassa.charge set resolve_at = now() - interval '1 second' * (case charge_id when 'ch_r' then 2 else 1 end)
	where charge_id in ('ch_r', 'ch_s4', 'ch_s3');
select results_eq('select account_id, charge_id, processor, mode::text, status::text, resolve_tries from kassa.charge_take_due(1, 5000)',
	$$values ('acct_a', 'ch_r', 'sandbox', 'test', 'sending', 1)$$, 'charge_take_due_takes_the_oldest_up_to_its_limit');
select set_eq('select charge_id, status::text from kassa.charge_take_due(10, 5000)',
	$$values ('ch_s3', 'pending'), ('ch_s4', 'unknown')$$, 'charge_take_due_takes_every_open_state');
select is_empty('select kassa.charge_take_due(10, 5000)', 'charge_take_due_leases_what_it_took');
select results_eq($$select resolve_at = now() + interval '5 seconds', resolve_tries from kassa.charge where charge_id = 'ch_r'$$,
	$$values (true, 1)$$, 'charge_take_due_counts_and_comes_back_after_the_lease');

select finish();
rollback;
