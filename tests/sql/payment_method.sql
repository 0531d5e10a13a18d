-- Kept cards: one method for a card of a contact, refreshed when it comes again, removed by the operator.
\ir fixture.psql
select no_plan();

create function pg_temp.keep(p_method text, p_contact text default 'contact', p_fingerprint text default 'fp_1',
	p_token text default 'tok_1', p_month int default 12, p_year int default 2031) returns text language sql as $$
	select kassa.method_keep('acct_a', p_contact, 'sandbox', (p_token, p_fingerprint, 'visa', '4242', p_month, p_year)::kassa.kept_card,
		p_method);
$$;
create function pg_temp.keeping(p_charge text, p_account text default 'acct_a') returns text language sql as $$
	select format('select kassa.charge_keep(%L, %L, ''pm_new'', (''t'', ''fp_new'', ''visa'', ''4242'', 1, 2031)::kassa.kept_card)',
		p_account, p_charge);
$$;

select is(pg_temp.keep('pm_1'), 'pm_1', 'method_keep_of_a_new_card_is_a_new_method');
select results_eq($$select account_id, contact_id, processor, token, fingerprint, brand, last4, expiry_month, expiry_year, removed_at
		from kassa.payment_method where payment_method_id = 'pm_1'$$,
	$$values ('acct_a', 'contact', 'sandbox', 'tok_1', 'fp_1', 'visa', '4242', 12, 2031, null::timestamptz)$$,
	'method_keep_writes_what_may_be_known');
update kassa.payment_method set created_at = now() - interval '1 day', refreshed_at = now() - interval '1 day';

-- The same card again.
select is(pg_temp.keep('pm_2', p_token => 'tok_2', p_month => 1, p_year => 2040), 'pm_1', 'method_keep_of_the_same_card_is_the_same_method');
select results_eq($$select token, expiry_month, expiry_year, created_at = now(), refreshed_at = now() from kassa.payment_method$$,
	$$values ('tok_2', 1, 2040, false, true)$$, 'method_keep_of_the_same_card_refreshes_it');
select is(pg_temp.keep('pm_3', p_contact => 'other'), 'pm_3', 'method_keep_for_another_contact_is_another_method');
select is(pg_temp.keep('pm_4', p_fingerprint => 'fp_2'), 'pm_4', 'method_keep_of_another_card_is_another_method');

-- Removed, and back when it is saved again.
select is((select payment_method_id from kassa.method_remove('acct_a', 'pm_1')), 'pm_1', 'method_remove_names_it');
select results_eq($$select payment_method_id, removed_at = now() from kassa.payment_method where removed_at is not null$$,
	$$values ('pm_1', true)$$, 'method_remove_removes_that_one_alone');
select is(pg_temp.job('pm_1'), 'method_forget waiting 0 in 00:00:00', 'method_remove_has_the_processor_told');
select is(pg_temp.attempt('kassa_owner', c.statement), c.expected, c.name)
from (values
	('method_remove_takes_one_that_is_kept', $$select kassa.method_remove('acct_a', 'pm_3')$$, 'yes'),
	('method_remove_refuses_a_removed_one', $$select kassa.method_remove('acct_a', 'pm_1')$$, 'KA054'),
	('method_remove_refuses_one_of_another_account', $$select kassa.method_remove('acct_b', 'pm_3')$$, 'KA054'),
	('method_remove_refuses_an_unknown_one', $$select kassa.method_remove('acct_a', 'pm_z')$$, 'KA054')
) as c (name, statement, expected);
select is(pg_temp.keep('pm_5', p_token => 'tok_5'), 'pm_1', 'method_keep_of_a_removed_card_is_the_same_method');
select results_eq($$select token, removed_at from kassa.payment_method where payment_method_id = 'pm_1'$$,
	$$values ('tok_5', null::timestamptz)$$, 'method_keep_of_a_removed_card_brings_it_back');
select is(pg_temp.job('pm_1'), null, 'method_that_came_back_is_not_forgotten_any_more');

-- After a charge whose payer agreed.
\o /dev/null
select pg_temp.charge('saved', 'succeeded', 'contact', true), pg_temp.charge('plain', 'succeeded', 'contact');
\o
select is(pg_temp.attempt('kassa_server', c.statement), c.expected, c.name)
from (values
	('charge_keep_takes_a_charge_whose_payer_agreed', pg_temp.keeping('ch_saved'), 'yes'),
	('charge_keep_refuses_a_charge_whose_payer_did_not', pg_temp.keeping('ch_plain'), 'KA040'),
	('charge_keep_refuses_a_charge_of_another_account', pg_temp.keeping('ch_saved', 'acct_b'), 'KA040'),
	('charge_keep_refuses_an_unknown_charge', pg_temp.keeping('ch_z'), 'KA040')
) as c (name, statement, expected);
select is(pg_temp.job('ch_saved'), 'method_save waiting 0 in 00:00:00', 'charge_that_saves_has_a_job');
\o /dev/null
select kassa.charge_keep('acct_a', 'ch_saved', 'pm_6', ('tok_6', 'fp_6', 'mastercard', '4444', 3, 2031)::kassa.kept_card);
\o
select is(pg_temp.job('ch_saved'), null, 'charge_keep_ends_its_job');
select results_eq($$select contact_id, processor, brand, last4 from kassa.payment_method where payment_method_id = 'pm_6'$$,
	$$values ('contact', 'sandbox', 'mastercard', '4444')$$, 'charge_keep_keeps_it_for_the_contact_of_the_charge');
select is((select payment_method_id from kassa.charge_keep('acct_a', 'ch_saved', 'pm_7',
	('tok_7', 'fp_6', 'mastercard', '4444', 3, 2031)::kassa.kept_card)), 'pm_6', 'charge_keep_again_is_the_same_method');

select finish();
rollback;
