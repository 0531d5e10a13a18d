/*
 * Request limits: each key by itself, payers by address, wrong keys slower; refused with 429, the seconds to
 * wait, and a body that nobody takes for paid.  One worker, so that a limit is one bucket; the last test has two.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { CARD, Payer, lineOf, platformId, request } from '../support/payer.mjs';
import { startStack } from '../support/stack.mjs';

const FAR = '1000000';
const BURST_S = 4;	/* src/core/bucket.h */
const LIMITS = {
	KASSA_WORKERS: '1',
	KASSA_LIMIT_KEY_PER_S: FAR,
	KASSA_LIMIT_ADDRESS_PER_S: FAR,
	KASSA_LIMIT_WRONG_KEY_COST: '20',
	KASSA_TRUSTED_PROXIES: '127.0.0.1',
};

let stack, payer, paid, otherKey;

before(async () => {
	stack = await startStack({ kassa: LIMITS });
	payer = new Payer(stack);
	paid = await payer.pay(CARD.success, 49.99, 'USD');
	assert.equal(paid.answer.json.status, 'succeeded');
	const made = await stack.kassactl('account', 'create', '--location', 'otherLocation00000000001',
		'--mode', 'test', '--json');
	assert.equal(made.status, 0, made.stderr);
	otherKey = JSON.parse(made.stdout).apiKey;
});
after(() => stack?.stop());

/** Start anew, with all buckets full. */
const limitsAre = (limits) => stack.restart({ ...LIMITS, ...limits });

const verify = (apiKey, headers = {}, type = 'verify') => request(`${stack.kassaUrl}/query`, {
	body: { type, chargeId: paid.chargeId, transactionId: paid.order.transactionId, apiKey }, headers,
});
const from = (address) => ({ 'x-real-ip': address });
const wrongKey = () => `kassa_sk_test_${platformId().padStart(40, '0')}`;
const look = (headers = {}) => request(`${stack.kassaUrl}/checkout/sessions/${paid.session.id}`, { method: 'GET', headers });

/** Ask until refused. @returns {Promise<{served: number, refusal: any}>} */
async function untilRefused(ask, most) {
	for (let served = 0; served <= most; served += 1) {
		const answer = await ask(served);
		if (answer.status === 429) {
			return { served, refusal: answer };
		}
	}
	return assert.fail(`not refused within ${most}`);
}

function waitOf(refusal) {
	const text = refusal.headers.get('retry-after');
	assert.match(text, /^[1-9]\d*$/);
	return Number(text);
}

/** Wait as long as the answer says. */
const waitFor = (refusal) => pause(waitOf(refusal) * 1000);

function flatRefusal(answer) {
	assert.equal(answer.status, 429);
	assert.deepEqual(Object.keys(answer.json), ['success', 'code', 'message', 'requestId']);
	assert.equal(answer.json.success, false);
	assert.equal(answer.json.failed, undefined);
	assert.equal(answer.json.code, 'rate_limited');
	assert.equal(answer.json.requestId, answer.headers.get('x-request-id'));
	assert.ok(waitOf(answer) >= 1);
}

describe('one key', () => {
	before(() => limitsAre({ KASSA_LIMIT_KEY_PER_S: '2' }));

	test('over its limit a key is refused, readable in both dialects and paid in none; later it is served', async () => {
		const began = performance.now();
		const { served, refusal } = await untilRefused(() => verify(stack.apiKey), 50);
		const most = 2 * BURST_S + 2 * (performance.now() - began) / 1000;
		assert.ok(served >= 2 * BURST_S && served <= most, `${served} served, at most ${most}`);
		flatRefusal(refusal);
		flatRefusal(await verify(stack.apiKey, {}, 'verify_payment'));
		flatRefusal(await verify(stack.apiKey, {}, 'dance'));
		assert.equal((await lineOf(stack, refusal)).fault, 'rate_limited');
		assert.equal((await lineOf(stack, refusal)).rule, 'key_limit');
		assert.equal((await verify(otherKey)).status, 200, 'another key of the same address');
		await waitFor(refusal);
		assert.equal((await verify(stack.apiKey)).json.success, true);
	});

	test('over its limit a publishable key is refused at the checkout', async () => {
		const { served, refusal } = await untilRefused(() => payer.session(paid.order), 50);
		assert.ok(served >= 2 * BURST_S);
		assert.equal(refusal.json.error.code, 'rate_limited');
		assert.equal(refusal.json.error.detail, null);
		assert.equal((await lineOf(stack, refusal)).rule, 'publishable_key_limit');
		const token = await payer.tokenise(CARD.success);
		assert.equal(token.status, 429);
		assert.equal(token.headers.get('access-control-allow-origin'), '*', 'the frame may read it');
		await waitFor(token);
		assert.equal((await payer.tokenise(CARD.success)).status, 200);
	});
});

describe('wrong keys', () => {
	/* 16 units: the second guess leaves a debt of about two seconds. */
	const limits = {
		KASSA_LIMIT_ADDRESS_PER_S: '4', KASSA_LIMIT_WRONG_KEY_COST: '12', KASSA_LIMIT_KEY_PER_S: '100',
	};

	test('guesses are refused soon, a key that was right is not, others are after the wait', async () => {
		await limitsAre(limits);
		assert.equal((await verify(stack.apiKey)).status, 200);
		const { served, refusal } = await untilRefused(() => verify(wrongKey()), 50);
		assert.ok(served >= 2 && served <= 3, `${served} guesses`);
		flatRefusal(refusal);
		assert.equal((await lineOf(stack, refusal)).rule, 'address_limit');
		for (let i = 0; i < 20; i += 1) {
			assert.equal((await verify(stack.apiKey)).json.success, true);
		}
		flatRefusal(await verify(wrongKey()));
		const stranger = await verify(otherKey);
		flatRefusal(stranger);		/* right, but nobody knows it yet */
		await waitFor(stranger);
		assert.equal((await verify(otherKey)).status, 200);
	});

	test('many guesses at once are paid for afterwards', async () => {
		await limitsAre(limits);
		await Promise.all(Array.from({ length: 60 }, () => verify(wrongKey())));
		const refusal = await verify(wrongKey());
		flatRefusal(refusal);
		assert.ok(waitOf(refusal) > 5 && waitOf(refusal) <= 34, 'long, and not for ever');
	});

	for (const [name, key] of Object.entries({
		'of the right form': `kassa_sk_test_${'0'.repeat(40)}`, 'of no form': 'secret', 'missing': undefined,
	})) {
		test(`the same wrong key again and again, ${name}, is slowed by itself`, async () => {
			await limitsAre({ ...limits, KASSA_LIMIT_KEY_PER_S: '5' });	/* 20 units */
			const { served, refusal } = await untilRefused(() => verify(key), 50);
			assert.ok(served >= 1 && served <= 3, `${served} served`);
			flatRefusal(refusal);
			assert.equal((await lineOf(stack, refusal)).rule, 'key_limit');
			assert.equal((await verify(stack.apiKey)).status, 200, 'a key that is new to this address');
		});
	}

	test('a key that is revoked loses its standing', async () => {
		await limitsAre(limits);
		const made = JSON.parse((await stack.kassactl('account', 'create', '--location', 'shortLocation00000000001',
			'--mode', 'test', '--json')).stdout);
		assert.equal((await verify(made.apiKey)).status, 200);
		await stack.psql(`update kassa.api_key set revoked_at = now() where account_id = '${made.accountId}'`);
		assert.equal((await verify(made.apiKey)).status, 401);
		await untilRefused(() => verify(wrongKey()), 50);
		flatRefusal(await verify(made.apiKey));
	});
});

describe('one address', () => {
	const few = { KASSA_LIMIT_ADDRESS_PER_S: '2' };

	test('payers over the limit of their address are refused, others and what is not limited are served', async () => {
		await limitsAre(few);
		const { served, refusal } = await untilRefused(() => look(from('192.0.2.1')), 50);
		assert.ok(served >= 2 * BURST_S && served <= 2 * BURST_S + 4, `${served} served`);
		assert.equal(refusal.json.error.code, 'rate_limited');
		assert.equal((await lineOf(stack, refusal)).rule, 'address_limit');
		for (const [path, more] of [
			['/checkout/sessions', { body: {} }],
			[`/checkout/sessions/${paid.session.id}/confirm`, { body: {} }],
			['/sandbox/tokens', { body: {} }],
			['/sandbox/challenges/ch_x', { body: { accept: true } }],
		]) {
			const answer = await request(stack.kassaUrl + path, { ...more, headers: from('192.0.2.1') });
			assert.equal(answer.status, 429, path);
			assert.ok(waitOf(answer) >= 1);
		}
		for (const path of ['/', '/checkout', '/assets/checkout.css', '/sandbox/frame', '/healthz', '/readyz']) {
			for (let i = 0; i < 20; i += 1) {
				const answer = await request(stack.kassaUrl + path, { method: 'GET', headers: from('192.0.2.1') });
				assert.equal(answer.status, 200, path);
			}
		}
		assert.equal((await verify(stack.apiKey, from('192.0.2.2'))).status, 200);
		assert.equal((await look(from('192.0.2.2'))).status, 200);
		await waitFor(refusal);
		assert.equal((await look(from('192.0.2.1'))).status, 200);
	});

	test('a valid key asks as often as its own limit says, from whatever address', async () => {
		await limitsAre(few);
		for (let i = 0; i < 100; i += 1) {
			assert.equal((await verify(i % 2 ? stack.apiKey : otherKey, from('192.0.2.1'))).status, 200);
		}
	});

	test('an IPv6 customer is a /64', async () => {
		await limitsAre(few);
		await untilRefused((i) => look(from(`2001:db8:1:2::${i}`)), 50);
		assert.equal((await look(from('2001:db8:1:2:ffff::1'))).status, 429);
		assert.equal((await look(from('2001:db8:1:3::1'))).status, 200);
	});

	test('X-Real-IP of a peer that is not trusted is ignored', async () => {
		await limitsAre({ ...few, KASSA_TRUSTED_PROXIES: '192.0.2.0/24' });
		await untilRefused((i) => look(from(`198.51.100.${i}`)), 50);
		assert.equal((await look()).status, 429);
	});

	test('X-Real-IP that is no address is ignored', async () => {
		await limitsAre(few);
		const odd = ['', 'unknown', '192.0.2.1:80', '192.0.2.1, 192.0.2.2', '[::1]', '999.0.0.1', 'x'.repeat(2000)];
		await untilRefused((i) => look(from(odd[i % odd.length])), 50);
		assert.equal((await look()).status, 429);
		assert.equal((await look(from('192.0.2.1'))).status, 200);
	});
});

for (const [name, workers] of [['one worker', 1], ['two workers, which divide it,', 2]]) {
	test(`a flood on one key of ${name} gets its limit and no 5xx`, async () => {
		await limitsAre({ KASSA_WORKERS: String(workers), KASSA_LIMIT_KEY_PER_S: '10' });
		const began = performance.now();
		const answers = await Promise.all(Array.from({ length: 500 }, () => verify(stack.apiKey)));
		const most = 10 * BURST_S + 10 * (performance.now() - began) / 1000;
		const served = answers.filter((answer) => answer.status === 200);
		assert.ok(served.length >= 10 * BURST_S / workers && served.length <= most, `${served.length} of ${most}`);
		served.forEach((answer) => assert.equal(answer.json.success, true));
		answers.filter((answer) => answer.status !== 200).forEach(flatRefusal);
	});
}

test('a limit of 0 is none', async () => {
	await limitsAre({ KASSA_LIMIT_KEY_PER_S: '0', KASSA_LIMIT_ADDRESS_PER_S: '0' });
	for (let i = 0; i < 100; i += 1) {
		assert.equal((await verify(stack.apiKey)).status, 200);
		assert.equal((await verify(wrongKey())).status, 401);
		assert.equal((await look()).status, 200);
	}
});
