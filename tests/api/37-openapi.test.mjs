/*
 * Every request that we send to the platform, and every answer of the simulator, against the official documents:
 * a whole life of an installation through a proxy that writes both down.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

import { eventually, request } from '../support/payer.mjs';
import { answerWrong, operationOf, requestWrong } from '../support/openapi.mjs';
import { startStack } from '../support/stack.mjs';

let stack, proxy;
const seen = [];

before(async () => {
	proxy = createServer(pass);
	proxy.listen(0, '127.0.0.1');
	await once(proxy, 'listening');
	stack = await startStack({ kassa: { KASSA_JOBS_POLL_MS: '50', KASSA_PLATFORM_URL: `http://127.0.0.1:${proxy.address().port}` } });
});
after(async () => {
	proxy?.close();
	proxy?.closeAllConnections();
	await stack?.stop();
});

async function pass(question, answer) {
	const chunks = [];
	for await (const chunk of question) {
		chunks.push(chunk);
	}
	const body = Buffer.concat(chunks).toString();
	const url = new URL(question.url, stack.simulatorUrl);
	const { host, connection, 'content-length': length, ...headers } = question.headers;
	const answered = await fetch(url, { method: question.method, headers, body: body === '' ? undefined : body });
	const text = await answered.text();
	seen.push({ method: question.method, url, headers: question.headers, body, status: answered.status, text });
	answer.writeHead(answered.status, { 'content-type': 'application/json' });
	answer.end(text);
}

const simulator = async (path, body) => (await request(`${stack.simulatorUrl}${path}`, body === undefined ? { method: 'GET' } : { body })).json;
const connected = (locationId) => eventually(() => simulator(`/simulator/providers/${locationId}`), (has) => has?.keys?.test !== undefined);
const follow = async (wish) => {
	const { redirect } = await simulator('/simulator/installations', wish);
	assert.equal((await request(redirect, { method: 'GET' })).status, 200);
};

test('a life of an installation sends what is documented, and is answered as documented', async () => {
	const company = await simulator('/simulator/companies', { name: 'Agency', locations: 3 });
	const ids = company.locations.map(({ id }) => id);
	await follow({ companyId: company.id, bulk: true });
	await Promise.all(ids.map(connected));
	const [id] = ids;
	/* Its token ends: it is refreshed for the read-back of a checkout. */
	await stack.psql(`update kassa.installation set access_until = now() where location_id = '${id}'`);
	const order = await simulator('/simulator/orders', { amount: 5, currency: 'USD', dialect: 'live', locationId: id });
	const { props } = await simulator(`/simulator/orders/${order.orderId}`);
	const opened = await request(`${stack.kassaUrl}/checkout/sessions`, { body: { publishableKey: props.publishableKey, dialect: 'live',
		transactionId: order.transactionId, orderId: order.orderId, amount: 5, currency: 'USD' } });
	assert.equal(opened.json.status, 'open', opened.text);
	assert.equal((await request(`${stack.simulatorUrl}/simulator/installations?locationId=${id}`, { method: 'DELETE' })).status, 200);
	await eventually(() => stack.psql(`select access_sealed is null from kassa.installation where location_id = '${id}'`), ([row]) => row[0] === 't');
	const called = new Set(seen.map(({ method, url }) => `${method} ${operationOf(method, url.pathname)?.pattern ?? url.pathname}`));
	for (const wanted of ['POST /oauth/token', 'POST /oauth/locationToken', 'GET /oauth/installedLocations',
		'POST /payments/custom-provider/provider', 'POST /payments/custom-provider/connect', 'DELETE /payments/custom-provider/provider',
		'GET /payments/transactions/{transactionId}']) {
		assert.ok(called.has(wanted), `${wanted} was not called; there were ${Array.from(called)}`);
	}
	for (const call of seen) {
		assert.deepEqual(requestWrong(call), [], `${call.method} ${call.url}`);
		assert.deepEqual(answerWrong(call), [], `answer ${call.status} to ${call.method} ${call.url.pathname}`);
	}
});

test('the judge tells a request that is not as documented', () => {
	const url = new URL('http://platform/payments/custom-provider/connect?locationId=L');
	const headers = { version: '2021-07-28', 'content-type': 'application/json' };
	const keys = { apiKey: 'a', publishableKey: 'p' };
	const wrong = (more) => requestWrong({ method: 'POST', url, headers, body: JSON.stringify({ live: keys, test: keys }), ...more }).length > 0;
	assert.equal(wrong({}), false);
	assert.ok(wrong({ body: JSON.stringify({ live: keys }) }));
	assert.ok(wrong({ body: JSON.stringify({ live: keys, test: { ...keys, apiKey: 1 } }) }));
	assert.ok(wrong({ body: JSON.stringify({ live: keys, test: keys, locationId: 'L' }) }));
	assert.ok(wrong({ headers: { ...headers, version: '2020-01-01' } }));
	assert.ok(wrong({ url: new URL('http://platform/payments/custom-provider/connect') }));
	assert.ok(wrong({ url: new URL('http://platform/payments/custom-provider/config?locationId=L') }));
});

/* Its other answers: what is refused, and what Kassa does not ask yet. */
for (const [what, method, path, body, status] of [
	['a provider without a name', 'POST', 'provider', { description: '' }, 422],
	['keys of one mode', 'POST', 'connect', { live: { apiKey: 'a', publishableKey: 'b' } }, 422],
	['a connection that is read', 'GET', 'connect', undefined, 200],
	['a mode that is disconnected', 'POST', 'disconnect', { liveMode: true }, 200],
	['capabilities', 'PUT', 'capabilities', { supportsSubscriptionSchedules: true }, 200],
]) {
	test(`the simulator answers ${what} as documented`, async () => {
		const company = await simulator('/simulator/companies', { name: 'Other', locations: 1 });
		const [{ id }] = company.locations;
		const { code } = await simulator('/simulator/installations', { locationIds: [id], by: 'location' });
		const form = new URLSearchParams({ client_id: await setting('CLIENT_ID'), client_secret: await stack.secret('client-secret'),
			grant_type: 'authorization_code', code });
		const { access_token: token } = await (await fetch(`${stack.simulatorUrl}/oauth/token`, { method: 'POST', body: form })).json();
		const headers = { authorization: `Bearer ${token}`, version: '2021-07-28' };
		await request(`${stack.simulatorUrl}/payments/custom-provider/provider?locationId=${id}`, { headers, body: { name: 'n', description: 'd',
			paymentsUrl: 'https://p.example/c', queryUrl: 'https://p.example/q', imageUrl: 'https://p.example/i', supportsSubscriptionSchedule: false } });
		const query = path === 'capabilities' ? '' : `?locationId=${id}`;
		const url = new URL(`/payments/custom-provider/${path}${query}`, stack.simulatorUrl);
		const answer = await request(url, { method, headers, body: path === 'capabilities' ? { ...body, locationId: id } : body });
		assert.equal(answer.status, status, answer.text);
		assert.deepEqual(answerWrong({ method, url, status, text: answer.text }), []);
	});
}

async function setting(name) {
	return stack.environment[`KASSA_${name}`];
}
