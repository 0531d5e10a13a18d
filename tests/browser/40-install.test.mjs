/*
 * From an empty database to a paid order, in a real browser: the marketplace's page on which a location is
 * chosen, Kassa's callback, the order page with the provider as it was registered.  One location, an agency
 * with 250, uninstalled, installed again; all of it against the simulator.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { booksBalance, eventually, request } from '../support/payer.mjs';
import { startStack } from '../support/stack.mjs';
import { keepPicture, launchBrowser, violationsOf } from './browser.mjs';
import { Walk } from './walk.mjs';

const BULK = 250;
const BULK_MS = 120000;

let stack, browser, walk;

before(async () => {
	stack = await startStack({ kassa: { KASSA_JOBS_POLL_MS: '50', KASSA_PLATFORM_RATE: '90' } });
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
	const context = await browser.newContext({ locale: 'en-US' });
	t.after(() => context.close());
	return context.newPage();
}

const standing = (locationId) => stack.psql(`select state from kassa.installation where location_id = '${locationId}'`);

test('a location installs the app and its payer pays', async (t) => {
	const company = await walk.companyMade('Bright Agency', [{ name: 'Corner Shop' }]);
	const [{ id }] = company.locations;
	const page = await pageOpened(t);
	await walk.installed(page, async () => {
		await page.getByLabel(/Corner Shop/).check();
		await keepPicture(page, 'install-choose');
	});
	await keepPicture(page, 'install-done');
	assert.deepEqual(await violationsOf(page), []);
	await walk.connected(id);
	const { json } = await walk.paid(page, id);
	await keepPicture(page, 'install-paid');
	assert.equal(json.queries.at(-1).outcome, 'paid');
	assert.deepEqual(await stack.psql(`select amount_source from kassa.checkout_session s join kassa.account a using (account_id)
		where a.location_id = '${id}'`), [['platform']], 'the amount was read back with the location\'s own token');
});

test('an agency with 250 locations installs in bulk, each is registered and connected once', async (t) => {
	const company = await walk.companyMade('Large Agency', BULK);
	const page = await pageOpened(t);
	await walk.installed(page, async () => {
		await page.locator('#company').selectOption(company.id);
		await page.locator('input[name="kind"][value="bulk"]').check();
		await page.locator('#future-box').check();
		await keepPicture(page, 'install-bulk');
	});
	await eventually(() => stack.psql(`select count(*) from kassa.provider p join kassa.installation i using (location_id)
		where i.company_id = '${company.id}' and p.connected_at is not null`), ([[count]]) => Number(count) === BULK, BULK_MS);
	for (const path of ['provider', 'connect']) {
		const calls = await stack.psql(`select count(*), count(distinct location_id) from simulator.platform_call
			where method = 'POST' and path = '/payments/custom-provider/${path}' and http_status = 200
			and location_id in (select location_id from simulator.location where company_id = '${company.id}')`, { database: 'kassa_simulator' });
		assert.deepEqual(calls, [[String(BULK), String(BULK)]], path);
	}
	assert.equal((await walk.simulator('/simulator/replays')).json.replays, 0, 'no refresh token was spent twice');
	const later = (await walk.simulator('/simulator/locations', { companyId: company.id, name: 'Opened later' })).json;
	assert.equal(later.installed, true);
	await walk.connected(later.id);	/* only a webhook told of it */
});

test('an uninstalled location answers as not configured, and pays again once it is installed again', async (t) => {
	const company = await walk.companyMade('Coming and Going', [{ name: 'Pop-up' }]);
	const [{ id }] = company.locations;
	const page = await pageOpened(t);
	const choose = async () => {
		await page.locator('#company').selectOption(company.id);
		await page.getByLabel(/Pop-up/).check();
	};
	await walk.installed(page, choose);
	await walk.connected(id);
	const keys = (await walk.provider(id)).keys;
	assert.equal((await request(`${stack.simulatorUrl}/simulator/installations?locationId=${id}`, { method: 'DELETE' })).status, 200);
	await eventually(() => standing(id), ([row]) => row[0] === 'uninstalled');
	await eventually(() => stack.psql(`select access_sealed is null from kassa.installation where location_id = '${id}'`), ([row]) => row[0] === 't');
	assert.deepEqual(await stack.psql(`select distinct inert from kassa.api_key where key_hash = '${keys.test.apiKeySha256}'`), [['t']]);
	await walk.installed(page, choose);
	await eventually(() => stack.psql(`select removed_at is null and connected_at is not null from kassa.provider where location_id = '${id}'`),
		([row]) => row?.[0] === 't');
	await eventually(() => stack.psql(`select inert from kassa.api_key where key_hash = '${keys.test.apiKeySha256}'`), ([row]) => row[0] === 'f');
	await walk.connected(id);
	await walk.paid(page, id);
});

test('pages that say what to do after a failed installation are legible and accessible', async (t) => {
	const page = await pageOpened(t);
	for (const scheme of ['light', 'dark']) {
		await page.emulateMedia({ colorScheme: scheme });
		await page.goto(`${stack.kassaUrl}/oauth/callback?code=nobody`);
		await page.getByRole('heading', { name: 'Please install again' }).waitFor();
		await keepPicture(page, `install-again-${scheme}`);
		assert.deepEqual(await violationsOf(page), []);
	}
	await page.setViewportSize({ width: 300, height: 700 });
	await keepPicture(page, 'install-again-narrow');
	assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 300), 'nothing is wider than the window');
});
