-- The settings page: opened with a payload as long as its first session lives; keys, processors and brands changed.
\ir fixture.psql
select no_plan();

create function pg_temp.open(p_name text, p_company text, p_location text default null) returns text language sql as $$
	select o.verdict from kassa.settings_open(encode(sha256(convert_to(p_name, 'UTF8')), 'hex'), p_company, p_location, 900000) o;
$$;
create function pg_temp.jobs(p_location text) returns text language sql as $$
	select coalesce(string_agg(j.kind::text, ' ' order by j.kind), '')
	from kassa.job j join kassa.installation i on i.installation_id = j.account_id
	where i.kind = 'location' and i.location_id = p_location;
$$;
create function pg_temp.valid(p_account text) returns text language sql as $$
	select string_agg(left(k.key_hash, 1), '' order by k.key_hash) from kassa.api_key k
	where k.account_id = p_account and k.kind = 'secret' and k.revoked_at is null;
$$;
create function pg_temp.rotating(p_mode text, p_digit text, p_location text default 'location_x') returns text language sql as $$
	select format('select kassa.settings_rotate(%L, %L, repeat(%L, 64), ''sealed'', %L)', p_location, p_mode, p_digit,
		'kassa_pk_' || p_mode || '_' || p_digit);
$$;
\o /dev/null
select kassa.token_grant('in_company', 'company', 'company_x', null, '', '', '', '', false, 'a', 'r', 86400000, 1000, '{}');
select kassa.installation_announce('in_x', 'company_x', 'location_x', 'X', now() - interval '1 hour');
select kassa.installation_announce('in_y', 'company_y', 'location_y', 'Y', now() - interval '1 hour');
select kassa.installation_announce('in_free', null, 'location_free', 'Free', now() - interval '1 hour');
select kassa.provider_prepare('location_x', 'q_x23456789012345678901', array['acct_xt', 'acct_xl'],
	array['test', 'live']::kassa.mode[], 'USD', array[repeat('1', 64), repeat('2', 64)], array['st', 'sl'],
	array['kassa_pk_test_1', 'kassa_pk_live_2']);
delete from kassa.job;
\o

-- Who may open it.
select is(pg_temp.open(c.name, c.company, c.location), c.verdict, c.name) from (values
	('settings_of_a_location_open_for_its_company', 'company_x', 'location_x', 'open'),
	('settings_of_a_location_are_closed_to_another_company', 'company_y', 'location_x', 'other_company'),
	('settings_of_a_location_whose_company_nobody_knows_open', 'company_y', 'location_free', 'open'),
	('settings_of_an_unknown_location_are_closed', 'company_x', 'location_none', 'not_installed'),
	('settings_of_a_company_open', 'company_x', null, 'open'),
	('settings_of_a_company_without_an_installation_of_its_own_are_closed', 'company_y', null, 'not_installed'),
	('settings_of_a_company_are_not_a_location_with_its_id', 'company_x', 'company_x', 'not_installed')
) as c (name, company, location, verdict);

-- How long, and how often.
select is(pg_temp.open('again', 'company_x', 'location_x') || pg_temp.open('again', 'company_x', 'location_x'), 'openopen',
	'settings_payload_again_within_its_first_session_opens');
update kassa.sso_use set first_at = first_at - interval '14 minutes';
select is(o.verdict || (o.left_ms between 55000 and 60000), 'opentrue', 'settings_payload_again_shares_the_time_of_the_first')
from kassa.settings_open(encode(sha256('again'), 'hex'), 'company_x', 'location_x', 900000) o;
update kassa.sso_use set first_at = first_at - interval '61 seconds';
select is(pg_temp.open('again', 'company_x', 'location_x'), 'replayed', 'settings_payload_after_its_first_session_is_closed');
update kassa.sso_use set first_at = first_at - interval '10 years';
select is(pg_temp.open('again', 'company_x', 'location_x'), 'replayed', 'settings_payload_after_years_is_closed');
select is(pg_temp.open('other', 'company_x', 'location_x'), 'open', 'settings_other_payload_opens');
select is(pg_temp.open('stranger', 'company_y', 'location_x') || (select count(*) from kassa.sso_use
	where digest = encode(sha256('stranger'), 'hex')), 'other_company0', 'settings_payload_that_is_refused_is_not_kept');

-- Until when: the app goes, or somebody ends it.
create function pg_temp.stands(p_name text, p_company text, p_location text default null, p_user text default 'user_x')
returns boolean language sql as $$
	select kassa.settings_stands(encode(sha256(convert_to(p_name, 'UTF8')), 'hex'), p_company, p_location, p_user, 900000);
$$;
\o /dev/null
select pg_temp.open('stay', 'company_x', 'location_x'), pg_temp.open('stay_above', 'company_x');
\o
select ok(pg_temp.stands('stay', 'company_x', 'location_x') and pg_temp.stands('stay_above', 'company_x')
	and pg_temp.stands('stay', 'company_y', 'location_free'), 'session_of_what_is_installed_stands');
select ok(not pg_temp.stands('stay', 'company_y', 'location_x') and not pg_temp.stands('stay', 'company_y')
	and not pg_temp.stands('stay', 'company_x', 'location_none'), 'session_of_what_is_not_installed_does_not_stand');
select kassa.visit_end('user', 'user_x') is null as done \gset
select ok(not pg_temp.stands('stay', 'company_x', 'location_x') and not pg_temp.stands('stay_above', 'company_x')
	and pg_temp.stands('stay', 'company_x', 'location_x', 'user_y'), 'session_ended_of_a_user_is_over_for_him_alone');
delete from kassa.visit_ended;
select kassa.visit_end('location', 'location_x') is null as done \gset
select ok(not pg_temp.stands('stay', 'company_x', 'location_x') and pg_temp.stands('stay_above', 'company_x'),
	'session_ended_of_a_location_is_over_there_alone');
delete from kassa.visit_ended;
select kassa.visit_end('company', 'company_x') is null as done \gset
select ok(not pg_temp.stands('stay', 'company_x', 'location_x') and not pg_temp.stands('stay_above', 'company_x')
	and pg_temp.stands('stay', 'company_y', 'location_free'), 'session_ended_of_a_company_is_over_at_its_locations_too');
delete from kassa.visit_ended;
select kassa.visit_end('all', '') is null as done \gset
select ok(not pg_temp.stands('stay', 'company_x', 'location_x') and not pg_temp.stands('stay', 'company_y', 'location_free'),
	'session_ended_of_all_is_over_everywhere');
select ok(not pg_temp.stands('older_release', 'company_x', 'location_x'), 'session_of_an_unknown_beginning_is_over_for_as_long_as_one_lives');
update kassa.visit_ended set ended_at = now() - interval '16 minutes';
select ok(pg_temp.stands('stay', 'company_x', 'location_x'), 'session_that_began_after_the_end_of_others_stands');
select ok(pg_temp.stands('older_release', 'company_x', 'location_x'), 'session_of_an_unknown_beginning_stands_after_that');
select kassa.visit_end('all', '') is null as done \gset
select ok(not pg_temp.stands('stay', 'company_x', 'location_x'), 'session_can_be_ended_again');
select is(pg_temp.attempt('kassa_owner', format('select kassa.visit_end(%L, %L)', c.kind, c.id)), c.expected, c.name) from (values
	('visits_of_nobody_cannot_be_ended', 'user', '', 'visits_of_all_are_of_nobody'),
	('visits_of_all_have_no_id', 'all', 'x', 'visits_of_all_are_of_nobody'),
	('visits_of_something_else_cannot_be_ended', 'planet', 'x', 'visit_ended_kind_check'),
	('visits_are_ended_by_the_operator', 'all', '', 'yes')
) as c (name, kind, id, expected);
delete from kassa.visit_ended;

-- Keys: a second pair, then the first one's end.
select is(pg_temp.attempt('kassa_server', pg_temp.rotating('test', '3', 'location_y')), 'KA013', 'settings_rotate_before_it_is_connected_is_refused');
\o /dev/null
select kassa.settings_rotate('location_x', 'test', repeat('3', 64), 'sealed3', 'kassa_pk_test_3');
\o
select is(pg_temp.valid('acct_xt'), '13', 'settings_rotate_adds_a_pair_beside_the_old_one');
select is(pg_temp.valid('acct_xl'), '2', 'settings_rotate_leaves_the_other_mode');
select is((select sealed from kassa.account_key_sealed where account_id = 'acct_xt'), 'sealed3', 'settings_rotate_connects_with_the_new_pair');
select is(pg_temp.jobs('location_x'), 'location_connect', 'settings_rotate_connects_by_a_job');
select is(pg_temp.attempt('kassa_server', pg_temp.rotating('test', '4')), 'KA019', 'settings_rotate_twice_makes_one_pair');
select is(pg_temp.attempt('kassa_server', $$select kassa.settings_revoke('location_x', 'test', repeat('1', 64))$$), 'KA019',
	'settings_revoke_of_keys_that_were_made_anew_is_refused');
select results_eq($$select revoked from kassa.settings_revoke('location_x', 'test', repeat('3', 64))$$, array[2::bigint],
	'settings_revoke_ends_the_old_pair');
select is(pg_temp.valid('acct_xt'), '3', 'settings_revoke_keeps_the_connected_pair');
select results_eq($$select revoked from kassa.settings_revoke('location_x', 'test', repeat('3', 64))$$, array[0::bigint],
	'settings_revoke_twice_ends_nothing');
select is(pg_temp.attempt('kassa_owner', $$select kassa.account_keys_add('acct_xt', repeat('5', 64), 'kassa_pk_test_5')$$), 'KA019',
	'account_keys_add_to_an_installed_location_is_refused');
-- As an older release made it.
insert into kassa.api_key (account_id, key_hash, kind, publishable_key, created_at) values
	('acct_xt', repeat('5', 64), 'secret', null, now() + interval '1 second'),
	('acct_xt', encode(sha256('kassa_pk_test_5'), 'hex'), 'publishable', 'kassa_pk_test_5', now() + interval '1 second');
select results_eq($$select revoked from kassa.account_keys_revoke('acct_xt')$$, array[0::bigint],
	'account_keys_revoke_never_ends_the_pair_that_the_platform_was_given');
select is((select revoked || pg_temp.valid('acct_xt') from kassa.settings_revoke('location_x', 'test', repeat('3', 64))), '23',
	'settings_revoke_keeps_the_connected_pair_also_when_the_operator_made_a_newer_one');
select is(pg_temp.attempt('kassa_server', pg_temp.rotating('test', '6')), 'yes', 'settings_rotate_after_a_revoke_makes_a_pair');

-- Processors.
select is((select bool_and(inert) from kassa.api_key where account_id = 'acct_xl'), true, 'settings_keys_of_a_mode_without_processor_are_inert');
\o /dev/null
select kassa.settings_processor_put('location_x', 'live', 'bank', 'sealed_credentials');
\o
select is((select bool_or(inert) from kassa.api_key where account_id = 'acct_xl'), false, 'settings_processor_put_wakes_the_keys');
\o /dev/null
select kassa.settings_processor_put('location_x', 'live', 'bank', null);
\o
select results_eq($$select processor, sealed from kassa.processor_setup where account_id = 'acct_xl'$$, $$values ('bank', null::text)$$,
	'settings_processor_put_replaces_the_credentials');
select is((select count(*) from kassa.processor_setup), 1::bigint, 'settings_processor_put_is_of_one_mode');
select is(pg_temp.attempt('kassa_server', $$select kassa.settings_processor_put('location_y', 'live', 'bank', null)$$), 'KA013',
	'settings_processor_put_before_it_is_connected_is_refused');

-- Brands.
delete from kassa.job;
select is(b.changed, true, 'settings_brand_put_changes_it') from kassa.settings_brand_put('company_x', 'Acme Pay', 'Cards', 'https://acme.example/l.png', null) b;
select results_eq($$select brand_name, brand_description, brand_logo_url, brand_support from kassa.company where company_id = 'company_x'$$,
	$$values ('Acme Pay', 'Cards', 'https://acme.example/l.png', null::text)$$, 'settings_brand_put_keeps_it');
select is(pg_temp.jobs('location_x') || pg_temp.jobs('location_y'), 'location_connect', 'settings_brand_put_registers_its_locations_and_no_others');
delete from kassa.job;
select is(b.changed, false, 'settings_brand_put_again_changes_nothing') from kassa.settings_brand_put('company_x', 'Acme Pay', 'Cards', 'https://acme.example/l.png', null) b;
select is(pg_temp.jobs('location_x'), '', 'settings_brand_put_again_registers_nothing');
select is(pg_temp.attempt('kassa_server', format('select kassa.settings_brand_put(''company_x'', %L, null, %L, null)', c.name, c.logo)), c.expected, c.case)
from (values
	(repeat('ä', 80), null, 'yes', 'settings_brand_name_of_80_characters_is_kept'),
	(repeat('ä', 81), null, 'company_brand_name_check', 'settings_brand_name_of_81_characters_is_refused'),
	('x', 'https://x/' || repeat('a', 488), 'yes', 'settings_brand_logo_of_498_characters_is_kept'),
	('x', 'https://x/' || repeat('a', 489), 'company_brand_logo_url_check', 'settings_brand_logo_of_499_characters_is_refused'),
	('x', 'javascript:alert(1)', 'company_brand_logo_url_check', 'settings_brand_logo_that_is_no_address_is_refused')
) as c (name, logo, expected, "case");

-- What the platform has lost is told again.
\o /dev/null
delete from kassa.job;
select kassa.provider_told('location_x', repeat('d', 64), repeat('e', 64));
select kassa.settings_repair('location_x', true);
\o
select results_eq($$select registered_sha256 is null, connected_sha256 is null from kassa.provider where location_id = 'location_x'$$,
	$$values (false, true)$$, 'settings_repair_of_lost_keys_forgets_the_keys');
select is(pg_temp.jobs('location_x'), 'location_connect', 'settings_repair_connects_by_a_job');
\o /dev/null
select kassa.settings_repair('location_x', false);
\o
select is((select registered_sha256 from kassa.provider where location_id = 'location_x'), null, 'settings_repair_of_a_lost_registration_forgets_both');

-- Who asked, and when.
select results_eq($$select account_id from kassa.key_asked(repeat('3', 64))$$, array['acct_xt'], 'key_asked_is_noted');
select is_empty($$select account_id from kassa.key_asked(repeat('3', 64))$$, 'key_asked_again_within_a_minute_is_not');
select is_empty($$select account_id from kassa.key_asked(repeat('1', 64))$$, 'key_asked_of_a_revoked_key_is_not');
select is_empty($$select account_id from kassa.key_asked(repeat('f', 64))$$, 'key_asked_of_an_unknown_key_is_not');
update kassa.api_key set asked_at = now() - interval '2 minutes' where key_hash = repeat('3', 64);
select isnt_empty($$select account_id from kassa.key_asked(repeat('3', 64))$$, 'key_asked_again_after_a_minute_is_noted');

-- After an uninstallation.
\o /dev/null
select kassa.installation_end('company_x', null, now());
select kassa.settings_processor_put('location_x', 'live', 'bank', null);
\o
select is(pg_temp.open('u1', 'company_x', 'location_x') || pg_temp.open('u2', 'company_x'), 'not_installednot_installed', 'settings_of_an_uninstalled_one_are_closed');
select is((select bool_and(inert) from kassa.api_key where account_id = 'acct_xl' and revoked_at is null), true,
	'settings_processor_put_wakes_no_keys_of_an_uninstalled_location');

select finish();
rollback;
