-- Setups: opened, reserved, settled in every state; the card that comes of one.
\ir fixture.psql
select no_plan();

create function pg_temp.words(s kassa.setup_state) returns text language sql as $$
	select concat_ws(' ', s.setup_id, s.status, s.attempt, s.processor, nullif(s.decline, 'none'), s.payment_method_id, s.last4);
$$;
create function pg_temp.open(p_name text) returns void language sql as $$
	select kassa.setup_open('acct_a', 'ss_' || p_name, 'contact', 'live');
$$;
create function pg_temp.reserve_setup(p_name text) returns text language sql as $$
	select concat_ws(' ', case when fresh then 'fresh' else 'again' end, pg_temp.words(state))
	from kassa.setup_reserve('ss_' || p_name, 'sandbox', 'client', '(0,0,0,0,0,0)', 15000);
$$;
create function pg_temp.settle(p_name text, p_outcome kassa.outcome, p_attempt int default 1,
	p_decline kassa.decline default 'card_declined') returns text language sql as $$
	select pg_temp.words(kassa.setup_settle('ss_' || p_name, p_attempt, p_outcome,
		case p_outcome when 'failed' then p_decline else 'none' end,
		case p_outcome when 'succeeded' then ('tok', 'fp_' || p_name, 'visa', '4242', 12, 2031)::kassa.kept_card end,
		'pm_' || p_name, 60000));
$$;
create function pg_temp.reserving_setup(p_setup text, p_limits text default '(0,0,0,0,0,0)') returns text language sql as $$
	select format('select kassa.setup_reserve(%L, ''sandbox'', '''', %L, 15000)', p_setup, p_limits);
$$;

-- Opened and read.
\o /dev/null
select kassa.setup_open('acct_a', 'ss_r', 'contact', 'brief');
\o
select results_eq($$select account_id, mode::text, setup_id, contact_id, dialect::text, status::text, attempt::int, processor,
		decline::text, payment_method_id from kassa.setup_read('ss_r')$$,
	$$values ('acct_a', 'test', 'ss_r', 'contact', 'brief', 'open', 0, null::text, 'none', null::text)$$,
	'setup_read_of_a_new_one_is_open');
select is(pg_temp.job('ss_r'), null, 'setup_open_has_nothing_to_ask_about');
select is(pg_temp.attempt('kassa_server', c.statement), c.expected, c.name)
from (values
	('setup_open_takes_the_contact_again', $$select kassa.setup_open('acct_a', 'ss_2', 'contact', 'live')$$, 'yes'),
	('setup_open_refuses_an_id_twice', $$select kassa.setup_open('acct_a', 'ss_r', 'contact', 'live')$$, 'setup_pkey'),
	('setup_open_refuses_an_id_of_another_account', $$select kassa.setup_open('acct_b', 'ss_r', 'contact', 'live')$$,
		'setup_id_is_a_capability'),
	('setup_open_refuses_no_contact', $$select kassa.setup_open('acct_a', 'ss_2', '', 'live')$$, 'setup_contact_id_check'),
	('setup_open_refuses_an_unknown_account', $$select kassa.setup_open('acct_z', 'ss_2', 'contact', 'live')$$, 'setup_account_id_fkey'),
	('setup_read_refuses_an_unknown_one', $$select kassa.setup_read('ss_z')$$, 'KA039'),
	('setup_reserve_refuses_an_unknown_one', pg_temp.reserving_setup('ss_z'), 'KA039'),
	('setup_settle_refuses_an_unknown_one',
		$$select kassa.setup_settle('ss_z', 1, 'unknown', 'none', null, 'pm_z', 1)$$, 'KA039')
) as c (name, statement, expected);

-- Reserved.
select is(pg_temp.reserve_setup('r'), 'fresh ss_r sending 1 sandbox', 'setup_reserve_of_an_open_one_is_fresh');
select is(pg_temp.job('ss_r'), 'setup_resolve waiting 0 in 00:00:15', 'setup_reserve_says_when_to_ask_about_it');
select is(pg_temp.reserve_setup('r'), 'again ss_r sending 1 sandbox', 'setup_reserve_again_returns_the_attempt_under_way');

-- It lives for 24 hours, an attempt on it longer.
\o /dev/null
select pg_temp.open('old');
\o
update kassa.setup set created_at = now() - interval '24 hours' where setup_id = 'ss_old';
select is(pg_temp.attempt('kassa_server', pg_temp.reserving_setup('ss_old')), 'yes', 'setup_reserve_takes_a_setup_of_24_hours');
update kassa.setup set created_at = now() - interval '24 hours 1 second' where setup_id in ('ss_old', 'ss_r');
select is(pg_temp.attempt('kassa_server', pg_temp.reserving_setup('ss_old')), 'KA031', 'setup_reserve_refuses_a_setup_that_is_older');
select is(pg_temp.attempt('kassa_server', pg_temp.reserving_setup('ss_r')), 'yes', 'setup_reserve_of_an_old_one_still_returns_its_attempt');

-- Five attempts.
create function pg_temp.fail_once(p_attempt int) returns text language sql as $$
	select concat_ws(', ', pg_temp.reserve_setup('five'), pg_temp.settle('five', 'failed', p_attempt));
$$;
\o /dev/null
select pg_temp.open('five');
\o
select results_eq('select pg_temp.fail_once(n) from generate_series(1, 5) n',
	$$select format('fresh ss_five sending %1$s sandbox, ss_five failed %1$s sandbox card_declined', n) from generate_series(1, 5) n$$,
	'setup_reserve_takes_five_attempts');
select is(pg_temp.attempt('kassa_server', pg_temp.reserving_setup('ss_five')), 'KA033', 'setup_reserve_refuses_the_sixth');
select is((select count(*) from kassa.declined where subject = 'ss_five' and contact_id = 'contact' and client = 'client'),
	5::bigint, 'setup_failed_counts_each_declined_card');
select is(pg_temp.attempt('kassa_server', pg_temp.reserving_setup('ss_r', '(60000,1,0,0,0,0)')), 'yes',
	'setup_reserve_of_an_attempt_under_way_has_no_limit');
\o /dev/null
select pg_temp.open('limited');
\o
select is(pg_temp.attempt('kassa_server', pg_temp.reserving_setup('ss_limited', '(60000,5,0,0,0,0)')), 'KA038',
	'setup_reserve_refuses_a_contact_with_too_many_declines');
select is(pg_temp.attempt('kassa_server', pg_temp.reserving_setup('ss_limited', '(60000,6,0,0,0,0)')), 'yes',
	'setup_reserve_takes_a_contact_with_just_fewer');

-- Settled: every outcome in every state.
create function pg_temp.settled_after(p_name text, p_before text[], p_outcome kassa.outcome) returns text language plpgsql as $$
declare
	word text;
begin
	perform pg_temp.open(p_name), pg_temp.reserve_setup(p_name);
	foreach word in array p_before loop
		perform pg_temp.settle(p_name, word::kassa.outcome, 1, 'expired_card');
	end loop;
	return replace(pg_temp.settle(p_name, p_outcome, 1, 'card_declined'), 'ss_' || p_name || ' ', '');
end
$$;
select is(pg_temp.settled_after('s' || c.n, c.before::text[], c.outcome::kassa.outcome), c.expected,
	format('setup_after_%s_told_%s_is_%s', c.before, c.outcome, c.expected))
from (values
	(1, '{}', 'succeeded', 'succeeded 1 sandbox pm_s1 4242'),
	(2, '{}', 'failed', 'failed 1 sandbox card_declined'),
	(3, '{}', 'unknown', 'unknown 1 sandbox'),
	(4, '{}', 'pending', 'unknown 1 sandbox'),
	(5, '{unknown}', 'succeeded', 'succeeded 1 sandbox pm_s5 4242'),
	(6, '{unknown}', 'failed', 'failed 1 sandbox card_declined'),
	(7, '{unknown}', 'unknown', 'unknown 1 sandbox'),
	(8, '{succeeded}', 'succeeded', 'succeeded 1 sandbox pm_s8 4242'),
	(9, '{succeeded}', 'failed', 'succeeded 1 sandbox pm_s9 4242'),
	(10, '{succeeded}', 'unknown', 'succeeded 1 sandbox pm_s10 4242'),
	(11, '{failed}', 'succeeded', 'failed 1 sandbox expired_card'),
	(12, '{failed}', 'failed', 'failed 1 sandbox expired_card'),
	(13, '{failed}', 'unknown', 'failed 1 sandbox expired_card')
) as c (n, before, outcome, expected);
select is(pg_temp.job('ss_s' || c.n), c.expected, format('setup_s%s_is_asked_again_by_%s', c.n, coalesce(c.expected, 'nobody')))
from (values (1, null), (2, null), (3, 'setup_resolve waiting unknown 0 in 00:01:00'),
	(7, 'setup_resolve waiting unknown 0 in 00:01:00')) as c (n, expected);
select is(pg_temp.reserve_setup('s7'), 'again ss_s7 unknown 1 sandbox', 'setup_reserve_of_an_unknown_end_waits_for_it');
select is(pg_temp.reserve_setup('s9'), 'again ss_s9 succeeded 1 sandbox pm_s9 4242', 'setup_reserve_of_one_that_succeeded_keeps_its_card');

-- What is said of an earlier attempt is not said of this one.
\o /dev/null
select pg_temp.reserve_setup('s2');
\o
select is(pg_temp.settle('s2', 'succeeded', 1), 'ss_s2 sending 2 sandbox', 'setup_settle_of_an_earlier_attempt_changes_nothing');
select is(pg_temp.settle('s2', 'succeeded', 2), 'ss_s2 succeeded 2 sandbox pm_s2 4242', 'setup_settle_of_this_attempt_ends_it');
select is_empty($$select from kassa.payment_method where payment_method_id in ('pm_s6', 'pm_s11')$$,
	'setup_that_failed_keeps_no_card');
select is(pg_temp.attempt('kassa_server', c.statement), c.expected, c.name)
from (values
	('setup_settle_failed_without_a_reason_is_refused',
		$$select kassa.setup_settle('ss_s3', 1, 'failed', 'none', null, 'pm_z', 1)$$, 'setup_says_why_it_failed'),
	('setup_settle_failed_with_a_reason_is_taken',
		$$select kassa.setup_settle('ss_s3', 1, 'failed', 'not_sent', null, 'pm_z', 1)$$, 'yes'),
	('setup_settle_succeeded_without_a_card_is_refused',
		$$select kassa.setup_settle('ss_s3', 1, 'succeeded', 'none', null, 'pm_z', 1)$$, '23502')
) as c (name, statement, expected);

select is_empty('select * from kassa.ledger_problems()', 'ledger_knows_a_job_for_every_setup_under_way');

select finish();
rollback;
