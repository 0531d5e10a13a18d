-- Two-phase transfers: reserve, then post or void; totals follow.
\ir fixture.psql
select no_plan();

-- Posted and pending sums of an account's books, as text; by its debit side.
create function pg_temp.totals(p_account text) returns table (line text) language sql as $$
	select format('%s %s posted %s/%s pending %s/%s', name, currency, posted_debit, posted_credit,
		pending_debit, pending_credit)
	from kassa.ledger_totals() where account_id = p_account order by 1;
$$;

select is_empty($$select pg_temp.totals('acct_a')$$, 'ledger_without_charges_has_no_accounts');

\o /dev/null
select pg_temp.reserve('x');
\o
select results_eq($$select phase::text, debit::text, credit::text, currency, amount_minor, charge_id
		from kassa.transfer$$,
	$$values ('pending', 'processor_clearing', 'merchant_payable', 'USD', 1234::bigint, 'ch_x')$$,
	'transfer_reserve_writes_one_pending_transfer');
select results_eq($$select * from pg_temp.totals('acct_a')$$,
	$$values ('merchant_payable USD posted 0/0 pending 0/1234'),
		('processor_clearing USD posted 0/0 pending 1234/0')$$,
	'ledger_after_reserve_shows_it_as_pending');

\o /dev/null
select kassa.charge_settle('acct_a', 'ch_x', 'succeeded', 'none', '', '', 1);
\o
select results_eq($$select * from pg_temp.totals('acct_a')$$,
	$$values ('merchant_payable USD posted 0/1234 pending 0/0'),
		('processor_clearing USD posted 1234/0 pending 0/0')$$,
	'ledger_after_post_shows_it_as_posted');

\o /dev/null
select pg_temp.reserve('y');
select kassa.charge_settle('acct_a', 'ch_y', 'failed', 'expired_card', '', '', 1);
\o
select results_eq($$select phase::text, amount_minor, pending_id is null
		from kassa.transfer where charge_id = 'ch_y' order by transfer_id$$,
	$$values ('pending', 1234::bigint, true), ('void', 1234, false)$$,
	'transfer_void_leaves_both_rows');
select results_eq($$select * from pg_temp.totals('acct_a')$$,
	$$values ('merchant_payable USD posted 0/1234 pending 0/0'),
		('processor_clearing USD posted 1234/0 pending 0/0')$$,
	'ledger_after_void_counts_it_nowhere');

-- Each account and currency has books of its own.
\o /dev/null
select kassa.session_open('acct_b', 'cs_b', 'x', 'live', 5, 'KWD', 'platform', null, null);
select kassa.charge_reserve('cs_b', 'ch_b', 'sandbox', false, '', '(0,0,0,0,0,0)', 1);
\o
select results_eq($$select * from pg_temp.totals('acct_b')$$,
	$$values ('merchant_payable KWD posted 0/0 pending 0/5'),
		('processor_clearing KWD posted 0/0 pending 5/0')$$,
	'ledger_of_another_account_is_its_own');
select is_empty($$select * from pg_temp.totals('acct_a') where line like '%KWD%'$$,
	'ledger_of_an_account_has_only_its_currencies');

select is(pg_temp.attempt('kassa_books', c.statement), c.expected, c.name)
from (values
	('transfer_resolve_takes_what_is_reserved', $$select kassa.transfer_resolve('acct_b', 'ch_b', null, 'post')$$, 'yes'),
	('transfer_resolve_refuses_an_unknown_charge', $$select kassa.transfer_resolve('acct_b', 'ch_z', null, 'post')$$, 'KA099'),
	('transfer_resolve_refuses_a_charge_of_another_account',
		$$select kassa.transfer_resolve('acct_a', 'ch_b', null, 'post')$$, 'KA099'),
	('transfer_resolve_refuses_a_second_time', $$select kassa.transfer_resolve('acct_a', 'ch_x', null, 'void')$$,
		'transfer_is_resolved_once'),
	('transfer_reserve_refuses_a_second_time', $$select kassa.transfer_reserve('acct_a', 'ch_x', null, 1, 'USD')$$,
		'transfer_reserves_once'),
	('transfer_reserve_refuses_an_unknown_charge', $$select kassa.transfer_reserve('acct_a', 'ch_z', null, 1, 'USD')$$,
		'transfer_is_of_a_charge')
) as c (name, statement, expected);

select is_empty('select * from kassa.ledger_problems()', 'ledger_of_all_this_balances');

select finish();
rollback;
