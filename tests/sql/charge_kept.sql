-- charge_reserve_kept: whether a kept card may be charged, what is a retry, and that a transaction has one charge alone.
\ir fixture.psql
select no_plan();
\o /dev/null
select kassa.method_keep('acct_a', m.contact, 'sandbox', ('tok_' || m.name, 'fp_' || m.name, 'visa', '4242',
		extract(month from m.expiry)::int, extract(year from m.expiry)::int)::kassa.kept_card, 'pm_' || m.name)
from (values
	('good', 'contact', now()),				-- good until the last day of its month
	('second', 'contact', now() + interval '1 year'),
	('foreign', 'stranger', now() + interval '1 year'),
	('gone', 'contact', now() + interval '1 year'),
	('expired', 'contact', now() - interval '1 month')
) as m (name, contact, expiry);
select kassa.method_remove('acct_a', 'pm_gone');
\o

-- Asks for a charge "ch_x"; the digest of the request is that of its words, as pay/ makes it.
create function pg_temp.asking(p_charge text, p_method text, p_contact text, p_transaction text, p_amount bigint default 500,
	p_account text default 'acct_a', p_currency text default 'USD')
returns text language sql as $$
	select format('select * from kassa.charge_reserve_kept(%L, %L, %L, %L, %L, %s, %L, %L, ''words'', 120000, 15000)', p_account,
		'ch_' || p_charge, 'pm_' || p_method, p_contact, p_transaction, p_amount, p_currency,
		encode(sha256(convert_to(concat_ws('|', p_method, p_contact, p_transaction, p_amount, p_currency), 'UTF8')), 'hex'));
$$;
create function pg_temp.ask(p_charge text, p_method text, p_contact text, p_transaction text, p_amount bigint default 500)
returns text language plpgsql as $$
declare
	r record;
begin
	execute pg_temp.asking(p_charge, p_method, p_contact, p_transaction, p_amount) into r;
	return concat_ws(' ', r.charge_id, case when r.fresh then 'fresh' else 'again' end, r.status, r.token, r.amount_minor);
end
$$;
create function pg_temp.settle(p_charge text, p_outcome kassa.outcome, p_decline kassa.decline default 'none') returns void
language sql as $$
	select kassa.charge_settle('acct_a', 'ch_' || p_charge, p_outcome, p_decline, '', '', 60000);
$$;

-- Fresh.
select results_eq(pg_temp.asking('f', 'good', 'contact', 'tx_f'),
	$$values ('ch_f', true, 'sandbox', 'tok_good', 500::bigint, 'USD', 'sending'::kassa.charge_status, 'none'::kassa.decline,
		null::timestamptz)$$, 'charge_kept_of_a_good_card_is_fresh');
select results_eq($$select session_id, attempt::int, transaction_id, contact_id, payment_method_id, client, captured_minor,
		saves, description from kassa.charge where charge_id = 'ch_f'$$,
	$$values (null::text, 1, 'tx_f', 'contact', 'pm_good', '', 0::bigint, false, 'words')$$,
	'charge_kept_names_its_method_and_no_session');
select results_eq($$select phase::text, debit::text, amount_minor from kassa.transfer where charge_id = 'ch_f'$$,
	$$values ('pending', 'processor_clearing', 500::bigint)$$, 'charge_kept_reserves_its_amount');
select is(pg_temp.job('ch_f'), 'charge_resolve waiting 0 in 00:00:15', 'charge_kept_says_when_to_ask_about_it');

-- May it be charged?
select is(pg_temp.attempt('kassa_server', c.statement), c.expected, c.name)
from (values
	('charge_kept_takes_a_request_without_contact', pg_temp.asking('n', 'good', null, 'tx_n'), 'yes'),
	('charge_kept_refuses_another_contact', pg_temp.asking('n', 'good', 'stranger', 'tx_n'), 'KA054'),
	('charge_kept_refuses_a_removed_method', pg_temp.asking('n', 'gone', 'contact', 'tx_n'), 'KA054'),
	('charge_kept_refuses_an_unknown_method', pg_temp.asking('n', 'z', 'contact', 'tx_n'), 'KA054'),
	('charge_kept_refuses_a_method_of_another_account', pg_temp.asking('n', 'good', 'contact', 'tx_n', 500, 'acct_b'), 'KA054'),
	('charge_kept_refuses_an_expired_card', pg_temp.asking('n', 'expired', 'contact', 'tx_n'), 'KA055'),
	('charge_kept_refuses_an_expired_card_of_another_contact', pg_temp.asking('n', 'expired', 'stranger', 'tx_n'), 'KA054'),
	('charge_kept_refuses_an_expired_card_without_transaction', pg_temp.asking('n', 'expired', 'contact', null), 'KA055'),
	('charge_kept_takes_the_least_amount', pg_temp.asking('n', 'good', 'contact', 'tx_n', 1), 'yes'),
	('charge_kept_refuses_nothing', pg_temp.asking('n', 'good', 'contact', 'tx_n', 0), 'charge_amount_minor_check'),
	('charge_kept_refuses_an_id_twice', pg_temp.asking('f', 'good', 'contact', 'tx_n'), 'KA037')
) as c (name, statement, expected);

-- Retry: by its transaction.
select is(pg_temp.ask('again', 'good', 'contact', 'tx_f'), 'ch_f again sending tok_good 500', 'charge_kept_again_is_the_same_charge');
select is(pg_temp.attempt('kassa_server', c.statement), c.expected, c.name)
from (values
	('charge_kept_again_with_another_amount_is_refused', pg_temp.asking('n', 'good', 'contact', 'tx_f', 501), 'KA053'),
	('charge_kept_again_with_another_card_is_refused', pg_temp.asking('n', 'second', 'contact', 'tx_f'), 'KA053'),
	('charge_kept_again_with_another_contact_is_refused', pg_temp.asking('n', 'good', 'stranger', 'tx_f'), 'KA053'),
	('charge_kept_again_in_another_currency_is_refused', pg_temp.asking('n', 'good', 'contact', 'tx_f', 500, 'acct_a', 'EUR'),
		'KA053'),
	('charge_kept_of_another_transaction_is_taken', pg_temp.asking('n', 'good', 'contact', 'tx_g', 501), 'yes')
) as c (name, statement, expected);
\o /dev/null
select pg_temp.settle('f', 'succeeded');
\o
select is(pg_temp.ask('again', 'good', 'contact', 'tx_f'), 'ch_f again succeeded tok_good 500', 'charge_kept_again_hears_that_it_was_paid');
select is((select count(*) from kassa.charge where transaction_id = 'tx_f'), 1::bigint, 'charge_kept_again_writes_nothing');
\o /dev/null
select pg_temp.ask('no', 'good', 'contact', 'tx_no'), pg_temp.settle('no', 'failed', 'insufficient_funds');
\o
select is(pg_temp.ask('again', 'good', 'contact', 'tx_no'), 'ch_no again failed tok_good 500',
	'charge_kept_again_hears_that_it_failed_and_takes_nothing');
select is((select count(*) from kassa.declined), 0::bigint, 'charge_kept_that_fails_is_no_card_testing');
\o /dev/null
select pg_temp.ask('removed', 'second', 'contact', 'tx_removed'), kassa.method_remove('acct_a', 'pm_second');
\o
select is(pg_temp.ask('again', 'second', 'contact', 'tx_removed'), 'ch_removed again sending tok_second 500',
	'charge_kept_again_is_answered_though_its_card_was_removed');

-- Retry without a transaction: an equal request shortly before.
select is(pg_temp.ask('b1', 'good', 'contact', null), 'ch_b1 fresh sending tok_good 500', 'charge_kept_without_transaction_is_fresh');
select is(pg_temp.ask('b2', 'good', 'contact', null), 'ch_b1 again sending tok_good 500', 'charge_kept_without_transaction_again_is_the_same');
select is(pg_temp.ask('b3', 'good', 'contact', null, 501), 'ch_b3 fresh sending tok_good 501',
	'charge_kept_without_transaction_of_another_amount_is_another');
select is(pg_temp.ask('b4', 'foreign', 'stranger', null), 'ch_b4 fresh sending tok_foreign 500',
	'charge_kept_without_transaction_of_another_card_is_another');
select is(pg_temp.ask('b5', 'good', 'contact', 'tx_b5'), 'ch_b5 fresh sending tok_good 500',
	'charge_kept_with_a_transaction_is_no_retry_of_one_without');
update kassa.charge set created_at = now() - interval '119.999 seconds' where charge_id = 'ch_b1';
select is(pg_temp.ask('b6', 'good', 'contact', null), 'ch_b1 again sending tok_good 500', 'charge_kept_inside_the_window_is_the_same');
update kassa.charge set created_at = now() - interval '120 seconds' where charge_id = 'ch_b1';
select is(pg_temp.ask('b7', 'good', 'contact', null), 'ch_b7 fresh sending tok_good 500', 'charge_kept_outside_the_window_is_another');

-- One transaction, two ways to pay it: whoever is first has it.
\o /dev/null
select pg_temp.reserve('payer');
select pg_temp.ask('kept', 'good', 'contact', 'kept');
select kassa.session_open('acct_a', 'cs_kept', 'kept', 'live', 1234, 'USD', 'platform', null, null);
select pg_temp.charge('paid', 'succeeded');
select pg_temp.charge('declined', 'failed');
select pg_temp.ask('failed', 'good', 'contact', 'failed'), pg_temp.settle('failed', 'failed', 'expired_card');
select kassa.session_open('acct_a', 'cs_failed', 'failed', 'live', 1234, 'USD', 'platform', null, null);
\o
select is(pg_temp.attempt('kassa_server', c.statement), c.expected, c.name)
from (values
	('charge_kept_while_the_payer_pays_is_busy', pg_temp.asking('n', 'good', 'contact', 'payer'), 'KA037'),
	('charge_kept_after_the_payer_has_paid_is_busy', pg_temp.asking('n', 'good', 'contact', 'paid'), 'KA037'),
	('charge_kept_after_the_payer_was_declined_is_taken', pg_temp.asking('n', 'good', 'contact', 'declined'), 'yes'),
	('charge_of_the_payer_while_a_kept_card_is_charged_is_busy', pg_temp.reserving('cs_kept', 'ch_n'), 'KA037'),
	('charge_of_the_payer_after_a_kept_card_was_declined_is_taken', pg_temp.reserving('cs_failed', 'ch_n'), 'yes')
) as c (name, statement, expected);
\o /dev/null
select pg_temp.settle('kept', 'succeeded');
\o
select is(pg_temp.attempt('kassa_server', pg_temp.reserving('cs_kept', 'ch_n')), 'KA037',
	'charge_of_the_payer_after_a_kept_card_has_paid_is_busy');

select is_empty('select * from kassa.ledger_problems()', 'ledger_with_charges_of_kept_cards_balances');

select finish();
rollback;
