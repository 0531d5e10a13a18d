/*
 * External billing over HTTP: what the link may say, an order and its checkout, and the reports that follow.
 */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { Biller, CLIENT_ID, CLIENT_SECRET, Installer } from '../support/billing.mjs';
import { CARD, booksBalance, eventually, lineOf, platformId, request } from '../support/payer.mjs';
import { startStack } from '../support/stack.mjs';

let stack, biller, installer, account;

before(async () => {
	biller = await Biller.started();
	stack = await startStack({ crash: true, idle: true, kassa: { KASSA_PLATFORM_TIMEOUT_MS: '500',
		KASSA_PROCESSOR_TIMEOUT_MS: '500', KASSA_DATABASE_TIMEOUT_MS: '1000' } });
	account = JSON.parse((await stack.kassactl('account', 'create', '--location', 'operator', '--mode', 'test', '--json')).stdout);
	await stack.simulatorStart();
	await stack.kassaStart(biller.settings(account.accountId));
	installer = new Installer(stack);
});
after(async () => {
	biller?.stop();
	if (stack) {
		await booksBalance(stack);
		assert.doesNotMatch(stack.logs().kassa, new RegExp(CLIENT_SECRET));
		await stack.stop();
	}
});
beforeEach(() => {
	biller.away = null;
});

const ids = (count) => Array.from({ length: count }, platformId);

async function orderOf(locationIds, more = {}) {
	const answer = await installer.orderOpen({ locationIds, ...more });
	assert.equal(answer.status, 200, answer.text);
	return answer.json;
}

const reported = (order, count) => eventually(async () => biller.of(order), (calls) => calls.length >= count, 30000);

const told = (order) => stack.psql(`select reference_id, state, told from kassa.billing_report
	where order_id = '${order.id}' order by number`);

/* --- the link ---------------------------------------------------------------------------------- */

test('the page is there, and frames the checkout and nothing of others', async () => {
	const answer = await request(`${stack.kassaUrl}/billing${installer.link({ locationId: platformId() })}`, { method: 'GET' });
	assert.equal(answer.status, 200);
	assert.match(answer.headers.get('content-type'), /^text\/html/);
	assert.match(answer.headers.get('content-security-policy'), /script-src 'self';.*frame-src 'self';/);
	const checkout = await request(`${stack.kassaUrl}/checkout`, { method: 'GET' });
	assert.match(checkout.headers.get('content-security-policy'), /frame-ancestors .* 'self'/);
});

test('a plan costs its price for each location', async () => {
	const locationIds = ids(3);
	const answer = await installer.plan({ locationId: locationIds.join(','), companyId: platformId() });
	assert.equal(answer.status, 200, answer.text);
	assert.deepEqual(answer.json, { name: 'Payments for agencies', price: '12.50', amount: '37.50', currency: 'USD',
		isRecurring: true, billsCompany: false, locationIds });
});

for (const [type, amount, billsCompany, count] of [
	['agency', '12.50', true, 0], ['agency,location', '37.50', true, 2], ['location,agency', '37.50', true, 2],
	['location', '25.00', false, 2],
]) {
	test(`a plan for ${type} costs ${amount}`, async () => {
		const { json } = await installer.plan({ installType: type, companyId: 'company_1', locationId: 'loc_1,loc_2' });
		assert.deepEqual([json.amount, json.billsCompany, json.locationIds.length], [amount, billsCompany, count]);
	});
}

for (const [what, more, field] of [
	['of another app', { clientId: 'another-app', locationId: 'a' }, 'clientId'],
	['of no app', { clientId: '', locationId: 'a' }, 'clientId'],
	['of an unknown type', { installType: 'user', locationId: 'a' }, 'installType'],
	['of a type twice', { installType: 'location,location', locationId: 'a' }, 'installType'],
	['of no type', { installType: '', locationId: 'a' }, 'installType'],
	['without locations', { }, 'locationId'],
	['with an empty location', { locationId: 'a,,b' }, 'locationId'],
	['with a location twice', { locationId: 'a,b,a' }, 'locationId'],
	['with a location that is none', { locationId: "a' or 1=1" }, 'locationId'],
	['with markup for a location', { locationId: '<b>' }, 'locationId'],
	['with a card number for a location', { locationId: '4242424242424242' }, 'locationId'],
	['with 251 locations', { locationId: Array.from({ length: 251 }, (_, i) => `l${i}`).join() }, 'locationId'],
	['of an agency without its company', { installType: 'agency' }, 'companyId'],
	['with a company that is none', { companyId: 'a b', locationId: 'a' }, 'companyId'],
]) {
	test(`a link ${what} is refused by plan and order alike`, async () => {
		const plan = await installer.plan(more);
		assert.deepEqual([plan.status, plan.json.error.code, plan.json.error.detail], [400, 'field_invalid', field]);
		const { locationId, ...others } = more;
		const order = await installer.orderOpen({ ...others, ...locationId && { locationIds: locationId.split(',') } });
		assert.deepEqual([order.status, order.json.error.code], [400, 'field_invalid']);
	});
}

test('a link that says something twice is refused', async () => {
	for (const twice of ['locationId=b', 'companyId=b&companyId=c', 'clientId=b', 'locationId=%zz']) {
		const answer = await request(`${stack.kassaUrl}/billing/plan${installer.link({ locationId: 'a' })}&${twice}`, { method: 'GET' });
		assert.equal(answer.status, 400, twice);
	}
});

for (const [what, body] of [['locations that are no list', { locationIds: 'a' }], ['a location that is no text', { locationIds: [1] }],
	['a location that is null', { locationIds: [null] }], ['a list in a list', { locationIds: [['a']] }]]) {
	test(`an order with ${what} is refused`, async () => {
		assert.equal((await installer.orderOpen(body)).status, 400);
	});
}

test('250 locations are one order', async () => {
	const order = await orderOf(Array.from({ length: 250 }, (_, i) => `location_${i}`));
	assert.equal(order.amount, '3125.00');
	assert.equal((await told(order)).length, 250);
});

test('an order that nobody made is not there', async () => {
	for (const id of [`bill_${'0'.repeat(26)}`, 'bill_1', 'ch_1']) {
		const answer = await installer.orderLook(id);
		assert.deepEqual([answer.status, answer.json.error.code], [404, 'billing_unknown']);
	}
});

/* --- the checkout ------------------------------------------------------------------------------ */

test('an order is paid in our own checkout, and each location is reported once', async () => {
	const locationIds = ids(3);
	const order = await orderOf(locationIds, { companyId: 'company_1' });
	assert.deepEqual([order.status, order.amount, order.currency, order.publishableKey],
		['open', '37.50', 'USD', account.publishableKey]);
	const paid = await installer.payOrder(order, CARD.success);
	assert.equal(paid.json.status, 'succeeded');
	assert.equal((await installer.orderLook(order.id)).json.status, 'paid');
	await reported(order, 3);
	await eventually(() => told(order), (rows) => rows.every(([, , state]) => state === 'paid'));
	const calls = biller.of(order);
	assert.deepEqual(calls.map(({ json }) => json.locationId).sort(), [...locationIds].sort());
	for (const { json, headers, text } of calls) {
		assert.deepEqual(json, { clientId: CLIENT_ID, authType: 'location', locationId: json.locationId,
			subscriptionId: order.id, paymentId: paid.json.chargeId, amount: 12.5, status: 'COMPLETED', paymentType: 'recurring' });
		assert.match(text, /"amount":12\.50[,}]/);
		assert.deepEqual([headers['x-ghl-client-key'], headers['x-ghl-client-secret']], [CLIENT_ID, CLIENT_SECRET]);
	}
	assert.deepEqual(await stack.psql(`select amount_source, amount_minor from kassa.checkout_session
		where transaction_id = '${order.id}'`), [['platform', '3750']]);
});

test('a company is reported as one', async () => {
	const order = (await installer.orderOpen({ installType: 'agency', companyId: 'company_2' })).json;
	await installer.payOrder(order, CARD.success);
	const [{ json }] = await reported(order, 1);
	assert.deepEqual([json.authType, json.companyId, json.locationId, json.amount], ['company', 'company_2', undefined, 12.5]);
});

for (const [what, more] of [['a smaller amount', { amount: '0.01' }], ['a larger amount', { amount: '1000' }],
	['another currency', { currency: 'EUR' }], ['an amount that is none', { amount: '1e1' }]]) {
	test(`a page that says ${what} opens no checkout`, async () => {
		const order = await orderOf(ids(1));
		const answer = await installer.checkout(order, more);
		assert.ok([409, 422].includes(answer.status), answer.text);
		assert.deepEqual(await stack.psql(`select from kassa.checkout_session where transaction_id = '${order.id}'`), []);
	});
}

test('an order opens no checkout of another account, and one that nobody made opens none', async () => {
	const order = await orderOf(ids(1));
	for (const answer of [
		await installer.checkout(order, { publishableKey: stack.publishableKey }),
		await installer.checkout({ ...order, id: `bill_${'z'.repeat(26)}` }),
	]) {
		assert.deepEqual([answer.status, answer.json.error.code], [404, 'transaction_unknown']);
	}
});

test('an order is paid once, and its checkout shows that', async () => {
	const order = await orderOf(ids(1));
	const session = (await installer.checkout(order)).json;
	assert.equal(session.saveOffered, false);
	const tokens = await Promise.all(Array.from({ length: 4 }, async () =>
		(await installer.tokenise(CARD.success, { publishableKey: order.publishableKey })).json.token));
	await Promise.all(tokens.map((token) => installer.confirm(session.id, token)));
	assert.equal((await installer.checkout(order, { contactId: 'contact_1' })).json.status, 'succeeded');
	await reported(order, 1);
	assert.equal(biller.of(order).length, 1);
});

/* --- reports ----------------------------------------------------------------------------------- */

test('a declined card is reported later, and not at all when another one pays', async () => {
	const order = await orderOf(ids(2));
	assert.equal((await installer.payOrder(order, CARD.declined)).json.decline.code, 'card_declined');
	const look = (await installer.orderLook(order.id)).json;
	assert.deepEqual([look.status, look.isPayable], ['failed', true]);
	assert.deepEqual(biller.of(order), []);
	assert.equal((await installer.payOrder(order, CARD.success)).json.status, 'succeeded');
	await reported(order, 2);
	await eventually(() => stack.psql(`select from kassa.job where subject like '${order.id}%'`), (jobs) => jobs.length === 0);
	assert.deepEqual(biller.of(order).map(({ json }) => json.status), ['COMPLETED', 'COMPLETED']);
});

test('an order that was left behind a declined card is reported as failed, and later as paid', async () => {
	const order = await orderOf(ids(1));
	await installer.payOrder(order, CARD.declined);
	await stack.psql(`update kassa.job set run_at = now() where subject like '${order.id}%'`);	/* a quarter of an hour goes by */
	await reported(order, 1);
	await eventually(() => told(order), ([[, , state]]) => state === 'failed');
	await installer.payOrder(order, CARD.success);
	await reported(order, 2);
	assert.deepEqual(biller.of(order).map(({ json }) => json.status), ['FAILED', 'COMPLETED']);
	assert.notEqual(biller.of(order)[0].json.paymentId, biller.of(order)[1].json.paymentId);
});

test('five declined cards are reported at once', async () => {
	const order = await orderOf(ids(1));
	for (let i = 0; i < 5; i++) {
		await installer.payOrder(order, CARD.declined);
	}
	const [{ json }] = await reported(order, 1);
	assert.equal(json.status, 'FAILED');
	const look = (await installer.orderLook(order.id)).json;
	assert.deepEqual([look.status, look.isPayable], ['failed', false]);
});

for (const [what, away, mayBeTaken] of [
	['answers 500', (answer) => { answer.writeHead(500); answer.end(); }, false],
	['answers 429', (answer) => { answer.writeHead(429); answer.end('{}'); }, false],
	['answers 401', (answer) => { answer.writeHead(401, { 'content-type': 'application/json' }); answer.end('{"statusCode":401,"message":"Invalid client"}'); }, false],
	['hangs up', (answer) => answer.destroy(), true],
	['never answers', () => {}, true],
]) {
	test(`a platform that ${what} is told again, with the same body`, async () => {
		const order = await orderOf(ids(1));
		biller.away = away;
		await installer.payOrder(order, CARD.success);
		await reported(order, 2);
		assert.deepEqual((await told(order)).map(([, state, said]) => [state, said]), [['paid', 'open']]);
		biller.away = null;
		await eventually(() => told(order), ([[, , said]]) => said === 'paid', 30000);
		await eventually(() => stack.psql(`select from kassa.job where subject like '${order.id}%'`), (jobs) => jobs.length === 0);
		assert.equal(new Set(biller.of(order).map(({ text }) => text)).size, 1, mayBeTaken ? 'at least once' : '');
	});
}

test('a report that is said in vain is logged without the secret', async () => {
	const line = JSON.parse(stack.logs().kassa.split('\n').find((text) => text.includes('"billing_not_reported"')));
	assert.match(line.subject, /^bill_[0-9a-z]{26}:1:paid$/);
	assert.doesNotMatch(JSON.stringify(line), /secret/i);
});

test('a crash between the charge and its report loses none', async () => {
	await stack.restart();	/* what ran until here ends in peace, and what it counted is kept (make coverage) */
	const order = await orderOf(ids(4));
	biller.away = () => {};	/* reports are on their way, and nobody answers */
	await installer.payOrder(order, CARD.success);
	await reported(order, 1);
	await stack.kassaKill9();
	biller.away = null;
	await stack.kassaStart();
	await eventually(() => told(order), (rows) => rows.every(([, , said]) => said === 'paid'), 60000);
	assert.equal(new Set(biller.of(order).map(({ json }) => json.locationId)).size, 4);
	assert.deepEqual(new Set(biller.of(order).map(({ json }) => json.status)), new Set(['COMPLETED']));
});

test('a crash between the report and its being kept repeats it', async () => {
	await stack.restart({ CRASH_AT: 'report_before_told', KASSA_WORKERS: '1' });
	stack.killed = true;
	const order = await orderOf(ids(1));
	await installer.payOrder(order, CARD.success).catch(() => {});
	await reported(order, 1);
	await stack.kassaKill9();
	await stack.kassaStart({ CRASH_AT: '' });
	await eventually(() => told(order), ([[, , said]]) => said === 'paid', 60000);
	const texts = biller.of(order).map(({ text }) => text);
	assert.ok(texts.length >= 2, 'at least once');
	assert.equal(new Set(texts).size, 1);
});

/* --- settings; the last, since they stop the server ----------------------------------------------- */

test('without a plan there is no billing page', async () => {
	await stack.restart({ KASSA_BILLING_AMOUNT: '' });
	for (const path of ['/billing', '/billing/plan', `/billing/orders/bill_${'0'.repeat(26)}`]) {
		assert.equal((await request(`${stack.kassaUrl}${path}`, { method: 'GET' })).status, 404);
	}
	assert.equal((await installer.orderOpen({ locationIds: ['a'] })).status, 404);
	const checkout = await request(`${stack.kassaUrl}/checkout`, { method: 'GET' });
	assert.doesNotMatch(checkout.headers.get('content-security-policy'), /frame-ancestors .*'self'/);
});

test('a plan to an account that is not there is our trouble, and is logged', async () => {
	await stack.restart({ KASSA_BILLING_AMOUNT: '5', KASSA_BILLING_ACCOUNT: `acct_${'0'.repeat(26)}` });
	const answer = await installer.orderOpen({ locationIds: ['a'] });
	assert.deepEqual([answer.status, answer.json.error.code], [404, 'account_unknown']);
	assert.match((await lineOf(stack, answer)).detail, /no account/);
});

for (const [what, settings] of [
	['an amount that is none', { KASSA_BILLING_AMOUNT: '1e3' }], ['an amount of nothing', { KASSA_BILLING_AMOUNT: '0' }],
	['more decimals than its currency has', { KASSA_BILLING_AMOUNT: '1.005' }],
	['an unknown currency', { KASSA_BILLING_CURRENCY: 'XAU' }], ['an unknown type', { KASSA_BILLING_TYPE: 'weekly' }],
	['no account', { KASSA_BILLING_ACCOUNT: '' }], ['an account that is none', { KASSA_BILLING_ACCOUNT: 'me' }],
]) {
	test(`a plan with ${what} does not start`, async () => {
		await stack.kassa.stop();
		const good = biller.settings(account.accountId);
		await assert.rejects(stack.kassaStart({ ...good, ...settings }), /KASSA_BILLING_AMOUNT should be/);
	});
}
