/*
 * The simulator's webhooks: what is sent, how it is signed, what is tried again; and billing calls.
 * Signatures are judged by node:crypto and by the platform's own SDK.
 */
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { WebhookManager } from '@gohighlevel/api-client/dist/lib/webhook/webhook-manager.js';

import { APP, CLIENT_ID, CLIENT_SECRET, call, logRead, simulatorAround, webhooks } from '../support/simulator.mjs';

const WAIT_MS = 10000;

simulatorAround();

/** Ask until ${found} of the answer is there. */
async function eventually(ask, found) {
	const end = Date.now() + WAIT_MS;
	for (;;) {
		const value = found(await ask());
		if (value) {
			return value;
		}
		assert.ok(Date.now() < end, 'it did not happen in time');
		await pause(20);
	}
}

const list = async () => (await call('GET', '/simulator/webhooks')).body;
const settled = (id, state = 'delivered') => eventually(list, ({ webhooks: all }) =>
	all.find((webhook) => webhook.webhookId === id && webhook.state === state));

async function made(body = {}) {
	const answer = await call('POST', '/simulator/webhooks', { type: 'ContactDelete', id: 'contact-1', ...body });
	assert.equal(answer.status, 201);
	return answer.body;
}

async function signedAs(scheme) {
	const answer = await call('POST', '/simulator/webhooks/scheme', { scheme });
	assert.deepEqual(answer, { status: 200, body: { scheme } });
}

const publicKey = (base64) => createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });

/** Which of the two signatures are there, and whether they hold. */
async function judged({ headers, body }) {
	const { keys } = await list();
	const verdict = (digest, key, header) => (header === undefined ? 'missing'
		: verify(digest, body, publicKey(key), Buffer.from(header, 'base64')) ? 'good' : `not good${header === 'N/A' ? ', N/A' : ''}`);
	return {
		ed25519: verdict(null, keys.ed25519, headers['x-ghl-signature']),
		rsa: verdict('sha256', keys.rsa, headers['x-wh-signature']),
	};
}

/** What the platform's own SDK makes of it, told to believe our key. */
async function judgedBySdk({ headers, body }) {
	const logger = { debug() {}, info() {}, warn() {}, error() {} };
	const manager = new WebhookManager(logger, {}, {}, { clientId: CLIENT_ID, publicKey: (await list()).keys.ed25519 });
	const request = { method: 'POST', url: '/webhooks', headers, body: JSON.parse(body), rawBody: body };
	await manager.subscribe()(request, {}, (error) => assert.equal(error, undefined));
	return { valid: request.isSignatureValid, skipped: request.skippedSignatureVerification };
}

test('webhook_is_sent_with_what_it_lacks_filled_in', async () => {
	const { webhookId } = await made({ locationId: 'loc-1', companyId: 'com-1', amount: 1.10, name: 'Zoë <&> "q"' });
	const shown = await settled(webhookId);
	assert.equal(webhooks.came.length, 1);
	const [{ json, body, headers }] = webhooks.came;
	assert.equal(headers['content-type'], 'application/json');
	assert.equal(json.webhookId, webhookId);
	assert.equal(json.appId, APP);
	assert.equal(json.type, 'ContactDelete');
	assert.equal(json.name, 'Zoë <&> "q"');
	assert.ok(Math.abs(Date.parse(json.timestamp) - Date.now()) < 60000);
	assert.equal(JSON.stringify(json), body.toString(), 'no byte more than the samples expect');
	assert.equal(shown.body, body.toString());
	assert.deepEqual([shown.locationId, shown.companyId, shown.type], ['loc-1', 'com-1', 'ContactDelete']);
	assert.deepEqual(shown.tries.map(({ httpStatus, answer, scheme }) => [httpStatus, answer, scheme]), [[200, '{"received":true}', 'both']]);
});

test('webhook_keeps_what_it_has', async () => {
	const body = { webhookId: 'given-1', timestamp: '2025-06-25T06:57:06.225Z', type: 'INSTALL', appId: 'another' };
	assert.equal((await made(body)).webhookId, 'given-1');
	await settled('given-1');
	assert.deepEqual(webhooks.came[0].json, { type: 'INSTALL', id: 'contact-1', webhookId: 'given-1', timestamp: body.timestamp, appId: 'another' });
	const again = await call('POST', '/simulator/webhooks', body);
	assert.equal(again.status, 409);
	assert.equal(again.body.error.code, 'key_reused');
});

for (const [scheme, ed25519, rsa, sdk] of [
	['both', 'good', 'good', { valid: true, skipped: false }],
	['ed25519', 'good', 'missing', { valid: true, skipped: false }],
	['rsa', 'missing', 'good', { valid: false, skipped: true }],
	['none', 'missing', 'missing', { valid: false, skipped: true }],
	['bad', 'not good', 'not good', { valid: false, skipped: false }],
	['N/A', 'not good, N/A', 'not good, N/A', { valid: false, skipped: false }],
]) {
	test(`webhook_signed_as_${scheme.toLowerCase().replace('/', '')}_is_judged_so_by_two`, async (t) => {
		await signedAs(scheme);
		t.after(() => signedAs('both'));
		const { webhookId } = await made({ text: 'ünï'.repeat(100) });
		await settled(webhookId);
		assert.deepEqual(await judged(webhooks.came[0]), { ed25519, rsa });
		assert.deepEqual(await judgedBySdk(webhooks.came[0]), sdk);
	});
}

test('webhook_refused_with_429_is_delivered_later_with_the_same_bytes', async () => {
	webhooks.answer = () => ({ status: webhooks.came.length <= 2 ? 429 : 200 });
	const { webhookId } = await made();
	const shown = await settled(webhookId);
	assert.deepEqual(shown.tries.map((one_) => one_.httpStatus), [429, 429, 200]);
	assert.equal(new Set(webhooks.came.map(({ body }) => body.toString())).size, 1);
	assert.deepEqual(await judged(webhooks.came[2]), { ed25519: 'good', rsa: 'good' });
});

test('webhook_without_an_answer_is_tried_again', async () => {
	webhooks.answer = () => (webhooks.came.length === 1 ? null : { status: 204 });
	const { webhookId } = await made();
	const shown = await settled(webhookId);
	assert.deepEqual(shown.tries.map((one_) => one_.httpStatus), [null, 204]);
	assert.notEqual(shown.tries[0].detail, '');
});

test('webhook_that_is_never_taken_is_given_up_after_12_tries_and_can_be_sent_again', async () => {
	webhooks.answer = () => ({ status: webhooks.came.length % 2 ? 500 : 302 });
	const { webhookId } = await made();
	const given = await settled(webhookId, 'given_up');
	assert.equal(given.tries.length, 12);
	assert.equal(given.nextAt, null);
	const waits = webhooks.came.slice(1).map(({ at }, index) => at - webhooks.came[index].at);
	assert.ok(waits[10] >= 1500, `2 ms has doubled ten times, less a quarter: ${waits}`);

	webhooks.answer = null;
	const again = await call('POST', `/simulator/webhooks/${webhookId}/resend`, {});
	assert.deepEqual([again.status, again.body.state], [200, 'due']);
	assert.equal((await settled(webhookId)).tries.length, 13);
	assert.equal(new Set(webhooks.came.map(({ body }) => body.toString())).size, 1, 'the same bytes each time');
});

test('webhook_that_was_delivered_can_be_sent_again', async () => {
	const { webhookId } = await made();
	await settled(webhookId);
	await call('POST', `/simulator/webhooks/${webhookId}/resend`, {});
	await eventually(() => webhooks.came.length, (count) => count === 2);
	assert.equal((await call('POST', '/simulator/webhooks/unknown/resend', {})).status, 404);
});

test('many_webhooks_are_each_delivered_once', async () => {
	const ids = await Promise.all(Array.from({ length: 60 }, async (_, index) => (await made({ index })).webhookId));
	await eventually(list, ({ counts }) => counts.due === 0);
	const came = webhooks.came.map(({ json }) => json.webhookId);
	assert.deepEqual(came.sort(), ids.sort());
});

for (const [what, body] of [
	['no type', { id: 'x' }],
	['a type that is no text', { type: 7 }],
	['an id that is no text', { type: 'X', webhookId: 7 }],
	['an id that is too long', { type: 'X', webhookId: 'x'.repeat(80) }],
	['a list', []],
]) {
	test(`webhook_of_${what.replaceAll(' ', '_')}_is_refused`, async () => {
		assert.equal((await call('POST', '/simulator/webhooks', body)).status, 400);
		assert.deepEqual(webhooks.came, []);
	});
}

test('scheme_that_nobody_knows_is_refused', async () => {
	assert.equal((await call('POST', '/simulator/webhooks/scheme', { scheme: 'rot13' })).status, 400);
	assert.equal((await call('POST', '/simulator/webhooks/scheme', {})).status, 400);
	assert.equal((await list()).scheme, 'both');
});

/* --- external billing --- */

const PAID = {
	clientId: CLIENT_ID, authType: 'location', locationId: 'loc-1', subscriptionId: 'sub-1', paymentId: 'pay-1', amount: 12,
	status: 'COMPLETED', paymentType: 'recurring',
};
const CREDENTIALS = { 'x-ghl-client-key': CLIENT_ID, 'x-ghl-client-secret': CLIENT_SECRET };
const bill = (body, headers = CREDENTIALS) => call('POST', '/oauth/billing/webhook', body, headers);

test('billing_call_is_kept_and_a_repeated_one_is_seen_as_such', async () => {
	const body = { ...PAID, paymentId: 'pay-twice' };
	assert.equal((await bill(body)).status, 200);
	assert.equal((await bill({ ...body, status: 'FAILED' })).status, 200);
	assert.equal((await bill(body)).status, 200);
	const { calls } = (await call('GET', '/simulator/billing')).body;
	const ours = calls.filter((one_) => one_.body.paymentId === 'pay-twice');
	assert.deepEqual(ours.map((one_) => [one_.body.status, one_.repeats]), [['COMPLETED', 1], ['FAILED', 0], ['COMPLETED', 0]]);
	assert.deepEqual(ours[0].body, body);
});

for (const [what, status, body, headers] of [
	['no credentials', 401, PAID, {}],
	['another secret', 401, PAID, { ...CREDENTIALS, 'x-ghl-client-secret': 'client-secret-0123456789abcdee' }],
	['another client', 401, PAID, { ...CREDENTIALS, 'x-ghl-client-key': `${APP}-other` }],
	['a client in the body that is another', 422, { ...PAID, clientId: 'x' }, CREDENTIALS],
	['no location', 422, { ...PAID, locationId: undefined }, CREDENTIALS],
	['a company without its id', 422, { ...PAID, authType: 'company' }, CREDENTIALS],
	['an amount that is text', 422, { ...PAID, amount: '12' }, CREDENTIALS],
	['a status of its own', 422, { ...PAID, status: 'PAID' }, CREDENTIALS],
	['no kind of payment', 422, { ...PAID, paymentType: undefined }, CREDENTIALS],
	['no JSON', 422, '{', CREDENTIALS],
]) {
	test(`billing_call_with_${what.replaceAll(' ', '_')}_is_refused`, async () => {
		const before = (await call('GET', '/simulator/billing')).body.calls.length;
		const answer = await bill(body, headers);
		assert.equal(answer.status, status);
		assert.equal(answer.body.statusCode, status);
		assert.equal((await call('GET', '/simulator/billing')).body.calls.length, before);
	});
}

test('log_has_no_secret_and_no_body', async () => {
	const log = await logRead();
	assert.match(log, /"event":"webhook_sent"/);
	for (const secret of [CLIENT_SECRET, 'contact-1', 'PRIVATE KEY']) {
		assert.ok(!log.includes(secret), secret);
	}
});
