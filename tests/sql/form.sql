-- What a column may hold at all: for each, the last text that is taken and the first that is not.
\ir fixture.psql
select no_plan();
\o /dev/null
select pg_temp.reserve('x');
select pg_temp.charge('paid', 'succeeded');
select kassa.refund_reserve('acct_a', 'ch_paid', 're_x', 100, 0, 1, 1);
select kassa.setup_open('acct_a', 'ss_x', 'contact', 'live');
select kassa.method_keep('acct_a', 'contact', 'sandbox', '(tok,fp,visa,4242,12,2031)', 'pm_x');
insert into kassa.declined (account_id, subject, contact_id, client) values ('acct_a', 'ch_x', 'contact', '');
select sandbox.token_make('acct_a', 'tok_x', 'visa', '4242', 12, 2031, 'succeed', 'none');
select sandbox.charge('acct_a', 'key_x', 'tok_x', 1000, 'USD', false, 1);
select sandbox.look_up('acct_a', 'key_closed');
-- Identifiers are changed here without what points at them.
set local session_replication_role = replica;
\o

select is(pg_temp.attempt('kassa_owner', format('update %s set %s = %s where %s', c.relation, c.field, c.value, c.which)),
	c.expected, format('%s_%s_of_%s_is_%s', c.relation, c.field, c.value, c.expected))
from (
	select l.relation, l.field, l.which, v.value, v.expected
	from (values
		('kassa.account', 'account_id', $$account_id = 'acct_a'$$, $$repeat('x', 39)$$, $$repeat('x', 40)$$),
		('kassa.account', 'account_id', $$account_id = 'acct_a'$$, $$'x'$$, $$''$$),
		('kassa.account', 'location_id', $$account_id = 'acct_a'$$, $$repeat('x', 79)$$, $$repeat('x', 80)$$),
		('kassa.api_key', 'publishable_key', $$publishable_key = 'kassa_pk_test_a'$$, $$repeat('x', 55)$$, $$repeat('x', 56)$$),
		('kassa.ledger_account', 'currency', $$name = 'merchant_payable'$$, $$'EUR'$$, $$'EURO'$$),
		('kassa.checkout_session', 'session_id', $$session_id = 'cs_x'$$, $$repeat('x', 39)$$, $$repeat('x', 40)$$),
		('kassa.checkout_session', 'transaction_id', $$session_id = 'cs_x'$$, $$repeat('x', 79)$$, $$repeat('x', 80)$$),
		('kassa.checkout_session', 'contact_id', $$session_id = 'cs_x'$$, 'null', $$''$$),
		('kassa.checkout_session', 'order_id', $$session_id = 'cs_x'$$, $$repeat('x', 79)$$, $$repeat('x', 80)$$),
		('kassa.checkout_session', 'currency', $$session_id = 'cs_x'$$, $$'KWD'$$, $$'kwd'$$),
		('kassa.charge', 'charge_id', $$charge_id = 'ch_x'$$, $$repeat('x', 39)$$, $$repeat('x', 40)$$),
		('kassa.charge', 'processor', $$charge_id = 'ch_x'$$, $$repeat('x', 31)$$, $$''$$),
		('kassa.charge', 'currency', $$charge_id = 'ch_x'$$, $$'KWD'$$, $$'K1D'$$),
		('kassa.charge', 'client', $$charge_id = 'ch_x'$$, $$repeat('x', 64)$$, $$repeat('x', 65)$$),
		('kassa.charge', 'contact_id', $$charge_id = 'ch_x'$$, $$repeat('x', 79)$$, $$repeat('x', 80)$$),
		('kassa.charge', 'transaction_id', $$charge_id = 'ch_x'$$, $$repeat('x', 79)$$, $$''$$),
		('kassa.charge', 'description', $$charge_id = 'ch_x'$$, $$repeat('x', 255)$$, $$repeat('x', 256)$$),
		('kassa.charge', 'reference', $$charge_id = 'ch_x'$$, $$repeat('x', 63)$$, $$repeat('x', 64)$$),
		('kassa.declined', 'subject', 'true', $$repeat('x', 39)$$, $$repeat('x', 40)$$),
		('kassa.declined', 'contact_id', 'true', $$repeat('x', 79)$$, $$repeat('x', 80)$$),
		('kassa.declined', 'client', 'true', $$repeat('x', 64)$$, $$repeat('x', 65)$$),
		('kassa.payment_method', 'payment_method_id', 'true', $$repeat('x', 39)$$, $$repeat('x', 40)$$),
		('kassa.payment_method', 'contact_id', 'true', $$repeat('x', 79)$$, $$repeat('x', 80)$$),
		('kassa.payment_method', 'processor', 'true', $$repeat('x', 31)$$, $$repeat('x', 32)$$),
		('kassa.payment_method', 'token', 'true', $$repeat('x', 63)$$, $$repeat('x', 64)$$),
		('kassa.payment_method', 'fingerprint', 'true', $$repeat('x', 63)$$, $$''$$),
		('kassa.payment_method', 'brand', 'true', $$repeat('x', 15)$$, $$repeat('x', 16)$$),
		('kassa.payment_method', 'last4', 'true', $$'0000'$$, $$'4242424242424242'$$),
		('kassa.payment_method', 'expiry_month', 'true', '1', '0'),
		('kassa.payment_method', 'expiry_month', 'true', '12', '13'),
		('kassa.payment_method', 'expiry_year', 'true', '2000', '1999'),
		('kassa.payment_method', 'expiry_year', 'true', '2199', '2200'),
		('kassa.setup', 'setup_id', 'true', $$repeat('x', 39)$$, $$repeat('x', 40)$$),
		('kassa.setup', 'contact_id', 'true', $$repeat('x', 79)$$, $$repeat('x', 80)$$),
		('kassa.setup', 'client', 'true', $$repeat('x', 64)$$, $$repeat('x', 65)$$),
		('kassa.refund', 'refund_id', 'true', $$repeat('x', 39)$$, $$repeat('x', 40)$$),
		('kassa.refund', 'amount_minor', 'true', '999999999999999', '1000000000000000'),
		('kassa.refund', 'amount_minor', 'true', '1', '0'),
		('kassa.refund', 'currency', 'true', $$'KWD'$$, $$'kwd'$$),
		('kassa.refund', 'ordinal', 'true', '0', '-1'),
		('kassa.refund', 'processor', 'true', $$repeat('x', 31)$$, $$''$$),
		('kassa.refund', 'reference', 'true', $$repeat('x', 63)$$, $$repeat('x', 64)$$),
		('kassa.job', 'subject', $$subject = 'ch_x'$$, $$repeat('x', 63)$$, $$repeat('x', 64)$$),
		('kassa.job', 'plan', 'true', $$'unknown'$$, $$'succeeded'$$),
		('kassa.job', 'step', 'true', '0', '-1'),
		('kassa.job', 'tries', 'true', '0', '-1'),
		('kassa.job', 'fault', 'true', $$repeat('x', 63)$$, $$repeat('x', 64)$$),
		('kassa.job_schedule', 'minutes', $$plan = 'pending' and step = 0$$, '1', '0'),
		('kassa.job_schedule', 'plan', $$plan = 'pending' and step = 1$$, $$'pending'$$, $$'failed'$$),
		('sandbox.card', 'account_id', 'true', $$repeat('x', 39)$$, $$repeat('x', 40)$$),
		('sandbox.card', 'brand', 'true', $$repeat('x', 15)$$, $$repeat('x', 16)$$),
		('sandbox.card', 'last4', 'true', $$'0000'$$, $$'42424242'$$),
		('sandbox.card', 'expiry_month', 'true', '1', '0'),
		('sandbox.card', 'expiry_month', 'true', '12', '13'),
		('sandbox.card', 'expiry_year', 'true', '2199', '2200'),
		('sandbox.token', 'token', 'true', $$repeat('x', 63)$$, $$repeat('x', 64)$$),
		('sandbox.operation', 'account_id', $$key = 'key_x'$$, $$repeat('x', 39)$$, $$repeat('x', 40)$$),
		('sandbox.operation', 'key', $$key = 'key_x'$$, $$repeat('x', 63)$$, $$repeat('x', 64)$$),
		('sandbox.operation', 'amount_minor', $$key = 'key_x'$$, '1', '0'),
		('sandbox.operation', 'currency', $$key = 'key_x'$$, $$'EUR'$$, $$'eur'$$)
	) as l (relation, field, which, last, beyond)
	cross join lateral (values
		(l.last, 'yes'),
		(l.beyond, format('%s_%s_check', split_part(l.relation, '.', 2), l.field))
	) as v (value, expected)
) c;

-- Where two columns have to agree.
select is(pg_temp.attempt('kassa_owner', c.statement), c.expected, c.name)
from (values
	('charge_action_takes_63', $$update kassa.charge set status = 'pending', action = repeat('x', 63)
		where charge_id = 'ch_x'$$, 'yes'),
	('charge_action_refuses_64', $$update kassa.charge set status = 'pending', action = repeat('x', 64)
		where charge_id = 'ch_x'$$,
		'charge_action_check'),
	('card_that_declines_says_why', $$update sandbox.card set behaviour = 'decline', decline = 'expired_card'$$, 'yes'),
	('card_that_declines_cannot_hide_why', $$update sandbox.card set behaviour = 'decline'$$, 'card_says_why_it_declines'),
	('card_that_succeeds_has_no_decline', $$update sandbox.card set decline = 'expired_card'$$, 'card_says_why_it_declines'),
	('operation_that_failed_says_why', $$update sandbox.operation set outcome = 'failed', decline = 'not_sent'
		where key = 'key_x'$$, 'yes'),
	('operation_that_failed_cannot_hide_why', $$update sandbox.operation set outcome = 'failed' where key = 'key_x'$$,
		'operation_says_why_it_failed'),
	('operation_that_pends_ends', $$update sandbox.operation set outcome = 'pending', ends_at = now()
		where key = 'key_x'$$, 'yes'),
	('operation_cannot_pend_for_ever', $$update sandbox.operation set outcome = 'pending' where key = 'key_x'$$,
		'operation_pends_until'),
	('operation_that_ended_does_not_end_again', $$update sandbox.operation set ends_at = now() where key = 'key_x'$$,
		'operation_pends_until')
) as c (name, statement, expected);

select finish();
rollback;
