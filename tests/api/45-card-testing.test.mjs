/*
 * Card testing: whoever tries stolen cards on a checkout is stopped by limits on declined cards, of a contact, an
 * address, an account, and by their share; ordinary payers elsewhere are not; it ends by itself.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { CARD, Payer, eventually, platformId, request } from '../support/payer.mjs';
import { startStack } from '../support/stack.mjs';

const WINDOW_MS = 4000;

let stack, payer;

before(async () => {
	stack = await startStack({ kassa: { KASSA_ATTEMPT_WINDOW_MS: String(WINDOW_MS) } });
	payer = new Payer(stack);
});
after(() => stack?.stop());

/** One try from an address: a new order, a card, what came of it. */
async function tries(number, { address = '192.0.2.1', contact = platformId() } = {}) {
	const order = await payer.order(10, 'USD', { contact: { id: contact } });
	const session = (await payer.session(order)).json;
	const token = await payer.token(number);
	const answer = await request(`${stack.kassaUrl}/checkout/sessions/${session.id}/confirm`, {
		body: { token }, headers: { 'x-real-ip': address },
	});
	return answer.status === 200 ? answer.json.status : answer.json.error.code;
}

async function limits(wish) {
	await stack.restart({ KASSA_ATTEMPT_CONTACT: '0', KASSA_ATTEMPT_ADDRESS: '0', KASSA_ATTEMPT_ACCOUNT: '0',
		KASSA_ATTEMPT_RATIO_LEAST: '0', KASSA_ATTEMPT_RATIO_PERCENT: '80', ...wish });
	/* What the test before has declined does not count here. */
	await stack.psql(`update kassa.charge set created_at = created_at - interval '1 hour';
		update kassa.declined set created_at = created_at - interval '1 hour'`);
}

const ruleLogged = (rule) => eventually(() => stack.logs().kassa, (log) =>
	log.split('\n').some((line) => line.includes('"fault":"attempts_limited"') && line.includes(`"rule":"${rule}"`)));

test('declines_of_one_contact_beyond_the_limit_are_refused_another_contact_pays', async () => {
	await limits({ KASSA_ATTEMPT_CONTACT: '3' });
	const contact = platformId();
	for (let i = 0; i < 3; i += 1) {
		assert.equal(await tries(CARD.declined, { contact, address: `192.0.2.${i}` }), 'open');
	}
	assert.equal(await tries(CARD.success, { contact, address: '192.0.2.9' }), 'attempts_limited');
	assert.equal(await tries(CARD.success, { address: '192.0.2.9' }), 'succeeded');
	await ruleLogged('contact');
});

test('declines_from_one_address_beyond_the_limit_are_refused_another_address_pays', async () => {
	await limits({ KASSA_ATTEMPT_ADDRESS: '3' });
	for (let i = 0; i < 3; i += 1) {
		assert.equal(await tries(CARD.noFunds, { address: '2001:db8::1' }), 'open');
	}
	assert.equal(await tries(CARD.success, { address: '2001:db8::2' }), 'attempts_limited', 'one /64 is one client');
	assert.equal(await tries(CARD.success, { address: '2001:db8:0:1::1' }), 'succeeded');
	await ruleLogged('address');
});

async function keeps(number, address) {
	const setup = await request(`${stack.kassaUrl}/checkout/setups`, {
		body: { publishableKey: stack.publishableKey, contactId: platformId() },
	});
	return request(`${stack.kassaUrl}/checkout/setups/${setup.json.id}/confirm`, {
		body: { token: await payer.token(number) }, headers: { 'x-real-ip': address },
	});
}

test('setups_and_charges_are_counted_together', async () => {
	await limits({ KASSA_ATTEMPT_ADDRESS: '2' });
	const address = '198.51.100.7';
	assert.equal(await tries(CARD.declined, { address }), 'open');
	assert.equal((await keeps(CARD.declined, address)).json.status, 'open');
	const answer = await keeps(CARD.success, address);
	assert.equal(answer.status, 429);
	assert.equal(answer.json.error.code, 'attempts_limited');
	assert.match(answer.headers.get('retry-after'), /^\d+$/);
	assert.equal(await tries(CARD.success, { address }), 'attempts_limited');
});

test('declines_of_an_account_beyond_the_limit_pause_it_and_it_opens_again_by_itself', async () => {
	await limits({ KASSA_ATTEMPT_ACCOUNT: '4' });
	for (let i = 0; i < 4; i += 1) {
		assert.equal(await tries(CARD.declined, { address: `203.0.113.${i}` }), 'open');
	}
	assert.equal(await tries(CARD.success, { address: '203.0.113.99' }), 'attempts_limited');
	await ruleLogged('account');
	await eventually(() => tries(CARD.success, { address: '203.0.113.99' }), (status) => status === 'succeeded',
		4 * WINDOW_MS);
});

test('share_of_declines_beyond_the_limit_trips_the_breaker_enough_successes_do_not', async () => {
	await limits({ KASSA_ATTEMPT_RATIO_LEAST: '5', KASSA_ATTEMPT_RATIO_PERCENT: '60' });
	for (const card of [CARD.success, CARD.declined, CARD.success, CARD.declined, CARD.declined]) {
		assert.notEqual(await tries(card), 'attempts_limited');
	}
	assert.notEqual(await tries(CARD.declined), 'attempts_limited', '3 of 5 are 60 percent, which is allowed');
	assert.equal(await tries(CARD.success), 'attempts_limited', '4 of 6 are more');
	await ruleLogged('account_ratio');
});

test('many_tries_at_once_do_not_slip_through_far_beyond_the_limit', async () => {
	await limits({ KASSA_ATTEMPT_ADDRESS: '5' });
	const address = '198.51.100.50';
	await Promise.all(Array.from({ length: 5 }, () => tries(CARD.declined, { address })));
	const second = await Promise.all(Array.from({ length: 20 }, () => tries(CARD.declined, { address })));
	assert.ok(second.every((status) => status === 'attempts_limited'), String(second));
});

test('what_never_reached_the_processor_is_no_decline', async () => {
	await limits({ KASSA_ATTEMPT_ACCOUNT: '1' });
	const order = await payer.order(10, 'USD');
	const session = (await payer.session(order)).json;
	/* What a crash between the intent and the request leaves behind. */
	await stack.psql(`select from kassa.charge_reserve('${session.id}', 'ch_crashed${Date.now()}', 'sandbox', false, '',
		'(1000,0,0,0,0,0)', 0)`);
	await eventually(() => stack.psql(`select decline from kassa.charge where transaction_id = '${order.transactionId}'`),
		([[decline]]) => decline === 'not_sent');
	assert.equal(await tries(CARD.success), 'succeeded');
});
