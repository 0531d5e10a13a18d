/*
 * Jobs and the death of workers, and one queue of two servers: none is lost, none is done twice.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { jobOf, timeHasCome } from '../support/clock.mjs';
import { CARD, booksBalance, eventually, platformId } from '../support/payer.mjs';
import { Merchant, crowd, lockHeld, logLines } from '../support/merchant.mjs';
import { portsFree, startStack } from '../support/stack.mjs';

const CLIENTS = 16;
const LEASE_MS = 10000;		/* and the time limits of what a job asks: src/jobs/queue.c */

let stack, merchant;

before(async () => {
	stack = await startStack({
		kassa: { KASSA_PROCESSOR_TIMEOUT_MS: '200', KASSA_DATABASE_TIMEOUT_MS: '1000', KASSA_SANDBOX_PEND_MS: '3600000',
			KASSA_JOBS_POLL_MS: '200' },
	});
	merchant = await Merchant.made(stack);
});
after(async () => {
	if (stack) {
		await booksBalance(stack);
		await stack.stop();
	}
});

const textList = (ids) => `array[${ids.map((id) => `'${id}'`).join()}]`;

/** Charges that are pending, with a job each that comes in an hour; the processor is done with them. */
async function pendingCharges(count) {
	const contactId = platformId();
	const paymentMethodId = await merchant.keep(contactId, CARD.pending);
	const ids = await crowd(count, CLIENTS, async () => (await merchant.charge({
		paymentMethodId, contactId, transactionId: platformId(), amount: 10,
	})).json.chargeId);
	await stack.psql(`update sandbox.operation set ends_at = now() where key = any(${textList(ids)})`);
	return ids;
}

const countOf = async (ids, where) => Number((await stack.psql(`select count(*) from kassa.charge c
	left join kassa.job j on j.subject = c.charge_id
	where c.charge_id = any(${textList(ids)}) and ${where}`))[0][0]);

async function allEndOnce(ids, limitMs) {
	await eventually(() => countOf(ids, "c.status = 'succeeded'"), (count) => count === ids.length, limitMs);
	assert.equal(await countOf(ids, 'j.job_id is not null'), 0);
	assert.deepEqual(await stack.psql(`select count(*), count(*) filter (where phase = 'post') from kassa.transfer
		where charge_id = any(${textList(ids)})`), [[String(2 * ids.length), String(ids.length)]]);
}

/* How often each charge was settled as succeeded, by what the logs say. */
function settledTimes(text, ids) {
	const ours = new Set(ids);
	return logLines(text).filter((line) => line.event === 'charge_settled' && line.outcome === 'succeeded' && ours.has(line.chargeId)).length;
}

test('two servers on one database share the queue, and no job is done by both', async (t) => {
	const ids = await pendingCharges(400);
	const [port] = await portsFree(1);
	const second = stack.program('kassa', port, {
		...stack.kassa.environment, KASSA_PORT: String(port), KASSA_PUBLIC_URL: `http://127.0.0.1:${port}`,
	});
	second.log = `${stack.folder}/kassa-second.log`;
	await second.start();
	try {
		await timeHasCome(stack, ...ids);
		await allEndOnce(ids);
		const here = settledTimes(stack.logs().kassa, ids);
		const there = settledTimes(readFileSync(second.log, 'utf8'), ids);
		assert.equal(here + there, ids.length, 'each was done once');
		assert.ok(here > 0 && there > 0, `one server did all: ${here} here, ${there} there`);
		t.diagnostic(`${ids.length} jobs: ${here} by one server, ${there} by the other`);
	} finally {
		await second.stop();
	}
});

test('a server that stops in good order leaves its jobs to the other', async () => {
	const ids = await pendingCharges(50);
	await stack.kassa.stop();
	await timeHasCome(stack, ...ids);
	await stack.kassaStart();
	await allEndOnce(ids);
});

test('workers that are killed while their jobs run lose none of them', async (t) => {
	const ids = await pendingCharges(60);
	/* The books are held, so that whoever has taken a job is in the middle of it. */
	const held = await lockHeld(stack, `select from kassa.charge where charge_id = any(${textList(ids)}) for update`);
	await timeHasCome(stack, ...ids);
	await eventually(() => countOf(ids, 'j.tries = 1'), (count) => count >= 32);
	const taken = await countOf(ids, 'j.tries = 1');
	const killed = stack.workersKill9();
	assert.ok(killed.length >= 2);
	await held.release();
	const began = Date.now();
	await allEndOnce(ids, 3 * LEASE_MS);
	t.diagnostic(`${taken} jobs were under way in ${killed.length} workers; all were done after ${Date.now() - began} ms`);
});

test('workers that are killed again and again lose nothing', async () => {
	const ids = await pendingCharges(300);
	await timeHasCome(stack, ...ids);
	for (let round = 0; round < 5; round += 1) {
		const left = await countOf(ids, "c.status <> 'succeeded'");
		stack.workersKill9();
		await eventually(() => merchant.list('nobody').catch(() => null), (answer) => answer?.status === 200);
		await eventually(() => countOf(ids, "c.status <> 'succeeded'"), (now) => now < left || left === 0, 2 * LEASE_MS);
	}
	await allEndOnce(ids, 3 * LEASE_MS);
});

test('a card that was to be kept is kept, though the worker died on the way', async () => {
	const contactId = platformId();
	const transaction = { transactionId: platformId(), orderId: platformId() };
	const session = (await merchant.session(transaction, { contactId, amount: '10.00', currency: 'USD' })).json;
	const { chargeId } = (await merchant.confirmSaving(session.id, await merchant.token(CARD.pending))).json;
	const held = await lockHeld(stack, 'lock table kassa.payment_method in exclusive mode');
	await stack.psql(`update sandbox.operation set ends_at = now() where key = '${chargeId}'`);
	await timeHasCome(stack, chargeId);
	await eventually(() => jobOf(stack, chargeId), (job) => job?.kind === 'method_save' && job.tries === 1);
	stack.workersKill9();
	await held.release();
	await eventually(() => merchant.list(contactId).catch(() => ({})), (list) => list.json?.length === 1, 3 * LEASE_MS);
	assert.equal(await jobOf(stack, chargeId), null);
});
