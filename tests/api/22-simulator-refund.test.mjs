/*
 * The simulator alone: refunds as a merchant presses them, what of them is counted, and who can read that.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
	API_KEY, call, messageSaid, orderMade, orderShown, provider, readBack, simulator, simulatorAround, success,
} from '../support/simulator.mjs';

simulatorAround();

const REFUNDED = '{"success":true,"message":"Refund successful","id":"re_1","refundId":"re_1","amount":20.00,'
	+ '"currency":"USD","status":"completed","timestamp":"2026-01-01T00:00:00Z"}';

/** An order that was paid as ch_1; the provider refunds from now on. */
async function orderPaid(wish = {}) {
	const order = await orderMade(wish);
	const dialect = wish.dialect ?? 'live';
	provider.answer = { status: 200, body: '{"success":true,"status":"completed"}' };
	assert.equal((await messageSaid(order, success(dialect, 'ch_1'))).body.status, 'paid');
	provider.asked = [];
	provider.answer = { status: 200, body: REFUNDED };
	return order;
}

function refundMade(order, body) {
	return call('POST', `/simulator/orders/${order.orderId}/refunds`, body);
}

const amountsOf = ({ status, refundedAmount, refundableAmount }) => [status, refundedAmount, refundableAmount];

test('refund_asks_the_provider_in_the_dialect_of_the_order', async (context) => {
	for (const dialect of ['live', 'brief']) {
		await context.test(dialect, async () => {
			const order = await orderPaid({ dialect });
			const made = await refundMade(order, { amount: 20 });
			assert.equal(made.status, 201);
			assert.deepEqual(provider.asked, [{
				type: 'refund', amount: 20, chargeId: 'ch_1', apiKey: API_KEY,
				...dialect === 'live' && { transactionId: order.transactionId },
			}]);
			const shown = await orderShown(order);
			assert.deepEqual(shown.queries[1].request, { ...provider.asked[0], apiKey: '[hidden]' });
			assert.deepEqual([shown.queries[1].outcome, shown.queries[1].answer], ['refunded', JSON.parse(REFUNDED)]);
		});
	}
});

test('refund_that_succeeds_is_counted_everywhere', async () => {
	const order = await orderPaid();
	const made = (await refundMade(order, { amount: 20 })).body;
	assert.deepEqual(amountsOf(made), ['partially_refunded', 20, 29.99]);
	const { at, queryId, ...refund } = made.refund;
	assert.deepEqual(refund, { amount: 20, refundId: 're_1', status: 'refunded', counted: true, reason: '' });
	assert.ok(Date.parse(at) > 0);
	assert.deepEqual(made.query, { id: queryId, outcome: 'refunded', reason: '' });

	const shown = await orderShown(order);
	assert.deepEqual(amountsOf(shown), ['partially_refunded', 20, 29.99]);
	assert.deepEqual(shown.refunds, [made.refund]);
	const read = (await readBack('transactions', order.transactionId)).body;
	assert.deepEqual([read.status, read.amount, read.amountRefunded], ['succeeded', 49.99, 20]);
	assert.equal((await readBack('orders', order.orderId)).body.status, 'completed');

	assert.deepEqual(amountsOf((await refundMade(order, { amount: 29.99 })).body), ['refunded', 49.99, 0]);
	assert.equal((await readBack('transactions', order.transactionId)).body.amountRefunded, 49.99);
	const { orders } = (await call('GET', '/simulator/orders')).body;
	const line = orders.find(({ orderId }) => orderId === order.orderId);
	assert.deepEqual([line.status, line.refundedAmount], ['refunded', 49.99]);
});

test('answers_of_the_provider_decide_what_is_counted', async (context) => {
	const cases = [
		[200, '{"success":true}', 'refunded', null, ''],
		[200, '{"success":true,"message":"ok","id":"re_2","amount":5.0,"currency":"USD"}', 'refunded', 're_2', ''],
		[200, '{"success":true,"refundId":"re_3","status":"completed"}', 'refunded', 're_3', ''],
		[200, '{"success":true,"id":"re_4","status":"pending"}', 'refunded', 're_4', 'success: true is refunded here, whatever status says'],
		[200, '{"success":false,"message":"Refund is being processed","id":"re_5","refundId":"re_5","status":"pending"}', 'pending', 're_5', 'Refund is being processed'],
		[200, '{"success":false,"message":"Refund exceeds the charge","status":"failed"}', 'failed', null, 'Refund exceeds the charge'],
		[200, '{"success":false,"error":"no"}', 'failed', null, 'no'],
		[200, '{"success":false}', 'failed', null, 'the provider does not say why'],
		[200, '{"success":"true"}', 'failed', null, 'the provider does not say why'],
		[200, '{}', 'failed', null, 'the provider does not say why'],
		[200, '[]', 'failed', null, 'the answer is not one JSON object'],
		[200, 'OK', 'failed', null, 'the answer is not one JSON object'],
		[500, '{"success":true}', 'failed', null, 'the answer has status 500, which says nothing about the refund'],
		[401, `{"success":false,"message":"no key ${API_KEY}"}`, 'failed', null, 'the answer has status 401, which says nothing about the refund: no key [hidden]'],
		[200, `{"success":false,"message":"${'é'.repeat(150)}"}`, 'failed', null, 'é'.repeat(99)],
		[200, `{"success":true,"refundId":"${'x'.repeat(201)}"}`, 'refunded', null, ''],
	];
	for (const [status, body, outcome, refundId, reason] of cases) {
		await context.test(`${status} ${body.slice(0, 80)}`, async () => {
			const order = await orderPaid();
			provider.answer = { status, body };
			const made = (await refundMade(order, { amount: 5 })).body;
			const { refund } = made;
			assert.deepEqual([refund.status, refund.refundId, refund.reason], [outcome, refundId, reason]);
			assert.equal(refund.counted, outcome === 'refunded');
			assert.deepEqual(amountsOf(await orderShown(order)),
				outcome === 'refunded' ? ['partially_refunded', 5, 44.99] : ['paid', 0, 49.99]);
		});
	}
});

test('provider_that_hangs_up_has_refunded_nothing_that_counts', async () => {
	const order = await orderPaid();
	provider.answer = null;
	const { refund, status } = (await refundMade(order, { amount: 5 })).body;
	assert.deepEqual([refund.status, refund.counted, status], ['failed', false, 'paid']);
	assert.match(refund.reason, /^no answer within 10 s, or the connection broke/);
});

test('two_refunds_at_once_are_both_asked_for_and_both_counted', async () => {
	const order = await orderPaid();
	let release;
	const both = new Promise((resolve) => { release = resolve; });
	provider.answer.after = () => {
		if (provider.asked.length === 2) {
			release();
		}
		return both;
	};
	const made = await Promise.all([refundMade(order, { amount: 20 }), refundMade(order, { amount: 20 })]);
	assert.deepEqual(made.map(({ status }) => status), [201, 201]);
	const shown = await orderShown(order);
	assert.deepEqual(amountsOf(shown), ['partially_refunded', 40, 9.99]);
	assert.equal(shown.refunds.length, 2);
});

test('refund_under_way_is_shown_as_running', async () => {
	const order = await orderPaid();
	let shown;
	provider.answer.after = async () => { shown = await orderShown(order); };
	await refundMade(order, { amount: 20 });
	assert.deepEqual([shown.refunds[0].status, shown.refunds[0].counted, shown.refundedAmount], ['running', false, 0]);
});

test('refund_whose_answer_is_lost_is_asked_for_and_not_counted', async () => {
	const order = await orderPaid();
	const { refund } = (await refundMade(order, { amount: 20, count: false })).body;
	assert.deepEqual([refund.status, refund.refundId, refund.counted], ['refunded', 're_1', false]);
	assert.equal(refund.reason, 'the platform has lost this answer, so nothing is counted');
	assert.equal((await readBack('transactions', order.transactionId)).body.amountRefunded, 0);
	assert.deepEqual(amountsOf(await orderShown(order)), ['paid', 0, 49.99]);
	await refundMade(order, { amount: 20, count: true });
	assert.deepEqual(provider.asked[0], provider.asked[1]);
	assert.deepEqual(amountsOf(await orderShown(order)), ['partially_refunded', 20, 29.99]);
});

test('refunds_are_counted_in_decimal_and_kept_digit_by_digit', async (context) => {
	const cases = [
		['USD', '9007199254740.93', '9007199254740.91', '"refundedAmount":9007199254740.91,"refundableAmount":0.02'],
		['KWD', '0.3', '0.1', '"refundedAmount":0.1,"refundableAmount":0.2'],
		['JPY', '1000', '1', '"refundedAmount":1,"refundableAmount":999'],
	];
	for (const [currency, amount, part, expected] of cases) {
		await context.test(`${part} of ${amount} ${currency}`, async () => {
			const order = await orderPaid({ amount, currency });
			const made = await fetch(`${simulator.url}/simulator/orders/${order.orderId}/refunds`, {
				method: 'POST', headers: { 'content-type': 'application/json' }, body: `{"amount":${part}}`,
			});
			assert.ok((await made.text()).includes(expected));
		});
	}
});

test('provider_that_refunds_more_than_was_paid_is_believed', async () => {
	const order = await orderPaid({ amount: 10 });
	await refundMade(order, { amount: 10 });
	assert.deepEqual(amountsOf((await refundMade(order, { amount: 10 })).body), ['refunded', 20, 0]);
});

test('order_that_was_refunded_stays_so_whatever_verify_says', async () => {
	const order = await orderPaid();
	await refundMade(order, { amount: 20 });
	provider.answer.body = '{"failed":true}';
	const again = await call('POST', `/simulator/orders/${order.orderId}/verify`, {});
	assert.deepEqual([again.body.status, again.body.query.outcome], ['partially_refunded', 'failed']);
	const said = await messageSaid(order, success('live', 'ch_2'));
	assert.equal(said.body.status, 'partially_refunded');
	assert.equal((await orderShown(order)).chargeId, 'ch_1');
});

test('refund_is_refused_when_it_makes_no_sense', async (context) => {
	const paid = await orderPaid();
	const yen = await orderPaid({ amount: 1000, currency: 'JPY' });
	const pending = await orderMade();
	const unknown = { orderId: '0123456789abcdef01234567' };
	const cases = [
		['no amount', paid, {}, 400, 'field_invalid'],
		['amount is an object', paid, { amount: {} }, 400, 'field_invalid'],
		['zero', paid, { amount: 0 }, 422, 'amount_invalid'],
		['negative', paid, { amount: -1 }, 422, 'amount_invalid'],
		['third decimal of USD', paid, '{"amount":1.001}', 422, 'amount_invalid'],
		['decimal of JPY', yen, { amount: 1.5 }, 422, 'amount_invalid'],
		['exponent', paid, '{"amount":1e1}', 422, 'amount_invalid'],
		['16 digits', paid, '{"amount":9999999999999999}', 422, 'amount_invalid'],
		['count is a text', paid, { amount: 1, count: 'no' }, 400, 'field_invalid'],
		['order is pending', pending, { amount: 1 }, 409, 'charge_state_invalid'],
		['order is unknown', unknown, { amount: 1 }, 404, 'transaction_unknown'],
		['order id is nonsense', { orderId: 'nonsense' }, { amount: 1 }, 404, 'transaction_unknown'],
		['an array', paid, [], 400, 'json_invalid'],
		['nothing', paid, '', 400, 'json_invalid'],
		['40 kB', paid, { amount: 1, note: 'x'.repeat(40000) }, 413, 'body_too_large'],
	];
	provider.asked = [];
	for (const [name, order, body, status, code] of cases) {
		await context.test(name, async () => {
			const answer = await refundMade(order, body);
			assert.deepEqual([answer.status, answer.body.error.code], [status, code]);
		});
	}
	assert.deepEqual(provider.asked, []);
	assert.deepEqual((await orderShown(paid)).refunds, []);
});

test('refunds_beyond_500_push_out_the_oldest_and_stay_counted', async () => {
	const order = await orderPaid();
	for (let i = 0; i < 510; i += 10) {
		await Promise.all(Array.from({ length: 10 }, () => refundMade(order, { amount: 0.01 })));
	}
	const shown = await orderShown(order);
	assert.deepEqual([shown.refunds.length, shown.refundedAmount], [500, 5.1]);
});
