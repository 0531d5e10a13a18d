/*
 * The whole path in a real browser: order page of the simulated platform, checkout in its iframe, card
 * fields in theirs, Kassa, ledger, verify.  Each card, each dialect, reload, double click.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { CARD, Payer, booksBalance, eventually, request } from '../support/payer.mjs';
import { startStack } from '../support/stack.mjs';
import { keepPicture, launchBrowser, violationsOf } from './browser.mjs';

let stack, payer, browser;

before(async () => {
	stack = await startStack({
		kassa: { KASSA_PROCESSOR_TIMEOUT_MS: '2000', KASSA_RESOLVE_AFTER_MS: '500', KASSA_JOBS_POLL_MS: '200', KASSA_RESOLVE_MINUTE_MS: '500',
			KASSA_SANDBOX_PEND_MS: '1500' },
	});
	payer = new Payer(stack);
	browser = await launchBrowser();
});
after(async () => {
	await browser?.close();
	if (stack) {
		await booksBalance(stack);
		await stack.stop();
	}
});

const orderState = (order) => request(`${stack.simulatorUrl}/simulator/orders/${order.orderId}`, { method: 'GET' })
	.then((answer) => answer.json);

const orderBecomes = (order, status) => eventually(() => orderState(order), (state) => state.status === status, 20000);

/** Open the order's page; what comes back finds things in the checkout and in its card fields. */
async function openOrder(order, t) {
	const context = await browser.newContext({ locale: 'en-US' });
	t.after(() => context.close());
	const page = await context.newPage();
	const problems = [];
	page.on('pageerror', (error) => problems.push(String(error)));
	page.on('console', (message) => {
		if (message.type() === 'error' && !/status of (4|5)\d\d|ERR_CONNECTION|Unable to parse event message/.test(message.text())) {
			problems.push(message.text());
		}
	});
	await page.goto(order.url);
	const checkout = page.frameLocator('iframe').first();
	const card = checkout.frameLocator('iframe').first();
	return { page, checkout, card, problems, pay: () => checkout.getByRole('button', { name: /^Pay/ }) };
}

async function fillCard(card, number) {
	await card.getByLabel(/card number/i).fill(number);
	await card.getByLabel(/expir/i).fill('12 / 31');
	await card.getByLabel(/security code|cvc/i).fill('123');
}

async function chargesOf(order) {
	return stack.psql(`select status from kassa.charge where transaction_id = '${order.transactionId}' order by attempt`);
}

for (const dialect of ['live', 'brief']) {
	test(`a card is charged and the order is paid, ${dialect} dialect`, async (t) => {
		const order = await payer.order(49.99, 'USD', { dialect });
		const { page, card, pay, problems } = await openOrder(order, t);
		await fillCard(card, CARD.success);
		await keepPicture(page, `pay-${dialect}-filled`);
		assert.deepEqual(await violationsOf(page), []);
		await pay().click();
		const state = await orderBecomes(order, 'paid');
		await keepPicture(page, `pay-${dialect}-paid`);
		assert.equal(state.queries.at(-1).request.type, dialect === 'live' ? 'verify' : 'verify_payment');
		const outcomes = state.messages.filter((message) => /success_response/.test(JSON.stringify(message)));
		assert.equal(outcomes.length, 1, 'the outcome is said once');
		assert.deepEqual(problems, []);
	});
}

test('a declined card can be followed by another without reloading', async (t) => {
	const order = await payer.order(20, 'EUR');
	const { page, checkout, card, pay } = await openOrder(order, t);
	await fillCard(card, CARD.declined);
	await pay().click();
	await checkout.getByRole('alert').filter({ hasText: /declined/i }).waitFor();
	await keepPicture(page, 'pay-declined');
	await fillCard(card, CARD.success);
	await pay().click();
	await orderBecomes(order, 'paid');
});

for (const accept of [true, false]) {
	test(`3-D Secure that is ${accept ? 'accepted pays' : 'refused leaves the card fields for another try'}`, async (t) => {
		const order = await payer.order(30, 'USD');
		const { page, checkout, card, pay } = await openOrder(order, t);
		await fillCard(card, CARD.challenge);
		await pay().click();
		const button = card.getByRole('button', { name: accept ? /accept|confirm|approve/i : /refuse|reject|decline/i });
		await button.waitFor();
		await keepPicture(page, `pay-challenge-${accept ? 'accept' : 'refuse'}`);
		await button.click();
		if (accept) {
			await orderBecomes(order, 'paid');
		} else {
			await checkout.getByRole('alert').filter({ hasText: /./ }).waitFor();
			await fillCard(card, CARD.success);
			await pay().click();
			await orderBecomes(order, 'paid');
		}
	});
}

test('a pending card is told to the platform as pending and completes later', async (t) => {
	const order = await payer.order(12, 'USD');
	const { page, card, pay } = await openOrder(order, t);
	await fillCard(card, CARD.pending);
	await pay().click();
	const state = await eventually(() => orderState(order), (seen) => seen.queries.length > 0);
	await keepPicture(page, 'pay-pending');
	assert.equal(state.status, 'pending');
	await eventually(() => chargesOf(order), ([row]) => row?.[0] === 'succeeded');
	await request(`${stack.simulatorUrl}/simulator/orders/${order.orderId}/verify`, { body: {} });
	await orderBecomes(order, 'paid');
});

test('a card whose answer never comes ends paid, with one charge', async (t) => {
	const order = await payer.order(13, 'USD');
	const { page, card, pay } = await openOrder(order, t);
	await fillCard(card, CARD.silent);
	await pay().click();
	await eventually(() => chargesOf(order), (rows) => rows.length === 1);
	await keepPicture(page, 'pay-silent');
	await orderBecomes(order, 'paid');
	assert.deepEqual(await chargesOf(order), [['succeeded']]);
});

test('a reload in the middle of paying ends in one charge', async (t) => {
	const order = await payer.order(14, 'USD');
	const { page, card, pay } = await openOrder(order, t);
	await fillCard(card, CARD.silent);
	await pay().click();
	await eventually(() => chargesOf(order), (rows) => rows.length === 1);
	await page.reload();
	await orderBecomes(order, 'paid');
	assert.deepEqual(await chargesOf(order), [['succeeded']]);
});

test('a reload after paying shows that it is paid and charges nothing', async (t) => {
	const order = await payer.order(15, 'USD');
	const { page, checkout, card, pay } = await openOrder(order, t);
	await fillCard(card, CARD.success);
	await pay().click();
	await orderBecomes(order, 'paid');
	await page.reload();
	await checkout.getByText(/paid/i).first().waitFor();
	await keepPicture(page, 'pay-already-paid');
	assert.deepEqual(await chargesOf(order), [['succeeded']]);
});

test('a double click makes one charge', async (t) => {
	const order = await payer.order(16, 'USD');
	const { card, pay } = await openOrder(order, t);
	await fillCard(card, CARD.success);
	await pay().dblclick();
	await orderBecomes(order, 'paid');
	assert.deepEqual(await chargesOf(order), [['succeeded']]);
});

test('a card number that is not published is refused in the browser and sent nowhere', async (t) => {
	const order = await payer.order(17, 'USD');
	const { page, card, pay } = await openOrder(order, t);
	const sent = [];
	page.on('request', (one) => sent.push(one.url()));
	await fillCard(card, '4111111111111111');
	await pay().click();
	await card.getByText(/test card/i).first().waitFor();
	assert.deepEqual(sent.filter((url) => /sandbox\/tokens/.test(url)), []);
	assert.deepEqual(await chargesOf(order), []);
});

test('a server that is away is waited for, and paying goes on when it is back', async (t) => {
	const order = await payer.order(18, 'USD');
	const { page, card, pay, checkout } = await openOrder(order, t);
	await fillCard(card, CARD.success);
	await stack.kassa.stop();
	try {
		await pay().click();
		await checkout.getByText(/connection|reach|offline|server/i).first().waitFor({ timeout: 15000 });
		await keepPicture(page, 'pay-server-away');
	} finally {
		await keepPicture(page, 'pay-server-away');
		await stack.kassaStart();
	}
	await eventually(async () => {
		if (await pay().isEnabled().catch(() => false)) {
			await pay().click().catch(() => {});
		}
		return orderState(order);
	}, (state) => state.status === 'paid', 20000);
	assert.deepEqual((await chargesOf(order)).filter(([status]) => status === 'succeeded'), [['succeeded']]);
});

test('cancelling tells the platform and charges nothing', async (t) => {
	const order = await payer.order(19, 'USD');
	const { checkout } = await openOrder(order, t);
	await checkout.getByRole('button', { name: /cancel/i }).click();
	await eventually(() => orderState(order), (state) => /close_response/.test(JSON.stringify(state.messages)));
	assert.deepEqual(await chargesOf(order), []);
});

test('the checkout sets no cookie, stores nothing and asks nobody else', async (t) => {
	const order = await payer.order(11, 'USD');
	const { page, card, pay } = await openOrder(order, t);
	const hosts = new Set();
	let bytes = 0;
	page.on('request', (one) => hosts.add(new URL(one.url()).origin));
	page.on('response', async (one) => {
		if (one.url().startsWith(stack.kassaUrl)) {
			bytes += (await one.body().catch(() => Buffer.alloc(0))).length;
		}
	});
	await page.reload();
	await fillCard(card, CARD.success);
	await pay().click();
	await orderBecomes(order, 'paid');
	assert.deepEqual([...hosts].sort(), [stack.kassaUrl, stack.simulatorUrl].sort());
	assert.deepEqual(await page.context().cookies(), []);
	assert.ok(bytes < 60000, `${bytes} bytes were transferred`);
	for (const frame of page.frames().filter((one) => one.url().startsWith(`${stack.kassaUrl}/checkout`))) {
		assert.equal(await frame.evaluate(() => localStorage.length + sessionStorage.length), 0);
	}
});
