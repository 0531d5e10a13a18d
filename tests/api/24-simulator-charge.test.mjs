/*
 * The simulator alone: charges to saved cards, their retries, and what can be done with them afterwards.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
	API_KEY, LOCATION, call, orderMade, orderShown, provider, readBack, simulator, simulatorAround,
} from '../support/simulator.mjs';

simulatorAround();

const PAID = '{"success":true,"failed":false,"chargeId":"ch_1","message":"Payment successful","chargeSnapshot":'
	+ '{"id":"ch_1","status":"succeeded","amount":100.00,"chargeId":"ch_1","chargedAt":1724217600}}';
const BRIEF_PAID = '{"success":true,"chargeId":"ch_1","status":"completed","amount":49.99,"currency":"USD",'
	+ '"timestamp":"2026-01-01T00:00:00Z"}';
const WISH = { paymentMethodId: 'pm_1', amount: 100, currency: 'USD', dialect: 'live', description: 'Invoice - 1' };

let count = 0;

const contactNew = () => `contact-${++count}`;
const chargeMade = (id, wish) => call('POST', `/simulator/contacts/${id}/charges`, wish);

test('charge_asks_with_the_whole_live_question_and_becomes_an_order', async () => {
	provider.answer.body = PAID;
	const id = contactNew();
	await orderMade({ contact: { id, name: 'Ada', email: 'ada@example.com' } });
	const made = await chargeMade(id, WISH);
	assert.equal(made.status, 201);
	const { query, url, ...order } = made.body;
	assert.match(order.transactionId, /^[0-9a-f]{24}$/);
	assert.equal(url, `${simulator.url}/orders/${order.orderId}`);
	assert.deepEqual([order.status, order.chargeId, order.paymentMethodId, order.product, order.contact.name],
		['paid', 'ch_1', 'pm_1', 'Invoice - 1', 'Ada']);
	assert.deepEqual([query.outcome, query.reason], ['paid', '']);
	assert.deepEqual(provider.asked, [{
		type: 'charge_payment', paymentMethodId: 'pm_1', contactId: id, transactionId: order.transactionId,
		chargeDescription: 'Invoice - 1', amount: 100, currency: 'USD', apiKey: API_KEY,
	}]);

	const shown = await orderShown(order);
	assert.deepEqual(shown.queries[0].request, { ...provider.asked[0], apiKey: '[hidden]' });
	assert.deepEqual([shown.queries[0].answer, shown.props, shown.messages], [JSON.parse(PAID), null, []]);
	const { orders } = (await call('GET', `/simulator/contacts/${id}`)).body;
	assert.equal(orders[0].orderId, order.orderId);
});

test('charge_in_brief_names_neither_transaction_nor_description', async () => {
	provider.answer.body = BRIEF_PAID;
	const id = contactNew();
	const made = (await chargeMade(id, { ...WISH, amount: 49.99, dialect: 'brief' })).body;
	assert.deepEqual([made.status, made.chargeId], ['paid', 'ch_1']);
	assert.deepEqual(provider.asked, [{
		type: 'charge_payment_method', paymentMethodId: 'pm_1', contactId: id, amount: 49.99, currency: 'USD', apiKey: API_KEY,
	}]);
});

test('transaction_of_a_charge_can_be_read_back_while_the_provider_is_asked', async () => {
	let read;
	provider.answer.body = PAID;
	provider.answer.after = async () => { read = await readBack('transactions', provider.asked[0].transactionId); };
	const id = contactNew();
	const made = (await chargeMade(id, { ...WISH, amount: 12.5, currency: 'eur', liveMode: true })).body;
	assert.deepEqual([read.status, read.body.status, read.body.amount, read.body.currency], [200, 'pending', 12.5, 'EUR']);
	assert.deepEqual([read.body.contactId, read.body.altId, read.body.liveMode, read.body.amountRefunded],
		[id, LOCATION, true, 0]);
	const after = (await readBack('transactions', made.transactionId)).body;
	assert.deepEqual([after.status, after.chargeId, after.entityId], ['succeeded', 'ch_1', made.orderId]);
});

test('answers_to_a_charge_decide_by_the_rules_of_the_dialect', async (context) => {
	const declined = 'Card was declined';
	const unclear = 'the answer is not one JSON object';
	const cases = [
		['live', 200, PAID, 'paid', 'ch_1', ''],
		['live', 200, '{"success":true}', 'paid', null, 'a charge should name its chargeId of up to 200 bytes'],
		['live', 200, '{"success":true,"chargeId":"ch_2","status":"pending"}', 'paid', 'ch_2', 'success: true is paid here, whatever status says'],
		['live', 200, `{"success":false,"failed":true,"message":"${declined}"}`, 'failed', null, declined],
		['live', 200, '{"success":false,"failed":true}', 'failed', null, 'the provider does not say why'],
		['live', 200, '{"success":false,"failed":false,"chargeId":"ch_3","message":"Payment is being processed"}', 'pending', 'ch_3', 'Payment is being processed'],
		['live', 200, '{"chargeId":"ch_4"}', 'pending', 'ch_4', 'the answer has neither success nor failed'],
		['live', 200, '[]', 'pending', null, unclear],
		['live', 200, 'OK', 'pending', null, unclear],
		['live', 429, '{"success":false,"code":"attempts_limited","message":"too many declines"}', 'pending', null,
			'the answer has status 429, which says nothing about the payment: too many declines'],
		['brief', 200, BRIEF_PAID, 'paid', 'ch_1', ''],
		['brief', 200, `{"success":false,"status":"failed","error":"${declined}"}`, 'failed', null, declined],
		['brief', 200, '{"success":false,"chargeId":"ch_5","status":"pending"}', 'pending', 'ch_5', 'the provider does not say why'],
		['brief', 503, BRIEF_PAID, 'pending', null, 'the answer has status 503, which says nothing about the payment'],
	];
	for (const [dialect, status, body, outcome, chargeId, reason] of cases) {
		await context.test(`${dialect} ${status} ${body.slice(0, 70)}`, async () => {
			provider.answer = { status, body };
			const made = (await chargeMade(contactNew(), { ...WISH, dialect })).body;
			assert.deepEqual([made.status, made.chargeId, made.query.reason], [outcome, chargeId, reason]);
			assert.equal((await orderShown(made)).status, outcome);
		});
	}
});

test('charge_repeated_sends_the_same_query_for_the_same_order', async (context) => {
	for (const dialect of ['live', 'brief']) {
		await context.test(dialect, async () => {
			provider.answer = null;
			const id = contactNew();
			const first = (await chargeMade(id, { ...WISH, dialect })).body;
			assert.deepEqual([first.status, first.chargeId], ['pending', null]);
			provider.answer = { status: 200, body: dialect === 'live' ? PAID : BRIEF_PAID };
			const again = await chargeMade(id, { orderId: first.orderId });
			assert.deepEqual([again.status, again.body.orderId, again.body.status, again.body.chargeId],
				[201, first.orderId, 'paid', 'ch_1']);
			assert.deepEqual(provider.asked[0], provider.asked[1]);
			assert.equal((await orderShown(first)).queries.length, 2);
			provider.asked = [];
		});
	}
});

test('charge_that_was_paid_stays_so_and_keeps_its_id', async () => {
	provider.answer.body = PAID;
	const id = contactNew();
	const first = (await chargeMade(id, WISH)).body;
	provider.answer.body = '{"success":false,"failed":true,"chargeId":"ch_2","message":"Card was declined"}';
	const again = (await chargeMade(id, { orderId: first.orderId })).body;
	assert.deepEqual([again.status, again.chargeId, again.query.outcome], ['paid', 'ch_1', 'failed']);
});

test('charge_can_be_verified_and_refunded_like_any_order', async () => {
	provider.answer.body = '{"success":false,"failed":false,"chargeId":"ch_1","message":"Payment is being processed"}';
	const order = (await chargeMade(contactNew(), WISH)).body;
	provider.answer.body = '{"success":true}';
	const verified = await call('POST', `/simulator/orders/${order.orderId}/verify`, {});
	assert.equal(verified.body.status, 'paid');
	const refunded = await call('POST', `/simulator/orders/${order.orderId}/refunds`, { amount: 40 });
	assert.deepEqual([refunded.body.status, refunded.body.refundableAmount], ['partially_refunded', 60]);
	assert.deepEqual(provider.asked.slice(1), [
		{ type: 'verify', transactionId: order.transactionId, chargeId: 'ch_1', apiKey: API_KEY },
		{ type: 'refund', amount: 40, transactionId: order.transactionId, chargeId: 'ch_1', apiKey: API_KEY },
	]);
});

test('refund_in_brief_needs_a_charge_to_name', async () => {
	provider.answer.body = '{"success":true,"status":"completed"}';
	const order = (await chargeMade(contactNew(), { ...WISH, dialect: 'brief' })).body;
	assert.deepEqual([order.status, order.chargeId], ['paid', null]);
	const refused = await call('POST', `/simulator/orders/${order.orderId}/refunds`, { amount: 1 });
	assert.deepEqual([refused.status, refused.body.error.code], [409, 'charge_state_invalid']);
	assert.match(refused.body.error.detail, /no chargeId/);
	assert.equal(provider.asked.length, 1);
});

test('charge_without_description_or_dialect_has_both', async () => {
	provider.answer.body = PAID;
	const made = (await chargeMade(contactNew(), { paymentMethodId: 'pm_1', amount: '7.00', currency: 'usd' })).body;
	assert.deepEqual([made.product, made.dialect, made.amount], ['Charge of a saved card', 'live', 7]);
});

test('charge_is_refused_when_it_makes_no_sense', async (context) => {
	const id = contactNew();
	const paidInCheckout = await orderMade({ contact: { id } });
	provider.answer.body = PAID;
	const others = (await chargeMade(contactNew(), WISH)).body;
	const cases = [
		['no card', { ...WISH, paymentMethodId: undefined }, 400, 'field_invalid'],
		['empty card', { ...WISH, paymentMethodId: '' }, 400, 'field_invalid'],
		['card of 201 bytes', { ...WISH, paymentMethodId: 'x'.repeat(201) }, 400, 'field_invalid'],
		['card is a number', { ...WISH, paymentMethodId: 1 }, 400, 'field_invalid'],
		['no amount', { ...WISH, amount: undefined }, 400, 'field_invalid'],
		['zero', { ...WISH, amount: 0 }, 422, 'amount_invalid'],
		['third decimal of USD', { ...WISH, amount: '1.001' }, 422, 'amount_invalid'],
		['unknown currency', { ...WISH, currency: 'XXX' }, 422, 'currency_invalid'],
		['unknown dialect', { ...WISH, dialect: 'klingon' }, 400, 'field_invalid'],
		['description of 201 bytes', { ...WISH, description: 'x'.repeat(201) }, 400, 'field_invalid'],
		['description is a number', { ...WISH, description: 7 }, 400, 'field_invalid'],
		['order is unknown', { orderId: '0123456789abcdef01234567' }, 404, 'transaction_unknown'],
		['order id is a number', { orderId: 7 }, 404, 'transaction_unknown'],
		['order was paid in the checkout', { orderId: paidInCheckout.orderId }, 404, 'charge_unknown'],
		['order is another contact\'s', { orderId: others.orderId }, 404, 'charge_unknown'],
		['an array', [], 400, 'json_invalid'],
		['nothing', '', 400, 'json_invalid'],
		['40 kB', { ...WISH, description: 'x'.repeat(40000) }, 413, 'body_too_large'],
	];
	provider.asked = [];
	for (const [name, body, status, code] of cases) {
		await context.test(name, async () => {
			const answer = await chargeMade(id, body);
			assert.deepEqual([answer.status, answer.body.error.code], [status, code]);
		});
	}
	assert.equal((await chargeMade('a%2Fb', WISH)).status, 404);
	assert.deepEqual(provider.asked, []);
	assert.equal((await call('GET', `/simulator/contacts/${id}`)).body.orders.length, 1);
});
