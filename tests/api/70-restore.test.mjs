/*
 * The drill of docs/backup.md: base backup and WAL, the cluster is lost with everything after a point in time, it is
 * restored to that point, and kassactl reconcile books from the processor's memory exactly what was lost.
 * The processor (schema sandbox) and the platform (database kassa_simulator) stand for others, who forget nothing.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Backup, Outside } from '../support/cluster.mjs';
import { Merchant } from '../support/merchant.mjs';
import { CARD, booksBalance, eventually, paidLive, platformId } from '../support/payer.mjs';
import { startStack } from '../support/stack.mjs';

let stack, merchant, backup, point;
const contact = platformId();
/* What was done, by name, before and after the point. */
const was = {};

before(async () => {
	stack = await startStack({
		durable: true,
		kassa: { KASSA_JOBS_POLL_MS: '100', KASSA_SANDBOX_PEND_MS: '1000', KASSA_RESOLVE_MINUTE_MS: '100' },
	});
	merchant = new Merchant(stack);
	backup = new Backup(stack);
});
after(() => stack?.stop());

const rows = (sql) => stack.psql(sql);
const statusOf = async (chargeId) => (await rows(`select status from kassa.charge where charge_id = '${chargeId}'`)).flat();
const moved = async () => (await rows(`select key from sandbox.operation
	where kind in ('charge', 'refund') and outcome = 'succeeded' order by key`)).flat();
const reconcile = async (...words) => {
	const ran = await stack.kassactl('reconcile', '--since', point, '--json', ...words);
	return { ...ran, found: ran.stdout === '' ? null : JSON.parse(ran.stdout) };
};
const booked = (found) => found.filter(({ verdict }) => verdict === 'booked').map(({ id }) => id).sort();

async function beforeThePoint() {
	was.paid = await merchant.pay(CARD.success, 40, 'USD');
	assert.equal((await merchant.refund(was.paid.chargeId, 5)).json.success, true);
	was.open = await merchant.order(31, 'USD');
	was.openSession = (await merchant.session(was.open)).json;
	was.method = await merchant.keep(contact, CARD.success);
}

async function afterThePoint() {
	was.lost = await merchant.pay(CARD.success, 50, 'USD');
	was.dinars = await merchant.pay(CARD.mastercard, 12.345, 'KWD');
	was.late = await merchant.confirm(was.openSession.id, await merchant.token(CARD.success));
	assert.equal(was.late.json.status, 'succeeded');
	was.kept = { contactId: contact, paymentMethodId: was.method, transactionId: platformId(), amount: 7.5 };
	was.keptAnswer = await merchant.charge(was.kept);
	assert.equal(was.keptAnswer.json.success, true);
	/* Its card is kept after the point, so the card itself is lost. */
	const later = platformId();
	was.young = { contactId: later, paymentMethodId: await merchant.keep(later, CARD.mastercard), transactionId: platformId(), amount: 8 };
	assert.equal((await merchant.charge(was.young)).json.success, true);
	/* The payer agreed that the card is kept: that can be asked for again. */
	was.saverContact = platformId();
	was.saver = await merchant.order(9, 'USD', { contact: { id: was.saverContact } });
	const session = (await merchant.session(was.saver, { contactId: was.saverContact })).json;
	assert.equal((await merchant.confirmSaving(session.id, await merchant.token(CARD.success))).json.status, 'succeeded');
	assert.equal((await merchant.refund(was.paid.chargeId, 6)).json.success, true);
	assert.equal((await merchant.refund(was.lost.chargeId, 20)).json.success, true);
	was.declined = await merchant.pay(CARD.declined, 11, 'USD');
	was.pending = await merchant.pay(CARD.pending, 13, 'USD');
	await eventually(() => statusOf(was.pending.chargeId), ([status]) => status === 'succeeded');
}

test('the cluster is lost and restored to a point in time, with a ledger that balances', { timeout: 60000 }, async () => {
	await backup.begin();
	await beforeThePoint();
	const known = await moved();
	point = await backup.point();
	await afterThePoint();
	was.moved = await moved();
	was.lostKeys = was.moved.filter((key) => !known.includes(key));
	assert.equal(was.lostKeys.length, 9);
	await backup.archived();
	const outside = [new Outside(stack, 'kassa', 'sandbox'), new Outside(stack, 'kassa_simulator', 'simulator')];
	await Promise.all([stack.kassa.stop(), stack.simulator.stop()]);
	await Promise.all(outside.map((each) => each.keep()));
	await backup.destroy();
	await backup.restore(point);
	await Promise.all(outside.map((each) => each.giveBack()));
	await Promise.all([stack.simulatorStart(), stack.kassaStart()]);
	assert.deepEqual(await statusOf(was.paid.chargeId), ['succeeded']);
	assert.deepEqual(await statusOf(was.lost.chargeId), []);
	const checked = await stack.kassactl('ledger', 'check');
	assert.equal(checked.status, 0, checked.stdout + checked.stderr);
	assert.deepEqual(await moved(), was.moved, 'the processor has forgotten nothing');
});

test('what the point has forgotten is never said to be paid', async () => {
	const answer = await merchant.verify(was.lost.order, was.lost.chargeId);
	assert.notEqual(answer.json?.success, true, answer.text);
});

test('a dry run names exactly what is missing and books nothing', { timeout: 30000 }, async () => {
	const ran = await reconcile('--dry-run');
	assert.equal(ran.status, 1, ran.stderr);
	assert.match(ran.stderr, /^kassactl: 9 operations are not in the books/);
	assert.deepEqual(ran.found.map(({ verdict, id }) => `${verdict} ${id}`).sort(), was.lostKeys.map((key) => `missing ${key}`).sort());
	assert.deepEqual(await statusOf(was.lost.chargeId), []);
});

test('reconciliation books exactly what was made after the point', { timeout: 30000 }, async () => {
	const ran = await reconcile();
	assert.equal(ran.status, 0, ran.stdout + ran.stderr);
	assert.deepEqual(booked(ran.found), was.lostKeys);
	assert.equal(ran.found.length, was.lostKeys.length);
	assert.deepEqual((await rows(`select charge_id from kassa.charge where status = 'succeeded'
		union all select refund_id from kassa.refund where status = 'succeeded' order by 1`)).flat(), was.moved);
	await booksBalance(stack);
});

test('once more books nothing', { timeout: 30000 }, async () => {
	const count = "select (select count(*) from kassa.transfer), (select count(*) from kassa.charge), (select count(*) from kassa.refund)";
	const counts = await rows(count);
	const ran = await reconcile();
	assert.equal(ran.status, 0, ran.stderr);
	assert.deepEqual(ran.found, []);
	assert.deepEqual(await rows(count), counts);
});

test('the platform hears again that it was paid, and how much', async () => {
	assert.match((await merchant.verify(was.lost.order, was.lost.chargeId)).text, paidLive(was.lost.chargeId, 5000));
	assert.match((await merchant.verify(was.dinars.order, was.dinars.chargeId)).text, paidLive(was.dinars.chargeId, 1234.5));
	assert.match((await merchant.verify(was.open, was.late.json.chargeId)).text, paidLive(was.late.json.chargeId, 3100));
	const [[, refunded]] = await rows(`select charge_id, refunded_minor from kassa.charge where charge_id = '${was.paid.chargeId}'`);
	assert.equal(refunded, '1100');
	assert.deepEqual(await rows(`select count(*) from kassa.charge where charge_id = '${was.declined.chargeId}'`), [['0']]);
});

test('nobody pays or is refunded twice for what was lost', async () => {
	const again = (await merchant.session(was.lost.order)).json;
	assert.equal(again.status, 'succeeded');
	assert.equal(again.chargeId, was.lost.chargeId);
	await merchant.confirm(again.id, await merchant.token(CARD.success));
	assert.equal((await merchant.charge(was.kept)).json.chargeId, was.keptAnswer.json.chargeId);
	const young = await merchant.charge(was.young);
	assert.notEqual(young.json.success, true, 'its card is not known any more');
	const tooMuch = await merchant.refund(was.lost.chargeId, 30.01);
	assert.notEqual(tooMuch.json.success, true);
	assert.deepEqual(await moved(), was.moved);
});

test('a card whose payer agreed to it is kept again', async () => {
	await eventually(() => merchant.list(was.saverContact), ({ json }) => json.length === 1);
	await booksBalance(stack);
});
