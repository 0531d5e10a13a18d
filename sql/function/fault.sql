-- Faults: how a function says that someone asked for what cannot be. Used by every other file here.
-- The rows are those of src/base/fault.h that have a code of our own; tests/house compares both ways.
set local role kassa_books;

create or replace function kassa.fault(p_name text, p_detail text)
returns void
language plpgsql
security definer
set search_path = kassa, pg_temp
as $$
declare
	fault record;
begin
	select * into strict fault from (values
		('json_invalid', 'KA001', 'body is not one valid JSON object'),
		('field_invalid', 'KA002', 'a field is missing or has the wrong type'),
		('body_too_large', 'KA003', 'body is larger than this address takes'),
		('media_unsupported', 'KA004', 'body must be application/json'),
		('route_unknown', 'KA005', 'no such address'),
		('method_unsupported', 'KA006', 'address does not take this method'),
		('request_invalid', 'KA007', 'request is not valid HTTP for this server'),
		('api_key_invalid', 'KA010', 'api key is missing or not known'),
		('publishable_key_invalid', 'KA011', 'publishable key is missing or not known'),
		('account_exists', 'KA012', 'account exists for this location and mode'),
		('account_unknown', 'KA013', 'no account for this location and mode'),
		('location_mismatch', 'KA014', 'location is not the one that this api key belongs to'),
		('signature_invalid', 'KA015', 'signature is missing or wrong'),
		('settings_refused', 'KA016', 'settings cannot be opened with this'),
		('settings_expired', 'KA017', 'session of the settings page has ended'),
		('settings_forbidden', 'KA018', 'session of the settings page does not allow this'),
		('keys_changing', 'KA019', 'keys are being changed already'),
		('amount_invalid', 'KA020', 'amount is not a positive whole number of minor units'),
		('currency_invalid', 'KA021', 'currency is not an ISO 4217 code that can be charged'),
		('amount_mismatch', 'KA022', 'amount or currency differs from what the platform asks'),
		('mode_mismatch', 'KA023', 'transaction belongs to the other mode, test or live'),
		('session_unknown', 'KA030', 'no such checkout session'),
		('session_expired', 'KA031', 'checkout session is too old, open the checkout again'),
		('session_conflict', 'KA032', 'transaction is already being paid with another amount or contact'),
		('attempts_exceeded', 'KA033', 'too many declined attempts on this checkout'),
		('transaction_unknown', 'KA034', 'platform does not know this transaction'),
		('transaction_closed', 'KA035', 'platform no longer expects a payment for this transaction'),
		('rate_limited', 'KA036', 'too many requests, wait a moment'),
		('transaction_busy', 'KA037', 'transaction has another payment already'),
		('attempts_limited', 'KA038', 'too many declined cards lately, try again later'),
		('setup_unknown', 'KA039', 'no such card setup'),
		('charge_unknown', 'KA040', 'no such charge'),
		('charge_state_invalid', 'KA041', 'charge is in a state that does not allow this'),
		('refund_exceeds_charge', 'KA042', 'refunds would exceed what was captured'),
		('refund_unknown', 'KA043', 'no such refund'),
		('job_unknown', 'KA044', 'no such job, or it is not dead'),
		('billing_unknown', 'KA045', 'no such billing order'),
		('token_invalid', 'KA050', 'payment token is not known or was used'),
		('card_unpublished', 'KA051', 'only published test cards can be used in test mode'),
		('challenge_unknown', 'KA052', 'no such authentication challenge'),
		('key_reused', 'KA053', 'idempotency key was used for another request'),
		('method_unknown', 'KA054', 'no such payment method for this contact'),
		('method_expired', 'KA055', 'card of this payment method has expired'),
		('read_back_required', 'KA060', 'live mode needs the platform connection to read the amount'),
		('platform_unavailable', 'KA061', 'platform did not answer'),
		('platform_refused', 'KA062', 'platform refused the request'),
		('installation_unknown', 'KA063', 'app is not installed for this location'),
		('installation_paused', 'KA064', 'platform says that this location is not active'),
		('installation_dead', 'KA065', 'connection to the platform has ended, install the app again'),
		('code_invalid', 'KA066', 'authorization code is missing, was used, or is too old'),
		('state_invalid', 'KA067', 'state of this installation is not one of ours, or too old'),
		('account_not_set_up', 'KA068', 'payments are not configured for this mode'),
		('processor_unsupported', 'KA070', 'no processor is set up for this account'),
		('processor_unavailable', 'KA071', 'processor did not answer'),
		('seal_invalid', 'KA080', 'sealed value could not be opened'),
		('store_unavailable', 'KA090', 'store did not answer'),
		('store_busy', 'KA091', 'store has too many requests waiting'),
		('store_failed', 'KA092', 'store refused the statement'),
		('setting_invalid', 'KA093', 'a setting is missing or malformed'),
		('webhook_unstored', 'KA094', 'webhook could not be stored now, send it again'),
		('internal', 'KA099', 'internal error')
	) as known (name, sqlstate, message) where known.name = p_name;
	raise exception using errcode = fault.sqlstate, message = fault.message, detail = p_detail;
end
$$;
comment on function kassa.fault(text, text) is
	'Raise the fault of this name, with a sentence for the log. Source: src/base/fault.h.';
