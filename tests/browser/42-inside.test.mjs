/*
 * Kassa's pages where merchants meet them: the settings inside the platform's own page, with user data that the
 * simulator encrypts; the billing page that a paid app's installer is sent to, and what the platform is told.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { booksBalance, eventually, platformId, request } from '../support/payer.mjs';
import { startStack } from '../support/stack.mjs';
import { keepPicture, launchBrowser, violationsOf } from './browser.mjs';
import { Walk } from './walk.mjs';

let stack, browser, walk;

before(async () => {
	stack = await startStack({ idle: true });
	const { stdout } = await stack.kassactl('account', 'create', '--location', 'operator', '--mode', 'test', '--json');
	await stack.simulatorStart();
	await stack.kassaStart({ KASSA_JOBS_POLL_MS: '50', KASSA_BILLING_AMOUNT: '12.50', KASSA_BILLING_NAME: 'Payments for agencies',
		KASSA_BILLING_TYPE: 'recurring', KASSA_BILLING_ACCOUNT: JSON.parse(stdout).accountId });
	browser = await launchBrowser();
	walk = new Walk(stack);
});
after(async () => {
	await browser?.close();
	if (stack) {
		await booksBalance(stack);
		await stack.stop();
	}
});

async function pageOpened(t) {
	const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1100, height: 1400 } });
	t.after(() => context.close());
	const page = await context.newPage();
	page.problems = [];
	page.on('pageerror', (error) => page.problems.push(String(error)));
	page.on('console', (message) => /Content Security Policy/.test(message.text()) && page.problems.push(message.text()));
	return page;
}

/** An agency with one location, where the app is installed. */
async function installedLocation(page, name) {
	const company = await walk.companyMade(`${name} Agency`, [{ name }]);
	const [{ id }] = company.locations;
	await walk.installed(page, async () => {
		await page.locator('#company').selectOption(company.id);
		await page.getByLabel(name).check();
	});
	await walk.connected(id);
	return { companyId: company.id, locationId: id };
}

const settingsOf = (page) => page.frameLocator('iframe').first();

const link = (settings, id, state) => settings.locator(`[data-link="${id}"][data-state="${state}"]`).first().waitFor();

test('a merchant sees in the platform that every link of the chain holds, once somebody has paid', async (t) => {
	const page = await pageOpened(t);
	const { locationId } = await installedLocation(page, 'Green Grocer');
	await page.goto(`${stack.simulatorUrl}/locations/${locationId}/settings`);
	await settingsOf(page).locator('#settings[data-state="location"]').waitFor();
	await link(settingsOf(page), 'connected', 'ok');
	await link(settingsOf(page), 'queried', 'unknown');
	await walk.paid(page, locationId);
	await page.goto(`${stack.simulatorUrl}/locations/${locationId}/settings`);
	for (const id of ['token', 'registered', 'connected', 'reachable', 'queried', 'default']) {
		await link(settingsOf(page), id, 'ok');
	}
	await settingsOf(page).getByText('Ready for test payments').waitFor();
	await settingsOf(page).locator('#events').getByText('$49.99').first().waitFor();
	await keepPicture(page, 'inside-settings');
	assert.deepEqual(page.problems, []);
});

test('what the platform has lost is told to it again by the look at it', async (t) => {
	const page = await pageOpened(t);
	const { locationId } = await installedLocation(page, 'Forgotten Florist');
	await stack.psql(`update simulator.location set provider = null, keys = null where location_id = '${locationId}'`,
		{ database: 'kassa_simulator' });
	await page.goto(`${stack.simulatorUrl}/locations/${locationId}/settings`);
	await link(settingsOf(page), 'registered', 'broken');
	await walk.connected(locationId);
	await settingsOf(page).getByRole('button', { name: 'Check again' }).click();
	await link(settingsOf(page), 'registered', 'ok');
	await link(settingsOf(page), 'connected', 'ok');
});

test('an agency names the provider as its own, and its locations show that', async (t) => {
	const page = await pageOpened(t);
	const company = await walk.companyMade('Whitelabel Agency', [{ name: 'One' }, { name: 'Two' }]);
	await walk.installed(page, async () => {
		await page.locator('#company').selectOption(company.id);
		await page.locator('input[name="kind"][value="bulk"]').check();
	});
	await Promise.all(company.locations.map(({ id }) => walk.connected(id)));
	await page.goto(`${stack.simulatorUrl}/companies/${company.id}/settings`);
	await settingsOf(page).locator('#settings[data-state="brand"]').waitFor();
	await settingsOf(page).getByLabel('Name').fill('Northwind Pay');
	await settingsOf(page).getByRole('button', { name: 'Save' }).click();
	for (const { id } of company.locations) {
		await eventually(() => walk.provider(id), (has) => JSON.stringify(has).includes('Northwind Pay') && has.keys?.test !== undefined);
	}
	await keepPicture(page, 'inside-brand');
	assert.deepEqual(page.problems, []);
});

test('where the app was uninstalled the settings are refused', async (t) => {
	const page = await pageOpened(t);
	const { locationId } = await installedLocation(page, 'Closing Cafe');
	await request(`${stack.simulatorUrl}/simulator/installations?locationId=${locationId}`, { method: 'DELETE' });
	await eventually(() => stack.psql(`select state from kassa.installation where location_id = '${locationId}'`),
		([row]) => row[0] === 'uninstalled');
	await page.goto(`${stack.simulatorUrl}/locations/${locationId}/settings`);
	await settingsOf(page).locator('#settings[data-state="refused"]').waitFor();
	await keepPicture(page, 'inside-refused');
});

test('who installs a paid app pays, and the platform is told once for each location', async (t) => {
	const page = await pageOpened(t);
	const locationIds = [platformId(), platformId()];
	const { json: app } = await walk.simulator('/simulator/app');
	const address = new URL(app.billingUrl);
	address.search = new URLSearchParams({ clientId: app.clientId, installType: 'location', locationId: locationIds.join(',') });
	await page.goto(address.href);
	await page.getByText('2 × $12.50').waitFor();
	await page.locator('#go').click();
	await walk.cardTyped(page.frameLocator('iframe').first());
	await page.waitForFunction(() => document.getElementById('billing').dataset.view === 'paid');
	await keepPicture(page, 'inside-billing-paid');
	assert.deepEqual(await violationsOf(page), []);
	const mine = async () => (await walk.simulator('/simulator/billing')).json.calls.filter(({ body }) => locationIds.includes(body.locationId));
	const calls = await eventually(mine, (found) => found.length === 2);
	assert.deepEqual(calls.map(({ body }) => body.locationId).sort(), locationIds.sort());
	for (const { body, repeats } of calls) {
		assert.deepEqual([body.status, body.amount, body.paymentType, repeats], ['COMPLETED', 12.5, 'recurring', 0]);
	}
	assert.deepEqual(page.problems, []);
});

test('a link of another app is answered in words, and nothing can be paid', async (t) => {
	const page = await pageOpened(t);
	const { json: app } = await walk.simulator('/simulator/app');
	await page.goto(`${app.billingUrl}?clientId=somebody-else&installType=location&locationId=${platformId()}`);
	await page.waitForFunction(() => document.getElementById('billing').dataset.view === 'refused');
	assert.equal(await page.locator('iframe').count(), 0);
});
