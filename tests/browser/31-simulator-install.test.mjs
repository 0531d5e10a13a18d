/*
 * The simulator's pages around installs, in a real browser: companies, choosing a location, the settings
 * page in its frame, webhooks, faults.
 */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import CryptoJS from 'crypto-js';

import { CLIENT_ID, CLIENT_SECRET, SSO_KEY, call, provider, simulator, simulatorAround, webhooks } from '../support/simulator.mjs';
import { keepPicture, violationsOf } from './browser.mjs';
import { fitsAcross } from './looks.mjs';
import { installsMock } from './mock/installs.mjs';
import { browserAround } from './simulator-page.mjs';

/* Asks who looks at it, until it is told, and says what it was told. */
const SETTINGS = `<!doctype html><html lang="en"><title>Settings</title>
<main><h1>Stand-in settings</h1><output id="payload"></output></main>
<script>
	addEventListener('message', ({ data, source }) => {
		if (source === parent && data.message === 'REQUEST_USER_DATA_RESPONSE')
			document.getElementById('payload').textContent = data.payload;
	});
	parent.postMessage(JSON.stringify({ message: 'REQUEST_USER_DATA' }), '*');
	parent.postMessage({ message: 'SOMETHING_ELSE' }, '*');
	parent.postMessage({ message: 'REQUEST_USER_DATA' }, '*');
</script>`;

simulatorAround();
const browserPage = browserAround();
let installs;
beforeEach(() => {
	provider.page = SETTINGS;
	installs = installsMock(`${provider.url}/oauth/callback`);
});

/** Open a page of the simulator, with its companies made up here. */
async function pageOpened(t, path, options) {
	const page = await browserPage(t, 'about:blank', options);
	await installs.stand(page);
	await page.goto(simulator.url + path);
	return page;
}

/** Look at it in light, in dark and at 300 px. */
async function looked(page, name) {
	await keepPicture(page, `simulator-${name}-light`);
	assert.deepEqual(await violationsOf(page), []);
	await page.emulateMedia({ colorScheme: 'dark' });
	await keepPicture(page, `simulator-${name}-dark`);
	assert.deepEqual(await violationsOf(page, ['color-contrast']), [], 'dark');
	await page.emulateMedia({ colorScheme: 'light' });
	await page.setViewportSize({ width: 300, height: 720 });
	await keepPicture(page, `simulator-${name}-narrow`);
	assert.ok(await fitsAcross(page.locator('main')), 'nothing is wider than the window');
}

const choosePath = (more = {}) => `/v2/oauth/chooselocation?${new URLSearchParams({
	response_type: 'code', client_id: CLIENT_ID, redirect_uri: `${provider.url}/oauth/callback`, ...more,
})}`;

/* --- installs --- */

test('installs_shows_companies_and_locations_as_they_are', async (t) => {
	installs.company('Example Agency', 4, { installed: 4, connected: 2, domain: 'app.example.com' });
	installs.company('An agency whose name is quite a bit longer than a small screen is wide', 2);
	installs.company('Empty', 0);
	const page = await pageOpened(t, '/install');
	await page.getByText('3 companies, 6 locations; the app is in 4 of them.').waitFor();
	await page.getByText('4 locations, 4 with the app, 2 connected').waitFor();
	const row = page.getByRole('row', { name: /Location 1 Location1/ });
	assert.deepEqual(await row.locator('td').allTextContents(), ['installed', 'registered', 'connected', 'connected', 'SettingsUninstall']);
	await looked(page, 'installs');
});

test('installs_without_companies_says_how_to_begin_and_makes_one', async (t) => {
	const page = await pageOpened(t, '/install');
	await page.getByText('No companies yet.').waitFor();
	await looked(page, 'installs-empty');
	await page.getByLabel('Locations').fill('501');
	await page.getByRole('button', { name: 'Make company' }).click();
	await page.getByRole('alert').getByText('0 to 500').waitFor();
	assert.equal(await page.evaluate(() => document.activeElement.id), 'company-error');
	await page.getByLabel('Locations').fill('250');
	await page.getByLabel('White-label domain').fill('app.example.com');
	await page.getByRole('button', { name: 'Make company' }).click();
	await page.getByText('250 locations, 0 with the app, 0 connected').waitFor();
	assert.deepEqual(installs.state.told, [{ method: 'POST', path: '/simulator/companies',
		body: { name: 'Example Agency', locations: 250, whitelabel: { domain: 'app.example.com' } } }]);
	assert.equal(await page.locator('details.locations').evaluate((one) => one.open), false, 'many are folded');
});

test('installs_uninstalls_one_location_and_everything', async (t) => {
	const { id, locations } = installs.company('Example Agency', 3, { installed: 3, connected: 3 });
	const page = await pageOpened(t, '/install');
	await page.getByRole('button', { name: 'Uninstall', exact: true }).nth(1).click();
	await page.getByText('3 locations, 2 with the app, 2 connected').waitFor();
	await page.getByRole('button', { name: 'Uninstall everywhere' }).click();
	await page.getByText('3 locations, 0 with the app, 0 connected').waitFor();
	await page.getByRole('button', { name: 'Make a location' }).click();
	await page.getByText('4 locations, 0 with the app').waitFor();
	assert.deepEqual(installs.state.told.map(({ method, body }) => [method, body]), [
		['DELETE', { locationId: locations[1].id }], ['DELETE', { companyId: id }], ['POST', { companyId: id, name: 'Location 4' }],
	]);
});

test('installs_that_cannot_be_done_says_why', async (t) => {
	installs.company('Example Agency', 1, { installed: 1 });
	const page = await pageOpened(t, '/install');
	await page.getByRole('button', { name: 'Uninstall', exact: true }).waitFor();
	installs.state.refusal = 'no such installation';
	await page.getByRole('button', { name: 'Uninstall', exact: true }).click();
	await page.getByText('No such installation.').waitFor();
});

test('installs_leads_to_choosing_with_the_location_chosen', async (t) => {
	const { locations } = installs.company('Example Agency', 3);
	const page = await pageOpened(t, '/install');
	await page.getByRole('row', { name: /Location 3/ }).getByRole('link', { name: 'Install…' }).click();
	await page.getByRole('heading', { name: 'Install the app' }).waitFor();
	await page.getByText('none: from the marketplace').waitFor();
	assert.equal(await page.locator('input[name="location"]:checked').inputValue(), locations[2].id);
});

/* --- choosing --- */

test('choose_one_location_sends_its_user_back_with_code_and_state', async (t) => {
	const { id, locations } = installs.company('Example Agency', 3);
	const page = await pageOpened(t, choosePath({ state: 'a.b c+d', scope: 'payments/orders.readonly payments/custom-provider.write' }));
	await page.getByRole('radio', { name: /^Location 2/ }).check();
	await page.getByText('What it may do').click();
	await looked(page, 'choose-location');
	await page.getByRole('button', { name: 'Install' }).click();
	await page.waitForURL(`${provider.url}/**`);
	const back = new URL(page.url());
	assert.equal(back.origin + back.pathname, `${provider.url}/oauth/callback`);
	assert.deepEqual(Object.fromEntries(back.searchParams), { code: 'code-1', state: 'a.b c+d' });
	assert.deepEqual(installs.state.told[0].body, { companyId: id, locationIds: [locations[1].id], installToFutureLocations: false, by: 'location' });
});

test('choose_some_locations_by_the_agency_without_state_sends_back_without_one', async (t) => {
	const { id, locations } = installs.company('Example Agency', 3);
	const page = await pageOpened(t, choosePath());
	await page.getByRole('radio', { name: /^Some locations/ }).check();
	await page.getByRole('checkbox', { name: /^Location 1/ }).uncheck();
	await page.getByRole('button', { name: 'Install' }).click();
	await page.getByRole('alert').getByText('Choose a location.').waitFor();
	await page.getByRole('checkbox', { name: /^Location 2/ }).check();
	await page.getByRole('checkbox', { name: /^Location 3/ }).check();
	await page.getByRole('button', { name: 'Install' }).click();
	await page.waitForURL(`${provider.url}/**`);
	assert.equal(new URL(page.url()).search, '?code=code-1');
	assert.deepEqual(installs.state.told[0].body,
		{ companyId: id, locationIds: [locations[1].id, locations[2].id], installToFutureLocations: false, by: 'agency' });
});

test('choose_the_whole_agency_installs_in_bulk', async (t) => {
	installs.company('First', 1);
	const { id } = installs.company('Example Agency', 250);
	const page = await pageOpened(t, choosePath({ company: id }));
	await page.getByRole('radio', { name: /^All locations/ }).check();
	await looked(page, 'choose-bulk');
	await page.getByRole('checkbox', { name: 'and in locations that are made later' }).uncheck();
	await page.getByRole('button', { name: 'Install in all 250 locations' }).click();
	await page.waitForURL(`${provider.url}/**`);
	assert.deepEqual(installs.state.told[0].body, { companyId: id, bulk: true, by: 'agency', installToFutureLocations: false });
});

for (const [what, more, text] of [
	['another_client', { client_id: 'somebody-else' }, /No integration found/],
	['another_way_back', { redirect_uri: 'https://evil.example.com/' }, /redirect_uri is not the one/],
	['another_response', { response_type: 'token' }, /response_type has to be code/],
]) {
	test(`choose_with_${what}_installs_nothing`, async (t) => {
		installs.company('Example Agency', 1);
		const page = await pageOpened(t, choosePath(more));
		await page.getByRole('alert').getByText(text).waitFor();
		assert.equal(await page.getByRole('button', { name: 'Install' }).isVisible(), false);
		if (what === 'another_client') {
			await looked(page, 'choose-refused');
		}
	});
}

test('choose_without_companies_says_so', async (t) => {
	const page = await pageOpened(t, choosePath());
	await page.getByRole('alert').getByText('There is no company yet').waitFor();
});

/* --- the settings page in its frame --- */

/** What the frame was told, opened with the key. */
async function toldIn(page) {
	const output = page.frameLocator('iframe').locator('#payload');
	await output.filter({ hasText: 'U2FsdGVkX1' }).waitFor();
	return JSON.parse(CryptoJS.AES.decrypt(await output.textContent(), SSO_KEY).toString(CryptoJS.enc.Utf8));
}

test('settings_of_a_location_tells_who_looks_at_it_and_where', async (t) => {
	const { id, locations } = installs.company('Example Agency', 2, { installed: 1 });
	const page = await pageOpened(t, `/locations/${locations[0].id}/settings`);
	await page.getByText('Asked once; it was told Ada Admin, admin, of this location.').waitFor();
	const told = await toldIn(page);
	assert.deepEqual([told.companyId, told.activeLocation, told.role, told.type], [id, locations[0].id, 'admin', 'agency']);
	await looked(page, 'settings');

	await page.getByRole('radio', { name: 'user' }).check();
	await page.getByText('it was told Uma User, user, of this location.').waitFor();
	assert.equal((await toldIn(page)).role, 'user');
	await page.getByRole('radio', { name: 'the agency, no location' }).check();
	await page.getByText('it was told Uma User, user, of the agency.').waitFor();
	assert.equal('activeLocation' in await toldIn(page), false);
});

test('settings_of_a_company_has_no_location', async (t) => {
	const { id } = installs.company('Example Agency', 1, { installed: 1 });
	const page = await pageOpened(t, `/companies/${id}/settings`);
	await page.getByText('Asked once; it was told Ada Admin, admin, of the agency.').waitFor();
	assert.equal(await page.getByText('the agency, no location').isVisible(), false);
	const told = await toldIn(page);
	assert.equal(told.companyId, id);
	assert.equal('activeLocation' in told, false);
});

test('settings_can_be_told_something_forged_or_nothing', async (t) => {
	const { locations } = installs.company('Example Agency', 1, { installed: 1 });
	const page = await pageOpened(t, `/locations/${locations[0].id}/settings`);
	await page.getByText('Asked once;').waitFor();
	await page.getByRole('radio', { name: 'something forged' }).check();
	await page.getByText('it was told something forged.').waitFor();
	await assert.rejects(toldIn(page));
	await page.getByRole('radio', { name: 'nothing: no answer comes' }).check();
	await page.getByText('gets no answer').waitFor();
	assert.equal(await page.frameLocator('iframe').locator('#payload').textContent(), '');
});

test('settings_that_nobody_serves_is_said_to_be_so', async (t) => {
	provider.page = null;
	const { locations } = installs.company('Example Agency', 1, { installed: 1 });
	const page = await pageOpened(t, `/locations/${locations[0].id}/settings`);
	await page.getByText("The frame can't be loaded").waitFor();
	await looked(page, 'settings-unreachable');
});

test('settings_of_an_unknown_location_says_so', async (t) => {
	const page = await pageOpened(t, '/locations/nowhere/settings');
	await page.getByText('No such location.').waitFor();
	assert.deepEqual(await violationsOf(page), []);
});

/* --- webhooks --- */

test('webhook_sent_by_hand_shows_every_try_and_can_be_sent_again', async (t) => {
	const { locations } = installs.company('Example Agency', 1, { installed: 1 });
	webhooks.answer = () => (webhooks.came.length === 1 ? { status: 429, body: '{"error":"busy"}' } : { status: 200 });
	const page = await pageOpened(t, '/webhooks');
	await page.getByText('None yet.').waitFor();
	await page.getByLabel('Begin with').selectOption('OrderStatusUpdate');
	await page.getByRole('button', { name: 'Send', exact: true }).click();
	await page.locator('.badge.delivered').waitFor();
	await page.getByText('2 tries, HTTP 200').click();
	await page.getByText('HTTP 429').waitFor();
	await page.getByText('{"error":"busy"}').waitFor();
	assert.equal(webhooks.came[0].json.locationId, locations[0].id);
	await looked(page, 'webhooks');

	await page.getByRole('button', { name: 'Send again' }).click();
	await page.getByText('3 tries, HTTP 200').waitFor();
	assert.equal(webhooks.came.length, 3);
});

test('webhook_scheme_is_changed_on_the_page', async (t) => {
	t.after(() => call('POST', '/simulator/webhooks/scheme', { scheme: 'both' }));
	const page = await pageOpened(t, '/webhooks');
	await page.locator('input[value="both"]:checked').waitFor();
	const answered = page.waitForResponse((response) => response.url().endsWith('/scheme'));
	await page.getByRole('radio', { name: /^bad/ }).check();
	await answered;
	assert.equal((await call('GET', '/simulator/webhooks')).body.scheme, 'bad');
	await page.getByText('Public keys').click();
	await page.getByRole('region', { name: 'Public key Ed25519' }).getByText('MCowBQYDK2VwAyEA').waitFor();
});

test('webhook_that_is_no_json_is_refused_on_the_page', async (t) => {
	const page = await pageOpened(t, '/webhooks');
	await page.getByRole('textbox', { name: 'Body' }).fill('{');
	await page.getByRole('button', { name: 'Send', exact: true }).click();
	await page.getByRole('alert').getByText('The body is not JSON.').waitFor();
	await page.getByRole('textbox', { name: 'Body' }).fill('{}');
	await page.getByRole('button', { name: 'Send', exact: true }).click();
	await page.getByRole('alert').getByText('Type is a text').waitFor();
	assert.deepEqual(await violationsOf(page), []);
	assert.deepEqual(webhooks.came, []);
});

/* --- faults --- */

const tokenAsked = () => fetch(`${simulator.url}/oauth/token`, {
	method: 'POST',
	body: new URLSearchParams({ client_id: CLIENT_ID, client_secret: CLIENT_SECRET, grant_type: 'authorization_code', code: 'wrong-code-0123' }),
});

test('faults_are_switched_on_met_and_off_and_calls_are_shown', async (t) => {
	t.after(() => call('DELETE', '/simulator/faults'));
	const page = await pageOpened(t, '/faults');
	await page.getByText('Nothing goes wrong.').waitFor();
	await page.getByRole('radio', { name: /^500/ }).check();
	await page.getByLabel('How often').fill('2');
	await page.getByRole('button', { name: 'Switch on' }).click();
	await page.getByText('2 times more').waitFor();
	assert.equal((await tokenAsked()).status, 500);
	await page.getByText('once more').waitFor();
	const newest = page.locator('#calls > li').first();
	await newest.getByText('/oauth/token').waitFor();
	assert.equal(await newest.locator('.badge').textContent(), '500');
	await newest.locator('summary').click();
	await newest.getByText('"grant_type": "authorization_code"').waitFor();
	await newest.getByText('"message": "Internal Server Error"').waitFor();
	assert.doesNotMatch(await newest.textContent(), new RegExp(`${CLIENT_SECRET}|wrong-code|undefined`));
	await looked(page, 'faults');

	await page.getByRole('button', { name: 'Switch all off' }).click();
	await page.getByText('Nothing goes wrong.').waitFor();
	assert.notEqual((await tokenAsked()).status, 500);
	await page.getByLabel('How often').fill('0');
	await page.getByRole('button', { name: 'Switch on' }).click();
	await page.getByRole('alert').getByText('1 to 9999').waitFor();
});

/* --- all of it, without a mock --- */

test('company_is_made_installed_and_uninstalled_and_webhooks_say_so', async (t) => {
	const page = await browserPage(t, `${simulator.url}/install`);
	await page.getByRole('textbox', { name: 'Name' }).fill('Real Agency');
	await page.getByLabel('Locations').fill('2');
	await page.getByRole('button', { name: 'Make company' }).click();
	await page.getByText('2 locations, 0 with the app, 0 connected').waitFor();
	await page.getByRole('region', { name: 'Real Agency', exact: true }).getByRole('link', { name: 'Install…' }).first().click();
	await page.getByRole('radio', { name: /^All locations/ }).check();
	await page.getByRole('button', { name: 'Install in all 2 locations' }).click();
	await page.waitForURL(`${provider.url}/oauth/callback?code=**`);

	await page.goto(`${simulator.url}/install`);
	await page.getByText('2 locations, 2 with the app, 0 connected').waitFor();
	await page.getByRole('button', { name: 'Make a location' }).click();
	await page.getByText('3 locations, 3 with the app, 0 connected').waitFor();
	await page.getByRole('button', { name: 'Uninstall everywhere' }).click();
	await page.getByText('3 locations, 0 with the app, 0 connected').waitFor();
	await page.getByRole('link', { name: 'Webhooks' }).click();
	await page.locator('#webhooks .badge.delivered').nth(3).waitFor();
	const types = webhooks.came.map(({ json }) => json.type).sort();
	assert.deepEqual(types.filter((type) => type === 'UNINSTALL').length, 1);
	assert.ok(types.filter((type) => type === 'INSTALL').length >= 3, String(types));
});

test('pages_lead_to_each_other', async (t) => {
	const page = await pageOpened(t, '/');
	for (const [name, title] of [['Installs', 'New company'], ['Webhooks', 'Send a webhook'], ['Faults', 'Faults'], ['Orders', 'New order']]) {
		await page.getByRole('navigation').getByRole('link', { name }).click();
		await page.getByRole('heading', { name: title, exact: true }).waitFor();
		assert.equal(await page.locator('[aria-current]').textContent(), name);
	}
});
