-- refund_reserve and refund_settle: the limit, what is a retry and what is new, every outcome in every state.
\ir fixture.psql
select no_plan();

-- Asks for a refund "re_x" of a charge; p_counted is what the platform counts, null when it could not be asked.
create function pg_temp.refund(p_charge text, p_refund text, p_amount bigint, p_counted bigint default null)
returns text language sql as $$
	select concat_ws(' ', refund_id, case when fresh then 'fresh' else 'again' end, rule, status)
	from kassa.refund_reserve('acct_a', 'ch_' || p_charge, 're_' || p_refund, p_amount, p_counted, 120000, 15000);
$$;
create function pg_temp.settle(p_refund text, p_outcome kassa.outcome, p_decline kassa.decline default 'none',
	p_reference text default '')
returns text language sql as $$
	select concat_ws(' ', status, decline, case when changed then 'changed' end,
		case when contradicted then 'contradicted' end)
	from kassa.refund_settle('acct_a', 're_' || p_refund, p_outcome, p_decline, p_reference, 60000);
$$;
create function pg_temp.refunding(p_charge text, p_amount bigint, p_account text default 'acct_a') returns text
language sql as $$
	select format('select kassa.refund_reserve(%L, %L, ''re_new'', %s, 0, 120000, 15000)', p_account, 'ch_' || p_charge,
		p_amount);
$$;

-- Reserve.
\o /dev/null
select pg_temp.charge('r', 'succeeded');
\o
select results_eq($$select refund_id, fresh, rule::text, processor, amount_minor, currency, status::text, decline::text,
		settled_at from kassa.refund_reserve('acct_a', 'ch_r', 're_r', 1000, 0, 120000, 15000)$$,
	$$values ('re_r', true, 'platform_total', 'sandbox', 1000::bigint, 'USD', 'sending', 'none', null::timestamptz)$$,
	'refund_reserve_of_a_paid_charge_is_fresh');
select is((select refunded_minor from kassa.charge where charge_id = 'ch_r'), 1000::bigint,
	'refund_reserve_takes_it_out_of_the_charge_at_once');
select results_eq($$select phase::text, debit::text, credit::text, amount_minor, charge_id from kassa.transfer
		where refund_id = 're_r'$$,
	$$values ('pending', 'merchant_payable', 'processor_clearing', 1000::bigint, 'ch_r')$$,
	'refund_reserve_writes_one_pending_transfer_the_other_way');
select is(pg_temp.job('re_r'), 'refund_resolve waiting 0 in 00:00:15', 'refund_reserve_says_when_to_ask_about_it');
select is(pg_temp.refund('r', 'again', 1000, 0), 're_r again platform_total sending', 'refund_reserve_again_returns_the_same');
select is((select count(*) from kassa.refund), 1::bigint, 'refund_reserve_again_writes_nothing');

-- The limit, by the function and by the constraint alone.
\o /dev/null
select pg_temp.charge('paid', 'succeeded');
select pg_temp.charge('no', 'failed'), pg_temp.charge('slow', 'pending'), pg_temp.charge('lost', 'unknown'),
	pg_temp.reserve('open');
\o
select is(pg_temp.attempt(c.role, c.statement), c.expected, c.name)
from (values
	('refund_of_all_is_taken', 'kassa_server', pg_temp.refunding('paid', 1234), 'yes'),
	('refund_of_more_is_refused', 'kassa_server', pg_temp.refunding('paid', 1235), 'KA042'),
	('refund_of_what_is_left_is_taken', 'kassa_server', pg_temp.refunding('r', 234), 'yes'),
	('refund_of_more_than_is_left_is_refused', 'kassa_server', pg_temp.refunding('r', 235), 'KA042'),
	('refund_of_nothing_is_refused', 'kassa_server', pg_temp.refunding('paid', 0), 'refund_amount_minor_check'),
	('refund_of_less_than_nothing_is_refused', 'kassa_server', pg_temp.refunding('paid', -1),
		'refunds_never_exceed_the_charge'),
	('refund_of_a_sending_charge_is_refused', 'kassa_server', pg_temp.refunding('open', 1), 'KA041'),
	('refund_of_a_pending_charge_is_refused', 'kassa_server', pg_temp.refunding('slow', 1), 'KA041'),
	('refund_of_an_unknown_end_is_refused', 'kassa_server', pg_temp.refunding('lost', 1), 'KA041'),
	('refund_of_a_failed_charge_is_refused', 'kassa_server', pg_temp.refunding('no', 1), 'KA041'),
	('refund_of_no_charge_is_refused', 'kassa_server', pg_temp.refunding('z', 1), 'KA040'),
	('refund_of_a_charge_of_another_account_is_refused', 'kassa_server', pg_temp.refunding('paid', 1, 'acct_b'), 'KA040'),
	('charge_refunded_in_full_is_taken', 'kassa_owner',
		$$update kassa.charge set refunded_minor = 1234 where charge_id = 'ch_paid'$$, 'yes'),
	('charge_cannot_be_refunded_beyond_what_was_captured', 'kassa_owner',
		$$update kassa.charge set refunded_minor = 1235 where charge_id = 'ch_paid'$$, 'refunds_never_exceed_the_charge'),
	('charge_cannot_be_refunded_less_than_nothing', 'kassa_owner',
		$$update kassa.charge set refunded_minor = -1 where charge_id = 'ch_paid'$$, 'refunds_never_exceed_the_charge'),
	('charge_that_captured_nothing_cannot_be_refunded', 'kassa_owner',
		$$update kassa.charge set refunded_minor = 1 where charge_id = 'ch_slow'$$, 'refunds_never_exceed_the_charge')
) as c (name, role, statement, expected);

-- Retry or new: refunds before this one, each made with all earlier ones counted; then one more is asked for.
create function pg_temp.refund_after(p_name text, p_before bigint[], p_amount bigint, p_counted bigint,
	p_age interval default '0')
returns text language plpgsql as $$
declare
	so_far bigint := 0;
begin
	perform pg_temp.charge(p_name, 'succeeded');
	for n in 1 .. cardinality(p_before) loop
		perform pg_temp.refund(p_name, p_name || n, p_before[n], so_far);
		perform pg_temp.settle(p_name || n, 'succeeded');
		so_far := so_far + p_before[n];
	end loop;
	update kassa.refund set created_at = now() - p_age where charge_id = 'ch_' || p_name;
	return replace(pg_temp.refund(p_name, p_name || '_new', p_amount, p_counted), 're_' || p_name, '');
end
$$;
select is(pg_temp.refund_after('p' || c.n, c.before::bigint[], c.amount, c.counted), c.expected || ' ' || c.status,
	format('refund_%s_after_%s_of_which_the_platform_counts_%s_is_%s', c.amount, c.before, c.counted, c.expected))
from (values
	(1, '{}', 500, 0, '_new fresh platform_total', 'sending'),
	(2, '{500}', 500, 0, '1 again platform_total', 'succeeded'),
	(3, '{500}', 499, 0, '_new fresh platform_total', 'sending'),
	(4, '{500}', 500, 500, '_new fresh platform_total', 'sending'),
	(5, '{500}', 500, 499, '1 again platform_total', 'succeeded'),
	(6, '{500}', 500, 501, '_new fresh platform_total', 'sending'),
	(7, '{400,300}', 300, 400, '2 again platform_total', 'succeeded'),
	(8, '{400,300}', 400, 400, '_new fresh platform_total', 'sending'),
	(9, '{400,300}', 300, 700, '_new fresh platform_total', 'sending'),
	(10, '{300,300}', 300, 0, '1 again platform_total', 'succeeded'),
	(11, '{300,300}', 300, 300, '2 again platform_total', 'succeeded'),
	(12, '{300,300}', 300, 600, '_new fresh platform_total', 'sending'),
	(13, '{300}', 300, 1234, '_new fresh platform_total', 'sending')
) as c (n, before, amount, counted, expected, status);
select is(pg_temp.refund_after('w' || c.n, c.before::bigint[], c.amount, null, c.age::interval), c.expected || ' ' || c.status,
	format('refund_%s_after_%s_%s_ago_without_the_platform_is_%s', c.amount, c.before, c.age, c.expected))
from (values
	(1, '{}', 500, '0 s', '_new fresh window', 'sending'),
	(2, '{500}', 500, '0 s', '1 again window', 'succeeded'),
	(3, '{500}', 500, '119.999 s', '1 again window', 'succeeded'),
	(4, '{500}', 500, '120 s', '_new fresh window', 'sending'),
	(5, '{500}', 499, '0 s', '_new fresh window', 'sending')
) as c (n, before, amount, age, expected, status);

-- Two equal partial refunds that are both meant: told apart by what was there before each.
select results_eq($$select refund_id, rule::text, ordinal from kassa.refund where charge_id in ('ch_p4', 'ch_w4')
		order by charge_id, refund_id collate "C"$$,
	$$values ('re_p41', 'platform_total', 0), ('re_p4_new', 'platform_total', 1),
		('re_w41', 'platform_total', 0), ('re_w4_new', 'window', null)$$,
	'refund_keeps_its_ordinal_and_which_rule_decided');
select is(pg_temp.attempt('kassa_owner', c.statement), c.expected, c.name)
from (values
	('refund_with_its_own_ordinal_is_taken', $$insert into kassa.refund (account_id, refund_id, charge_id, amount_minor,
		currency, ordinal, rule, processor) values ('acct_a', 're_z', 'ch_p4', 500, 'USD', 2, 'platform_total', 'sandbox')$$,
		'yes'),
	('refund_with_the_ordinal_of_an_equal_one_is_refused', $$insert into kassa.refund (account_id, refund_id, charge_id,
		amount_minor, currency, ordinal, rule, processor)
		values ('acct_a', 're_z', 'ch_p4', 500, 'USD', 1, 'platform_total', 'sandbox')$$, 'refund_once_per_ordinal'),
	('refund_of_another_amount_may_have_the_ordinal', $$insert into kassa.refund (account_id, refund_id, charge_id,
		amount_minor, currency, ordinal, rule, processor)
		values ('acct_a', 're_z', 'ch_p4', 499, 'USD', 1, 'platform_total', 'sandbox')$$, 'yes')
) as c (name, statement, expected);

-- Failed: the amount comes back to the charge, and the request is not remembered.
\o /dev/null
select pg_temp.charge('back', 'succeeded');
select pg_temp.refund('back', 'back', 1234, 0);
\o
select is(pg_temp.settle('back', 'failed', 'processor_refused'), 'failed processor_refused changed', 'refund_settle_failed_ends_it');
select is((select refunded_minor from kassa.charge where charge_id = 'ch_back'), 0::bigint, 'refund_failed_gives_its_amount_back');
select is(pg_temp.settle('back', 'failed', 'processor_refused'), 'failed processor_refused', 'refund_failed_again_is_done_already');
select is((select refunded_minor from kassa.charge where charge_id = 'ch_back'), 0::bigint, 'refund_failed_again_gives_nothing_more');
select is(pg_temp.refund('back', 'back2', 1234, 0), 're_back2 fresh platform_total sending', 'refund_failed_frees_its_key');

-- One fails that was asked for before another: the next equal one is still told apart from that.
\o /dev/null
select pg_temp.charge('late', 'succeeded');
select pg_temp.refund('late', 'late1', 200, 0), pg_temp.settle('late1', 'pending');
select pg_temp.refund('late', 'late2', 100, 0), pg_temp.settle('late2', 'succeeded');
select pg_temp.settle('late1', 'failed', 'processor_refused');
\o
select is(pg_temp.refund('late', 'late3', 100, 100), 're_late3 fresh platform_total sending',
	'refund_meant_twice_is_new_though_an_earlier_one_has_failed');

-- Settle: every outcome in every state. One refund of 1000 a row: how it got where it is, then what is said of it,
-- and how much of its charge is gone.
create function pg_temp.settled_after(p_name text, p_before text[], p_outcome kassa.outcome) returns text
language plpgsql as $$
declare
	word text;
begin
	perform pg_temp.charge(p_name, 'succeeded'), pg_temp.refund(p_name, p_name, 1000, 0);
	foreach word in array p_before loop
		perform pg_temp.settle(p_name, word::kassa.outcome,
			case word when 'failed' then 'processor_refused' else 'none' end::kassa.decline, 'sbx_before');
	end loop;
	word := pg_temp.settle(p_name, p_outcome, case p_outcome when 'failed' then 'card_declined' else 'none' end::kassa.decline);
	return word || ', ' || (select refunded_minor from kassa.charge where charge_id = 'ch_' || p_name);
end
$$;
select is(pg_temp.settled_after('s' || c.n, c.before::text[], c.outcome::kassa.outcome), c.expected,
	format('refund_after_%s_told_%s_is_%s', c.before, c.outcome, c.expected))
from (values
	(1, '{}', 'succeeded', 'succeeded none changed, 1000'),
	(2, '{}', 'failed', 'failed card_declined changed, 0'),
	(3, '{}', 'pending', 'pending none changed, 1000'),
	(4, '{}', 'unknown', 'unknown none changed, 1000'),
	(5, '{unknown}', 'succeeded', 'succeeded none changed, 1000'),
	(6, '{unknown}', 'failed', 'failed card_declined changed, 0'),
	(7, '{unknown}', 'pending', 'pending none changed, 1000'),
	(8, '{unknown}', 'unknown', 'unknown none, 1000'),
	(9, '{pending}', 'succeeded', 'succeeded none changed, 1000'),
	(10, '{pending}', 'failed', 'failed card_declined changed, 0'),
	(11, '{pending}', 'pending', 'pending none, 1000'),
	(12, '{pending}', 'unknown', 'pending none, 1000'),
	(13, '{succeeded}', 'succeeded', 'succeeded none, 1000'),
	(14, '{succeeded}', 'failed', 'succeeded none contradicted, 1000'),
	(15, '{succeeded}', 'pending', 'succeeded none, 1000'),
	(16, '{succeeded}', 'unknown', 'succeeded none, 1000'),
	(17, '{failed}', 'succeeded', 'failed processor_refused contradicted, 0'),
	(18, '{failed}', 'failed', 'failed processor_refused, 0'),
	(19, '{failed}', 'pending', 'failed processor_refused, 0'),
	(20, '{failed}', 'unknown', 'failed processor_refused, 0')
) as c (n, before, outcome, expected);

select is(pg_temp.job('re_s' || c.n), c.expected, format('refund_s%s_is_asked_again_by_%s', c.n, coalesce(c.expected, 'nobody')))
from (values
	(1, null), (2, null),
	(3, 'refund_resolve waiting pending 0 in 01:00:00'),
	(4, 'refund_resolve waiting unknown 0 in 00:01:00'),
	(7, 'refund_resolve waiting pending 0 in 01:00:00'),
	(12, 'refund_resolve waiting pending 0 in 01:00:00')
) as c (n, expected);
select results_eq($$select reference, settled_at = now() from kassa.refund where refund_id = 're_s9'$$,
	$$values ('sbx_before', true)$$, 'refund_settle_keeps_the_reference_and_the_time');

select is(pg_temp.attempt('kassa_server', c.statement), c.expected, c.name)
from (values
	('refund_settle_failed_with_a_reason_is_taken',
		$$select kassa.refund_settle('acct_a', 're_s3', 'failed', 'not_sent', '', 1)$$, 'yes'),
	('refund_settle_failed_without_a_reason_is_refused',
		$$select kassa.refund_settle('acct_a', 're_s3', 'failed', 'none', '', 1)$$, 'refund_says_why_it_failed'),
	('refund_settle_refuses_an_unknown_refund',
		$$select kassa.refund_settle('acct_a', 're_z', 'succeeded', 'none', '', 1)$$, 'KA043'),
	('refund_settle_refuses_a_refund_of_another_account',
		$$select kassa.refund_settle('acct_b', 're_s3', 'succeeded', 'none', '', 1)$$, 'KA043')
) as c (name, statement, expected);

select is_empty('select * from kassa.ledger_problems()', 'ledger_after_every_refund_balances');
select is((select format('%s/%s', sum(posted_debit), sum(posted_credit)) from kassa.ledger_totals() where name = 'merchant_payable'),
	(select format('%s/%s', sum(refunded_minor), sum(captured_minor)) from (
		select captured_minor, (select coalesce(sum(r.amount_minor), 0) from kassa.refund r
			where r.charge_id = c.charge_id and r.status = 'succeeded') as refunded_minor from kassa.charge c) each),
	'ledger_after_refunds_has_what_was_captured_and_what_went_back');

select finish();
rollback;
