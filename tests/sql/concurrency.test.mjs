/*
 * What needs two connections: races that the constraints and locks have to decide.  Either everyone waits
 * before a gate until all are there, or one stands in the middle of its transaction while the other comes.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';

import { eventually } from '../support/payer.mjs';
import { startStack } from '../support/stack.mjs';

const GATE = 4711;
const ACCOUNT = 'acct_race';
const held = [];
let stack;

before(async () => {
	stack = await startStack({ idle: true });
	await stack.psql(`select kassa.account_create('${ACCOUNT}', 'raceLocation', 'test', 'USD', repeat('e', 64), 'pk_race')`);
});
after(() => {
	held.forEach((child) => child.kill());	/* those of a test that failed in between */
	return stack?.stop();
});

/**
 * Begin a transaction, run a statement in it, and stand there until commit() is called.
 * @returns {Promise<{rows: string[][], commit: () => Promise<void>}>}
 */
async function hold(statement, user = 'kassa_server') {
	const child = spawn('psql', ['-X', '-q', '-A', '-t', '-F', '\t', '-v', 'ON_ERROR_STOP=1', '-h', stack.socket,
		'-U', user, '-d', 'kassa'], { stdio: ['pipe', 'pipe', 'inherit'] });
	const ended = once(child, 'exit');
	held.push(child);
	let text = '';
	child.stdin.write(`begin; ${statement};\n\\echo held\n`);
	for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
		text += chunk;
		if (/^held$/m.test(text)) {
			break;
		}
	}
	assert.match(text, /^held$/m);
	return {
		rows: text.split('\n').slice(0, -2).map((line) => line.split('\t')),
		commit: async () => {
			child.stdin.end('commit;\n');
			assert.equal((await ended)[0], 0);
		},
	};
}

/** Until so many connections wait for a lock. */
const waiting = (count) => eventually(async () => Number((await stack.psql(
	`select count(*) from pg_stat_activity where datname = 'kassa' and wait_event_type = 'Lock'`))[0][0]),
(seen) => seen === count);

/**
 * Run every statement at once, each as the server's role on a connection of its own.
 * @param {string[]} statements
 * @returns {Promise<string[][]>} the row of each: its texts
 */
async function race(statements) {
	const gate = await hold(`select pg_advisory_xact_lock(${GATE})`, 'postgres');
	const runs = statements.map((statement) => stack.psql(
		`select pg_advisory_lock_shared(${GATE}); ${statement}`, { user: 'kassa_server' }));
	await waiting(statements.length);
	await gate.commit();
	return (await Promise.all(runs)).map((rows) => rows.at(-1));
}

const repeated = (count, statement) => Array.from({ length: count }, (_, index) => statement(index));

async function charges(names) {
	for (const name of names) {
		await stack.psql(`select kassa.session_open('${ACCOUNT}', 'cs_${name}', 'tx_${name}', 'live', 1000, 'USD',
			'platform', null, null); select kassa.charge_reserve('cs_${name}', 'ch_${name}', 'sandbox', 0)`);
	}
}

async function booksBalance() {
	assert.deepEqual(await stack.psql('select * from kassa.ledger_problems()'), []);
}

test('session_open_by_two_at_once_is_one_session', async () => {
	const rows = await race(repeated(2, (n) => `select session_id, amount_minor from kassa.session_open('${ACCOUNT}',
		'cs_open_${n}', 'tx_open', 'live', ${100 + n}, 'USD', 'platform', null, null)`));
	assert.equal(rows[0][0], rows[1][0]);
	const kept = await stack.psql(`select session_id from kassa.checkout_session where transaction_id = 'tx_open'`);
	assert.deepEqual(kept, [[rows[0][0]]]);
});

test('charge_reserve_by_twenty_at_once_is_fresh_once', async () => {
	await stack.psql(`select kassa.session_open('${ACCOUNT}', 'cs_twenty', 'tx_twenty', 'live', 1000, 'USD', 'platform',
		null, null)`);
	const rows = await race(repeated(20, (n) => `select charge_id, fresh from kassa.charge_reserve('cs_twenty',
		'ch_twenty_${n}', 'sandbox', 15000)`));
	assert.equal(rows.filter(([, fresh]) => fresh === 't').length, 1);
	assert.equal(new Set(rows.map(([charge]) => charge)).size, 1);
	assert.deepEqual(await stack.psql(`select count(*) from kassa.transfer where charge_id = '${rows[0][0]}'`), [['1']]);
});

test('session_open_during_a_reserve_waits_and_keeps_the_amount', async () => {
	const open = (amount) => `select amount_minor, charge_id from kassa.session_open('${ACCOUNT}', 'cs_agree', 'tx_agree',
		'live', ${amount}, 'USD', 'platform', null, null)`;
	await stack.psql(open(1000));
	const reserve = await hold(`select charge_id from kassa.charge_reserve('cs_agree', 'ch_agree', 'sandbox', 15000)`);
	const opened = stack.psql(open(2000), { user: 'kassa_server' });
	await waiting(1);
	await reserve.commit();
	assert.deepEqual(await opened, [['1000', 'ch_agree']]);
});

test('charge_reserve_during_a_session_open_waits_and_takes_the_amount', async () => {
	const open = (amount) => `select amount_minor from kassa.session_open('${ACCOUNT}', 'cs_new', 'tx_new', 'live', ${amount},
		'USD', 'platform', null, null)`;
	await stack.psql(open(1000));
	const opened = await hold(open(2000));
	const reserved = stack.psql(`select amount_minor from kassa.charge_reserve('cs_new', 'ch_new', 'sandbox', 15000)`,
		{ user: 'kassa_server' });
	await waiting(1);
	await opened.commit();
	assert.deepEqual(await reserved, [['2000']]);
});

test('charge_settle_by_many_at_once_has_one_end', async () => {
	await charges(['end']);
	const rows = await race(repeated(10, (n) => `select status, changed, contradicted from kassa.charge_settle('${ACCOUNT}',
		'ch_end', '${n % 2 ? 'succeeded' : 'failed'}', '${n % 2 ? 'none' : 'card_declined'}', '', '', 15000)`));
	assert.equal(new Set(rows.map(([status]) => status)).size, 1);
	assert.equal(rows.filter(([, changed]) => changed === 't').length, 1);
	assert.equal(rows.filter(([, , contradicted]) => contradicted === 't').length, 5);
	await booksBalance();
});

test('charge_take_due_leaves_at_once_what_another_is_taking', async () => {
	const names = repeated(10, (n) => `due_${n}`);
	const take = (limit) => `select charge_id from kassa.charge_take_due(${limit}, 60000)`;
	await stack.psql(take(100));	/* what other tests left */
	await charges(names);
	const first = await hold(take(7));
	const second = await stack.psql(`set lock_timeout = '5s'; ${take(100)}`, { user: 'kassa_server' });
	await first.commit();
	assert.equal(first.rows.length, 7);
	assert.deepEqual([...first.rows, ...second].flat().sort(), names.map((name) => `ch_${name}`).sort());
	assert.deepEqual(await stack.psql(take(100)), []);
});

test('sandbox_charge_and_look_up_at_once_agree', async () => {
	const keys = repeated(8, (n) => `key_${n}`);
	for (const key of keys) {
		await stack.psql(`select sandbox.token_make('${ACCOUNT}', 'tok_${key}', 'visa', '4242', 12, 2031, 'succeed', 'none')`);
	}
	const rows = await race(keys.flatMap((key) => [
		`select outcome, decline from sandbox.charge('${ACCOUNT}', '${key}', 'tok_${key}', 1000, 'USD', 0)`,
		`select outcome, decline from sandbox.look_up('${ACCOUNT}', '${key}')`,
	]));
	keys.forEach((key, n) => {
		assert.deepEqual(rows[2 * n], rows[2 * n + 1], key);
		assert.ok(['succeeded none', 'failed not_sent'].includes(rows[2 * n].join(' ')), rows[2 * n].join(' '));
	});
});

test('sandbox_look_up_during_a_charge_waits_for_its_end', async () => {
	await stack.psql(`select sandbox.token_make('${ACCOUNT}', 'tok_during', 'visa', '4242', 12, 2031, 'succeed', 'none')`);
	const charge = await hold(`select outcome from sandbox.charge('${ACCOUNT}', 'key_during', 'tok_during', 1000, 'USD', 0)`);
	const asked = stack.psql(`select outcome, decline from sandbox.look_up('${ACCOUNT}', 'key_during')`,
		{ user: 'kassa_server' });
	await waiting(1);
	await charge.commit();
	assert.deepEqual(await asked, [['succeeded', 'none']]);
});

test('sandbox_charge_during_a_look_up_waits_and_was_not_sent', async () => {
	await stack.psql(`select sandbox.token_make('${ACCOUNT}', 'tok_after', 'visa', '4242', 12, 2031, 'succeed', 'none')`);
	const asked = await hold(`select outcome from sandbox.look_up('${ACCOUNT}', 'key_after')`);
	const charge = stack.psql(`select outcome, decline from sandbox.charge('${ACCOUNT}', 'key_after', 'tok_after', 1000,
		'USD', 0)`, { user: 'kassa_server' });
	await waiting(1);
	await asked.commit();
	assert.deepEqual(await charge, [['failed', 'not_sent']]);
});

test('sandbox_token_used_by_two_keys_at_once_pays_once', async () => {
	await stack.psql(`select sandbox.token_make('${ACCOUNT}', 'tok_once', 'visa', '4242', 12, 2031, 'succeed', 'none')`);
	const rows = await race(repeated(6, (n) => `select outcome, decline from sandbox.charge('${ACCOUNT}', 'key_once_${n}',
		'tok_once', 1000, 'USD', 0)`));
	assert.deepEqual(rows.map((row) => row.join(' ')).sort(),
		[...repeated(5, () => 'failed processor_refused'), 'succeeded none']);
});

test('sandbox_refunds_at_once_never_exceed_the_charge', async () => {
	await stack.psql(`select sandbox.token_make('${ACCOUNT}', 'tok_back', 'visa', '4242', 12, 2031, 'succeed', 'none');
		select sandbox.charge('${ACCOUNT}', 'key_back', 'tok_back', 1000, 'USD', 0)`);
	const rows = await race(repeated(6, (n) => `select outcome from sandbox.refund('${ACCOUNT}', 'key_back_${n}', 'key_back',
		300, 'USD')`));
	assert.equal(rows.filter(([outcome]) => outcome === 'succeeded').length, 3);
	assert.deepEqual(await stack.psql(`select refunded_minor from sandbox.operation where key = 'key_back'`), [['900']]);
});
