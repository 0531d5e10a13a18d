// Mixed traffic as fast as it goes, right and wrong, while other clients vanish: no 5xx, no request lost, no worker
// dead, no word of a sanitizer (stack.stop() looks), memory and descriptors flat.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { SANITIZED, get, pause, post } from '../api/raw/raw.mjs';
import { CARD, Payer, booksBalance } from '../support/payer.mjs';
import { startStack, top } from '../support/stack.mjs';
import { startNginx } from './nginx.mjs';
import { standing, vanish, waysToLeave } from './vanish.mjs';

const run = promisify(execFile);

const SECONDS = Number(process.env.TORTURE_SECONDS ?? 10);
const GROWTH_KIB = 1024;
const KEPT = 16;	/* descriptors that pools may hold more or less of */
const SANITIZER = { ASAN_OPTIONS: 'detect_leaks=0:abort_on_error=1:quarantine_size_mb=1' };

let stack, payer, paid;

before(async () => {
	stack = await startStack({ kassa: SANITIZED ? SANITIZER : {} });
	payer = new Payer(stack);
	paid = await payer.pay(CARD.success, 49.99, 'USD');
});
after(async () => {
	if (stack) {
		await booksBalance(stack);
		await stack.stop();
	}
});

/** @returns {Promise<{requests: number, micros: number, p99: number, lost: number, statuses: Record<string, number>}>} */
async function load(url) {
	const { stdout } = await run('wrk', ['-t', '1', '-c', '32', '-d', `${SECONDS}s`, '-s', path.join(top, 'tests/torture/mixed.lua'),
		url, '--', stack.apiKey, paid.chargeId, paid.order.transactionId]);
	return JSON.parse(/^result (.*)$/m.exec(stdout)[1]);
}

/* Clients vanish for as long as the promise takes, so many at a time. */
async function vanishing(port, options, until) {
	let over = false, count = 0;
	const end = until.finally(() => { over = true; });
	const ways = waysToLeave([get('/checkout'), post('/query', JSON.stringify({ type: 'verify', apiKey: stack.apiKey,
		chargeId: paid.chargeId, transactionId: paid.order.transactionId }), 'Content-Type: application/json\r\n')]);
	while (!over) {
		await vanish(port, ways, { count: ways.length, width: 4, ...options });
		count += ways.length;
		await pause(20);
	}
	return [await end, count];
}

const REFUSED = ['400', '401', '404', '405'];

for (const way of ['directly', 'through nginx']) {
	test(`mixed traffic ${way} is answered, whoever vanishes`, async (t) => {
		const nginx = way === 'directly' ? null : await startNginx(stack.ports.kassa);
		try {
			const url = nginx ? nginx.url : stack.kassaUrl;
			const port = nginx ? nginx.port : stack.ports.kassa;
			/* Another address: the limits of the vanishing ones are not those of the load. */
			const options = nginx ? { secure: nginx.secure, from: '127.0.5.1' } : {};
			const pids = stack.kassa.workers();
			await load(url);
			const first = standing(pids);
			const [seen, gone] = await vanishing(port, options, load(url));
			const last = standing(pids);
			assert.deepEqual(stack.kassa.workers(), pids, 'a worker was replaced');

			const rate = seen.requests / (seen.micros / 1e6);
			t.diagnostic(`${way}: ${Math.round(rate)} requests/s, p99 ${(seen.p99 / 1000).toFixed(1)} ms, ${gone} clients gone, `
				+ `${JSON.stringify(seen.statuses)}`);
			assert.ok(seen.requests > SECONDS * 50, `${seen.requests} requests`);
			assert.equal(seen.lost, 0);
			assert.ok(seen.statuses[200] > 0);
			const allowed = ['200', ...REFUSED, ...nginx ? ['429'] : []];
			assert.deepEqual(Object.keys(seen.statuses).filter((status) => !allowed.includes(status)), []);
			for (const [i, worker] of last.entries()) {
				t.diagnostic(`worker ${i + 1}: ${first[i].kib} KiB before, ${worker.kib} after; `
					+ `${first[i].descriptors} descriptors before, ${worker.descriptors} after`);
				assert.ok(SANITIZED || worker.kib - first[i].kib <= GROWTH_KIB, `grew by ${worker.kib - first[i].kib} KiB`);
			}
			assert.ok(last.every((worker, i) => worker.descriptors <= first[i].descriptors + KEPT + (nginx ? 128 : 32)),
				JSON.stringify({ first, last }));
		} finally {
			await nginx?.stop();
		}
	});
}
