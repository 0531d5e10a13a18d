/*
 * A little of everything that a merchant's day brings, at once and without end: payers in checkouts, kept cards
 * charged, refunds, questions whether it is paid, webhooks.  Each is repeated as its sender would repeat it until it
 * has its end, whatever becomes of the database meanwhile.  judge() then says whether all of it came out right.
 * The account has no platform connection, so that the simulator, whose database may be in the same cluster, is not
 * needed.  Used by tests/api/71-database*.
 */
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import { Merchant } from './merchant.mjs';
import { CARD, booksBalance, eventually, platformId, request } from './payer.mjs';
import { Announcer, signer } from './webhook.mjs';

const signers = { ed25519: signer('ed25519') };
const PACE_MS = 10;
const AGAIN_MS = 100;
const PAYERS = 3;

/** Settings of a Kassa under this traffic: short limits, and a janitor in a hurry. */
export const SETTINGS = {
	KASSA_WEBHOOK_KEY: signers.ed25519.spki, KASSA_DATABASE_TIMEOUT_MS: '1000', KASSA_PROCESSOR_TIMEOUT_MS: '1500',
	KASSA_RESOLVE_AFTER_MS: '300', KASSA_JOBS_POLL_MS: '100', KASSA_RESOLVE_MINUTE_MS: '200',
};

/* What somebody may be told while the database has its troubles; everything else is a wrong answer. */
const CALM = [503].flatMap((status) => ['store_unavailable', 'store_busy', 'processor_unavailable'].map((code) => `${status} ${code}`));

export class Traffic {
	/** @param {import('./stack.mjs').Stack} stack */
	constructor(stack) {
		this.stack = stack;
		this.platform = new Announcer(() => stack.kassaUrl, signers);
	}

	/** A merchant, a kept card, and a checkout that nobody ever pays. */
	async prepare() {
		this.merchant = await Merchant.made(this.stack);
		this.contact = platformId();
		this.method = await this.merchant.keep(this.contact, CARD.success);
		this.unpaid = { transactionId: platformId() };
		assert.equal((await this.open(this.unpaid)).status, 200);
		await this.payOne();
	}

	open({ transactionId }) {
		return this.merchant.session({ transactionId }, { amount: '20.00' });
	}

	/* --- what was seen ----------------------------------------------------------------------------- */

	/** Transactions that somebody was told are paid, refunds that were told to be made, webhooks that were taken. */
	told = { paid: new Map(), refunded: [], webhooks: [] };

	answers = new Map();	/* "confirm 503 store_unavailable" → how often */
	wrong = [];
	slowestMs = 0;
	served = 0;		/* answers that were no complaint */
	isLost = false;		/* nobody repeats anything any more */

	/** Ask, and note the answer; null: nobody answered, or not now. */
	async ask(what, send) {
		const from = performance.now();
		const answer = await send().catch(() => null);
		this.slowestMs = Math.max(this.slowestMs, performance.now() - from);
		const said = answer === null ? 'nobody' : `${answer.status}${answer.status >= 400 ? ` ${answer.json?.code ?? answer.json?.error?.code}` : ''}`;
		this.answers.set(`${what} ${said}`, (this.answers.get(`${what} ${said}`) ?? 0) + 1);
		if (answer !== null && answer.status < 400) {
			this.served += 1;
			return answer;
		}
		if (!(what === 'webhook' ? ['429 webhook_unstored'] : CALM).includes(said)) {
			this.wrong.push(`${what}: ${said} ${answer?.text ?? ''}`);
		}
		return null;
	}

	/** How often somebody was told to come again. */
	get complaints() {
		return Array.from(this.answers).filter(([said]) => / (503|429) /.test(said)).reduce((sum, [, count]) => sum + count, 0);
	}

	/** Repeat until there is an answer of the wanted kind; a wrong one is the end of it. */
	async until(what, send, isIt) {
		for (;;) {
			const wrong = this.wrong.length;
			const answer = await this.ask(what, send);
			if (this.wrong.length > wrong) {
				throw new Error(this.wrong.at(-1));
			}
			if (this.isLost) {
				throw new Error('the test has failed');
			}
			if (answer !== null && isIt(answer)) {
				return answer;
			}
			await pause(AGAIN_MS);
		}
	}

	/* --- the day ----------------------------------------------------------------------------------- */

	/** A payer: opens, pays, looks again until it is so, as the page does. */
	async payOne() {
		const transactionId = platformId();
		let { json: state } = await this.until('open', () => this.open({ transactionId }), () => true);
		const sessionId = state.id;
		while (state.status !== 'succeeded') {
			if (state.status === 'failed') {
				this.wrong.push(`a payer cannot pay any more: ${JSON.stringify(state)}`);
				return null;
			}
			if (state.status === 'open') {
				const token = (await this.until('token', () => this.merchant.tokenise(CARD.success), () => true)).json.token;
				await this.ask('confirm', () => this.merchant.confirm(sessionId, token));
			} else {
				await pause(AGAIN_MS);
			}
			state = (await this.until('look', () => this.merchant.look(sessionId), () => true)).json;
		}
		this.told.paid.set(transactionId, state.chargeId);
		return { transactionId, chargeId: state.chargeId };
	}

	async payAndAsk() {
		const order = await this.payOne();
		if (order === null) {
			return;
		}
		const answer = await this.ask('verify', () => this.merchant.verify(order, order.chargeId));
		if (answer !== null && answer.json.success !== true) {
			this.wrong.push(`verify of a paid one: ${answer.text}`);
		}
		/* Only a definite no is an end; the transaction is asked for again until then. */
		await this.until('refund', () => this.merchant.refund(order.chargeId, 1), ({ json }) => json.success === true);
		this.told.refunded.push(order.chargeId);
	}

	async chargeKept() {
		const transactionId = platformId();
		const { json } = await this.until('charge', () => this.merchant.charge({ contactId: this.contact,
			paymentMethodId: this.method, transactionId, amount: 7 }), (answer) => answer.json.success === true || answer.json.failed === true);
		if (json.success) {
			this.told.paid.set(transactionId, json.chargeId);
		}
	}

	async askUnpaid() {
		const answer = await this.ask('verify', () => this.merchant.verify(this.unpaid, 'ch_none'));
		if (answer?.json.success === true) {
			this.wrong.push(`verify of an unpaid one: ${answer.text}`);
		}
	}

	async announce() {
		const body = Announcer.body({ type: 'TaskCreate', locationId: this.stack.locationId });
		await this.until('webhook', () => this.platform.send(body), () => true);
		this.told.webhooks.push(body.webhookId);
	}

	/** Begin; everything goes on until stop(). */
	start() {
		this.isOn = true;
		const again = async (act) => {
			while (this.isOn) {
				await act();
				await pause(PACE_MS);
			}
		};
		const acts = [...Array(PAYERS).fill(() => this.payAndAsk()), () => this.chargeKept(), () => this.askUnpaid(), () => this.announce()];
		this.running = Promise.allSettled(acts.map(again));	/* what went wrong is in this.wrong */
	}

	/** So many more answers that are no complaint: things go well. */
	async flows(count, limitMs = 20000) {
		const from = this.served;
		const began = performance.now();
		await eventually(async () => {
			assert.deepEqual(this.wrong, []);
			return this.served - from;
		}, (served) => served >= count, limitMs);
		return Math.round(performance.now() - began);
	}

	/** Begin nothing any more; what was begun comes to its end. */
	async stop() {
		this.isOn = false;
		await this.running;
	}

	/* --- how it came out --------------------------------------------------------------------------- */

	/** @returns {string} a line of figures */
	async judge() {
		const { stack, told } = this;
		const count = async (sql) => Number((await stack.psql(sql))[0][0]);
		/* Leases of jobs that were lost with their connection are long; the clock is turned for them. */
		await eventually(async () => {
			await stack.psql("update kassa.job set run_at = now() where run_at > now() + interval '2 seconds'");
			return count(`select (select count(*) from kassa.charge where settled_at is null)
				+ (select count(*) from kassa.refund where settled_at is null)`);
		}, (open) => open === 0, 30000);
		assert.deepEqual(this.wrong, []);
		await booksBalance(stack);
		assert.equal(await count(`select count(*) from (select c.transaction_id from sandbox.operation o
			join kassa.charge c on c.account_id = o.account_id and c.charge_id = o.key
			where o.outcome = 'succeeded' group by 1 having count(*) > 1) twice`), 0, 'a transaction was charged twice');
		const list = (values) => Array.from(values, (value) => `'${value}'`).join();
		assert.equal(await count(`select count(*) from kassa.charge where status = 'succeeded'
			and charge_id in (${list(told.paid.values())})`), told.paid.size, 'whoever was told "paid" is paid');
		assert.equal(await count(`select count(*) from kassa.charge where refunded_minor = 100
			and charge_id in (${list(told.refunded)})`), told.refunded.length, 'each refund was made, and once');
		assert.equal(await count(`select count(distinct webhook_id) from kassa.webhook where webhook_id in (${list(told.webhooks)})`),
			told.webhooks.length, 'a webhook that was taken is stored');
		return `${told.paid.size} paid, ${told.refunded.length} refunded, ${told.webhooks.length} webhooks, slowest answer `
			+ `${Math.round(this.slowestMs)} ms; ${Array.from(this.answers, ([said, times]) => `${said}: ${times}`).sort().join(', ')}`;
	}
}

/** Prepare, run, do something to the database in the middle, and judge. */
export async function throughTrouble(stack, trouble) {
	const traffic = new Traffic(stack);
	await traffic.prepare();
	traffic.start();
	try {
		await traffic.flows(100);
		await trouble(traffic);
		await traffic.flows(100);
	} catch (error) {
		traffic.isLost = true;	/* nobody will end the trouble: who waits for that would wait for ever */
		throw error;
	} finally {
		await traffic.stop();
	}
	console.log(`# ${await traffic.judge()}`);
	return traffic;
}
