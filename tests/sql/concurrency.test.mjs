/*
 * What needs two connections: races that the constraints and locks of the books have to decide.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Races, refused, repeated } from '../support/race.mjs';
import { startStack } from '../support/stack.mjs';

const ACCOUNT = 'acct_race';
const NO_LIMITS = '(0,0,0,0,0,0)';
const EXCEEDS = 'refunds would exceed what was captured';
let stack;
let races;

before(async () => {
	stack = await startStack({ idle: true });
	races = new Races(stack);
	await stack.psql(`select kassa.account_create('${ACCOUNT}', 'raceLocation', 'test', 'USD', repeat('e', 64), 'pk_race')`);
});
after(() => {
	races?.stop();
	return stack?.stop();
});

async function charges(names) {
	for (const name of names) {
		await stack.psql(`select kassa.session_open('${ACCOUNT}', 'cs_${name}', 'tx_${name}', 'live', 1000, 'USD',
			'platform', null, null); select kassa.charge_reserve('cs_${name}', 'ch_${name}', 'sandbox', false, '',
			'${NO_LIMITS}', 0)`);
	}
}

/** A charge of 10.00 that was paid. */
async function paid(name) {
	await charges([name]);
	await stack.psql(`select kassa.charge_settle('${ACCOUNT}', 'ch_${name}', 'succeeded', 'none', '', '', 60000)`);
}

/** The statement that asks for a refund while the platform counts so much. */
const refund = (charge, id, amount, counted) => `select refund_id, fresh from kassa.refund_reserve('${ACCOUNT}', 'ch_${charge}',
	're_${id}', ${amount}, ${counted}, 120000, 15000)`;

/** Why each of those was refused that were. */
const reasons = (rows) => Array.from(new Set(rows.filter(([word]) => word === 'refused').map(([, reason]) => reason)));

async function booksBalance() {
	assert.deepEqual(await stack.psql('select * from kassa.ledger_problems()'), []);
}

test('session_open_by_two_at_once_is_one_session', async () => {
	const rows = await races.run(repeated(2, (n) => `select session_id, amount_minor from kassa.session_open('${ACCOUNT}',
		'cs_open_${n}', 'tx_open', 'live', ${100 + n}, 'USD', 'platform', null, null)`));
	assert.equal(rows[0][0], rows[1][0]);
	const kept = await stack.psql(`select session_id from kassa.checkout_session where transaction_id = 'tx_open'`);
	assert.deepEqual(kept, [[rows[0][0]]]);
});

test('charge_reserve_by_twenty_at_once_is_fresh_once', async () => {
	await stack.psql(`select kassa.session_open('${ACCOUNT}', 'cs_twenty', 'tx_twenty', 'live', 1000, 'USD', 'platform',
		null, null)`);
	const rows = await races.run(repeated(20, (n) => `select charge_id, fresh from kassa.charge_reserve('cs_twenty',
		'ch_twenty_${n}', 'sandbox', false, '', '${NO_LIMITS}', 15000)`));
	assert.equal(rows.filter(([, fresh]) => fresh === 't').length, 1);
	assert.equal(new Set(rows.map(([charge]) => charge)).size, 1);
	assert.deepEqual(await stack.psql(`select count(*) from kassa.transfer where charge_id = '${rows[0][0]}'`), [['1']]);
});

test('session_open_during_a_reserve_waits_and_keeps_the_amount', async () => {
	const open = (amount) => `select amount_minor, charge_id from kassa.session_open('${ACCOUNT}', 'cs_agree', 'tx_agree',
		'live', ${amount}, 'USD', 'platform', null, null)`;
	await stack.psql(open(1000));
	const reserve = await races.hold(`select charge_id from kassa.charge_reserve('cs_agree', 'ch_agree', 'sandbox', false, '',
		'${NO_LIMITS}', 15000)`);
	const opened = stack.psql(open(2000), { user: 'kassa_server' });
	await races.waiting(1);
	await reserve.commit();
	assert.deepEqual(await opened, [['1000', 'ch_agree']]);
});

test('charge_reserve_during_a_session_open_waits_and_takes_the_amount', async () => {
	const open = (amount) => `select amount_minor from kassa.session_open('${ACCOUNT}', 'cs_new', 'tx_new', 'live', ${amount},
		'USD', 'platform', null, null)`;
	await stack.psql(open(1000));
	const opened = await races.hold(open(2000));
	const reserved = stack.psql(`select amount_minor from kassa.charge_reserve('cs_new', 'ch_new', 'sandbox', false, '',
		'${NO_LIMITS}', 15000)`, { user: 'kassa_server' });
	await races.waiting(1);
	await opened.commit();
	assert.deepEqual(await reserved, [['2000']]);
});

test('charge_settle_by_many_at_once_has_one_end', async () => {
	await charges(['end']);
	const rows = await races.run(repeated(10, (n) => `select status, changed, contradicted from kassa.charge_settle('${ACCOUNT}',
		'ch_end', '${n % 2 ? 'succeeded' : 'failed'}', '${n % 2 ? 'none' : 'card_declined'}', '', '', 15000)`));
	assert.equal(new Set(rows.map(([status]) => status)).size, 1);
	assert.equal(rows.filter(([, changed]) => changed === 't').length, 1);
	assert.equal(rows.filter(([, , contradicted]) => contradicted === 't').length, 5);
	await booksBalance();
});

test('refund_of_more_than_half_by_64_at_once_succeeds_once', async () => {
	await paid('half');
	/* All different, so that none is a retry of another. */
	const rows = await races.run(repeated(64, (n) => refund('half', `half_${n}`, 501 + n, 0)));
	assert.equal(rows.filter(([, fresh]) => fresh === 't').length, 1);
	assert.deepEqual(reasons(rows), [EXCEEDS]);
	assert.deepEqual(await stack.psql(`select count(*), sum(r.amount_minor) = max(c.refunded_minor) from kassa.refund r
		join kassa.charge c using (account_id, charge_id) where charge_id = 'ch_half'`), [['1', 't']]);
	await booksBalance();
});

test('refund_of_one_amount_by_64_at_once_is_one_refund', async () => {
	await paid('same');
	const rows = await races.run(repeated(64, (n) => refund('same', `same_${n}`, 501, n % 2 ? 0 : 'null')));
	assert.equal(rows.filter(([, fresh]) => fresh === 't').length, 1);
	assert.equal(new Set(rows.map(([id]) => id)).size, 1);
	assert.deepEqual(await stack.psql(`select refunded_minor from kassa.charge where charge_id = 'ch_same'`), [['501']]);
	await booksBalance();
});

test('refunds_that_are_all_meant_by_64_at_once_fill_the_charge_and_no_more', async () => {
	await paid('fill');
	/* The platform counts all that could be: whatever is asked for is a new one. */
	const rows = await races.run(repeated(64, (n) => refund('fill', `fill_${n}`, 20, 1000)));
	assert.equal(rows.filter(([, fresh]) => fresh === 't').length, 50);
	assert.deepEqual(reasons(rows), [EXCEEDS]);
	assert.deepEqual(await stack.psql(`select refunded_minor from kassa.charge where charge_id = 'ch_fill'`), [['1000']]);
	assert.deepEqual(await stack.psql(`select count(distinct ordinal), max(ordinal) from kassa.refund
		where charge_id = 'ch_fill'`), [['50', '49']]);
	await booksBalance();
});

test('refunds_reserved_and_failed_at_once_leave_the_limit_whole', async () => {
	await paid('churn');
	await races.run(repeated(20, (n) => refund('churn', `churn_${n}`, 50, 1000)));
	const settle = (n, outcome, decline) => `select status from kassa.refund_settle('${ACCOUNT}', 're_churn_${n}', '${outcome}',
		'${decline}', '', 60000)`;
	const rows = await races.run([
		...repeated(20, (n) => n % 2 ? settle(n, 'failed', 'processor_refused') : settle(n, 'succeeded', 'none')),
		...repeated(20, (n) => refund('churn', `after_${n}`, 50, 1000)),
	]);
	const fresh = rows.slice(20).filter(([, word]) => word === 't').length;
	assert.deepEqual(reasons(rows).filter((reason) => reason !== EXCEEDS), []);
	assert.ok(fresh <= 10, `${fresh} new ones for the 10 that failed`);
	assert.deepEqual(await stack.psql(`select refunded_minor from kassa.charge where charge_id = 'ch_churn'`),
		[[String(500 + 50 * fresh)]]);
	await booksBalance();
});

/** What other tests have left is not due. */
const othersWait = () => stack.psql(`update kassa.job set run_at = now() + interval '1 day'`);

test('job_take_by_64_at_once_takes_none_twice_and_loses_none', async () => {
	await othersWait();
	await stack.psql(`select kassa.job_add('${ACCOUNT}', 'method_save', 'ch_due_' || n, 0) from generate_series(1, 300) n`);
	const take = `select subject from kassa.job_take(5, 60000, 5)`;
	const taken = (await races.rows(repeated(64, () => take))).flat(2);
	const left = (await stack.psql(`select subject from kassa.job_take(1000, 60000, 5)`)).flat();
	assert.equal(taken.length + left.length, 300);
	assert.equal(new Set([...taken, ...left]).size, 300);
	assert.ok(taken.length > 5, 'more than one got something');
});

test('job_take_leaves_at_once_what_another_is_taking', async () => {
	await othersWait();
	await stack.psql(`select kassa.job_add('${ACCOUNT}', 'method_save', 'ch_wait_' || n, 0) from generate_series(1, 10) n`);
	const take = (limit) => `select subject from kassa.job_take(${limit}, 60000, 5)`;
	const first = await races.hold(take(7));
	const second = await stack.psql(`set lock_timeout = '5s'; ${take(100)}`, { user: 'kassa_server' });
	await first.commit();
	assert.equal(first.rows.length, 7);
	assert.equal(new Set([...first.rows, ...second].flat()).size, 10);
	assert.deepEqual(await stack.psql(take(100)), []);
});

test('job_that_is_due_at_once_wakes_who_listens_and_a_later_one_does_not', async () => {
	const heard = async (statement) => (await stack.psql(`listen kassa_job; ${statement}`)).flat()
		.filter((line) => line.startsWith('Asynchronous notification "kassa_job"')).length;
	assert.equal(await heard(`select kassa.job_add('${ACCOUNT}', 'method_save', 'ch_now', 0)`), 1);
	assert.equal(await heard(`select kassa.job_add('${ACCOUNT}', 'method_save', 'ch_later', 1)`), 0);
	assert.equal(await heard(`select kassa.job_hurry('${ACCOUNT}', 'ch_later')`), 0);
	await stack.psql(`update kassa.job set plan = 'unknown', kind = 'charge_resolve' where subject = 'ch_later'`);
	assert.equal(await heard(`select kassa.job_hurry('${ACCOUNT}', 'ch_later')`), 1);
});

/* --- one transaction, two ways to pay it -------------------------------------------------------- */

const keptReserve = (name, id) => `select charge_id, fresh from kassa.charge_reserve_kept('${ACCOUNT}', 'ch_${id}', 'pm_race',
	'contact', 'tx_${name}', 1000, 'USD', repeat('a', 64), '', 120000, 15000)`;
const payerReserve = (name, id) => `select charge_id, fresh from kassa.charge_reserve('cs_${name}', 'ch_${id}', 'sandbox', false,
	'', '${NO_LIMITS}', 15000)`;
const BUSY = 'transaction has another payment already';

async function bothWays(name) {
	await stack.psql(`select kassa.session_open('${ACCOUNT}', 'cs_${name}', 'tx_${name}', 'live', 1000, 'USD', 'platform',
		'contact', null);
		select kassa.method_keep('${ACCOUNT}', 'contact', 'sandbox', '(tok,fp,visa,4242,12,2199)', 'pm_race')`);
}

test('charge_by_payers_and_kept_cards_at_once_is_one_charge', async () => {
	await bothWays('both');
	const rows = await races.run(repeated(64, (n) => n % 2 ? keptReserve('both', `both_${n}`) : payerReserve('both', `both_${n}`)));
	const [[winner]] = await stack.psql(`select charge_id from kassa.charge where transaction_id = 'tx_both'`);
	assert.equal(rows.filter(([, fresh]) => fresh === 't').length, 1);
	assert.equal(rows.filter(([id]) => id === winner).length, 32);
	assert.equal(rows.filter(([, reason]) => reason === BUSY).length, 32);
	assert.deepEqual(await stack.psql(`select count(*) from kassa.charge where transaction_id = 'tx_both'`), [['1']]);
	await booksBalance();
});

for (const [first, second, name] of [[payerReserve, keptReserve, 'payer'], [keptReserve, payerReserve, 'kept']]) {
	test(`charge_while_the_${name}_s_is_being_written_waits_and_is_busy`, async () => {
		await bothWays(name);
		const before = await races.hold(first(name, `${name}_1`));
		const after = stack.psql(second(name, `${name}_2`), { user: 'kassa_server' }).catch(refused);
		await races.waiting(1);
		await before.commit();
		assert.deepEqual(await after, [['refused', BUSY]]);
	});
}

/* --- webhooks ------------------------------------------------------------------------------------ */

const take = (id, type, { location = 'null', company = 'null', hours = 1 } = {}) => `select state from kassa.webhook_take('${id}', '${type}',
	${company}, ${location}, now() - interval '${hours} hours', 'rsa', '{}', '{}', 'in_${id}', '')`;

test('webhook_taken_by_20_at_once_is_applied_once', async () => {
	const rows = await races.run(repeated(20, () => take('wh_same', 'INSTALL', { location: "'loc_same'" })));
	assert.deepEqual(rows.flat().sort(), ['applied', ...repeated(19, () => 'duplicate')]);
	assert.deepEqual(await stack.psql(`select count(*), count(job_id) from kassa.installation i
		left join kassa.job j on j.account_id = i.installation_id where i.location_id = 'loc_same'`), [['1', '1']]);
});

test('installation_that_ends_while_it_is_announced_has_ended', async () => {
	const announced = await races.hold(take('wh_announce', 'INSTALL', { location: "'loc_race'", hours: 2 }));
	const ended = stack.psql(take('wh_end', 'UNINSTALL', { location: "'loc_race'" }), { user: 'kassa_server' });
	await races.waiting(1);
	await announced.commit();
	assert.deepEqual(await ended, [['applied']]);
	assert.deepEqual(await stack.psql(`select state from kassa.installation where location_id = 'loc_race'`), [['uninstalled']]);
});

for (const first of ['INSTALL', 'UNINSTALL']) {
	test(`company_that_ends_while_a_location_of_it_is_announced_leaves_none_after_${first}`, async () => {
		const company = `'company_${first}'`;
		const steps = { INSTALL: take(`wh_i_${first}`, 'INSTALL', { location: `'loc_${first}'`, company, hours: 2 }),
			UNINSTALL: take(`wh_u_${first}`, 'UNINSTALL', { company }) };
		const before = await races.hold(steps[first]);
		const after = stack.psql(steps[first === 'INSTALL' ? 'UNINSTALL' : 'INSTALL'], { user: 'kassa_server' });
		await races.waiting(1);
		await before.commit();
		await after;
		assert.deepEqual(await stack.psql(`select count(*) from kassa.installation where company_id = ${company}
			and state <> 'uninstalled'`), [['0']]);
	});
}

test('webhooks_of_all_kinds_at_once_wait_for_each_other_in_one_order', async () => {
	const kinds = ['INSTALL', 'UNINSTALL', 'UPDATE', 'PLAN_CHANGE', 'LocationUpdate'];
	const rows = await races.run(repeated(60, (n) => take(`wh_mix_${n}`, kinds[n % kinds.length], {
		location: n % 7 === 0 && n % 5 < 3 ? 'null' : `'loc_mix_${n % 3}'`, company: "'company_mix'", hours: 1 + n % 11,
	})));
	assert.deepEqual(reasons(rows), []);
});

/** A page that nobody paid, not looked at for so long that it may go; nobody can be paying it (session_expired). */
async function pageForgotten(name) {
	await stack.psql(`${opened(name)}; update kassa.checkout_session set created_at = now() - interval '91 days',
		refreshed_at = now() - interval '91 days' where session_id = 'cs_${name}'`);
}

/** The statement that opens a page, or looks at it again. */
const opened = (name) => `select session_id from kassa.session_open('${ACCOUNT}', 'cs_${name}', 'tx_${name}', 'live', 1000, 'USD',
	'platform', null, null)`;

const PRUNE = "select removed from kassa.prune('session', 90, '', '')";

const pagesOf = (name) => stack.psql(`select session_id, refreshed_at > now() - interval '1 hour' from kassa.checkout_session
	where transaction_id = 'tx_${name}'`);

test('prune_while_a_payer_comes_back_waits_and_leaves_the_page', async () => {
	await pageForgotten('back');
	const payer = await races.hold(opened('back'));
	const pruned = stack.psql(PRUNE);
	await races.waiting(1);
	await payer.commit();
	assert.deepEqual(await pruned, [['0']]);
	assert.deepEqual(await pagesOf('back'), [['cs_back', 't']]);
});

test('payer_who_comes_back_during_a_prune_waits_and_gets_a_fresh_page', async () => {
	await pageForgotten('late');
	const prune = await races.hold(PRUNE, 'kassa_owner');
	const payer = stack.psql(opened('late'), { user: 'kassa_server' });
	await races.waiting(1);
	await prune.commit();
	assert.deepEqual(prune.rows, [['1']]);
	assert.deepEqual(await payer, [['cs_late']]);
	assert.deepEqual(await pagesOf('late'), [['cs_late', 't']]);
});

const FORGET = `select sessions, under_way from kassa.contact_forget((select location_id from kassa.account
	where account_id = '${ACCOUNT}'), 'me')`;
const openedForMe = (name) => opened(name).replace("'platform', null", "'platform', 'me'");
const reserving = (name) => `select charge_id from kassa.charge_reserve('cs_${name}', 'ch_${name}', 'sandbox', false, '', '(0,0,0,0,0,0)', 15000)`;

test('payer_who_is_just_paying_is_forgotten_when_that_has_ended', async () => {
	await stack.psql(openedForMe('paying'));
	const payer = await races.hold(reserving('paying'));
	const forgotten = stack.psql(FORGET);
	await races.waiting(1);
	await payer.commit();
	assert.deepEqual(await forgotten, [['0', '1']]);
	assert.deepEqual(await stack.psql(`select status from kassa.charge where charge_id = 'ch_paying'`), [['sending']]);
});

test('payer_who_pays_a_page_that_is_just_forgotten_waits_and_is_told_that_it_is_gone', async () => {
	await stack.psql(openedForMe('forgotten'));
	const forget = await races.hold(FORGET, 'kassa_owner');
	const payer = stack.psql(reserving('forgotten'), { user: 'kassa_server' });
	await races.waiting(1);
	await forget.commit();
	assert.equal(forget.rows[0][0], '1');
	await assert.rejects(payer, /session/);
	assert.deepEqual(await stack.psql(`select count(*) from kassa.charge where charge_id = 'ch_forgotten'`), [['0']]);
});
