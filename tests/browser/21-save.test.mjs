/*
 * Kept cards in a real browser with a real Kassa: the setup page saves a card in each dialect, the consent box
 * saves the card that pays, and both are in the platform's list.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { CARD, Payer, booksBalance, eventually, platformId } from '../support/payer.mjs';
import { startStack } from '../support/stack.mjs';
import { keepPicture, launchBrowser, violationsOf } from './browser.mjs';
import { startPlatform } from './mock/platform.mjs';

let stack, payer, browser, platform;

before(async () => {
	platform = await startPlatform();
	stack = await startStack({ kassa: { KASSA_FRAME_ANCESTORS: platform.origin, KASSA_JOBS_POLL_MS: '60000' } });
	payer = new Payer(stack);
	browser = await launchBrowser();
});
after(async () => {
	await browser?.close();
	await platform?.close();
	if (stack) {
		await booksBalance(stack);
		await stack.stop();
	}
});

const setupProps = (dialect, contactId) => ({
	type: 'setup_initiate_props', publishableKey: stack.publishableKey, locationId: stack.locationId,
	...(dialect === 'live' ? { currency: 'USD', mode: 'setup', contact: { id: contactId } } : { contactId }),
});

async function openPage(t, props, form) {
	const context = await browser.newContext({ locale: 'en-US', viewport: { width: 420, height: 760 } });
	t.after(() => context.close());
	const page = await context.newPage();
	const open = async () => {
		await page.goto(platform.orderUrl(`${stack.kassaUrl}/checkout`, props, form));
	};
	await open();
	const checkout = page.frameLocator('iframe');
	const card = checkout.frameLocator('iframe');
	return {
		page, checkout, card, open,
		async fill(number) {
			await card.getByLabel('Card number').fill(number);
			await card.getByLabel('Expiry date').fill('12 / 39');
			await card.getByLabel('Security code').fill('123');
		},
		told: () => page.evaluate(() => window.told.map(({ message }) => message)),
	};
}

async function listOf(contactId) {
	return (await payer.query({ type: 'list_payment_methods', contactId, locationId: stack.locationId })).json;
}

for (const [dialect, form] of [['live', 'string'], ['brief', 'object']]) {
	test(`a saved card is in the very next list, ${dialect} dialect`, async (t) => {
		const contactId = platformId();
		const { page, checkout, fill, told } = await openPage(t, setupProps(dialect, contactId), form);
		await fill(CARD.success);
		await keepPicture(page, `save-${dialect}-filled`);
		assert.deepEqual(await violationsOf(page), []);
		await checkout.getByRole('button', { name: 'Save card' }).click();
		await eventually(told, (messages) => messages.length === 1);
		await keepPicture(page, `save-${dialect}-saved`);
		const list = await listOf(contactId);
		assert.equal(list.length, 1);
		assert.deepEqual([list[0].title, list[0].subTitle, list[0].expiry], ['Visa', '**** **** **** 4242', '12/39']);
		const picture = await fetch(list[0].imageUrl);
		assert.equal(picture.status, 200);
		assert.match(picture.headers.get('content-type'), /svg/);
		const [message] = await told();
		assert.deepEqual(message, dialect === 'live' ? { type: 'custom_element_success_response' }
			: { type: 'custom_element_success_response', data: {} });
	});
}

test('a card that is declined when saved can be followed by another without reloading', async (t) => {
	const contactId = platformId();
	const { checkout, fill } = await openPage(t, setupProps('live', contactId), 'string');
	await fill(CARD.declined);
	await checkout.getByRole('button', { name: 'Save card' }).click();
	await checkout.getByRole('alert').filter({ hasText: /declined/i }).waitFor();
	assert.deepEqual(await listOf(contactId), []);
	await fill(CARD.mastercard);
	await checkout.getByRole('button', { name: 'Save card' }).click();
	await eventually(() => listOf(contactId), (list) => list.length === 1 && list[0].title === 'Mastercard');
});

test('a double click and a reload keep one card', async (t) => {
	const contactId = platformId();
	const { checkout, fill, open } = await openPage(t, setupProps('live', contactId), 'string');
	await fill(CARD.success);
	await checkout.getByRole('button', { name: 'Save card' }).dblclick();
	await eventually(() => listOf(contactId), (list) => list.length === 1);
	await open();
	await fill(CARD.success);
	await checkout.getByRole('button', { name: 'Save card' }).click();
	await checkout.getByText('Visa ending in 4242').waitFor();
	assert.equal((await listOf(contactId)).length, 1);
});

for (const agrees of [true, false]) {
	test(`the card that pays is ${agrees ? 'kept when the payer agrees' : 'not kept when the payer does not'}`, async (t) => {
		const contactId = platformId();
		const order = await payer.order(12.5, 'EUR', { contact: { id: contactId } });
		const { page, checkout, fill, told } = await openPage(t, {
			type: 'payment_initiate_props', publishableKey: stack.publishableKey, amount: 12.5, currency: 'eur',
			mode: 'payment', productDetails: [{}], contact: { id: contactId }, orderId: order.orderId,
			transactionId: order.transactionId, locationId: stack.locationId,
		}, 'string');
		await fill(CARD.success);
		const box = checkout.getByLabel('Save this card for later');
		assert.equal(await box.isChecked(), false, 'off until the payer says so');
		if (agrees) {
			await box.check();
		}
		await keepPicture(page, `save-while-paying-${agrees}`);
		await checkout.getByRole('button', { name: /^Pay/ }).click();
		await eventually(told, (messages) => messages.length === 1);
		if (agrees) {
			await eventually(() => listOf(contactId), (list) => list.length === 1, 5000);
		} else {
			assert.deepEqual(await listOf(contactId), []);
		}
	});
}
