/*
 * The billing page in a real browser: every state drawn, a payment in its frame, a decline, a reload, another
 * agency's link; in light, in dark and at 300 px.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Biller, CLIENT_ID, Installer } from '../support/billing.mjs';
import { CARD, booksBalance, eventually, platformId } from '../support/payer.mjs';
import { startStack } from '../support/stack.mjs';
import { keepPicture, launchBrowser, violationsOf } from './browser.mjs';
import { fitsAcross } from './looks.mjs';

const PAYMENT_MS = 20000;
let stack, biller, installer, browser;

before(async () => {
	biller = await Biller.started();
	stack = await startStack({ idle: true, kassa: { KASSA_PROCESSOR_TIMEOUT_MS: '2000', KASSA_SANDBOX_PEND_MS: '4000',
		KASSA_RESOLVE_MINUTE_MS: '200' } });
	const { stdout } = await stack.kassactl('account', 'create', '--location', 'operator', '--mode', 'test', '--json');
	await stack.kassaStart(biller.settings(JSON.parse(stdout).accountId));
	installer = new Installer(stack);
	browser = await launchBrowser();
});
after(async () => {
	await browser?.close();
	biller?.stop();
	if (stack) {
		await booksBalance(stack);
		await stack.stop();
	}
});

async function opened(t, more, { prepare } = {}) {
	const context = await browser.newContext({ locale: 'en-US' });
	t.after(() => context.close());
	const page = await context.newPage();
	const problems = [];
	page.on('pageerror', (error) => problems.push(String(error)));
	page.on('console', (message) => {
		if (message.type() === 'error' && !/status of (4|5)\d\d|ERR_|Unable to parse/.test(message.text())) {
			problems.push(message.text());
		}
	});
	await prepare?.(page);
	await page.goto(`${stack.kassaUrl}/billing${more === null ? '' : installer.link(more)}`);
	const checkout = page.frameLocator('iframe.frame');
	return { page, problems, checkout, card: checkout.frameLocator('iframe') };
}

const view = (page, name) => page.waitForFunction((wanted) => document.getElementById('billing').dataset.view === wanted, name,
	{ timeout: PAYMENT_MS });

const go = (page) => page.locator('#go').click();

async function pay({ card, checkout }, number) {
	await card.getByLabel(/card number/i).fill(number);
	await card.getByLabel(/expir/i).fill('12 / 31');
	await card.getByLabel(/security code|cvc/i).fill('123');
	await checkout.getByRole('button', { name: /^Pay/ }).click();
}

/** Look at it in light, in dark and at 300 px. */
async function looked(page, name) {
	await page.setViewportSize({ width: 800, height: 1000 });
	await keepPicture(page, `billing-${name}-light`);
	assert.deepEqual(await violationsOf(page), []);
	await page.emulateMedia({ colorScheme: 'dark' });
	await keepPicture(page, `billing-${name}-dark`);
	assert.deepEqual(await violationsOf(page, ['color-contrast']), [], 'dark');
	await page.emulateMedia({ colorScheme: 'light' });
	await page.setViewportSize({ width: 300, height: 900 });
	await keepPicture(page, `billing-${name}-narrow`);
	assert.ok(await fitsAcross(page.locator('main')), 'nothing is wider than the window');
	await page.setViewportSize({ width: 800, height: 1000 });
}

const orderOf = (page) => ({ id: new URL(page.url()).searchParams.get('order') });

test('an agency pays for three locations, and each is reported', async (t) => {
	const locationIds = Array.from({ length: 3 }, platformId);
	const shown = await opened(t, { locationId: locationIds.join() });
	const { page } = shown;
	await view(page, 'plan');
	assert.match(await page.locator('#plan').innerText(), /Payments for agencies[^]*3 locations[^]*3 × \$12\.50[^]*\$37\.50/);
	assert.equal(await page.locator('#company-row').isVisible(), false);
	await looked(page, 'plan');
	await go(page);
	await view(page, 'paying');
	await shown.card.getByLabel(/card number/i).waitFor();
	assert.match(await shown.checkout.locator('main').innerText(), /\$37\.50/);
	await looked(page, 'paying');
	await pay(shown, CARD.success);
	await view(page, 'paid');
	assert.equal(await page.evaluate(() => document.activeElement.id), 'title');
	await looked(page, 'paid');
	const calls = await eventually(async () => biller.of(orderOf(page)), ({ length }) => length === 3);
	assert.deepEqual(calls.map(({ json }) => json.locationId).sort(), locationIds.sort());
	assert.deepEqual(shown.problems, []);
});

test('a reload after paying shows that it is paid', async (t) => {
	const shown = await opened(t, { installType: 'agency', companyId: 'company_9' });
	const { page } = shown;
	await view(page, 'plan');
	assert.equal(await page.locator('#locations-row').isVisible(), false);
	await go(page);
	await pay(shown, CARD.success);
	await view(page, 'paid');
	const order = orderOf(page);
	await page.reload();
	await view(page, 'paid');
	assert.equal(orderOf(page).id, order.id);
	assert.equal(await page.locator('#go').isVisible(), false);
});

test('a reload in the middle pays the same order', async (t) => {
	const shown = await opened(t, { locationId: platformId() });
	const { page } = shown;
	await view(page, 'plan');
	await go(page);
	await view(page, 'paying');
	const order = orderOf(page);
	await page.reload();
	await view(page, 'plan');
	await go(page);
	await pay(shown, CARD.success);
	await view(page, 'paid');
	assert.equal(orderOf(page).id, order.id);
});

test('a payment that its payer cancels leads back to the plan', async (t) => {
	const shown = await opened(t, { locationId: platformId() });
	const { page } = shown;
	await view(page, 'plan');
	await go(page);
	await shown.checkout.getByRole('button', { name: /cancel/i }).click();
	await view(page, 'canceled');
	assert.match(await page.locator('#lead').innerText(), /Nothing was paid/);
	await looked(page, 'canceled');
	await go(page);
	await view(page, 'paying');
	await page.locator('#back').click();
	await view(page, 'canceled');
	assert.equal(await page.locator('iframe').count(), 0);
});

test('five declined cards end an order, and the next one is another', async (t) => {
	const shown = await opened(t, { locationId: platformId() });
	const { page } = shown;
	await view(page, 'plan');
	await go(page);
	await view(page, 'paying');
	const order = orderOf(page);
	/* Four elsewhere, the last one here. */
	const known = (await installer.orderLook(order.id)).json;
	for (let i = 0; i < 4; i++) {
		await installer.payOrder(known, CARD.declined);
	}
	await pay(shown, CARD.declined);
	await view(page, 'failed');
	assert.match(await page.locator('#lead').innerText(), /Too many attempts were declined/);
	await looked(page, 'failed');
	await go(page);
	await pay(shown, CARD.success);
	await view(page, 'paid');
	assert.notEqual(orderOf(page).id, order.id);
	await eventually(async () => biller.of(order).map(({ json }) => json.status).join(), (said) => said === 'FAILED');
});

test('a payment that is pending says so, and is looked at again', async (t) => {
	const shown = await opened(t, { locationId: platformId() });
	const { page } = shown;
	await view(page, 'plan');
	await go(page);
	/* The server says open for as long as this test wants. */
	let isHeld = true;
	await page.route('**/billing/orders/bill_*', async (route) => {
		const answer = await route.fetch();
		await route.fulfill({ json: { ...await answer.json(), ...isHeld && { status: 'open' } } });
	});
	await pay(shown, CARD.success);
	await view(page, 'confirming');
	await looked(page, 'confirming');
	await view(page, 'pending');
	await looked(page, 'pending');
	isHeld = false;
	await go(page);
	await view(page, 'paid');
});

test('a card that is pending behind a declined one has not failed', async (t) => {
	const shown = await opened(t, { locationId: platformId() });
	const { page } = shown;
	await view(page, 'plan');
	await go(page);
	await pay(shown, CARD.declined);
	await shown.checkout.getByRole('alert').filter({ hasText: /declined/i }).waitFor();
	await pay(shown, CARD.pending);
	await view(page, 'confirming');
	await view(page, 'paid');
	assert.deepEqual((await eventually(async () => biller.of(orderOf(page)), ({ length }) => length > 0)).map(({ json }) => json.status), ['COMPLETED']);
});

for (const [what, more] of [['of another app', { clientId: 'another', locationId: 'a' }], ['without locations', {}],
	['without anything', null]]) {
	test(`a link ${what} says what to do`, async (t) => {
		const { page } = await opened(t, more);
		await view(page, 'refused');
		assert.equal(await page.locator('#plan').isVisible(), false);
		assert.equal(await page.locator('#go').isVisible(), false);
		if (more === null) {
			await looked(page, 'refused');
		}
	});
}

for (const [name, status] of [['limited', 429], ['away', 503]]) {
	test(`a server that answers ${status} can be tried again`, async (t) => {
		const { page } = await opened(t, { locationId: 'a' }, {
			prepare: (it) => it.route('**/billing/plan*', (route) => route.fulfill({ status, body: '{}' }), { times: 1 }),
		});
		await view(page, name);
		await looked(page, name);
		await go(page);
		await view(page, 'plan');
	});
}

test('a location with markup for a name is text', async (t) => {
	const { page, problems } = await opened(t, { locationId: '<img src=x onerror=alert(1)>' });
	await view(page, 'refused');
	assert.equal(await page.locator('img').count(), 0);
	assert.deepEqual(problems, []);
});

test('an agency with 250 locations sees them all', async (t) => {
	const { page } = await opened(t, { installType: 'agency,location', companyId: CLIENT_ID,
		locationId: Array.from({ length: 250 }, (_, i) => `location${i}AbCdEfGh`).join() });
	await view(page, 'plan');
	await page.locator('#which summary').click();
	assert.equal(await page.locator('#which-list li').count(), 250);
	assert.match(await page.locator('#total').innerText(), /\$3,137\.50/);
	await looked(page, 'many');
});
