/*
 * A merchant without a platform: cards kept for contacts, charges without their payer, refunds, and a
 * processor's notifications.  Used by the tests in tests/api that need more than a payer.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { Payer, platformId, request } from './payer.mjs';

/** Can be kept, but is declined when it is charged (README, "Test cards"). */
export const CARD_KEPT_DECLINES = '4000000000000341';

export class Merchant extends Payer {
	/**
	 * @param {import('./stack.mjs').Stack} stack
	 * @param {{apiKey: string, publishableKey: string, accountId?: string}} [account] not the demo account
	 */
	constructor(stack, account = stack) {
		super(stack);
		this.account = account;
	}

	/** A merchant of its own, without a platform token: the amount of the page is what is charged. */
	static async made(stack) {
		const made = await stack.kassactl('account', 'create', '--location', `plain${platformId()}`,
			'--mode', 'test', '--json');
		return new Merchant(stack, JSON.parse(made.stdout));
	}

	query(body) {
		return super.query({ apiKey: this.account.apiKey, ...body });
	}

	session(order, more = {}) {
		return super.session(order, { publishableKey: this.account.publishableKey, ...more });
	}

	tokenise(number, more = {}) {
		return super.tokenise(number, { publishableKey: this.account.publishableKey, ...more });
	}

	async token(number, more) {
		return (await this.tokenise(number, more)).json.token;
	}

	/** Confirm a session, and agree that the card is kept. */
	confirmSaving(sessionId, token, save = true) {
		return request(`${this.stack.kassaUrl}/checkout/sessions/${sessionId}/confirm`, { body: { token, save } });
	}

	setup(contactId, more = {}) {
		return request(`${this.stack.kassaUrl}/checkout/setups`, {
			body: { publishableKey: this.account.publishableKey, contactId, dialect: 'live', ...more },
		});
	}

	setupConfirm(setupId, token) {
		return request(`${this.stack.kassaUrl}/checkout/setups/${setupId}/confirm`, {
			body: token === undefined ? {} : { token },
		});
	}

	/** Keep a card for a contact. @returns {Promise<string>} the payment method's id */
	async keep(contactId, number, more) {
		const setup = (await this.setup(contactId)).json;
		const kept = await this.setupConfirm(setup.id, await this.token(number, more));
		if (kept.json?.status !== 'succeeded') {
			throw new Error(`card was not kept: ${kept.status} ${kept.text}`);
		}
		return (await this.list(contactId)).json[0].id;
	}

	list(contactId, more = {}) {
		return this.query({ type: 'list_payment_methods', contactId, ...more });
	}

	/** @param {object} what paymentMethodId, contactId, transactionId, amount; in the live dialect */
	charge(what) {
		return this.query({ type: 'charge_payment', currency: 'USD', chargeDescription: 'Invoice - 1', ...what });
	}

	/** The same in the brief's dialect, which names no transaction. */
	chargeBrief(what) {
		return this.query({ type: 'charge_payment_method', currency: 'USD', ...what });
	}

	refund(chargeId, amount, more = {}) {
		return this.query({ type: 'refund', chargeId, amount, ...more });
	}

	async accountId() {
		this.account.accountId ??= (await this.stack.psql(`select account_id from kassa.api_key
			where publishable_key = '${this.account.publishableKey}'`))[0][0];
		return this.account.accountId;
	}

	/** The sandbox says that it has news of a key. */
	async notify(key) {
		return request(`${this.stack.kassaUrl}/processors/sandbox/notifications`, {
			body: { accountId: await this.accountId(), key },
		});
	}

	/** Status and decline of a charge in the books, and its transfers. */
	async books(chargeId) {
		const [[status, decline, captured, refunded]] = await this.stack.psql(`select status, decline,
			captured_minor, refunded_minor from kassa.charge where charge_id = '${chargeId}'`);
		const phases = await this.stack.psql(`select phase from kassa.transfer
			where charge_id = '${chargeId}' order by transfer_id`);
		return { status, decline, captured: Number(captured), refunded: Number(refunded), phases: phases.flat().join(' ') };
	}
}

/**
 * Do something ${count} times, ${clients} at once.
 * @template T
 * @param {(index: number) => Promise<T>} act
 * @returns {Promise<T[]>} in the order of the indexes
 */
export async function crowd(count, clients, act) {
	const results = new Array(count);
	let next = 0;
	await Promise.all(Array.from({ length: Math.min(clients, count) }, async () => {
		while (next < count) {
			const index = next;
			next += 1;
			results[index] = await act(index);
		}
	}));
	return results;
}

/**
 * Hold what a statement locks, in a transaction of its own, until release() is called.
 * @param {import('./stack.mjs').Stack} stack
 */
export async function lockHeld(stack, sql) {
	const child = spawn('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-h', stack.socket,
		'-U', 'postgres', '-d', 'kassa'], { stdio: ['pipe', 'pipe', 'inherit'] });
	const ended = once(child, 'exit');
	child.stdin.write(`begin;\n${sql};\n\\echo held\n`);
	let said = '';
	for await (const chunk of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
		said += chunk;
		if (/^held$/m.test(said)) {
			break;
		}
	}
	return {
		release: async () => {
			child.stdin.end('rollback;\n');
			child.stdout.resume();
			await ended;
		},
	};
}

/** What a log says: its lines as objects. */
export function logLines(text) {
	return text.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
}
