/*
 * The simulator alone: saving a card for a contact, and the question which cards are saved.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
	API_KEY, LOCATION, PUBLISHABLE_KEY, call, orderMade, provider, simulator, simulatorAround,
} from '../support/simulator.mjs';

simulatorAround();

const VISA = {
	id: 'pm_1', type: 'card', title: 'Visa', subTitle: '**** 4242', expiry: '12/31', customerId: 'cus_1',
	imageUrl: 'https://provider.example/assets/card-visa.svg',
};
const BRIEF_VISA = { id: 'pm_1', type: 'card', last4: '4242', expiryMonth: 12, expiryYear: 2031, customerId: 'cus_1' };

let count = 0;

const contactNew = () => `contact-${++count}`;
const contactShown = async (id) => (await call('GET', `/simulator/contacts/${id}`)).body;
const cardsAsked = (id, body = {}) => call('POST', `/simulator/contacts/${id}/payment-methods`, body);

function setupSaid(id, message, wish = {}) {
	return call('POST', `/simulator/contacts/${id}/messages`, { direction: 'received', message, ...wish });
}

// --- contacts -----------------------------------------------------------------------------------

test('contact_is_known_by_its_newest_order', async () => {
	const id = contactNew();
	await orderMade({ contact: { id, name: 'Old', email: 'old@example.com' } });
	const order = await orderMade({ contact: { id, name: 'Ada', email: 'ada@example.com', phone: '+15550100' } });
	await orderMade({ contact: { id: `${id}x`, name: 'Other' } });
	const shown = await contactShown(id);
	assert.deepEqual([shown.contactId, shown.name, shown.email, shown.phone], [id, 'Ada', 'ada@example.com', '+15550100']);
	assert.deepEqual([shown.orders.length, shown.orders[0].orderId], [2, order.orderId]);
	assert.deepEqual([shown.messages, shown.queries], [[], []]);
});

test('contact_that_nobody_named_before_is_empty', async () => {
	const id = contactNew();
	const shown = await contactShown(id);
	assert.deepEqual([shown.contactId, shown.name, shown.orders], [id, '', []]);
});

test('setup_props_have_the_shapes_of_both_dialects', async () => {
	const id = contactNew();
	await orderMade({ contact: { id, name: 'Ada', email: 'ada@example.com', phone: '+15550100' } });
	assert.deepEqual((await contactShown(id)).setupProps, {
		live: {
			type: 'setup_initiate_props', publishableKey: PUBLISHABLE_KEY, currency: 'USD', mode: 'setup',
			contact: { id, name: 'Ada', email: 'ada@example.com', contact: '+15550100' }, locationId: LOCATION,
		},
		brief: { type: 'setup_initiate_props', publishableKey: PUBLISHABLE_KEY, contactId: id, locationId: LOCATION },
	});
	const stranger = contactNew();
	assert.deepEqual((await contactShown(stranger)).setupProps.live.contact, { id: stranger });
});

test('messages_of_a_setup_are_kept_as_said_and_ask_nobody', async (context) => {
	const saved = { type: 'custom_element_success_response' };
	const cases = [
		['live', JSON.stringify(saved), 'success', ''],
		['live', JSON.stringify({ ...saved, chargeId: 'ch_1' }), 'success', 'ignored: saving a card makes no charge'],
		['live', saved, 'unreadable', 'unable to parse event message'],
		['brief', { ...saved, data: {} }, 'success', ''],
		['brief', { ...saved, data: { chargeId: 'ch_1' } }, 'success', 'ignored: saving a card makes no charge'],
		['brief', JSON.stringify(saved), 'unreadable', 'ignored: this parent reads objects'],
		['live', '{"type":"custom_element_error_response","error":{"description":"no"}}', 'error', ''],
	];
	for (const [dialect, message, kind, note] of cases) {
		await context.test(`${dialect} ${JSON.stringify(message)}`, async () => {
			const id = contactNew();
			const said = await setupSaid(id, message, { dialect });
			assert.equal(said.status, 201);
			assert.deepEqual(said.body, { message: { id: 1, kind, note } });
			const [kept] = (await contactShown(id)).messages;
			assert.deepEqual([kept.message, kept.note, kept.direction], [message, note, 'received']);
			assert.deepEqual(provider.asked, []);
		});
	}
});

test('messages_of_a_contact_beyond_500_push_out_the_oldest', async () => {
	const id = contactNew();
	for (let i = 0; i < 510; i += 10) {
		await Promise.all(Array.from({ length: 10 }, () => setupSaid(id, '{"type":"x"}')));
	}
	const { messages } = await contactShown(id);
	assert.deepEqual([messages.length, messages[0].id, messages.at(-1).id], [500, 11, 510]);
});

// --- saved cards --------------------------------------------------------------------------------

test('saved_cards_are_asked_for_in_either_dialect', async (context) => {
	const cases = [
		['live', { type: 'list_payment_methods', locationId: LOCATION }, [VISA], VISA],
		['brief', { type: 'get_payment_methods' }, { paymentMethods: [BRIEF_VISA] }, BRIEF_VISA],
	];
	for (const [dialect, question, answer, card] of cases) {
		await context.test(dialect, async () => {
			provider.answer.body = JSON.stringify(answer);
			const id = contactNew();
			const asked = await cardsAsked(id, { dialect });
			assert.equal(asked.status, 200);
			assert.deepEqual(asked.body, {
				httpStatus: 200, answer, methods: [card], reason: '', query: { id: 1, outcome: 'listed', reason: '' },
			});
			assert.deepEqual(provider.asked, [{ ...question, contactId: id, apiKey: API_KEY }]);
			const [query] = (await contactShown(id)).queries;
			assert.deepEqual(query.request, { ...provider.asked[0], apiKey: '[hidden]' });
			assert.deepEqual([query.answer, query.httpStatus, query.outcome, query.reason], [answer, 200, 'listed', '']);
		});
	}
});

test('answers_about_saved_cards_are_read_as_the_platform_reads_them', async (context) => {
	const { imageUrl, customerId, ...bare } = VISA;
	const cases = [
		['live', 200, '[]', [], ''],
		['live', 200, JSON.stringify([bare]), [bare], ''],
		['live', 200, JSON.stringify([{ ...bare, imageUrl: null, extra: [1] }]), [bare], ''],
		['live', 200, '[{"id":"pm_1","title":"Visa"}]', [{ id: 'pm_1', title: 'Visa' }], 'an entry lacks title, subTitle or expiry'],
		['live', 200, JSON.stringify([{ ...bare, id: 7 }, bare]), [bare], 'an entry has no id of up to 200 bytes, and is left out'],
		['live', 200, JSON.stringify([{ ...bare, id: 'x'.repeat(201) }]), [], 'an entry has no id of up to 200 bytes, and is left out'],
		['live', 200, '["pm_1"]', [], 'an entry has no id of up to 200 bytes, and is left out'],
		['live', 200, JSON.stringify({ success: true, paymentMethods: [VISA] }), [], 'the answer is no bare array, which is what the platform reads'],
		['live', 200, 'OK', [], 'the answer is not one JSON value'],
		['live', 200, '', [], 'the answer is not one JSON value'],
		['live', 401, '{"success":false,"code":"api_key_invalid","message":"api key is missing or not known"}', [],
			'the answer has status 401, which says nothing about the cards: api key is missing or not known'],
		['live', 503, JSON.stringify([VISA]), [], 'the answer has status 503, which says nothing about the cards'],
		['brief', 200, '{"paymentMethods":[]}', [], ''],
		['brief', 200, JSON.stringify([BRIEF_VISA]), [], 'the answer has no array paymentMethods'],
		['brief', 200, '{"paymentMethods":[{"id":"pm_1","last4":"4242"}]}', [{ id: 'pm_1', last4: '4242' }], 'an entry lacks last4, expiryMonth or expiryYear'],
	];
	for (const [dialect, status, body, methods, reason] of cases) {
		await context.test(`${dialect} ${status} ${body.slice(0, 60)}`, async () => {
			provider.answer = { status, body };
			const asked = (await cardsAsked(contactNew(), { dialect })).body;
			assert.deepEqual([asked.httpStatus, asked.methods, asked.reason], [status, methods, reason]);
			const listed = status === 200 && (methods.length > 0 || reason === '' || reason.startsWith('an entry'));
			assert.equal(asked.query.outcome, listed ? 'listed' : 'failed');
		});
	}
});

test('cards_that_cannot_be_asked_for_have_a_reason', async () => {
	provider.answer = null;
	const { httpStatus, answer, methods, reason } = (await cardsAsked(contactNew())).body;
	assert.deepEqual([httpStatus, answer, methods], [null, null, []]);
	assert.match(reason, /^no answer within 10 s, or the connection broke/);
});

test('key_that_the_provider_repeats_is_hidden_in_cards', async () => {
	provider.answer.body = JSON.stringify([{ ...VISA, title: API_KEY, id: `pm_${API_KEY}` }]);
	const id = contactNew();
	const asked = (await cardsAsked(id)).body;
	assert.deepEqual([asked.methods[0].title, asked.methods[0].id], ['[hidden]', 'pm_[hidden]']);
	assert.ok(!JSON.stringify([asked, await contactShown(id)]).includes(API_KEY));
});

test('query_about_cards_under_way_is_shown_as_running', async () => {
	const id = contactNew();
	let shown;
	provider.answer.after = async () => { shown = await contactShown(id); };
	await cardsAsked(id);
	assert.deepEqual([shown.queries[0].outcome, shown.queries[0].answer], ['running', null]);
});

// --- refusals -----------------------------------------------------------------------------------

test('requests_about_contacts_are_refused_when_they_make_no_sense', async (context) => {
	const good = { direction: 'received', message: '{}' };
	const cases = [
		['GET', '/contacts/a%2Fb', undefined, 404, 'route_unknown'],
		['GET', `/contacts/${'x'.repeat(80)}`, undefined, 404, 'route_unknown'],
		['POST', '/contacts/a%2Fb/messages', good, 404, 'route_unknown'],
		['POST', '/contacts/a/messages', { message: '{}' }, 400, 'field_invalid'],
		['POST', '/contacts/a/messages', { ...good, direction: 'up' }, 400, 'field_invalid'],
		['POST', '/contacts/a/messages', { direction: 'received' }, 400, 'field_invalid'],
		['POST', '/contacts/a/messages', { ...good, dialect: 'klingon' }, 400, 'field_invalid'],
		['POST', '/contacts/a/messages', { ...good, message: 'x'.repeat(40000) }, 413, 'body_too_large'],
		['POST', '/contacts/a/payment-methods', { dialect: 7 }, 400, 'field_invalid'],
		['POST', '/contacts/a/payment-methods', [], 400, 'json_invalid'],
		['POST', '/contacts/a/payment-methods', '', 400, 'json_invalid'],
		['POST', '/contacts/a%2Fb/payment-methods', {}, 404, 'route_unknown'],
	];
	for (const [method, where, body, status, code] of cases) {
		await context.test(`${method} ${where.slice(0, 40)} ${(JSON.stringify(body) ?? '').slice(0, 60)}`, async () => {
			const answer = await call(method, `/simulator${where}`, body);
			assert.deepEqual([answer.status, answer.body.error.code], [status, code]);
		});
	}
	assert.deepEqual(provider.asked, []);
	assert.deepEqual((await contactShown('a')).messages, []);
});

// --- the page -----------------------------------------------------------------------------------

test('page_of_a_contact_frames_the_provider_and_shows_its_pictures', async () => {
	const page = await fetch(`${simulator.url}/contacts/${contactNew()}`);
	assert.equal(page.status, 200);
	const policy = page.headers.get('content-security-policy');
	assert.ok(policy.includes(`frame-src ${provider.url};`));
	assert.ok(policy.includes(`img-src 'self' https: ${provider.url};`));
	assert.doesNotMatch(policy, /unsafe/);
	assert.doesNotMatch(await page.text(), / style=|<style|<script>| on\w+=/);
	assert.equal((await call('GET', '/contacts/a%2Fb')).status, 404);
});
