-- A payer who asks to be forgotten: what goes, what stays, and what is not over yet.
\ir fixture.psql
select no_plan();

\o /dev/null
select kassa.account_create('acct_live', 'location_a', 'live', 'USD', repeat('c', 64), 'kassa_pk_live_a');
select kassa.session_open('acct_a', 'cs_unpaid', 'unpaid', 'live', 1234, 'USD', 'platform', 'me', 'order'),
	kassa.session_open('acct_live', 'cs_live', 'live', 'live', 1234, 'USD', 'platform', 'me', null),
	kassa.session_open('acct_a', 'cs_other', 'other', 'live', 1234, 'USD', 'platform', 'you', null),
	kassa.session_open('acct_a', 'cs_nobody', 'nobody', 'live', 1234, 'USD', 'platform', null, null),
	kassa.session_open('acct_b', 'cs_elsewhere', 'elsewhere', 'live', 1234, 'EUR', 'platform', 'me', null);
select pg_temp.charge('paid', 'succeeded', 'me', true), pg_temp.charge('no', 'failed', 'me'), pg_temp.charge('going', 'pending', 'me'),
	pg_temp.charge('yours', 'succeeded', 'you', true);
update kassa.charge set client = repeat('d', 64);
select kassa.setup_open(account, 'ss_' || name, contact, 'live') from (values ('acct_a', 'open', 'me'), ('acct_a', 'kept', 'me'),
	('acct_live', 'sending', 'me'), ('acct_a', 'yours', 'you')) as s (account, name, contact);
select kassa.setup_reserve(id, 'sandbox', repeat('d', 64), '(0,0,0,0,0,0)', 15000) from unnest(array['ss_kept', 'ss_sending']) as id;
select kassa.setup_settle('ss_kept', 1, 'succeeded', 'none', ('tok', 'fp', 'visa', '4242', 12, 2099)::kassa.kept_card, 'pm_me', 60000);
select kassa.method_keep('acct_live', 'me', 'sandbox', ('tok2', 'fp2', 'visa', '4242', 12, 2099)::kassa.kept_card, 'pm_live'),
	kassa.method_keep('acct_a', 'you', 'sandbox', ('tok3', 'fp3', 'visa', '4242', 12, 2099)::kassa.kept_card, 'pm_you');
insert into kassa.declined (account_id, subject, contact_id, client) values ('acct_a', 'ch_x', 'you', ''), ('acct_a', 'ch_x', null, '');
create temporary table books as select * from kassa.transfer;
\o

select results_eq($$select * from kassa.contact_forget('location_a', 'me')$$, $$values (2::bigint, 2::bigint, 1::bigint, 1::bigint, 2::bigint, 2::bigint)$$,
	'contact_forget_counts_what_it_removed_in_both_modes_and_what_is_under_way');
select bag_eq($$select payment_method_id from kassa.payment_method where removed_at is null$$, $$values ('pm_you')$$,
	'contact_forget_removes_kept_cards');
select is(pg_temp.job('pm_me') || '; ' || pg_temp.job('pm_live'), 'method_forget waiting 0 in 00:00:00; method_forget waiting 0 in 00:00:00',
	'contact_forget_has_the_processor_told');
select is(pg_temp.job('ch_paid'), null, 'contact_forget_keeps_no_card_that_was_to_be_kept');
select is(pg_temp.job('ch_yours'), 'method_save waiting 0 in 00:00:00', 'contact_forget_leaves_what_others_agreed_to');
select bag_eq($$select session_id from kassa.checkout_session$$, $$values ('cs_other'), ('cs_nobody'), ('cs_elsewhere'), ('cs_paid'),
	('cs_no'), ('cs_going'), ('cs_yours')$$, 'contact_forget_removes_pages_that_nobody_tried_to_pay');
select bag_eq($$select setup_id from kassa.setup$$, $$values ('ss_kept'), ('ss_sending'), ('ss_yours')$$,
	'contact_forget_leaves_consents_and_setups_under_way');
select bag_eq($$select coalesce(contact_id, '') from kassa.declined$$, $$values ('you'), ('')$$, 'contact_forget_removes_declines');
select bag_eq($$select charge_id from kassa.charge where client <> ''$$, $$values ('ch_going'), ('ch_yours')$$,
	'contact_forget_removes_digests_of_addresses_from_charges_that_have_ended');
select bag_eq('table kassa.transfer', 'table books', 'contact_forget_leaves_the_books');
select is((select contact_id from kassa.charge where charge_id = 'ch_paid'), 'me', 'contact_forget_leaves_whose_charge_it_was');

\o /dev/null
select kassa.charge_settle('acct_a', 'ch_going', 'succeeded', 'none', 'sbx', '', 60000);
select kassa.setup_settle('ss_sending', 1, 'failed', 'card_declined', null, 'pm_n', 60000);
\o
select results_eq($$select * from kassa.contact_forget('location_a', 'me')$$, $$values (0::bigint, 0::bigint, 1::bigint, 1::bigint, 1::bigint, 0::bigint)$$,
	'contact_forget_again_removes_what_has_ended_since');
select results_eq($$select * from kassa.contact_forget('location_a', 'me')$$, $$values (0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint)$$,
	'contact_forget_of_the_forgotten_removes_nothing');

\o /dev/null
update kassa.job set leased_until = now() + interval '1 minute' where subject = 'ch_yours';
\o
select is((select under_way from kassa.contact_forget('location_a', 'you')), 1::bigint, 'contact_forget_says_that_a_card_is_just_being_kept');
select is(pg_temp.job('ch_yours'), 'method_save waiting 0 in 00:00:00', 'contact_forget_leaves_the_job_that_somebody_runs');
select throws_ok($$select kassa.contact_forget('location_z', 'me')$$, 'KA013', null, 'contact_forget_at_an_unknown_location_is_refused');
select is(pg_temp.attempt('kassa_server', $$select kassa.contact_forget('location_a', 'me')$$), '42501', 'contact_forget_is_the_operators');
select is(pg_temp.attempt('kassa_owner', $$select kassa.contact_forget('location_a', 'me')$$), 'yes', 'contact_forget_is_allowed_to_the_owner');

select finish();
rollback;
