/*
 * The simulator's own pages in a real browser, with a stand-in checkout that does as it is told.
 */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { orderMade, orderShown, provider, simulator, simulatorAround } from '../support/simulator.mjs';
import { keepPicture, violationsOf } from './browser.mjs';
import { browserAround } from './simulator-page.mjs';

/* Says ready five times in both forms, counts the props that come, and answers in their form. */
const CHECKOUT = `<!doctype html><html lang="en"><title>Checkout</title>
<main><h1>Stand-in checkout</h1><output id="props"></output><button id="pay">Pay</button></main>
<script>
	let form = null, count = 0;
	addEventListener('message', ({ data }) => {
		form = typeof data;
		count++;
		document.getElementById('props').textContent = count + ' ' + form;
	});
	document.getElementById('pay').onclick = () => {
		const type = 'custom_element_success_response';
		parent.postMessage(form === 'string' ? JSON.stringify({ type, chargeId: 'ch_1' }) : { type, data: { chargeId: 'ch_1' } }, '*');
	};
	for (let i = 0; i < 5; i++) {
		const ready = { type: 'custom_provider_ready', loaded: true };
		parent.postMessage(JSON.stringify(ready), '*');
		parent.postMessage(ready, '*');
	}
</script>`;

simulatorAround();
const pageOpened = browserAround();
beforeEach(() => { provider.page = CHECKOUT; });

const types = (page) => page.locator('#talk .type').allTextContents();

for (const [dialect, colorScheme, form, query] of [
	['live', 'light', 'string', 'verify'],
	['brief', 'dark', 'object', 'verify_payment'],
]) {
	test(`order_made_on_the_list_is_paid_in_the_frame_in_${dialect}`, async (t) => {
		if (dialect === 'brief') {
			provider.answer.body = '{"success":true,"status":"completed"}';
		}
		const page = await pageOpened(t, simulator.url, { colorScheme });
		await page.getByLabel('Amount').fill('1234.50');
		await page.getByRole('radio', { name: new RegExp(`^${dialect}`) }).check();
		assert.deepEqual(await violationsOf(page), []);
		await keepPicture(page, `simulator-list-${dialect}`);
		await page.getByRole('button', { name: 'Create order' }).click();

		await page.getByRole('heading', { name: 'Order of USD 1,234.50' }).waitFor();
		const frame = page.frameLocator('iframe');
		await frame.getByText(`1 ${form}`).waitFor();
		await frame.getByRole('button', { name: 'Pay' }).click();
		await page.locator('#status.paid').waitFor();
		await page.getByText('The provider says paid.').waitFor();
		await page.locator('#talk .query .badge.paid').waitFor();

		/* Ready five times in each form, one answer, one success, one query. */
		const seen = await types(page);
		assert.equal(seen.filter((type) => type === 'custom_provider_ready').length, 10);
		assert.equal(seen.filter((type) => type === 'payment_initiate_props').length, 1);
		assert.equal(await page.locator('#talk .ignored').count(), 5);
		assert.deepEqual(seen.slice(-2), ['custom_element_success_response', query]);
		assert.deepEqual(await violationsOf(page), []);
		await keepPicture(page, `simulator-order-${dialect}`);
	});
}

test('checkout_that_is_reloaded_gets_its_props_again', async (t) => {
	const order = await orderMade();
	const page = await pageOpened(t, order.url);
	await page.frameLocator('iframe').getByText('1 string').waitFor();
	await page.getByRole('button', { name: 'Reload checkout' }).click();
	await page.locator('#talk .sent').nth(1).waitFor();
	await page.frameLocator('iframe').getByText('1 string').waitFor();
});

test('verify_asked_again_shows_the_next_query_without_a_reload', async (t) => {
	provider.answer.body = '{"success":false}';
	const order = await orderMade();
	const page = await pageOpened(t, order.url);
	await page.frameLocator('iframe').getByText('1 string').waitFor();
	await page.frameLocator('iframe').getByRole('button', { name: 'Pay' }).click();
	await page.getByText('The provider does not know yet.').waitFor();
	provider.answer.body = '{"success":true}';
	await page.getByRole('button', { name: 'Ask verify again' }).click();
	await page.locator('#status.paid').waitFor();
	await page.locator('#talk .query').nth(1).waitFor();
});

test('frame_that_cannot_be_loaded_is_said_to_be_so', async (t) => {
	provider.page = null;
	const order = await orderMade();
	const page = await pageOpened(t, order.url);
	await page.getByText("The frame can't be loaded").waitFor();
	assert.deepEqual((await orderShown(order)).messages, []);
	await keepPicture(page, 'simulator-order-unreachable');
});

test('order_that_cannot_be_made_says_why_and_takes_the_focus', async (t) => {
	const page = await pageOpened(t, simulator.url);
	await page.getByLabel('Amount').fill('1.001');
	await page.getByRole('button', { name: 'Create order' }).click();
	await page.getByRole('alert').getByText(/no more decimals than the currency has/).waitFor();
	assert.equal(await page.evaluate(() => document.activeElement.id), 'create-error');
	assert.deepEqual(await violationsOf(page), []);
});

test('page_of_an_order_that_does_not_exist_says_so', async (t) => {
	const page = await pageOpened(t, `${simulator.url}/orders/0123456789abcdef01234567`);
	await page.getByText('No such order.').waitFor();
	assert.deepEqual(await violationsOf(page), []);
});

test('pages_fit_a_screen_of_320_pixels', async (t) => {
	const order = await orderMade({ product: 'A product with quite a long name, longer than the screen is wide' });
	for (const where of [simulator.url, order.url]) {
		const page = await pageOpened(t, where, { viewport: { width: 320, height: 640 } });
		await page.getByText('A product with quite').first().waitFor({ state: 'attached' });
		assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
	}
});
