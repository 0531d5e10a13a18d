/*
 * The simulator's custom providers: registered, connected, asked; and what a location's token may read back.
 * Every answer is judged by the platform's documents (tests/support/market.mjs).
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { beforeEach, test } from 'node:test';

import {
	API_KEY, APP, LOCATION, PUBLISHABLE_KEY, TOKEN, call, logRead, orderMade, orderShown, provider, readBack,
	simulator, simulatorAround,
} from '../support/simulator.mjs';
import {
	VERSION, api, bulkInstalled, companyMade, exchanged, faultMade, installed, locationInstalled, providerOf, uninstalled,
} from '../support/market.mjs';

simulatorAround();
beforeEach(() => call('DELETE', '/simulator/faults'));

const PATH = '/payments/custom-provider';
const NO_CONFIG = 'No such config exists for given locationId and marketplaceAppId';
const NO_CLASS = 'This authClass type is not allowed to access this scope. Please verify your IAM configuration if this is not the case.';
const REGISTERED = { name: 'Cards', description: 'All of them', paymentsUrl: 'https://pay.example/checkout',
	queryUrl: 'https://pay.example/query', imageUrl: 'https://pay.example/logo.png', supportsSubscriptionSchedule: true };
const KEYS = { live: { apiKey: 'live_secret_0123456789', publishableKey: 'live_public' },
	test: { apiKey: 'test_secret_0123456789', publishableKey: 'test_public' } };
const NEED = ['name', 'description', 'paymentsUrl', 'queryUrl', 'imageUrl'];

const ask = (location, method, what, body, more = {}) => api(method, `${PATH}/${what}?locationId=${location.id}`,
	{ token: location.token.access_token, body, ...more });

async function connected(registered = REGISTERED) {
	const location = await locationInstalled();
	assert.equal((await ask(location, 'POST', 'provider', registered)).status, 200);
	assert.equal((await ask(location, 'POST', 'connect', KEYS)).status, 200);
	return location;
}

const read = (token, kind, id, altId, more = '') => api('GET', `/payments/${kind}/${id}?altId=${altId}&altType=location${more}`, { token });

test('provider_is_registered_connected_read_and_taken_away', async () => {
	const location = await locationInstalled();
	const made = await ask(location, 'POST', 'provider', REGISTERED);
	assert.equal(made.status, 200);
	const { _id: id, createdAt, ...rest } = made.body;
	assert.match(id, /^[0-9a-f]{24}$/);
	assert.equal(rest.marketplaceAppId, APP);
	assert.equal(rest.locationId, location.id);
	assert.equal(rest.deleted, false);
	assert.deepEqual(Object.fromEntries(Object.keys(REGISTERED).map((name) => [name, rest[name]])), REGISTERED);
	const joined = await ask(location, 'POST', 'connect', KEYS);
	assert.equal(joined.status, 200);
	assert.equal(joined.body._id, id);
	assert.equal(joined.body.createdAt, createdAt);
	assert.deepEqual(joined.body.paymentProvider, { live: { ...KEYS.live, liveMode: true }, test: { ...KEYS.test, liveMode: false } });
	const shown = await ask(location, 'GET', 'connect');
	assert.deepEqual({ ...shown.body, traceId: 0 }, { ...joined.body, traceId: 0 });
	assert.deepEqual((await ask(location, 'DELETE', 'provider')).body, { success: true });
	assert.equal((await ask(location, 'GET', 'connect')).status, 400);
	assert.equal((await providerOf(location.id)).provider, null);
	assert.equal((await providerOf(location.id)).keys, null);
});

test('provider_registered_again_keeps_its_keys_and_takes_what_is_new', async () => {
	const location = await connected();
	const again = await ask(location, 'POST', 'provider', { ...REGISTERED, name: 'Other' });
	assert.equal(again.status, 200);
	assert.equal(again.body.name, 'Other');
	assert.equal(again.body.paymentProvider.test.apiKey, KEYS.test.apiKey);
});

test('keys_connected_again_replace_those_before_and_a_mode_can_leave', async () => {
	const location = await connected();
	const next = { ...KEYS, test: { apiKey: 'next_secret_0123456789', publishableKey: 'next_public' } };
	assert.equal((await ask(location, 'POST', 'connect', next)).body.paymentProvider.test.apiKey, next.test.apiKey);
	assert.deepEqual((await ask(location, 'POST', 'disconnect', { liveMode: true })).body, { success: true });
	assert.deepEqual(Object.keys((await providerOf(location.id)).keys), ['test']);
});

test('nothing_goes_before_the_provider_is_registered', async (context) => {
	const location = await locationInstalled();
	for (const [method, what, body] of [['GET', 'connect'], ['POST', 'connect', KEYS], ['POST', 'disconnect', { liveMode: false }],
		['DELETE', 'provider']]) {
		await context.test(`${method} ${what}`, async () => {
			const answer = await ask(location, method, what, body);
			assert.equal(answer.status, 400);
			assert.equal(answer.body.message, NO_CONFIG);
		});
	}
	const answer = await ask(location, 'PUT', 'capabilities', { supportsSubscriptionSchedules: true, locationId: location.id });
	assert.equal(answer.body.message, NO_CONFIG);
});

test('body_that_is_not_as_documented_gets_all_complaints', async (context) => {
	const location = await connected();
	for (const [what, method, path, body, complaints] of [
		['no provider', 'POST', 'provider', {}, [...NEED.map((name) => `${name} must be a string`), 'supportsSubscriptionSchedule must be a boolean']],
		['a provider that is a list', 'POST', 'provider', [], ['body must be an object']],
		['a provider without a body', 'POST', 'provider', undefined, ['body must be an object']],
		['an extra field', 'POST', 'provider', { ...REGISTERED, locationId: location.id }, ['property locationId should not exist']],
		['wrong types', 'POST', 'provider', { ...REGISTERED, name: 1, supportsSubscriptionSchedule: 'true' },
			['name must be a string', 'supportsSubscriptionSchedule must be a boolean']],
		['a null', 'POST', 'provider', { ...REGISTERED, imageUrl: null }, ['imageUrl must be a string']],
		['one mode', 'POST', 'connect', { live: KEYS.live }, ['test must be an object']],
		['keys of no mode', 'POST', 'connect', KEYS.live, ['property apiKey should not exist', 'property publishableKey should not exist',
			'live must be an object', 'test must be an object']],
		['a mode with half of its keys', 'POST', 'connect', { ...KEYS, test: { apiKey: 'a' } }, ['test.publishableKey must be a string']],
		['a mode with more', 'POST', 'connect', { ...KEYS, live: { ...KEYS.live, liveMode: true } }, ['property live.liveMode should not exist']],
		['the mode beside the keys', 'POST', 'connect', { ...KEYS, liveMode: true }, ['property liveMode should not exist']],
		['a mode that is a list', 'POST', 'connect', { ...KEYS, live: [] }, ['live must be an object']],
		['a mode in words', 'POST', 'disconnect', { liveMode: 'true' }, ['liveMode must be a boolean']],
		['a capability in words', 'PUT', 'capabilities', { supportsSubscriptionSchedules: 'yes', locationId: location.id },
			['supportsSubscriptionSchedules must be a boolean']],
		['the other spelling', 'PUT', 'capabilities', { supportsSubscriptionSchedule: true, locationId: location.id },
			['property supportsSubscriptionSchedule should not exist', 'supportsSubscriptionSchedules must be a boolean']],
	]) {
		await context.test(what, async () => {
			const answer = await ask(location, method, path, body);
			assert.equal(answer.status, 422, answer.text);
			assert.deepEqual([...answer.body.message].sort(), [...complaints].sort());
			assert.equal(answer.body.error, 'Unprocessable Entity');
		});
	}
	assert.equal((await providerOf(location.id)).provider.name, REGISTERED.name, 'none of them changed anything');
});

test('caller_who_may_not_is_refused_as_the_platform_does', async (context) => {
	const location = await connected();
	const other = await locationInstalled();
	const { token: company } = await bulkInstalled(1);
	const reader = await locationInstalled({ scope: 'payments/custom-provider.readonly' });
	const writer = await locationInstalled({ scope: 'payments/custom-provider.write' });
	for (const [what, from, method, path, more, status, message] of [
		['no version', location, 'GET', 'connect', { version: null }, 401, 'version header was not found.'],
		['another version', location, 'GET', 'connect', { version: '1999-01-01' }, 401, 'version header is invalid'],
		['no token', location, 'GET', 'connect', { token: undefined }, 401, 'Invalid JWT'],
		['the settings\' token', location, 'GET', 'connect', { token: TOKEN }, 401, 'Invalid JWT'],
		['a company\'s token', location, 'GET', 'connect', { token: company.access_token }, 401, NO_CLASS],
		['another location', location, 'GET', 'connect', { token: other.token.access_token }, 403, 'The token does not have access to this location.'],
		['a reader who writes', reader, 'DELETE', 'provider', {}, 401, 'The token is not authorized for this scope.'],
		['a writer who reads', writer, 'GET', 'connect', {}, 401, 'The token is not authorized for this scope.'],
		['no location', { ...location, id: '' }, 'GET', 'connect', {}, 422, ['locationId should not be empty']],
	]) {
		await context.test(what, async () => {
			const answer = await ask(from, method, path, undefined, more);
			assert.equal(answer.status, status, answer.text);
			assert.deepEqual(answer.body.message, message);
		});
	}
});

test('capability_is_of_a_location_or_of_its_company', async () => {
	const location = await connected();
	const put = (body) => api('PUT', `${PATH}/capabilities`, { token: location.token.access_token, body: { supportsSubscriptionSchedules: true, ...body } });
	assert.deepEqual((await put({ locationId: location.id })).body, { success: true });
	assert.equal((await providerOf(location.id)).capability, true);
	assert.deepEqual((await put({ companyId: location.company.id })).body, { success: true });
	assert.equal((await call('GET', `/simulator/companies/${location.company.id}`)).body.capability, true);
	assert.equal((await put({ companyId: (await companyMade()).id })).status, 403);
	assert.equal((await put({})).status, 422);
	assert.equal((await put({ companyId: 1 })).status, 422);
});

test('provider_is_shregisteredto_the_developer_without_its_secrets', async () => {
	const location = await connected();
	const shown = await providerOf(location.id);
	assert.deepEqual(shown.provider, REGISTERED);
	assert.deepEqual(shown.keys.test, { publishableKey: 'test_public', apiKeyLastFour: '6789',
		apiKeySha256: createHash('sha256').update(KEYS.test.apiKey).digest('hex') });
	const calls = JSON.stringify((await call('GET', `/simulator/calls?path=${PATH}/connect`)).body);
	assert.ok(!calls.includes(KEYS.test.apiKey) && !calls.includes(KEYS.live.apiKey));
	assert.ok(calls.includes('test_public'));
});

test('order_of_a_location_goes_to_its_own_provider_with_the_keys_of_its_mode', async (t) => {
	const asked = [];
	const own = createServer(async (question, answer) => {
		const chunks = [];
		for await (const chunk of question) {
			chunks.push(chunk);
		}
		asked.push({ url: question.url, body: JSON.parse(Buffer.concat(chunks)) });
		answer.writeHead(200, { 'content-type': 'application/json' }).end('{"success":true}');
	}).listen(0, '127.0.0.1');
	t.after(() => { own.close(); own.closeAllConnections(); });
	await once(own, 'listening');
	const registered = { ...REGISTERED, queryUrl: `http://127.0.0.1:${own.address().port}/query/own` };
	const location = await connected(registered);
	for (const [liveMode, mode] of [[false, 'test'], [true, 'live']]) {
		const order = await orderMade({ dialect: 'live', locationId: location.id, liveMode });
		assert.equal((await call('POST', `/simulator/orders/${order.orderId}/verify`, {})).status, 200);
		const { props, paymentsUrl, queryUrl } = await orderShown(order);
		assert.equal(props.publishableKey, KEYS[mode].publishableKey);
		assert.deepEqual({ paymentsUrl, queryUrl }, { paymentsUrl: registered.paymentsUrl, queryUrl: registered.queryUrl });
		assert.deepEqual(asked.splice(0), [{ url: '/query/own', body: { type: 'verify', transactionId: order.transactionId, apiKey: KEYS[mode].apiKey } }]);
	}
	assert.deepEqual(provider.asked, [], 'the settings\' provider was not asked');
});

test('order_of_a_location_without_a_provider_goes_where_the_settings_say', async () => {
	const location = await locationInstalled();
	for (const wish of [{}, { locationId: location.id }]) {
		const order = await orderMade({ dialect: 'live', ...wish });
		await call('POST', `/simulator/orders/${order.orderId}/verify`, {});
		assert.equal(provider.asked.splice(0)[0].apiKey, API_KEY);
		assert.equal((await orderShown(order)).props.publishableKey, PUBLISHABLE_KEY);
	}
});

test('order_in_a_mode_that_is_not_connected_is_all_of_the_settings_provider', async () => {
	const location = await connected();
	await ask(location, 'POST', 'disconnect', { liveMode: true });
	const order = await orderMade({ dialect: 'live', locationId: location.id, liveMode: true });
	await call('POST', `/simulator/orders/${order.orderId}/verify`, {});
	assert.deepEqual(provider.asked.map(({ apiKey }) => apiKey), [API_KEY]);
	const { props, paymentsUrl, queryUrl } = await orderShown(order);
	assert.equal(props.publishableKey, PUBLISHABLE_KEY);
	assert.deepEqual({ paymentsUrl, queryUrl }, { paymentsUrl: `${provider.url}/checkout`, queryUrl: `${provider.url}/query` });
});

test('order_of_a_location_that_uninstalled_no_longer_reaches_its_provider', async () => {
	const location = await connected();
	assert.equal((await uninstalled({ locationId: location.id })).status, 200);
	const order = await orderMade({ dialect: 'live', locationId: location.id });
	assert.equal((await orderShown(order)).props.publishableKey, PUBLISHABLE_KEY);
	assert.equal((await providerOf(location.id)).provider.name, REGISTERED.name, 'it cannot be taken away any more');
	const { code } = await installed({ locationIds: [location.id], by: 'location' });
	const { body: token } = await exchanged(code);
	assert.equal((await ask({ ...location, token }, 'GET', 'connect')).status, 200, 'and is there after the next installation');
});

test('read_back_takes_the_token_of_the_location_and_no_other', async (context) => {
	const location = await locationInstalled();
	const other = await locationInstalled();
	const { token: company } = await bulkInstalled(1);
	const narrow = await locationInstalled({ scope: 'payments/orders.readonly' });
	const order = await orderMade({ locationId: location.id });
	const token = location.token.access_token;
	for (const [kind, id] of [['transactions', order.transactionId], ['orders', order.orderId]]) {
		const answer = await read(token, kind, id, location.id);
		assert.equal(answer.status, 200, answer.text);
		assert.equal(answer.body._id, id);
		assert.equal(answer.body.altId, location.id);
		assert.equal(answer.headers.get('x-ratelimit-max'), '100');
	}
	for (const [what, bearer, altId, status, message] of [
		['another location', other.token.access_token, location.id, 403, 'The token does not have access to this location.'],
		['its order at another', other.token.access_token, other.id, 404, 'Transaction not found'],
		['the settings\' token', TOKEN, location.id, 403, 'The token does not have access to this location.'],
		['the settings\' token at home', TOKEN, LOCATION, 404, 'Transaction not found'],
		['a company', company.access_token, location.id, 401, NO_CLASS],
		['a scope too few', narrow.token.access_token, narrow.id, 401, 'The token is not authorized for this scope.'],
		['nobody', 'eyJ.eyJ.s', location.id, 401, 'Invalid JWT'],
		['no place', token, '', 422, ['altId should not be empty']],
	]) {
		await context.test(what, async () => {
			const answer = await read(bearer, 'transactions', order.transactionId, altId);
			assert.equal(answer.status, status, answer.text);
			assert.deepEqual(answer.body.message, message);
		});
	}
	assert.equal((await read(token, 'transactions', order.orderId, location.id)).status, 404, 'an order\'s id is no transaction\'s');
	await call('POST', '/simulator/expiry', { locationId: location.id });
	assert.equal((await read(token, 'transactions', order.transactionId, location.id)).body.message, 'Invalid JWT');
});

test('read_back_is_limited_logged_and_broken_as_other_calls_are', async () => {
	const location = await locationInstalled();
	const order = await orderMade({ locationId: location.id });
	const path = `/payments/transactions/${order.transactionId}`;
	const readOnce = () => read(location.token.access_token, 'transactions', order.transactionId, location.id);
	await faultMade('/payments/transactions/{id}', '500');
	assert.equal((await readOnce()).status, 500);
	await faultMade(path, 'lost');
	await assert.rejects(readOnce());
	await faultMade(path, 'slow', { ms: 300 });
	const begin = Date.now();
	assert.equal((await readOnce()).status, 200);
	assert.ok(Date.now() - begin >= 290);
	const logged = (await call('GET', `/simulator/calls?path=${path}`)).body.calls;
	assert.deepEqual(logged.map(({ httpStatus }) => httpStatus), [200, 200, 500]);
	assert.deepEqual(logged[0].query, { altId: location.id, altType: 'location' });
	assert.equal(logged[0].class, 'Location');
	const answers = await Promise.all(Array.from({ length: 105 }, readOnce));
	assert.equal(answers.filter(({ status }) => status === 429).length, 8, 'three were made before');
	assert.equal((await readBack('transactions', (await orderMade()).transactionId)).status, 200, 'the settings\' own is not limited');
});

test('caller_who_leaves_while_the_platform_is_slow_harms_nobody', async () => {
	const location = await locationInstalled();
	const order = await orderMade({ locationId: location.id });
	const headers = { authorization: `Bearer ${location.token.access_token}`, version: VERSION };
	for (const path of [`/payments/transactions/${order.transactionId}?altId=${location.id}&altType=location`,
		`${PATH}/connect?locationId=${location.id}`]) {
		await faultMade(path.split('?')[0], 'slow', { ms: 200 });
		await assert.rejects(fetch(simulator.url + path, { headers, signal: AbortSignal.timeout(60) }));
	}
	/* The next slow call is answered after both have come to their end. */
	await faultMade(`${PATH}/connect`, 'slow', { ms: 400 });
	assert.equal((await ask(location, 'GET', 'connect')).status, 400);
	assert.equal((await read(location.token.access_token, 'transactions', order.transactionId, location.id)).status, 200);
	assert.doesNotMatch(await logRead(), /worker \d+ died/);
});

test('read_back_with_hostile_words_is_refused_and_not_an_error', async () => {
	const { token } = await locationInstalled();
	const id = '0123456789abcdef01234567';
	for (const more of ['%00', '%ff', '%ed%a0%80', `${'a'.repeat(5000)}`]) {
		const { status } = await api('GET', `/payments/transactions/${id}?altId=${more}&altType=location`,
			{ token: token.access_token, version: VERSION });
		assert.ok(status >= 400 && status < 500, `${status} for ${more.slice(0, 12)}`);
	}
});
