-- The sandbox processor: what each card does, keys honoured, refunds limited, keys closed by a question.
\ir fixture.psql
select no_plan();

create function pg_temp.token(p_token text, p_behaviour sandbox.behaviour, p_decline kassa.decline default 'none',
	p_account text default 'acct_a') returns text language sql as $$
	select token from sandbox.token_make(p_account, p_token, 'visa', '4242', 12, 2031, p_behaviour, p_decline);
$$;
-- An answer as text; the drawn parts of reference and action are cut.
create function pg_temp.words(a sandbox.answer) returns text language sql as $$
	select concat_ws(' ', a.outcome, a.decline, left(nullif(a.reference, ''), 4), left(nullif(a.action, ''), 4),
		case when a.silent then 'silent' end);
$$;
create function pg_temp.charge_card(p_key text, p_token text, p_amount bigint default 1000, p_saves boolean default false)
returns text language sql as $$
	select pg_temp.words(sandbox.charge('acct_a', p_key, p_token, p_amount, 'USD', p_saves, 15000));
$$;
create function pg_temp.look_up(p_key text, p_account text default 'acct_a') returns text language sql as $$
	select concat_ws(' ', outcome, decline, left(nullif(reference, ''), 4), left(nullif(action, ''), 4))
	from sandbox.look_up(p_account, p_key);
$$;
create function pg_temp.action(p_key text) returns text language sql as $$
	select action from sandbox.look_up('acct_a', p_key);
$$;

-- Each behaviour: the charge, and what a question about it hears.
create temporary table behaviour as
select * from (values
	('succeed', 'none', 'succeeded none sbx_', 'succeeded none sbx_'),
	('decline', 'card_declined', 'failed card_declined sbx_', 'failed card_declined sbx_'),
	('decline', 'insufficient_funds', 'failed insufficient_funds sbx_', 'failed insufficient_funds sbx_'),
	('decline', 'expired_card', 'failed expired_card sbx_', 'failed expired_card sbx_'),
	('decline_charge', 'card_declined', 'failed card_declined sbx_', 'failed card_declined sbx_'),
	('decline', 'incorrect_cvc', 'failed incorrect_cvc sbx_', 'failed incorrect_cvc sbx_'),
	('challenge', 'none', 'pending none sbx_ chl_', 'pending none sbx_ chl_'),
	('pend', 'none', 'pending none sbx_', 'pending none sbx_'),
	('silent', 'none', 'succeeded none sbx_ silent', 'succeeded none sbx_')
) as b (behaviour, decline, charged, looked_up);
select is(pg_temp.charge_card('k_' || b.behaviour || b.decline,
		pg_temp.token('t_' || b.behaviour || b.decline, b.behaviour::sandbox.behaviour, b.decline::kassa.decline)),
	b.charged, format('sandbox_%s_%s_answers_%s', b.behaviour, b.decline, b.charged))
from behaviour b;
select is(pg_temp.look_up('k_' || b.behaviour || b.decline), b.looked_up,
	format('sandbox_look_up_after_%s_%s_hears_%s', b.behaviour, b.decline, b.looked_up))
from behaviour b;
select is(pg_temp.charge_card('k_' || b.behaviour || b.decline, 't_' || b.behaviour || b.decline), b.charged,
	format('sandbox_%s_%s_repeated_answers_the_same', b.behaviour, b.decline))
from behaviour b;
select is((select count(*) from sandbox.operation), 9::bigint, 'sandbox_repeated_charges_make_no_second_row');
select results_eq($$select reference from sandbox.charge('acct_a', 'k_succeednone', 't_succeednone', 1000, 'USD', false, 1)$$,
	$$select reference from sandbox.operation where key = 'k_succeednone'$$, 'sandbox_repeated_charge_has_the_same_reference');

-- Keys.
select is(pg_temp.charge_card('k_succeednone', 't_succeednone', 1001), 'failed processor_refused',
	'sandbox_key_with_another_amount_is_refused');
select is(pg_temp.charge_card('k_succeednone', pg_temp.token('t_other', 'succeed')), 'failed processor_refused',
	'sandbox_key_with_another_token_is_refused');
select is(pg_temp.look_up('k_succeednone'), 'succeeded none sbx_', 'sandbox_key_reused_changes_nothing');
select is(pg_temp.charge_card('k_other', 't_other'), 'succeeded none sbx_', 'sandbox_token_is_not_spent_by_a_refused_key');

-- Tokens.
select is(pg_temp.charge_card('k_twice', 't_succeednone'), 'failed processor_refused sbx_', 'sandbox_token_is_good_for_one_key');
select is(pg_temp.charge_card('k_none', 't_none'), 'failed processor_refused sbx_', 'sandbox_token_unknown_is_refused');
select is(pg_temp.look_up('k_none'), 'failed processor_refused sbx_', 'sandbox_refusal_is_remembered');
select is(pg_temp.charge_card('k_foreign', pg_temp.token('t_foreign', 'succeed', 'none', 'acct_b')),
	'failed processor_refused sbx_', 'sandbox_token_of_another_account_is_refused');
\o /dev/null
select pg_temp.token('t_hour', 'succeed'), pg_temp.token('t_minutes', 'succeed');
\o
update sandbox.token set created_at = now() - interval '1 hour' where token = 't_hour';
update sandbox.token set created_at = now() - interval '59 minutes' where token = 't_minutes';
select is(pg_temp.charge_card('k_hour', 't_hour'), 'failed processor_refused sbx_', 'sandbox_token_is_refused_after_an_hour');
select is(pg_temp.charge_card('k_minutes', 't_minutes'), 'succeeded none sbx_', 'sandbox_token_is_taken_before_an_hour');

-- A question about a key that never came closes it.
select is(pg_temp.look_up('k_never'), 'failed not_sent', 'sandbox_look_up_of_an_unseen_key_hears_not_sent');
select is(pg_temp.charge_card('k_never', pg_temp.token('t_never', 'succeed')), 'failed not_sent',
	'sandbox_key_closed_by_a_question_is_never_taken');
select is(pg_temp.look_up('k_never'), 'failed not_sent', 'sandbox_look_up_of_a_closed_key_hears_the_same');
select is(pg_temp.look_up('k_succeednone', 'acct_b'), 'failed not_sent', 'sandbox_look_up_of_another_account_sees_nothing');
select is(pg_temp.look_up('k_succeednone'), 'succeeded none sbx_', 'sandbox_look_up_of_another_account_closes_nothing_here');

-- Time.
update sandbox.operation set ends_at = now() where key = 'k_pendnone';
select is(pg_temp.look_up('k_pendnone'), 'succeeded none sbx_', 'sandbox_pend_completes_when_its_time_has_come');
select results_eq($$select ends_at = now() + interval '15 minutes' from sandbox.operation where key = 'k_challengenone'$$,
	'values (true)', 'sandbox_challenge_waits_15_minutes');
\o /dev/null
select pg_temp.charge_card('k_late', pg_temp.token('t_late', 'challenge'));
select pg_temp.action('k_late') as late \gset
\o
update sandbox.operation set ends_at = now() where key = 'k_late';
select results_eq(format('select account_id, key from sandbox.challenge_answer(%L, true)', :'late'),
	$$values ('acct_a', 'k_late')$$, 'sandbox_challenge_answered_too_late_still_names_its_charge');
select is(pg_temp.look_up('k_late'), 'failed authentication_failed sbx_', 'sandbox_challenge_answered_too_late_does_not_count');

-- Challenges.
\o /dev/null
select pg_temp.charge_card('k_accept', pg_temp.token('t_accept', 'challenge'));
select pg_temp.charge_card('k_refuse', pg_temp.token('t_refuse', 'challenge'));
select pg_temp.action('k_accept') as accept, pg_temp.action('k_refuse') as refuse \gset
\o
select isnt(:'accept'::text, :'refuse'::text, 'sandbox_challenges_differ');
select is((select key from sandbox.challenge_answer(:'accept', true)), 'k_accept', 'sandbox_challenge_accepted_names_its_charge');
select is(pg_temp.look_up('k_accept'), 'succeeded none sbx_', 'sandbox_challenge_accepted_succeeds');
select is((select key from sandbox.challenge_answer(:'accept', false)), 'k_accept', 'sandbox_challenge_answered_twice_names_it_again');
select is(pg_temp.look_up('k_accept'), 'succeeded none sbx_', 'sandbox_challenge_answered_twice_keeps_the_first');
select is((select key from sandbox.challenge_answer(:'refuse', false)), 'k_refuse', 'sandbox_challenge_refused_names_its_charge');
select is(pg_temp.look_up('k_refuse'), 'failed authentication_failed sbx_', 'sandbox_challenge_refused_fails');
select is(pg_temp.charge_card('k_refuse', 't_refuse'), 'failed authentication_failed sbx_', 'sandbox_challenge_refused_repeats_its_end');
select is(pg_temp.attempt('kassa_server', $$select sandbox.challenge_answer('chl_none', true)$$), 'KA052',
	'sandbox_challenge_unknown_is_a_fault');

-- Saved cards.
create function pg_temp.save(p_key text, p_behaviour sandbox.behaviour, p_decline kassa.decline default 'none',
	p_account text default 'acct_a') returns text language sql as $$
	select pg_temp.token('ts_' || p_key, p_behaviour, p_decline, p_account);
	select concat_ws(' ', outcome, decline, left(nullif(method, ''), 3), left(nullif(fingerprint, ''), 3),
		nullif(brand, ''), nullif(last4, ''), expiry_month, expiry_year)
	from sandbox.save(p_account, p_key, 'ts_' || p_key);
$$;
select is(pg_temp.save('sv_succeed', 'succeed'), 'succeeded none pm_ fp_ visa 4242 12 2031', 'sandbox_save_keeps_a_card');
select is(pg_temp.save('sv_again', 'succeed'), 'succeeded none pm_ fp_ visa 4242 12 2031', 'sandbox_save_keeps_it_again');
select is(pg_temp.save('sv_foreign', 'succeed', 'none', 'acct_b'), 'succeeded none pm_ fp_ visa 4242 12 2031',
	'sandbox_save_keeps_it_for_another_account');
select is(pg_temp.save('sv_challenge', 'challenge'), 'succeeded none pm_ fp_ visa 4242 12 2031', 'sandbox_save_keeps_a_card_with_3ds');
select is(pg_temp.save('sv_pend', 'pend'), 'succeeded none pm_ fp_ visa 4242 12 2031', 'sandbox_save_keeps_a_slow_card');
select is(pg_temp.save('sv_silent', 'silent'), 'succeeded none pm_ fp_ visa 4242 12 2031', 'sandbox_save_keeps_a_silent_card');
select is(pg_temp.save('sv_charge', 'decline_charge', 'card_declined'), 'succeeded none pm_ fp_ visa 4242 12 2031',
	'sandbox_save_keeps_a_card_that_only_declines_charges');
select is(pg_temp.save('sv_decline', 'decline', 'expired_card'), 'failed expired_card 0 0', 'sandbox_save_refuses_a_card_that_declines');
select is((select concat(outcome, ' ', decline, method) from sandbox.save('acct_a', 'sv_none', 't_none')),
	'failed processor_refused', 'sandbox_save_refuses_an_unknown_token');

create temporary table saved as
select k.key, s.method, s.fingerprint
from (values ('sv_succeed'), ('sv_again'), ('sv_challenge'), ('sv_pend'), ('sv_silent'), ('sv_charge')) as k (key)
cross join lateral sandbox.save('acct_a', k.key, 'ts_' || k.key) s;
select results_eq($$select s.fingerprint = a.fingerprint, s.method = a.method, s.fingerprint = c.fingerprint
		from saved s, saved a, saved c where s.key = 'sv_succeed' and a.key = 'sv_again' and c.key = 'sv_challenge'$$,
	'values (true, false, false)', 'sandbox_fingerprint_is_of_the_card_and_method_of_the_saving');
select isnt((select fingerprint from saved where key = 'sv_succeed'),
	(select fingerprint from sandbox.save('acct_b', 'sv_foreign', 'ts_sv_foreign')),
	'sandbox_fingerprint_of_another_account_differs');
select is((select count(*) from sandbox.method where account_id = 'acct_a'), 6::bigint, 'sandbox_save_repeated_keeps_nothing_more');

select is(pg_temp.words(sandbox.charge_saved('acct_a', 'cs_' || c.key,
		(select method from saved s where s.key = c.key), 1000, 'USD', 15000)), c.expected,
	format('sandbox_charge_saved_of_%s_answers_%s', c.key, c.expected))
from (values
	('sv_succeed', 'succeeded none sbx_'),
	('sv_challenge', 'failed authentication_required sbx_'),
	('sv_pend', 'pending none sbx_'),
	('sv_charge', 'failed card_declined sbx_'),
	('sv_silent', 'succeeded none sbx_ silent'),
	('sv_none', 'failed processor_refused sbx_')
) as c (key, expected);
select is(pg_temp.words(sandbox.charge_saved('acct_a', 'cs_more', method, 1000, 'USD', 1)), 'succeeded none sbx_',
	'sandbox_charge_saved_may_charge_again') from saved where key = 'sv_succeed';
select is(pg_temp.words(sandbox.charge_saved('acct_a', 'cs_more', method, 999, 'USD', 1)), 'failed processor_refused',
	'sandbox_charge_saved_refuses_its_key_with_another_amount') from saved where key = 'sv_succeed';
select is(pg_temp.words(sandbox.charge_saved('acct_b', 'cs_foreign', method, 1000, 'USD', 1)), 'failed processor_refused sbx_',
	'sandbox_charge_saved_refuses_a_method_of_another_account') from saved where key = 'sv_succeed';

-- A card that is kept beside its charge: asked for afterwards, once, and only when the charge has succeeded.
create function pg_temp.look_up_saved(p_key text, p_account text default 'acct_a') returns text language sql as $$
	select concat_ws(' ', outcome, decline, left(nullif(method, ''), 3), left(nullif(fingerprint, ''), 3), last4)
	from sandbox.look_up_saved(p_account, p_key);
$$;
\o /dev/null
select pg_temp.charge_card('ks_' || b.behaviour, pg_temp.token('ts_' || b.behaviour, b.behaviour::sandbox.behaviour,
		b.decline::kassa.decline), 1000, b.saves)
	from (values ('succeed', 'none', true), ('decline', 'card_declined', true), ('challenge', 'none', true)) as b (behaviour,
		decline, saves);
select pg_temp.charge_card('ks_plain', pg_temp.token('ts_plain', 'succeed'));
select method as kept from sandbox.look_up_saved('acct_a', 'ks_succeed') \gset
\o
select is(pg_temp.look_up_saved(c.key), c.expected, format('sandbox_look_up_saved_of_%s_hears_%s', c.key, c.expected))
from (values
	('ks_succeed', 'succeeded none pm_ fp_ 4242'),
	('ks_decline', 'failed card_declined '),
	('ks_challenge', 'pending none '),
	('ks_plain', 'succeeded none '),
	('sv_succeed', 'succeeded none pm_ fp_ 4242'),
	('sv_decline', 'failed expired_card '),
	('ks_never', 'failed not_sent ')
) as c (key, expected);
select is((select method from sandbox.look_up_saved('acct_a', 'ks_succeed')), :'kept', 'sandbox_look_up_saved_again_keeps_no_second');
select is((select fingerprint from sandbox.look_up_saved('acct_a', 'ks_succeed')),
	(select fingerprint from saved where key = 'sv_succeed'), 'sandbox_card_of_a_charge_is_the_same_card_as_a_saved_one');
select is(pg_temp.look_up_saved('ks_succeed', 'acct_b'), 'failed not_sent ', 'sandbox_look_up_saved_of_another_account_sees_nothing');
select is(pg_temp.charge_card('ks_never', pg_temp.token('ts_never', 'succeed')), 'failed not_sent',
	'sandbox_key_closed_by_a_question_for_its_card_is_never_taken');
\o /dev/null
select sandbox.token_make('acct_a', 'ts_renewed', 'visa', '4242', 1, 2040, 'succeed', 'none');
\o
select is((select fingerprint from sandbox.save('acct_a', 'sv_renewed', 'ts_renewed')),
	(select fingerprint from saved where key = 'sv_succeed'), 'sandbox_card_that_was_renewed_is_the_same_card');

-- Forgotten.
select is((select forgotten from sandbox.forget('acct_b', :'kept')), false, 'sandbox_forget_leaves_a_method_of_another_account');
select is((select forgotten from sandbox.forget('acct_a', :'kept')), true, 'sandbox_forget_takes_a_method_away');
select is((select forgotten from sandbox.forget('acct_a', :'kept')), false, 'sandbox_forget_again_is_fine');
select is(pg_temp.words(sandbox.charge_saved('acct_a', 'cs_forgotten', :'kept', 1000, 'USD', 1)), 'failed processor_refused sbx_',
	'sandbox_charge_saved_refuses_a_forgotten_method');

-- Refunds of the 1000 behind k_succeednone, in this order.
select is(pg_temp.words(sandbox.refund('acct_a', c.key, c.charge_key, c.amount, c.currency)), c.expected,
	format('sandbox_refund_%s_of_%s_%s_%s_answers_%s', c.key, c.charge_key, c.amount, c.currency, c.expected))
from (values
	('r1', 'k_succeednone', 400, 'USD', 'succeeded none sbx_'),
	('r1', 'k_succeednone', 400, 'USD', 'succeeded none sbx_'),
	('r1', 'k_succeednone', 399, 'USD', 'failed processor_refused'),
	('r2', 'k_succeednone', 601, 'USD', 'failed processor_refused sbx_'),
	('r3', 'k_succeednone', 600, 'EUR', 'failed processor_refused sbx_'),
	('r4', 'k_succeednone', 600, 'USD', 'succeeded none sbx_'),
	('r5', 'k_succeednone', 1, 'USD', 'failed processor_refused sbx_'),
	('r6', 'k_declinecard_declined', 1, 'USD', 'failed processor_refused sbx_'),
	('r7', 'k_challengenone', 1, 'USD', 'failed processor_refused sbx_'),
	('r8', 'k_pendnone', 1000, 'USD', 'succeeded none sbx_'),
	('r9', 'k_silentnone', 1, 'USD', 'succeeded none sbx_ silent'),
	('r10', 'k_unseen', 1, 'USD', 'failed processor_refused sbx_'),
	('r11', 'r1', 1, 'USD', 'failed processor_refused sbx_'),
	('k_succeednone', 'k_succeednone', 1, 'USD', 'failed processor_refused')
) as c (key, charge_key, amount, currency, expected);
select is((select refunded_minor from sandbox.operation where account_id = 'acct_a' and key = 'k_succeednone'), 1000::bigint,
	'sandbox_refunds_add_up_to_the_charge');
select is(pg_temp.words(sandbox.refund('acct_b', 'r1', 'k_succeednone', 1, 'USD')), 'failed processor_refused sbx_',
	'sandbox_refund_of_another_account_is_refused');
select is(pg_temp.look_up('r1'), 'succeeded none sbx_', 'sandbox_look_up_of_a_refund_hears_its_end');

select finish();
rollback;
