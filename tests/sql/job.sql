-- The queue: added, planned, taken under a lease, moved on, given back, hurried, revived.
\ir fixture.psql
select no_plan();

create function pg_temp.id(p_subject text) returns bigint language sql as $$
	select job_id from kassa.job where account_id = 'acct_a' and subject = p_subject;
$$;
create function pg_temp.tries(p_subject text) returns int language sql as $$
	select tries from kassa.job where account_id = 'acct_a' and subject = p_subject;
$$;
-- What a runner does with a job that it has taken; each returns what the queue then has.
create function pg_temp.take(p_limit int default 100, p_tries_max int default 5) returns setof text language sql as $$
	select concat_ws(' ', account_id, kind, subject, state, plan, step, tries) from kassa.job_take(p_limit, 60000, p_tries_max);
$$;
-- Its lease is over: taken by the next runner.
create function pg_temp.take_again(p_subject text, p_tries_max int) returns setof text language sql as $$
	update kassa.job set run_at = now() where subject = p_subject;
	select pg_temp.take(1, p_tries_max);
$$;
create function pg_temp.move(p_subject text, p_plan kassa.charge_status, p_step int) returns text language sql as $$
	select kassa.job_move('acct_a', pg_temp.id(p_subject), p_plan, p_step, 60000);
	select pg_temp.job(p_subject);
$$;
create function pg_temp.fail(p_subject text, p_tries_max int default 5) returns text language sql as $$
	select kassa.job_fail('acct_a', pg_temp.id(p_subject), 'processor_unavailable', 3000, p_tries_max);
	select pg_temp.job(p_subject);
$$;

-- Added.
\o /dev/null
select kassa.job_add('acct_a', 'charge_resolve', 'ch_a', 15000);
select kassa.job_add('acct_a', 'method_save', 'ch_a', 0);
select kassa.job_add('acct_b', 'charge_resolve', 'ch_a', 15000);
\o
select is(pg_temp.job('ch_a'), 'charge_resolve waiting 0 in 00:00:15; charge_resolve waiting 0 in 00:00:15; '
	|| 'method_save waiting 0 in 00:00:00', 'job_add_is_one_per_account_kind_and_subject');
\o /dev/null
delete from kassa.job where subject = 'ch_a' and (account_id = 'acct_b' or kind = 'method_save');
update kassa.job set state = 'dead', plan = 'unknown', step = 3, tries = 2, fault = 'x', run_at = now() - interval '1 day';
select kassa.job_add('acct_a', 'charge_resolve', 'ch_a', 1000);
\o
select is(pg_temp.job('ch_a'), 'charge_resolve waiting 0 in 00:00:01', 'job_add_again_begins_anew');

-- Taken.
select is_empty('select pg_temp.take()', 'job_take_leaves_what_is_not_due');
select results_eq($$select pg_temp.take_again('ch_a', 5)$$, $$values ('acct_a charge_resolve ch_a waiting 0 1')$$, 'job_take_takes_what_is_due');
select is(pg_temp.job('ch_a'), 'charge_resolve waiting 0 in 00:01:00 tries 1', 'job_take_leases_and_counts');
select is_empty('select pg_temp.take()', 'job_take_leaves_what_is_leased');
\o /dev/null
select kassa.job_add('acct_a', 'refund_resolve', 're_' || n, 0) from generate_series(1, 3) n;
update kassa.job set run_at = now() - interval '1 second' * case subject when 're_2' then 9 else 1 end where subject ~ '^re_';
\o
select results_eq('select pg_temp.take(1)', $$values ('acct_a refund_resolve re_2 waiting 0 1')$$,
	'job_take_takes_the_oldest_up_to_its_limit');
select set_eq('select pg_temp.take(2)', $$values ('acct_a refund_resolve re_1 waiting 0 1'), ('acct_a refund_resolve re_3 waiting 0 1')$$,
	'job_take_takes_the_others_next');

-- Taken too often without getting anywhere: whoever takes it hears that it is dead, and nobody takes it again.
select results_eq($$select pg_temp.take_again('ch_a', 3)$$, format('values (%L)', 'acct_a charge_resolve ch_a ' || c.expected),
	format('job_taken_as_%s', c.expected))
from (values ('waiting 0 2'), ('waiting 0 3'), ('dead 0 4')) as c (expected);
select is(pg_temp.job('ch_a'), 'charge_resolve dead 0 in 00:01:00 tries 4 worker_lost', 'job_of_a_lost_worker_says_so');
select is_empty($$select pg_temp.take_again('ch_a', 100)$$, 'job_take_leaves_what_is_dead');

-- Planned: the schedule of what is known, each step; behind the last one an unknown end is dead, a pending one repeats it.
create function pg_temp.walk(p_subject text, p_plan kassa.charge_status, p_steps int) returns setof text language plpgsql as $$
begin
	perform kassa.job_add('acct_a', 'charge_resolve', p_subject, 15000);
	perform kassa.job_plan('acct_a', 'charge_resolve', p_subject, p_plan, 60000);
	return next pg_temp.job(p_subject);
	for step in 0 .. p_steps - 1 loop
		return next pg_temp.move(p_subject, p_plan, step);
	end loop;
end
$$;
select results_eq($$select pg_temp.walk('ch_unknown', 'unknown', 9)$$,
	$$values ('charge_resolve waiting unknown 0 in 00:01:00'), ('charge_resolve waiting unknown 1 in 00:05:00'),
		('charge_resolve waiting unknown 2 in 01:00:00'), ('charge_resolve waiting unknown 3 in 1 day'),
		('charge_resolve waiting unknown 4 in 1 day'), ('charge_resolve waiting unknown 5 in 1 day'),
		('charge_resolve waiting unknown 6 in 1 day'), ('charge_resolve waiting unknown 7 in 1 day'),
		('charge_resolve dead unknown 8 in 1 day outcome_unknown'), ('charge_resolve dead unknown 9 in 1 day outcome_unknown')$$,
	'job_of_an_unknown_end_is_dead_behind_its_last_step');
select results_eq($$select pg_temp.walk('ch_pending', 'pending', 4)$$,
	$$values ('charge_resolve waiting pending 0 in 01:00:00'), ('charge_resolve waiting pending 1 in 1 day'),
		('charge_resolve waiting pending 2 in 1 day'), ('charge_resolve waiting pending 3 in 1 day'),
		('charge_resolve waiting pending 4 in 1 day')$$,
	'job_of_a_pending_end_repeats_its_last_step');
select is(sum(minutes), 5 * 1440 + 66::bigint, 'job_schedule_of_an_unknown_end_lasts_five_days')
from kassa.job_schedule where plan = 'unknown';

-- Planned again: the same plan changes nothing, another begins at its own first step, also of a dead one.
create function pg_temp.plan(p_subject text, p_plan kassa.charge_status) returns text language sql as $$
	select kassa.job_plan('acct_a', 'charge_resolve', p_subject, p_plan, 60000);
	select pg_temp.job(p_subject);
$$;
select is(pg_temp.plan('ch_pending', 'pending'), 'charge_resolve waiting pending 4 in 1 day', 'job_plan_again_changes_nothing');
select is(pg_temp.plan('ch_unknown', 'unknown'), 'charge_resolve dead unknown 9 in 1 day outcome_unknown',
	'job_plan_again_leaves_a_dead_one');
select is(pg_temp.plan('ch_unknown', 'pending'), 'charge_resolve waiting pending 0 in 01:00:00', 'job_plan_of_news_begins_anew');

-- Moved: only from where it was when it was taken.
select is(pg_temp.move(c.subject, c.plan::kassa.charge_status, c.step), c.expected, c.name)
from (values
	('job_move_from_an_earlier_step_changes_nothing', 'ch_pending', 'pending', 3, 'charge_resolve waiting pending 4 in 1 day'),
	('job_move_from_another_plan_changes_nothing', 'ch_unknown', 'unknown', 0, 'charge_resolve waiting pending 0 in 01:00:00'),
	('job_move_from_where_it_is_moves_it', 'ch_unknown', 'pending', 0, 'charge_resolve waiting pending 1 in 1 day')
) as c (name, subject, plan, step, expected);
select is_empty($$select kassa.job_move('acct_b', pg_temp.id('ch_unknown'), 'pending', 1, 60000)$$,
	'job_move_of_another_account_finds_nothing');
select is(pg_temp.job('ch_unknown'), 'charge_resolve waiting pending 1 in 1 day', 'job_move_of_another_account_moves_nothing');
\o /dev/null
update kassa.job set tries = 4, fault = 'processor_unavailable' where subject = 'ch_unknown';
\o
select is(pg_temp.move('ch_unknown', 'pending', 1), 'charge_resolve waiting pending 2 in 1 day',
	'job_move_got_somewhere_so_its_tries_and_fault_are_over');

-- Wanted again: what runs is not begun beside its run, and runs once more behind it, however that ends.
create function pg_temp.wanted_while_leased(p_subject text) returns text language sql as $$
	delete from kassa.job where subject = p_subject;
	select kassa.job_add('acct_a', 'method_forget', p_subject, 0);
	select pg_temp.take();
	select kassa.job_add('acct_a', 'method_forget', p_subject, 0);
	select pg_temp.job(p_subject);
$$;
select is(pg_temp.wanted_while_leased('pm_w'), 'method_forget waiting 0 in 00:01:00', 'job_add_of_what_runs_waits_for_its_run');
select is_empty('select pg_temp.take()', 'job_add_of_what_runs_is_not_taken_beside_it');
select is((select gone from kassa.job_finish('acct_a', pg_temp.id('pm_w'), 1)), false, 'job_finish_of_what_was_wanted_again_keeps_it');
select results_eq('select pg_temp.take()', $$values ('acct_a method_forget pm_w waiting 0 1')$$, 'job_add_of_what_ran_is_taken_behind_it');
select is((select gone from kassa.job_finish('acct_a', pg_temp.id('pm_w'), 1)), true, 'job_finish_ends_the_second_run');
select is(pg_temp.wanted_while_leased('pm_w') || ', failed: ' || pg_temp.fail('pm_w'),
	'method_forget waiting 0 in 00:01:00, failed: method_forget waiting 0 in 00:00:03 processor_unavailable',
	'job_fail_of_what_was_wanted_again_tries_it_again');
select is(pg_temp.wanted_while_leased('pm_w') || ', returned ' || (select returned from kassa.job_return('acct_a', pg_temp.id('pm_w'), 1)),
	'method_forget waiting 0 in 00:01:00, returned true', 'job_return_of_what_was_wanted_again_gives_it_back');
select is(pg_temp.job('pm_w'), 'method_forget waiting 0 in 00:00:00', 'job_return_of_what_was_wanted_again_is_due');
\o /dev/null
select pg_temp.wanted_while_leased('pm_w');
update kassa.job set leased_until = now() - interval '1 second' where subject = 'pm_w';
select kassa.job_add('acct_a', 'method_forget', 'pm_w', 0);
\o
select is(pg_temp.job('pm_w'), 'method_forget waiting 0 in 00:00:00', 'job_add_of_what_nobody_runs_any_more_is_due');
\o /dev/null
select pg_temp.take();
select pg_temp.fail('pm_w');
select kassa.job_add('acct_a', 'method_forget', 'pm_w', 0);
\o
select is(pg_temp.job('pm_w'), 'method_forget waiting 0 in 00:00:00', 'job_add_of_what_failed_is_due');
\o /dev/null
delete from kassa.job where subject = 'pm_w';
\o

-- Given back.
\o /dev/null
select kassa.job_add('acct_a', 'method_forget', 'pm_f', 0);
\o
create function pg_temp.take_and_fail(p_subject text) returns text language sql as $$
	select pg_temp.take_again(p_subject, 3);
	select pg_temp.fail(p_subject, 3);
$$;
select is(pg_temp.take_and_fail('pm_f'), 'method_forget ' || c.expected || ' processor_unavailable', format('job_failed_is_%s', c.expected))
from (values ('waiting 0 in 00:00:03 tries 1'), ('waiting 0 in 00:00:03 tries 2'), ('dead 0 in 00:00:03 tries 3')) as c (expected);
select is_empty($$select kassa.job_fail('acct_b', pg_temp.id('pm_f'), 'x', 1, 1)$$, 'job_fail_of_another_account_finds_nothing');

-- Hurried: only what has a plan, whatever it is of; the rest is under way.
\o /dev/null
select kassa.job_add('acct_a', kind::kassa.job_kind, subject, 15000) from (values ('charge_resolve', 'ch_h'), ('refund_resolve', 're_h'),
	('setup_resolve', 'ss_h'), ('charge_resolve', 'ch_sent'), ('method_save', 'ch_save')) as j (kind, subject);
update kassa.job set plan = 'unknown', step = 2, tries = 1, run_at = now() + interval '1 hour' where subject in ('ch_h', 're_h', 'ss_h');
update kassa.job set state = 'dead', plan = 'unknown' where subject = 're_h';
\o
select is(concat((select hurried from kassa.job_hurry(c.account, c.subject)), ' ', pg_temp.job(c.subject)), c.expected, c.name)
from (values
	('job_hurry_of_another_account_changes_nothing', 'acct_b', 'ch_h', 'f charge_resolve waiting unknown 2 in 01:00:00 tries 1'),
	('job_hurry_of_a_planned_charge_is_due_now', 'acct_a', 'ch_h', 't charge_resolve waiting unknown 2 in 00:00:00'),
	('job_hurry_of_a_dead_refund_revives_it', 'acct_a', 're_h', 't refund_resolve waiting unknown 2 in 00:00:00'),
	('job_hurry_of_a_planned_setup_is_due_now', 'acct_a', 'ss_h', 't setup_resolve waiting unknown 2 in 00:00:00'),
	('job_hurry_of_a_charge_under_way_is_left_alone', 'acct_a', 'ch_sent', 'f charge_resolve waiting 0 in 00:00:15'),
	('job_hurry_of_a_card_to_keep_is_left_alone', 'acct_a', 'ch_save', 'f method_save waiting 0 in 00:00:15'),
	('job_hurry_of_nothing_is_nothing', 'acct_a', 'ch_z', 'f ')
) as c (name, account, subject, expected);

-- Revived by the operator.
select is(pg_temp.attempt('kassa_owner', c.statement), c.expected, c.name)
from (values
	('job_retry_takes_a_dead_one', format('select kassa.job_retry(%L, %s)', 'acct_a', pg_temp.id('pm_f')), 'yes'),
	('job_retry_refuses_a_waiting_one', format('select kassa.job_retry(%L, %s)', 'acct_a', pg_temp.id('ch_h')), 'KA044'),
	('job_retry_refuses_one_of_another_account', format('select kassa.job_retry(%L, %s)', 'acct_b', pg_temp.id('pm_f')), 'KA044'),
	('job_retry_refuses_an_unknown_one', $$select kassa.job_retry('acct_a', 0)$$, 'KA044')
) as c (name, statement, expected);
select is((select job_id from kassa.job_retry('acct_a', pg_temp.id('pm_f'))), pg_temp.id('pm_f'), 'job_retry_names_its_job');
select is(pg_temp.job('pm_f'), 'method_forget waiting 0 in 00:00:00', 'job_retry_begins_anew_and_at_once');
\o /dev/null
update kassa.job set state = 'dead', step = 8, fault = 'outcome_unknown' where subject = 'ch_h';
select kassa.job_retry('acct_a', pg_temp.id('ch_h'));
\o
select is(pg_temp.job('ch_h'), 'charge_resolve waiting unknown 0 in 00:00:00', 'job_retry_walks_its_schedule_again');

-- Given back by a runner that ends: due at once, and the try does not count; but only while it is still its own.
\o /dev/null
update kassa.job set run_at = now() + interval '1 minute', tries = 2 where subject = 'ch_h';
\o
select is(concat((select returned from kassa.job_return(c.account, pg_temp.id('ch_h'), c.tries)), ' ', pg_temp.job('ch_h')), c.expected, c.name)
from (values
	('job_return_of_another_account_changes_nothing', 'acct_b', 2, 'f charge_resolve waiting unknown 0 in 00:01:00 tries 2'),
	('job_return_of_a_lease_that_ran_out_changes_nothing', 'acct_a', 1, 'f charge_resolve waiting unknown 0 in 00:01:00 tries 2'),
	('job_return_is_due_at_once_and_its_try_does_not_count', 'acct_a', 2, 't charge_resolve waiting unknown 0 in 00:00:00 tries 1')
) as c (name, account, tries, expected);
\o /dev/null
update kassa.job set state = 'dead', tries = 3 where subject = 'ch_h';
\o
select is((select returned from kassa.job_return('acct_a', pg_temp.id('ch_h'), 3)), false, 'job_return_of_a_dead_one_changes_nothing');
\o /dev/null
update kassa.job set state = 'waiting' where subject = 'ch_h';
\o

-- Done.
select is((select gone from kassa.job_finish('acct_b', pg_temp.id('ch_h'), pg_temp.tries('ch_h'))), false,
	'job_finish_of_another_account_finds_nothing');
select is((select gone from kassa.job_finish('acct_a', pg_temp.id('ch_h'), pg_temp.tries('ch_h') + 1)), false,
	'job_finish_leaves_one_that_was_added_anew');
select is((select gone from kassa.job_finish('acct_a', pg_temp.id('ch_h'), pg_temp.tries('ch_h'))), true,
	'job_finish_takes_it_away');
select is(pg_temp.job('ch_h'), null, 'job_finish_is_gone');
select is((select gone from kassa.job_finish('acct_a', 0, 0)), false, 'job_finish_again_is_fine');

select finish();
rollback;
