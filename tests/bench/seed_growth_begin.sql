-- 1 000 accounts with one key each and their accounts of the books, for growth.mjs; charges come from seed_growth.sql.
insert into kassa.account (account_id, location_id, mode, currency)
select 'acct_' || lpad(a::text, 26, '0'), 'BenchLocation' || lpad(a::text, 11, '0'), 'test', 'USD'
from generate_series(1, 1000) a;

insert into kassa.api_key (account_id, key_hash, kind)
select 'acct_' || lpad(a::text, 26, '0'),
    encode(sha256(convert_to('kassa_sk_test_' || lpad(a::text, 40, '0'), 'UTF8')), 'hex'), 'secret'
from generate_series(1, 1000) a;

insert into kassa.ledger_account (account_id, name, currency)
select 'acct_' || lpad(a::text, 26, '0'), name::kassa.ledger_name, 'USD'
from generate_series(1, 1000) a, unnest(array['processor_clearing', 'merchant_payable']) as name;
