-- Accounts and their keys.
\ir fixture.psql
select no_plan();

select is(pg_temp.attempt('kassa_owner', c.statement), c.expected, c.name)
from (values
	('account_create_takes_another_location',
		$$select kassa.account_create('acct_c', 'location_c', 'test', 'USD', repeat('c', 64), 'pk_c')$$, 'yes'),
	('account_create_takes_the_other_mode_of_a_location',
		$$select kassa.account_create('acct_c', 'location_a', 'live', 'USD', repeat('c', 64), 'pk_c')$$, 'yes'),
	('account_create_refuses_a_location_and_mode_twice',
		$$select kassa.account_create('acct_c', 'location_a', 'test', 'USD', repeat('c', 64), 'pk_c')$$, 'KA012'),
	('account_create_refuses_a_key_of_another_account',
		$$select kassa.account_create('acct_c', 'location_c', 'test', 'USD', repeat('a', 64), 'pk_c')$$,
		'api_key_names_one_account'),
	('account_create_refuses_a_publishable_key_of_another_account',
		$$select kassa.account_create('acct_c', 'location_c', 'test', 'USD', repeat('c', 64), 'kassa_pk_test_a')$$,
		'api_key_names_one_account'),
	('account_create_refuses_a_key_that_is_no_digest',
		$$select kassa.account_create('acct_c', 'location_c', 'test', 'USD', 'kassa_sk_test_c', 'pk_c')$$,
		'api_key_key_hash_check'),
	('account_create_refuses_a_currency_in_lower_case',
		$$select kassa.account_create('acct_c', 'location_c', 'test', 'usd', repeat('c', 64), 'pk_c')$$,
		'account_currency_check'),
	('account_create_refuses_an_empty_location',
		$$select kassa.account_create('acct_c', '', 'test', 'USD', repeat('c', 64), 'pk_c')$$,
		'account_location_id_check'),
	('api_key_secret_cannot_be_kept_in_clear',
		$$insert into kassa.api_key values ('acct_a', repeat('d', 64), 'secret', 'kassa_sk_test_d')$$,
		'api_key_secret_is_never_in_clear'),
	('platform_token_set_takes_a_token',
		$$select kassa.platform_token_set('acct_a', '1.k.a.b')$$, 'yes'),
	('platform_token_set_refuses_an_unknown_account',
		$$select kassa.platform_token_set('acct_z', '1.k.a.b')$$, 'KA013'),
	('platform_token_set_refuses_an_empty_token',
		$$select kassa.platform_token_set('acct_a', '')$$, 'platform_token_sealed_check')
) as c (name, statement, expected);

select results_eq(
	$$select kind::text, key_hash, publishable_key from kassa.api_key where account_id = 'acct_a' order by kind$$,
	$$values ('publishable', encode(sha256('kassa_pk_test_a'), 'hex'), 'kassa_pk_test_a'),
		('secret', repeat('a', 64), null)$$,
	'account_create_writes_the_pair_of_keys');

select lives_ok($$select kassa.platform_token_set('acct_a', 'first'), kassa.platform_token_set('acct_a', 'second')$$,
	'platform_token_set_twice_is_taken');
select results_eq($$select sealed from kassa.platform_token where account_id = 'acct_a'$$, $$values ('second')$$,
	'platform_token_set_twice_keeps_the_last');

select throws_ok($$select kassa.fault('session_unknown', 'why')$$, 'KA030', 'no such checkout session',
	'fault_raises_its_code_and_message');
select is(pg_temp.attempt('kassa_books', $$select kassa.fault('no_such_fault', 'why')$$), 'P0002',
	'fault_refuses_an_unknown_name');

select finish();
rollback;
