/*
 * The simulator's tokens: codes and refresh tokens that are good once, classes, scopes, lists that lag behind,
 * limits and faults.  Every answer is judged by the platform's documents (tests/support/market.mjs).
 */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { APP, CLIENT_ID, CLIENT_SECRET, call, logRead, provider, simulator, simulatorAround } from '../support/simulator.mjs';
import {
	api, bulkInstalled, companyMade, exchanged, faultMade, installed, locationInstalled, refreshed, tokenAsked, uninstalled,
} from '../support/market.mjs';

simulatorAround();
beforeEach(() => call('DELETE', '/simulator/faults'));

const MANY = 8;
const LIST = '/oauth/installedLocations';

const listed = (token, company, more = {}) =>
	api('GET', `${LIST}?${new URLSearchParams({ companyId: company.id, appId: APP, ...more })}`, { token: token.access_token });
const minted = (token, company, locationId) => api('POST', '/oauth/locationToken',
	{ token: token.access_token, form: { companyId: company.id, locationId } });
const connectRead = (token, id) =>
	api('GET', `/payments/custom-provider/connect?locationId=${id}`, { token: token.access_token });
const claimsOf = ({ access_token: token }) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
const webhooksOf = async (type, id) => (await call('GET', '/simulator/webhooks')).body.webhooks
	.map(({ body }) => JSON.parse(body)).filter((one) => one.type === type && [one.locationId, one.companyId].includes(id));

test('code_of_a_location_gives_its_token', async () => {
	const { company, id, token } = await locationInstalled();
	assert.equal(token.userType, 'Location');
	assert.equal(token.locationId, id);
	assert.equal(token.companyId, company.id, 'a location\'s token names its company too');
	assert.equal(token.isBulkInstallation, false);
	assert.equal('approvedLocations' in token, false);
	assert.equal(token.expires_in, 86399);
	assert.equal(token.token_type, 'Bearer');
	assert.match(token.scope, /payments\/custom-provider\.write/);
	const claims = claimsOf(token);
	assert.equal(claims.authClass, 'Location');
	assert.equal(claims.authClassId, id);
	assert.ok(claims.exp > Date.now() / 1000 + 86000);
});

test('code_of_an_agency_for_some_locations_names_them', async () => {
	const company = await companyMade(3);
	const chosen = company.ids.slice(0, 2).sort();
	const { code } = await installed({ companyId: company.id, locationIds: chosen, by: 'agency' });
	const { body } = await exchanged(code);
	assert.equal(body.userType, 'Company');
	assert.equal('locationId' in body, false);
	assert.equal(body.isBulkInstallation, false);
	assert.equal(body.approveAllLocations, false);
	assert.deepEqual(body.approvedLocations.sort(), chosen);
	assert.equal((await minted(body, company, chosen[1])).status, 201);
	assert.equal((await minted(body, company, company.ids.find((id) => !chosen.includes(id)))).status, 400);
});

test('code_of_a_bulk_installation_names_no_location', async () => {
	const { token } = await bulkInstalled(3, { installToFutureLocations: true });
	assert.equal(token.userType, 'Company');
	assert.equal(token.isBulkInstallation, true);
	assert.equal(token.approveAllLocations, true);
	assert.equal(token.installToFutureLocations, true);
	assert.equal('approvedLocations' in token, false);
	assert.equal(claimsOf(token).authClass, 'Company');
});

test('refresh_token_gives_another_pair_of_the_same_grant', async () => {
	const { id, token } = await locationInstalled();
	const { status, body } = await refreshed(token.refresh_token);
	assert.equal(status, 200);
	assert.equal(body.locationId, id);
	assert.equal(body.scope, token.scope);
	assert.notEqual(body.refresh_token, token.refresh_token);
	assert.notEqual(body.access_token, token.access_token);
	assert.equal((await connectRead(token, id)).status, 400, 'the old access token is good until it expires');
});

test('token_is_given_to_json_as_to_a_form', async () => {
	const { token } = await locationInstalled();
	const { status } = await api('POST', '/oauth/token', { version: null, body: { client_id: CLIENT_ID, client_secret: CLIENT_SECRET,
		grant_type: 'refresh_token', refresh_token: token.refresh_token } });
	assert.equal(status, 200);
});

test('token_is_refused_to_whoever_does_not_ask_rightly', async (context) => {
	const { code } = await installed({ locationIds: (await companyMade(1)).ids });
	const right = { client_id: CLIENT_ID, client_secret: CLIENT_SECRET, grant_type: 'authorization_code', code };
	for (const [what, form, message] of [
		['no client id', { ...right, client_id: '' }, 'Missing parameter: `client_id`'],
		['no client secret', { ...right, client_secret: '' }, 'Missing parameter: `client_secret`'],
		['no grant type', { ...right, grant_type: '' }, 'Missing parameter: `grant_type`'],
		['no code', { ...right, code: '' }, 'Missing parameter: `code`'],
		['no refresh token', { ...right, grant_type: 'refresh_token' }, 'Missing parameter: `refresh_token`'],
		['another client', { ...right, client_id: `${APP}-other` }, 'Invalid client: client is invalid'],
		['another secret', { ...right, client_secret: `${CLIENT_SECRET}x` }, 'Invalid client: client is invalid'],
		['another grant type', { ...right, grant_type: 'password' }, 'Invalid parameter: `grant_type`'],
		['a code that nobody gave', { ...right, code: `${code}x` }, 'Invalid grant: authorization code is invalid'],
		['a refresh token that nobody gave', { ...right, grant_type: 'refresh_token', refresh_token: 'x' },
			'Invalid grant: refresh token is invalid'],
	]) {
		await context.test(what, async () => {
			const answer = await api('POST', '/oauth/token', { version: null, form });
			assert.equal(answer.status, 400);
			assert.equal(answer.body.message, message);
		});
	}
	for (const [what, raw] of [['an array', '[]'], ['a text', '"x"'], ['half a character', '{"client_id":"\\ud800"}'],
		['a NUL', `{"client_id":"${CLIENT_ID}\\u0000"}`], ['no JSON', '{'], ['nothing', '']]) {
		await context.test(`${what} as JSON`, async () => {
			const { status } = await api('POST', '/oauth/token', { version: null, raw });
			assert.ok(status >= 400 && status < 500, `${status}`);
		});
	}
	assert.equal((await exchanged(code)).status, 200, 'none of them spent the code');
});

test('code_is_good_once_however_many_come_with_it', async () => {
	const { code } = await installed({ locationIds: (await companyMade(1)).ids });
	const answers = await Promise.all(Array.from({ length: MANY }, () => exchanged(code)));
	assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(MANY - 1).fill(400)]);
});

test('refresh_token_that_comes_twice_ends_its_grant_and_no_other', async () => {
	const { company, token } = await bulkInstalled(2);
	const { body: other } = await minted(token, company, company.ids[0]);
	const before = (await call('GET', '/simulator/replays')).body.replays;
	const answers = await Promise.all(Array.from({ length: MANY }, () => refreshed(token.refresh_token)));
	assert.equal(answers.filter(({ status }) => status === 200).length, 1);
	const { body: next } = answers.find(({ status }) => status === 200);
	for (const { status, body } of answers.filter((one) => one.status !== 200)) {
		assert.equal(status, 400);
		assert.equal(body.message, 'Invalid grant: refresh token is invalid');
	}
	assert.equal((await call('GET', '/simulator/replays')).body.replays - before, MANY - 1);
	assert.equal((await refreshed(next.refresh_token)).status, 400);
	for (const one of [token, next]) {
		const { status, body } = await listed(one, company);
		assert.equal(status, 401);
		assert.equal(body.message, 'Invalid JWT');
	}
	assert.equal((await refreshed(other.refresh_token)).status, 200);
});

test('refresh_of_a_location_that_is_not_active_spends_nothing', async () => {
	const { id, token } = await locationInstalled();
	const active = (is) => call('POST', '/simulator/activity', { locationId: id, active: is });
	assert.equal((await active(false)).status, 201);
	const { status, body } = await refreshed(token.refresh_token);
	assert.equal(status, 400);
	assert.equal(body.message, 'Location is not active');
	await active(true);
	assert.equal((await refreshed(token.refresh_token)).status, 200);
});

test('access_token_that_expired_is_refused_until_it_is_refreshed', async () => {
	const { id, token } = await locationInstalled();
	assert.equal((await call('POST', '/simulator/expiry', { locationId: id })).status, 201);
	const { status, body } = await connectRead(token, id);
	assert.equal(status, 401);
	assert.equal(body.message, 'Invalid JWT');
	const { body: next } = await refreshed(token.refresh_token);
	assert.equal((await connectRead(next, id)).status, 400, 'there is no provider, but the token is good');
});

test('location_token_is_minted_by_its_company', async () => {
	const { company, token } = await bulkInstalled(2, { scope: 'payments/custom-provider.write oauth.write' });
	const body = { companyId: company.id, locationId: company.ids[1] };
	for (const wish of [{ form: body }, { body }]) {
		const answer = await api('POST', '/oauth/locationToken', { token: token.access_token, ...wish });
		assert.equal(answer.status, 201);
		assert.equal(answer.body.userType, 'Location');
		assert.equal(answer.body.locationId, company.ids[1]);
		assert.equal(answer.body.expires_in, 86400);
		assert.equal(answer.body.appId, APP);
		assert.deepEqual(answer.body.scope.split(' ').sort(), ['oauth.readonly', 'oauth.write', 'payments/custom-provider.write']);
		assert.equal((await refreshed(answer.body.refresh_token)).status, 200);
	}
});

test('location_token_is_refused_as_the_platform_does', async (context) => {
	const { company, token } = await bulkInstalled(1);
	const other = await bulkInstalled(1);
	const [locationId] = company.ids;
	const { body: location } = await minted(token, company, locationId);
	const right = { token: token.access_token, body: { companyId: company.id, locationId } };
	const narrow = (await bulkInstalled(1, { scope: 'oauth.readonly' })).token;
	for (const [what, more, status, message] of [
		['no version', { version: null }, 401, 'version header was not found.'],
		['another version', { version: '2020-01-01' }, 401, 'version header is invalid'],
		['no token', { token: undefined }, 401, 'Invalid JWT'],
		['a token that nobody gave', { token: 'eyJ.eyJ.s' }, 401, 'Invalid JWT'],
		['a refresh token', { token: token.refresh_token }, 401, 'Invalid JWT'],
		['a token without the scope', { token: narrow.access_token }, 401, 'The token is not authorized for this scope.'],
		['the token of a location', { token: location.access_token }, 400, 'This token\'s user type is not yet supported!'],
		['the company as location', { body: { companyId: company.id, locationId: company.id } }, 400, 'Location not found'],
		['the location of another', { body: { companyId: company.id, locationId: other.company.ids[0] } }, 400, 'Location not found'],
		['another company', { body: { companyId: other.company.id, locationId: other.company.ids[0] } }, 400, 'Location not found'],
		['no location', { body: { companyId: company.id } }, 422, ['locationId should not be empty']],
		['nothing', { body: {} }, 422, ['companyId should not be empty', 'locationId should not be empty']],
	]) {
		await context.test(what, async () => {
			const answer = await api('POST', '/oauth/locationToken', { ...right, ...more });
			assert.equal(answer.status, status);
			assert.deepEqual(answer.body.message, message);
		});
	}
});

test('list_of_locations_lags_behind_a_bulk_installation', async () => {
	const { company, token } = await bulkInstalled(2);
	const early = await listed(token, company);
	assert.deepEqual(early.body.locations.map(({ isInstalled }) => isInstalled), [false, false]);
	assert.deepEqual((await listed(token, company, { isInstalled: 'true' })).body.locations, []);
	const end = Date.now() + 10000;
	while ((await listed(token, company, { isInstalled: 'true' })).body.count < 2) {
		assert.ok(Date.now() < end, 'the list never caught up');
		await pause(50);
	}
	const { body } = await listed(token, company);
	for (const one of body.locations) {
		assert.equal(one.isInstalled, true);
		assert.ok(Math.abs(Date.parse(one.installedAt) - Date.now()) < 60000);
	}
});

test('list_of_locations_comes_in_pages', async () => {
	const { company, token } = await bulkInstalled(25, { installToFutureLocations: true });
	const first = (await listed(token, company)).body;
	assert.equal(first.locations.length, 20);
	assert.equal(first.count, 25);
	assert.equal(first.installToFutureLocations, true);
	const second = (await listed(token, company, { skip: '20', limit: '100' })).body;
	assert.deepEqual([...first.locations, ...second.locations].map(({ _id }) => _id).sort(), [...company.ids].sort());
	assert.deepEqual((await listed(token, company, { skip: '25' })).body.locations, []);
	assert.deepEqual((await listed(token, company, { appId: 'other' })).body.locations, []);
	assert.equal((await listed(token, company, { locationId: company.ids[3] })).body.count, 1);
});

test('list_of_locations_is_refused_as_the_platform_does', async (context) => {
	const { company, token } = await bulkInstalled(1);
	const other = await bulkInstalled(1);
	const { body: location } = await minted(token, company, company.ids[0]);
	const right = { companyId: company.id, appId: APP };
	for (const [what, more, bearer, status, message] of [
		['no company', { companyId: '' }, token, 422, ['companyId should not be empty']],
		['no company and no app', { companyId: '', appId: '' }, token, 422, ['companyId should not be empty', 'appId should not be empty']],
		['a skip in words', { skip: 'all' }, token, 422, ['skip must be a number string']],
		['a limit below nothing', { limit: '-1' }, token, 422, ['limit must be a number string']],
		['a limit beyond numbers', { limit: '99999999999999999999' }, token, 422, ['limit must be a number string']],
		['a flag that is none', { isInstalled: 'perhaps' }, token, 422, ['isInstalled must be a boolean value']],
		['another company', { companyId: other.company.id }, token, 403, 'The token does not have access to this company.'],
		['the token of a location', {}, location, 400, 'This token\'s user type is not yet supported!'],
	]) {
		await context.test(what, async () => {
			const answer = await api('GET', `${LIST}?${new URLSearchParams({ ...right, ...more })}`, { token: bearer.access_token });
			assert.equal(answer.status, status);
			assert.deepEqual(answer.body.message, message);
		});
	}
});

test('uninstall_ends_tokens_and_codes_of_its_location_alone', async () => {
	const { company, token } = await bulkInstalled(2);
	const [gone, stays] = company.ids;
	const { body: of } = await minted(token, company, gone);
	const { code } = await installed({ locationIds: [gone], by: 'location' });
	assert.equal((await uninstalled({ locationId: gone })).status, 200);
	assert.equal((await connectRead(of, gone)).body.message, 'Invalid JWT');
	assert.equal((await refreshed(of.refresh_token)).status, 400);
	assert.equal((await exchanged(code)).status, 400);
	assert.equal((await minted(token, company, gone)).status, 400);
	assert.equal((await minted(token, company, stays)).status, 201);
	assert.equal((await uninstalled({ locationId: gone })).status, 404, 'it is not there any more');
	const told = await webhooksOf('UNINSTALL', gone);
	assert.equal(told.length, 1);
	assert.equal('companyId' in told[0], false);
});

test('uninstall_of_a_company_ends_all_of_it_with_one_webhook', async () => {
	const { company, token } = await bulkInstalled(2);
	const { body: of } = await minted(token, company, company.ids[0]);
	assert.equal((await uninstalled({ companyId: company.id })).status, 200);
	assert.equal((await refreshed(token.refresh_token)).status, 400);
	assert.equal((await refreshed(of.refresh_token)).status, 400);
	assert.deepEqual((await webhooksOf('UNINSTALL', company.id)).map(({ companyId }) => companyId), [company.id]);
	assert.equal((await uninstalled({ companyId: company.id })).status, 404);
});

test('install_is_announced_for_each_location_once', async () => {
	const company = await companyMade(2, { whitelabel: { domain: 'brand.example', logoUrl: 'https://brand.example/logo.png' } });
	await installed({ companyId: company.id, bulk: true, installToFutureLocations: true });
	await installed({ companyId: company.id, bulk: true, installToFutureLocations: true });
	for (const id of company.ids) {
		const [told, ...more] = await webhooksOf('INSTALL', id);
		assert.deepEqual(more, []);
		assert.equal(told.appId, APP);
		assert.equal(told.installType, 'Location');
		assert.equal(told.companyId, company.id);
		assert.equal(told.isWhitelabelCompany, true);
		assert.deepEqual(told.whitelabelDetails, { domain: 'brand.example', logoUrl: 'https://brand.example/logo.png' });
	}
	const later = (await call('POST', '/simulator/locations', { companyId: company.id })).body;
	assert.equal(later.installed, true);
	const [told] = await webhooksOf('INSTALL', later.id);
	assert.equal('userId' in told, false, 'nobody installed it');
	assert.equal(told.companyId, company.id);
	const brief = (await call('POST', '/simulator/locations', { companyId: company.id, brief: true })).body;
	assert.equal('companyId' in (await webhooksOf('INSTALL', brief.id))[0], false);
	const plain = await companyMade(1);
	const left = (await call('POST', '/simulator/locations', { companyId: plain.id })).body;
	assert.equal(left.installed, false);
	assert.deepEqual(await webhooksOf('INSTALL', left.id), []);
});

test('installation_sends_the_browser_back_as_it_was_asked', async () => {
	const { ids } = await companyMade(1);
	const to = async (more) => new URL((await installed({ locationIds: ids, ...more })).redirect);
	assert.equal((await to({})).href.split('?')[0], `${provider.url}/oauth/callback`);
	const back = await to({ redirectUri: 'http://127.0.0.1/cb?a=b', state: 'x&y=z' });
	assert.equal(back.searchParams.get('a'), 'b');
	assert.equal(back.searchParams.get('state'), 'x&y=z');
	assert.equal((await exchanged(back.searchParams.get('code'))).status, 200);
});

test('calls_beyond_the_limit_of_a_company_are_refused', async () => {
	const { company, token } = await bulkInstalled(1);
	const other = await bulkInstalled(1);
	const answers = await Promise.all(Array.from({ length: 108 }, () => listed(token, company)));
	const refused = answers.filter(({ status }) => status === 429);
	assert.equal(refused.length, 8);
	assert.deepEqual(refused[0].body, { statusCode: 429, message: 'Too Many Requests', error: 'Too Many Requests' });
	const left = answers.filter(({ status }) => status === 200).map(({ headers }) => Number(headers.get('x-ratelimit-remaining')));
	assert.deepEqual(left.sort((a, b) => a - b), Array.from({ length: 100 }, (_, at) => at));
	const { headers } = await listed(other.token, other.company);
	assert.deepEqual(['max', 'remaining', 'interval-milliseconds', 'limit-daily', 'daily-remaining'].map((name) =>
		headers.get(`x-ratelimit-${name}`)), ['100', '99', '10000', '200000', '199999']);
});

for (const [kind, status] of [['429', 429], ['500', 500]]) {
	test(`fault_${kind}_is_said_instead_of_the_work_and_once`, async () => {
		const { token } = await locationInstalled();
		await faultMade('/oauth/token', kind);
		assert.equal((await refreshed(token.refresh_token)).status, status);
		assert.equal((await refreshed(token.refresh_token)).status, 200);
	});
}

test('fault_is_used_up_once_by_calls_at_the_same_time', async () => {
	const { company, token } = await bulkInstalled(1);
	await faultMade(LIST, '500', { count: 2 });
	const answers = await Promise.all(Array.from({ length: MANY }, () => listed(token, company)));
	assert.deepEqual(answers.map(({ status }) => status).sort(), [...Array(MANY - 2).fill(200), 500, 500]);
	assert.deepEqual((await call('GET', '/simulator/faults')).body.faults, []);
});

test('fault_reset_does_nothing_and_fault_lost_does_the_work', async () => {
	const { token } = await locationInstalled();
	await faultMade('/oauth/token', 'reset');
	await assert.rejects(refreshed(token.refresh_token));
	const { body: next } = await refreshed(token.refresh_token);
	await faultMade('/oauth/token', 'lost');
	await assert.rejects(refreshed(next.refresh_token));
	const { status } = await refreshed(next.refresh_token);
	assert.equal(status, 400, 'it was spent, though nobody got the answer');
});

test('fault_malformed_is_no_json_and_fault_slow_takes_its_time', async () => {
	const { token } = await locationInstalled();
	await faultMade('/oauth/token', 'malformed');
	const malformed = await fetch(`${simulator.url}/oauth/token`, { method: 'POST', body: new URLSearchParams({}) });
	assert.equal(malformed.status, 200);
	const text = await malformed.text();
	assert.throws(() => JSON.parse(text));
	await faultMade('/oauth/token', 'slow', { ms: 400 });
	const begin = Date.now();
	assert.equal((await refreshed(token.refresh_token)).status, 200);
	assert.ok(Date.now() - begin >= 390);
});

test('call_log_holds_what_came_without_its_secrets', async () => {
	const { company, token } = await bulkInstalled(1);
	const { body: location } = await minted(token, company, company.ids[0]);
	const odd = 'quote"in{it\\';
	await tokenAsked({ client_secret: odd, grant_type: 'authorization_code', code: odd });
	await api('POST', '/oauth/token', { version: null, raw: `{"client\\u005fsecret":"${'s'.repeat(40)}","code":12345678901}` });
	const all = (await call('GET', '/simulator/calls')).body.calls;
	const [wrong] = all.filter(({ path, body }) => path === '/oauth/token' && body?.grant_type === 'authorization_code');
	assert.equal(wrong.body.client_secret, '…');
	assert.equal(wrong.httpStatus, 400);
	const [mint] = (await call('GET', '/simulator/calls?path=/oauth/locationToken')).body.calls;
	assert.equal(mint.class, 'Company');
	assert.equal(mint.resource, company.id);
	assert.deepEqual(mint.body, { companyId: company.id, locationId: company.ids[0] });
	const text = JSON.stringify(all) + await logRead();
	for (const secret of [CLIENT_SECRET, 'quote', 's'.repeat(40), '12345678901', token.access_token, token.refresh_token, location.access_token]) {
		assert.ok(!text.includes(secret), 'a secret is in the log');
	}
});

test('control_refuses_what_makes_no_sense', async (context) => {
	const { id, ids } = await companyMade(1);
	for (const [what, method, path, body, status] of [
		['a company with a bad id', 'POST', 'companies', { id: 'a b' }, 400],
		['a company with too many locations', 'POST', 'companies', { locations: 1000000000 }, 400],
		['a company with locations in words', 'POST', 'companies', { locations: 'many' }, 400],
		['a location with a bad id', 'POST', 'companies', { locations: [{ id: '<b>' }] }, 400],
		['a later location of nobody', 'POST', 'locations', { companyId: 'nobody' }, 404],
		['a later location that is there', 'POST', 'locations', { companyId: id, id: ids[0] }, 400],
		['an installation of nobody', 'POST', 'installations', { companyId: 'nobody', bulk: true }, 404],
		['an installation nowhere', 'POST', 'installations', { companyId: id, locationIds: [] }, 404],
		['an installation that is bulk in words', 'POST', 'installations', { companyId: id, bulk: 'perhaps' }, 400],
		['a fault without an address', 'POST', 'faults', { kind: '500' }, 400],
		['a fault of no kind', 'POST', 'faults', { path: '/oauth/token', kind: 'odd' }, 400],
		['a fault that lasts', 'POST', 'faults', { path: '/oauth/token', kind: 'slow', ms: 100000 }, 400],
		['an expiry of nobody', 'POST', 'expiry', { locationId: 'nobody' }, 404],
		['an activity of nobody', 'POST', 'activity', { locationId: 'nobody', active: false }, 404],
		['a company that is not there', 'GET', 'companies/nobody', undefined, 404],
		['an uninstall of what is not installed', 'DELETE', `installations?companyId=${id}`, undefined, 404],
		['something without a body', 'POST', 'companies', undefined, 415],
	]) {
		await context.test(what, async () => {
			const answer = await call(method, `/simulator/${path}`, body);
			assert.equal(answer.status, status, JSON.stringify(answer.body));
		});
	}
});
