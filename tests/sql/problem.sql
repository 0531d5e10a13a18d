-- ledger_problems finds every kind of broken book. Each case breaks healthy books as a superuser with the
-- constraints off, looks, and takes it back.
\ir fixture.psql
select no_plan();
\o /dev/null
select pg_temp.reserve('open');
select pg_temp.reserve('paid');
select kassa.charge_settle('acct_a', 'ch_paid', 'succeeded', 'none', '', '', 1);
select pg_temp.reserve('failed');
select kassa.charge_settle('acct_a', 'ch_failed', 'failed', 'card_declined', '', '', 1);
select kassa.refund_reserve('acct_a', 'ch_paid', 're_' || r.name, r.amount, r.counted, 120000, 1)
	from (values ('open', 100, 0), ('back', 200, 100), ('no', 300, 300)) as r (name, amount, counted);
select kassa.refund_settle('acct_a', 're_back', 'succeeded', 'none', '', 1);
select kassa.refund_settle('acct_a', 're_no', 'failed', 'processor_refused', '', 1);
select kassa.setup_open('acct_a', 'ss_23456789abcdef', 'contact', 'live');
select kassa.setup_reserve('ss_23456789abcdef', 'sandbox', '', '(0,0,0,0,0,0)', 1);
-- Without these, a superuser could not break anything.
alter table kassa.transfer drop constraint transfer_is_resolved_once;
alter table kassa.charge drop constraint charge_captures_all_or_nothing, drop constraint refunds_never_exceed_the_charge;
alter table kassa.refund drop constraint refund_says_when_it_ended, drop constraint refund_says_why_it_failed;
drop index kassa.transfer_reserves_once;
set local session_replication_role = replica;
\o

-- What ledger_problems says after this statement, joined to one text; the statement is undone.
create function pg_temp.problems_after(p_statement text) returns text language plpgsql as $$
declare
	said text;
begin
	execute p_statement;
	select coalesce(string_agg(regexp_replace(p.subject, '^transfer \d+', 'transfer') || ' ' || p.problem, '; '
			order by p.subject collate "C" like 'transfer%', p.problem), '')
		into said from kassa.ledger_problems() p;
	raise exception using errcode = 'ZZ000', message = said;
exception
	when sqlstate 'ZZ000' then
		return sqlerrm;
end
$$;

select is(pg_temp.problems_after(c.statement), c.expected, c.name)
from (values
	('ledger_untouched_has_no_problem', 'select', ''),
	('ledger_finds_a_post_of_another_amount',
		$$update kassa.transfer set amount_minor = 1 where charge_id = 'ch_paid' and phase = 'post' and refund_id is null$$,
		'charge ch_paid captured 1234 but posted 1; transfer differs from the pending transfer that it resolves'),
	('ledger_finds_a_void_of_another_amount',
		$$update kassa.transfer set amount_minor = 1 where charge_id = 'ch_failed' and phase = 'void'$$,
		'transfer differs from the pending transfer that it resolves'),
	('ledger_finds_a_reserve_of_another_amount',
		$$update kassa.transfer set amount_minor = 1 where charge_id = 'ch_open'$$,
		'charge ch_open reserved another amount or currency than its own'),
	('ledger_finds_a_reserve_of_another_currency',
		$$update kassa.charge set currency = 'EUR' where charge_id = 'ch_open'$$,
		'charge ch_open reserved another amount or currency than its own'),
	('ledger_finds_a_post_without_a_reserve',
		$$delete from kassa.transfer where charge_id = 'ch_paid' and phase = 'pending' and refund_id is null$$,
		'charge ch_paid has 0 pending transfers instead of one; transfer resolves a pending transfer that is not there'),
	('ledger_finds_a_second_post',
		$$insert into kassa.transfer (account_id, phase, pending_id, debit, credit, currency, amount_minor, charge_id)
			select account_id, phase, pending_id, debit, credit, currency, amount_minor, charge_id
			from kassa.transfer where charge_id = 'ch_paid' and phase = 'post' and refund_id is null$$,
		'charge ch_paid captured 1234 but posted 2468; transfer is resolved more than once'),
	('ledger_finds_a_capture_that_was_not_posted',
		$$delete from kassa.transfer where charge_id = 'ch_paid' and phase = 'post' and refund_id is null$$,
		'charge ch_paid captured 1234 but posted 0; charge ch_paid has ended but its pending transfer is open'),
	('ledger_finds_a_capture_of_another_amount',
		$$update kassa.charge set captured_minor = 1233 where charge_id = 'ch_paid'$$,
		'charge ch_paid captured 1233 but posted 1234'),
	('ledger_finds_a_failed_charge_that_is_still_reserved',
		$$delete from kassa.transfer where charge_id = 'ch_failed' and phase = 'void'$$,
		'charge ch_failed has ended but its pending transfer is open'),
	('ledger_finds_an_open_charge_without_a_reserve',
		$$delete from kassa.transfer where charge_id = 'ch_open'$$,
		'charge ch_open has 0 pending transfers instead of one'),
	('ledger_finds_an_open_charge_reserved_twice',
		$$insert into kassa.transfer (account_id, phase, debit, credit, currency, amount_minor, charge_id)
			select account_id, phase, debit, credit, currency, amount_minor, charge_id
			from kassa.transfer where charge_id = 'ch_open'$$,
		'charge ch_open has 2 pending transfers instead of one'),
	('ledger_finds_an_open_charge_that_was_voided',
		$$insert into kassa.transfer (account_id, phase, pending_id, debit, credit, currency, amount_minor, charge_id)
			select account_id, 'void', transfer_id, debit, credit, currency, amount_minor, charge_id
			from kassa.transfer where charge_id = 'ch_open'$$,
		'charge ch_open has not ended but its pending transfer is resolved'),
	('ledger_finds_a_transfer_of_no_charge',
		$$delete from kassa.charge where charge_id = 'ch_open'$$,
		'transfer belongs to no charge'),
	('ledger_finds_a_refund_reserved_with_another_amount',
		$$update kassa.transfer set amount_minor = 1 where refund_id = 're_open'$$,
		'refund re_open moved something else than its own amount'),
	('ledger_finds_a_refund_reserved_in_another_currency',
		$$update kassa.refund set currency = 'EUR' where refund_id = 're_open'$$,
		'refund re_open moved something else than its own amount'),
	('ledger_finds_a_refund_of_another_charge',
		$$update kassa.transfer set charge_id = 'ch_open' where refund_id = 're_open'$$,
		'refund re_open moved something else than its own amount'),
	('ledger_finds_a_refund_that_moved_the_way_of_a_charge',
		$$update kassa.transfer set debit = credit, credit = debit where refund_id = 're_open'$$,
		'refund re_open moved something else than its own amount'),
	('ledger_finds_a_refund_without_a_reserve',
		$$delete from kassa.transfer where refund_id = 're_open'$$,
		'refund re_open has 0 pending transfers instead of one'),
	('ledger_finds_a_refund_reserved_twice',
		$$insert into kassa.transfer (account_id, phase, debit, credit, currency, amount_minor, charge_id, refund_id)
			select account_id, phase, debit, credit, currency, amount_minor, charge_id, refund_id
			from kassa.transfer where refund_id = 're_open'$$,
		'refund re_open has 2 pending transfers instead of one'),
	('ledger_finds_a_refund_that_succeeded_without_a_post',
		$$delete from kassa.transfer where refund_id = 're_back' and phase = 'post'$$,
		'refund re_back has succeeded but is not posted'),
	('ledger_finds_a_refund_that_failed_without_a_void',
		$$delete from kassa.transfer where refund_id = 're_no' and phase = 'void'$$,
		'refund re_no has failed but is not void'),
	('ledger_finds_an_open_refund_that_was_posted',
		$$insert into kassa.transfer (account_id, phase, pending_id, debit, credit, currency, amount_minor, charge_id, refund_id)
			select account_id, 'post', transfer_id, debit, credit, currency, amount_minor, charge_id, refund_id
			from kassa.transfer where refund_id = 're_open'$$,
		'refund re_open has not ended but its pending transfer is resolved'),
	('ledger_finds_transfers_of_no_refund',
		$$delete from kassa.refund where refund_id = 're_open'$$,
		'charge ch_paid counts 300 as refunded, its refunds are 200; refund re_open has transfers but is not there'),
	('ledger_finds_a_charge_that_counts_too_much_as_refunded',
		$$update kassa.charge set refunded_minor = 301 where charge_id = 'ch_paid'$$,
		'charge ch_paid counts 301 as refunded, its refunds are 300'),
	('ledger_finds_a_charge_that_counts_too_little_as_refunded',
		$$update kassa.charge set refunded_minor = 299 where charge_id = 'ch_paid'$$,
		'charge ch_paid counts 299 as refunded, its refunds are 300'),
	('ledger_finds_a_charge_that_nobody_asks_about',
		$$delete from kassa.job where subject = 'ch_open'$$, 'charge ch_open has no end and no job that will ask about it'),
	('ledger_finds_a_refund_that_nobody_asks_about',
		$$delete from kassa.job where subject = 're_open'$$, 'refund re_open has no end and no job that will ask about it'),
	('ledger_finds_a_setup_that_nobody_asks_about_and_hides_its_id',
		$$delete from kassa.job where subject ~ '^ss_'$$, 'setup ss_23456789 has no end and no job that will ask about it'),
	('ledger_is_not_deceived_by_a_job_of_another_kind',
		$$update kassa.job set kind = 'method_save' where subject = 'ch_open'$$,
		'charge ch_open has no end and no job that will ask about it'),
	('ledger_has_no_problem_with_a_job_that_is_dead',
		$$update kassa.job set state = 'dead'$$, ''),
	('ledger_finds_sums_that_are_not_zero',
		$$delete from kassa.ledger_account where name = 'merchant_payable'$$,
		'USD debits and credits differ; ' || repeat('transfer moves to or from an account that is not open; ', 9)
			|| 'transfer moves to or from an account that is not open')
) as c (name, statement, expected);

select finish();
rollback;
