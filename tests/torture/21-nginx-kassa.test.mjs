// A whole Kassa behind conf/nginx.conf: what matters arrives as it was sent, and answers have what browsers need.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { ask, get } from '../api/raw/raw.mjs';
import { http, many } from '../api/raw/requests.mjs';
import { CARD, Payer, eventually, paidLive, platformId, request } from '../support/payer.mjs';
import { startStack } from '../support/stack.mjs';
import { Visitor } from '../support/visitor.mjs';
import { Announcer, signer } from '../support/webhook.mjs';
import { askHttp2, startNginx } from './nginx.mjs';

const key = signer('ed25519'), rsa = signer('rsa');
let stack, nginx, connection, payer, paid;

before(async () => {
	stack = await startStack({ idle: true, kassa: { KASSA_WORKERS: '1', KASSA_WEBHOOK_KEY: key.spki, KASSA_WEBHOOK_RSA_KEY: rsa.pem } });
	const made = await stack.kassactl('account', 'create', '--location', 'operator', '--mode', 'test', '--json');
	await stack.simulatorStart();
	await stack.kassaStart({ KASSA_BILLING_AMOUNT: '12.50', KASSA_BILLING_ACCOUNT: JSON.parse(made.stdout).accountId,
		KASSA_JOBS_POLL_MS: '50' });
	nginx = await startNginx(stack.ports.kassa);
	connection = nginx.http2();
	payer = new Payer(stack);
	paid = await payer.pay(CARD.success, 49.99, 'USD');
	assert.equal(paid.answer.json.status, 'succeeded');
});
after(async () => {
	connection?.close();
	await nginx?.stop();
	await stack?.stop();
});

const json = { 'content-type': 'application/json' };
const call = (method, path, { headers = json, parts = [], body } = {}) => askHttp2(connection, { ':method': method, ':path': path, ...headers },
	body === undefined ? parts : [JSON.stringify(body)]);
const secure = (from) => ({ secure: nginx.secure, from });

// --- payments ----------------------------------------------------------------------------------

test('a whole payment through nginx over HTTP/2 is charged and verified', async () => {
	const order = await payer.order(12.5, 'USD');
	const session = (await call('POST', '/checkout/sessions', { body: { publishableKey: stack.publishableKey,
		transactionId: order.transactionId, orderId: order.orderId, amount: '12.50', currency: 'USD', dialect: 'live' } })).json();
	const { token } = (await call('POST', '/sandbox/tokens', { body: { publishableKey: stack.publishableKey, number: CARD.success,
		expiryMonth: 12, expiryYear: 2031, cvc: '123' } })).json();
	const confirmed = (await call('POST', `/checkout/sessions/${session.id}/confirm`, { body: { token } })).json();
	assert.equal(confirmed.status, 'succeeded');
	const verified = await call('POST', '/query', { body: { apiKey: stack.apiKey, type: 'verify',
		transactionId: order.transactionId, chargeId: confirmed.chargeId } });
	assert.match(verified.text, paidLive(confirmed.chargeId, 1250));
});

const question = () => JSON.stringify({ apiKey: stack.apiKey, type: 'verify', transactionId: paid.order.transactionId,
	chargeId: paid.chargeId, products: 'p'.repeat(60000) });
const chunks = (text) => `${text.match(/[^]{1,7001}/g).map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join('')}0\r\n\r\n`;

test('a chunked question is answered', async () => {
	const answer = await ask(nginx.port, http(['POST /query HTTP/1.1', 'Host: t', 'Content-Type: application/json',
		'Transfer-Encoding: chunked'], chunks(question())), secure());
	assert.equal(answer.status, 200);
	assert.match(answer.body, paidLive(paid.chargeId, 4999));
});

test('a question over HTTP/2 in frames without a length is answered', async () => {
	const answer = await call('POST', '/query', { parts: question().match(/[^]{1,7001}/g) });
	assert.match(answer.text, paidLive(paid.chargeId, 4999));
});

test('a question among 130 headers is answered', async () => {
	const body = question();
	const answer = await ask(nginx.port, `${http(['POST /query HTTP/1.1', many(126, (i) => `X-${i}: y\r\n`) + 'Host: t',
		'Content-Type: application/json', `Content-Length: ${body.length}`])}${body}`, secure());
	assert.match(answer.body, paidLive(paid.chargeId, 4999));
});

// --- webhooks ----------------------------------------------------------------------------------

/* Bytes that a careless proxy would change: escapes, white space, UTF-8, and up to the last byte that is allowed. */
function announcement(bytes) {
	const body = (filler) => `{ "type" : "TaskCreate",\t"webhookId":"wh-${platformId()}","timestamp":"${new Date().toISOString()}",\r\n`
		+ `"locationId":"${stack.locationId}","text":"\\u00e9 é \\/ %2f ${filler}" }\n`;
	const text = body('');
	return body('x'.repeat(bytes - Buffer.byteLength(text)));
}

for (const [scheme, header, signed] of [['Ed25519', 'x-ghl-signature', key], ['RSA', 'x-wh-signature', rsa]]) {
	for (const bytes of [1000, 262144]) {
		test(`a webhook of ${bytes} bytes signed by ${scheme} is believed, and a changed one is not`, async () => {
			for (const way of ['frames', 'chunks', 'length']) {
				const raw = announcement(bytes);
				assert.equal(Buffer.byteLength(raw), bytes);
				const signature = signed.sign(raw);
				const send = async (text) => {
					if (way === 'frames') {
						return (await call('POST', '/webhooks', { headers: { ...json, [header]: signature }, parts: [text] })).status;
					}
					const latin = Buffer.from(text).toString('latin1');
					return (await ask(nginx.port, http(['POST /webhooks HTTP/1.1', 'Host: t', 'Content-Type: application/json',
						`${header}: ${signature}`, way === 'chunks' ? 'Transfer-Encoding: chunked' : `Content-Length: ${latin.length}`],
					way === 'chunks' ? chunks(latin) : latin), secure())).status;
				};
				assert.equal(await send(raw), 200, way);
				assert.equal(await send(raw.replace('é', 'è')), 401, way);
			}
		});
	}
}

// --- settings and billing ----------------------------------------------------------------------

/* The simulated platform sends the browser back with a code; the last leg is through nginx. */
async function installed() {
	const company = { id: platformId(), name: 'Agency', locations: [{ id: platformId(), name: 'Shop' }] };
	const simulator = (path, body) => request(`${stack.simulatorUrl}/simulator/${path}`, { body });
	assert.equal((await simulator('companies', company)).status, 201);
	const { redirect } = (await simulator('installations', { locationIds: [company.locations[0].id], by: 'location' })).json;
	const { pathname, search } = new URL(redirect);
	assert.equal((await call('GET', `${pathname}${search}`)).status, 200);
	return { companyId: company.id, locationId: company.locations[0].id };
}

test('an installation comes back, and its settings page is opened and used', async () => {
	const payload = new Visitor(stack, await stack.secret('sso-key')).payload(await installed());
	const opened = await call('POST', '/settings/session', { body: { payload } });
	assert.equal(opened.status, 200, opened.text);
	const bearer = { authorization: `Bearer ${opened.json().token}` };
	assert.equal((await call('GET', '/settings/state', { headers: bearer })).status, 200);
	assert.equal((await call('GET', '/settings/state')).status, 401);
});

test('a billing link of 250 locations arrives', async () => {
	const locationIds = Array.from({ length: 250 }, platformId);
	const query = new URLSearchParams({ clientId: stack.environment.KASSA_CLIENT_ID, installType: 'location', companyId: platformId(),
		locationId: locationIds.join(',') });
	assert.equal((await call('GET', `/billing?${query}`)).status, 200);
	const plan = await call('GET', `/billing/plan?${query}`);
	assert.equal(plan.status, 200, plan.text);
	assert.deepEqual(plan.json().locationIds, locationIds);
	const order = await call('POST', '/billing/orders', { body: { clientId: stack.environment.KASSA_CLIENT_ID, installType: 'location', locationIds } });
	assert.equal(order.status, 200, order.text);
});

test('an address of 8000 bytes arrives, and a longer one is Kassa\'s to refuse', async () => {
	const long = (bytes) => `/billing/plan?${'x'.repeat(bytes - 14)}`;
	assert.equal((await call('GET', long(8000))).json().error.code, 'field_invalid');
	assert.equal((await call('GET', long(8001))).status, 414);
});

// --- who asks ----------------------------------------------------------------------------------

test('Kassa limits the real address, whatever the headers say', async () => {
	await stack.restart({ KASSA_LIMIT_ADDRESS_PER_S: '1' });	/* 4 may come at once */
	const look = async (from, i) => (await ask(nginx.port, get('/checkout/sessions/none',
		`X-Real-IP: 203.0.113.${i}\r\nX-Forwarded-For: 203.0.113.${i}\r\n`), secure(from))).status;
	const seen = [];
	for (let i = 0; i < 8; i++) {
		seen.push(await look('127.0.2.1', i));
	}
	assert.equal(seen[0], 404);
	assert.ok(seen.filter((status) => status === 429).length >= 2, seen.join());
	assert.equal(await look('127.0.2.2', 0), 404);
	await stack.restart({ KASSA_LIMIT_ADDRESS_PER_S: '1000000' });
});

// --- headers of answers ------------------------------------------------------------------------

const ANSWERS = [
	['the checkout page', 'GET', '/checkout', 200], ['the settings page', 'GET', '/settings', 200],
	['the billing page', 'GET', '/billing', 200], ['the card frame', 'GET', '/sandbox/frame', 200],
	['the home page', 'GET', '/', 200], ['an asset', 'GET', '/assets/checkout.css', 200],
	['a refusal of Kassa', 'GET', '/nothing', 404], ['a question without a key', 'POST', '/query', 400],
	['a refusal of nginx', 'POST', '/checkout/sessions', 413, 'x'.repeat(20000)],
];
for (const [name, method, path, status, body] of ANSWERS) {
	test(`security headers are there once: ${name}`, async () => {
		const lines = await headOf(method, path, body ?? (method === 'POST' ? '{}' : ''));
		assert.match(lines[0], new RegExp(`^HTTP/1.1 ${status} `));
		for (const header of ['strict-transport-security', 'x-content-type-options', 'referrer-policy', 'cache-control',
			'content-security-policy', 'permissions-policy', 'x-request-id', 'content-type', 'server']) {
			assert.equal(lines.filter((line) => line.toLowerCase().startsWith(`${header}:`)).length, 1, header);
		}
		assert.equal(lines.some((line) => /^x-frame-options/i.test(line)), false);
		assert.ok(lines.includes('Strict-Transport-Security: max-age=31536000; includeSubDomains'));
	});
}

/* The lines of an answer's head, as they came. */
async function headOf(method, path, body) {
	const answer = await ask(nginx.port, http([`${method} ${path} HTTP/1.1`, 'Host: t', 'Content-Type: application/json',
		...body === '' ? [] : [`Content-Length: ${body.length}`]], body), secure());
	return answer.lines;
}

test("Kassa's own policy of who may embed a page is what browsers get", async () => {
	for (const path of ['/checkout', '/settings', '/billing', '/sandbox/frame', '/']) {
		const direct = await fetch(stack.kassaUrl + path);
		await direct.arrayBuffer();
		const through = await call('GET', path);
		assert.equal(through.headers['content-security-policy'], direct.headers.get('content-security-policy'), path);
		assert.equal(through.headers['cache-control'], direct.headers.get('cache-control'), path);
	}
});

test('an asset is packed for whom it fits, and is not sent twice', async () => {
	const packed = await call('GET', '/assets/checkout.css', { headers: { 'accept-encoding': 'gzip' } });
	assert.equal(packed.headers['content-encoding'], 'gzip');
	const again = await call('GET', '/assets/checkout.css', { headers: { 'accept-encoding': 'gzip',
		'if-none-match': packed.headers.etag } });
	assert.equal(again.status, 304);
});

test('what watches the inside is not outside', async () => {
	assert.equal((await call('GET', '/metrics')).status, 404);
});

// --- Kassa away --------------------------------------------------------------------------------

test('while Kassa is away the answer is a clear 503, and after it all is as before', async () => {
	await stack.kassa.stop();
	const answer = await call('POST', '/query', { body: {} });
	assert.equal(answer.status, 503);
	assert.equal(answer.headers['retry-after'], '1');
	assert.equal(answer.json().error.code, 'store_unavailable');
	await stack.kassaStart();
	await eventually(() => call('POST', '/query', { parts: [question()] }), ({ text }) => paidLive(paid.chargeId, 4999).test(text));
});
