/*
 * The simulator alone, over HTTP: orders, what a provider reads back, pages and assets, settings.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

import {
	API_KEY, LOCATION, TOKEN, call, logRead, messageSaid, orderMade, orderShown, program, provider, readBack,
	simulator, simulatorAround, success,
} from '../support/simulator.mjs';

const run = promisify(execFile);

const OBJECT_ID = /^[0-9a-f]{24}$/;

simulatorAround();

// --- orders -----------------------------------------------------------------------------------

test('order_created_with_amount_and_currency_has_ids_like_the_platform', async () => {
	const created = await call('POST', '/simulator/orders', { amount: 49.99, currency: 'USD' });
	assert.equal(created.status, 201);
	assert.match(created.body.orderId, OBJECT_ID);
	assert.match(created.body.transactionId, OBJECT_ID);
	assert.notEqual(created.body.orderId, created.body.transactionId);
	assert.equal(created.body.url, `${simulator.url}/orders/${created.body.orderId}`);

	const shown = (await call('GET', `/simulator/orders/${created.body.orderId}`)).body;
	assert.equal(shown.status, 'pending');
	assert.equal(shown.amount, 49.99);
	assert.equal(shown.currency, 'USD');
	assert.equal(shown.dialect, 'live');
	assert.equal(shown.chargeId, null);
	assert.deepEqual([shown.messages, shown.queries], [[], []]);
});

test('order_created_keeps_amount_digits_that_a_double_would_round', async () => {
	const created = await call('POST', '/simulator/orders', '{"amount":9007199254740.93,"currency":"usd"}');
	const text = await (await fetch(`${simulator.url}/simulator/orders/${created.body.orderId}`)).text();
	assert.match(text, /"amount":9007199254740\.93,"currency":"USD"/);
});

test('order_is_refused_when_it_makes_no_sense', async (context) => {
	const cases = [
		['no amount', { currency: 'USD' }, 400, 'field_invalid'],
		['no currency', { amount: 1 }, 400, 'field_invalid'],
		['zero', { amount: 0, currency: 'USD' }, 422, 'amount_invalid'],
		['negative', { amount: -1, currency: 'USD' }, 422, 'amount_invalid'],
		['third decimal of USD', '{"amount":1.001,"currency":"USD"}', 422, 'amount_invalid'],
		['decimal of JPY', { amount: 1.5, currency: 'JPY' }, 422, 'amount_invalid'],
		['exponent', '{"amount":1e2,"currency":"USD"}', 422, 'amount_invalid'],
		['unknown currency', { amount: 1, currency: 'XXX' }, 422, 'currency_invalid'],
		['unknown dialect', { amount: 1, currency: 'USD', dialect: 'klingon' }, 400, 'field_invalid'],
		['contact is no object', { amount: 1, currency: 'USD', contact: 'Ada' }, 400, 'field_invalid'],
		['contact id with a slash', { amount: 1, currency: 'USD', contact: { id: 'a/b' } }, 400, 'field_invalid'],
		['name of 201 bytes', { amount: 1, currency: 'USD', contact: { name: 'x'.repeat(201) } }, 400, 'field_invalid'],
		['product is a number', { amount: 1, currency: 'USD', product: 7 }, 400, 'field_invalid'],
		['duplicate name', '{"amount":1,"amount":2,"currency":"USD"}', 400, 'json_invalid'],
		['an array', [], 400, 'json_invalid'],
		['half a document', '{"amount":', 400, 'json_invalid'],
		['nothing', '', 400, 'json_invalid'],
		['invalid UTF-8', Buffer.from('{"amount":1,"currency":"USD","product":"\xff"}', 'latin1'), 400, 'json_invalid'],
		['40 kB', JSON.stringify({ amount: 1, currency: 'USD', product: 'x'.repeat(40000) }), 413, 'body_too_large'],
	];
	for (const [name, body, status, code] of cases) {
		await context.test(name, async () => {
			const answer = await call('POST', '/simulator/orders', body);
			assert.deepEqual([answer.status, answer.body.error.code], [status, code]);
			assert.ok(answer.body.error.requestId);
		});
	}
});

test('order_is_refused_when_it_is_not_sent_as_json', async () => {
	const answer = await call('POST', '/simulator/orders', { amount: 1, currency: 'USD' }, { 'content-type': 'text/plain' });
	assert.deepEqual([answer.status, answer.body.error.code], [415, 'media_unsupported']);
});

test('orders_of_currencies_without_and_with_three_decimals_are_kept', async (context) => {
	for (const [amount, currency] of [['1000', 'JPY'], ['0.001', 'KWD'], ['10.5', 'EUR']]) {
		await context.test(`${amount} ${currency}`, async () => {
			const { body } = await call('POST', '/simulator/orders', `{"amount":${amount},"currency":"${currency}"}`);
			const text = await (await fetch(`${simulator.url}/simulator/orders/${body.orderId}`)).text();
			assert.ok(text.includes(`"amount":${amount},"currency":"${currency}"`));
		});
	}
});

test('order_list_has_the_newest_first', async () => {
	const first = await orderMade();
	const second = await orderMade();
	const { orders } = (await call('GET', '/simulator/orders')).body;
	const ids = orders.map((order) => order.orderId);
	assert.ok(orders.length <= 50);
	assert.ok(ids.indexOf(second.orderId) < ids.indexOf(first.orderId));
});

test('order_that_does_not_exist_is_unknown_everywhere', async (context) => {
	const cases = [
		['GET', '/simulator/orders/0123456789abcdef01234567', undefined],
		['GET', '/simulator/orders/nonsense', undefined],
		['POST', '/simulator/orders/0123456789abcdef01234567/messages', { direction: 'received', message: '{}' }],
		['POST', '/simulator/orders/0123456789abcdef01234567/verify', {}],
		['GET', '/orders/nonsense', undefined],
	];
	for (const [method, where, body] of cases) {
		await context.test(`${method} ${where}`, async () => {
			const answer = await call(method, where, body);
			assert.deepEqual([answer.status, answer.body.error.code], [404, 'transaction_unknown']);
		});
	}
});

// --- reading back -----------------------------------------------------------------------------

test('transaction_read_back_has_the_documented_shape', async () => {
	const order = await orderMade({ amount: 49.9, contact: { id: 'contact-1', name: 'Ada' } });
	const before = await readBack('transactions', order.transactionId);
	assert.equal(before.status, 200);
	const { createdAt, updatedAt, contactSnapshot, entitySource, ...rest } = before.body;
	assert.deepEqual(rest, {
		_id: order.transactionId, altId: LOCATION, altType: 'location', contactId: 'contact-1',
		currency: 'USD', amount: 49.9, liveMode: false, markAsTest: false, status: 'pending',
		amountRefunded: 0, entityType: 'order', entityId: order.orderId, isParent: true,
	});
	assert.ok(Date.parse(createdAt) <= Date.parse(updatedAt));
	assert.equal(contactSnapshot.name, 'Ada');
	assert.equal(entitySource.type, 'funnel');

	await messageSaid(order, success('live', 'ch_1'));
	const paid = (await readBack('transactions', order.transactionId)).body;
	assert.deepEqual([paid.status, paid.chargeId], ['succeeded', 'ch_1']);
});

test('order_read_back_is_completed_when_paid', async () => {
	const order = await orderMade();
	assert.deepEqual(await statusRead(order), ['pending', 49.99, 49.99]);
	await messageSaid(order, success('live', 'ch_1'));
	assert.deepEqual(await statusRead(order), ['completed', 49.99, 49.99]);
});

test('order_in_live_mode_is_read_back_as_such', async () => {
	const order = await orderMade({ liveMode: true });
	assert.equal((await readBack('transactions', order.transactionId)).body.liveMode, true);
});

test('read_back_refuses_as_the_platform_does', async (context) => {
	const order = await orderMade();
	const right = { authorization: `Bearer ${TOKEN}`, version: '2021-07-28' };
	const query = `altId=${LOCATION}&altType=location`;
	const cases = [
		['no token', { version: '2021-07-28' }, query, 401, 'Invalid JWT'],
		['wrong token', { ...right, authorization: `Bearer ${TOKEN}x` }, query, 401, 'Invalid JWT'],
		['token without Bearer', { ...right, authorization: TOKEN }, query, 401, 'Invalid JWT'],
		['no version', { authorization: right.authorization }, query, 401, 'version header was not found.'],
		['unknown version', { ...right, version: '1999-01-01' }, query, 401, 'version header is invalid'],
		['other location', right, 'altId=Other&altType=location', 403, 'The token does not have access to this location.'],
		['no location', right, 'altType=location', 422, ['altId should not be empty']],
		['no kind', right, `altId=${LOCATION}`, 422, ['altType must be one of the following values: location']],
	];
	for (const kind of ['transactions', 'orders']) {
		const id = kind === 'orders' ? order.orderId : order.transactionId;
		for (const [name, headers, search, status, message] of cases) {
			await context.test(`${kind}: ${name}`, async () => {
				const answer = await call('GET', `/payments/${kind}/${id}?${search}`, undefined, headers);
				assert.equal(answer.status, status);
				assert.deepEqual([answer.body.statusCode, answer.body.message], [status, message]);
				assert.ok(answer.body.error);
			});
		}
	}
});

test('read_back_of_an_unknown_id_is_not_found', async (context) => {
	const order = await orderMade();
	const cases = [
		['transactions', '0123456789abcdef01234567'],
		['transactions', order.orderId],
		['transactions', 'nonsense'],
		['orders', order.transactionId],
	];
	for (const [kind, id] of cases) {
		await context.test(`${kind} ${id}`, async () => {
			const answer = await readBack(kind, id);
			assert.deepEqual([answer.status, answer.body.status, answer.body.name], [404, 404, 'HttpException']);
		});
	}
});

// --- pages ------------------------------------------------------------------------------------

test('pages_have_a_strict_policy_and_frame_the_provider_alone', async () => {
	const order = await orderMade();
	const page = await fetch(`${simulator.url}/orders/${order.orderId}`);
	assert.equal(page.status, 200);
	assert.match(page.headers.get('content-type'), /^text\/html/);
	const policy = page.headers.get('content-security-policy');
	assert.match(policy, /default-src 'none'/);
	assert.ok(policy.includes(`frame-src ${provider.url};`));
	assert.doesNotMatch(policy, /unsafe/);
	const list = await fetch(simulator.url);
	assert.match(list.headers.get('content-security-policy'), /frame-src 'none'/);
	for (const text of [await page.text(), await list.text()]) {
		assert.doesNotMatch(text, / style=|<style|<script>| on\w+=/);
	}
});

test('assets_are_sent_once_and_confirmed_by_etag_after_that', async () => {
	const first = await fetch(`${simulator.url}/assets/simulator.css`);
	const etag = first.headers.get('etag');
	assert.match(etag, /^"[0-9a-f]{32}"$/);
	assert.equal(first.headers.get('cache-control'), 'no-cache');
	for (const [match, status] of [[etag, 304], [`W/${etag}`, 304], [`"x", ${etag}`, 304], ['"x"', 200]]) {
		const again = await fetch(`${simulator.url}/assets/simulator.css`, { headers: { 'if-none-match': match }, cache: 'no-store' });
		assert.equal(again.status, status, match);
		await again.arrayBuffer();
	}
});

test('asset_that_is_none_is_unknown', async (context) => {
	for (const name of ['order.html', 'nothing.css', '..%2Fmain.c']) {
		await context.test(name, async () => {
			const answer = await call('GET', `/assets/${name}`);
			assert.deepEqual([answer.status, answer.body.error.code], [404, 'route_unknown']);
		});
	}
});

test('secrets_are_in_no_answer_and_no_log', async () => {
	provider.answer.body = `{"success":false,"message":"no charge for ${API_KEY}"}`;
	const order = await orderMade();
	await messageSaid(order, success('live', 'ch_1'));
	await readBack('transactions', order.transactionId);
	const shown = JSON.stringify(await orderShown(order));
	const log = await logRead();
	for (const secret of [API_KEY, TOKEN]) {
		assert.ok(!shown.includes(secret));
		assert.ok(!log.includes(secret));
	}
	assert.ok(shown.includes('no charge for [hidden]'));
	assert.ok(log.includes('"route":"/payments/transactions/{id}"'));
});

test('settings_that_are_missing_or_unknown_are_named_and_stop_the_start', async () => {
	const environment = { PATH: process.env.PATH, SIMULATOR_PORT: '99999', SIMULATOR_COLOUR: 'red' };
	const refused = await run(program(), [], { env: environment }).catch((error) => error);
	assert.equal(refused.code, 1);
	for (const name of ['SIMULATOR_DATABASE', 'SIMULATOR_API_KEY', 'SIMULATOR_PORT', 'SIMULATOR_COLOUR']) {
		assert.ok(refused.stderr.includes(name), name);
	}
});

async function statusRead(order) {
	const { status, amount, amountSummary } = (await readBack('orders', order.orderId)).body;
	return [status, amount, amountSummary.subtotal];
}
