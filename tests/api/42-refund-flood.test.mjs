/*
 * Floods of refunds on one charge of 100.00, with the platform there and away: the sum never exceeds the
 * charge, and whatever says success names a refund that was made.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { CARD, booksBalance } from '../support/payer.mjs';
import { Merchant, crowd } from '../support/merchant.mjs';
import { AWAY, Platform } from '../support/platform.mjs';
import { startStack } from '../support/stack.mjs';

const CLIENTS = 64;
/* The platform is asked before a refund is made; where it is away, fewer do. */
const STATES = [
	{ name: 'is there', away: null, requests: 3200 },
	{ name: 'hangs up', away: AWAY['hangs up'], requests: 800 },
	{ name: 'never answers', away: AWAY['never answers'], requests: 800 },
];

let stack, merchant, platform;

before(async () => {
	platform = await Platform.started();
	stack = await startStack({ kassa: { KASSA_PLATFORM_URL: platform.url, KASSA_PLATFORM_TIMEOUT_MS: '400' } });
	merchant = new Merchant(stack);
});
after(async () => {
	platform?.stop();
	if (stack) {
		await booksBalance(stack);
		await stack.stop();
	}
});

async function paid(away) {
	platform.away = null;
	const order = platform.order(100, 'USD');
	const session = (await merchant.session(order)).json;
	const answer = await merchant.confirm(session.id, await merchant.token(CARD.success));
	assert.equal(answer.json.status, 'succeeded');
	platform.away = away;
	return { order, chargeId: answer.json.chargeId };
}

const refundsOf = (chargeId) => stack.psql(`select refund_id, amount_minor, status from kassa.refund
	where charge_id = '${chargeId}'`);

const atProcessor = async (chargeId) => Number((await stack.psql(
	`select refunded_minor from sandbox.operation where key = '${chargeId}'`))[0][0]);

for (const { name, away, requests } of STATES) {
	test(`${requests} refunds of different amounts above 50.00 while the platform ${name}: exactly one succeeds`, async (t) => {
		const { chargeId } = await paid(away);
		const answers = await crowd(requests, CLIENTS, (i) => merchant.refund(chargeId, (5001 + i) / 100));
		const won = answers.filter((answer) => answer.json.success);
		const lost = answers.filter((answer) => !answer.json.success);
		assert.equal(won.length, 1);
		for (const answer of lost) {
			assert.equal(answer.text,
				'{"success":false,"message":"Refunds would exceed what was captured","status":"failed"}');
		}
		const minor = Math.round(won[0].json.amount * 100);
		assert.deepEqual(await refundsOf(chargeId), [[won[0].json.id, String(minor), 'succeeded']]);
		assert.equal((await merchant.books(chargeId)).refunded, minor);
		assert.equal(await atProcessor(chargeId), minor);
		t.diagnostic(`${answers.length} requests, ${won.length} success, ${lost.length} refused`);
	});

	test(`${requests} equal refunds of 60.00 while the platform ${name}: one is made, every success names it`, async (t) => {
		const { chargeId } = await paid(away);
		const answers = await crowd(requests, CLIENTS, () => merchant.refund(chargeId, 60));
		const rows = await refundsOf(chargeId);
		assert.deepEqual(rows.map((row) => row.slice(1)), [['6000', 'succeeded']]);
		const [[refundId]] = rows;
		for (const answer of answers) {
			assert.equal(answer.status, 200, answer.text);
			assert.equal(answer.json.id, refundId);
			assert.equal(answer.json.refundId, refundId);
			assert.ok(answer.json.success || answer.json.status === 'pending', answer.text);
		}
		const succeeded = new Set(answers.filter((answer) => answer.json.success).map((answer) => answer.text));
		assert.equal(succeeded.size, 1, 'all that say success say it in the same bytes');
		assert.equal((await merchant.books(chargeId)).refunded, 6000);
		assert.equal(await atProcessor(chargeId), 6000);
		const pending = answers.filter((answer) => !answer.json.success).length;
		t.diagnostic(`${answers.length} requests, ${answers.length - pending} success, ${pending} pending, 1 refund`);
	});

	test(`two equal floods of 30.00 that are both meant while the platform ${name}: two refunds`, async () => {
		const { order, chargeId } = await paid(away);
		const ids = [];
		for (const counted of [30, 60]) {
			const answers = await crowd(50, CLIENTS, () => merchant.refund(chargeId, 30));
			ids.push(new Set(answers.map((answer) => answer.json.id)));
			/* The platform has our answer and counts it; where it cannot be asked, time tells them apart. */
			platform.counts(order, counted);
			if (away !== null) {
				await stack.psql(`update kassa.refund set created_at = created_at - interval '121 seconds'
					where charge_id = '${chargeId}'`);
			}
		}
		assert.deepEqual(ids.map((set) => set.size), [1, 1]);
		assert.equal(new Set(ids.flatMap((set) => [...set])).size, 2);
		assert.deepEqual((await refundsOf(chargeId)).map((row) => row.slice(1)),
			[['3000', 'succeeded'], ['3000', 'succeeded']]);
		assert.equal(await atProcessor(chargeId), 6000);
	});
}
