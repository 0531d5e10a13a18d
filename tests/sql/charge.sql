-- charge_reserve and charge_settle: every outcome in every state, and what is kept beside it.
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
select results_eq($$select account_id, mode::text, charge_id, fresh, transaction_id, contact_id, amount_minor, currency,
		status::text, decline::text, action, processor, saves, failed_count, session_id, dialect::text
		from kassa.charge_reserve('cs_r', 'ch_r', 'sandbox', false, 'client', '(0,0,0,0,0,0)', 15000)$$,
	$$values ('acct_a', 'test', 'ch_r', true, 'r', null::text, 1234::bigint, 'USD', 'sending', 'none', '', 'sandbox',
		false, 0, 'cs_r', 'brief')$$,
	'charge_reserve_of_an_open_session_is_fresh');
select results_eq($$select captured_minor, refunded_minor, attempt::int, client, payment_method_id
		from kassa.charge where charge_id = 'ch_r'$$,
	$$values (0::bigint, 0::bigint, 1, 'client', null::text)$$, 'charge_reserve_has_taken_nothing_yet');
select is(pg_temp.job('ch_r'), 'charge_resolve waiting 0 in 00:00:15', 'charge_reserve_says_when_to_ask_about_it');
select results_eq('select charge_id, fresh from (' || pg_temp.reserving('cs_r', 'ch_s') || ') r',
	$$values ('ch_r', false)$$, 'charge_reserve_again_returns_the_living_charge');
select is((select count(*) from kassa.charge), 1::bigint, 'charge_reserve_again_writes_nothing');

select is(pg_temp.attempt('kassa_server', pg_temp.reserving('cs_z', 'ch_z')), 'KA030',
	'charge_reserve_refuses_an_unknown_session');

-- A session lives for 24 hours, a charge on it longer.
\o /dev/null
select kassa.session_open('acct_a', 'cs_old', 'old', 'live', 1, 'USD', 'platform', null, null);
\o
update kassa.checkout_session set refreshed_at = now() - interval '24 hours' where session_id = 'cs_old';
select is(pg_temp.attempt('kassa_server', pg_temp.reserving('cs_old', 'ch_old')), 'yes',
	'charge_reserve_takes_a_session_of_24_hours');
update kassa.checkout_session set refreshed_at = now() - interval '24 hours 1 second'
	where session_id in ('cs_old', 'cs_r');
select is(pg_temp.attempt('kassa_server', pg_temp.reserving('cs_old', 'ch_old')), 'KA031',
	'charge_reserve_refuses_a_session_that_is_older');
select is(pg_temp.attempt('kassa_server', pg_temp.reserving('cs_r', 'ch_s')), 'yes',
	'charge_reserve_of_an_old_session_still_returns_its_charge');

-- Five attempts.
\o /dev/null
select kassa.session_open('acct_a', 'cs_five', 'five', 'live', 1, 'USD', 'platform', null, null);
\o
create function pg_temp.fail_once(n int) returns text language plpgsql as $$
declare
	r record;
begin
	execute pg_temp.reserving('cs_five', 'ch_five_' || n) into r;
	perform kassa.charge_settle('acct_a', r.charge_id, 'failed', 'card_declined', '', '', 1);
	return concat_ws(' ', r.charge_id, r.fresh, r.failed_count);
end
$$;
select results_eq('select pg_temp.fail_once(n) from generate_series(1, 5) n',
	$$select format('ch_five_%s t %s', n, n - 1) from generate_series(1, 5) n$$,
	'charge_reserve_takes_five_attempts');
select is(pg_temp.attempt('kassa_server', pg_temp.reserving('cs_five', 'ch_five_6')), 'KA033',
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
select is((select reference from kassa.charge where charge_id = 'ch_k'), 'sbx_1', 'charge_settle_unknown_keeps_the_reference');
select is(pg_temp.settle('k', 'pending', 'none', 'sbx_1', ''), 'pending none',
	'charge_settle_pending_without_action_has_none_left');
select is(pg_temp.settle('k', 'succeeded'), 'succeeded none changed', 'charge_settle_succeeded_ends_it');
select results_eq($$select captured_minor, reference, settled_at = now() from kassa.charge where charge_id = 'ch_k'$$,
	$$values (1234::bigint, 'sbx_1', true)$$, 'charge_settle_succeeded_captures_the_amount');
select is(pg_temp.job('ch_k'), null, 'charge_settle_succeeded_leaves_no_job');

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

-- The schedule by which it is asked again: that of what is known of it, from its beginning.
select is(case when pg_temp.settled_after('plan' || c.n, c.before::text[], c.outcome::kassa.outcome) <> ''
		then pg_temp.job('ch_plan' || c.n) end, c.expected,
	format('charge_after_{%s}_told_%s_is_asked_again_by_%s', c.before, c.outcome, coalesce(c.expected, 'nobody')))
from (values
	(1, '{}', 'unknown', 'charge_resolve waiting unknown 0 in 00:01:00'),
	(2, '{}', 'pending', 'charge_resolve waiting pending 0 in 01:00:00'),
	(3, '{unknown}', 'pending', 'charge_resolve waiting pending 0 in 01:00:00'),
	(4, '{pending}', 'unknown', 'charge_resolve waiting pending 0 in 01:00:00'),
	(5, '{}', 'succeeded', null),
	(6, '{pending,unknown}', 'failed', null)
) as c (n, before, outcome, expected);

-- The payer's wish that the card is kept.
create function pg_temp.saves(p_name text, p_outcome kassa.outcome, p_contact text, p_saves boolean) returns text
language sql as $$
	select pg_temp.charge(p_name, p_outcome, p_contact, p_saves);
	select concat_ws(' ', (select saves from kassa.charge where charge_id = 'ch_' || p_name), pg_temp.job('ch_' || p_name));
$$;
select is(pg_temp.saves(c.name, c.outcome::kassa.outcome, c.contact, c.wish), c.expected,
	format('charge_%s_has_%s', c.name, c.expected))
from (values
	('saving', 'succeeded', 'contact', true, 't method_save waiting 0 in 00:00:00'),
	('not_saving', 'succeeded', 'contact', false, 'f'),
	('saving_for_nobody', 'succeeded', null, true, 'f'),
	('saving_and_failed', 'failed', 'contact', true, 't'),
	('saving_and_pending', 'pending', 'contact', true, 't charge_resolve waiting pending 0 in 01:00:00')
) as c (name, outcome, contact, wish, expected);

select finish();
rollback;
