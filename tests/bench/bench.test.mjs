/*
 * The benchmarks work: what each of them asks is answered, for a second.  How fast is for "make bench".
 */
import assert from 'node:assert/strict';
import test from 'node:test';

import { booksBalance, chargeSystems } from './charge.mjs';
import { ask, stackOf } from './growth.mjs';
import { askedOnce } from './measure.mjs';
import { verifySystems } from './verify.mjs';

const CONNECTIONS = 4;
const CHARGES = 1000;

function allAnswered(cells) {
	for (const { name, errors, rate } of cells) {
		assert.equal(errors, 0, name);
		assert.ok(rate > 0, name);
	}
}

test('verify_is_answered_by_kassa_pgbench_and_fastify', () => verifySystems(async (stack, systems) => {
	assert.deepEqual(Object.keys(systems), ['kassa', 'pgbench', 'fastify']);
	allAnswered(await askedOnce(systems, CONNECTIONS, 1));
}, CHARGES));

test('charges_are_made_by_kassa_and_pgbench_and_balance', () => chargeSystems(async (stack, systems) => {
	assert.deepEqual(Object.keys(systems), ['kassa', 'pgbench']);
	allAnswered(await askedOnce(systems, CONNECTIONS, 1));
	const [[charges]] = await stack.psql("select count(*) from kassa.charge where charge_id like 'ch_p%' and status = 'succeeded'");
	assert.ok(Number(charges) > 0);
	assert.ok(await booksBalance(stack));
}, CHARGES));

test('verify_and_refund_are_answered_over_charges_that_were_seeded', async () => {
	const one = { size: 10000, stack: await stackOf(10000) };
	try {
		allAnswered(await askedOnce({
			verify: (_, time, more) => ask(one, 'verify', time, more),
			refund: (_, time, more) => ask(one, 'refund', time, more),
		}, CONNECTIONS, 1));
	} finally {
		await one.stack.stop();
	}
});
