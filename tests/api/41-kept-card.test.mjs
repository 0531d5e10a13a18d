/*
 * Keeping a card: by a setup, or while paying when the payer agrees; what the list then says, and to whom.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { CARD, booksBalance, eventually, platformId, request } from '../support/payer.mjs';
import { CARD_KEPT_DECLINES, Merchant } from '../support/merchant.mjs';
import { startStack } from '../support/stack.mjs';

let stack, merchant;

before(async () => {
	stack = await startStack({
		kassa: { KASSA_PROCESSOR_TIMEOUT_MS: '800', KASSA_RESOLVE_AFTER_MS: '300', KASSA_RESOLVE_MINUTE_MS: '200',
			KASSA_JOBS_POLL_MS: '100', KASSA_SANDBOX_PEND_MS: '500' },
	});
	merchant = new Merchant(stack);
});
after(async () => {
	if (stack) {
		await booksBalance(stack);
		await stack.stop();
	}
});

const listOf = async (contactId) => (await merchant.list(contactId)).json;

const orderOf = (contactId) => merchant.order(20, 'USD', { contact: { id: contactId } });

test('a card that a setup keeps is in the very next list, in both dialects', async () => {
	const contactId = platformId();
	const setup = await merchant.setup(contactId);
	assert.equal(setup.json.status, 'open');
	assert.deepEqual(await listOf(contactId), []);
	const kept = await merchant.setupConfirm(setup.json.id, await merchant.token(CARD.success));
	assert.equal(kept.json.status, 'succeeded');
	assert.deepEqual(kept.json.card, { brand: 'visa', last4: '4242', expiryMonth: 12, expiryYear: 2031 });
	const [method, ...more] = await listOf(contactId);
	assert.equal(more.length, 0);
	assert.match(method.id, /^pm_/);
	assert.equal(method.subTitle, '**** **** **** 4242');
	assert.equal(method.customerId, contactId);
	const brief = (await merchant.query({ type: 'get_payment_methods', contactId })).json;
	assert.deepEqual(brief.paymentMethods.map((one) => one.id), [method.id]);
});

test('the picture of a listed card is there', async () => {
	const contactId = platformId();
	await merchant.keep(contactId, CARD.mastercard);
	const [{ imageUrl }] = await listOf(contactId);
	const picture = await fetch(imageUrl);
	await picture.arrayBuffer();
	assert.equal(picture.status, 200, imageUrl);
	assert.match(picture.headers.get('content-type'), /^image\/svg/);
});

test('the same card again is one method, with the new expiry', async () => {
	const contactId = platformId();
	const first = await merchant.keep(contactId, CARD.success, { expiryMonth: 5, expiryYear: 2030 });
	const again = await merchant.keep(contactId, CARD.success, { expiryMonth: 6, expiryYear: 2035 });
	assert.equal(again, first);
	assert.deepEqual((await listOf(contactId)).map((one) => [one.id, one.expiry]), [[first, '06/35']]);
});

test('two cards are listed with the one that was kept last in front', async () => {
	const contactId = platformId();
	const visa = await merchant.keep(contactId, CARD.success);
	const mastercard = await merchant.keep(contactId, CARD.mastercard);
	assert.deepEqual((await listOf(contactId)).map((one) => one.id), [mastercard, visa]);
	await merchant.keep(contactId, CARD.success);
	assert.deepEqual((await listOf(contactId)).map((one) => one.id), [visa, mastercard]);
});

test('the same card of two contacts is two methods', async () => {
	const [one, other] = [platformId(), platformId()];
	assert.notEqual(await merchant.keep(one, CARD.success), await merchant.keep(other, CARD.success));
	assert.equal((await listOf(one)).length, 1);
});

for (const name of ['noFunds', 'challenge', 'pending', 'silent']) {
	test(`card ${name} can be kept, since keeping asks for no money`, async () => {
		const contactId = platformId();
		await merchant.keep(contactId, CARD[name]);
		assert.equal((await listOf(contactId)).length, 1);
	});
}

test('a decline and then a card that succeeds keep the second', async () => {
	const contactId = platformId();
	const setup = (await merchant.setup(contactId)).json;
	for (const [index, name] of ['declined', 'expired', 'wrongCode'].entries()) {
		const declined = await merchant.setupConfirm(setup.id, await merchant.token(CARD[name]));
		assert.equal(declined.json.status, 'open');
		assert.equal(declined.json.decline.code, 'card_declined', 'no more than that');
		assert.equal(declined.json.attemptsLeft, 4 - index);
		assert.equal(declined.json.card, null);
	}
	assert.deepEqual(await listOf(contactId), []);
	const kept = await merchant.setupConfirm(setup.id, await merchant.token(CARD.mastercard));
	assert.equal(kept.json.status, 'succeeded');
	assert.equal(kept.json.decline, null);
	assert.deepEqual((await listOf(contactId)).map((one) => one.title), ['Mastercard']);
});

test('five declines end a setup, a sixth card is refused', async () => {
	const contactId = platformId();
	const setup = (await merchant.setup(contactId)).json;
	for (let left = 4; left >= 0; left -= 1) {
		const answer = await merchant.setupConfirm(setup.id, await merchant.token(CARD.declined));
		assert.equal(answer.json.status, left === 0 ? 'failed' : 'open');
		assert.equal(answer.json.attemptsLeft, left);
	}
	const refused = await merchant.setupConfirm(setup.id, await merchant.token(CARD.success));
	assert.equal(refused.status, 429);
	assert.equal(refused.json.error.code, 'attempts_exceeded');
	assert.deepEqual(await listOf(contactId), []);
});

test('fifty confirmations at once of one setup keep one card, and all end with it', async () => {
	const contactId = platformId();
	const setup = (await merchant.setup(contactId)).json;
	const tokens = await Promise.all(Array.from({ length: 50 }, () => merchant.token(CARD.success)));
	const answers = await Promise.all(tokens.map((token) => merchant.setupConfirm(setup.id, token)));
	for (const answer of answers) {
		assert.ok(['succeeded', 'processing'].includes(answer.json.status), answer.text);
	}
	assert.equal((await merchant.setupConfirm(setup.id)).json.status, 'succeeded');
	assert.equal((await listOf(contactId)).length, 1);
	const kept = await stack.psql(`select count(*) from sandbox.operation where key like '${setup.id}.%'`);
	assert.deepEqual(kept, [['1']]);
});

test('a confirmation of a setup that has succeeded changes nothing', async () => {
	const contactId = platformId();
	const setup = (await merchant.setup(contactId)).json;
	await merchant.setupConfirm(setup.id, await merchant.token(CARD.success));
	const again = await merchant.setupConfirm(setup.id, await merchant.token(CARD.mastercard));
	assert.equal(again.json.card.last4, '4242');
	assert.deepEqual((await listOf(contactId)).map((one) => one.title), ['Visa']);
});

test('a card that its payer agreed to keep is soon in the list', async () => {
	const contactId = platformId();
	const session = (await merchant.session(await orderOf(contactId))).json;
	assert.equal(session.saveOffered, true);
	const paid = await merchant.confirmSaving(session.id, await merchant.token(CARD.success));
	assert.equal(paid.json.status, 'succeeded');
	const list = await eventually(() => listOf(contactId), (methods) => methods.length === 1, 3000);
	assert.equal(list[0].subTitle, '**** **** **** 4242');
	const charged = await merchant.charge({
		paymentMethodId: list[0].id, contactId, transactionId: platformId(), amount: 5,
	});
	assert.equal(charged.json.success, true, 'and it can be charged');
});

test('a card that is kept while paying and by a setup is one method', async () => {
	const contactId = platformId();
	const id = await merchant.keep(contactId, CARD.success, { expiryYear: 2030 });
	const session = (await merchant.session(await orderOf(contactId))).json;
	await merchant.confirmSaving(session.id, await merchant.token(CARD.success, { expiryYear: 2040 }));
	const list = await eventually(() => listOf(contactId), ([one]) => one.expiry === '12/40', 3000);
	assert.deepEqual(list.map((one) => one.id), [id]);
});

/* Nothing can be awaited that does not come; what would bring it is written with the charge's end, or never. */
async function keepsNothing(chargeId, contactId) {
	assert.deepEqual(await stack.psql(`select c.saves, o.saves from kassa.charge c
		join sandbox.operation o on o.key = c.charge_id where c.charge_id = '${chargeId}'`), [['f', 'f']]);
	assert.deepEqual(await stack.psql(`select 1 from kassa.job
		where kind = 'method_save' and subject = '${chargeId}'`), []);
	assert.deepEqual(await listOf(contactId), []);
}

for (const [name, confirm] of [
	['says nothing', (id, token) => merchant.confirm(id, token)],
	['says no', (id, token) => merchant.confirmSaving(id, token, false)],
	['says null', (id, token) => merchant.confirmSaving(id, token, null)],
]) {
	test(`a card whose payer ${name} is not kept`, async () => {
		const contactId = platformId();
		const session = (await merchant.session(await orderOf(contactId))).json;
		const paid = await confirm(session.id, await merchant.token(CARD.success));
		assert.equal(paid.json.status, 'succeeded');
		await keepsNothing(paid.json.chargeId, contactId);
	});
}

test('without a contact there is nobody to keep a card for', async () => {
	/* An order of the simulator always has one; without a platform token the page is believed. */
	const plain = await Merchant.made(stack);
	const session = (await plain.session({ transactionId: platformId(), orderId: platformId() })).json;
	assert.equal(session.saveOffered, false);
	const paid = await plain.confirmSaving(session.id, await plain.token(CARD.success));
	assert.equal(paid.json.status, 'succeeded');
	await keepsNothing(paid.json.chargeId, 'nobody');
});

test('consent that is no truth value is refused, and nothing is charged', async () => {
	const order = await orderOf(platformId());
	const session = (await merchant.session(order)).json;
	for (const save of ['yes', 1, {}, []]) {
		const answer = await merchant.confirmSaving(session.id, await merchant.token(CARD.success), save);
		assert.equal(answer.status, 400);
		assert.equal(answer.json.error.code, 'field_invalid');
	}
	assert.equal((await merchant.look(session.id)).json.status, 'open');
});

test('a declined card is not kept though its payer agreed, the next one is', async () => {
	const contactId = platformId();
	const session = (await merchant.session(await orderOf(contactId))).json;
	const declined = await merchant.confirmSaving(session.id, await merchant.token(CARD.declined));
	assert.equal(declined.json.decline.code, 'card_declined');
	assert.deepEqual(await listOf(contactId), []);
	await merchant.confirmSaving(session.id, await merchant.token(CARD.mastercard));
	const list = await eventually(() => listOf(contactId), (methods) => methods.length > 0, 3000);
	assert.deepEqual(list.map((one) => one.title), ['Mastercard']);
});

for (const name of ['challenge', 'pending', 'silent']) {
	test(`card ${name} that its payer agreed to keep is kept once it is paid`, async () => {
		const contactId = platformId();
		const session = (await merchant.session(await orderOf(contactId))).json;
		const begun = await merchant.confirmSaving(session.id, await merchant.token(CARD[name]));
		if (name === 'challenge') {
			assert.deepEqual(await listOf(contactId), []);
			await request(`${stack.kassaUrl}/sandbox/challenges/${begun.json.action}`, { body: { accept: true } });
		}
		const list = await eventually(() => listOf(contactId), (methods) => methods.length > 0);
		assert.equal(list.length, 1);
		assert.equal((await merchant.look(session.id)).json.status, 'succeeded');
	});
}

test('the key of another account sees no card of this one, and keeps its own', async () => {
	const contactId = platformId();
	await merchant.keep(contactId, CARD.success);
	const other = await Merchant.made(stack);
	assert.equal((await other.list(contactId)).text, '[]');
	await other.keep(contactId, CARD_KEPT_DECLINES);
	assert.deepEqual((await other.list(contactId)).json.map((one) => one.subTitle), ['**** **** **** 0341']);
	assert.deepEqual((await listOf(contactId)).map((one) => one.subTitle), ['**** **** **** 4242']);
});

test('a token of another account keeps nothing', async () => {
	const contactId = platformId();
	const other = await Merchant.made(stack);
	const setup = (await merchant.setup(contactId)).json;
	const answer = await merchant.setupConfirm(setup.id, await other.token(CARD.success));
	assert.equal(answer.json.status, 'open');
	assert.ok(answer.json.decline);
	assert.deepEqual(await listOf(contactId), []);
});

test('a removed card is not listed, is forgotten at the processor, and comes back when it is kept again', async () => {
	const contactId = platformId();
	const id = await merchant.keep(contactId, CARD.success);
	const account = await merchant.accountId();
	const held = () => stack.psql(`select m.token from kassa.payment_method m
		join sandbox.method s on s.account_id = m.account_id and s.method = m.token where m.payment_method_id = '${id}'`);
	assert.equal((await held()).length, 1);
	await stack.psql(`select kassa.method_remove('${account}', '${id}')`);
	assert.deepEqual(await listOf(contactId), []);
	await eventually(held, (rows) => rows.length === 0);
	assert.equal(await merchant.keep(contactId, CARD.success), id);
	assert.equal((await merchant.charge({ paymentMethodId: id, contactId, transactionId: platformId(), amount: 1 })).json.success, true);
});

for (const [name, more, status, code] of [
	['no contact', { contactId: undefined }, 400, 'field_invalid'],
	['an empty contact', { contactId: '' }, 400, 'field_invalid'],
	['a contact that is a path', { contactId: '../x' }, 400, 'field_invalid'],
	['an unknown dialect', { dialect: 'klingon' }, 400, 'field_invalid'],
	['a publishable key that is unknown', { publishableKey: `kassa_pk_test_${'0'.repeat(32)}` }, 401, 'publishable_key_invalid'],
]) {
	test(`opening a setup with ${name} is refused as ${code}`, async () => {
		const answer = await merchant.setup(platformId(), more);
		assert.equal(answer.status, status, answer.text);
		assert.equal(answer.json.error.code, code);
	});
}
