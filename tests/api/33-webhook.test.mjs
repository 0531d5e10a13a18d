/*
 * POST /webhooks: who is believed, what is stored and applied, once and in the order of the platform's times, and
 * what happens when it cannot be stored.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Merchant, crowd } from '../support/merchant.mjs';
import { CARD, eventually, lineOf, platformId, request } from '../support/payer.mjs';
import { startStack } from '../support/stack.mjs';
import { Announcer, signer } from '../support/webhook.mjs';

const APP = 'app00000000000000000001';
const keys = { now: signer('ed25519'), old: signer('ed25519'), rsa: signer('rsa'), rsaOld: signer('rsa') };
const strangers = { ed25519: signer('ed25519'), rsa: signer('rsa') };
let stack, merchant, platform;

before(async () => {
	stack = await startStack({
		kassa: {
			KASSA_WEBHOOK_KEY: keys.now.spki, KASSA_WEBHOOK_KEY_OLD: keys.old.pem,
			KASSA_WEBHOOK_RSA_KEY: keys.rsa.pem, KASSA_WEBHOOK_RSA_KEY_OLD: keys.rsaOld.spki,
			KASSA_CLIENT_ID: `${APP}-abc`, KASSA_CLIENT_SECRET_FILE: '', KASSA_CLIENT_SECRET: 'secret', KASSA_AUTHORIZE_URL: 'http://127.0.0.1:1/choose',
			KASSA_DATABASE_TIMEOUT_MS: '1000',
		},
	});
	merchant = new Merchant(stack);
	platform = new Announcer(stack.kassaUrl, { ed25519: keys.now, rsa: keys.rsa });
});
after(() => stack?.stop());

const stored = async (id) => (await stack.psql(`select type, scheme, state, reason from kassa.webhook where webhook_id = '${id}'`))[0];
/* What becomes of one that is wanted is for its job, not for these tests. */
const installed = async (location) => (await stack.psql(`select case state when 'uninstalled' then 'gone' else 'there' end
	from kassa.installation where location_id = '${location}'`)).flat();
const task = () => Announcer.body({ type: 'TaskCreate', locationId: stack.locationId });

/* Each: the two headers for a text, the status, and the scheme that is logged. */
const RULES = [
	['ed25519 of the key', (t) => [keys.now.sign(t)], 200, 'ed25519'],
	['ed25519 of the key before', (t) => [keys.old.sign(t)], 200, 'ed25519'],
	['rsa of the key', (t) => [null, keys.rsa.sign(t)], 200, 'rsa'],
	['rsa of the key before', (t) => [null, keys.rsaOld.sign(t)], 200, 'rsa'],
	['both right', (t) => [keys.now.sign(t), keys.rsa.sign(t)], 200, 'ed25519'],
	['ed25519 right, rsa wrong', (t) => [keys.now.sign(t), strangers.rsa.sign(t)], 200, 'ed25519'],
	['ed25519 wrong, rsa right', (t) => [strangers.ed25519.sign(t), keys.rsa.sign(t)], 401, 'forged'],
	['ed25519 broken, rsa right', (t) => ['!', keys.rsa.sign(t)], 401, 'forged'],
	['ed25519 N/A, rsa right', (t) => ['N/A', keys.rsa.sign(t)], 200, 'rsa'],
	['ed25519 empty, rsa right', (t) => ['', keys.rsa.sign(t)], 200, 'rsa'],
	['ed25519 of a stranger', (t) => [strangers.ed25519.sign(t)], 401, 'forged'],
	['rsa of a stranger', (t) => [null, strangers.rsa.sign(t)], 401, 'forged'],
	['ed25519 N/A, rsa wrong', (t) => ['N/A', strangers.rsa.sign(t)], 401, 'forged'],
	['the schemes exchanged', (t) => [keys.rsa.sign(t), keys.now.sign(t)], 401, 'forged'],
	['rsa where ed25519 belongs', (t) => [keys.rsa.sign(t)], 401, 'forged'],
	['of another body', (t) => [keys.now.sign(`${t} `)], 401, 'forged'],
	['with a character too many', (t) => [`${keys.now.sign(t)}A`], 401, 'forged'],
	['in the alphabet of URLs', (t) => [keys.now.sign(t).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')], 401, 'forged'],
	['both N/A', () => ['N/A', 'N/A'], 401, 'unsigned'],
	['none', () => [], 401, 'unsigned'],
];
for (const [name, headersOf, status, scheme] of RULES) {
	test(`signature ${name} is ${status}`, async () => {
		const body = task();
		const raw = JSON.stringify(body);
		const [ed25519, rsa] = headersOf(raw);
		const answer = await platform.send(raw, {
			...typeof ed25519 === 'string' && { 'x-ghl-signature': ed25519 }, ...rsa && { 'x-wh-signature': rsa },
		});
		assert.equal(answer.status, status, answer.text);
		const line = await lineOf(stack, answer);
		assert.equal(line.rule, scheme);
		if (status === 200) {
			assert.equal(answer.text, '{"received":true,"state":"stored"}');
			assert.deepEqual(await stored(body.webhookId), ['TaskCreate', scheme, 'stored', '']);
			assert.deepEqual([line.subject, line.operation, line.outcome], [body.webhookId, 'TaskCreate', 'stored']);
		} else {
			assert.equal(answer.json.error.code, 'signature_invalid');
			assert.equal(await stored(body.webhookId), undefined);
		}
	});
}

test('signature is over the bytes as they came, not over what they mean', async () => {
	const raw = `{ "type" : "TaskCreate",\n\t"locationId":"${stack.locationId}", "webhookId":"wh-spaced", "n": 1.0e1, "t":"\\u00e9" }\r\n`;
	assert.equal((await platform.send(raw)).status, 200);
	assert.deepEqual(await stack.psql("select body::jsonb ->> 't' from kassa.webhook where webhook_id = 'wh-spaced'"), [['é']]);
});

test('body that is signed and no object in JSON is refused as such', async () => {
	for (const raw of ['', '[]', '{', '{"type":"TaskCreate","type":"INSTALL"}', '"INSTALL"']) {
		const answer = await platform.send(raw);
		assert.deepEqual([answer.status, answer.json.error.code], [400, 'json_invalid'], raw);
	}
});

test('body of a documented kind may be large, up to the limit', async () => {
	const body = Announcer.body({ type: 'InvoiceCreate', altType: 'location', altId: stack.locationId });
	const fill = (bytes) => JSON.stringify({ ...body, items: Array.from({ length: 8000 }, (_, n) => n), note: '' })
		.replace('"note":""', (member) => `"note":"${'x'.repeat(bytes)}"`);
	const raw = fill(262144 - fill(0).length);
	assert.equal(raw.length, 262144);
	assert.equal((await platform.send(raw)).json?.state, 'stored');
	assert.deepEqual(await stack.psql(`select length(body) from kassa.webhook where webhook_id = '${body.webhookId}'`), [['262144']]);
	assert.equal((await platform.send(`${raw} `)).status, 413);
});

test('members that are malformed do not hinder a webhook', async () => {
	const odd = [
		{ type: 7 }, { type: 'x'.repeat(200) }, { type: 'TaskCreate', webhookId: { a: 1 } }, { type: 'TaskCreate', webhookId: 'a b' },
		{ type: 'TaskCreate', timestamp: 'yesterday' }, { type: 'TaskCreate', timestamp: 1750834626225 },
		{ type: 'InvoiceVoid', altType: 'location', altId: stack.locationId, _id: 5 }, { type: 'ContactDelete', id: null },
		{ type: 'LocationUpdate', id: stack.locationId, name: null },
	];
	for (const more of odd) {
		assert.equal(await platform.take({ locationId: stack.locationId, nonce: platformId(), ...more }), 'stored', JSON.stringify(more));
	}
});

test('webhook without an id is known by its body', async () => {
	const body = { type: 'TaskCreate', locationId: stack.locationId, nonce: platformId() };
	assert.equal((await platform.send(body)).json.state, 'stored');
	assert.equal((await platform.send(body)).json.state, 'duplicate');
	assert.equal((await platform.send({ ...body, nonce: platformId() })).json.state, 'stored');
});

test('webhook sent 20 times at once has its effect once', async () => {
	const location = platformId();
	const body = Announcer.body({ type: 'INSTALL', appId: APP, locationId: location, companyId: platformId() });
	const states = await crowd(20, 20, async () => (await platform.send(body)).json.state);
	assert.deepEqual(states.sort(), ['applied', ...Array.from({ length: 19 }, () => 'duplicate')]);
	assert.deepEqual(await installed(location), ['there']);
	assert.equal((await stored(body.webhookId))[2], 'applied');
});

test('installs and uninstalls in any order end with what happened last', async () => {
	const at = (s) => new Date(Date.now() - 60000 + s * 1000).toISOString();
	const events = [['INSTALL', 1], ['UNINSTALL', 2], ['INSTALL', 3], ['UNINSTALL', 4]];
	for (const last of [3, 4]) {
		const orders = last === 4 ? [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2], [2, 3, 1, 0]] : [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]];
		for (const order of orders) {
			const location = platformId();
			for (const index of order) {
				const [type, s] = events[index];
				await platform.take({ type, appId: APP, locationId: location, timestamp: at(s) });
			}
			assert.deepEqual(await installed(location), [last === 4 ? 'gone' : 'there'], order.join());
		}
	}
});

test('installs and uninstalls at once end with what happened last', async () => {
	const company = platformId();
	const locations = Array.from({ length: 10 }, platformId);
	const before = new Date(Date.now() - 60000).toISOString();
	await Promise.all([
		...locations.map((locationId) => platform.take({ type: 'INSTALL', appId: APP, locationId, companyId: company, timestamp: before })),
		platform.take({ type: 'UNINSTALL', appId: APP, companyId: company }),
		...locations.slice(5).map((locationId) => platform.take({ type: 'UNINSTALL', appId: APP, locationId })),
	]);
	assert.deepEqual(await stack.psql(`select count(*) from kassa.installation where company_id = '${company}' and kind = 'location'
		and state <> 'uninstalled'`), [['0']]);
});

test('webhook of another app is kept and does nothing', async () => {
	const location = platformId();
	const body = Announcer.body({ type: 'INSTALL', appId: 'anotherApp', locationId: location });
	assert.equal((await platform.send(body)).json.state, 'ignored');
	assert.deepEqual(await stored(body.webhookId), ['INSTALL', 'ed25519', 'ignored', 'it is for another app']);
	assert.deepEqual(await installed(location), []);
});

test('webhook of a location that nobody knows is kept and ignored', async () => {
	assert.equal(await platform.take({ type: 'ContactDelete', id: 'c', locationId: platformId() }), 'ignored');
});

test('contact that is deleted has no cards any more', async () => {
	const contactId = platformId();
	await merchant.keep(contactId, CARD.success);
	assert.equal(await platform.take({ type: 'ContactDelete', id: contactId, locationId: stack.locationId }), 'applied');
	assert.deepEqual((await merchant.list(contactId)).json, []);
});

for (const [type, more] of [['InvoiceVoid', {}], ['OrderStatusUpdate', { status: 'canceled' }]]) {
	test(`checkout whose order had ${type} takes no card any more`, async () => {
		const order = await merchant.order(12, 'USD');
		const session = (await merchant.session(order)).json;
		assert.equal(await platform.take({ type, _id: order.orderId, altType: 'location', altId: stack.locationId, ...more }), 'applied');
		const answer = await merchant.confirm(session.id, await merchant.token(CARD.success));
		assert.deepEqual([answer.status, answer.json.error.code], [409, 'transaction_closed']);
		const again = await merchant.session(order);
		assert.deepEqual([again.status, again.json.error?.code], [409, 'transaction_closed'], 'before a card is typed');
		assert.deepEqual(await stack.psql(`select count(*) from kassa.charge where transaction_id = '${order.transactionId}'`), [['0']]);
	});
}

const event = (chargeId, more = {}) => ({ type: 'payment.captured', chargeId, transactionId: platformId(), locationId: stack.locationId,
	apiKey: stack.apiKey, chargeSnapshot: { status: 'succeeded', amount: 10, secret: stack.apiKey }, ...more });

test('payment event of the brief dialect is stored once, without its key, and moves nothing', async () => {
	const { chargeId } = await merchant.pay(CARD.success, 10, 'USD');
	const body = event(chargeId, { webhookId: 'wh-of-another' });
	const books = await merchant.books(chargeId);
	assert.equal((await platform.send(body, {})).json?.state, 'stored');
	assert.equal((await platform.send(body, {})).json?.state, 'duplicate');
	assert.deepEqual(await merchant.books(chargeId), books);
	const rows = await stack.psql(`select webhook_id, scheme, location_id, body from kassa.webhook where type = 'payment.captured'
		and body::jsonb ->> 'chargeId' = '${chargeId}'`);
	assert.equal(rows.length, 1);
	assert.match(rows[0][0], /^event_[0-9a-f]{64}$/, 'it cannot take the id of a signed one');
	assert.deepEqual(rows[0].slice(1, 3), ['api_key', stack.locationId]);
	assert.deepEqual(JSON.parse(rows[0][3]).chargeSnapshot, { status: 'succeeded', amount: 10 });
	assert.deepEqual(await stack.psql(`select count(*) from kassa.webhook where body like '%${stack.apiKey}%'`), [['0']]);
});

test('payment event is believed by its key alone', async () => {
	const cases = [
		[event('ch_none'), 200, undefined], [event('ch_none', { apiKey: `kassa_sk_test_${'0'.repeat(32)}` }), 401, 'api_key_invalid'],
		[event('ch_none', { apiKey: stack.publishableKey }), 401, 'api_key_invalid'], [event('ch_none', { apiKey: undefined }), 401, 'signature_invalid'],
		[event('ch_none', { apiKey: 'x'.repeat(5000) }), 401, 'signature_invalid'], [event('ch_none', { locationId: 'another' }), 403, 'location_mismatch'],
		[event('ch_none', { type: 'INSTALL' }), 401, 'signature_invalid'], [event('ch_none', { type: 'payment.refunded' }), 401, 'signature_invalid'],
		[event('ch_none', { fill: 'x'.repeat(70000) }), 401, 'signature_invalid'],
	];
	for (const [body, status, code] of cases) {
		const answer = await platform.send(body, {});
		assert.deepEqual([answer.status, answer.json?.error?.code], [status, code], JSON.stringify(body).slice(0, 300));
	}
	const forged = await platform.send(event('ch_none'), { 'x-ghl-signature': strangers.ed25519.sign('x') });
	assert.equal(forged.status, 401, 'a key does not help a wrong signature');
	const signed = event('ch_none');
	assert.equal((await platform.send(signed)).status, 200);
	assert.deepEqual(await stack.psql(`select count(*) from kassa.webhook where body like '%${stack.apiKey}%'`), [['0']]);
});

test('webhook while the database is away is 429, and accepted when it comes again', async () => {
	const bodies = Array.from({ length: 20 }, () => Announcer.body({ type: 'INSTALL', appId: APP, locationId: platformId() }));
	await stack.cluster('stop');
	let answers;
	try {
		answers = await Promise.all(bodies.map((body) => platform.send(body)));
	} finally {
		await stack.cluster('start');
	}
	for (const answer of answers) {
		assert.deepEqual([answer.status, answer.json.error.code], [429, 'webhook_unstored']);
		assert.match(answer.headers.get('retry-after'), /^[1-9]\d*$/);
	}
	const again = await eventually(() => Promise.all(bodies.map((body) => platform.send(body))),
		(seen) => seen.every(({ status }) => status === 200));
	assert.ok(again.every(({ json }) => ['applied', 'duplicate'].includes(json.state)));
	const ids = bodies.map(({ webhookId }) => `'${webhookId}'`).join();
	assert.deepEqual(await stack.psql(`select count(*), count(*) filter (where state = 'applied') from kassa.webhook
		where webhook_id in (${ids})`), [['20', '20']]);
});

test('other methods and what is in bodies stay out of answers and logs', async () => {
	assert.equal((await request(`${stack.kassaUrl}/webhooks`, { method: 'GET' })).status, 405);
	await platform.take({ type: 'ContactDelete', locationId: stack.locationId, id: 'c9', note: 'what-nobody-may-read' });
	const { kassa } = stack.logs();
	assert.ok(!kassa.includes('what-nobody-may-read'));
	assert.ok(!kassa.includes(stack.apiKey));
});

test('older scheme can be switched off', async () => {
	await stack.restart({ KASSA_WEBHOOK_RSA_KEY: 'none', KASSA_WEBHOOK_RSA_KEY_OLD: '' });
	const raw = JSON.stringify(task());
	assert.equal((await platform.send(raw, { 'x-wh-signature': keys.rsa.sign(raw) })).status, 401);
	assert.equal((await platform.send(raw)).status, 200);
});
