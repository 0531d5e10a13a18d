/*
 * The simulator's contact page: a card is saved, listed and charged, and the charge has its order page.
 */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { call, orderMade, provider, simulator, simulatorAround } from '../support/simulator.mjs';
import { keepPicture, violationsOf } from './browser.mjs';
import { browserAround } from './simulator-page.mjs';

/* Says in both forms that it can save cards, shows what it is asked, saves at the press of a button. */
const CHECKOUT = `<!doctype html><html lang="en"><title>Checkout</title>
<main><h1>Stand-in checkout</h1><output id="props"></output>
<button id="save">Save</button><button id="refuse">Refuse</button></main>
<script>
	let form = null;
	const say = (rest) => parent.postMessage(form === 'string' ? JSON.stringify(rest) : rest, '*');
	addEventListener('message', ({ data }) => {
		form = typeof data;
		const props = form === 'string' ? JSON.parse(data) : data;
		document.getElementById('props').textContent = form + ' ' + props.type + ' ' + (props.contact?.id ?? props.contactId);
	});
	document.getElementById('save').onclick = () => say({ type: 'custom_element_success_response', ...form === 'object' && { data: {} } });
	document.getElementById('refuse').onclick = () => say({ type: 'custom_element_error_response', error: { description: 'no' } });
	const ready = { type: 'custom_provider_ready', loaded: true, addCardOnFileSupported: true, data: { addCardOnFileSupported: true } };
	parent.postMessage(JSON.stringify(ready), '*');
	parent.postMessage(ready, '*');
</script>`;
const UNABLE = CHECKOUT.replaceAll('addCardOnFileSupported: true', 'addCardOnFileSupported: false');

const PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 26"><rect width="40" height="26" rx="4" fill="#1a4fba"/></svg>';

const cards = () => [
	{ id: 'pm_1', type: 'card', title: 'Visa', subTitle: '**** 4242', expiry: '12/31', customerId: 'cus_1', imageUrl: `${provider.url}/assets/card-visa.svg` },
	{ id: 'pm_2', type: 'card', title: 'Mastercard', subTitle: '**** 4444 expired', expiry: '01/25', customerId: 'cus_1' },
];
const briefCards = { paymentMethods: [{ id: 'pm_1', type: 'card', last4: '4242', expiryMonth: 3, expiryYear: 2031, customerId: 'cus_1' }] };

const PAID = '{"success":true,"failed":false,"chargeId":"ch_1","message":"Payment successful","status":"completed"}';

let count = 0;

simulatorAround();
const pageOpened = browserAround();
beforeEach(() => { provider.page = CHECKOUT; });

/** The page of a contact that nobody has seen before. */
const contactUrl = () => `${simulator.url}/contacts/contact-${++count}`;

async function cardsListed(page, body) {
	provider.answer = { status: 200, body: JSON.stringify(body) };
	await page.getByRole('button', { name: 'Ask the provider' }).click();
	await page.locator('#cards label').first().waitFor();
}

for (const [dialect, colorScheme, form, list] of [
	['live', 'light', 'string', 'list_payment_methods'],
	['brief', 'dark', 'object', 'get_payment_methods'],
]) {
	test(`card_is_saved_listed_and_charged_in_${dialect}`, async (t) => {
		provider.answer.body = JSON.stringify(dialect === 'live' ? cards() : briefCards);
		const url = contactUrl();
		const page = await pageOpened(t, url, { colorScheme });
		await page.route(`${provider.url}/assets/*`, (route) => route.fulfill({ contentType: 'image/svg+xml', body: PICTURE }));
		await page.getByRole('radio', { name: new RegExp(`^${dialect}`) }).check();
		await page.getByRole('button', { name: 'Save a card' }).click();
		const frame = page.frameLocator('iframe');
		await frame.getByText(`${form} setup_initiate_props contact-${count}`).waitFor();
		await frame.getByRole('button', { name: 'Save' }).click();

		/* The saved card must be in the list, so the page asks for it. */
		await page.getByText('The checkout says that the card is saved.').waitFor();
		await page.getByRole('radio', { name: '**** 4242' }).waitFor();
		await page.locator('#talk .type').getByText(list).waitFor();
		assert.deepEqual((await page.locator('#talk .type').allTextContents()).slice(-2),
			['custom_element_success_response', list]);
		assert.deepEqual(await page.locator('#talk .sent .type').allTextContents(), ['setup_initiate_props']);
		assert.deepEqual(await violationsOf(page), []);
		await keepPicture(page, `simulator-contact-${dialect}`);

		provider.answer.body = PAID;
		await page.getByLabel('Amount').fill('12.50');
		await page.getByRole('button', { name: 'Charge a saved card' }).click();
		await page.getByText('The provider says paid.').waitFor();
		assert.deepEqual([provider.asked.at(-1).paymentMethodId, provider.asked.at(-1).amount], ['pm_1', 12.5]);
		await page.locator('#orders .badge.paid').waitFor();
		await page.getByRole('link', { name: 'Order, to verify or refund' }).click();
		await page.getByRole('heading', { name: 'Order of USD 12.50' }).waitFor();
		await page.locator('#charge-method').getByText('pm_1').waitFor();
		assert.equal(await page.locator('iframe').count(), 0);
		assert.equal(await page.locator('#refund-card').isVisible(), true);
		assert.deepEqual(await violationsOf(page), []);
		await keepPicture(page, `simulator-charge-${dialect}`);
	});
}

test('cards_are_drawn_with_what_came', async (t) => {
	const page = await pageOpened(t, contactUrl());
	await page.route(`${provider.url}/assets/*`, (route) => route.fulfill({ contentType: 'image/svg+xml', body: PICTURE }));
	await cardsListed(page, cards());
	assert.deepEqual(await page.locator('#cards label').allInnerTexts(), ['Visa **** 4242 12/31', 'Mastercard **** 4444 expired 01/25']);
	await page.waitForFunction(() => document.querySelector('#cards img')?.naturalWidth > 0);
	await page.getByText('2 saved cards.').waitFor();
	await page.getByRole('radio', { name: 'Mastercard' }).check();
	provider.answer.body = PAID;
	await page.getByRole('button', { name: 'Charge a saved card' }).click();
	await page.getByText('The provider says paid.').waitFor();
	assert.equal(provider.asked.at(-1).paymentMethodId, 'pm_2');
});

test('picture_that_cannot_be_loaded_is_left_out', async (t) => {
	const page = await pageOpened(t, contactUrl());
	await page.route(`${provider.url}/assets/*`, (route) => route.abort());
	await cardsListed(page, cards());
	await page.waitForFunction(() => document.querySelector('#cards img') === null);
	assert.equal(await page.locator('#cards label').count(), 2);
});

test('list_that_the_platform_cannot_read_says_why', async (t) => {
	provider.answer.body = JSON.stringify({ success: true, paymentMethods: cards() });
	const page = await pageOpened(t, contactUrl());
	await page.getByRole('button', { name: 'Ask the provider' }).click();
	await page.locator('#cards-state').getByText('The answer is no bare array, which is what the platform reads.').waitFor();
	assert.equal(await page.getByRole('button', { name: 'Charge a saved card' }).isDisabled(), true);
	provider.answer.body = '[]';
	await page.getByRole('button', { name: 'Ask the provider' }).click();
	await page.getByText('No saved cards.').waitFor();
	assert.deepEqual(await violationsOf(page), []);
});

test('checkout_that_does_not_say_it_saves_cards_is_not_asked', async (t) => {
	provider.page = UNABLE;
	const page = await pageOpened(t, contactUrl());
	await page.getByRole('button', { name: 'Save a card' }).click();
	await page.getByText('has no addCardOnFileSupported: true').waitFor();
	await page.locator('#talk .received').nth(1).waitFor();
	assert.equal(await page.locator('#talk .sent').count(), 0);
});

test('checkout_that_refuses_to_save_asks_for_no_list', async (t) => {
	const page = await pageOpened(t, contactUrl());
	await page.getByRole('button', { name: 'Save a card' }).click();
	await page.frameLocator('iframe').getByText('setup_initiate_props').waitFor();
	await page.frameLocator('iframe').getByRole('button', { name: 'Refuse' }).click();
	await page.getByText('The checkout has reported an error').waitFor();
	await page.locator('#talk .type').getByText('custom_element_error_response').waitFor();
	assert.deepEqual(provider.asked, []);
});

test('charge_that_fails_or_is_refused_says_why', async (t) => {
	const page = await pageOpened(t, contactUrl());
	await cardsListed(page, [{ ...cards()[1], id: 'pm_3' }]);
	const press = () => page.getByRole('button', { name: 'Charge a saved card' }).click();
	provider.answer.body = '{"success":false,"failed":true,"message":"Card was declined"}';
	await press();
	await page.getByText('The provider says that the payment failed: Card was declined.').waitFor();
	provider.answer = { status: 500, body: 'oops' };
	await press();
	await page.getByText('does not know yet, or did not answer: the answer has status 500').waitFor();
	await page.getByLabel('Amount').fill('0');
	await press();
	await page.getByRole('alert').getByText(/above zero/).waitFor();
	assert.equal(await page.evaluate(() => document.activeElement.id), 'charge-error');
	assert.equal(provider.asked.length, 3);
	assert.deepEqual(await violationsOf(page), []);
});

test('charge_sent_again_settles_its_order', async (t) => {
	provider.answer = null;
	const { body: order } = await call('POST', `/simulator/contacts/contact-${++count}/charges`,
		{ paymentMethodId: 'pm_1', amount: 7, currency: 'USD' });
	const page = await pageOpened(t, order.url);
	await page.getByText('The provider does not know yet, or did not answer.').waitFor();
	provider.answer = { status: 200, body: PAID };
	await page.getByRole('button', { name: 'Send the charge again' }).click();
	await page.locator('#status.paid').waitFor();
	await page.getByText('The provider says paid.').waitFor();
	assert.deepEqual(provider.asked[0], provider.asked[1]);
});

test('contact_is_reached_from_the_start_page_and_from_an_order', async (t) => {
	const id = `contact-${++count}`;
	const order = await orderMade({ contact: { id, name: 'Grace Example', email: 'grace@example.com' } });
	const page = await pageOpened(t, simulator.url);
	await page.getByLabel('Id of the contact').fill(id);
	await page.getByRole('button', { name: 'Open contact' }).click();
	await page.getByRole('heading', { name: 'Grace Example' }).waitFor();
	await page.getByRole('link', { name: order.orderId }).click();
	await page.getByRole('link', { name: 'Grace Example, grace@example.com' }).click();
	await page.getByRole('heading', { name: 'Grace Example' }).waitFor();
	assert.equal(new URL(page.url()).pathname, `/contacts/${id}`);
});

test('contact_entry_makes_up_an_id_and_refuses_one_that_cannot_be', async (t) => {
	const page = await pageOpened(t, simulator.url);
	await page.getByLabel('Id of the contact').fill('a/b');
	await page.getByRole('button', { name: 'Open contact' }).click();
	await page.getByRole('alert').getByText('A contact id has up to 64').waitFor();
	assert.equal(await page.evaluate(() => document.activeElement.id), 'contact-error');
	assert.deepEqual(await violationsOf(page), []);
	await page.getByLabel('Id of the contact').fill('');
	await page.getByRole('button', { name: 'Open contact' }).click();
	await page.waitForURL(/\/contacts\/[0-9a-f]{24}$/);
});

test('contact_page_fits_a_screen_of_300_pixels', async (t) => {
	const id = `contact-${++count}-with-quite-a-long-id-that-is-wider-than-this`;
	await orderMade({ contact: { id, name: 'Averyveryverylongnamewithoutanyspacesinit', email: `${'x'.repeat(60)}@example.com` } });
	const page = await pageOpened(t, `${simulator.url}/contacts/${id}`, { viewport: { width: 300, height: 640 } });
	await cardsListed(page, [{ ...cards()[1], title: 'Acardwithaverylongtitleandnospaces' }]);
	assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 300);
	await keepPicture(page, 'simulator-contact-300');
});
