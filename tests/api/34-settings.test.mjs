/*
 * The settings page's server side: sessions, how a location stands, the self-check, lists, changes.  The platform
 * is tests/support/marketplace.mjs.
 */
import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';

import CryptoJS from 'crypto-js';

import { Marketplace, sha256 } from '../support/marketplace.mjs';
import { eventually, lineOf, platformId, request } from '../support/payer.mjs';
import { startStack } from '../support/stack.mjs';
import { Visitor, encrypted, personOf } from '../support/visitor.mjs';

const OLD_SECRET = '00000000-0000-4000-8000-000000000000';
const CREDENTIAL = 'credential-8f1c2d';

let stack, marketplace, visitor;
const tokens = [];

before(async () => {
	marketplace = await Marketplace.started();
	stack = await startStack({ kassa: { ...marketplace.settings(), KASSA_JOBS_POLL_MS: '50', KASSA_PLATFORM_TIMEOUT_MS: '800',
		KASSA_SSO_KEY_OLD: OLD_SECRET, KASSA_BRAND_SUPPORT: 'help@operator.example' } });
	visitor = new Visitor(stack, await stack.secret('sso-key'));
});
after(async () => {
	marketplace?.stop();
	await stack?.stop();
});
beforeEach(() => {
	marketplace.fault = null;
});

const callback = (grant) => request(`${stack.kassaUrl}/oauth/callback?code=${marketplace.code(grant)}`, { method: 'GET' });

async function installed() {
	const companyId = platformId();
	const locationId = marketplace.location(companyId);
	assert.equal((await callback({ companyId, locationId })).status, 200);
	await eventually(() => stack.psql(`select connected_at is not null from kassa.provider where location_id = '${locationId}'`),
		(rows) => rows[0]?.[0] === 't');
	return { companyId, locationId };
}

async function companyInstalled(count) {
	const companyId = platformId();
	const ids = Array.from({ length: count }, () => marketplace.location(companyId));
	assert.equal((await callback({ companyId, bulk: true })).status, 200);
	await eventually(() => stack.psql(`select count(*) from kassa.provider p join kassa.installation i using (location_id)
		where i.company_id = '${companyId}' and p.connected_at is not null`), (rows) => Number(rows[0][0]) === count);
	return { companyId, ids };
}

async function entered(place, more = {}) {
	const session = await visitor.open({ ...place, ...more });
	tokens.push(session.opened.token);
	return session;
}

const accountOf = async ({ locationId }, mode = 'test') => (await stack.psql(`select account_id from kassa.account
	where location_id = '${locationId}' and mode = '${mode}'`))[0][0];

/* The platform asks about a payment with the keys that it was given. */
async function asked({ locationId }, mode = 'test') {
	const { provider, keys } = marketplace.locations.get(locationId);
	const answer = await request(provider.queryUrl, { body: { type: 'verify', apiKey: keys[mode].apiKey, chargeId: 'ch_x' } });
	assert.equal(answer.text, '{"failed":true}');
	await eventually(() => stack.psql(`select asked_at is not null from kassa.api_key
		where key_hash = '${sha256(keys[mode].apiKey)}'`), (rows) => rows[0]?.[0] === 't');
}

const without = (text) => text.replace(/"requestId":"req_\w+"/, '');

/* --- sessions -------------------------------------------------------------------------------------- */

test('a payload opens a session that says who is looking, at what, and under which brand', async () => {
	const place = await installed();
	const { status, json } = await visitor.show(visitor.payload(place));
	const { token, ...rest } = json;
	assert.equal(status, 200);
	assert.match(token, /^[\w-]+\.\d+\.[0-9a-f]{64}$/);
	assert.ok(rest.expiresInS >= 898 && rest.expiresInS <= 900);
	assert.deepEqual({ ...rest, expiresInS: 900 }, { expiresInS: 900, user: { name: 'Ada Byron', role: 'admin' }, ...place, canEdit: true,
		brand: { name: 'Kassa', description: 'Card payments', logoUrl: null, support: 'help@operator.example' } });
});

test('a payload that crypto-js made opens, by the secret and by the one before', async () => {
	const place = await installed();
	for (const secret of [visitor.secret, OLD_SECRET]) {
		const payload = CryptoJS.AES.encrypt(JSON.stringify(personOf({ ...place, userName: 'Zoë 🦉' })), secret).toString();
		const { status, json } = await visitor.show(payload);
		assert.deepEqual([status, json.user?.name], [200, 'Zoë 🦉']);
	}
});

test('what somebody is called matters to nobody, and any role but admin only looks', async () => {
	const place = await installed();
	for (const [more, role] of [[{ role: 'user' }, 'user'], [{ role: 'Admin' }, 'user'], [{ role: '' }, 'user'],
		[{ userName: undefined, email: undefined, type: undefined }, 'admin'], [{ userName: 'x'.repeat(4000) }, 'admin']]) {
		const { status, json } = await visitor.show(visitor.payload({ ...place, ...more }));
		assert.deepEqual([status, json.user?.role, json.canEdit], [200, role, role === 'admin'], JSON.stringify(more).slice(0, 80));
	}
});

test('every payload that is refused is refused in the same words, and the log says why', async () => {
	const [place, other] = [await installed(), await installed()];
	const gone = await installed();
	await stack.psql(`select kassa.installation_end(null, '${gone.locationId}', now())`);
	const good = visitor.payload(place);
	const flipped = (at) => {
		const bytes = Buffer.from(good, 'base64');
		bytes[at < 0 ? bytes.length + at : at] ^= 1;
		return bytes.toString('base64');
	};
	const replayed = visitor.payload(place);
	assert.equal((await visitor.show(replayed)).status, 200);
	await stack.psql("update kassa.sso_use set first_at = first_at - interval '901 seconds'");
	const person = personOf(place);
	const cases = {
		not_decrypted: ['', null, 5, 'U2FsdGVkX1', good.slice(0, -4), flipped(10), flipped(-1), `${good}AAAA`, `${good} `,
			encrypted(JSON.stringify(person), 'another secret'), encrypted('not json', visitor.secret), encrypted('[]', visitor.secret),
			'A'.repeat(9000)],
		not_understood: [{}, { ...person, companyId: undefined }, { ...person, userId: undefined }, { ...person, role: undefined },
			{ ...person, role: 1 }, { ...person, companyId: ['x'] }, { ...person, activeLocation: '../x' }, { ...person, userId: 'a b' },
			{ ...person, activeLocation: { $ne: null } }].map((said) => encrypted(JSON.stringify(said), visitor.secret)),
		not_installed: [visitor.payload({ ...place, locationId: platformId() }), visitor.payload({ companyId: place.companyId }),
			visitor.payload(gone)],
		other_company: [visitor.payload({ ...place, locationId: other.locationId })],
		replayed: [replayed],
	};
	const texts = new Set();
	for (const [rule, payloads] of Object.entries(cases)) {
		for (const payload of payloads) {
			const answer = await visitor.show(payload);
			assert.equal(answer.status, 403, `${rule}: ${payload}: ${answer.text}`);
			texts.add(without(answer.text));
			assert.equal((await lineOf(stack, answer)).rule, rule, String(payload));
		}
	}
	assert.deepEqual(Array.from(texts),
		['{"error":{"code":"settings_refused","message":"settings cannot be opened with this","detail":null,}}']);
});

test('a payload is good as long as its first session, and everybody who shows it shares its time', async () => {
	const payload = visitor.payload(await installed());
	assert.equal((await visitor.show(payload)).status, 200);
	await stack.psql("update kassa.sso_use set first_at = first_at - interval '14 minutes'");
	const { json } = await visitor.show(payload);
	assert.ok(json.expiresInS > 50 && json.expiresInS <= 60, `${json.expiresInS}`);
	await stack.psql("update kassa.sso_use set first_at = first_at - interval '1 minute'");
	assert.equal((await visitor.show(payload)).json.error.code, 'settings_refused');
});

test('a payload that was changed and still opens is the one that it was', async () => {
	/* Whoever changes bytes of it keeps its salt: with another one nothing decrypts. */
	const [place, salt] = [await installed(), randomBytes(8)];
	const named = (userName) => encrypted(JSON.stringify(personOf({ ...place, userName })), visitor.secret, salt);
	assert.equal((await visitor.show(named('Ada Byron'))).status, 200);
	await stack.psql("update kassa.sso_use set first_at = first_at - interval '901 seconds'");
	const answer = await visitor.show(named('Ada Bxron'));
	assert.deepEqual([answer.status, (await lineOf(stack, answer)).rule], [403, 'replayed']);
});

test('a body that is no JSON is told so', async () => {
	const url = `${stack.kassaUrl}/settings/session`;
	assert.equal((await request(url, { raw: '{' })).json.error.code, 'json_invalid');
	assert.equal((await request(url, { raw: 'payload=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } })).json.error.code,
		'media_unsupported');
});

const ENDPOINTS = [['GET', 'state'], ['POST', 'check'], ['GET', 'activity?mode=test'], ['GET', 'money?mode=test'], ['POST', 'modes/test/rotate'],
	['POST', 'modes/test/revoke'], ['PUT', 'modes/test/processor'], ['GET', 'brand'], ['PUT', 'brand']];

test('no endpoint answers without a session, with one of another purpose, or with one that was changed', async () => {
	const session = await entered(await installed());
	const [text, until, signature] = session.opened.token.split('.');
	const admin = Buffer.from(Buffer.from(text, 'base64url').toString().replace('true', 'null')).toString('base64url');
	const state = new URL((await fetch(`${stack.kassaUrl}/oauth/install`, { redirect: 'manual' })).headers.get('location'))
		.searchParams.get('state');
	const forged = createHmac('sha256', 'x').update(`${text}.${until}`).digest('hex');
	const wrong = ['', 'x', state, `${admin}.${until}.${signature}`, `${text}.${Number(until) + 1}.${signature}`, `${text}.${until}.${forged}`,
		`${text}.1.${signature}`, session.opened.token.slice(0, -1), 'a'.repeat(2000)];
	for (const [method, path] of ENDPOINTS) {
		const bare = await request(`${stack.kassaUrl}/settings/${path}`, { method, body: method === 'GET' ? undefined : {} });
		assert.deepEqual([bare.status, bare.json.error.code], [401, 'settings_expired'], path);
		for (const token of wrong) {
			const { status, json } = await session.call(method, path, method === 'GET' ? undefined : {}, token);
			assert.deepEqual([status, json.error.code], [401, 'settings_expired'], `${path} ${token}`);
		}
	}
});

test('a session ends when the app is uninstalled, and so does a company\'s', async () => {
	const place = await installed();
	const session = await entered(place);
	assert.equal((await session.get('state')).status, 200);
	await stack.psql(`select kassa.installation_end(null, '${place.locationId}', now())`);
	for (const [method, path] of ENDPOINTS.slice(0, 7)) {
		assert.equal((await session.call(method, path, method === 'GET' ? undefined : {})).json.error.code, 'settings_expired', path);
	}
	const company = await companyInstalled(1);
	const above = await entered({ companyId: company.companyId });
	assert.equal((await above.get('brand')).status, 200);
	await stack.psql(`select kassa.installation_end('${company.companyId}', null, now())`);
	assert.equal((await above.get('brand')).json.error.code, 'settings_expired');
});

test('an operator ends the sessions of a person, a location, a company or all, and no others', async () => {
	const [place, elsewhere] = [await installed(), await installed()];
	const people = { me: platformId(), other: platformId() };
	const sessions = async () => ({
		mine: await entered(place, { userId: people.me }), others: await entered(place, { userId: people.other }),
		elsewhere: await entered(elsewhere, { userId: people.other }),
	});
	for (const [words, over] of [[['--user', people.me], ['mine']], [['--location', place.locationId], ['mine', 'others']],
		[['--company', elsewhere.companyId], ['elsewhere']], [['--all'], ['mine', 'others', 'elsewhere']]]) {
		const open = await sessions();
		assert.equal((await stack.kassactl('settings-session', 'end', ...words)).status, 0);
		for (const [name, session] of Object.entries(open)) {
			const { status, json } = await session.get('state');
			assert.deepEqual([name, status, json.error?.code], over.includes(name) ? [name, 401, 'settings_expired'] : [name, 200, undefined],
				words.join(' '));
		}
	}
	assert.equal((await (await entered(place, { userId: people.me })).get('state')).status, 200, 'whom the platform vouches for anew');
});

test('the payload of a session that was ended opens none that stands', async () => {
	const place = await installed();
	const payload = visitor.payload(place);
	assert.equal((await visitor.show(payload)).status, 200);
	assert.equal((await stack.kassactl('settings-session', 'end', '--location', place.locationId)).status, 0);
	const { json } = await visitor.show(payload);
	const again = await request(`${stack.kassaUrl}/settings/state?mode=test`, { method: 'GET', headers: { authorization: `Bearer ${json.token}` } });
	assert.deepEqual([again.status, again.json.error.code], [401, 'settings_expired']);
});

test('who is no administrator sees everything and changes nothing', async () => {
	const place = await installed();
	const session = await entered(place, { role: 'user' });
	const { json } = await session.get('state');
	for (const [method, path] of ENDPOINTS.slice(0, 4)) {
		assert.equal((await session.call(method, path, method === 'GET' ? undefined : {})).status, 200, path);
	}
	for (const [method, path] of ENDPOINTS.slice(4, 7)) {
		const answer = await session.call(method, path, { processor: 'sandbox', credentials: {} });
		assert.deepEqual([answer.status, answer.json.error.code], [403, 'settings_forbidden'], path);
	}
	assert.deepEqual((await session.get('state')).json, json);
	const { companyId } = await companyInstalled(1);
	const above = await entered({ companyId }, { role: 'user' });
	assert.equal((await above.get('brand')).status, 200);
	assert.equal((await above.put('brand', { name: 'Mine' })).json.error.code, 'settings_forbidden');
});

test('a location\'s session has no company settings, and a company\'s has no location', async () => {
	const { companyId, ids: [locationId] } = await companyInstalled(1);
	const session = await entered({ companyId, locationId });
	assert.equal((await session.get('brand')).json.error.code, 'settings_forbidden');
	assert.equal((await session.put('brand', { name: 'x' })).json.error.code, 'settings_forbidden');
	const above = await entered({ companyId });
	assert.equal(above.opened.locationId, null);
	for (const [method, path] of ENDPOINTS.slice(0, 7)) {
		assert.equal((await above.call(method, path, method === 'GET' ? undefined : {})).json.error.code, 'settings_forbidden', path);
	}
});

/* --- how it stands ----------------------------------------------------------------------------------- */

test('the state of a fresh location is connected, test set up, live not, and shows keys by their ends', async () => {
	const place = await installed();
	const { keys } = marketplace.locations.get(place.locationId);
	const { json } = await (await entered(place)).get('state');
	assert.deepEqual(json.location, { id: place.locationId, name: null });
	assert.deepEqual(json.installation, { state: 'active', reason: null });
	const keysOf = (mode) => ({ apiKey: { prefix: `kassa_sk_${mode}_`, lastFour: keys[mode].apiKey.slice(-4) },
		publishableKey: { text: keys[mode].publishableKey }, previous: null });
	const sandbox = { name: 'sandbox', label: 'Sandbox' };
	for (const { keys: shown } of json.modes) {
		assert.match(shown.apiKey.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
		delete shown.apiKey.createdAt;
		delete shown.publishableKey.createdAt;
	}
	assert.deepEqual(json.modes, [
		{ mode: 'test', connected: true, setUp: true, processor: sandbox, processors: [{ ...sandbox,
			fields: [{ name: 'key', label: 'Sandbox key', secret: true, required: false }] }], keys: keysOf('test') },
		{ mode: 'live', connected: true, setUp: false, processor: null, processors: [], keys: keysOf('live') },
	]);
});

test('the state of a location that was never connected has no keys and says what it waits for', async () => {
	const [companyId, locationId] = [platformId(), platformId()];
	await stack.psql(`select kassa.installation_announce('in_${locationId}', '${companyId}', '${locationId}', 'Café', now())`);
	const session = await entered({ companyId, locationId });
	const { json } = await session.get('state');
	assert.deepEqual(json.location, { id: locationId, name: 'Café' });
	assert.equal(json.installation.state, 'wanted');
	assert.deepEqual(json.modes.map(({ connected, keys }) => [connected, keys]), [[false, null], [false, null]]);
	assert.deepEqual((await session.get('activity?mode=live')).json, { charges: [], refunds: [], webhooks: [] });
	assert.deepEqual((await session.get('money?mode=live')).json, { days: 30, currencies: [] });
	assert.equal((await session.post('modes/test/rotate')).json.error.code, 'account_unknown');
});

/* --- the chain ----------------------------------------------------------------------------------------- */

test('the chain of a fresh location is in order up to the first query, and complete after it', async () => {
	const place = await installed();
	const session = await entered(place);
	const stateOf = (links) => Object.fromEntries(Object.entries(links).map(([name, { state, reason }]) => [name, [state, reason]]));
	const links = await session.links();
	assert.deepEqual(Object.keys(links), ['token', 'registered', 'connected test', 'connected live', 'reachable', 'queried test', 'queried live',
		'default test', 'default live']);
	const open = { token: ['ok', null], registered: ['ok', null], 'connected test': ['ok', null], 'connected live': ['broken', 'not_set_up'],
		reachable: ['ok', null], 'queried test': ['unknown', null], 'queried live': ['skipped', null], 'default test': ['unknown', null],
		'default live': ['skipped', null] };
	assert.deepEqual(stateOf(links), open);
	await asked(place);
	const seen = await session.links();
	assert.deepEqual(stateOf(seen), { ...open, 'queried test': ['ok', null], 'default test': ['ok', null] });
	assert.ok(Math.abs(Date.parse(seen['queried test'].seenAt) - Date.now()) < 60000);
	await stack.psql("update kassa.api_key set asked_at = now() - interval '31 days' where asked_at is not null");
	assert.deepEqual(stateOf(await session.links()), { ...open, 'queried test': ['ok', null] });
});

test('a token that is paused, dead or cannot be had now breaks the first link, and the rest is skipped', async () => {
	const place = await installed();
	const session = await entered(place);
	await stack.psql(`update kassa.installation set access_until = now() where location_id = '${place.locationId}'`);
	const broken = async (reason) => {
		const links = await session.links();
		assert.deepEqual([links.token.state, links.token.reason], ['broken', reason]);
		assert.deepEqual(['registered', 'connected test', 'queried test', 'default live'].map((name) => links[name].state), Array(4).fill('skipped'));
		assert.equal(links.reachable.state, 'ok');
	};
	marketplace.fault = (call) => (call.path === '/oauth/token' ? { status: 503, body: {} } : undefined);
	await broken('away');
	marketplace.fault = null;
	marketplace.inactive.add(place.locationId);
	await broken('paused');
	assert.equal((await session.get('state')).json.installation.state, 'paused');
	marketplace.inactive.delete(place.locationId);
	marketplace.fault = (call) => (call.path === '/oauth/token' ? 'lost' : undefined);
	await broken('away');
	marketplace.fault = null;
	await broken('dead');
	assert.equal((await session.get('state')).json.installation.state, 'dead');
});

test('a platform that does not answer leaves its link open and breaks nothing', async () => {
	const session = await entered(await installed());
	for (const fault of [{ status: 500, body: {} }, 'lost']) {
		marketplace.fault = (call) => (call.method === 'GET' && call.path.endsWith('/connect') ? fault : undefined);
		const links = await session.links();
		assert.deepEqual([links.token.state, links.registered.state, links.registered.reason, links['connected test'].state],
			['ok', 'unknown', 'away', 'skipped']);
	}
});

test('an access token that has expired before its time is renewed on the way', async () => {
	const session = await entered(await installed());
	marketplace.expireAll();
	assert.equal((await session.links()).registered.state, 'ok');
});

for (const [what, lose, name, reason] of [
	['the provider', (location) => { delete location.provider; delete location.keys; }, 'registered', 'absent'],
	['our address', (location) => { location.provider.queryUrl = 'https://elsewhere.example/query'; }, 'registered', 'other'],
	['the keys', (location) => { delete location.keys; }, 'connected test', 'absent']]) {
	test(`a platform that has lost ${what} is told again`, async () => {
		const place = await installed();
		const session = await entered(place);
		const location = marketplace.locations.get(place.locationId);
		lose(location);
		const link = (await session.links())[name];
		assert.deepEqual([link.state, link.reason], ['broken', reason]);
		await eventually(() => session.links(), (links) => links.registered.state === 'ok' && links['connected test'].state === 'ok');
		assert.match(location.provider.queryUrl, new RegExp(`^${stack.kassaUrl}/query/q_`));
	});
}

test('a server that does not answer at its public address says so', async () => {
	const place = await installed();
	await stack.restart({ KASSA_PUBLIC_URL: marketplace.url });
	try {
		const { reachable } = await (await entered(place)).links();
		assert.deepEqual([reachable.state, reachable.reason], ['broken', 'unreachable']);
	} finally {
		await stack.restart({ KASSA_PUBLIC_URL: stack.kassaUrl });
	}
});

/* --- keys ------------------------------------------------------------------------------------------------ */

test('keys are made anew and connected, the old ones serve until they are revoked', async () => {
	const place = await installed();
	const session = await entered(place);
	const location = marketplace.locations.get(place.locationId);
	const old = structuredClone(location.keys);
	const ask = async (apiKey) => (await request(location.provider.queryUrl, { body: { type: 'verify', apiKey, chargeId: 'ch_x' } })).text;
	const { status, json } = await session.post('modes/test/rotate');
	assert.deepEqual([status, json], [200, { mode: 'test', connected: true }]);
	assert.notEqual(location.keys.test.apiKey, old.test.apiKey);
	assert.deepEqual(location.keys.live, old.live);
	const { keys } = await session.mode('test');
	assert.equal(keys.apiKey.lastFour, location.keys.test.apiKey.slice(-4));
	assert.equal(keys.previous.lastFour, null);
	assert.ok(Date.parse(keys.previous.createdAt) <= Date.parse(keys.apiKey.createdAt));
	assert.equal(await ask(old.test.apiKey), '{"failed":true}');
	assert.equal(await ask(location.keys.test.apiKey), '{"failed":true}');
	assert.equal((await session.post('modes/test/rotate')).json.error.code, 'keys_changing');
	assert.equal((await session.post('modes/test/revoke')).status, 200);
	assert.equal((await session.mode('test')).keys.previous, null);
	assert.match(await ask(old.test.apiKey), /api_key_invalid/);
	assert.equal(await ask(location.keys.test.apiKey), '{"failed":true}');
	assert.equal((await session.post('modes/test/revoke')).status, 200);
});

test('keys that the platform has not taken yet do not replace the old ones', async () => {
	const place = await installed();
	const session = await entered(place);
	marketplace.fault = (call) => (call.method === 'POST' && call.path.endsWith('/connect') ? { status: 500, body: {} } : undefined);
	const { status, json } = await session.post('modes/live/rotate');
	assert.deepEqual([status, json.connected], [200, false]);
	assert.equal((await session.mode('live')).connected, false);
	const refused = await session.post('modes/live/revoke');
	assert.deepEqual([refused.status, refused.json.error.code], [409, 'keys_changing']);
	marketplace.fault = null;
	await eventually(() => session.mode('live'), ({ connected }) => connected, 60000);
	assert.equal((await session.post('modes/live/revoke')).status, 200);
});

test('twenty who make keys anew at once make one pair', async () => {
	const place = await installed();
	const session = await entered(place);
	const answers = await Promise.all(Array.from({ length: 20 }, () => session.post('modes/test/rotate')));
	assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(19).fill(409)]);
	assert.equal((await stack.psql(`select count(*) from kassa.api_key where account_id = '${await accountOf(place)}' and kind = 'secret'`))[0][0], '2');
});

test('a mode that is none is refused by every address that names one', async () => {
	const session = await entered(await installed());
	for (const [method, path] of [['GET', 'activity'], ['GET', 'activity?mode='], ['GET', 'money?mode=Test'], ['GET', 'money?mode=test&mode=live'],
		['POST', 'modes/prod/rotate'], ['POST', 'modes/TEST/revoke'], ['PUT', 'modes/x/processor']]) {
		const { status, json } = await session.call(method, path, method === 'GET' ? undefined : {});
		assert.deepEqual([status, json.error.code], [400, 'field_invalid'], path);
	}
});

/* --- processors ------------------------------------------------------------------------------------------- */

test('credentials of a processor are sealed for their account and never shown', async () => {
	const place = await installed();
	const session = await entered(place);
	const { status, json } = await session.put('modes/test/processor', { processor: 'sandbox', credentials: { key: CREDENTIAL } });
	assert.deepEqual([status, json], [200, { mode: 'test', connected: true }]);
	const [[processor, sealed]] = await stack.psql(`select processor, sealed from kassa.processor_setup
		where account_id = '${await accountOf(place)}'`);
	assert.equal(processor, 'sandbox');
	assert.match(sealed, /^1\.\w+\./);
	assert.ok(!(await session.get('state')).text.includes(CREDENTIAL));
	await session.put('modes/test/processor', { processor: 'sandbox', credentials: {} });
	assert.equal((await stack.psql(`select sealed is null from kassa.processor_setup where account_id = '${await accountOf(place)}'`))[0][0], 't');
});

for (const [what, mode, body, code] of [
	['of the other mode', 'live', { processor: 'sandbox', credentials: {} }, 'processor_unsupported'],
	['that is none', 'test', { processor: 'bank', credentials: {} }, 'processor_unsupported'],
	['that is not said', 'test', { credentials: {} }, 'field_invalid'],
	['without credentials', 'test', { processor: 'sandbox' }, 'field_invalid'],
	['with a field that it does not know', 'test', { processor: 'sandbox', credentials: { secret: 'x' } }, 'field_invalid'],
	['with a field that is no text', 'test', { processor: 'sandbox', credentials: { key: 5 } }, 'field_invalid'],
	['with a line end in a field', 'test', { processor: 'sandbox', credentials: { key: 'x\n' } }, 'field_invalid'],
	['with a field that is too long', 'test', { processor: 'sandbox', credentials: { key: 'x'.repeat(201) } }, 'field_invalid'],
	['in a body that is no object', 'test', [], 'json_invalid']]) {
	test(`a processor ${what} is refused`, async () => {
		const place = await installed();
		const { json } = await (await entered(place)).put(`modes/${mode}/processor`, body);
		assert.equal(json.error.code, code);
		assert.deepEqual(await stack.psql(`select from kassa.processor_setup where account_id = '${await accountOf(place, mode)}'`), []);
	});
}

/* --- what happened ------------------------------------------------------------------------------------------ */

/* A charge of 12.34 in some currency, so many days ago, and a part of it given back. */
async function charged(account, name, { days = 0, currency = 'USD', outcome = 'succeeded', minor = 1234, back = 0 } = {}) {
	await stack.psql(`
		select kassa.session_open('${account}', 'cs_${name}', '${name}', 'live', ${minor}, '${currency}', 'platform', null, null);
		select kassa.charge_reserve('cs_${name}', 'ch_${name}', 'sandbox', false, '', '(0,0,0,0,0,0)', 15000);
		select kassa.charge_settle('${account}', 'ch_${name}', '${outcome}', '${outcome === 'failed' ? 'insufficient_funds' : 'none'}', 'x', '', 1);`);
	if (back > 0) {
		await stack.psql(`select kassa.refund_reserve('${account}', 'ch_${name}', 're_${name}', ${back}, 0, 1, 1);
			select kassa.refund_settle('${account}', 're_${name}', 'succeeded', 'none', 'x', 1)`);
	}
	await stack.psql(`update kassa.charge set created_at = created_at - interval '${days} days' where charge_id = 'ch_${name}';
		update kassa.refund set created_at = created_at - interval '${days} days' where charge_id = 'ch_${name}'`);
}

test('activity lists what is newest of the mode, and no other tenant\'s', async () => {
	const [place, other] = [await installed(), await installed()];
	const session = await entered(place);
	const account = await accountOf(place);
	for (let i = 0; i < 21; i++) {
		await charged(account, `a${i}`, { days: i });
	}
	await charged(account, 'no', { outcome: 'failed' });
	await charged(account, 'yen', { currency: 'JPY', minor: 500, back: 200, days: 0 });
	await charged(await accountOf(other), 'theirs');
	await stack.psql(`insert into kassa.webhook (webhook_id, type, location_id, at, scheme, state, reason, body) values
		('w_${account}', 'TaskCreate', '${place.locationId}', now(), 'ed25519', 'ignored', 'it is late', '{}'),
		('w_other', 'TaskCreate', '${other.locationId}', now(), 'ed25519', 'stored', '', '{}')`);
	const { json } = await session.get('activity?mode=test');
	assert.equal(json.charges.length, 20);
	assert.deepEqual(json.charges.slice(0, 3).map(({ at, ...rest }) => rest), [
		{ id: 'ch_yen', amount: '500', currency: 'JPY', status: 'succeeded', decline: null, card: null },
		{ id: 'ch_no', amount: '12.34', currency: 'USD', status: 'failed', decline: 'insufficient_funds', card: null },
		{ id: 'ch_a0', amount: '12.34', currency: 'USD', status: 'succeeded', decline: null, card: null }]);
	assert.deepEqual(json.refunds.map(({ at, ...rest }) => rest),
		[{ id: 're_yen', chargeId: 'ch_yen', amount: '200', currency: 'JPY', status: 'succeeded', reason: null }]);
	assert.deepEqual(json.webhooks.map(({ at, ...rest }) => rest),
		[{ id: `w_${account}`, type: 'TaskCreate', state: 'ignored', reason: 'it is late' }]);
	assert.match(json.charges[0].at, /^\d{4}-.*Z$/);
	assert.deepEqual((await session.get('activity?mode=live')).json.charges, []);
});

test('a charge of a kept card shows which', async () => {
	const place = await installed();
	const account = await accountOf(place);
	await stack.psql(`select kassa.method_keep('${account}', 'contact', 'sandbox', ('tok', 'fp', 'visa', '4242', 12, 2099)::kassa.kept_card, 'pm_x');
		select kassa.charge_reserve_kept('${account}', 'ch_kept', 'pm_x', 'contact', 'kept', 500, 'USD', repeat('e', 64), '', 1, 3600000)`);
	const { charges: [charge] } = (await (await entered(place)).get('activity?mode=test')).json;
	assert.deepEqual([charge.id, charge.card, charge.status], ['ch_kept', 'visa 4242', 'sending']);
});

test('money is summed by day and currency over thirty days, of what succeeded', async () => {
	const place = await installed();
	const account = await accountOf(place);
	await charged(account, 'm1', { minor: 4999, back: 1000 });
	await charged(account, 'm2', { minor: 1 });
	await charged(account, 'm3', { minor: 100, days: 29 });
	await charged(account, 'm4', { minor: 100000, days: 30 });
	await charged(account, 'm5', { minor: 700, outcome: 'failed' });
	await charged(account, 'm6', { minor: 700, outcome: 'pending' });
	await charged(account, 'm7', { minor: 1500, currency: 'KWD' });
	await charged(account, 'm8', { minor: 300, currency: 'JPY', back: 300 });
	await stack.psql("update kassa.charge set created_at = created_at - interval '40 days' where charge_id = 'ch_m8'");
	const [[today, then]] = await stack.psql("select (now() at time zone 'UTC')::date, (now() at time zone 'UTC')::date - 29");
	const { json } = await (await entered(place)).get('money?mode=test');
	assert.deepEqual(json, { days: 30, currencies: [
		{ currency: 'JPY', days: [{ day: today, charged: '0', refunded: '300' }], total: '-300' },
		{ currency: 'KWD', days: [{ day: today, charged: '1.500', refunded: '0.000' }], total: '1.500' },
		{ currency: 'USD', days: [{ day: then, charged: '1.00', refunded: '0.00' }, { day: today, charged: '50.00', refunded: '10.00' }],
			total: '41.00' }] });
});

/* --- brands --------------------------------------------------------------------------------------------------- */

test('a company\'s brand is registered at each of its locations, and nowhere else', async () => {
	const { companyId, ids } = await companyInstalled(3);
	const other = await installed();
	const session = await entered({ companyId });
	assert.deepEqual((await session.get('brand')).json,
		{ name: 'Kassa', description: 'Card payments', logoUrl: null, support: 'help@operator.example' });
	const brand = { name: 'Äcme Pay', description: 'Cards & more', logoUrl: 'https://acme.example/logo.png', support: 'help@acme.example' };
	const { status, json } = await session.put('brand', brand);
	assert.deepEqual([status, json], [200, brand]);
	await eventually(async () => ids.map((id) => marketplace.locations.get(id).provider.name), (names) => names.every((name) => name === brand.name));
	const { provider } = marketplace.locations.get(ids[0]);
	assert.deepEqual([provider.description, provider.imageUrl], [brand.description, brand.logoUrl]);
	assert.equal(marketplace.locations.get(other.locationId).provider.name, 'Kassa');
	assert.deepEqual((await entered({ companyId, locationId: ids[0] })).opened.brand, brand);
	assert.deepEqual((await session.put('brand', { name: 'Acme', logoUrl: null })).json,
		{ name: 'Acme', description: 'Card payments', logoUrl: null, support: 'help@operator.example' });
});

for (const [what, brand, field] of [['without a name', {}, 'name'], ['with a blank name', { name: '  ' }, 'name'],
	['with a name that is too long', { name: 'ä'.repeat(81) }, 'name'], ['with a name of two lines', { name: 'a\nb' }, 'name'],
	['with a name that is no text', { name: 5 }, 'name'], ['with a description that is too long', { name: 'x', description: 'x'.repeat(201) }, 'description'],
	['with a logo without TLS', { name: 'x', logoUrl: 'http://a.example/l.png' }, 'logoUrl'],
	['with a logo that is a script', { name: 'x', logoUrl: 'javascript:alert(1)' }, 'logoUrl'],
	['with a logo with a blank', { name: 'x', logoUrl: 'https://a.example/l .png' }, 'logoUrl'],
	['with a logo that is too long', { name: 'x', logoUrl: `https://a.example/${'l'.repeat(490)}` }, 'logoUrl'],
	['with a support that is too long', { name: 'x', support: 'x'.repeat(201) }, 'support']]) {
	test(`a brand ${what} is refused`, async () => {
		const { companyId } = await companyInstalled(1);
		const { status, json } = await (await entered({ companyId })).put('brand', brand);
		assert.deepEqual([status, json.error.code, json.error.detail], [400, 'field_invalid', field]);
	});
}

test('a brand as long as it may be, in any script, is kept and read', async () => {
	const { companyId } = await companyInstalled(1);
	const brand = { name: '🦉'.repeat(80), description: '店'.repeat(200), logoUrl: `https://a.example/${'l'.repeat(480)}`, support: '🦉'.repeat(200) };
	const session = await entered({ companyId });
	assert.deepEqual((await session.put('brand', brand)).json, brand);
	assert.deepEqual((await session.get('brand')).json, brand);
});

/* --- and afterwards ------------------------------------------------------------------------------------------- */

test('no payload, session, key or credential is in a log', () => {
	const { kassa, postgresql } = stack.logs();
	const keys = Array.from(marketplace.locations.values(), ({ keys: held }) => held?.test?.apiKey).filter(Boolean);
	for (const secret of [visitor.secret, OLD_SECRET, CREDENTIAL, 'U2FsdGVkX1', 'Ada Byron', ...tokens, ...keys]) {
		assert.ok(secret.length > 5 && !kassa.includes(secret) && !postgresql.includes(secret), secret);
	}
});
