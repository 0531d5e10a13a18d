-- What the settings page lists: refunds by their time, as charges are.
set local role kassa_owner;

create index refund_by_time on kassa.refund (account_id, created_at);
comment on index kassa.refund_by_time is 'The newest refunds of an account, and those of the last days.';
