/*
 * Two servers behind nginx are restarted one after the other, as docs/upgrade.md says, under load: every request gets
 * its right answer, and what was acknowledged is in the books once.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { Front } from '../support/front.mjs';
import { Merchant, logLines } from '../support/merchant.mjs';
import { booksBalance } from '../support/payer.mjs';
import { portsFree, startStack } from '../support/stack.mjs';
import { Traffic } from '../support/mixed.mjs';

const RATE = 200;		/* requests a second */
const STEADY_MS = 1000;		/* before the first restart and behind the last */
const FAIL_TIMEOUT_MS = 3000;	/* step 3 of the procedure */

let stack, second, front, merchant;

before(async () => {
	stack = await startStack();
	const [port] = await portsFree(1);
	second = stack.program('kassa', port, { ...stack.kassa.environment, KASSA_PORT: String(port) });
	await second.start();
	front = await Front.start(stack.folder, [stack.ports.kassa, port]);
	stack.kassaUrl = front.url;
	merchant = new Merchant(stack);
});
after(async () => {
	await front?.stop();
	await second?.stop();
	await stack?.stop();
});

test('rolling restart of two servers under load loses no request', async (t) => {
	const traffic = new Traffic(merchant, RATE);
	await traffic.start();
	await pause(STEADY_MS);
	const times = [];
	for (const server of [stack.kassa, second]) {
		const before = server.child.pid;
		const began = performance.now();
		await server.stop();
		times.push(Math.round(performance.now() - began));
		await server.start();
		await pause(FAIL_TIMEOUT_MS);
		assert.notEqual(server.child.pid, before);
	}
	await pause(STEADY_MS);
	const logged = front.log().length;
	await pause(STEADY_MS);
	await traffic.stop();

	const passed = front.log().filter((line) => / \S+, \S+ /.test(line)).length;
	const real = Math.round(traffic.total / traffic.seconds);
	t.diagnostic(`${traffic.total} requests, ${real} a second (${JSON.stringify(traffic.asked)}); ${traffic.paid.length} paid; `
		+ `${passed} went to the other server; slowest ${Math.round(traffic.slowest)} ms; servers left within ${times.join(', ')} ms`);
	assert.deepEqual(traffic.wrong, [], front.errors());
	assert.ok(real > RATE / 4, `only ${real} requests a second were made: this machine is too busy to tell`);
	assert.ok(passed > 0, 'nobody met a server that was away: the restart was not seen');
	assert.deepEqual(await traffic.unbooked(), { charges: 0, twice: 0, webhooks: 0 });
	const shares = [stack.ports.kassa, second.port].map((port) => front.log().slice(logged)
		.filter((line) => line.includes(`127.0.0.1:${port} `)).length);
	assert.ok(shares.every((count) => count > 0), `afterwards they served ${shares.join(' and ')}`);
	const drained = logLines(stack.logs().kassa).filter((line) => line.event === 'drained');
	assert.ok(drained.length >= 4 && drained.every((line) => line.level === 'info'), JSON.stringify(drained));
	await booksBalance(stack);
});
