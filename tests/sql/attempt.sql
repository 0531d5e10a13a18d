-- Limits against card testing: each at its edge, what counts, for how long, and how the ratio recovers.
\ir fixture.psql
select no_plan();

-- Charges of payers that ended: so many, of this contact and address, so long ago; one session each.
create function pg_temp.tried(p_name text, p_count int, p_decline kassa.decline, p_contact text default null,
	p_client text default '', p_age interval default '0')
returns void language plpgsql as $$
begin
	for n in 1 .. p_count loop
		perform kassa.session_open('acct_a', format('cs_%s_%s', p_name, n), format('%s_%s', p_name, n), 'live', 1234, 'USD',
			'platform', p_contact, null);
		perform kassa.charge_reserve(format('cs_%s_%s', p_name, n), format('ch_%s_%s', p_name, n), 'sandbox', false, p_client,
			'(0,0,0,0,0,0)', 15000);
		perform kassa.charge_settle('acct_a', format('ch_%s_%s', p_name, n),
			case p_decline when 'none' then 'succeeded' else 'failed' end::kassa.outcome, p_decline, '', '', 60000);
	end loop;
	update kassa.charge set created_at = now() - p_age where charge_id like format('ch\_%s\_%%', p_name);
	update kassa.declined set created_at = now() - p_age where subject like format('ch\_%s\_%%', p_name);
end
$$;
-- One more: of a contact and an address, under (window_ms, contact, client, account, ratio_least, ratio_percent).
create function pg_temp.trying(p_contact text, p_client text, p_limits text, p_account text default 'acct_a') returns text
language sql as $$
	select format('select kassa.attempt_check(%L, %L, %L, %L)', p_account, p_contact, p_client, p_limits);
$$;

\o /dev/null
select pg_temp.tried('thief', 3, 'card_declined', 'thief', 'client_t');
\o
select is(pg_temp.attempt('kassa_books', c.statement), c.expected, c.name)
from (values
	('attempt_of_a_contact_below_its_limit_is_taken', pg_temp.trying('thief', '', '(600000,4,0,0,0,0)'), 'yes'),
	('attempt_of_a_contact_at_its_limit_is_refused', pg_temp.trying('thief', '', '(600000,3,0,0,0,0)'), 'KA038'),
	('attempt_of_another_contact_is_taken', pg_temp.trying('payer', '', '(600000,3,0,0,0,0)'), 'yes'),
	('attempt_of_no_contact_is_taken', pg_temp.trying(null, '', '(600000,1,0,0,0,0)'), 'yes'),
	('attempt_of_an_address_below_its_limit_is_taken', pg_temp.trying(null, 'client_t', '(600000,0,4,0,0,0)'), 'yes'),
	('attempt_of_an_address_at_its_limit_is_refused', pg_temp.trying(null, 'client_t', '(600000,0,3,0,0,0)'), 'KA038'),
	('attempt_of_another_address_is_taken', pg_temp.trying(null, 'client_p', '(600000,0,3,0,0,0)'), 'yes'),
	('attempt_of_no_known_address_is_taken', pg_temp.trying(null, '', '(600000,0,1,0,0,0)'), 'yes'),
	('attempt_of_an_account_below_its_limit_is_taken', pg_temp.trying('payer', 'client_p', '(600000,0,0,4,0,0)'), 'yes'),
	('attempt_of_an_account_at_its_limit_is_refused', pg_temp.trying('payer', 'client_p', '(600000,0,0,3,0,0)'), 'KA038'),
	('attempt_of_another_account_is_taken', pg_temp.trying('thief', 'client_t', '(600000,3,3,3,3,1)', 'acct_b'), 'yes'),
	('attempt_without_limits_is_taken', pg_temp.trying('thief', 'client_t', '(600000,0,0,0,0,0)'), 'yes')
) as c (name, statement, expected);
select throws_ok(pg_temp.trying('thief', 'client_t', c.limits), 'KA038', 'too many declined cards lately, try again later',
	format('attempt_under_%s_is_refused_without_saying_which_limit', c.limits))
from (values ('(600000,3,0,0,0,0)'), ('(600000,0,3,0,0,0)'), ('(600000,0,0,3,0,0)'), ('(600000,0,0,0,3,50)')) as c (limits);

-- Reserve asks for them; a charge that lives has none.
\o /dev/null
select kassa.session_open('acct_a', 'cs_more', 'more', 'live', 1, 'USD', 'platform', 'thief', null);
select pg_temp.reserve('living', 'thief');
\o
create function pg_temp.reserving_as(p_session text, p_client text, p_limits text) returns text language sql as $$
	select format('select kassa.charge_reserve(%L, ''ch_more'', ''sandbox'', false, %L, %L, 1)', p_session, p_client, p_limits);
$$;
select is(pg_temp.attempt('kassa_server', c.statement), c.expected, c.name)
from (values
	('charge_reserve_of_a_contact_at_its_limit_is_refused', pg_temp.reserving_as('cs_more', '', '(600000,3,0,0,0,0)'), 'KA038'),
	('charge_reserve_of_an_address_at_its_limit_is_refused', pg_temp.reserving_as('cs_more', 'client_t', '(600000,0,3,0,0,0)'), 'KA038'),
	('charge_reserve_below_every_limit_is_taken', pg_temp.reserving_as('cs_more', 'client_t', '(600000,4,4,4,0,0)'), 'yes'),
	('charge_reserve_of_a_living_charge_is_taken', pg_temp.reserving_as('cs_living', 'client_t', '(600000,1,1,1,1,1)'), 'yes')
) as c (name, statement, expected);

-- What counts: that a bank said no to a card that a payer tried.
\o /dev/null
select pg_temp.tried('of_' || d::text, 1, d, 'of_' || d::text) from unnest(enum_range(null::kassa.decline)) d;
\o
select is(pg_temp.attempt('kassa_books', pg_temp.trying('of_' || d::text, '', '(600000,1,0,0,0,0)')),
	case when d in ('none', 'not_sent', 'processor_refused') then 'yes' else 'KA038' end,
	format('attempt_after_%s_%s', d, case when d in ('none', 'not_sent', 'processor_refused') then 'is_taken' else 'is_refused' end))
from unnest(enum_range(null::kassa.decline)) d;

-- How long it counts.
\o /dev/null
select pg_temp.tried('inside', 1, 'card_declined', 'inside', '', '599.999 seconds');
select pg_temp.tried('outside', 1, 'card_declined', 'outside', '', '600 seconds');
\o
select is(pg_temp.attempt('kassa_books', pg_temp.trying(c.contact, '', '(600000,1,0,0,0,0)')), c.expected,
	format('attempt_after_a_decline_%s_its_window_%s', c.contact, c.expected))
from (values ('inside', 'KA038'), ('outside', 'yes')) as c (contact, expected);

-- The share of declined charges of an account: from so many charges on, more than so many per cent.
create function pg_temp.ratio(p_declined int, p_paid int, p_limits text) returns text language plpgsql as $$
declare
	answer text;
begin
	delete from kassa.transfer; delete from kassa.job; delete from kassa.charge;
	delete from kassa.checkout_session; delete from kassa.declined;
	perform pg_temp.tried('no', p_declined, 'card_declined', p_age => '1 minute'), pg_temp.tried('paid', p_paid, 'none');
	answer := pg_temp.attempt('kassa_books', pg_temp.trying(null, '', p_limits));
	return answer;
end
$$;
select is(pg_temp.ratio(c.declined, c.paid, c.limits), c.expected,
	format('attempt_after_%s_declined_and_then_%s_paid_under_%s_%s', c.declined, c.paid, c.limits, c.expected))
from (values
	(3, 0, '(600000,0,0,0,4,50)', 'yes'),		-- too few to make a ratio
	(4, 0, '(600000,0,0,0,4,50)', 'KA038'),
	(2, 2, '(600000,0,0,0,4,50)', 'yes'),		-- half of them is not more than half
	(3, 2, '(600000,0,0,0,4,50)', 'KA038'),
	(3, 3, '(600000,0,0,0,4,50)', 'yes'),		-- recovered: enough were paid since
	(9, 4, '(600000,0,0,0,4,50)', 'yes'),		-- the latest 8 alone: 4 of them declined
	(9, 3, '(600000,0,0,0,4,50)', 'KA038'),
	(4, 0, '(600000,0,0,0,4,100)', 'yes'),		-- never more than all
	(4, 0, '(59999,0,0,0,4,50)', 'yes'),		-- recovered: they are outside the window
	(4, 0, '(60001,0,0,0,4,50)', 'KA038')
) as c (declined, paid, limits, expected);

-- What was never sent is tried, but no bank declined it.
\o /dev/null
select pg_temp.ratio(0, 1, '(600000,0,0,0,0,0)'), pg_temp.tried('lost', 5, 'not_sent');
\o
select is(pg_temp.attempt('kassa_books', pg_temp.trying(null, '', '(600000,0,0,0,4,50)')), 'yes',
	'attempt_after_charges_that_were_never_sent_is_taken');
\o /dev/null
select pg_temp.ratio(0, 1, '(600000,0,0,0,0,0)'), pg_temp.tried('refused', 5, 'processor_refused');
\o
select is(pg_temp.attempt('kassa_books', pg_temp.trying(null, '', '(600000,0,0,0,4,50)')), 'yes',
	'attempt_after_charges_that_the_processor_refused_is_taken');

select finish();
rollback;
