/*
 * Mixed traffic at a steady rate, of which every answer has to be the right one: the platform verifies, payers pay step
 * by step, signed webhooks come.  Used by the tests of restarts and upgrades, 81-rolling and 82-upgrade.
 */
import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';

import { CARD, paidLive } from './payer.mjs';
import { Announcer } from './webhook.mjs';

/** Signs webhooks as the stack's simulator does. */
export function platformSigner(stack) {
	const pem = readFileSync(path.join(stack.folder, 'secrets/webhook-keys'), 'utf8');
	const key = createPrivateKey(/-----BEGIN[\s\S]*?-----END[^\n]*/.exec(pem)[0]);
	return { ed25519: { sign: (text) => sign(null, Buffer.from(text), key).toString('base64') } };
}

export class Traffic {
	/**
	 * @param {import('./payer.mjs').Payer} payer whose requests go where the traffic goes
	 * @param {number} rate requests a second
	 */
	constructor(payer, rate) {
		this.payer = payer;
		this.interval = 1000 / rate;
		this.announcer = new Announcer(() => payer.stack.kassaUrl, platformSigner(payer.stack));
		this.asked = { verify: 0, checkout: 0, webhook: 0 };
		this.wrong = [];
		this.paid = [];		/* acknowledged payments */
		this.received = [];	/* acknowledged webhooks */
		this.slowest = 0;
		this.ready = [];	/* next steps of payers who have begun */
	}

	async start() {
		const { order, chargeId } = await this.payer.pay(CARD.success, 10, 'USD');
		this.known = { order, chargeId };
		this.runs = true;
		this.running = this.run();
	}

	/** No new requests; those that are under way are waited for. */
	async stop() {
		this.runs = false;
		await this.running;
	}

	async run() {
		const kinds = [() => this.verify(), () => this.webhook(), () => this.verify(), () => this.checkout()];
		const under = new Set();
		const began = performance.now();
		for (let i = 0; this.runs; i += 1) {
			const early = began + i * this.interval - performance.now();
			await (early > 0 ? pause(early) : turn());	/* late ones catch up */
			const one = kinds[i % kinds.length]().catch((error) => this.wrong.push(String(error.cause ?? error)));
			under.add(one);
			void one.finally(() => under.delete(one));
		}
		this.seconds = (performance.now() - began) / 1000;
		await Promise.all(under);
	}

	/** Ask once; anything but the right answer is remembered. */
	async ask(kind, question, isRight) {
		this.asked[kind] += 1;
		const began = performance.now();
		const answer = await question();
		this.slowest = Math.max(this.slowest, performance.now() - began);
		if (!isRight(answer)) {
			this.wrong.push(`${kind}: ${answer.status} ${answer.text.slice(0, 200)}`);
			return null;
		}
		return answer;
	}

	verify() {
		const { order, chargeId } = this.known;
		return this.ask('verify', () => this.payer.verify(order, chargeId),
			(answer) => paidLive(chargeId, 1000).test(answer.text));
	}

	async webhook() {
		const body = Announcer.body({ type: 'TaskCreate', locationId: this.payer.stack.locationId });
		if (await this.ask('webhook', () => this.announcer.send(body), (answer) => answer.json?.state === 'stored')) {
			this.received.push(body.webhookId);
		}
	}

	/** The next step of somebody who pays: open, type the card, confirm. */
	async checkout() {
		const next = this.ready.shift() ?? (() => this.open());
		await next();
	}

	async open() {
		const order = await this.payer.order(11, 'USD');
		const opened = await this.ask('checkout', () => this.payer.session(order), ({ status, json }) =>
			status === 200 && json?.status === 'open');
		if (opened) {
			this.ready.push(() => this.type(order, opened.json.id));
		}
	}

	async type(order, sessionId) {
		const typed = await this.ask('checkout', () => this.payer.tokenise(CARD.success), ({ json }) => Boolean(json?.token));
		if (typed) {
			this.ready.push(() => this.confirm(order, sessionId, typed.json.token));
		}
	}

	async confirm(order, sessionId, token) {
		const answer = await this.ask('checkout', () => this.payer.confirm(sessionId, token),
			({ json }) => json?.status === 'succeeded');
		if (answer) {
			this.paid.push({ order, chargeId: answer.json.chargeId });
		}
	}

	get total() {
		return Object.values(this.asked).reduce((sum, count) => sum + count, 0);
	}

	/** What the books have of what was acknowledged: each payment once, each webhook once. */
	async unbooked() {
		const list = (ids) => `array[${ids.map((id) => `'${id}'`).join()}]::text[]`;
		const [[charges]] = await this.payer.stack.psql(`select count(*) from unnest(${list(this.paid.map(({ chargeId }) => chargeId))}) id
			where (select count(*) from kassa.charge c where c.charge_id = id and c.status = 'succeeded' and c.captured_minor = 1100) <> 1`);
		const [[twice]] = await this.payer.stack.psql(`select count(*) from (select from kassa.charge where status = 'succeeded'
			group by account_id, transaction_id having count(*) > 1) t`);
		const [[webhooks]] = await this.payer.stack.psql(`select count(*) from unnest(${list(this.received)}) id
			where (select count(*) from kassa.webhook w where w.webhook_id = id) <> 1`);
		return { charges: Number(charges), twice: Number(twice), webhooks: Number(webhooks) };
	}
}
