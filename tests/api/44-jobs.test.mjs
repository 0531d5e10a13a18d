/*
 * The janitor's schedule, on a clock that the test turns: when a charge without an end is asked about, when
 * that is given up, and that nothing is ever guessed.  Workers that die and queues that are shared are in
 * 44-jobs-lost.test.mjs.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { jobOf, timeHasCome } from '../support/clock.mjs';
import { CARD, booksBalance, eventually, platformId } from '../support/payer.mjs';
import { Merchant, logLines } from '../support/merchant.mjs';
import { startStack } from '../support/stack.mjs';

const MINUTE_S = 60;
const SLACK_S = 30;	/* between a job's planning and the look at it */

/* Minutes between two questions (issue of record). */
const UNKNOWN = [1, 5, 60, 1440, 1440, 1440, 1440, 1440];
const PENDING = [60, 1440, 1440, 1440, 1440];

let stack, merchant;

before(async () => {
	stack = await startStack({
		kassa: { KASSA_PROCESSOR_TIMEOUT_MS: '200', KASSA_SANDBOX_PEND_MS: '3600000', KASSA_JOBS_POLL_MS: '60000' },
	});
	merchant = new Merchant(stack);
});
after(async () => {
	if (stack) {
		await booksBalance(stack);
		await stack.stop();
	}
});

/** The processor has an answer for nobody, as long as it is away. */
const processorAway = () => stack.psql('revoke execute on function sandbox.look_up(text, text) from kassa_server');
const processorBack = () => stack.psql('grant execute on function sandbox.look_up(text, text) to kassa_server');

function isPlanned(job, plan, step, minutes) {
	assert.equal(job.state, 'waiting');
	assert.equal(job.plan, plan);
	assert.equal(job.step, step);
	const late = minutes * MINUTE_S - job.inSeconds;
	assert.ok(late >= 0 && late < SLACK_S, `step ${step} comes in ${job.inSeconds} s, not in ${minutes} minutes`);
}

const alertsOf = (subject) => logLines(stack.logs().kassa).filter((line) => line.level === 'alert' && line.subject === subject);

const asked = (subject) => logLines(stack.logs().kassa)
	.filter((line) => line.event === 'charge_settled' && line.chargeId === subject).length;

test('an unknown charge is asked about by the schedule, then is dead with an alert, and is never guessed', async (t) => {
	const { order, chargeId } = await merchant.pay(CARD.silent, 10, 'USD');
	await processorAway();
	try {
		for (const [step, minutes] of UNKNOWN.entries()) {
			isPlanned(await eventually(() => jobOf(stack, chargeId), (job) => job.step === step && job.plan !== ''),
				'unknown', step, minutes);
			await timeHasCome(stack, chargeId);
		}
		const dead = await eventually(() => jobOf(stack, chargeId), (job) => job.state === 'dead');
		assert.equal(dead.fault, 'outcome_unknown');
		assert.equal(asked(chargeId), 1 + UNKNOWN.length, 'when it was sent, and once a step');
		await eventually(async () => alertsOf(chargeId), (alerts) => alerts.length === 1);
		assert.equal(alertsOf(chargeId)[0].event, 'job_dead');
		assert.equal(alertsOf(chargeId)[0].operation, 'charge_resolve');
		assert.equal((await merchant.books(chargeId)).status, 'unknown');
		assert.equal((await merchant.books(chargeId)).phases, 'pending');
		assert.equal((await merchant.verify(order, chargeId)).text, '{"success":false}');
	} finally {
		await processorBack();
	}
	await stack.psql(`select kassa.job_retry('${await merchant.accountId()}', ${(await jobOf(stack, chargeId)).id})`);
	await eventually(() => merchant.books(chargeId), (books) => books.status === 'succeeded');
	assert.equal(await jobOf(stack, chargeId), null);
	t.diagnostic(`asked after ${UNKNOWN.join(', ')} minutes, then dead; revived, succeeded`);
});

test('a dead charge is not looked at any more, until the processor has news of it', async () => {
	const { chargeId } = await merchant.pay(CARD.silent, 10, 'USD');
	await stack.psql(`update kassa.job set state = 'dead', fault = 'outcome_unknown', run_at = now() - interval '1 day'
		where subject = '${chargeId}'; notify kassa_job`);
	const { chargeId: other } = await merchant.pay(CARD.silent, 10, 'USD');
	await timeHasCome(stack, other);
	await eventually(() => merchant.books(other), (books) => books.status === 'succeeded');
	assert.equal((await merchant.books(chargeId)).status, 'unknown');
	assert.equal((await merchant.notify(chargeId)).status, 202);
	await eventually(() => merchant.books(chargeId), (books) => books.status === 'succeeded');
});

test('a pending charge is asked about after an hour, then daily without an end, until it has one', async () => {
	const { chargeId } = await merchant.pay(CARD.pending, 10, 'USD');
	for (const [step, minutes] of PENDING.entries()) {
		isPlanned(await eventually(() => jobOf(stack, chargeId), (job) => job.step === step && job.plan !== ''),
			'pending', step, minutes);
		await timeHasCome(stack, chargeId);
	}
	await eventually(() => jobOf(stack, chargeId), (job) => job.step === PENDING.length);
	await stack.psql(`update sandbox.operation set ends_at = now() where key = '${chargeId}'`);
	await timeHasCome(stack, chargeId);
	await eventually(() => merchant.books(chargeId), (books) => books.status === 'succeeded');
	assert.equal(await jobOf(stack, chargeId), null);
	assert.deepEqual(alertsOf(chargeId), []);
});

test('an unknown charge that turns out to be pending goes on by the pending schedule', async () => {
	const contactId = platformId();
	const paymentMethodId = await merchant.keep(contactId, CARD.pending);
	const { json: { chargeId } } = await merchant.charge({ paymentMethodId, contactId, transactionId: platformId(), amount: 10 });
	/* The processor's "pending" got lost: what would have been written then. */
	await stack.psql(`update kassa.charge set status = 'unknown' where charge_id = '${chargeId}';
		update kassa.job set plan = 'unknown', step = 2 where subject = '${chargeId}'`);
	await timeHasCome(stack, chargeId);
	isPlanned(await eventually(() => jobOf(stack, chargeId), (job) => job.plan === 'pending'), 'pending', 0, 60);
	assert.equal((await merchant.books(chargeId)).status, 'pending');
});

test('a pending charge whose processor is away stays pending, and its schedule goes on', async () => {
	const { chargeId } = await merchant.pay(CARD.pending, 10, 'USD');
	await processorAway();
	try {
		await timeHasCome(stack, chargeId);
		isPlanned(await eventually(() => jobOf(stack, chargeId), (job) => job.step === 1), 'pending', 1, 1440);
		assert.equal((await merchant.books(chargeId)).status, 'pending');
	} finally {
		await processorBack();
	}
});

test('a request that asks meanwhile does not move the schedule', async () => {
	const contactId = platformId();
	const paymentMethodId = await merchant.keep(contactId, CARD.silent);
	const what = { paymentMethodId, contactId, transactionId: platformId(), amount: 10 };
	await processorAway();
	try {
		const { json: { chargeId } } = await merchant.charge(what);
		await timeHasCome(stack, chargeId);
		await eventually(() => jobOf(stack, chargeId), (job) => job.step === 1);
		assert.equal((await merchant.charge(what)).json.chargeSnapshot.status, 'pending');
		isPlanned(await jobOf(stack, chargeId), 'unknown', 1, 5);
	} finally {
		await processorBack();
	}
	assert.equal((await merchant.charge(what)).json.success, true);
});

test('a refund without an answer follows the schedule, too', async () => {
	const { chargeId } = await merchant.pay(CARD.silent, 10, 'USD');
	await timeHasCome(stack, chargeId);
	await eventually(() => merchant.books(chargeId), (books) => books.status === 'succeeded');
	await processorAway();
	let refundId;
	try {
		refundId = (await merchant.refund(chargeId, 4)).json.id;
		isPlanned(await jobOf(stack, refundId), 'unknown', 0, 1);
		await timeHasCome(stack, refundId);
		isPlanned(await eventually(() => jobOf(stack, refundId), (job) => job.step === 1), 'unknown', 1, 5);
	} finally {
		await processorBack();
	}
	await timeHasCome(stack, refundId);
	await eventually(() => jobOf(stack, refundId), (job) => job === null);
	assert.deepEqual(await stack.psql(`select status from kassa.refund where refund_id = '${refundId}'`), [['succeeded']]);
});

/* --- what cannot be done ------------------------------------------------------------------------------ */

const TRIES = 10;

for (const [kind, fault] of [['method_save', 'processor_unsupported'], ['charge_resolve', 'processor_unsupported']]) {
	test(`a job that can never be done (${kind} of nothing) ends as dead after ${TRIES} tries, with its fault and an alert`, async () => {
		const subject = `ch_none_${kind}`;
		await stack.psql(`insert into kassa.job (account_id, kind, subject, run_at)
			values ('${await merchant.accountId()}', '${kind}', '${subject}', now() + interval '1 hour')`);
		for (let tries = 1; tries <= TRIES; tries += 1) {
			await timeHasCome(stack, subject);
			const job = await eventually(() => jobOf(stack, subject), (is) => is.tries === tries && is.fault !== ''
				&& (is.state === 'dead' || is.inSeconds < Math.min(2 ** (tries - 1), 300) + 1));
			assert.equal(job.fault, fault);
			assert.equal(job.state, tries < TRIES ? 'waiting' : 'dead');
		}
		const [alert] = await eventually(async () => alertsOf(subject).filter((line) => line.event === 'job_dead'), (lines) => lines.length > 0);
		assert.equal(alert.operation, kind);
		assert.equal(alert.fault, fault);
		await stack.psql(`delete from kassa.job where subject = '${subject}'`);
	});
}

test('a job that kills its worker every time ends as dead, too', async () => {
	const { chargeId } = await merchant.pay(CARD.silent, 10, 'USD');
	/* Ten times taken and never heard of again; its lease is over. */
	await stack.psql(`update kassa.job set tries = ${TRIES} where subject = '${chargeId}'`);
	await timeHasCome(stack, chargeId);
	const dead = await eventually(() => jobOf(stack, chargeId), (job) => job.state === 'dead');
	assert.equal(dead.fault, 'worker_lost');
	await eventually(async () => alertsOf(chargeId), (alerts) => alerts.some((line) => line.event === 'job_dead'));
	assert.equal((await merchant.books(chargeId)).status, 'unknown');
	await merchant.notify(chargeId);
	await eventually(() => merchant.books(chargeId), (books) => books.status === 'succeeded');
});

/* --- being told --------------------------------------------------------------------------------------- */

test('what is due at once is done at once, though the workers look by themselves once a minute', async (t) => {
	const contactId = platformId();
	const session = (await merchant.session(await merchant.order(20, 'USD', { contact: { id: contactId } }))).json;
	const paid = await merchant.confirmSaving(session.id, await merchant.token(CARD.success));
	assert.equal(paid.json.status, 'succeeded');
	const began = Date.now();
	await eventually(() => merchant.list(contactId), (list) => list.json.length === 1, 5000);
	t.diagnostic(`kept ${Date.now() - began} ms after the payment`);
});

test('news of nothing, of another account and of a request under way change nothing', async () => {
	const { chargeId } = await merchant.pay(CARD.pending, 10, 'USD');
	const other = await Merchant.made(stack);
	for (const [who, key] of [[merchant, 'ch_none'], [other, chargeId]]) {
		const answer = await who.notify(key);
		assert.equal(answer.status, 202);
		assert.equal(answer.text, '{"status":"heard"}', 'known or not is none of the caller\'s business');
	}
	isPlanned(await jobOf(stack, chargeId), 'pending', 0, 60);
});
