/*
 * The platform's official SDK against the simulator: an independent judge of how we read its token endpoint.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HighLevel } from '@gohighlevel/api-client';

import { request } from '../support/payer.mjs';
import { startStack } from '../support/stack.mjs';

let stack, sdk, client;

before(async () => {
	stack = await startStack({ idle: true });
	await stack.simulatorStart();
	client = { client_id: stack.environment.KASSA_CLIENT_ID, client_secret: await stack.secret('client-secret') };
	HighLevel.BASE_URL = stack.simulatorUrl;
	sdk = new HighLevel({ clientId: client.client_id, clientSecret: client.client_secret });
});
after(() => stack?.stop());

const simulator = async (path, body) => (await request(`${stack.simulatorUrl}${path}`, { body })).json;

async function installed(wish) {
	const company = await simulator('/simulator/companies', { name: 'Agency', locations: 2 });
	const { code } = await simulator('/simulator/installations', wish(company));
	return { company, code };
}

test('the sdk exchanges a code for the token of a location, once', async () => {
	const { company, code } = await installed(({ locations: [{ id }] }) => ({ locationIds: [id], by: 'location' }));
	const token = await sdk.oauth.getAccessToken({ ...client, grant_type: 'authorization_code', code });
	assert.equal(token.userType, 'Location');
	assert.equal(token.locationId, company.locations[0].id);
	assert.equal(token.companyId, company.id);
	await assert.rejects(sdk.oauth.getAccessToken({ ...client, grant_type: 'authorization_code', code }));
});

test('the sdk refreshes a token, whose old one is dead and ends all of them when it comes again', async () => {
	const { code } = await installed(({ locations: [{ id }] }) => ({ locationIds: [id], by: 'location' }));
	const first = await sdk.oauth.getAccessToken({ ...client, grant_type: 'authorization_code', code });
	const refresh = (token) => sdk.oauth.refreshToken(token, client.client_id, client.client_secret, 'refresh_token', 'Location');
	const second = await refresh(first.refresh_token);
	assert.notEqual(second.refresh_token, first.refresh_token);
	await assert.rejects(refresh(first.refresh_token));
	await assert.rejects(refresh(second.refresh_token), 'a replay ends the grant');
});

test('the sdk lists the locations of a bulk installation and gets a token for one', async () => {
	const { company, code } = await installed(({ id }) => ({ companyId: id, bulk: true }));
	const token = await sdk.oauth.getAccessToken({ ...client, grant_type: 'authorization_code', code });
	assert.equal(token.userType, 'Company');
	assert.equal(token.locationId, undefined);
	const agency = new HighLevel({ clientId: client.client_id, clientSecret: client.client_secret, agencyAccessToken: token.access_token });
	const listed = await agency.oauth.getInstalledLocation({ companyId: company.id, appId: client.client_id.split('-')[0] });
	assert.deepEqual(listed.locations.map(({ _id }) => _id).sort(), company.locations.map(({ id }) => id).sort());
	const minted = await agency.oauth.getLocationAccessToken({ companyId: company.id, locationId: company.locations[1].id });
	assert.equal(minted.userType, 'Location');
	assert.equal(minted.locationId, company.locations[1].id);
});
