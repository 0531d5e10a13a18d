/*
 * queryUrl: who is let in, what is refused and how, and that nothing that is refused reads as paid.
 */
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, test } from 'node:test';

import { CARD, Payer, lineOf, paidLive, request } from '../support/payer.mjs';
import { startStack } from '../support/stack.mjs';

let stack, payer, paid, paidText;

before(async () => {
	stack = await startStack();
	payer = new Payer(stack);
	paid = await payer.pay(CARD.success, 49.99, 'USD');
	assert.equal(paid.answer.json.status, 'succeeded');
	paidText = paidLive(paid.chargeId, 4999);
});
after(() => stack?.stop());

/** What either reader takes for paid (contract §3.2; brief: success together with completed). */
function readsAsPaid(json) {
	return json?.success === true;
}

const query = (body) => request(`${stack.kassaUrl}/query`, { body });

test('verify of a paid charge answers the live bytes', async () => {
	const answer = await payer.verify(paid.order, paid.chargeId);
	assert.equal(answer.status, 200);
	assert.match(answer.text, paidText);
	assert.match(answer.headers.get('content-type'), /^application\/json/);
	assert.match(answer.headers.get('x-request-id'), /^req_/);
});

test('verify by transaction alone finds the charge', async () => {
	assert.match((await payer.query({ type: 'verify', transactionId: paid.order.transactionId })).text, paidText);
});

test('verify_payment of a paid charge answers the brief bytes', async () => {
	const answer = await payer.query({ type: 'verify_payment', chargeId: paid.chargeId });
	assert.equal(answer.status, 200);
	assert.match(answer.text,
		/^\{"success":true,"status":"completed","amount":49\.99,"currency":"USD","timestamp":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"\}$/);
});

test('verify of a charge that is not there is failed in both dialects', async () => {
	assert.equal((await payer.query({ type: 'verify', chargeId: 'ch_none' })).text, '{"failed":true}');
	assert.equal((await payer.query({ type: 'verify_payment', chargeId: 'ch_none' })).text,
		'{"success":false,"status":"failed","error":"Payment not found"}');
});

test('verify of a charge that was made for another transaction is not paid', async () => {
	const other = await payer.order(49.99, 'USD');
	assert.equal((await payer.verify(other, paid.chargeId)).text, '{"failed":true}');
});

test('verify of an open checkout is pending, not failed', async () => {
	const order = await payer.order(5, 'EUR');
	await payer.session(order);
	assert.equal((await payer.query({ type: 'verify', transactionId: order.transactionId })).text, '{"success":false}');
});

const ruleOf = async (answer) => (await lineOf(stack, answer)).rule;

for (const [what, location, mode, rule] of [['another account', 'otherLocation00000000001', 'test', 'other_account'],
	['the other mode', () => stack.locationId, 'live', 'other_mode']]) {
	test(`verify with the key of ${what} does not find the charge, and the log says why`, async () => {
		const made = await stack.kassactl('account', 'create', '--location',
			typeof location === 'function' ? location() : location, '--mode', mode, '--json');
		assert.equal(made.status, 0, made.stderr);
		const { apiKey } = JSON.parse(made.stdout);
		for (const [type, text] of [['verify', '{"failed":true}'],
			['verify_payment', '{"success":false,"status":"failed","error":"Payment not found"}']]) {
			const answer = await query({ type, chargeId: paid.chargeId, apiKey });
			assert.equal(answer.text, text);
			assert.equal(await ruleOf(answer), rule);
		}
		assert.match((await query({ type: 'verify', chargeId: paid.chargeId, apiKey: stack.apiKey })).text, paidText);
	});
}

test('verify says in the log which rule decided', async () => {
	const other = await payer.order(49.99, 'USD');
	assert.equal(await ruleOf(await payer.verify(paid.order, paid.chargeId)), 'charge_succeeded');
	assert.equal(await ruleOf(await payer.verify(other, paid.chargeId)), 'other_transaction');
	assert.equal(await ruleOf(await payer.query({ type: 'verify', chargeId: 'ch_none' })), 'charge_not_found');
});

const wrongKeys = {
	'missing': undefined,
	'null': null,
	'empty': '',
	'a number': 7,
	'an object': { a: 1 },
	'the publishable one': () => stack.publishableKey,
	'of the right form': 'kassa_sk_test_' + '0'.repeat(32),
	'cut short': () => stack.apiKey.slice(0, -1),
	'in capitals': () => stack.apiKey.toUpperCase(),
	'with a blank behind': () => `${stack.apiKey} `,
	'very long': 'x'.repeat(20000),
};
for (const [name, key] of Object.entries(wrongKeys)) {
	for (const type of ['verify', 'verify_payment', 'refund', 'dance']) {
		test(`${type} with an api key that is ${name} is 401 and not paid`, async () => {
			const answer = await query({
				type, chargeId: paid.chargeId, amount: 1, apiKey: typeof key === 'function' ? key() : key,
			});
			assert.equal(answer.status, 401);
			assert.equal(answer.json.code, 'api_key_invalid');
			assert.ok(!readsAsPaid(answer.json) && answer.json.failed === undefined);
			assert.equal(answer.json.requestId, answer.headers.get('x-request-id'));
		});
	}
}

for (const type of ['dance', 'create_subscription', 'cancel_subscription']) {
	test(`${type} is answered as unsupported and never as success`, async () => {
		const answer = await payer.query({
			type, chargeId: paid.chargeId, transactionId: paid.order.transactionId, contactId: 'c', amount: 1,
			currency: 'USD', paymentMethodId: 'pm', subscriptionId: 's', locationId: 'l',
		});
		assert.equal(answer.status, 200);
		assert.equal(answer.text, '{"success":false,"failed":true,"message":"Unsupported operation"}');
	});
}

const hostile = [
	['no body', '', 400, 'json_invalid'],
	['half a body', '{"type":"verify"', 400, 'json_invalid'],
	['two values', '{"type":"verify"}{}', 400, 'json_invalid'],
	['an array', '[{"type":"verify"}]', 400, 'json_invalid'],
	['a text', '"verify"', 400, 'json_invalid'],
	['a comment', '{/* */"type":"verify"}', 400, 'json_invalid'],
	['a trailing comma', '{"type":"verify",}', 400, 'json_invalid'],
	['single quotes', "{'type':'verify'}", 400, 'json_invalid'],
	['NaN', '{"type":"refund","amount":NaN}', 400, 'json_invalid'],
	['a leading zero', '{"type":"refund","amount":01}', 400, 'json_invalid'],
	['duplicate names', '{"type":"verify","chargeId":"a","chargeId":"b"}', 400, 'json_invalid'],
	['duplicate names deep down', '{"type":"verify","x":{"a":1,"a":2}}', 400, 'json_invalid'],
	['invalid UTF-8', Buffer.from([0x7b, 0x22, 0x74, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 400, 'json_invalid'],
	['an overlong UTF-8 form', Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d]), 400, 'json_invalid'],
	['a byte order mark', Buffer.from('\ufeff{"type":"verify"}'), 400, 'json_invalid'],
	['UTF-16', Buffer.from('{"type":"verify"}', 'utf16le'), 400, 'json_invalid'],
	['a NUL', '{"type":"ver\\u0000ify"}', 400, 'json_invalid'],
	['a lone surrogate', '{"type":"\\ud800"}', 400, 'json_invalid'],
	['deep nesting', '['.repeat(10000), 400, 'json_invalid'],
	['deep nesting that is closed', `{"a":${'['.repeat(500)}${']'.repeat(500)}}`, 400, 'json_invalid'],
	['no type', '{"chargeId":"a"}', 400, 'field_invalid'],
	['a type that is a number', '{"type":1}', 400, 'field_invalid'],
	['a charge id that is a number', '{"type":"verify","chargeId":1}', 400, 'field_invalid'],
	['a charge id that is a path', '{"type":"verify","chargeId":"../../x"}', 400, 'field_invalid'],
	['neither charge nor transaction', '{"type":"verify"}', 400, 'field_invalid'],
	['one megabyte', `{"type":"verify","x":"${'a'.repeat(1 << 20)}"}`, 413, 'body_too_large'],
];
for (const [name, raw, status, code] of hostile) {
	test(`a query with ${name} is ${status} ${code}`, async () => {
		const answer = await request(`${stack.kassaUrl}/query`, { raw });
		assert.equal(answer.status, status, answer.text);
		assert.equal(answer.json?.code ?? answer.json?.error?.code, code);
		assert.ok(!readsAsPaid(answer.json));
	});
}

test('GET of the query address is 405 with Allow', async () => {
	const answer = await request(`${stack.kassaUrl}/query`, { method: 'GET' });
	assert.equal(answer.status, 405);
	assert.match(answer.headers.get('allow'), /POST/);
});

test('a client that leaves at any moment of its question harms nobody', async () => {
	const body = JSON.stringify({ type: 'verify', chargeId: paid.chargeId, apiKey: stack.apiKey });
	const head = `POST /query HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
	const leave = (afterMs) => new Promise((resolve, reject) => {
		const socket = net.connect(stack.kassa.port, '127.0.0.1', () => {
			socket.write(head + body, () => setTimeout(() => socket.resetAndDestroy(), afterMs));
		});
		socket.once('close', resolve);
		socket.once('error', reject);
	});
	const before = stack.kassa.workers();
	for (let round = 0; round < 40; round += 1) {
		/* 0 to 3 ms: before, while and after the database answers. */
		await Promise.all(Array.from({ length: 25 }, (_, i) => leave(i % 4)));
	}
	assert.match((await payer.verify(paid.order, paid.chargeId)).text, paidText);
	assert.deepEqual(stack.kassa.workers(), before, 'no worker died and was replaced');
});

test('a database that is restarted is met by 503 and then by the right answer', async () => {
	await stack.databaseRestart();
	for (let i = 0; i < 200; i += 1) {
		const answer = await payer.verify(paid.order, paid.chargeId);
		if (answer.status === 200) {
			assert.match(answer.text, paidText);
			return;
		}
		assert.equal(answer.status, 503);
		assert.equal(answer.headers.get('retry-after'), '1');
		assert.ok(!readsAsPaid(answer.json));
	}
	assert.fail('never recovered');
});
