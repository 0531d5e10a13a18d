/*
 * The simulator alone: what it says to a checkout page, what it makes of what the page says, and the query
 * that follows a success.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { kindOf } from '../../assets/simulator/protocol.mjs';
import {
	API_KEY, LOCATION, PUBLISHABLE_KEY, call, messageSaid, orderMade, orderShown, provider, simulator, simulatorAround,
	success,
} from '../support/simulator.mjs';

simulatorAround();

// --- props ------------------------------------------------------------------------------------

test('props_of_live_order_have_the_shape_seen_on_the_wire', async () => {
	const order = await orderMade({
		amount: 10, currency: 'EUR', product: 'Tea',
		contact: { id: 'W1nPA7y2Dv8oL1MEvs2A', name: 'Ada', email: 'ada@example.com', phone: '+15550100' },
	});
	const { props } = await orderShown(order);
	assert.deepEqual({ ...props, productDetails: null }, {
		type: 'payment_initiate_props', publishableKey: PUBLISHABLE_KEY, amount: 10, currency: 'eur',
		mode: 'payment', name: '', description: '', image: '', productDetails: null,
		contact: { id: 'W1nPA7y2Dv8oL1MEvs2A', name: 'Ada', email: 'ada@example.com', contact: '+15550100' },
		orderId: order.orderId, transactionId: order.transactionId, subscriptionId: '',
		locationId: LOCATION, invoiceId: '', language: 'en-US',
	});
	assert.equal(props.productDetails[0].name, 'Tea');
	assert.equal(props.productDetails[0].prices[0].amount, 1000);
	assert.equal(props.productDetails[0].prices[0].type, 'onetime');
});

test('props_of_brief_order_name_the_contact_and_no_transaction', async () => {
	const order = await orderMade({ dialect: 'brief', contact: { id: 'contact-1' } });
	const { props } = await orderShown(order);
	assert.deepEqual(Object.keys(props), ['type', 'publishableKey', 'amount', 'currency', 'contactId',
		'orderId', 'locationId', 'productDetails']);
	assert.deepEqual([props.contactId, props.currency], ['contact-1', 'USD']);
});

// --- messages and queries ---------------------------------------------------------------------

test('messages_are_kept_as_said_and_page_and_server_judge_them_alike', async (context) => {
	const ready = { type: 'custom_provider_ready', loaded: true };
	const cases = [
		['live', JSON.stringify(ready), 'ready', ''],
		['live', ready, 'unreadable', 'unable to parse event message'],
		['live', 'no JSON', 'unreadable', 'unable to parse event message'],
		['live', '[]', 'unreadable', 'unable to parse event message'],
		['live', '{"type":"custom_provider_ready"}', 'ready', 'ready should say loaded: true'],
		['live', '{"type":"custom_element_close_response"}', 'close', ''],
		['live', '{"type":"other"}', 'other', 'ignored: no type that this parent knows'],
		['brief', ready, 'ready', ''],
		['brief', JSON.stringify(ready), 'unreadable', 'ignored: this parent reads objects'],
		['brief', { type: 'custom_element_error_response', data: { error: 'no' } }, 'error', ''],
		['brief', null, 'unreadable', 'ignored: this parent reads objects'],
	];
	for (const [dialect, message, kind, note] of cases) {
		await context.test(`${dialect} ${JSON.stringify(message)}`, async () => {
			const order = await orderMade({ dialect });
			const said = await messageSaid(order, message);
			assert.equal(said.status, 201);
			assert.deepEqual([said.body.message.kind, said.body.message.note, said.body.query], [kind, note, null]);
			assert.equal(kindOf(dialect, message), kind);
			const [kept] = (await orderShown(order)).messages;
			assert.deepEqual([kept.message, kept.note, kept.direction], [message, note, 'received']);
			assert.deepEqual(provider.asked, []);
		});
	}
});

test('success_of_the_frame_asks_the_provider_with_the_whole_live_question', async () => {
	const order = await orderMade();
	const said = await messageSaid(order, success('live', 'ch_1'));
	assert.deepEqual([said.status, said.body.status, said.body.query.outcome], [201, 'paid', 'paid']);
	assert.deepEqual(provider.asked, [
		{ type: 'verify', transactionId: order.transactionId, apiKey: API_KEY, chargeId: 'ch_1' },
	]);
	const shown = await orderShown(order);
	assert.deepEqual([shown.status, shown.chargeId], ['paid', 'ch_1']);
	assert.equal(shown.queries.length, 1);
	const [query] = shown.queries;
	assert.deepEqual(query.request, { ...provider.asked[0], apiKey: '[hidden]' });
	assert.deepEqual([query.answer, query.httpStatus, query.outcome], [{ success: true }, 200, 'paid']);
	assert.ok(query.durationMs > 0);
});

test('success_of_the_brief_frame_asks_verify_payment', async () => {
	provider.answer.body = '{"success":true,"status":"completed","amount":49.99,"currency":"USD"}';
	const order = await orderMade({ dialect: 'brief' });
	const said = await messageSaid(order, success('brief', 'ch_2'));
	assert.equal(said.body.status, 'paid');
	assert.deepEqual(provider.asked, [{ type: 'verify_payment', apiKey: API_KEY, chargeId: 'ch_2' }]);
});

test('success_that_the_parent_says_itself_asks_nobody', async () => {
	const order = await orderMade();
	const said = await messageSaid(order, success('live', 'ch_1'), 'sent');
	assert.deepEqual([said.body.status, said.body.query, provider.asked.length], ['pending', null, 0]);
});

test('answers_of_the_provider_move_the_order', async (context) => {
	const cases = [
		['live', 200, '{"success":true}', 'paid', ''],
		['live', 200, '{"failed":true}', 'failed', ''],
		['live', 200, '{"success":false}', 'pending', ''],
		['live', 200, '{"success":true,"status":"pending"}', 'paid', 'success: true is paid here, whatever status says'],
		['live', 200, '{"success":"true"}', 'pending', 'the answer has neither success nor failed'],
		['live', 200, '[]', 'pending', 'the answer is not one JSON object'],
		['live', 200, '<html>', 'pending', 'the answer is not one JSON object'],
		['live', 200, '', 'pending', 'the answer is not one JSON object'],
		['live', 500, '{"success":true}', 'pending', 'the answer has status 500, which says nothing about the payment'],
		['live', 401, '{"success":true}', 'pending', 'the answer has status 401, which says nothing about the payment'],
		['brief', 200, '{"success":true,"status":"completed"}', 'paid', ''],
		['brief', 200, '{"success":true,"status":"pending"}', 'pending', ''],
		['brief', 200, '{"success":false,"status":"failed"}', 'failed', ''],
		['brief', 200, '{"success":true}', 'failed', ''],
		['brief', 503, '{"success":true,"status":"completed"}', 'pending', 'the answer has status 503, which says nothing about the payment'],
	];
	for (const [dialect, status, body, outcome, reason] of cases) {
		await context.test(`${dialect} ${status} ${body}`, async () => {
			provider.answer = { status, body };
			const order = await orderMade({ dialect });
			const said = await messageSaid(order, success(dialect, 'ch_1'));
			assert.deepEqual([said.body.status, said.body.query.reason], [outcome, reason]);
			assert.equal((await orderShown(order)).status, outcome);
		});
	}
});

test('provider_that_hangs_up_leaves_the_order_pending_with_the_reason', async () => {
	provider.answer = null;
	const order = await orderMade();
	const said = await messageSaid(order, success('live', 'ch_1'));
	assert.equal(said.body.status, 'pending');
	assert.match(said.body.query.reason, /^no answer within 10 s, or the connection broke/);
	const [query] = (await orderShown(order)).queries;
	assert.deepEqual([query.answer, query.httpStatus, query.outcome], [null, null, 'pending']);
});

test('order_moves_although_the_caller_has_left', async () => {
	const order = await orderMade();
	const caller = new AbortController();
	const left = new Promise((resolve) => { caller.signal.onabort = resolve; });
	const asked = new Promise((resolve) => {
		provider.answer.after = () => {
			resolve();
			return left;
		};
	});
	const said = fetch(`${simulator.url}/simulator/orders/${order.orderId}/messages`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ direction: 'received', message: success('live', 'ch_1') }),
		signal: caller.signal,
	});
	await asked;
	caller.abort();
	await assert.rejects(said, { name: 'AbortError' });
	let shown;
	do {
		shown = await orderShown(order);
	} while (shown.queries[0].outcome === 'running');
	assert.deepEqual([shown.status, shown.queries[0].outcome], ['paid', 'paid']);
});

test('query_under_way_is_shown_as_running', async () => {
	const order = await orderMade();
	let shown;
	provider.answer.after = async () => { shown = await orderShown(order); };
	await messageSaid(order, success('live', 'ch_1'));
	assert.deepEqual([shown.status, shown.queries[0].outcome, shown.queries[0].answer], ['pending', 'running', null]);
});

test('verify_asked_again_settles_a_pending_order', async () => {
	provider.answer.body = '{"success":false}';
	const order = await orderMade();
	await messageSaid(order, success('live', 'ch_1'));
	provider.answer.body = '{"success":true}';
	const again = await call('POST', `/simulator/orders/${order.orderId}/verify`, {});
	assert.deepEqual([again.status, again.body.status, again.body.query.outcome], [200, 'paid', 'paid']);
	assert.equal(provider.asked[1].chargeId, 'ch_1');
});

test('verify_before_a_charge_asks_by_transaction_in_live_and_not_at_all_in_brief', async () => {
	provider.answer.body = '{"success":false}';
	const live = await orderMade();
	assert.equal((await call('POST', `/simulator/orders/${live.orderId}/verify`, {})).status, 200);
	assert.deepEqual(provider.asked, [{ type: 'verify', transactionId: live.transactionId, apiKey: API_KEY }]);
	const brief = await orderMade({ dialect: 'brief' });
	const refused = await call('POST', `/simulator/orders/${brief.orderId}/verify`, {});
	assert.deepEqual([refused.status, refused.body.error.code], [409, 'charge_state_invalid']);
	assert.equal(provider.asked.length, 1);
});

test('order_that_is_paid_stays_paid_and_keeps_its_charge', async () => {
	const order = await orderMade();
	await messageSaid(order, success('live', 'ch_1'));
	provider.answer.body = '{"failed":true}';
	const said = await messageSaid(order, success('live', 'ch_2'));
	assert.deepEqual([said.body.status, said.body.query.outcome], ['paid', 'failed']);
	const shown = await orderShown(order);
	assert.deepEqual([shown.status, shown.chargeId, shown.queries.length], ['paid', 'ch_1', 2]);
});

test('message_is_refused_when_it_is_not_one', async (context) => {
	const order = await orderMade();
	const cases = [
		['no direction', { message: '{}' }, 400, 'field_invalid'],
		['unknown direction', { direction: 'up', message: '{}' }, 400, 'field_invalid'],
		['no message', { direction: 'received' }, 400, 'field_invalid'],
		['too large', { direction: 'received', message: 'x'.repeat(40000) }, 413, 'body_too_large'],
		['no JSON', 'direction=received', 400, 'json_invalid'],
	];
	for (const [name, body, status, code] of cases) {
		await context.test(name, async () => {
			const answer = await call('POST', `/simulator/orders/${order.orderId}/messages`, body);
			assert.deepEqual([answer.status, answer.body.error.code], [status, code]);
		});
	}
	assert.deepEqual((await orderShown(order)).messages, []);
});

test('messages_beyond_500_push_out_the_oldest', async () => {
	const order = await orderMade();
	for (let i = 0; i < 510; i += 10) {
		await Promise.all(Array.from({ length: 10 }, () => messageSaid(order, '{"type":"x"}')));
	}
	const { messages } = await orderShown(order);
	assert.deepEqual([messages.length, messages[0].id, messages.at(-1).id], [500, 11, 510]);
});
