-- What is asked often is an index look-up however many rows there are: verify, the queue, the limits on declines.
\ir fixture.psql
select no_plan();

create function pg_temp.plan(p_query text) returns jsonb language plpgsql as $$
declare
	answer jsonb;
begin
	execute 'explain (format json) ' || p_query into answer;
	return answer;
end
$$;
\o /dev/null
select pg_temp.reserve('n' || n) from generate_series(1, 500) n;
insert into kassa.declined (account_id, subject, contact_id, client, created_at)
	select 'acct_a', 'ch_n' || n, 'contact' || n, 'client' || n, now() - n * interval '1 minute' from generate_series(1, 500) n;
insert into kassa.checkout_session (account_id, session_id, transaction_id, dialect, amount_minor, currency, amount_source, order_id)
	select 'acct_a', 'cs_order' || n, 'order' || n, 'live', 1, 'USD', 'platform', 'order' || n from generate_series(1, 500) n;
insert into kassa.webhook (webhook_id, type, location_id, at, scheme, state, body)
	select 'w' || n, 'LocationUpdate', 'location' || n, now(), 'rsa', 'applied', '{}' from generate_series(1, 500) n;
analyze kassa.charge, kassa.job, kassa.declined, kassa.checkout_session, kassa.webhook;
\o
select ok(jsonb_path_exists(pg_temp.plan(c.query), format('$.** ? (@."Index Name" like_regex "^%s$")', c.index)::jsonpath)
	and not jsonb_path_exists(pg_temp.plan(c.query), '$.** ? (@."Node Type" == "Seq Scan")'), c.name)
from (values
	('charge_by_id_is_an_index_scan', 'charge_(pkey|by_id)',
		$$select from kassa.charge where account_id = 'acct_a' and charge_id = 'ch_n7'$$),
	('charge_by_transaction_is_an_index_scan', 'charge_alive_once_per_transaction',
		$$select from kassa.charge where account_id = 'acct_a' and transaction_id = 'n7' and status <> 'failed'$$),
	('charge_of_a_session_is_an_index_scan', 'charge_attempts_are_counted',
		$$select from kassa.charge where account_id = 'acct_a' and session_id = 'cs_n7' order by attempt desc limit 1$$),
	('job_due_is_an_index_scan', 'job_due',
		$$select from kassa.job where state = 'waiting' and run_at <= now() order by run_at limit 10$$),
	('job_of_a_subject_is_an_index_scan', 'job_once_per_subject',
		$$select from kassa.job where account_id = 'acct_a' and kind = 'charge_resolve' and subject = 'ch_n7'$$),
	('declined_lately_of_a_contact_is_an_index_scan', 'declined_of_contact',
		$$select from kassa.declined where account_id = 'acct_a' and contact_id = 'contact7' and created_at > now() - interval '1 hour'$$),
	('declined_lately_of_an_address_is_an_index_scan', 'declined_of_client',
		$$select from kassa.declined where account_id = 'acct_a' and client = 'client7' and client <> ''
			and created_at > now() - interval '1 hour'$$),
	('declined_lately_of_an_account_is_an_index_scan', 'declined_of_account',
		$$select from kassa.declined where account_id = 'acct_a' and created_at > now() - interval '1 hour' limit 200$$),
	('charge_without_transaction_is_an_index_scan', 'charge_without_transaction',
		$$select from kassa.charge where account_id = 'acct_a' and contact_id = 'contact7' and transaction_id is null
			and created_at > now() - interval '120 seconds'$$),
	('session_of_an_order_is_an_index_scan', 'checkout_session_of_order',
		$$select from kassa.checkout_session where account_id = 'acct_a' and order_id = 'order7'$$),
	('webhook_of_a_kind_is_an_index_scan', 'webhook_of_(kind|location)',
		$$select from kassa.webhook where type = 'LocationUpdate' and location_id = 'location7' and at > now() - interval '1 day'
			and state = 'applied'$$),
	('webhook_by_age_is_an_index_scan', 'webhook_by_time',
		$$select from kassa.webhook where received_at < now() - interval '30 days' order by received_at limit 10$$),
	('charges_newest_of_an_account_are_an_index_scan', 'charge_by_time',
		$$select from kassa.charge where account_id = 'acct_a' order by created_at desc limit 20$$),
	('refunds_newest_of_an_account_are_an_index_scan', 'refund_by_time',
		$$select from kassa.refund where account_id = 'acct_a' order by created_at desc limit 20$$),
	('webhooks_newest_of_a_location_are_an_index_scan', 'webhook_of_location',
		$$select from kassa.webhook where location_id = 'location7' order by received_at desc limit 20$$),
	('refund_of_a_charge_is_an_index_scan', 'refund_once_per_ordinal',
		$$select from kassa.refund where account_id = 'acct_a' and charge_id = 'ch_n7' and status <> 'failed'$$)
) as c (name, index, query);

select finish();
rollback;
