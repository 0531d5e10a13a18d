-- External billing: an order, its charges, and what the platform is to be told of it.
\ir fixture.psql
select no_plan();

create function pg_temp.bill(p_name text) returns text language sql as $$
	select 'bill_' || rpad(p_name, 26, '0');
$$;
create function pg_temp.order_open(p_name text, p_company boolean default true, p_locations text[] default '{loc_1,loc_2}')
returns text language sql as $$
	select concat_ws(' ', o.account_id, o.state, o.amount_minor, o.currency, o.recurring, o.payable, o.publishable_key)
	from kassa.billing_order_open('acct_a', pg_temp.bill(p_name), 500, 'USD', true, 'company_1', p_company, p_locations) o;
$$;
-- A charge of the order's session, and its end.
create function pg_temp.pay(p_name text, p_outcome kassa.outcome, p_amount bigint default 1500) returns void language sql as $$
	select kassa.session_open('acct_a', 'cs_' || p_name, pg_temp.bill(p_name), 'live', p_amount, 'USD', 'platform', null, null);
	select kassa.charge_settle('acct_a', r.charge_id, p_outcome,
		case p_outcome when 'failed' then 'card_declined' else 'none' end::kassa.decline, 'sbx', '', 60000)
	from kassa.charge_reserve('cs_' || p_name, 'ch_' || p_name || (select count(*) from kassa.charge), 'sandbox', false, '',
		'(0,0,0,0,0,0)', 15000) r;
$$;
create function pg_temp.jobs(p_name text) returns text language sql as $$
	select string_agg(split_part(subject, ':', 2) || ' ' || split_part(subject, ':', 3) || ' in ' || (run_at - now()), ', ' order by subject)
	from kassa.job where kind = 'billing_report' and subject like pg_temp.bill(p_name) || '%';
$$;
create function pg_temp.reports(p_name text) returns text language sql as $$
	select string_agg(concat_ws(' ', payer, reference_id, state, told), ', ' order by number)
	from kassa.billing_report where order_id = pg_temp.bill(p_name);
$$;

-- Opened.
select is(pg_temp.order_open('a'), 'acct_a open 1500 USD t t kassa_pk_test_a', 'billing_order_costs_the_price_for_each');
select is(pg_temp.reports('a'), 'company company_1 open open, location loc_1 open open, location loc_2 open open',
	'billing_order_has_a_report_for_each');
select is(pg_temp.jobs('a'), null, 'billing_order_that_is_open_tells_nothing');
select is(pg_temp.order_open('b', false, '{loc_1}'), 'acct_a open 500 USD t t kassa_pk_test_a', 'billing_order_of_one_location');
select is(pg_temp.attempt('kassa_server', c.statement), c.expected, c.name)
from (values
	('billing_order_of_nobody', format('select kassa.billing_order_open(''acct_a'', %L, 500, ''USD'', true, null, false, ''{}'')', pg_temp.bill('z')),
		'billing_order_amount_minor_check'),
	('billing_order_of_the_same_twice', format('select kassa.billing_order_open(''acct_a'', %L, 5, ''USD'', true, null, false, ''{l,l}'')', pg_temp.bill('z')),
		'billing_report_once_per_payer'),
	('billing_order_of_a_company_without_name', format('select kassa.billing_order_open(''acct_a'', %L, 5, ''USD'', true, null, true, ''{}'')', pg_temp.bill('z')),
		'23502'),
	('billing_order_of_no_account', format('select kassa.billing_order_open(''acct_z'', %L, 5, ''USD'', true, null, false, ''{l}'')', pg_temp.bill('z')),
		'KA013'),
	('billing_order_with_an_id_of_another_form', 'select kassa.billing_order_open(''acct_a'', ''ch_1'', 5, ''USD'', true, null, false, ''{l}'')',
		'billing_order_order_id_check'),
	('billing_order_unknown', 'select kassa.billing_order_read(''bill_none'')', 'KA045')) as c (name, statement, expected);

-- Paid.
\o /dev/null
select pg_temp.pay('a', 'succeeded');
\o
select is(pg_temp.reports('a'), 'company company_1 paid open, location loc_1 paid open, location loc_2 paid open',
	'billing_order_that_is_paid_has_as_much_to_tell');
select is(pg_temp.jobs('a'), '1 paid in 00:00:00, 2 paid in 00:00:00, 3 paid in 00:00:00', 'billing_order_that_is_paid_has_a_job_for_each_at_once');
select results_eq(format('select payer::text, reference_id, state::text, order_id, charge_id like ''ch_a%%'', price_minor, currency, recurring
	from kassa.billing_report_read(''acct_a'', %L)', pg_temp.bill('a') || ':2:paid'),
	format('values (''location'', ''loc_1'', ''paid'', %L, true, 500::bigint, ''USD'', true)', pg_temp.bill('a')),
	'billing_report_tells_the_price_of_one');
select is_empty(format('select kassa.billing_report_read(''acct_b'', %L)', pg_temp.bill('a') || ':2:paid'), 'billing_report_of_another_account_is_not_there');
select is((select state from kassa.billing_report_told('acct_a', pg_temp.bill('a') || ':2:paid')), 'paid', 'billing_report_is_told');
select is_empty(format('select kassa.billing_report_read(''acct_a'', %L)', pg_temp.bill('a') || ':2:paid'), 'billing_report_that_was_told_is_not_told_again');

-- Declined: told later, since another card may pay; not told at all when it does.
\o /dev/null
select pg_temp.pay('b', 'failed', 500);
\o
select is(pg_temp.jobs('b'), '1 failed in 00:15:00', 'billing_order_that_is_declined_waits_for_another_card');
\o /dev/null
select pg_temp.pay('b', 'succeeded', 500);
\o
select is(pg_temp.jobs('b'), '1 paid in 00:00:00', 'billing_order_that_another_card_pays_has_failed_for_nobody');
select is_empty(format('select kassa.billing_report_read(''acct_a'', %L)', pg_temp.bill('b') || ':1:failed'), 'billing_report_of_what_is_not_true_any_more');
select is(state, 'paid', 'billing_order_is_paid') from kassa.billing_order where order_id = pg_temp.bill('b');
-- The failure was on its way meanwhile, and arrives: what is true is said behind it.
\o /dev/null
delete from kassa.job where kind = 'billing_report' and subject like pg_temp.bill('b') || '%';
\o
select is((select state from kassa.billing_report_told('acct_a', pg_temp.bill('b') || ':1:failed')), 'paid', 'billing_report_that_came_too_late_says_what_is_true');
select is(pg_temp.jobs('b'), '1 paid in 00:00:00', 'billing_report_that_came_too_late_is_followed_by_the_truth');

-- Five declined cards are the end.
\o /dev/null
select pg_temp.order_open('c', true, '{}');
select pg_temp.pay('c', 'failed', 500) from generate_series(1, 5);
\o
select is(pg_temp.jobs('c'), '1 failed in 00:00:00', 'billing_order_behind_its_last_attempt_has_failed_at_once');
select results_eq(format('select o.state::text, o.payable from kassa.billing_order_read(%L) o', pg_temp.bill(name)), format('values (%L, %L::boolean)', state, payable),
	format('billing_order_%s_is_payable_%s', name, payable))
from (values ('a', 'paid', false), ('b', 'paid', false), ('c', 'failed', false)) as c (name, state, payable);

-- Declined, and another card is pending: that is no failure.
\o /dev/null
select pg_temp.order_open('p', true, '{}');
select pg_temp.pay('p', 'failed', 500);
select pg_temp.pay('p', 'pending', 500);
\o
select is(state, 'open', 'billing_order_whose_next_card_is_pending_is_open') from kassa.billing_order_read(pg_temp.bill('p'));
select is_empty(format('select kassa.billing_report_read(''acct_a'', %L)', pg_temp.bill('p') || ':1:failed'),
	'billing_report_of_a_failure_waits_for_the_card_that_is_pending');
\o /dev/null
delete from kassa.job where kind = 'billing_report' and subject like pg_temp.bill('p') || '%';
select kassa.charge_settle('acct_a', charge_id, 'failed', 'card_declined', 'sbx', '', 60000)
	from kassa.charge where transaction_id = pg_temp.bill('p') and status = 'pending';
\o
select is(pg_temp.jobs('p'), '1 failed in 00:15:00', 'billing_report_of_the_pending_card_is_added_by_its_end');

-- Another amount is another payment.
\o /dev/null
select pg_temp.order_open('d', true, '{}');
select pg_temp.pay('d', 'succeeded', 499);
\o
select is(pg_temp.reports('d'), 'company company_1 open open', 'billing_order_is_not_paid_by_another_amount');
select is(pg_temp.jobs('d'), null, 'billing_order_paid_by_another_amount_tells_nothing');

-- Said in vain.
\o /dev/null
update kassa.billing_report set tries = 20 where order_id = pg_temp.bill('c');
\o
select is((select again from kassa.billing_report_missed('acct_a', pg_temp.bill('c') || ':1:failed')), true, 'billing_report_missed_is_said_again');
select ok(run_at between now() + interval '30 minutes' and now() + interval '1 hour' and tries = 0, 'billing_report_missed_often_waits_up_to_an_hour')
	from kassa.job where subject = pg_temp.bill('c') || ':1:failed';
select is((select again from kassa.billing_report_missed('acct_a', pg_temp.bill('a') || ':1:failed')), false, 'billing_report_missed_that_is_not_true_is_left');
\o /dev/null
update kassa.billing_report set tries = 180 where order_id = pg_temp.bill('c');
\o
select is((select again from kassa.billing_report_missed('acct_a', pg_temp.bill('c') || ':1:failed')), false, 'billing_report_missed_for_a_week_is_left_to_the_queue');

-- The check of the books finds what nobody would tell.
select is_empty($$select * from kassa.ledger_forgotten_problems() where subject like 'billing%'$$, 'billing_reports_with_jobs_are_no_problem');
\o /dev/null
delete from kassa.job where kind = 'billing_report' and subject = pg_temp.bill('c') || ':1:failed';
\o
select results_eq($$select account_id, subject from kassa.ledger_forgotten_problems() where subject like 'billing%'$$,
	format('values (''acct_a'', %L)', 'billing report ' || pg_temp.bill('c') || ':1:failed'), 'billing_report_without_its_job_is_found');

select finish();
rollback;
