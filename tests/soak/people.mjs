/*
 * What is done all the time, by several at once: pay, ask whether it is paid, give back, charge a kept card, send webhooks,
 * look at settings.  Keeps what was acknowledged, for the reckoning in the end, and what can never be right.
 */
import { setTimeout as pause } from 'node:timers/promises';

import { CARD, platformId } from '../support/payer.mjs';
import { platformSigner } from '../support/mixed.mjs';
import { Announcer } from '../support/webhook.mjs';
import { GaveUp } from './caller.mjs';

const WHAT = { pay: 30, verify: 34, refund: 8, charge: 8, webhook: 14, settings: 6 };
const CARDS = { success: 78, declined: 10, pending: 6, silent: 6 };
const BREATH_MS = [5, 40];	/* between two things that one person does */
const LOOK_MS = 100;		/* a page asks again while it is processing */
const ENDS_MS = 60000;		/* what is unknown is asked about after 1, 5 and 60 minutes: here after 0.5, 3 and 33 s */

export class People {
	/** @param {import('../support/merchant.mjs').Merchant} merchant who can make orders */
	constructor(merchant, caller, chance, { kept, visit }) {
		Object.assign(this, { merchant, caller, chance, kept, visit });
		this.stack = merchant.stack;
		this.sign = platformSigner(this.stack).ed25519.sign;
		this.paid = [];			/* acknowledged: {order, chargeId, minor} */
		this.declined = [];		/* acknowledged: transactions whose card was declined */
		this.failed = [];		/* acknowledged: transactions that did not reach the processor */
		this.refunds = [];		/* acknowledged: {chargeId, refundId, minor} */
		this.charges = [];		/* of kept cards, acknowledged: {transactionId, chargeId, minor} */
		this.webhooks = [];		/* acknowledged: ids */
		this.impossible = [];		/* what can never be right */
		this.unended = [];		/* what had no answer that meant something */
		this.refundable = [];
		this.done = {};
	}

	/** Until runs is false; then each ends what it is at. */
	start(count) {
		this.runs = true;
		this.all = Promise.all(Array.from({ length: count }, () => this.live()));
	}

	async stop(withinMs) {
		this.runs = false;
		this.caller.until = Date.now() + withinMs;
		await this.all;
	}

	async live() {
		while (this.runs) {
			const what = this.chance.weighed(WHAT);
			try {
				await this[what]();
				this.done[what] = (this.done[what] ?? 0) + 1;
			} catch (error) {
				this.unended.push(`${what}: ${error instanceof GaveUp ? error.message : error.stack}`);
			}
			await pause(this.chance.between(...BREATH_MS));
		}
	}

	query(body) {
		return () => this.caller.once('POST', '/query', { apiKey: this.stack.apiKey, ...body });
	}

	async pay() {
		const minor = this.chance.between(100, 99999);
		const order = await this.order(minor);
		const card = CARD[this.chance.weighed(CARDS)];
		const opened = await this.caller.insist(() => this.caller.once('POST', '/checkout/sessions', {
			publishableKey: this.stack.publishableKey, transactionId: order.transactionId, orderId: order.orderId,
			amount: '1.00', currency: 'USD', dialect: 'live',
		}), ({ status, json }) => (status === 200 ? json : undefined));
		const end = await this.confirmed(opened.id, card);
		if (end.status === 'succeeded') {
			const paid = { order, chargeId: end.chargeId, minor };
			this.paid.push(paid);
			this.refundable.push(paid);
			if (card === CARD.declined) {
				this.impossible.push(`a declined card paid ${end.chargeId}`);
			}
		} else if (end.decline?.code === 'card_declined') {
			this.declined.push(order.transactionId);
		}
	}

	/** The platform is not what is tried, and its database is the one that is stopped. */
	async order(minor) {
		for (;;) {
			try {
				return await this.merchant.order(minor / 100, 'USD');
			} catch (error) {
				if (Date.now() > this.caller.until) {
					throw new GaveUp(error.message);
				}
				await pause(LOOK_MS);
			}
		}
	}

	/** Confirm, and ask again as the page does, until it has an end or is left to the janitor. */
	async confirmed(sessionId, number) {
		const until = Date.now() + ENDS_MS;
		let last = '';
		while (Date.now() < until) {
			const look = await this.caller.insist(() => this.caller.once('GET', `/checkout/sessions/${sessionId}`),
				({ status, json }) => (status === 200 ? json : undefined));
			if (look.status !== 'open' && look.status !== 'processing') {
				return look;
			}
			if (look.status === 'open') {
				if (look.decline?.code === 'card_declined') {
					return look;
				}
				const token = await this.caller.insist(() => this.caller.once('POST', '/sandbox/tokens', {
					publishableKey: this.stack.publishableKey, number, expiryMonth: 12, expiryYear: 2031, cvc: '123',
				}), ({ json }) => json?.token);
				const answer = await this.caller.once('POST', `/checkout/sessions/${sessionId}/confirm`, { token });
				last = answer === null ? 'no answer' : `${answer.status} ${answer.text.slice(0, 200)}`;
			} else if (number === CARD.silent) {
				return look;
			}
			await pause(look.status === 'open' ? 0 : LOOK_MS);
		}
		throw new GaveUp(`session ${sessionId} of card ${number.slice(-4)} had no end in ${ENDS_MS} ms; last confirmation: ${last}`);
	}

	/** What was acknowledged once is paid for ever. */
	async verify() {
		if (this.paid.length === 0) {
			return;
		}
		const { order, chargeId } = this.chance.of(this.paid);
		const answer = await this.query({ type: 'verify', transactionId: order.transactionId, chargeId })();
		if (answer?.status === 200 && answer.json?.success !== true) {
			this.impossible.push(`verify of ${chargeId}, which is paid: ${answer.text}`);
		}
	}

	async refund() {
		const paid = this.refundable.shift();
		if (paid === undefined) {
			return;
		}
		const minor = this.chance.between(1, paid.minor);
		const refundId = await this.caller.insist(this.query({ type: 'refund', chargeId: paid.chargeId, amount: minor / 100 }),
			({ status, json }) => (status === 200 && json?.success === true ? json.id : undefined));
		this.refunds.push({ chargeId: paid.chargeId, refundId, minor });
	}

	async charge() {
		const { paymentMethodId, contactId } = this.chance.of(this.kept);
		const minor = this.chance.between(100, 99999);
		const transactionId = platformId();
		const end = await this.caller.insist(this.query({ type: 'charge_payment', paymentMethodId, contactId, transactionId,
			amount: minor / 100, currency: 'USD', chargeDescription: 'Invoice - 1' }),
		({ status, json }) => (status === 200 && (json?.success === true || json?.failed === true) ? json : undefined));
		if (end.success) {
			this.charges.push({ transactionId, chargeId: end.chargeId, minor });
		} else {
			this.failed.push(transactionId);	/* killed before it was sent, and said so */
		}
	}

	async webhook() {
		const body = Announcer.body({ type: 'TaskCreate', locationId: this.stack.locationId });
		const raw = JSON.stringify(body);
		await this.caller.insist(() => this.caller.once('POST', '/webhooks', raw, { 'x-ghl-signature': this.sign(raw) }),
			({ status, json }) => (status === 200 && ['stored', 'duplicate'].includes(json?.state) ? true : undefined));
		this.webhooks.push(body.webhookId);
	}

	async settings() {
		const answer = await this.caller.once('GET', '/settings/state', undefined, { authorization: `Bearer ${this.visit}` });
		if (answer?.status === 200 && answer.json?.location?.id !== this.stack.locationId) {
			this.impossible.push(`settings of another location: ${answer.text.slice(0, 200)}`);
		}
	}
}
