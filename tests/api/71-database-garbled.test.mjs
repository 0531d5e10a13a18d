/*
 * A database whose answers arrive garbled: bytes changed, lost, doubled, out of order, and messages that nobody has asked
 * for (tests/support/garble.mjs), under a load of everything.  Such a connection is as good as lost: nothing that it says
 * is believed, no worker dies of it, and the next one serves.  A seed of an earlier run: GARBLE_SEED=123.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { Garbler } from '../support/garble.mjs';
import { startStack } from '../support/stack.mjs';
import { SETTINGS, throughTrouble } from '../support/traffic.mjs';
import { Wire } from '../support/wire.mjs';

const TROUBLE_MS = 2500;
const RECOVERS_MS = 8000;
const EVERY = [7, 40, 150];	/* how many messages to one that is spoilt: logins, answers, and work in between */

const seed = Number(process.env.GARBLE_SEED ?? Date.now() % 1000000007);
let stack, wire;

before(async () => {
	stack = await startStack({ idle: true, kassa: SETTINGS });
	wire = new Wire(stack);
	await wire.open();
	wire.garbler = new Garbler(seed);
	await stack.kassaStart({ KASSA_DATABASE: `host=${wire.folder} dbname=kassa user=kassa_server` });
});
after(async () => {
	await stack?.stop();
	await wire?.close();
});

test('garbled answers are believed by nobody, and no worker dies of them', { timeout: 60000 }, async () => {
	console.log(`# GARBLE_SEED=${seed}`);
	const workers = stack.kassa.workers();
	const { garbler } = wire;
	await throughTrouble(stack, async (traffic) => {
		const before = traffic.complaints;
		for (const every of EVERY) {
			garbler.every = every;
			garbler.isOn = true;
			await pause(TROUBLE_MS / EVERY.length);
			garbler.isOn = false;
		}
		console.log(`# ${Array.from(garbler.told, ([name, times]) => `${name}: ${times}`).sort().join(', ')}`);
		assert.ok(traffic.complaints > before);
		await traffic.flows(20, RECOVERS_MS);
		/* Leases of jobs that were taken by an answer which nobody could read are long; the clock is turned for them. */
		await stack.psql("update kassa.job set run_at = now() where run_at > now() + interval '1 second'");
	});
	assert.deepEqual(stack.kassa.workers(), workers);
	const log = (await readFile(stack.kassa.log, 'utf8')).split('\n');
	assert.deepEqual(log.filter((line) => /Assertion|"level":"alert"/.test(line)), []);
	assert.ok(log.some((line) => line.includes('"outcome":"protocol is out of step"')));
	const { status, stdout } = await stack.kassactl('ledger', 'check');
	assert.equal(status, 0, stdout);
});
