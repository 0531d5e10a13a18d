/*
 * The parent's side of the checkout's protocol, as the billing page plays it: whom it answers, and what it
 * believes.  assets/billing-frame.mjs runs here without a browser.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { propsOf, talkTo } from '../../assets/billing-frame.mjs';
import { decodeProps } from '../../assets/parent.mjs';

const ORIGIN = 'https://pay.example';
const ORDER = { id: 'bill_00000000000000000000000000', publishableKey: 'kassa_pk_test_a', amount: '37.50', currency: 'USD' };
const PLAN = { name: 'Payments', locationIds: ['a', 'b'], billsCompany: true };

function stand() {
	const timers = new Map();
	const sent = [];
	const outcomes = [];
	const child = { postMessage: (message, origin) => sent.push([message, origin]) };
	let hear = null;
	const window = {
		location: { origin: ORIGIN },
		addEventListener: (_, listener) => { hear = listener; },
		removeEventListener: () => { hear = null; },
		setTimeout: (act) => { timers.set(timers.size + 1, act); return timers.size; },
		clearTimeout: (id) => timers.delete(id),
	};
	const stop = talkTo({ window, child: () => child, props: propsOf(ORDER, PLAN), onOutcome: (...told) => outcomes.push(told) });
	return {
		sent, outcomes, stop, child, timers,
		say: (data, more = {}) => hear?.({ source: child, origin: ORIGIN, data: typeof data === 'string' ? data : JSON.stringify(data), ...more }),
		raw: (event) => hear?.({ source: child, origin: ORIGIN, ...event }),
		isListening: () => hear !== null,
	};
}

const READY = { type: 'custom_provider_ready', loaded: true };
const PAID = { type: 'custom_element_success_response', chargeId: 'ch_1' };

test('the first ready is answered with props that the checkout reads', () => {
	const { say, sent } = stand();
	say(READY);
	const [[message, origin]] = sent;
	assert.equal(origin, ORIGIN);
	const { props } = decodeProps(message);
	assert.deepEqual([props.kind, props.dialect, props.transactionId, props.amount, props.currency, props.isSaveAllowed, props.items],
		['payment', 'live', ORDER.id, '37.50', 'USD', false, [{ name: 'Payments', quantity: 3 }]]);
});

test('a document that loads anew is answered again', () => {
	const { say, sent } = stand();
	say(READY);
	say(READY);
	assert.equal(sent.length, 2);
	assert.equal(sent[0][0], sent[1][0]);
});

for (const [message, told] of [
	[PAID, ['paid', '']],
	[{ type: 'custom_element_error_response', error: { description: 'Declined' } }, ['failed', 'Declined']],
	[{ type: 'custom_element_error_response', error: { description: { no: 'text' } } }, ['failed', '']],
	[{ type: 'custom_element_error_response' }, ['failed', '']],
	[{ type: 'custom_element_error_response', error: { description: 'x'.repeat(500) } }, ['failed', 'x'.repeat(200)]],
	[{ type: 'custom_element_close_response' }, ['closed', '']],
]) {
	test(`${JSON.stringify(message).slice(0, 90)} is told once as ${told[0]}`, () => {
		const { say, outcomes, isListening } = stand();
		say(READY);
		say(message);
		say(PAID);
		assert.deepEqual(outcomes, [told]);
		assert.equal(isListening(), false);
	});
}

for (const [what, event] of [
	['another window', { source: {} }], ['no window', { source: null }], ['another origin', { origin: 'https://evil.example' }],
	['an opaque origin', { origin: 'null' }],
]) {
	test(`what ${what} says is not heard`, () => {
		const { say, sent, outcomes } = stand();
		say(READY, event);
		say(PAID, event);
		assert.deepEqual([sent, outcomes], [[], []]);
	});
}

for (const data of ['', 'null', '[]', '{', '"x"', '{"type":"else"}', 'x'.repeat(70_000), { type: PAID.type }, 7, null, undefined]) {
	test(`${String(JSON.stringify(data)).slice(0, 40)} is nothing`, () => {
		const { raw, sent, outcomes } = stand();
		raw({ data });
		assert.deepEqual([sent, outcomes], [[], []]);
	});
}

test('a checkout that says nothing is silent, and one that spoke is not', () => {
	const silent = stand();
	[...silent.timers.values()].forEach((act) => act());
	assert.deepEqual(silent.outcomes, [['silent', '']]);
	const spoken = stand();
	spoken.say(READY);
	assert.equal(spoken.timers.size, 0);
});
