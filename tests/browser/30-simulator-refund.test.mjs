/*
 * Refunds on the simulator's order page, as a merchant presses them.
 */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { call, messageSaid, orderMade, orderShown, provider, simulatorAround, success } from '../support/simulator.mjs';
import { keepPicture, violationsOf } from './browser.mjs';
import { browserAround } from './simulator-page.mjs';

const SILENT = '<!doctype html><html lang="en"><title>Checkout</title><main><h1>Stand-in checkout</h1></main>';
const REFUNDED = '{"success":true,"message":"Refund successful","id":"re_1","refundId":"re_1","status":"completed"}';

simulatorAround();
const pageOpened = browserAround();
beforeEach(() => { provider.page = SILENT; });

async function orderPaid(wish = {}) {
	const order = await orderMade(wish);
	provider.answer = { status: 200, body: '{"success":true,"status":"completed"}' };
	await messageSaid(order, success(wish.dialect ?? 'live', 'ch_1'));
	provider.asked = [];
	provider.answer = { status: 200, body: REFUNDED };
	return order;
}

for (const [dialect, colorScheme] of [['live', 'light'], ['brief', 'dark']]) {
	test(`order_is_refunded_in_two_parts_in_${dialect}`, async (t) => {
		const order = await orderPaid({ dialect });
		const page = await pageOpened(t, order.url, { colorScheme });
		const amount = page.getByLabel('Amount');
		await page.getByText('Nothing has been refunded.').waitFor();
		assert.equal(await amount.inputValue(), '49.99');
		await amount.fill('20');
		await page.getByRole('button', { name: 'Refund', exact: true }).click();
		await page.getByText('USD 20.00 refunded, USD 29.99 left.').waitFor();
		await page.locator('#status.partially_refunded').getByText('partially refunded').waitFor();

		/* What is left is offered next. */
		assert.equal(await amount.inputValue(), '29.99');
		await page.getByRole('button', { name: 'Refund', exact: true }).click();
		await page.getByText('All of it has been refunded.').waitFor();
		await page.locator('#status.refunded').waitFor();
		assert.equal(await page.locator('#refunds li').count(), 2);
		assert.deepEqual(provider.asked.map(({ amount: asked }) => asked), [20, 29.99]);
		await page.locator('#talk .query .badge.refunded').nth(1).waitFor();
		assert.deepEqual(await violationsOf(page), []);
		await keepPicture(page, `simulator-refund-${dialect}`);
	});
}

test('rest_of_the_amount_is_offered_after_a_refund', async (t) => {
	const order = await orderPaid();
	const page = await pageOpened(t, order.url);
	await page.getByText('Nothing has been refunded.').waitFor();
	await call('POST', `/simulator/orders/${order.orderId}/refunds`, { amount: 9.99 });
	await page.getByText('USD 9.99 refunded, USD 40.00 left.').waitFor();
	assert.equal(await page.getByLabel('Amount').inputValue(), '40');
});

test('second_press_of_refund_is_a_second_query', async (t) => {
	const order = await orderPaid();
	let release;
	const both = new Promise((resolve) => { release = resolve; });
	provider.answer.after = () => {
		if (provider.asked.length === 2) {
			release();
		}
		return both;
	};
	const page = await pageOpened(t, order.url);
	await page.getByLabel('Amount').fill('10');
	await page.getByRole('button', { name: 'Refund', exact: true }).dblclick();
	await page.getByText('USD 20.00 refunded, USD 29.99 left.').waitFor();
	assert.equal((await orderShown(order)).refunds.length, 2);
});

test('refund_whose_answer_is_lost_or_refused_is_shown_as_such', async (t) => {
	const order = await orderPaid();
	const page = await pageOpened(t, order.url);
	const entries = page.locator('#refunds li');
	const press = () => page.getByRole('button', { name: 'Refund', exact: true }).click();
	await page.getByLabel('Amount').fill('9.99');
	await page.getByLabel('lose the answer').check();
	await press();
	await entries.nth(0).getByText('not counted').waitFor();
	assert.equal(await page.getByLabel('Amount').inputValue(), '9.99');
	await page.getByLabel('lose the answer').uncheck();
	provider.answer.body = '{"success":false,"message":"Refund exceeds what is left","status":"failed"}';
	await press();
	await entries.nth(1).getByText('Refund exceeds what is left').waitFor();
	provider.answer.body = '{"success":false,"message":"Refund is being processed","id":"re_2","status":"pending"}';
	await press();
	await entries.nth(2).getByText('pending').waitFor();
	await page.getByText('Nothing has been refunded.').waitFor();
	assert.deepEqual(await violationsOf(page), []);
	await keepPicture(page, 'simulator-refund-refused');
});

test('refund_that_cannot_be_asked_for_says_why_and_takes_the_focus', async (t) => {
	const page = await pageOpened(t, (await orderPaid()).url);
	await page.getByLabel('Amount').fill('1.001');
	await page.getByLabel('Amount').press('Enter');
	await page.getByRole('alert').getByText(/no more decimals than the currency has/).waitFor();
	assert.equal(await page.evaluate(() => document.activeElement.id), 'refund-error');
	assert.deepEqual(provider.asked, []);
});

test('order_that_is_not_paid_offers_no_refund', async (t) => {
	const page = await pageOpened(t, (await orderMade()).url);
	await page.locator('#status.pending').waitFor();
	assert.equal(await page.locator('#refund-card').isVisible(), false);
});

test('refunds_fit_a_screen_of_300_pixels', async (t) => {
	const order = await orderPaid();
	provider.answer.body = `{"success":false,"message":"${'a reason that is quite long '.repeat(6)}","id":"re_${'x'.repeat(60)}"}`;
	await call('POST', `/simulator/orders/${order.orderId}/refunds`, { amount: 1 });
	const page = await pageOpened(t, order.url, { viewport: { width: 300, height: 640 } });
	await page.locator('#refunds li').waitFor();
	assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 300);
	await keepPicture(page, 'simulator-refund-300');
});
