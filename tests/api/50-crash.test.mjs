/*
 * Kassa is killed where it stands, between "sending" and the processor's answer; after a restart every
 * charge ends in the processor's truth and the books balance.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { CARD, Payer, booksBalance, eventually, paidLive } from '../support/payer.mjs';
import { startStack } from '../support/stack.mjs';

let stack, payer;

before(async () => {
	stack = await startStack({
		durable: true,
		kassa: { KASSA_PROCESSOR_TIMEOUT_MS: '2500', KASSA_RESOLVE_AFTER_MS: '300', KASSA_JOBS_POLL_MS: '100', KASSA_RESOLVE_MINUTE_MS: '500' },
	});
	payer = new Payer(stack);
});
after(() => stack?.stop());

const statusOf = async (order) => (await stack.psql(
	`select status from kassa.charge where transaction_id = '${order.transactionId}'`)).flat();

/** Begin to pay with a card that keeps silent, and come back as soon as the processor has moved the money. */
async function payAndWaitForTheMoney() {
	const order = await payer.order(21, 'USD');
	const session = (await payer.session(order)).json;
	const call = payer.confirm(session.id, await payer.token(CARD.silent)).catch(() => null);
	await eventually(() => stack.psql(
		`select 1 from sandbox.operation o join kassa.charge c on c.charge_id = o.key
		where c.transaction_id = '${order.transactionId}' and o.outcome = 'succeeded'`), (rows) => rows.length === 1);
	assert.deepEqual(await statusOf(order), ['sending']);
	return { order, session, call };
}

async function endsPaid({ order, session }) {
	await eventually(() => statusOf(order), ([status]) => status === 'succeeded', 20000);
	const look = (await payer.look(session.id)).json;
	assert.equal(look.status, 'succeeded');
	assert.match((await payer.verify(order, look.chargeId)).text, paidLive(look.chargeId, look.amount.replace('.', '')));
	await booksBalance(stack);
}

test('workers that are killed before the answer leave a charge that ends in the truth', async () => {
	const paying = await payAndWaitForTheMoney();
	assert.ok(stack.workersKill9().length >= 1);
	await paying.call;
	await eventually(() => payer.look(paying.session.id).catch(() => ({})), (look) => look.status === 200);
	await endsPaid(paying);
});

test('all of Kassa killed before the answer leaves a charge that ends in the truth after the restart', async () => {
	const paying = await payAndWaitForTheMoney();
	await stack.kassaKill9();
	await paying.call;
	assert.deepEqual(await statusOf(paying.order), ['sending']);
	await stack.kassaStart();
	await endsPaid(paying);
});

test('a charge whose request never left ends as not sent, and can be paid again', async () => {
	const order = await payer.order(22, 'USD');
	const session = (await payer.session(order)).json;
	/* What a crash between the intent and the request leaves behind. */
	await stack.psql(`select from kassa.charge_reserve('${session.id}', 'ch_crashed${Date.now()}', 'sandbox',
		false, '', row(0, 0, 0, 0, 0, 100)::kassa.attempt_limits, 100)`);
	await eventually(() => stack.psql(`select status, decline from kassa.charge
		where transaction_id = '${order.transactionId}'`), ([row]) => row?.[0] === 'failed' && row[1] === 'not_sent');
	const again = await payer.confirm(session.id, await payer.token(CARD.success));
	assert.equal(again.json.status, 'succeeded');
	await booksBalance(stack);
});

test('SIGTERM lets a request under way be answered', async () => {
	const order = await payer.order(23, 'USD');
	const session = (await payer.session(order)).json;
	const call = payer.confirm(session.id, await payer.token(CARD.silent));
	await eventually(() => statusOf(order), (rows) => rows.length === 1);
	await stack.restart();
	const answer = await call;
	assert.equal(answer.status, 200);
	assert.equal(answer.json.status, 'processing');
	await endsPaid({ order, session });
});

test('killing workers again and again under load loses nothing and makes nothing twice', async () => {
	const orders = await Promise.all(Array.from({ length: 30 }, (_, i) => payer.order(10 + i, 'USD')));
	const sessions = await Promise.all(orders.map(async (order) => (await payer.session(order)).json));
	const paid = sessions.map(async (session) => {
		for (;;) {
			try {
				const look = await payer.look(session.id);
				if (look.json?.status === 'succeeded') {
					return;
				}
				if (look.json?.status === 'open') {
					await payer.confirm(session.id, await payer.token(CARD.success));
				}
			} catch {
				/* the worker that had this request is gone: ask again, as a page does */
			}
			await new Promise((resolve) => { setTimeout(resolve, 20); });
		}
	});
	let running = true;
	const killing = (async () => {
		for (let i = 0; i < 5 && running; i += 1) {
			stack.workersKill9();
			await eventually(() => fetch(`${stack.kassaUrl}/readyz`).then((answer) => answer.ok, () => false), Boolean);
		}
	})();
	await Promise.all(paid);
	running = false;
	await killing;
	const ids = orders.map((order) => `'${order.transactionId}'`).join();
	const captured = await stack.psql(`select transaction_id, count(*) filter (where status = 'succeeded')
		from kassa.charge where transaction_id in (${ids}) group by 1`);
	assert.equal(captured.length, 30);
	assert.ok(captured.every(([, count]) => count === '1'), JSON.stringify(captured));
	await booksBalance(stack);
});
