/*
 * Refunds: what is a retry and what a second one, with the platform's total and without; how far they may go;
 * how they end.  Floods are in 42-refund-flood.test.mjs.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { CARD, booksBalance, eventually, lineOf, platformId } from '../support/payer.mjs';
import { Merchant, logLines } from '../support/merchant.mjs';
import { AWAY, Platform } from '../support/platform.mjs';
import { startStack } from '../support/stack.mjs';

const AGO = '121 seconds';	/* beyond KASSA_REPEAT_WINDOW_MS */

let stack, merchant, platform;

before(async () => {
	platform = await Platform.started();
	stack = await startStack({
		kassa: { KASSA_PLATFORM_URL: platform.url, KASSA_PLATFORM_TIMEOUT_MS: '300', KASSA_PROCESSOR_TIMEOUT_MS: '800',
			KASSA_RESOLVE_AFTER_MS: '300', KASSA_RESOLVE_MINUTE_MS: '200', KASSA_JOBS_POLL_MS: '100' },
	});
	merchant = new Merchant(stack);
});
after(async () => {
	platform?.stop();
	if (stack) {
		await booksBalance(stack);
		await sidesAgree();
		await stack.stop();
	}
});

/** What is refunded in the books is refunded at the processor, charge by charge. */
async function sidesAgree() {
	assert.deepEqual(await stack.psql(`select c.charge_id, c.refunded_minor, o.refunded_minor
		from kassa.charge c join sandbox.operation o on o.account_id = c.account_id and o.key = c.charge_id
		where c.refunded_minor <> o.refunded_minor and not exists (
			select from kassa.refund r where r.charge_id = c.charge_id and r.decline = 'processor_refused')`), []);
}

/** A charge that is paid, and the platform there to be asked about it. */
async function paid(amount = 100, currency = 'USD', card = CARD.success) {
	platform.away = null;
	const order = platform.order(amount, currency);
	const session = (await merchant.session(order)).json;
	const answer = await merchant.confirm(session.id, await merchant.token(card));
	await eventually(() => merchant.look(session.id), (look) => look.json.status === 'succeeded');
	return { order, chargeId: answer.json.chargeId };
}

const refundsOf = (chargeId) => stack.psql(`select refund_id, amount_minor, status, rule, ordinal
	from kassa.refund where charge_id = '${chargeId}' order by created_at`);

const timePasses = (chargeId) => stack.psql(`update kassa.refund set created_at = created_at - interval '${AGO}'
	where charge_id = '${chargeId}'`);

function isRefused(answer, message) {
	assert.equal(answer.status, 200);
	assert.equal(answer.text, JSON.stringify({ success: false, message, status: 'failed' }));
}

test('a refund gives money back at the processor and turns the transfer round', async () => {
	const { order, chargeId } = await paid();
	const answer = await merchant.refund(chargeId, 50, { transactionId: order.transactionId });
	assert.equal(answer.json.success, true);
	assert.equal(answer.json.id, answer.json.refundId);
	assert.deepEqual(await merchant.books(chargeId), {
		status: 'succeeded', decline: 'none', captured: 10000, refunded: 5000, phases: 'pending post pending post',
	});
	assert.deepEqual(await stack.psql(`select debit, credit, amount_minor, phase from kassa.transfer
		where refund_id = '${answer.json.id}' order by transfer_id`), [
		['merchant_payable', 'processor_clearing', '5000', 'pending'],
		['merchant_payable', 'processor_clearing', '5000', 'post'],
	]);
});

test('a refund whose charge was made for another transaction gives nothing back, and the log says why', async () => {
	const { chargeId } = await paid();
	const answer = await merchant.refund(chargeId, 50, { transactionId: platformId() });
	isRefused(answer, 'No such charge');
	assert.equal((await lineOf(stack, answer)).rule, 'other_transaction');
	assert.equal((await merchant.books(chargeId)).refunded, 0);
});

test('a refunded charge still verifies as paid', async () => {
	const { order, chargeId } = await paid();
	await merchant.refund(chargeId, 100);
	assert.equal((await merchant.verify(order, chargeId)).json.success, true);
});

for (const [currency, amount, most, over, least] of [
	['USD', 100, 99.99, 0.02, 0.01], ['JPY', 1000, 999, 2, 1], ['KWD', 0.125, 0.124, 0.002, 0.001],
]) {
	test(`partial refunds in ${currency} go to exactly the whole and not one minor unit further`, async () => {
		const { order, chargeId } = await paid(amount, currency);
		isRefused(await merchant.refund(chargeId, amount + least), 'Refunds would exceed what was captured');
		assert.equal((await merchant.refund(chargeId, most)).json.success, true);
		platform.counts(order, most);
		isRefused(await merchant.refund(chargeId, over), 'Refunds would exceed what was captured');
		assert.equal((await merchant.refund(chargeId, least)).json.success, true);
		platform.counts(order, amount);
		isRefused(await merchant.refund(chargeId, least), 'Refunds would exceed what was captured');
		const { captured, refunded } = await merchant.books(chargeId);
		assert.equal(refunded, captured);
	});
}

test('two equal partials that are both meant are two, an equal one that is a retry is none', async () => {
	const { order, chargeId } = await paid();
	const first = await merchant.refund(chargeId, 30);
	assert.equal((await merchant.refund(chargeId, 30)).text, first.text, 'the platform counts nothing yet: a retry');
	platform.counts(order, 30);
	const second = await merchant.refund(chargeId, 30);
	assert.equal(second.json.success, true);
	assert.notEqual(second.json.id, first.json.id);
	assert.equal((await merchant.refund(chargeId, 30)).text, second.text, 'the platform counts the first alone');
	assert.deepEqual(await refundsOf(chargeId), [
		[first.json.id, '3000', 'succeeded', 'platform_total', '0'],
		[second.json.id, '3000', 'succeeded', 'platform_total', '1'],
	]);
});

test('a retry is a retry even days later, as long as the platform counts nothing', async () => {
	const { chargeId } = await paid();
	const first = await merchant.refund(chargeId, 30);
	await timePasses(chargeId);
	assert.equal((await merchant.refund(chargeId, 30)).text, first.text);
});

test('another amount is another refund though the platform counts nothing yet', async () => {
	const { chargeId } = await paid();
	const first = await merchant.refund(chargeId, 30);
	const second = await merchant.refund(chargeId, 20);
	assert.notEqual(second.json.id, first.json.id);
	assert.equal((await merchant.refund(chargeId, 30)).text, first.text);
	assert.equal((await merchant.refund(chargeId, 20)).text, second.text);
	assert.equal((await refundsOf(chargeId)).length, 2);
});

test('a platform that counts more than we do changes no limit of ours', async () => {
	const { order, chargeId } = await paid();
	platform.counts(order, 60);
	assert.equal((await merchant.refund(chargeId, 50)).json.success, true);
	platform.counts(order, 110);
	isRefused(await merchant.refund(chargeId, 50.01), 'Refunds would exceed what was captured');
	assert.equal((await refundsOf(chargeId)).length, 1);
});

for (const [name, away] of Object.entries(AWAY)) {
	test(`a platform that ${name}: an equal refund shortly after is a retry, later it is a second one`, async () => {
		const { chargeId } = await paid();
		platform.away = away;
		const first = await merchant.refund(chargeId, 30);
		assert.equal(first.json.success, true, first.text);
		assert.equal((await merchant.refund(chargeId, 30)).text, first.text);
		await timePasses(chargeId);
		const second = await merchant.refund(chargeId, 30);
		assert.equal(second.json.success, true);
		assert.notEqual(second.json.id, first.json.id);
		isRefused(await merchant.refund(chargeId, 40.01), 'Refunds would exceed what was captured');
		assert.deepEqual((await refundsOf(chargeId)).map((row) => row.slice(1)), [
			['3000', 'succeeded', 'window', ''], ['3000', 'succeeded', 'window', ''],
		]);
	});
}

test('the log says which rule decided, and of which refund', async () => {
	const { chargeId } = await paid();
	const told = await merchant.refund(chargeId, 10);
	platform.away = AWAY['hangs up'];
	const guessed = await merchant.refund(chargeId, 20);
	const lines = logLines(stack.logs().kassa).filter((line) => line.chargeId === chargeId && line.rule);
	assert.deepEqual(lines.map((line) => [line.refundId, line.rule, line.outcome]), [
		[told.json.id, 'platform_total', 'succeeded'], [guessed.json.id, 'window', 'succeeded'],
	]);
});

test('a refund whose answer is lost is pending, then what the processor says it is', async () => {
	const { chargeId } = await paid(100, 'USD', CARD.silent);
	const first = await merchant.refund(chargeId, 60);
	assert.equal(first.text, JSON.stringify({
		success: false, message: 'Refund is being processed', id: first.json.id, refundId: first.json.id, status: 'pending',
	}));
	const ended = await eventually(() => merchant.refund(chargeId, 60), (answer) => answer.json.success);
	assert.equal(ended.json.id, first.json.id);
	assert.equal((await merchant.books(chargeId)).refunded, 6000);
	assert.equal((await refundsOf(chargeId)).length, 1);
});

test('a refund that nobody asks about again is ended by the janitor', async () => {
	const { chargeId } = await paid(100, 'USD', CARD.silent);
	await merchant.refund(chargeId, 60);
	await eventually(() => refundsOf(chargeId), ([row]) => row[2] === 'succeeded');
	assert.equal((await merchant.books(chargeId)).phases, 'pending post pending post');
});

test('a retry while the first is under way waits for nothing and gives nothing twice', async () => {
	const { chargeId } = await paid(100, 'USD', CARD.silent);
	const first = merchant.refund(chargeId, 60);
	await eventually(() => refundsOf(chargeId), (rows) => rows.length === 1);
	const [[refundId]] = await refundsOf(chargeId);
	const retry = await merchant.refund(chargeId, 60);
	assert.equal(retry.json.success, false);
	assert.equal(retry.json.status, 'pending');
	assert.equal(retry.json.id, refundId);
	isRefused(await merchant.refund(chargeId, 40.01), 'Refunds would exceed what was captured');
	assert.equal((await first).json.id, refundId);
	await eventually(() => refundsOf(chargeId), ([row]) => row[2] === 'succeeded');
	assert.equal((await merchant.books(chargeId)).refunded, 6000);
});

test('a refund that the processor refuses gives its amount back to the limit and can be tried again', async () => {
	const { chargeId } = await paid();
	const elsewhere = (minor) => stack.psql(`update sandbox.operation set refunded_minor = ${minor} where key = '${chargeId}'`);
	await elsewhere(10000);	/* at the processor's own desk, past us */
	isRefused(await merchant.refund(chargeId, 60), 'Processor refused the refund');
	assert.deepEqual(await merchant.books(chargeId), {
		status: 'succeeded', decline: 'none', captured: 10000, refunded: 0, phases: 'pending post pending void',
	});
	await elsewhere(0);
	assert.equal((await merchant.refund(chargeId, 100)).json.success, true);
	assert.deepEqual((await refundsOf(chargeId)).map((row) => row[2]), ['failed', 'succeeded']);
});

test('a charge of another account is not there', async () => {
	const { order, chargeId } = await paid();
	const other = await Merchant.made(stack);
	isRefused(await other.refund(chargeId, 10), 'No such charge');
	isRefused(await other.query({ type: 'refund', transactionId: order.transactionId, amount: 10 }), 'No such charge');
	assert.equal((await refundsOf(chargeId)).length, 0);
});

test('a charge of a kept card in the brief dialect has no transaction to ask about, and is refunded', async () => {
	const contactId = platformId();
	const paymentMethodId = await merchant.keep(contactId, CARD.success);
	const charged = (await merchant.chargeBrief({ paymentMethodId, contactId, amount: 49.99 })).json;
	const refunded = await merchant.refund(charged.chargeId, 49.99);
	assert.equal(refunded.json.success, true);
	assert.deepEqual((await refundsOf(charged.chargeId)).map((row) => row.slice(1)), [['4999', 'succeeded', 'window', '']]);
});

test('a caller that leaves does not stop a refund', async () => {
	const { chargeId } = await paid(100, 'USD', CARD.silent);
	const gone = new AbortController();
	const call = fetch(`${stack.kassaUrl}/query`, {
		method: 'POST', headers: { 'content-type': 'application/json' }, signal: gone.signal,
		body: JSON.stringify({ type: 'refund', chargeId, amount: 70, apiKey: stack.apiKey }),
	});
	await eventually(() => refundsOf(chargeId), (rows) => rows.length === 1);
	gone.abort();
	await assert.rejects(call);
	await eventually(() => refundsOf(chargeId), ([row]) => row[2] === 'succeeded');
});
