-- Who may what (sql/0007_grant.sql): each role, what it may and its nearest no.
\ir fixture.psql
select no_plan();
\o /dev/null
select pg_temp.reserve('x');
select kassa.platform_token_set('acct_a', 'sealed');
select pg_temp.charge('paid', 'succeeded'), pg_temp.charge('save', 'succeeded', 'contact', true);
select kassa.refund_reserve('acct_a', 'ch_paid', 're_x', 2, 0, 1, 1);
select kassa.setup_open('acct_a', 'ss_x', 'contact', 'live');
select kassa.method_keep('acct_a', 'contact', 'sandbox', ('tok_x', 'fp_x', 'visa', '4242', 12, 2099)::kassa.kept_card, 'pm_x');
\o

select is(pg_temp.attempt(c.role, c.statement), c.expected, c.role || ': ' || c.statement)
from (values
	-- The server reads what it needs …
	('kassa_server', 'select from kassa.account', 'yes'),
	('kassa_server', 'select from kassa.api_key', 'yes'),
	('kassa_server', 'select from kassa.platform_token', 'yes'),
	('kassa_server', 'select from kassa.checkout_session', 'yes'),
	('kassa_server', 'select from kassa.charge', 'yes'),
	('kassa_server', 'select from kassa.payment_method', 'yes'),
	('kassa_server', 'select from kassa.setup', 'yes'),
	('kassa_server', 'select from kassa.refund', 'yes'),
	('kassa_server', 'select from kassa.transfer', '42501'),
	('kassa_server', 'select from kassa.ledger_account', '42501'),
	('kassa_server', 'select from kassa.session_state', '42501'),
	('kassa_server', 'select from kassa.setup_state', '42501'),
	('kassa_server', 'select from kassa.declined', '42501'),
	('kassa_server', 'select from kassa.job', '42501'),
	('kassa_server', 'select from kassa.job_schedule', '42501'),
	-- … and writes nothing.
	('kassa_server', $$insert into kassa.account values ('acct_z', 'z', 'test', 'USD')$$, '42501'),
	('kassa_server', 'update kassa.api_key set revoked_at = now()', '42501'),
	('kassa_server', 'update kassa.checkout_session set amount_minor = 1', '42501'),
	('kassa_server', $$update kassa.charge set status = 'succeeded'$$, '42501'),
	('kassa_server', 'update kassa.charge set refunded_minor = 0', '42501'),
	('kassa_server', 'delete from kassa.charge', '42501'),
	('kassa_server', $$update kassa.refund set status = 'failed'$$, '42501'),
	('kassa_server', 'delete from kassa.refund', '42501'),
	('kassa_server', 'update kassa.payment_method set removed_at = null', '42501'),
	('kassa_server', $$update kassa.setup set status = 'open'$$, '42501'),
	('kassa_server', 'update kassa.job set run_at = now()', '42501'),
	('kassa_server', 'delete from kassa.job', '42501'),
	('kassa_server', 'update kassa.job_schedule set minutes = 1', '42501'),
	('kassa_server', 'delete from kassa.declined', '42501'),
	('kassa_server', 'truncate kassa.platform_token', '42501'),
	('kassa_server', 'select from kassa.charge for update', '42501'),
	('kassa_server', 'create table kassa.mine ()', '42501'),
	('kassa_server', 'create table public.mine ()', '42501'),
	('kassa_server', 'create temporary table mine ()', '42501'),
	('kassa_server', 'create schema mine', '42501'),
	-- It executes what writes …
	('kassa_server', $$select kassa.session_open('acct_a', 'cs_y', 'y', 'live', 1, 'USD', 'page', null, null)$$, 'yes'),
	('kassa_server', $$select kassa.session_read('cs_x')$$, 'yes'),
	('kassa_server', pg_temp.reserving('cs_x', 'ch_y'), 'yes'),
	('kassa_server', $$select kassa.charge_settle('acct_a', 'ch_x', 'succeeded', 'none', '', '', 1)$$, 'yes'),
	('kassa_server', $$select kassa.charge_reserve_kept('acct_a', 'ch_k', 'pm_x', 'contact', 'k', 1, 'USD', repeat('e', 64), '', 1, 1)$$, 'yes'),
	('kassa_server', $$select kassa.charge_keep('acct_a', 'ch_save', 'pm_y', '(t,f,visa,4242,12,2099)')$$, 'yes'),
	('kassa_server', $$select kassa.refund_reserve('acct_a', 'ch_paid', 're_y', 1, 0, 1, 1)$$, 'yes'),
	('kassa_server', $$select kassa.refund_settle('acct_a', 're_x', 'succeeded', 'none', '', 1)$$, 'yes'),
	('kassa_server', $$select kassa.setup_open('acct_a', 'ss_y', 'contact', 'live')$$, 'yes'),
	('kassa_server', $$select kassa.setup_read('ss_x')$$, 'yes'),
	('kassa_server', $$select kassa.setup_reserve('ss_x', 'sandbox', '', '(0,0,0,0,0,0)', 1)$$, 'yes'),
	('kassa_server', $$select kassa.setup_settle('ss_x', 0, 'unknown', 'none', null, 'pm_y', 1)$$, 'yes'),
	('kassa_server', 'select kassa.job_take(1, 1, 1)', 'yes'),
	('kassa_server', $$select kassa.job_finish('acct_a', 1, 1)$$, 'yes'),
	('kassa_server', $$select kassa.job_move('acct_a', 1, 'unknown', 0, 1)$$, 'yes'),
	('kassa_server', $$select kassa.job_fail('acct_a', 1, 'internal', 1, 1)$$, 'yes'),
	('kassa_server', $$select kassa.job_hurry('acct_a', 'ch_x')$$, 'yes'),
	('kassa_server', $$select kassa.webhook_take('w', 'TaskCreate', null, 'location_a', now(), 'rsa', '{}', '{}', 'in_w', '')$$, 'yes'),
	('kassa_server', $$select kassa.webhook_take_event('w', 'payment.captured', repeat('a', 64), null, 'ch_x', now(), '{}')$$, 'yes'),
	('kassa_server', 'select from kassa.webhook', 'yes'),
	('kassa_server', $$select kassa.settings_open(repeat('a', 64), 'c', 'l', 900000)$$, 'yes'),
	('kassa_server', $$select kassa.settings_stands(repeat('a', 64), 'c', 'l', 'u', 900000)$$, 'yes'),
	('kassa_server', $$select kassa.settings_rotate('l', 'test', repeat('f', 64), 's', 'pk')$$, 'KA013'),
	('kassa_server', $$select kassa.settings_revoke('l', 'test', repeat('f', 64))$$, 'KA013'),
	('kassa_server', $$select kassa.settings_processor_put('l', 'test', 'sandbox', null)$$, 'KA013'),
	('kassa_server', $$select kassa.settings_brand_put('c', 'n', null, null, null)$$, 'yes'),
	('kassa_server', $$select kassa.settings_repair('l', true)$$, 'yes'),
	('kassa_server', $$select kassa.key_asked(repeat('a', 64))$$, 'yes'),
	('kassa_server', $$select kassa.reconciliation_page('acct_a', 'rc_x', 'sandbox', '[]', '', 1)$$, 'P0002'),
	('kassa_server', $$select kassa.reconciliation_end('acct_a', 'rc_x', 'sandbox', '')$$, 'P0002'),
	('kassa_server', 'select from kassa.reconciliation', 'yes'),
	('kassa_server', $$select sandbox.list('acct_a', now(), '', 1)$$, 'yes'),
	('kassa_server', $$select sandbox.note('acct_a', 'k', '', '', '', '', null)$$, 'yes'),
	-- … but not the parts of it, and not what is the operator's.
	('kassa_server', $$select kassa.reconciliation_start('rc_x', null, now(), true)$$, '42501'),
	('kassa_server', $$select kassa.reconcile_book('acct_a', 'sandbox', null, 1)$$, '42501'),
	('kassa_server', 'select from kassa.reconciled', '42501'),
	('kassa_server', $$select kassa.webhook_apply('UNINSTALL', null, 'location_a', now(), '{}', 'in_w')$$, '42501'),
	('kassa_server', $$select kassa.webhook_contact_delete('location_a', 'contact')$$, '42501'),
	('kassa_server', $$select kassa.webhook_order_close('InvoiceVoid', 'location_a', '["o"]')$$, '42501'),
	('kassa_server', 'select kassa.webhook_prune()', '42501'),
	('kassa_server', $$select kassa.settings_account('l', 'test')$$, '42501'),
	('kassa_server', $$select kassa.account_keys_revoke('acct_a')$$, '42501'),
	('kassa_server', 'select from kassa.sso_use', '42501'),
	('kassa_server', 'select from kassa.visit_ended', '42501'),
	('kassa_server', $$select kassa.visit_end('all', '')$$, '42501'),
	('kassa_server', $$select kassa.contact_forget('location_a', 'contact')$$, '42501'),
	('kassa_server', $$select kassa.installation_end(null, 'location_a', now())$$, '42501'),
	('kassa_server', $$select kassa.installation_announce('in_w', null, 'location_a', '', now())$$, '42501'),
	('kassa_server', $$select kassa.charge_end('acct_a', 'ch_x', 'succeeded', 'none', '')$$, '42501'),
	('kassa_server', $$select kassa.refund_find('acct_a', 'ch_paid', 1, 0, 1)$$, '42501'),
	('kassa_server', $$select kassa.refund_end('acct_a', 're_x', 'succeeded', 'none', '')$$, '42501'),
	('kassa_server', $$select kassa.method_keep('acct_a', 'c', 'sandbox', null, 'pm_y')$$, '42501'),
	('kassa_server', $$select kassa.charge_kept_find('acct_a', 'pm_x', 'k', 'x', 1)$$, '42501'),
	('kassa_server', $$select kassa.session_check('acct_a', 'cs_x')$$, '42501'),
	('kassa_server', $$select kassa.attempt_check('acct_a', null, '', null)$$, '42501'),
	('kassa_server', $$select kassa.attempt_declined('acct_a', 'ch_x', null, '', 'card_declined')$$, '42501'),
	('kassa_server', $$select kassa.job_add('acct_a', 'charge_resolve', 'ch_x', 0)$$, '42501'),
	('kassa_server', $$select kassa.job_plan('acct_a', 'charge_resolve', 'ch_x', 'unknown', 1)$$, '42501'),
	('kassa_server', $$select kassa.job_end('acct_a', 'charge_resolve', 'ch_x')$$, '42501'),
	('kassa_server', $$select kassa.job_retry('acct_a', 1)$$, '42501'),
	('kassa_server', $$select kassa.method_remove('acct_a', 'pm_x')$$, '42501'),
	('kassa_server', $$select kassa.methods_remove('location_a', 'contact')$$, '42501'),
	('kassa_server', $$select kassa.transfer_resolve('acct_a', 'ch_x', null, 'post')$$, '42501'),
	('kassa_server', $$select kassa.account_create('acct_z', 'z', 'test', 'USD', repeat('f', 64), 'pk_z')$$, '42501'),
	('kassa_server', $$select kassa.platform_token_set('acct_a', 'x')$$, '42501'),
	('kassa_server', $$select kassa.billing_order_open('acct_a', 'bill_' || repeat('0', 26), 1, 'USD', true, null, false, '{l}')$$, 'yes'),
	('kassa_server', $$select kassa.billing_report_read('acct_a', 'bill:1:paid')$$, 'yes'),
	('kassa_server', $$select kassa.billing_report_told('acct_a', 'bill:1:paid')$$, 'yes'),
	('kassa_server', $$select kassa.billing_report_missed('acct_a', 'bill:1:paid')$$, 'yes'),
	('kassa_server', $$select kassa.billing_end(null)$$, '42501'),
	('kassa_server', $$select kassa.billing_is_pending('acct_a', 'bill')$$, '42501'),
	('kassa_server', 'select from kassa.billing_order', '42501'),
	('kassa_server', 'select from kassa.billing_report', '42501'),
	('kassa_server', $$select kassa.seal_list('k2', '', 1)$$, '42501'),
	('kassa_server', $$select kassa.seal_replace('platform_token', 'acct_a', 'sealed', 'x')$$, '42501'),
	('kassa_server', 'select kassa.ledger_totals()', '42501'),
	('kassa_server', 'select kassa.ledger_problems()', '42501'),
	-- The sandbox is reached through the connector's functions alone.
	('kassa_server', $$select sandbox.look_up('acct_a', 'k')$$, 'yes'),
	('kassa_server', $$select sandbox.charge('acct_a', 'k', 't', 1, 'USD', false, 1)$$, 'yes'),
	('kassa_server', $$select sandbox.save('acct_a', 'k', 't')$$, 'yes'),
	('kassa_server', $$select sandbox.look_up_saved('acct_a', 'k')$$, 'yes'),
	('kassa_server', $$select sandbox.charge_saved('acct_a', 'k', 'm', 1, 'USD', 1)$$, 'yes'),
	('kassa_server', $$select sandbox.refund('acct_a', 'k', 'c', 1, 'USD')$$, 'yes'),
	('kassa_server', $$select sandbox.forget('acct_a', 'm')$$, 'yes'),
	('kassa_server', $$select sandbox.operation_keep('acct_a', 'k', 'f')$$, '42501'),
	('kassa_server', $$select sandbox.method_card('acct_a', 'm')$$, '42501'),
	('kassa_server', 'select from sandbox.method', '42501'),
	('kassa_server', $$select sandbox.operation_lapse('acct_a', 'k')$$, '42501'),
	('kassa_server', $$select sandbox.token_use('acct_a', 't', 'k')$$, '42501'),
	('kassa_server', 'select from sandbox.operation', '42501'),
	('kassa_server', 'select from sandbox.token', '42501'),
	('kassa_server', 'delete from sandbox.card', '42501'),
	('kassa_sandbox', 'select from kassa.account', '42501'),
	('kassa_sandbox', 'select from kassa.charge', '42501'),
	('kassa_sandbox', $$select kassa.session_read('cs_x')$$, '42501'),
	('kassa_books', 'select from sandbox.operation', '42501'),
	-- The books only add to the ledger …
	('kassa_books', 'select from kassa.transfer', 'yes'),
	('kassa_books', $$insert into kassa.ledger_account values ('acct_b', 'merchant_payable', 'EUR')$$, 'yes'),
	('kassa_books', $$insert into kassa.ledger_account values ('acct_a', 'merchant_payable', 'EUR')$$, 'yes'),
	('kassa_books', $$update kassa.ledger_account set currency = 'EUR'$$, '42501'),
	('kassa_books', 'delete from kassa.ledger_account', '42501'),
	('kassa_books', 'update kassa.transfer set amount_minor = 1', '42501'),
	('kassa_books', 'delete from kassa.transfer', '42501'),
	('kassa_books', 'truncate kassa.transfer', '42501'),
	('kassa_books', 'alter table kassa.transfer disable trigger all', '42501'),
	('kassa_books', 'alter table kassa.transfer drop constraint transfer_is_resolved_once', '42501'),
	-- … and change of a charge only what an outcome changes.
	('kassa_books', $$update kassa.charge set reference = 'sbx'$$, 'yes'),
	('kassa_books', 'update kassa.charge set refunded_minor = 0', 'yes'),
	('kassa_books', 'update kassa.charge set amount_minor = 1', '42501'),
	('kassa_books', 'update kassa.charge set saves = true', '42501'),
	('kassa_books', 'update kassa.charge set request_sha256 = null', '42501'),
	('kassa_books', $$update kassa.charge set currency = 'EUR'$$, '42501'),
	('kassa_books', $$update kassa.charge set account_id = 'acct_b'$$, '42501'),
	('kassa_books', 'delete from kassa.charge', '42501'),
	('kassa_books', 'update kassa.checkout_session set amount_minor = 1', 'yes'),
	('kassa_books', $$update kassa.checkout_session set transaction_id = 'y'$$, '42501'),
	('kassa_books', $$update kassa.refund set reference = 'sbx'$$, 'yes'),
	('kassa_books', 'update kassa.refund set amount_minor = 1', '42501'),
	('kassa_books', 'update kassa.refund set ordinal = 1', '42501'),
	('kassa_books', 'delete from kassa.refund', '42501'),
	('kassa_books', $$update kassa.reconciled set verdict = 'agrees'$$, '42501'),
	('kassa_books', 'delete from kassa.reconciled', '42501'),
	('kassa_books', 'update kassa.reconciliation set since = now()', '42501'),
	('kassa_books', 'update kassa.payment_method set removed_at = now()', 'yes'),
	('kassa_books', $$update kassa.payment_method set contact_id = 'c'$$, '42501'),
	('kassa_books', 'delete from kassa.payment_method', '42501'),
	('kassa_books', $$update kassa.setup set client = 'c'$$, 'yes'),
	('kassa_books', $$update kassa.setup set contact_id = 'c'$$, '42501'),
	('kassa_books', 'delete from kassa.setup', 'yes'),
	('kassa_books', 'update kassa.job set run_at = now()', 'yes'),
	('kassa_books', $$update kassa.job set subject = 'c'$$, '42501'),
	('kassa_books', 'delete from kassa.job', 'yes'),
	('kassa_books', 'update kassa.job_schedule set minutes = 1', '42501'),
	('kassa_books', $$insert into kassa.declined (account_id, subject, client) values ('acct_a', 'ch_x', '')$$, 'yes'),
	('kassa_books', 'update kassa.declined set created_at = now()', '42501'),
	('kassa_books', 'delete from kassa.declined', 'yes'),
	('kassa_books', $$update kassa.webhook set state = 'ignored'$$, '42501'),
	('kassa_books', 'delete from kassa.webhook', 'yes'),
	('kassa_books', $$update kassa.checkout_session set closed_reason = 'x'$$, 'yes'),
	('kassa_books', 'update kassa.billing_order set amount_minor = 1', '42501'),
	('kassa_books', 'delete from kassa.billing_report', '42501'),
	('kassa_books', $$update kassa.account set mode = 'live'$$, '42501'),
	('kassa_books', $$update kassa.api_key set kind = 'secret'$$, '42501'),
	-- The operator's commands.
	('kassa_owner', 'select kassa.ledger_problems()', 'yes'),
	('kassa_owner', 'select kassa.ledger_totals()', 'yes'),
	('kassa_owner', $$select kassa.seal_list('k2', '', 1)$$, 'yes'),
	('kassa_owner', $$select kassa.seal_replace('platform_token', 'acct_a', 'sealed', 'x')$$, 'yes'),
	('kassa_owner', $$select kassa.method_remove('acct_a', 'pm_x')$$, 'yes'),
	('kassa_owner', 'select from kassa.job', 'yes')
) as c (role, statement, expected);

-- Every function, also one that is added later.
create temporary view ours as
select p.oid, p.oid::regprocedure::text as name, p.proacl, p.prosecdef, p.proconfig, n.nspname as schema,
	pg_get_userbyid(p.proowner) as owner, obj_description(p.oid, 'pg_proc') as comment
from pg_proc p
join pg_namespace n on n.oid = p.pronamespace
where n.nspname in ('kassa', 'sandbox');

select isnt_empty('select from ours', 'functions_are_there');
select is_empty($$select name from ours where proacl is null
		or exists (select from aclexplode(proacl) a where a.grantee = 0)$$,
	'functions_are_not_for_public');
select is_empty('select name from ours where not prosecdef', 'functions_are_security_definer');
select is_empty($$select name from ours where proconfig is distinct from array['search_path=' || schema || ', pg_temp']$$,
	'functions_pin_their_search_path');
select is_empty($$select name, owner from ours
		where owner <> case schema when 'kassa' then 'kassa_books' else 'kassa_sandbox' end$$,
	'functions_belong_to_their_room');
select is_empty('select name from ours where comment is null', 'functions_say_their_rule');

-- Every table, also one that is added later.
select is_empty($$select c.oid::regclass, p.privilege from pg_class c
		cross join unnest(array['insert', 'update', 'references']) as p (privilege)
		where c.relnamespace in ('kassa'::regnamespace, 'sandbox'::regnamespace) and c.relkind in ('r', 'v')
		and has_any_column_privilege('kassa_server', c.oid, p.privilege)
		union all
		select c.oid::regclass, p.privilege from pg_class c cross join unnest(array['delete', 'truncate', 'trigger']) as p (privilege)
		where c.relnamespace in ('kassa'::regnamespace, 'sandbox'::regnamespace) and c.relkind in ('r', 'v')
		and has_table_privilege('kassa_server', c.oid, p.privilege)$$,
	'tables_are_written_by_functions_alone');
select is_empty($$select c.oid::regclass from pg_class c
		where c.relnamespace = 'kassa'::regnamespace and c.relkind = 'r'
		and c.relname not in ('job', 'webhook', 'checkout_session', 'setup', 'declined')
		and has_table_privilege('kassa_books', c.oid, 'delete, truncate')$$,
	'tables_of_the_books_lose_no_row_but_what_passes');
select is_empty($$select c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where n.nspname in ('kassa', 'sandbox')
		and exists (select from aclexplode(c.relacl) a where a.grantee = 0)$$,
	'tables_are_not_for_public');
select is_empty($$select c.oid::regclass from pg_class c
		where c.relnamespace = 'kassa'::regnamespace and c.relkind in ('r', 'v')
		and pg_get_userbyid(c.relowner) <> 'kassa_owner'$$,
	'tables_belong_to_kassa_owner');
select is_empty($$select t.oid::regtype from pg_type t join pg_namespace n on n.oid = t.typnamespace
		where n.nspname in ('kassa', 'sandbox') and t.typtype = 'e'
		and (t.typacl is null or exists (select from aclexplode(t.typacl) a where a.grantee = 0))$$,
	'types_are_not_for_public');
select is_empty($$select c.conrelid::regclass from pg_constraint c
		join pg_class f on f.oid = c.conrelid join pg_class r on r.oid = c.confrelid
		where c.contype = 'f' and f.relnamespace <> r.relnamespace$$,
	'sandbox_shares_no_foreign_key_with_kassa');
select is_empty($$select r.rolname from pg_roles r where r.rolname in ('kassa_books', 'kassa_sandbox') and r.rolcanlogin
		union all
		select r.rolname from pg_roles r where r.rolname in ('kassa_books', 'kassa_sandbox', 'kassa_server')
		and (r.rolsuper or r.rolcreaterole or r.rolcreatedb or r.rolbypassrls or r.rolreplication)$$,
	'roles_have_no_powers_of_their_own');

select is(pg_has_role('kassa_server', o.name, 'member'), false, 'kassa_server_cannot_become_' || o.name)
from (values ('kassa_owner'), ('kassa_books'), ('kassa_sandbox')) as o (name);

select finish();
rollback;
