-- Paid charges number :first to :last with session, transfers and the sandbox's memory of them, in the order in which
-- time would bring them.  What points at what is true by construction, so it is not checked once more.
set session_replication_role = replica;

insert into kassa.checkout_session (account_id, session_id, transaction_id, dialect, amount_minor, currency,
    amount_source)
select 'acct_' || lpad((1 + n % 1000)::text, 26, '0'), 'cs_' || lpad(n::text, 26, '0'), lpad(n::text, 24, '0'), 'live',
    1000000, 'USD', 'platform'
from generate_series(:first, :last) n;

insert into kassa.charge (account_id, charge_id, session_id, attempt, transaction_id, processor, amount_minor, currency,
    captured_minor, status, created_at, settled_at)
select 'acct_' || lpad((1 + n % 1000)::text, 26, '0'), 'ch_' || lpad(n::text, 26, '0'), 'cs_' || lpad(n::text, 26, '0'),
    1, lpad(n::text, 24, '0'), 'sandbox', 1000000, 'USD', 1000000, 'succeeded', at, at
from generate_series(:first, :last) n, lateral (select timestamptz '2025-01-01' + n * interval '1 second') as made (at);

insert into kassa.transfer (account_id, phase, debit, credit, currency, amount_minor, charge_id)
select 'acct_' || lpad((1 + n % 1000)::text, 26, '0'), 'pending', 'processor_clearing', 'merchant_payable', 'USD',
    1000000, 'ch_' || lpad(n::text, 26, '0')
from generate_series(:first, :last) n;

insert into kassa.transfer (account_id, phase, pending_id, debit, credit, currency, amount_minor, charge_id)
select t.account_id, 'post', t.transfer_id, t.debit, t.credit, t.currency, t.amount_minor, t.charge_id
from kassa.transfer t
where t.phase = 'pending' and t.refund_id is null and t.charge_id >= 'ch_' || lpad((:first)::text, 26, '0')
    and t.charge_id <= 'ch_' || lpad((:last)::text, 26, '0');

insert into sandbox.operation (account_id, key, kind, source, amount_minor, currency, outcome, decline, reference)
select 'acct_' || lpad((1 + n % 1000)::text, 26, '0'), 'ch_' || lpad(n::text, 26, '0'), 'charge', 'tok_seed', 1000000,
    'USD', 'succeeded', 'none', 'sbx_seed'
from generate_series(:first, :last) n;

vacuum analyze;
checkpoint;
