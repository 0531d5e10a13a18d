/*
 * The wire to the database slow, too slow, cut again and again, and losing answers to what was committed, under a load
 * of everything (tests/support/traffic.mjs).
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { startStack } from '../support/stack.mjs';
import { SETTINGS, throughTrouble } from '../support/traffic.mjs';
import { Wire } from '../support/wire.mjs';

const TROUBLE_MS = 3000;
const RECOVERS_MS = 8000;

let stack, wire;

before(async () => {
	stack = await startStack({ idle: true, kassa: SETTINGS });
	wire = new Wire(stack);
	await wire.open();
	await stack.kassaStart({ KASSA_DATABASE: `host=${wire.folder} dbname=kassa user=kassa_server` });
});
after(async () => {
	await stack?.stop();
	await wire?.close();
});

test('a slow database makes everybody wait and nobody fail', { timeout: 60000 }, async () => {
	const traffic = await throughTrouble(stack, async (running) => {
		const before = running.complaints;
		wire.delayMs = 100;
		await running.flows(60);
		wire.delayMs = 0;
		assert.equal(running.complaints, before);
	});
	assert.ok(traffic.slowestMs > 300, `it was slow: ${traffic.slowestMs} ms`);
});

test('a database slower than the time limit is met by 503, and late answers change nothing', { timeout: 60000 }, async () => {
	await throughTrouble(stack, async (traffic) => {
		wire.delayMs = 1500;
		await pause(TROUBLE_MS);
		wire.delayMs = 0;
		assert.ok(traffic.complaints > 0);
		await traffic.flows(20, RECOVERS_MS);
	});
});

test('connections that are cut again and again lose nothing and do nothing twice', { timeout: 60000 }, async () => {
	await throughTrouble(stack, async (traffic) => {
		const until = performance.now() + TROUBLE_MS;
		while (performance.now() < until) {
			wire.cut();
			await pause(150);	/* the pace of the cuts */
		}
		assert.ok(traffic.complaints > 0);
		await traffic.flows(20, RECOVERS_MS);
	});
});

test('answers that are lost behind a commit are asked for again, and nothing is done twice', { timeout: 60000 }, async () => {
	await throughTrouble(stack, async (traffic) => {
		for (let i = 0; i < 5; i += 1) {
			wire.swallows = true;
			await pause(300);	/* what is asked now is done, and nobody hears of it */
			wire.cut();
			wire.swallows = false;
			await traffic.flows(10, RECOVERS_MS);
		}
		assert.ok(traffic.complaints > 0);
	});
});
