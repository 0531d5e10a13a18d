/*
 * Installing the app: callbacks, tokens, lists, providers.  The platform's side is tests/support/marketplace.mjs,
 * which counts what must happen once; the same against the simulator is in tests/browser/40-install.test.mjs.
 */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { eventually, lineOf, platformId, request } from '../support/payer.mjs';
import { Marketplace, sha256 } from '../support/marketplace.mjs';
import { startStack } from '../support/stack.mjs';

let stack, marketplace;

before(async () => {
	marketplace = await Marketplace.started();
	stack = await startStack({ kassa: { ...marketplace.settings(), KASSA_JOBS_POLL_MS: '50',
		KASSA_PLATFORM_TIMEOUT_MS: '5000', KASSA_DATABASE_TIMEOUT_MS: '2000' } });
});
after(async () => {
	marketplace?.stop();
	await stack?.stop();
	assert.equal(marketplace?.spentTwice, 0, 'no refresh token was ever spent twice');
});
beforeEach(() => {
	marketplace.fault = null;
	marketplace.expiresIn = 86399;
});

const callback = (code, more = '') => request(`${stack.kassaUrl}/oauth/callback?code=${code}${more}`, { method: 'GET' });

async function installLocation(companyId = platformId(), locationId = marketplace.location(companyId)) {
	const answer = await callback(marketplace.code({ companyId, locationId }));
	assert.equal(answer.status, 200, answer.text);
	await connected(locationId);
	return { companyId, locationId };
}

const connected = (locationId) => eventually(async () => (await stack.psql(`select connected_at is not null and removed_at is null
	from kassa.provider where location_id = '${locationId}'`))[0]?.[0], (is) => is === 't');

/* A promise, and what fulfils it. */
function signal() {
	let fulfil;
	return [new Promise((resolve) => { fulfil = resolve; }), () => fulfil()];
}

const standing = async (locationId) => (await stack.psql(`select state, reason from kassa.installation
	where kind = 'location' and location_id = '${locationId}'`))[0];

/* Time goes by for the token of a location (or company): it has so many seconds left. */
const tokenEnds = (id, seconds) => stack.psql(`update kassa.installation
	set access_until = now() + interval '${seconds} seconds' where location_id = '${id}' or (kind = 'company' and company_id = '${id}')`);

/* Someone opens a checkout of the location: the server needs its token for the read-back. */
async function checkoutOpened(locationId) {
	const key = marketplace.locations.get(locationId).keys.test.publishableKey;
	return request(`${stack.kassaUrl}/checkout/sessions`, { body: { publishableKey: key, dialect: 'live', amount: 5, currency: 'USD',
		transactionId: platformId(), orderId: platformId() } });
}

test('the start link sends to the platform with a state that the callback takes back', async () => {
	const answer = await fetch(`${stack.kassaUrl}/oauth/install`, { redirect: 'manual' });
	assert.equal(answer.status, 303);
	const to = new URL(answer.headers.get('location'));
	assert.equal(to.origin + to.pathname, `${marketplace.url}/choose`);
	assert.equal(to.searchParams.get('response_type'), 'code');
	assert.equal(to.searchParams.get('client_id'), marketplace.clientId);
	assert.equal(to.searchParams.get('redirect_uri'), `${stack.kassaUrl}/oauth/callback`);
	assert.match(to.searchParams.get('scope'), /payments\/custom-provider\.write/);
	const companyId = platformId();
	const locationId = marketplace.location(companyId);
	const state = encodeURIComponent(to.searchParams.get('state'));
	assert.equal((await callback(marketplace.code({ companyId, locationId }), `&state=${state}`)).status, 200);
	await connected(locationId);
});

for (const [what, query] of [['no code', ''], ['an empty code', 'code='], ['two codes', 'code=a&code=b'],
	['a code that nobody gave', 'code=0123456789abcdef'], ['a code that is too long', `code=${'a'.repeat(600)}`],
	['a state that was changed', 'code=abc&state=c3Q.9999999999999999.0000000000000000000000000000000000000000000000000000000000000000']]) {
	test(`a callback with ${what} is told to install again`, async () => {
		const answer = await request(`${stack.kassaUrl}/oauth/callback?${query}`, { method: 'GET' });
		assert.equal(answer.status, 400);
		assert.match(answer.text, /Please install again/);
		assert.match(answer.headers.get('content-type'), /^text\/html/);
	});
}

test('a callback with a state of the platform itself is taken', async () => {
	const companyId = platformId();
	const locationId = marketplace.location(companyId);
	const state = Buffer.from(JSON.stringify({ type: 'location', id: locationId })).toString('base64');
	assert.equal((await callback(marketplace.code({ companyId, locationId }), `&state=${encodeURIComponent(state)}`)).status, 200);
	await connected(locationId);
});

test('a location is registered and connected with exactly the fields of the schema, once', async () => {
	const { locationId } = await installLocation();
	const location = marketplace.locations.get(locationId);
	assert.deepEqual(Object.keys(location.provider).sort(),
		['description', 'imageUrl', 'name', 'paymentsUrl', 'queryUrl', 'supportsSubscriptionSchedule']);
	assert.match(location.provider.queryUrl, new RegExp(`^${stack.kassaUrl}/query/q_[0-9a-z]{26}$`));
	assert.equal(location.provider.paymentsUrl, `${stack.kassaUrl}/checkout?location=${locationId}`);
	assert.deepEqual(Object.keys(location.keys).sort(), ['live', 'test']);
	for (const mode of ['live', 'test']) {
		assert.deepEqual(Object.keys(location.keys[mode]).sort(), ['apiKey', 'publishableKey']);
		assert.match(location.keys[mode].apiKey, new RegExp(`^kassa_sk_${mode}_`));
		assert.deepEqual(await stack.psql(`select a.location_id, a.mode from kassa.api_key k join kassa.account a using (account_id)
			where k.key_hash = '${sha256(location.keys[mode].apiKey)}'`), [[locationId, mode]]);
	}
	assert.deepEqual([location.registrations, location.connections], [1, 1]);
});

test('a second installation of the same location sends the same keys or nothing', async () => {
	const { companyId, locationId } = await installLocation();
	const before = structuredClone(marketplace.locations.get(locationId));
	await callback(marketplace.code({ companyId, locationId }));
	await eventually(() => stack.psql(`select from kassa.job j join kassa.installation i on i.installation_id = j.account_id
		where i.location_id = '${locationId}' and j.kind = 'location_connect'`), (rows) => rows.length === 0);
	assert.deepEqual(marketplace.locations.get(locationId), before);
});

for (const [name, status, times] of [['takes it', 200, 1], ['will not hear it', 422, 1], ['cannot now', 503, 2]]) {
	test(`a provider that changed says anew what it can, and is connected where the platform ${name}`, async () => {
		const { locationId } = await installLocation();
		const told = () => marketplace.calls.filter((call) => call.path.endsWith('/capabilities')
			&& JSON.parse(call.body).locationId === locationId);
		let left = status === 200 ? 0 : 1;
		marketplace.fault = (call) => (call.path.endsWith('/capabilities') && (left -= 1) >= 0 ? { status } : undefined);
		await stack.psql(`update kassa.provider set registered_sha256 = repeat('0', 64), connected_sha256 = null
			where location_id = '${locationId}'; select kassa.provider_reconnect('${locationId}')`);
		await eventually(() => marketplace.locations.get(locationId).connections, (count) => count === 2);
		assert.equal(told().length, times);
		assert.deepEqual(JSON.parse(told()[0].body), { supportsSubscriptionSchedules: false, locationId });
	});
}

test('keys of a mode that nobody has set up answer every query as not configured', async () => {
	const { locationId } = await installLocation();
	const { provider, keys } = marketplace.locations.get(locationId);
	for (const type of ['verify', 'verify_payment', 'list_payment_methods', 'get_payment_methods', 'refund', 'charge_payment', 'dance']) {
		const answer = await request(provider.queryUrl, { body: { type, apiKey: keys.live.apiKey, chargeId: 'ch_x', transactionId: 'abc',
			contactId: 'c', paymentMethodId: 'pm_x', amount: 1, currency: 'USD', locationId } });
		assert.equal(answer.json.code, 'account_not_set_up', `${type}: ${answer.text}`);
		assert.equal(answer.json.success, false);
	}
});

test('a key that comes by another path than its own is not known', async () => {
	const { locationId } = await installLocation();
	const other = await installLocation();
	const { provider, keys } = marketplace.locations.get(locationId);
	const ask = (url) => request(url, { body: { type: 'verify', apiKey: keys.test.apiKey, chargeId: 'ch_x' } });
	assert.equal((await ask(provider.queryUrl)).text, '{"failed":true}');
	for (const url of [`${stack.kassaUrl}/query`, marketplace.locations.get(other.locationId).provider.queryUrl, `${stack.kassaUrl}/query/x`]) {
		assert.equal((await ask(url)).json.code, 'api_key_invalid', url);
	}
});

test('a company is listed, and each of its locations connected with a token of its own', async () => {
	const companyId = platformId();
	const ids = Array.from({ length: 130 }, () => marketplace.location(companyId));
	assert.equal((await callback(marketplace.code({ companyId, bulk: true }))).status, 200);
	await eventually(() => stack.psql(`select count(*) from kassa.provider p join kassa.installation i using (location_id)
		where i.company_id = '${companyId}' and p.connected_at is not null`), (rows) => Number(rows[0][0]) === ids.length, 60000);
	for (const id of ids) {
		const { registrations, connections } = marketplace.locations.get(id);
		assert.deepEqual([registrations, connections], [1, 1]);
	}
});

test('a location that the list says is not installed yet is found by a later look', async () => {
	const companyId = platformId();
	const locationId = marketplace.location(companyId, { isLate: true });
	await callback(marketplace.code({ companyId, bulk: true }));
	await eventually(() => stack.psql(`select list_rounds from kassa.installation where company_id = '${companyId}'`),
		(rows) => Number(rows[0]?.[0]) >= 1);
	assert.equal(await standing(locationId), undefined);
	marketplace.locations.get(locationId).isLate = false;
	await connected(locationId);
});

test('locations that an agency has just chosen are connected before the list names them', async () => {
	const companyId = platformId();
	const approved = Array.from({ length: 5 }, () => marketplace.location(companyId, { isLate: true }));
	await callback(marketplace.code({ companyId, bulk: true, approved }));
	await Promise.all(approved.map(connected));
	assert.deepEqual(approved.map((id) => marketplace.locations.get(id).connections), approved.map(() => 1));
});

test('a location that is announced while it is being connected is registered once', async () => {
	const companyId = platformId();
	const locationId = marketplace.location(companyId);
	const [held, release] = signal();
	const [began, begin] = signal();
	const registered = ({ method, path, query }) => method === 'POST' && path.endsWith('/provider') && query.get('locationId') === locationId;
	marketplace.fault = async (call) => {
		if (registered(call)) {
			begin();
			await held;
		}
	};
	await callback(marketplace.code({ companyId, locationId }));
	await began;
	await stack.psql(`select kassa.installation_announce('in_again', '${companyId}', '${locationId}', null, now())`);
	await installLocation();	/* so the queue has been looked at since */
	release();
	await connected(locationId);
	await eventually(() => stack.psql(`select count(*) from kassa.job j join kassa.installation i on i.installation_id = j.account_id
		where i.location_id = '${locationId}' and j.kind = 'location_connect'`), ([[count]]) => count === '0');
	assert.equal(marketplace.calls.filter(registered).length, 1);
});

test('an agency that installs again gets back the locations it chooses, and no others', async () => {
	const companyId = platformId();
	const [chosen, other] = [0, 1].map(() => marketplace.location(companyId));
	await callback(marketplace.code({ companyId, bulk: true }));
	await Promise.all([chosen, other].map(connected));
	await stack.psql(`select kassa.installation_end('${companyId}', null, now())`);
	assert.equal((await standing(chosen))[0], 'uninstalled');
	await callback(marketplace.code({ companyId, bulk: true, approved: [chosen] }));
	await eventually(() => standing(chosen), ([state]) => state === 'active');
	await connected(chosen);
	assert.equal((await standing(other))[0], 'uninstalled');
});

test('a hundred callers with an expired token make one request', async () => {
	const { locationId } = await installLocation();
	await tokenEnds(locationId, 1);
	const before = marketplace.count('POST', '/oauth/token');
	await Promise.all(Array.from({ length: 100 }, () => checkoutOpened(locationId)));
	assert.equal(marketplace.count('POST', '/oauth/token') - before, 1);
});

test('a token that the platform refuses before its time is renewed once', async () => {
	const { locationId } = await installLocation();
	marketplace.expireAll();
	const before = marketplace.count('POST', '/oauth/token');
	await Promise.all([1, 2, 3].map(() => checkoutOpened(locationId)));
	assert.equal(marketplace.count('POST', '/oauth/token') - before, 1);
});

test('tokens are renewed ahead of their end', async () => {
	const { locationId } = await installLocation();
	const before = marketplace.count('POST', '/oauth/token');
	await stack.psql(`update kassa.job j set run_at = now() from kassa.installation i
		where i.installation_id = j.account_id and i.location_id = '${locationId}' and j.kind = 'token_refresh'`);
	await eventually(() => marketplace.count('POST', '/oauth/token'), (count) => count === before + 1);
	const left = await eventually(() => stack.psql(`select j.run_at > now() + interval '10 hours' from kassa.job j
		join kassa.installation i on i.installation_id = j.account_id
		where i.location_id = '${locationId}' and j.kind = 'token_refresh'`), (rows) => rows[0]?.[0] === 't');
	assert.equal(left.length, 1, 'and planned again');
});

test('a location whose refresh answer was lost is minted from its company, and nothing is spent twice', async () => {
	const companyId = platformId();
	const locationId = marketplace.location(companyId);
	await callback(marketplace.code({ companyId, bulk: true }));
	await connected(locationId);
	await tokenEnds(locationId, 1);
	marketplace.fault = (call) => (call.path === '/oauth/token' ? 'lost' : undefined);
	const mints = marketplace.count('POST', '/oauth/locationToken');
	await checkoutOpened(locationId);
	assert.equal(marketplace.count('POST', '/oauth/locationToken'), mints + 1);
	assert.equal((await standing(locationId))[0], 'active');
});

test('a location without a company whose refresh answer was lost is dead, not tried again, and says so', async () => {
	const { locationId } = await installLocation();
	await tokenEnds(locationId, 1);
	marketplace.fault = (call) => (call.path === '/oauth/token' ? 'lost' : undefined);
	const answer = await checkoutOpened(locationId);
	assert.notEqual(answer.status, 200);
	marketplace.fault = null;
	const again = await checkoutOpened(locationId);
	assert.equal(again.json.error.code, 'installation_dead', again.text);
	assert.equal((await standing(locationId))[0], 'dead');
	assert.match(stack.logs().kassa, /"event":"token_not_renewed"/);
});

test('a location that is not active is paused, and works again with the same refresh token', async () => {
	const { locationId } = await installLocation();
	await tokenEnds(locationId, 1);
	marketplace.inactive.add(locationId);
	assert.equal((await checkoutOpened(locationId)).json.error.code, 'installation_paused');
	assert.equal((await standing(locationId))[0], 'paused');
	marketplace.inactive.delete(locationId);
	await checkoutOpened(locationId);
	assert.equal((await standing(locationId))[0], 'active');
});

for (const [what, fault] of [['429', { status: 429, body: { statusCode: 429, message: 'Too Many Requests' } }],
	['503', { status: 503, body: 'upstream' }]]) {
	test(`a refresh that is answered ${what} is tried again with the same token`, async () => {
		const { locationId } = await installLocation();
		await tokenEnds(locationId, 1);
		marketplace.fault = (call) => (call.path === '/oauth/token' ? fault : undefined);
		assert.equal((await checkoutOpened(locationId)).status, 503);
		marketplace.fault = null;
		await checkoutOpened(locationId);
		assert.equal((await standing(locationId))[0], 'active');
	});
}

test('a revoked grant of a company kills no location: its own token serves', async () => {
	const companyId = platformId();
	const locationId = marketplace.location(companyId);
	await callback(marketplace.code({ companyId, bulk: true }));
	await connected(locationId);
	for (const [token, held] of marketplace.refreshes) {
		if (held.companyId === companyId && !held.locationId) {
			marketplace.refreshes.delete(token);
		}
	}
	await tokenEnds(companyId, 1);
	await tokenEnds(locationId, 1);
	await checkoutOpened(locationId);
	assert.equal((await standing(locationId))[0], 'active');
});

test('a registration that the platform cannot take now is repeated until it does', async () => {
	const companyId = platformId();
	const locationId = marketplace.location(companyId);
	let left = 2;
	marketplace.fault = (call) => (call.path.endsWith('/connect') && left-- > 0 ? { status: 500, body: {} } : undefined);
	await callback(marketplace.code({ companyId, locationId }));
	await connected(locationId);
});

test('tokens swapped between two rows do not open', async () => {
	const [one, two] = [await installLocation(), await installLocation()];
	await stack.psql(`update kassa.installation i set access_sealed = o.access_sealed, refresh_sealed = o.refresh_sealed
		from kassa.installation o where (i.location_id, o.location_id) in (('${one.locationId}', '${two.locationId}'))`);
	const answer = await checkoutOpened(one.locationId);
	assert.equal(answer.json.error.code, 'seal_invalid', answer.text);
});

test('no token, code or secret is in a log', async () => {
	await installLocation();
	const { kassa, postgresql } = stack.logs();
	for (const secret of [marketplace.clientSecret, ...marketplace.tokens.keys(), ...marketplace.refreshes.keys()]) {
		assert.ok(!kassa.includes(secret) && !postgresql.includes(secret));
	}
	for (const { keys } of marketplace.locations.values()) {
		assert.ok(!keys || !kassa.includes(keys.test.apiKey));
	}
});

test('the log says of a callback which installation it made', async () => {
	const companyId = platformId();
	const answer = await callback(marketplace.code({ companyId, locationId: marketplace.location(companyId) }));
	const line = await lineOf(stack, answer);
	assert.match(line.accountId, /^in_/);
	assert.equal(line.rule, 'location');
});

test('a company\'s own domain may embed the checkout of its locations, and of no others', async () => {
	const { companyId, locationId } = await installLocation();
	const other = await installLocation();
	await stack.psql(`update kassa.company set domain = 'app.agency.example' where company_id = '${companyId}'`);
	const listed = await ancestorsOf('');
	assert.equal(await ancestorsOf(`?location=${locationId}`), `${listed} https://app.agency.example https://*.app.agency.example`);
	for (const query of [`?location=${other.locationId}`, '?location=nobody', '?location=', `?location=${locationId}&location=x`, '?location=%3B']) {
		assert.equal(await ancestorsOf(query), listed, query);
	}
});

test('where every page may embed the checkout, it opens without asking the books', async () => {
	const { locationId } = await installLocation();
	await stack.restart({ KASSA_FRAME_ANCESTORS: "'self' https:" });
	await stack.cluster('stop');
	try {
		assert.equal(await ancestorsOf(`?location=${locationId}`), "'self' https:");
	} finally {
		await stack.cluster('start');
	}
});

async function ancestorsOf(query) {
	const answer = await request(`${stack.kassaUrl}/checkout${query}`, { method: 'GET' });
	assert.equal(answer.status, 200);
	return /frame-ancestors (.*)$/.exec(answer.headers.get('content-security-policy'))[1];
}
