/*
 * What needs two connections: races that the sandbox processor's own tables have to decide.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Races, repeated } from '../support/race.mjs';
import { startStack } from '../support/stack.mjs';

const ACCOUNT = 'acct_race';
let stack;
let races;

before(async () => {
	stack = await startStack({ idle: true });
	races = new Races(stack);
});
after(() => {
	races?.stop();
	return stack?.stop();
});

test('sandbox_charge_and_look_up_at_once_agree', async () => {
	const keys = repeated(8, (n) => `key_${n}`);
	for (const key of keys) {
		await stack.psql(`select sandbox.token_make('${ACCOUNT}', 'tok_${key}', 'visa', '4242', 12, 2031, 'succeed', 'none')`);
	}
	const rows = await races.run(keys.flatMap((key) => [
		`select outcome, decline from sandbox.charge('${ACCOUNT}', '${key}', 'tok_${key}', 1000, 'USD', false, 0)`,
		`select outcome, decline from sandbox.look_up('${ACCOUNT}', '${key}')`,
	]));
	keys.forEach((key, n) => {
		assert.deepEqual(rows[2 * n], rows[2 * n + 1], key);
		assert.ok(['succeeded none', 'failed not_sent'].includes(rows[2 * n].join(' ')), rows[2 * n].join(' '));
	});
});

test('sandbox_look_up_during_a_charge_waits_for_its_end', async () => {
	await stack.psql(`select sandbox.token_make('${ACCOUNT}', 'tok_during', 'visa', '4242', 12, 2031, 'succeed', 'none')`);
	const charge = await races.hold(`select outcome from sandbox.charge('${ACCOUNT}', 'key_during', 'tok_during', 1000, 'USD', false, 0)`);
	const asked = stack.psql(`select outcome, decline from sandbox.look_up('${ACCOUNT}', 'key_during')`,
		{ user: 'kassa_server' });
	await races.waiting(1);
	await charge.commit();
	assert.deepEqual(await asked, [['succeeded', 'none']]);
});

test('sandbox_charge_during_a_look_up_waits_and_was_not_sent', async () => {
	await stack.psql(`select sandbox.token_make('${ACCOUNT}', 'tok_after', 'visa', '4242', 12, 2031, 'succeed', 'none')`);
	const asked = await races.hold(`select outcome from sandbox.look_up('${ACCOUNT}', 'key_after')`);
	const charge = stack.psql(`select outcome, decline from sandbox.charge('${ACCOUNT}', 'key_after', 'tok_after', 1000,
		'USD', false, 0)`, { user: 'kassa_server' });
	await races.waiting(1);
	await asked.commit();
	assert.deepEqual(await charge, [['failed', 'not_sent']]);
});

test('sandbox_token_used_by_two_keys_at_once_pays_once', async () => {
	await stack.psql(`select sandbox.token_make('${ACCOUNT}', 'tok_once', 'visa', '4242', 12, 2031, 'succeed', 'none')`);
	const rows = await races.run(repeated(6, (n) => `select outcome, decline from sandbox.charge('${ACCOUNT}', 'key_once_${n}',
		'tok_once', 1000, 'USD', false, 0)`));
	assert.deepEqual(rows.map((row) => row.join(' ')).sort(),
		[...repeated(5, () => 'failed processor_refused'), 'succeeded none']);
});

test('sandbox_refunds_at_once_never_exceed_the_charge', async () => {
	await stack.psql(`select sandbox.token_make('${ACCOUNT}', 'tok_back', 'visa', '4242', 12, 2031, 'succeed', 'none');
		select sandbox.charge('${ACCOUNT}', 'key_back', 'tok_back', 1000, 'USD', false, 0)`);
	const rows = await races.run(repeated(6, (n) => `select outcome from sandbox.refund('${ACCOUNT}', 'key_back_${n}', 'key_back',
		300, 'USD')`));
	assert.equal(rows.filter(([outcome]) => outcome === 'succeeded').length, 3);
	assert.deepEqual(await stack.psql(`select refunded_minor from sandbox.operation where key = 'key_back'`), [['900']]);
});
