// Clients that vanish in mid-request by the thousand, directly and through nginx: no worker dies, no sanitizer
// speaks (stack.stop() looks), and memory and descriptors come back to where they were.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { SANITIZED, ask, get, post } from '../api/raw/raw.mjs';
import { CARD, Payer, booksBalance, eventually } from '../support/payer.mjs';
import { startStack } from '../support/stack.mjs';
import { startNginx } from './nginx.mjs';
import { standing, vanish, waysToLeave } from './vanish.mjs';

const COUNT = { directly: 6000, 'through nginx': 1500 };	/* handshakes take their time */
const GROWTH_KIB = 512;	/* of a worker; a leak of 100 bytes a client would be more */
const KEPT = 40;	/* descriptors: idle connections to the platform (src/io/fetch.c keeps 32) and the database (8) */
const SANITIZER = { ASAN_OPTIONS: 'detect_leaks=0:abort_on_error=1:quarantine_size_mb=1' };

let stack, payer, ways;

before(async () => {
	stack = await startStack({ kassa: SANITIZED ? SANITIZER : {} });
	payer = new Payer(stack);
	ways = waysToLeave(await requests());
});
after(async () => {
	if (stack) {
		await booksBalance(stack);
		await stack.stop();
	}
});

const json = (path, body) => post(path, JSON.stringify(body), 'Content-Type: application/json\r\n');

/* Requests that wait: for the books, the platform, the processor. */
async function requests() {
	const paid = await payer.pay(CARD.success, 49.99, 'USD');
	const order = await payer.order(5, 'USD');
	const session = (await payer.session(order)).json;
	return [
		get('/checkout'), get('/assets/checkout.css'),
		json('/query', { apiKey: stack.apiKey, type: 'verify', chargeId: paid.chargeId, transactionId: paid.order.transactionId,
			products: 'p'.repeat(50000) }),
		json('/checkout/sessions', { publishableKey: stack.publishableKey, transactionId: order.transactionId,
			orderId: order.orderId, amount: '5.00', currency: 'USD', dialect: 'live' }),
		json('/sandbox/tokens', { publishableKey: stack.publishableKey, number: CARD.success, expiryMonth: 12, expiryYear: 2031,
			cvc: '123' }),
		json(`/checkout/sessions/${session.id}/confirm`, { token: await payer.token(CARD.success) }),
		json('/webhooks', { type: 'x'.repeat(200000) }),
	];
}

/* When all that was begun has ended: as many descriptors as there were. */
const settled = (pids, descriptors) => eventually(async () => standing(pids),
	(now) => now.every((worker, i) => worker.descriptors <= descriptors[i] + KEPT), 30000);

/* Let them vanish once, through an nginx that is there for them alone: it keeps connections to Kassa. */
async function round(front, count) {
	const nginx = front ? await startNginx(stack.ports.kassa) : null;
	try {
		const began = Date.now();
		await vanish(nginx?.port ?? stack.ports.kassa, ways, { count, ...nginx && { secure: nginx.secure } });
		return (Date.now() - began) / 1000;
	} finally {
		await nginx?.stop();
	}
}

for (const [way, count] of Object.entries(COUNT)) {
	const front = way !== 'directly';

	test(`${count} clients vanish ${way}, and nothing is left of them`, async (t) => {
		const pids = stack.kassa.workers();
		const dropped = () => stack.logs().kassa.split('"event":"answer_dropped"').length - 1;
		const before_all = dropped();
		await round(front, count);	/* pools are as large as they will be */
		const first = await eventually(async () => standing(pids), quiet(), 30000);
		const seconds = await round(front, count);
		const last = await settled(pids, first.map(({ descriptors }) => descriptors));
		assert.deepEqual(stack.kassa.workers(), pids, 'a worker was replaced');
		/* Behind nginx Kassa has answered before it hears that the client has left. */
		assert.ok(front || dropped() - before_all >= count / 1000, 'too few were at work when their clients left');
		t.diagnostic(`${dropped() - before_all} answers found nobody`);
		for (const [i, worker] of last.entries()) {
			t.diagnostic(`worker ${i + 1}: ${first[i].kib} KiB and ${first[i].descriptors} descriptors before, `
				+ `${worker.kib} KiB and ${worker.descriptors} after ${count} clients in ${seconds.toFixed(1)} s`);
			assert.ok(SANITIZED || worker.kib - first[i].kib <= GROWTH_KIB, `grew by ${worker.kib - first[i].kib} KiB`);
		}
		const answer = await ask(stack.ports.kassa, ways.find((bytes) => bytes.startsWith('POST /query') && bytes.endsWith('}')));
		assert.equal(answer.status, 200);
	});
}

/* Whether twenty looks in a row, a second, saw the same descriptors. */
function quiet() {
	const seen = [];
	return (now) => {
		seen.push(now.map(({ descriptors }) => descriptors).join());
		return seen.length > 20 && new Set(seen.slice(-20)).size === 1;
	};
}
