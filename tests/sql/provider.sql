-- A location's provider: what it was told to the platform with, and its keys that are made once.
\ir fixture.psql
select no_plan();

create function pg_temp.prepare(p_try text) returns setof record language sql as $$
	select mode::text, account_id, publishable_key, segment from kassa.provider_prepare('location_p', 'q_0123456789012345678' || p_try,
		array['acct_t' || p_try, 'acct_l' || p_try], array['test', 'live']::kassa.mode[], 'USD',
		array[repeat(p_try, 64), repeat('f', 63) || p_try], array['sealed_t' || p_try, 'sealed_l' || p_try],
		array['kassa_pk_test_' || p_try, 'kassa_pk_live_' || p_try]);
$$;
create function pg_temp.told() returns text language sql as $$
	select concat_ws(' ', coalesce(left(registered_sha256, 2), '-'), coalesce(left(connected_sha256, 2), '-'),
		registered_at is not null, connected_at is not null)
	from kassa.provider where location_id = 'location_p';
$$;

select results_eq($$select mode, account_id, publishable_key, segment from pg_temp.prepare('1') as p (mode text, account_id text, publishable_key text, segment text)$$,
	$$values ('test', 'acct_t1', 'kassa_pk_test_1', 'q_01234567890123456781'), ('live', 'acct_l1', 'kassa_pk_live_1', 'q_01234567890123456781')$$,
	'provider_prepare_makes_both_modes');
select results_eq($$select mode, account_id, publishable_key, segment from pg_temp.prepare('2') as p (mode text, account_id text, publishable_key text, segment text)$$,
	$$values ('test', 'acct_t1', 'kassa_pk_test_1', 'q_01234567890123456781'), ('live', 'acct_l1', 'kassa_pk_live_1', 'q_01234567890123456781')$$,
	'provider_prepare_again_gives_what_there_is');
select results_eq($$select a.mode::text, k.inert from kassa.api_key k join kassa.account a using (account_id)
		where a.location_id = 'location_p' and k.kind = 'secret' order by a.mode$$,
	$$values ('test', false), ('live', true)$$, 'provider_keys_of_a_mode_that_nobody_has_set_up_are_inert');

select is(pg_temp.told(), '- - f f', 'provider_begins_untold');
\o /dev/null
select kassa.provider_told('location_p', repeat('a', 64), null);
\o
select is(pg_temp.told(), 'aa - t f', 'provider_told_of_a_registration_keeps_it');
\o /dev/null
select kassa.provider_told('location_p', null, repeat('b', 64));
\o
select is(pg_temp.told(), 'aa bb t t', 'provider_told_of_keys_keeps_both');
\o /dev/null
select kassa.provider_told('location_p', repeat('c', 64), null);
\o
-- Whoever goes on from here, after a crash too, sends the keys again: a registration may have replaced them.
select is(pg_temp.told(), 'cc - t f', 'provider_told_of_another_registration_forgets_the_keys');
select is((select count(*) from kassa.provider_told('location_nobody', repeat('a', 64), null)), 0::bigint,
	'provider_told_of_a_location_that_nobody_knows_finds_nothing');

select finish();
rollback;
