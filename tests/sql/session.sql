-- session_open and session_read: one session a transaction; what a living charge stands on stays.
\ir fixture.psql
select no_plan();

create function pg_temp.open(p_amount bigint, p_currency text, p_session text default 'cs_new')
returns kassa.session_state language sql as $$
	select kassa.session_open('acct_a', p_session, 't', 'brief', p_amount, p_currency, 'page', 'contact', 'order');
$$;

\o /dev/null
select kassa.session_open('acct_a', 'cs_t', 't', 'live', 1234, 'USD', 'platform', null, null);
update kassa.checkout_session set refreshed_at = now() - interval '25 hours' where session_id = 'cs_t';
\o

select results_eq($$select account_id, mode::text, session_id, transaction_id, dialect::text, amount_minor, currency,
		charge_id, status::text, decline::text, action, processor, failed_count from kassa.session_read('cs_t')$$,
	$$values ('acct_a', 'test', 'cs_t', 't', 'live', 1234::bigint, 'USD', null::text, null::text, null::text,
		null::text, null::text, 0)$$,
	'session_read_of_a_new_one_has_no_charge');
select is(pg_temp.attempt('kassa_server', $$select kassa.session_read('cs_z')$$), 'KA030',
	'session_read_refuses_an_unknown_one');

-- Opened again before anything was charged: the same session with the new amount.
select results_eq('select session_id, amount_minor, currency, dialect::text, refreshed_at = now() from pg_temp.open(99, $$EUR$$)',
	$$values ('cs_t', 99::bigint, 'EUR', 'brief', true)$$,
	'session_open_again_takes_the_new_amount');
select results_eq($$select amount_source::text, contact_id, order_id, created_at = now() from kassa.checkout_session
		where session_id = 'cs_t'$$,
	$$values ('page', 'contact', 'order', true)$$,
	'session_open_again_takes_all_else');
select is((select count(*) from kassa.checkout_session), 1::bigint, 'session_open_again_makes_no_second_one');

-- The same transaction of another account is another session.
select results_eq($$select session_id, amount_minor from kassa.session_open('acct_b', 'cs_b', 't', 'live', 7, 'EUR',
		'platform', null, null)$$,
	$$values ('cs_b', 7::bigint)$$,
	'session_open_of_another_account_is_another_session');

-- With a living charge, nothing of it changes.
\o /dev/null
select kassa.charge_reserve('cs_t', 'ch_1', 'sandbox', false, '', '(0,0,0,0,0,0)', 1);
\o
select results_eq('select amount_minor, currency, charge_id, status::text from pg_temp.open(5, $$USD$$)',
	$$values (99::bigint, 'EUR', 'ch_1', 'sending')$$, 'session_open_while_sending_keeps_the_amount');
\o /dev/null
select kassa.charge_settle('acct_a', 'ch_1', 'pending', 'none', 'sbx_1', 'chl_1', 1);
\o
select results_eq('select amount_minor, status::text, action, processor from pg_temp.open(5, $$USD$$)',
	$$values (99::bigint, 'pending', 'chl_1', 'sandbox')$$, 'session_open_while_pending_keeps_the_amount');
\o /dev/null
select kassa.charge_settle('acct_a', 'ch_1', 'failed', 'insufficient_funds', '', '', 1);
\o
select results_eq('select amount_minor, charge_id, status::text, decline::text, failed_count from pg_temp.open(5, $$USD$$)',
	$$values (5::bigint, 'ch_1', 'failed', 'insufficient_funds', 1)$$,
	'session_open_after_a_failed_charge_takes_the_new_amount');
\o /dev/null
select kassa.charge_reserve('cs_t', 'ch_2', 'sandbox', false, '', '(0,0,0,0,0,0)', 1);
\o
select results_eq($$select charge_id, status::text, failed_count from kassa.session_read('cs_t')$$,
	$$values ('ch_2', 'sending', 1)$$, 'session_read_shows_the_living_charge_before_the_failed_one');
\o /dev/null
select kassa.charge_settle('acct_a', 'ch_2', 'succeeded', 'none', '', '', 1);
\o
select results_eq('select amount_minor, currency, charge_id, status::text, failed_count from pg_temp.open(6, $$EUR$$)',
	$$values (5::bigint, 'USD', 'ch_2', 'succeeded', 1)$$, 'session_open_after_success_keeps_the_amount');

select is(pg_temp.attempt('kassa_server', c.statement), c.expected, c.name)
from (values
	('session_open_takes_the_least_amount', $$select kassa.session_open('acct_a', 'cs_u', 'u', 'live', 1, 'USD',
		'page', null, null)$$, 'yes'),
	('session_open_refuses_nothing', $$select kassa.session_open('acct_a', 'cs_u', 'u', 'live', 0, 'USD',
		'page', null, null)$$, 'checkout_session_amount_minor_check'),
	('session_open_refuses_an_unknown_account', $$select kassa.session_open('acct_z', 'cs_u', 'u', 'live', 1, 'USD',
		'page', null, null)$$, 'checkout_session_account_id_fkey'),
	('session_open_refuses_an_empty_transaction', $$select kassa.session_open('acct_a', 'cs_u', '', 'live', 1, 'USD',
		'page', null, null)$$, 'checkout_session_transaction_id_check'),
	('session_open_refuses_a_session_of_another_transaction', $$select kassa.session_open('acct_a', 'cs_t', 'u',
		'live', 1, 'USD', 'page', null, null)$$, 'checkout_session_pkey')
) as c (name, statement, expected);

select finish();
rollback;
