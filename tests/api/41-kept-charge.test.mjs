/*
 * Charging a kept card without its payer: once per transaction in the live dialect, once per window in the
 * brief's, never together with a checkout; the shapes are in vectors/charge_payment*.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { CARD, booksBalance, eventually, platformId } from '../support/payer.mjs';
import { CARD_KEPT_DECLINES, Merchant } from '../support/merchant.mjs';
import { startStack } from '../support/stack.mjs';

let stack, merchant;

before(async () => {
	stack = await startStack({
		kassa: { KASSA_PROCESSOR_TIMEOUT_MS: '800', KASSA_RESOLVE_AFTER_MS: '300', KASSA_RESOLVE_MINUTE_MS: '60000',
			KASSA_JOBS_POLL_MS: '100', KASSA_SANDBOX_PEND_MS: '1500' },
	});
	merchant = new Merchant(stack);
});
after(async () => {
	if (stack) {
		await booksBalance(stack);
		await stack.stop();
	}
});

/** A kept card, and what a charge of it asks for. */
async function kept(number, more = {}) {
	const contactId = platformId();
	const paymentMethodId = await merchant.keep(contactId, number);
	return { paymentMethodId, contactId, transactionId: platformId(), amount: 100, ...more };
}

const chargesOf = async (what) => stack.psql(`select charge_id, status from kassa.charge
	where payment_method_id = '${what.paymentMethodId}' order by created_at`);

/* The same in the brief's words. */
const briefly = ({ paymentMethodId, contactId, amount }) => ({ paymentMethodId, contactId, amount });

test('a kept card is charged once, and the same request again has the same bytes', async () => {
	const what = await kept(CARD.success);
	const first = await merchant.charge(what);
	assert.equal(first.json.success, true);
	for (let i = 0; i < 3; i += 1) {
		assert.equal((await merchant.charge(what)).text, first.text);
	}
	assert.deepEqual(await chargesOf(what), [[first.json.chargeId, 'succeeded']]);
	assert.deepEqual(await merchant.books(first.json.chargeId), {
		status: 'succeeded', decline: 'none', captured: 10000, refunded: 0, phases: 'pending post',
	});
});

test('fifty equal requests at once make one charge, and all name it', async () => {
	const what = await kept(CARD.success);
	const answers = await Promise.all(Array.from({ length: 50 }, () => merchant.charge(what)));
	assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [200]);
	const [[chargeId, status], ...more] = await chargesOf(what);
	assert.equal(more.length, 0);
	assert.equal(status, 'succeeded');
	for (const { json } of answers) {
		assert.equal(json.chargeId, chargeId);
		assert.equal(json.failed, false);
		assert.equal(json.success, json.chargeSnapshot.status === 'succeeded');
	}
	assert.equal(new Set(answers.filter(({ json }) => json.success).map(({ text }) => text)).size, 1);
	assert.deepEqual(await stack.psql(`select count(*) from sandbox.operation where key = '${chargeId}'`), [['1']]);
	assert.equal((await merchant.books(chargeId)).phases, 'pending post');
});

test('fifty requests at once of fifty transactions are fifty charges', async () => {
	const what = await kept(CARD.success);
	const answers = await Promise.all(Array.from({ length: 50 }, () => merchant.charge({ ...what, transactionId: platformId() })));
	assert.equal(new Set(answers.map((answer) => answer.json.chargeId)).size, 50);
	assert.ok(answers.every((answer) => answer.json.success));
});

for (const [name, change] of [['amount', { amount: 100.01 }], ['currency', { currency: 'EUR' }],
	['contact left out', { contactId: undefined }]]) {
	test(`the same transaction with another request (${name}) is refused and charges nothing`, async () => {
		const what = await kept(CARD.success);
		const first = await merchant.charge(what);
		const other = await merchant.charge({ ...what, ...change });
		assert.equal(other.status, 409, other.text);
		assert.equal(other.json.code, 'key_reused');
		assert.equal(other.json.success, false);
		assert.deepEqual(await chargesOf(what), [[first.json.chargeId, 'succeeded']]);
	});
}

test('the same transaction with another card is refused and charges nothing', async () => {
	const what = await kept(CARD.success);
	const other = await merchant.keep(what.contactId, CARD.mastercard);
	const [one, two] = await Promise.all([merchant.charge(what), merchant.charge({ ...what, paymentMethodId: other })]);
	assert.deepEqual([one.status, two.status].sort(), [200, 409]);
	assert.equal((one.status === 409 ? one : two).json.code, 'key_reused');
	assert.deepEqual(await stack.psql(`select count(*) from kassa.charge
		where transaction_id = '${what.transactionId}'`), [['1']]);
});

test('an amount in other digits and another description are the same request', async () => {
	const what = await kept(CARD.success);
	const first = await merchant.charge({ ...what, amount: '100.0' });
	assert.equal((await merchant.charge({ ...what, amount: '100.00', chargeDescription: 'Again' })).text, first.text);
});

for (const [card, number, decline, message] of [
	['that always declines charges', CARD_KEPT_DECLINES, 'card_declined', 'Card was declined'],
	['without funds', CARD.noFunds, 'insufficient_funds', 'Card has insufficient funds'],
	['that wants 3-D Secure', CARD.challenge, 'authentication_required',
		'Card needs its holder\'s confirmation: ask for this payment in a checkout'],
]) {
	test(`a kept card ${card} fails as ${decline}, and the answer is repeated`, async () => {
		const what = await kept(number);
		const first = await merchant.charge(what);
		assert.equal(first.text, JSON.stringify({ success: false, failed: true, message }));
		assert.equal((await merchant.charge(what)).text, first.text);
		const [[chargeId, status], ...more] = await chargesOf(what);
		assert.equal(more.length, 0);
		assert.equal(status, 'failed');
		assert.deepEqual(await merchant.books(chargeId), {
			status: 'failed', decline, captured: 0, refunded: 0, phases: 'pending void',
		});
		assert.equal((await merchant.verify(what, chargeId)).text, '{"failed":true}');
		assert.equal((await merchant.charge({ ...what, transactionId: platformId() })).json.failed, true);
	});
}

test('a pending charge is pending when it is asked for again, and later succeeded', async () => {
	const what = await kept(CARD.pending);
	const first = await merchant.charge(what);
	assert.equal(first.json.success, false);
	assert.equal(first.json.failed, false);
	assert.equal(first.json.chargeSnapshot.status, 'pending');
	assert.equal((await merchant.charge(what)).text, first.text);
	assert.equal((await merchant.verify(what, first.json.chargeId)).text, '{"success":false}');
	const ended = await eventually(() => merchant.charge(what), (answer) => answer.json.success);
	assert.equal(ended.json.chargeId, first.json.chargeId);
	assert.equal((await merchant.charge(what)).text, ended.text);
	assert.equal((await chargesOf(what)).length, 1);
});

test('a charge whose answer is lost is pending, and asking again finds the money', async () => {
	const what = await kept(CARD.silent);
	const first = await merchant.charge(what);
	assert.equal(first.json.success, false);
	assert.equal(first.json.failed, false);
	assert.equal(first.json.chargeSnapshot.status, 'pending');
	/* The janitor's first look is a minute away here: it is the repeated request that asks. */
	const second = await merchant.charge(what);
	assert.equal(second.json.success, true);
	assert.equal(second.json.chargeId, first.json.chargeId);
	assert.equal((await merchant.books(first.json.chargeId)).phases, 'pending post');
});

test('a caller that leaves while the processor is silent does not stop the charge', async () => {
	const what = await kept(CARD.silent);
	const gone = new AbortController();
	const call = fetch(`${stack.kassaUrl}/query`, {
		method: 'POST', headers: { 'content-type': 'application/json' }, signal: gone.signal,
		body: JSON.stringify({ type: 'charge_payment', currency: 'USD', apiKey: stack.apiKey, ...what }),
	});
	await eventually(() => chargesOf(what), (rows) => rows.length === 1);
	gone.abort();
	await assert.rejects(call);
	await eventually(() => merchant.charge(what), (answer) => answer.json.success);
	assert.equal((await chargesOf(what)).length, 1);
});

test('a charge of a kept card is verified by either id, in both dialects, as long as both fit', async () => {
	const what = await kept(CARD.success);
	const { chargeId } = (await merchant.charge(what)).json;
	const live = await merchant.verify(what, chargeId);
	assert.equal(live.json.chargeSnapshot.amount, 10000);
	assert.equal((await merchant.query({ type: 'verify', transactionId: what.transactionId })).text, live.text);
	assert.equal((await merchant.query({ type: 'verify_payment', chargeId })).json.amount, 100);
	assert.equal((await merchant.verify({ transactionId: platformId() }, chargeId)).text, '{"failed":true}');
});

test('the key of another account can neither charge a card nor see the charge', async () => {
	const what = await kept(CARD.success);
	const other = await Merchant.made(stack);
	assert.equal((await other.charge(what)).text,
		'{"success":false,"failed":true,"message":"No such payment method for this contact"}');
	const { chargeId } = (await merchant.charge(what)).json;
	assert.equal((await other.verify(what, chargeId)).text, '{"failed":true}');
	assert.equal((await other.query({ type: 'verify_payment', chargeId })).json.success, false);
});

test('a failed request does not take its transaction away from a good one', async () => {
	const what = await kept(CARD.success);
	assert.equal((await merchant.charge({ ...what, paymentMethodId: 'pm_none' })).json.failed, true);
	assert.equal((await merchant.charge({ ...what, amount: '1.001' })).json.failed, true);
	assert.equal((await merchant.charge(what)).json.success, true);
});

/* --- together with a checkout of the same transaction ------------------------------------------- */

test('a checkout cannot pay what a kept card is being charged for, and can when that failed', async () => {
	const order = await merchant.order(100, 'USD');
	const pending = await kept(CARD.pending, { transactionId: order.transactionId });
	assert.equal((await merchant.charge(pending)).json.chargeSnapshot.status, 'pending');
	const session = (await merchant.session(order)).json;
	const busy = await merchant.confirm(session.id, await merchant.token(CARD.success));
	assert.equal(busy.status, 409, busy.text);
	assert.equal(busy.json.error.code, 'transaction_busy');

	const other = await merchant.order(100, 'USD');
	const declined = await kept(CARD_KEPT_DECLINES, { transactionId: other.transactionId });
	const failed = await merchant.charge(declined);
	const open = (await merchant.session(other)).json;
	const paid = await merchant.confirm(open.id, await merchant.token(CARD.success));
	assert.equal(paid.json.status, 'succeeded');
	assert.equal((await merchant.charge(declined)).text, failed.text, 'the kept card has had its answer');
	assert.equal((await merchant.query({ type: 'verify', transactionId: other.transactionId })).json.chargeSnapshot.chargeId,
		paid.json.chargeId);
});

test('a kept card cannot be charged for what a checkout is paying or has paid, and can when that failed', async () => {
	const what = await kept(CARD.success);
	for (const card of [CARD.pending, CARD.success]) {
		const paying = await merchant.pay(card, 100, 'USD');
		const busy = await merchant.charge({ ...what, transactionId: paying.order.transactionId });
		assert.equal(busy.status, 409, busy.text);
		assert.equal(busy.json.code, 'transaction_busy');
	}
	const failed = await merchant.pay(CARD.declined, 100, 'USD');
	assert.equal((await merchant.charge({ ...what, transactionId: failed.order.transactionId })).json.success, true);
	assert.equal((await chargesOf(what)).length, 1);
});

test('a checkout and a kept card at once are one charge', async () => {
	const outcomes = await Promise.all(Array.from({ length: 20 }, async () => {
		const order = await merchant.order(100, 'USD');
		const what = await kept(CARD.success, { transactionId: order.transactionId });
		const session = (await merchant.session(order)).json;
		const token = await merchant.token(CARD.success);
		const [page, query] = await Promise.all([merchant.confirm(session.id, token), merchant.charge(what)]);
		assert.deepEqual([page.status, query.status].sort(), [200, 409]);
		return order.transactionId;
	}));
	assert.deepEqual(await stack.psql(`select count(*), count(distinct transaction_id) from kassa.charge
		where transaction_id = any(array[${outcomes.map((id) => `'${id}'`).join()}])`), [['20', '20']]);
});

/* --- the brief's dialect names no transaction ----------------------------------------------------- */

test('in the brief dialect an equal request inside the window repeats the bytes', async () => {
	const what = briefly(await kept(CARD.success));
	const first = await merchant.chargeBrief(what);
	assert.equal(first.json.status, 'completed');
	assert.equal((await merchant.chargeBrief(what)).text, first.text);
	const other = await merchant.chargeBrief({ ...what, amount: 100.01 });
	assert.notEqual(other.json.chargeId, first.json.chargeId);
	assert.equal((await merchant.chargeBrief(what)).text, first.text);
	assert.equal((await chargesOf(what)).length, 2);
});

test('in the brief dialect fifty equal requests at once make one charge', async () => {
	const what = briefly(await kept(CARD.success));
	const answers = await Promise.all(Array.from({ length: 50 }, () => merchant.chargeBrief(what)));
	assert.equal(new Set(answers.map((answer) => answer.json.chargeId)).size, 1);
	assert.equal((await chargesOf(what)).length, 1);
});

test('in the brief dialect a decline is repeated inside the window, too', async () => {
	const what = briefly(await kept(CARD.noFunds));
	const first = await merchant.chargeBrief(what);
	assert.equal(first.text, '{"success":false,"status":"failed","error":"Card has insufficient funds"}');
	assert.equal((await merchant.chargeBrief(what)).text, first.text);
	assert.equal((await chargesOf(what)).length, 1);
});

test('in the brief dialect an equal request after the window is a new charge', async () => {
	await stack.restart({ KASSA_REPEAT_WINDOW_MS: '700' });
	const what = briefly(await kept(CARD.success));
	const first = await merchant.chargeBrief(what);
	const second = await eventually(() => merchant.chargeBrief(what), (answer) => answer.json.chargeId !== first.json.chargeId);
	assert.equal(second.json.status, 'completed');
	assert.deepEqual((await chargesOf(what)).map(([id]) => id), [first.json.chargeId, second.json.chargeId]);
});
