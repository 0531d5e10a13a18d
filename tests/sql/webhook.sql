-- Webhooks: taken once, applied by their kind in the order of the platform's times, forgotten after 30 days.
\ir fixture.psql
select no_plan();

-- Takes one of location_x of company_x, so many hours ago; what came of it.
create function pg_temp.take(p_id text, p_type text, p_hours_ago numeric default 1, p_fields jsonb default '{}',
	p_location text default 'location_x', p_company text default 'company_x', p_refusal text default '')
returns text language sql as $$
	select concat_ws(': ', t.state, nullif(t.reason, ''))
	from kassa.webhook_take(p_id, p_type, p_company, p_location, now() - p_hours_ago * interval '1 hour', 'ed25519',
		'{}', p_fields, 'in_' || p_id, p_refusal) t;
$$;
create function pg_temp.state(p_location text) returns text language sql as $$
	select concat_ws(' ', i.state, i.company_id, i.version_id, i.plan_id, i.payment_status, i.name)
	from kassa.installation i where i.kind = 'location' and i.location_id = p_location;
$$;
create function pg_temp.jobs(p_location text) returns text language sql as $$
	select coalesce(string_agg(j.kind::text, ' ' order by j.kind), '')
	from kassa.job j join kassa.installation i on i.installation_id = j.account_id
	where i.kind = 'location' and i.location_id = p_location;
$$;
create function pg_temp.opening(p_transaction text) returns text language sql as $$
	select format('select kassa.session_open(''acct_a'', ''cs_again'', %L, ''live'', 1234, ''USD'', ''platform'', null, null)', p_transaction);
$$;

-- Kinds of a location's installation, one after the other.
select is(pg_temp.take('w1', 'UPDATE', 9), 'ignored: the app is not installed there', 'webhook_of_an_unknown_tenant_is_ignored');
select is(pg_temp.take('w2', 'INSTALL', 8, '{"companyName":"Acme","domain":"Pay.Acme.example","logoUrl":"https://acme.example/l.png"}'),
	'applied', 'webhook_install_of_a_location_is_applied');
select is(pg_temp.state('location_x') || '|' || pg_temp.jobs('location_x'), 'wanted company_x    |location_connect',
	'webhook_install_wants_a_connection');
select results_eq($$select name, domain, brand_logo_url from kassa.company where company_id = 'company_x'$$,
	$$values ('Acme', 'pay.acme.example', 'https://acme.example/l.png')$$, 'webhook_install_notes_the_company');
select is(pg_temp.take('w2', 'UNINSTALL', 7), 'duplicate', 'webhook_taken_before_is_a_duplicate');
select is(pg_temp.state('location_x'), 'wanted company_x    ', 'webhook_duplicate_changes_nothing');
select is(pg_temp.take('w3', 'INSTALL', 7, '{"companyName":"Acme Two","domain":"a\"b.example","logoUrl":"https://other.example/l.png"}'),
	'applied', 'webhook_install_again_is_applied');
select results_eq($$select name, domain, brand_logo_url from kassa.company where company_id = 'company_x'$$,
	$$values ('Acme Two', 'pay.acme.example', 'https://acme.example/l.png')$$,
	'webhook_install_again_takes_the_name_and_keeps_logo_and_a_domain_that_is_none_is_not_taken');
select is(pg_temp.take('w4', 'UPDATE', 6, '{"versionId":"v2"}'), 'applied', 'webhook_update_is_applied');
select is(pg_temp.take('w5', 'UPDATE', 6.5, '{"versionId":"v1"}'), 'ignored: a later one was applied before',
	'webhook_update_that_is_late_is_stale');
select is(pg_temp.take('w6', 'PLAN_CHANGE', 6, '{"planId":"p2"}'), 'applied', 'webhook_plan_change_is_applied');
select is(pg_temp.take('w7', 'PLAN_CHANGE', 7, '{"planId":"p1"}'), 'ignored: a later one was applied before',
	'webhook_plan_change_that_is_late_is_stale');
select is(pg_temp.take('w8', 'APP_PAYMENT_STATUS', 6, '{"paymentStatus":"COMPLETE"}'), 'applied', 'webhook_payment_status_is_applied');
select is(pg_temp.take('w9', 'LocationUpdate', 6, jsonb_build_object('name', repeat('ä', 300))), 'applied',
	'webhook_location_update_is_applied');
select is(pg_temp.state('location_x'), 'wanted company_x v2 p2 COMPLETE ' || repeat('ä', 200), 'webhooks_change_what_they_are_about');
select is(pg_temp.take('w10', 'LocationUpdate', 5, '{}'), 'applied', 'webhook_location_update_without_a_name_keeps_it');
select is(pg_temp.take('w11', 'UNINSTALL', 4), 'applied', 'webhook_uninstall_is_applied');
select is(pg_temp.take('w12', 'INSTALL', 5), 'ignored: a later one was applied before', 'webhook_install_behind_an_uninstall_is_stale');
select is(pg_temp.jobs('location_x') || ' ' || left(pg_temp.state('location_x'), 11), 'location_leave uninstalled',
	'webhook_uninstall_leaves_one_job');
select is(pg_temp.take('w13', 'UNINSTALL', 3), 'applied', 'webhook_uninstall_twice_is_applied');
select is(pg_temp.jobs('location_x'), 'location_leave', 'webhook_uninstall_twice_keeps_the_job_that_leaves');
select is(pg_temp.take('w14', 'UPDATE', 3, '{"versionId":"v3"}') || pg_temp.jobs('location_x'), 'appliedlocation_leave',
	'webhook_update_of_an_uninstalled_one_connects_nothing');
select is(pg_temp.take('w15', 'INSTALL', 2), 'applied', 'webhook_install_after_an_uninstall_is_applied');
select is(left(pg_temp.state('location_x'), 6), 'wanted', 'webhook_install_after_an_uninstall_wants_again');

-- What nobody announced before.
select is(pg_temp.take('u1', 'UNINSTALL', 3, '{}', 'location_late'), 'applied', 'webhook_uninstall_of_an_unknown_location_is_remembered');
select is(pg_temp.take('u2', 'INSTALL', 4, '{}', 'location_late'), 'ignored: a later one was applied before',
	'webhook_install_behind_an_uninstall_that_came_first_is_stale');
select is(pg_temp.jobs('location_late'), '', 'webhook_uninstall_of_an_unknown_location_leaves_nothing_to_do');
select is(pg_temp.take('u3', 'UNINSTALL', 3, '{}', null, 'company_late'), 'applied', 'webhook_uninstall_of_an_unknown_company_is_remembered');
select is(pg_temp.take('u4', 'INSTALL', 4, '{}', 'location_of_late', 'company_late'), 'ignored: a later one was applied before',
	'webhook_install_of_a_location_behind_its_company_s_uninstall_is_stale');
select is(pg_temp.take('u5', 'INSTALL', 2, '{}', 'location_of_late', 'company_late'), 'applied',
	'webhook_install_of_a_location_after_its_company_s_uninstall_is_applied');
select is(pg_temp.take('u6', 'INSTALL', 2, '{}', 'location_alone', null), 'applied', 'webhook_install_without_a_company_is_applied');
select is(pg_temp.take('u7', 'INSTALL', 2, '{}', null, null), 'ignored: the app is not installed there', 'webhook_install_of_nobody_is_ignored');
select is(pg_temp.take('u8', 'UNINSTALL', 2, '{}', null, null), 'ignored: the app is not installed there', 'webhook_uninstall_of_nobody_is_ignored');
select is(pg_temp.take('u9', 'UNINSTALL', 1, '{}', 'same', null) || pg_temp.take('u10', 'UNINSTALL', 1, '{}', null, 'same'),
	'appliedapplied', 'webhook_uninstalls_of_a_location_and_a_company_with_one_id_are_both_remembered');
select is((select count(*) from kassa.installation i where 'same' in (i.location_id, i.company_id)), 2::bigint,
	'webhook_location_and_company_with_one_id_are_two');

-- Companies.
\o /dev/null
select kassa.token_grant('in_company', 'company', 'company_y', null, '', '', '', '', true, 'a', 'r', 86400000, 1000, '{}');
delete from kassa.job where account_id = 'in_company';
select pg_temp.take('c0', 'INSTALL', 1, '{}', 'location_y', 'company_y');
delete from kassa.job where kind = 'location_connect';
\o
select is(pg_temp.take('c1', 'INSTALL', 0, '{"companyName":"Agency"}', null, 'company_y'), 'applied', 'webhook_install_of_a_company_is_applied');
select results_eq($$select kind::text, subject from kassa.job where account_id = 'in_company'$$, $$values ('company_list', 'list')$$,
	'webhook_install_of_a_company_lists_its_locations');
select is(pg_temp.take('c2', 'INSTALL', 1, '{"companyName":"Old"}', null, 'company_y'), 'ignored: a later one was applied before',
	'webhook_install_of_a_company_that_is_late_is_stale');
select is((select name from kassa.company where company_id = 'company_y'), 'Agency', 'webhook_that_is_stale_renames_nobody');
select is(pg_temp.take('c3', 'UPDATE', 0, '{"versionId":"v9"}', null, 'company_y'), 'applied', 'webhook_update_of_a_company_is_applied');
select results_eq($$select kind::text, version_id from kassa.installation where company_id = 'company_y' order by kind$$,
	$$values ('company', 'v9'), ('location', 'v9')$$, 'webhook_update_of_a_company_is_of_its_locations_too');
select is(pg_temp.jobs('location_y'), 'location_connect', 'webhook_update_of_a_company_connects_its_locations');
select is(pg_temp.take('c4', 'UNINSTALL', 0, '{}', null, 'company_y'), 'applied', 'webhook_uninstall_of_a_company_is_applied');
select results_eq($$select distinct state::text from kassa.installation where company_id = 'company_y'$$, $$values ('uninstalled')$$,
	'webhook_uninstall_of_a_company_ends_its_locations_too');

-- Contacts, in both modes of their location and nowhere else.
\o /dev/null
select kassa.account_create('acct_l', 'location_a', 'live', 'USD', repeat('d', 64), 'kassa_pk_live_a');
select kassa.method_keep(a, c, 'sandbox', ('tok', f, 'visa', '4242', 12, 2099)::kassa.kept_card, p)
from (values ('acct_a', 'gone', 'f1', 'pm_1'), ('acct_a', 'gone', 'f2', 'pm_2'), ('acct_l', 'gone', 'f1', 'pm_3'),
	('acct_a', 'stays', 'f1', 'pm_4'), ('acct_b', 'gone', 'f1', 'pm_5')) as k (a, c, f, p);
select kassa.method_remove('acct_a', 'pm_2');
\o
select is(pg_temp.take('d1', 'ContactDelete', 1, '{"contactId":"gone"}', 'location_a', null), 'applied', 'webhook_contact_delete_is_applied');
select results_eq($$select payment_method_id from kassa.payment_method where removed_at is null order by 1$$,
	$$values ('pm_4'), ('pm_5')$$, 'webhook_contact_delete_removes_the_cards_of_both_modes_and_no_others');
select results_eq($$select subject from kassa.job where kind = 'method_forget' order by 1$$, $$values ('pm_1'), ('pm_2'), ('pm_3')$$,
	'webhook_contact_delete_tells_the_processor');
select is(pg_temp.take('d2', 'ContactDelete', 1, '{"contactId":"gone"}', 'location_a', null), 'stored', 'webhook_contact_delete_again_is_stored');
select is(pg_temp.take('d3', 'ContactDelete', 1, '{}', 'location_a', null), 'stored', 'webhook_contact_delete_of_nobody_removes_nobody');
select is(pg_temp.take('d4', 'ContactDelete', 1, '{"contactId":"stays"}', 'location_b', null), 'stored',
	'webhook_contact_delete_of_another_location_removes_nobody');

-- Orders and invoices.
\o /dev/null
select kassa.session_open(a, 'cs_' || n, n, 'live', 100, 'USD', 'platform', null, o)
from (values ('acct_a', 'o1', 'order_1'), ('acct_a', 'o2', 'order_1'), ('acct_l', 'o3', 'order_1'), ('acct_a', 'o4', 'order_2'),
	('acct_b', 'o5', 'order_1'), ('acct_a', 'o6', 'order_3')) as s (a, n, o);
select kassa.charge_reserve('cs_o2', 'ch_o2', 'sandbox', false, '', '(0,0,0,0,0,0)', 15000);
select kassa.charge_reserve('cs_o6', 'ch_o6', 'sandbox', false, '', '(0,0,0,0,0,0)', 15000);
select kassa.charge_settle('acct_a', 'ch_o6', 'pending', 'none', '', '', 60000);
\o
select is(pg_temp.take('i0', 'OrderStatusUpdate', 1, '{"orderIds":["order_1"],"status":"completed"}', 'location_a', null), 'applied',
	'webhook_order_update_hurries_a_living_charge');
select is(pg_temp.job('ch_o2'), 'charge_resolve waiting 0 in 00:00:15', 'webhook_order_update_leaves_a_charge_under_way_alone');
select is(pg_temp.take('i1', 'InvoicePaid', 1, '{"orderIds":["other","order_3"]}', 'location_a', null), 'applied',
	'webhook_invoice_paid_hurries_its_charge');
select is(pg_temp.job('ch_o6'), 'charge_resolve waiting pending 0 in 00:00:00', 'webhook_invoice_paid_asks_the_processor_now');
select is(pg_temp.take('i2', 'OrderStatusUpdate', 1, '{"orderIds":["order_1"],"status":"canceled"}', 'location_a', null), 'applied',
	'webhook_order_canceled_is_applied');
select results_eq($$select session_id, closed_reason from kassa.checkout_session where closed_at is not null order by 1$$,
	$$values ('cs_o1', 'OrderStatusUpdate'), ('cs_o2', 'OrderStatusUpdate'), ('cs_o3', 'OrderStatusUpdate')$$,
	'webhook_order_canceled_closes_its_sessions_in_both_modes_and_no_others');
select is(pg_temp.attempt('kassa_server', pg_temp.reserving('cs_o1', 'ch_new')), 'KA035', 'charge_of_a_closed_session_is_refused');
select is(pg_temp.attempt('kassa_server', pg_temp.opening('o1')), 'KA035', 'opening_a_closed_session_again_is_refused_before_a_card_is_typed');
select is(pg_temp.attempt('kassa_server', pg_temp.reserving('cs_o4', 'ch_new')), 'yes', 'charge_of_another_order_is_not');
select results_eq(pg_temp.reserving('cs_o2', 'ch_new') || ' where not fresh',
	$$select * from kassa.charge_reserve('cs_o2', 'ch_newer', 'sandbox', false, '', '(0,0,0,0,0,0)', 15000)$$,
	'charge_that_lives_in_a_closed_session_is_answered');
select is(pg_temp.attempt('kassa_server', pg_temp.opening('o2')), 'yes', 'opening_a_closed_session_whose_charge_lives_says_how_it_stands');
select is((select status::text from kassa.charge where charge_id = 'ch_o2'), 'sending', 'charge_that_lives_is_untouched');
select is(pg_temp.take(t, t, 1, '{"orderIds":["order_2"]}', 'location_a', null), e, 'webhook_' || t || '_is_' || e)
from (values ('InvoiceVoid', 'applied'), ('InvoiceDelete', 'stored'), ('InvoiceCreate', 'stored'), ('OrderCreate', 'stored'),
	('TaskCreate', 'stored')) as k (t, e);
select is(pg_temp.take('i3', 'InvoiceVoid', 1, '{}', 'location_a', null), 'stored', 'webhook_invoice_void_without_an_id_closes_nothing');
select is(pg_temp.take('i4', 'LocationUpdate', 1, '{"name":"x"}', 'location_a', null), 'stored',
	'webhook_location_update_of_an_account_without_installation_is_stored');

-- What is only kept, and times.
select is(pg_temp.take('r1', 'UNINSTALL', 1, '{}', 'location_x', 'company_x', 'it is for another app'), 'ignored: it is for another app',
	'webhook_that_is_refused_is_kept');
select is(left(pg_temp.state('location_x'), 6), 'wanted', 'webhook_that_is_refused_does_nothing');
select is(pg_temp.take('t1', 'UNINSTALL', 24 * 30 + 1), 'ignored: it happened more than 30 days ago', 'webhook_older_than_its_memory_is_ignored');
select is(pg_temp.take('t2', 'PLAN_CHANGE', -24, '{"planId":"p7"}'), 'applied', 'webhook_from_the_future_is_applied');
select is((select at from kassa.webhook where webhook_id = 't2'), now(), 'webhook_from_the_future_is_of_now');
select results_eq($$select (kassa.webhook_take('t3', 'TaskCreate', null, 'location_x', null, 'rsa', '{"a": 1}', '{}', 'in_z', '')).state$$,
	$$values ('stored')$$, 'webhook_without_a_time_is_stored');
select results_eq($$select scheme, body, at = now() from kassa.webhook where webhook_id = 't3'$$, $$values ('rsa', '{"a": 1}', true)$$,
	'webhook_is_stored_as_it_came');

-- Payment events of the brief dialect.
create function pg_temp.event(p_id text, p_hash text, p_location text, p_charge text) returns text language sql as $$
	select concat_ws(': ', t.account_id, t.state, nullif(t.reason, ''))
	from kassa.webhook_take_event(p_id, 'payment.captured', p_hash, p_location, p_charge, null, '{}') t;
$$;
select is(pg_temp.event('e1', repeat('a', 64), 'location_a', 'ch_o6'), 'acct_a: stored', 'payment_event_is_stored');
select is(pg_temp.event('e1', repeat('a', 64), 'location_a', 'ch_o6'), 'acct_a: duplicate', 'payment_event_again_is_a_duplicate');
select is(pg_temp.event('e2', repeat('a', 64), null, 'ch_o6'), 'acct_a: stored', 'payment_event_without_a_location_is_its_key_s');
select is(pg_temp.event('e3', repeat('b', 64), null, 'ch_o6'), 'acct_b: ignored: there is no such charge', 'payment_event_of_another_s_charge_is_ignored');
select is((select status::text from kassa.charge where charge_id = 'ch_o6'), 'pending', 'payment_event_moves_no_money');
select is(pg_temp.attempt('kassa_server', format($$select kassa.webhook_take_event('e9', 't', %s, %s, 'ch_o6', null, '{}')$$, c.hash, c.location)),
	c.expected, c.name)
from (values
	('payment_event_with_a_wrong_key_is_refused', $$repeat('9', 64)$$, 'null', 'KA010'),
	('payment_event_of_another_location_is_refused', $$repeat('a', 64)$$, $$'location_b'$$, 'KA014'),
	('payment_event_with_a_publishable_key_is_refused', $$encode(sha256('kassa_pk_test_a'), 'hex')$$, 'null', 'KA010')
) as c (name, hash, location, expected);
\o /dev/null
select kassa.account_keys_add('acct_a', repeat('e', 64), 'kassa_pk_test_e');
update kassa.api_key set revoked_at = now() where key_hash = repeat('a', 64);
\o
select is(pg_temp.attempt('kassa_server', $$select kassa.webhook_take_event('e9', 't', repeat('a', 64), null, 'ch_o6', null, '{}')$$), 'KA010',
	'payment_event_with_a_revoked_key_is_refused');

-- Thirty days.
update kassa.webhook set received_at = now() - interval '31 days' where webhook_id ~ '^[wu]';
create temporary table before as select count(*) as old from kassa.webhook where webhook_id ~ '^[wu]';
select ok(pg_temp.take('p1', 'TaskCreate') = 'stored', 'webhook_beside_old_ones_is_stored');
select is((select count(*) from kassa.webhook where webhook_id ~ '^[wu]'), (select old - 10 from before), 'webhooks_older_than_30_days_go_ten_at_a_time');
select is((select count(*) from kassa.webhook where webhook_id ~ '^[cdi]'), 14::bigint, 'webhooks_of_30_days_stay');

select finish();
rollback;
