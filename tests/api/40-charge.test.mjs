/*
 * The main job over HTTP: order, session, token, one charge, the ledger, verify; each published card;
 * everything that could make two charges out of one.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { CARD, Payer, booksBalance, eventually, paidLive, platformId, request } from '../support/payer.mjs';
import { startStack } from '../support/stack.mjs';

let stack, payer;

before(async () => {
	stack = await startStack({
		kassa: { KASSA_PROCESSOR_TIMEOUT_MS: '800', KASSA_RESOLVE_AFTER_MS: '300', KASSA_JOBS_POLL_MS: '100', KASSA_RESOLVE_MINUTE_MS: '500',
			KASSA_SANDBOX_PEND_MS: '1000' },
	});
	payer = new Payer(stack);
});
after(async () => {
	if (stack) {
		await booksBalance(stack);
		await stack.stop();
	}
});

const chargesOf = (order) => stack.psql(
	`select charge_id, status, captured_minor, decline from kassa.charge
	where transaction_id = '${order.transactionId}' order by attempt`);

const phasesOf = async (chargeId) => (await stack.psql(
	`select phase from kassa.transfer where charge_id = '${chargeId}' order by transfer_id`)).flat();

test('a card that succeeds is charged once and moves the ledger once', async () => {
	const { order, answer, chargeId } = await payer.pay(CARD.success, 49.99, 'USD');
	assert.equal(answer.status, 200);
	assert.equal(answer.json.status, 'succeeded');
	assert.equal(answer.json.amount, '49.99');
	assert.deepEqual(await chargesOf(order), [[chargeId, 'succeeded', '4999', 'none']]);
	assert.deepEqual(await phasesOf(chargeId), ['pending', 'post']);
	assert.match((await payer.verify(order, chargeId)).text, paidLive(chargeId, 4999));
});

for (const [currency, amount, minor] of [['JPY', 1000, '1000'], ['KWD', 0.125, '125'], ['EUR', 10.5, '1050'],
	['CLF', 1.2345, '12345'], ['IDR', 999999999999.99, '99999999999999']]) {
	test(`an amount in ${currency} is charged in its own minor units`, async () => {
		const { order, answer } = await payer.pay(CARD.mastercard, amount, currency);
		assert.equal(answer.json?.status, 'succeeded', answer.text);
		assert.equal((await chargesOf(order))[0][2], minor);
	});
}

test('what the page says about the amount is not what is charged', async () => {
	const order = await payer.order(75, 'EUR');
	const session = await payer.session(order, { amount: '0.01', currency: 'USD' });
	assert.equal(session.json.amount, '75.00');
	assert.equal(session.json.currency, 'EUR');
	const answer = await payer.confirm(session.json.id, await payer.token(CARD.success));
	assert.equal(answer.json.status, 'succeeded');
	assert.equal((await chargesOf(order))[0][2], '7500');
});

for (const [card, decline] of [['declined', 'card_declined'], ['noFunds', 'insufficient_funds'],
	['expired', 'expired_card'], ['wrongCode', 'incorrect_cvc']]) {
	test(`card ${card} is declined, the page learns no more than that, the books know ${decline}`, async () => {
		const { order, answer, chargeId } = await payer.pay(CARD[card], 20, 'USD');
		assert.equal(answer.json.status, 'open');
		assert.deepEqual(answer.json.decline, { code: 'card_declined', message: 'Your card was declined.' });
		assert.equal(answer.json.attemptsLeft, 4);
		assert.deepEqual(await chargesOf(order), [[chargeId, 'failed', '0', decline]]);
		assert.deepEqual(await phasesOf(chargeId), ['pending', 'void']);
		assert.equal((await payer.verify(order, chargeId)).text, '{"failed":true}');
	});
}

test('a decline and then a card that succeeds end paid, with one capture', async () => {
	const first = await payer.pay(CARD.declined, 20, 'USD');
	const second = await payer.confirm(first.session.id, await payer.token(CARD.success));
	assert.equal(second.json.status, 'succeeded');
	assert.notEqual(second.json.chargeId, first.chargeId);
	assert.deepEqual((await chargesOf(first.order)).map((row) => row[1]), ['failed', 'succeeded']);
	const paid = paidLive(second.json.chargeId, 2000);
	assert.match((await payer.verify(first.order, second.json.chargeId)).text, paid);
	assert.match((await payer.query({ type: 'verify', transactionId: first.order.transactionId })).text, paid);
});

test('five declines end the checkout, a sixth attempt is refused', async () => {
	const order = await payer.order(20, 'USD');
	const session = (await payer.session(order)).json;
	for (let left = 4; left >= 0; left -= 1) {
		const answer = await payer.confirm(session.id, await payer.token(CARD.declined));
		assert.equal(answer.json.attemptsLeft, left);
		assert.equal(answer.json.status, left === 0 ? 'failed' : 'open');
	}
	const refused = await payer.confirm(session.id, await payer.token(CARD.success));
	assert.equal(refused.status, 429);
	assert.equal(refused.json.error.code, 'attempts_exceeded');
	assert.equal((await chargesOf(order)).length, 5);
});

for (const [accept, status, verify] of [[true, 'succeeded', (id) => paidLive(id, 3000)], [false, 'open', () => /^\{"failed":true\}$/]]) {
	test(`3-D Secure that is ${accept ? 'accepted' : 'refused'} ends ${status}`, async () => {
		const { order, session, answer, chargeId } = await payer.pay(CARD.challenge, 30, 'USD');
		assert.equal(answer.json.status, 'action');
		assert.match(answer.json.action, /^chl_/);
		assert.equal((await payer.verify(order, chargeId)).text, '{"success":false}');
		const again = await payer.confirm(session.id);
		assert.equal(again.json.status, 'action', 'without an answer it stays where it is');
		const answered = await request(`${stack.kassaUrl}/sandbox/challenges/${answer.json.action}`, { body: { accept } });
		assert.equal(answered.status, 200);
		const contrary = await request(`${stack.kassaUrl}/sandbox/challenges/${answer.json.action}`, { body: { accept: !accept } });
		assert.ok(contrary.status === 200 || contrary.status === 404, 'the first answer counts');
		const ended = await payer.confirm(session.id);
		assert.equal(ended.json.status, status);
		assert.match((await payer.verify(order, chargeId)).text, verify(chargeId));
	});
}

test('a page that asks how its attempt ended is told of the decline, though others have heard of it first', async () => {
	const { session, answer } = await payer.pay(CARD.challenge, 30, 'USD');
	await request(`${stack.kassaUrl}/sandbox/challenges/${answer.json.action}`, { body: { accept: false } });
	const looked = await eventually(() => payer.look(session.id), (look) => look.json.status === 'open');
	const asked = await payer.confirm(session.id);
	assert.equal(asked.status, 200, asked.text);
	assert.equal(asked.text, looked.text);
	assert.equal(asked.json.decline.code, 'authentication_failed');
});

test('a page that asks how its attempt ended, and has made none, is refused', async () => {
	const session = (await payer.session(await payer.order(30, 'USD'))).json;
	const asked = await payer.confirm(session.id);
	assert.equal(asked.status, 422);
	assert.equal(asked.json.error.code, 'token_invalid');
});

test('a pending card is pending to verify and completes by itself', async () => {
	const { order, session, answer, chargeId } = await payer.pay(CARD.pending, 12, 'USD');
	assert.equal(answer.json.status, 'pending');
	assert.equal((await payer.verify(order, chargeId)).text, '{"success":false}');
	assert.equal((await payer.query({ type: 'verify_payment', chargeId })).text, '{"success":true,"status":"pending"}');
	await eventually(() => payer.look(session.id), (look) => look.json.status === 'succeeded');
	assert.match((await payer.verify(order, chargeId)).text, paidLive(chargeId, 1200));
});

test('a card whose answer never comes is unknown, then what the processor says it is', async () => {
	const { order, session, answer, chargeId } = await payer.pay(CARD.silent, 13, 'USD');
	assert.equal(answer.json.status, 'processing');
	assert.equal((await payer.verify(order, chargeId)).text, '{"success":false}');
	await eventually(() => payer.look(session.id), (look) => look.json.status === 'succeeded');
	assert.deepEqual(await chargesOf(order), [[chargeId, 'succeeded', '1300', 'none']]);
});

test('a caller that leaves while the processor is silent does not stop the charge', async () => {
	const order = await payer.order(14, 'USD');
	const session = (await payer.session(order)).json;
	const gone = new AbortController();
	const call = fetch(`${stack.kassaUrl}/checkout/sessions/${session.id}/confirm`, {
		method: 'POST', headers: { 'content-type': 'application/json' }, signal: gone.signal,
		body: JSON.stringify({ token: await payer.token(CARD.silent) }),
	});
	await eventually(() => chargesOf(order), (rows) => rows.length === 1);
	gone.abort();
	await assert.rejects(call);
	await eventually(() => payer.look(session.id), (look) => look.json.status === 'succeeded');
	assert.equal((await chargesOf(order)).length, 1);
});

test('fifty confirmations at once of one session make one charge', async () => {
	const order = await payer.order(99, 'USD');
	const session = (await payer.session(order)).json;
	const tokens = await Promise.all(Array.from({ length: 50 }, () => payer.token(CARD.success)));
	const answers = await Promise.all(tokens.map((token) => payer.confirm(session.id, token)));
	const charges = new Set(answers.map((answer) => answer.json.chargeId));
	assert.equal(charges.size, 1);
	for (const answer of answers) {
		assert.equal(answer.status, 200);
		assert.ok(['succeeded', 'processing'].includes(answer.json.status));
	}
	const [chargeId] = charges;
	assert.deepEqual(await chargesOf(order), [[chargeId, 'succeeded', '9900', 'none']]);
	assert.deepEqual(await phasesOf(chargeId), ['pending', 'post']);
	const moved = await stack.psql(`select count(*) from sandbox.operation where source = any(
		array[${tokens.map((token) => `'${token}'`).join()}])`);
	assert.deepEqual(moved, [['1']]);
});

test('fifty openings at once of one transaction are one session', async () => {
	const order = await payer.order(15, 'USD');
	const opened = await Promise.all(Array.from({ length: 50 }, () => payer.session(order)));
	assert.deepEqual(opened.map((one) => one.status), Array(50).fill(200));
	assert.equal(new Set(opened.map((one) => one.json.id)).size, 1);
});

test('a checkout that is opened again after paying says so and charges nothing', async () => {
	const { order, chargeId } = await payer.pay(CARD.success, 16, 'USD');
	const again = await payer.session(order);
	assert.equal(again.json.status, 'succeeded');
	assert.equal(again.json.chargeId, chargeId);
	const confirmed = await payer.confirm(again.json.id, await payer.token(CARD.success));
	assert.equal(confirmed.json.status, 'succeeded');
	assert.equal(confirmed.json.chargeId, chargeId);
	assert.equal((await chargesOf(order)).length, 1);
});

test('a token is good for one charge', async () => {
	const token = await payer.token(CARD.success);
	const first = (await payer.session(await payer.order(17, 'USD'))).json;
	const second = (await payer.session(await payer.order(17, 'USD'))).json;
	assert.equal((await payer.confirm(first.id, token)).json.status, 'succeeded');
	const reused = await payer.confirm(second.id, token);
	assert.equal(reused.json.status, 'open');
	assert.ok(reused.json.decline);
});

test('a transaction that the platform does not know cannot be opened', async () => {
	const answer = await payer.session({ transactionId: platformId(), orderId: platformId() });
	assert.equal(answer.status, 404);
	assert.equal(answer.json.error.code, 'transaction_unknown');
});

test('a platform that is away is 503 and never falls back to the amount of the page', async () => {
	const order = await payer.order(18, 'USD');
	await stack.simulator.stop();
	try {
		const answer = await payer.session(order, { amount: '18.00' });
		assert.equal(answer.status, 503);
		assert.equal(answer.json.error.code, 'platform_unavailable');
		assert.equal(answer.headers.get('retry-after'), '1');
	} finally {
		await stack.simulatorStart();
	}
	assert.equal((await payer.session(order)).status, 200);
});

test('an account without a platform token takes the amount of the page, in test mode alone', async () => {
	const made = async (mode) => JSON.parse((await stack.kassactl('account', 'create', '--location',
		`plain${platformId()}`, '--mode', mode, '--json')).stdout);
	const plain = await made('test');
	const transaction = { transactionId: platformId(), orderId: platformId() };
	const opened = await payer.session(transaction, {
		publishableKey: plain.publishableKey, amount: '12.34', currency: 'usd',
	});
	assert.equal(opened.json.amount, '12.34');
	assert.equal(opened.json.currency, 'USD');
	const live = await made('live');
	const refused = await payer.session(transaction, { publishableKey: live.publishableKey, amount: '12.34' });
	assert.ok(['read_back_required', 'processor_unsupported'].includes(refused.json.error.code), refused.text);
});

for (const [name, more, code] of [
	['a currency that is none', { currency: 'XXX' }, 'currency_invalid'],
	['too many decimals', { amount: '1.234' }, 'amount_invalid'],
	['an exponent', { amount: '1e2' }, 'amount_invalid'],
	['nothing to pay', { amount: '0' }, 'amount_invalid'],
	['a negative amount', { amount: '-1' }, 'amount_invalid'],
	['an amount beyond all limits', { amount: '9'.repeat(31) }, 'amount_invalid'],
	['an amount that is an object', { amount: {} }, 'amount_invalid'],
	['a publishable key that is unknown', { publishableKey: `kassa_pk_test_${'0'.repeat(32)}` }, 'publishable_key_invalid'],
	['an API key in place of the publishable one', { publishableKey: 'api' }, 'publishable_key_invalid'],
	['a transaction id that is a path', { transactionId: '../x' }, 'field_invalid'],
	['no transaction and no order', { transactionId: '', orderId: null }, 'field_invalid'],
	['an unknown dialect', { dialect: 'klingon' }, 'field_invalid'],
]) {
	test(`opening a checkout with ${name} is refused as ${code}`, async () => {
		const made = await stack.kassactl('account', 'create', '--location', `plain${platformId()}`, '--mode', 'test', '--json');
		const plain = JSON.parse(made.stdout);
		const publishableKey = more.publishableKey === 'api' ? plain.apiKey : more.publishableKey ?? plain.publishableKey;
		const answer = await payer.session({ transactionId: platformId(), orderId: platformId() }, { ...more, publishableKey });
		assert.equal(answer.json.error?.code, code, answer.text);
		assert.ok(answer.status >= 400 && answer.status < 500);
	});
}

test('a session that does not exist is 404 for looking and for confirming', async () => {
	for (const id of [`cs_${'0'.repeat(26)}`, 'cs_x', 'x']) {
		assert.equal((await payer.look(id)).status, 404);
		assert.equal((await payer.confirm(id, `tok_${'0'.repeat(26)}`)).status, 404);
	}
});

for (const number of ['4111111111111111', '4242424242424241', '', 'abc', '42424242424242424242', 4242424242424242, null]) {
	test(`card number ${JSON.stringify(number)} is refused by the server`, async () => {
		const answer = await payer.tokenise(number);
		assert.ok([400, 422].includes(answer.status));
		assert.ok(['card_unpublished', 'field_invalid'].includes(answer.json.error.code));
	});
}

for (const [name, more] of [['a month that is none', { expiryMonth: 13 }], ['a year that is over', { expiryYear: 2020 }],
	['no security code', { cvc: '' }], ['a security code of letters', { cvc: 'abc' }],
	['a month that is a text', { expiryMonth: '12' }]]) {
	test(`a card with ${name} is refused by the server`, async () => {
		const answer = await payer.tokenise(CARD.success, more);
		assert.equal(answer.status, 400);
		assert.equal(answer.json.error.code, 'field_invalid');
	});
}
