-- Secrets while their master key is changed: which are left, and who may replace one.
\ir fixture.psql
select no_plan();
\o /dev/null
select kassa.platform_token_set('acct_a', '1.k1.a.token'), kassa.platform_token_set('acct_b', '1.k2.b.token');
insert into kassa.installation (installation_id, kind, company_id, location_id, state, access_sealed, refresh_sealed) values
	('in_c', 'company', 'company', null, 'active', '1.k1.c.access', '1.k1.c.refresh'),
	('in_l', 'location', 'company', 'location', 'active', '1.k2.l.access', '1.k1.l.refresh'),
	('in_w', 'location', null, 'wanted', 'wanted', null, null);
insert into kassa.account_key_sealed (account_id, key_hash, sealed, publishable_key)
	values ('acct_b', repeat('b', 64), '1.k1.b.key', 'kassa_pk_test_b');
insert into kassa.processor_setup (account_id, processor, sealed) values ('acct_a', 'sandbox', '1.k1.a.setup'), ('acct_b', 'sandbox', null);
\o

select results_eq($$select place, row_id, aad, sealed from kassa.seal_list('k2', '', null)$$, $$values
	('account_key', 'acct_b', 'account_key:location_b:test', '1.k1.b.key'),
	('installation_access', 'in_c', 'installation:company:company:access', '1.k1.c.access'),
	('installation_refresh', 'in_c', 'installation:company:company:refresh', '1.k1.c.refresh'),
	('installation_refresh', 'in_l', 'installation:location:location:refresh', '1.k1.l.refresh'),
	('platform_token', 'acct_a', 'platform_token:acct_a', '1.k1.a.token'),
	('processor_setup', 'acct_a', 'processor_setup:acct_a', '1.k1.a.setup')$$,
	'seal_list_has_all_that_another_key_wraps_with_what_they_are_bound_to');
select results_eq($$select place, row_id from kassa.seal_list('k2', 'installation_access:in_c', 2)$$, $$values
	('installation_refresh', 'in_c'), ('installation_refresh', 'in_l')$$, 'seal_list_goes_on_behind_its_cursor');
select is(count(*), 8::bigint, 'seal_list_of_a_key_that_wraps_nothing_has_all_eight') from kassa.seal_list('k3', '', null);

-- Each is replaced from what was read, and from nothing else.
select is((select replaced from kassa.seal_replace(c.place, c.row_id, c.was, '1.k2.new')), c.expected,
	format('seal_replace of %s %s from %s', c.place, c.row_id, c.was))
from (values
	('platform_token', 'acct_a', '1.k1.a.token', true),
	('platform_token', 'acct_a', '1.k1.a.token', false),
	('installation_access', 'in_c', '1.k1.c.refresh', false),
	('installation_access', 'in_c', '1.k1.c.access', true),
	('installation_refresh', 'in_c', '1.k1.c.refresh', true),
	('installation_refresh', 'in_w', '', false),
	('account_key', 'acct_b', '1.k1.b.key', true),
	('processor_setup', 'acct_a', '1.k1.a.setup', true),
	('processor_setup', 'acct_none', '1.k1.a.setup', false)) as c (place, row_id, was, expected);
select results_eq($$select place, row_id from kassa.seal_list('k2', '', null)$$, $$values ('installation_refresh', 'in_l')$$,
	'seal_list_has_what_is_left');
select throws_ok($$select kassa.seal_replace('charge', 'ch_1', 'a', 'b')$$, '20000', null, 'seal_replace_of_no_place_is_refused');

select finish();
rollback;
