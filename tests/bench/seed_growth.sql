-- Paid charges number :first to :last (both of whole thousands) with session, transfers and the sandbox's memory of
-- them; account by account, or building the indexes would take an hour.  What points at what is true by construction,
-- so it is not checked once more.
set session_replication_role = replica;
set max_parallel_workers_per_gather = 0;

create temporary view numbered as
select k * 1000 + a + 1 as n
from generate_series(0, 999) a cross join lateral generate_series((:first - 1) / 1000, :last / 1000 - 1) k;

insert into kassa.checkout_session (account_id, session_id, transaction_id, dialect, amount_minor, currency,
    amount_source)
select 'acct_' || lpad((1 + n % 1000)::text, 26, '0'), 'cs_' || lpad(n::text, 26, '0'), lpad(n::text, 24, '0'), 'live',
    1000000, 'USD', 'platform'
from numbered;

insert into kassa.charge (account_id, charge_id, session_id, attempt, transaction_id, processor, amount_minor, currency,
    captured_minor, status, created_at, settled_at)
select 'acct_' || lpad((1 + n % 1000)::text, 26, '0'), 'ch_' || lpad(n::text, 26, '0'), 'cs_' || lpad(n::text, 26, '0'),
    1, lpad(n::text, 24, '0'), 'sandbox', 1000000, 'USD', 1000000, 'succeeded', at, at
from numbered, lateral (select timestamptz '2025-01-01' + n * interval '1 second') as made (at);

insert into kassa.transfer (account_id, phase, debit, credit, currency, amount_minor, charge_id)
select 'acct_' || lpad((1 + n % 1000)::text, 26, '0'), 'pending', 'processor_clearing', 'merchant_payable', 'USD',
    1000000, 'ch_' || lpad(n::text, 26, '0')
from numbered;

insert into kassa.transfer (account_id, phase, pending_id, debit, credit, currency, amount_minor, charge_id)
select t.account_id, 'post', t.transfer_id, t.debit, t.credit, t.currency, t.amount_minor, t.charge_id
from kassa.transfer t
where t.phase = 'pending' and t.refund_id is null and t.charge_id >= 'ch_' || lpad((:first)::text, 26, '0')
    and t.charge_id <= 'ch_' || lpad((:last)::text, 26, '0')
order by t.account_id, t.transfer_id;

insert into sandbox.operation (account_id, key, kind, source, amount_minor, currency, outcome, decline, reference)
select 'acct_' || lpad((1 + n % 1000)::text, 26, '0'), 'ch_' || lpad(n::text, 26, '0'), 'charge', 'tok_seed', 1000000,
    'USD', 'succeeded', 'none', 'sbx_seed'
from numbered;

vacuum analyze;
checkpoint;
