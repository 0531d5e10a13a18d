/*
 * A payer without a browser: what the checkout page and the card frame send, step by step.
 * Used by the tests in tests/api that need a charge and not a page.
 */

/** The published test cards (README, "Test cards"). */
export const CARD = {
	success: '4242424242424242',
	mastercard: '5555555555554444',
	declined: '4000000000000002',
	noFunds: '4000000000009995',
	expired: '4000000000000069',
	wrongCode: '4000000000000127',
	challenge: '4000002500003155',
	pending: '4000000000001505',
	silent: '4000000000001604',
};

/**
 * One request with a JSON body.
 * @returns {Promise<{status: number, headers: Headers, text: string, json: any}>}
 */
export async function request(url, { method = 'POST', body, headers = {}, raw } = {}) {
	const answer = await fetch(url, {
		method,
		headers: body === undefined && raw === undefined ? headers : { 'content-type': 'application/json', ...headers },
		body: raw ?? (body === undefined ? undefined : JSON.stringify(body)),
	});
	const text = await answer.text();
	let json = null;
	try {
		json = JSON.parse(text);
	} catch {
		/* not every answer is JSON; a test that wants it will say so */
	}
	return { status: answer.status, headers: answer.headers, text, json };
}

let counted = 0;

/** An id that no other test uses, of the platform's form. */
export function platformId() {
	counted += 1;
	return (Date.now().toString(16) + process.pid.toString(16) + counted.toString(16)).padStart(24, '0').slice(-24);
}

export class Payer {
	/** @param {import('./stack.mjs').Stack} stack */
	constructor(stack) {
		this.stack = stack;
	}

	/** An order on the simulated platform; the read-back will find its amount. */
	async order(amount = 49.99, currency = 'USD', more = {}) {
		const made = await request(`${this.stack.simulatorUrl}/simulator/orders`, {
			body: { amount, currency, ...more },
		});
		if (made.status !== 201) {
			throw new Error(`order was not made: ${made.status} ${made.text}`);
		}
		return made.json;
	}

	/** Open the checkout of an order. */
	session(order, more = {}) {
		return request(`${this.stack.kassaUrl}/checkout/sessions`, {
			body: {
				publishableKey: this.stack.publishableKey,
				transactionId: order.transactionId,
				orderId: order.orderId,
				amount: '1.00',		/* what a hostile page would say; the platform is asked */
				currency: 'USD',
				dialect: 'live',
				...more,
			},
		});
	}

	/** What the frame does with a card number. */
	tokenise(number, more = {}) {
		return request(`${this.stack.kassaUrl}/sandbox/tokens`, {
			body: {
				publishableKey: this.stack.publishableKey,
				number, expiryMonth: 12, expiryYear: 2031, cvc: '123', ...more,
			},
		});
	}

	async token(number) {
		return (await this.tokenise(number)).json.token;
	}

	confirm(sessionId, token) {
		return request(`${this.stack.kassaUrl}/checkout/sessions/${sessionId}/confirm`, {
			body: token === undefined ? {} : { token },
		});
	}

	look(sessionId) {
		return request(`${this.stack.kassaUrl}/checkout/sessions/${sessionId}`, { method: 'GET' });
	}

	/** The platform's question about a payment. */
	query(body) {
		return request(`${this.stack.kassaUrl}/query`, { body: { apiKey: this.stack.apiKey, ...body } });
	}

	verify(order, chargeId) {
		return this.query({ type: 'verify', transactionId: order.transactionId, chargeId });
	}

	/** Order, session, token, confirm: everything a payer does. */
	async pay(number, amount, currency) {
		const order = await this.order(amount, currency);
		const session = (await this.session(order)).json;
		const answer = await this.confirm(session.id, await this.token(number));
		return { order, session, answer, chargeId: answer.json?.chargeId };
	}
}

/** The exact form of the live answer to verify for a paid charge. */
export function paidLive(chargeId, hundredfold) {
	return new RegExp(`^\\{"success":true,"failed":false,"message":"","chargeSnapshot":\\{"id":"${chargeId}",`
		+ `"status":"succeeded","amount":${hundredfold},"chargeId":"${chargeId}","chargedAt":\\d{10}\\}\\}$`);
}

/**
 * Ask again until it is so, or give up with what was seen last.
 * @template T
 * @param {() => Promise<T>} look
 * @param {(seen: T) => boolean} isSo
 */
export async function eventually(look, isSo, limitMs = 15000) {
	const end = Date.now() + limitMs;
	for (;;) {
		const seen = await look();
		if (isSo(seen)) {
			return seen;
		}
		if (Date.now() > end) {
			throw new Error(`did not become so in ${limitMs} ms; last seen: ${JSON.stringify(seen)}`);
		}
		await new Promise((resolve) => { setTimeout(resolve, 50); });
	}
}

/** The log line of an answer's request; it is written with the turn of the loop, so it may be a moment late. */
export async function lineOf(stack, answer) {
	const id = answer.headers.get('x-request-id');
	return JSON.parse(await eventually(() => stack.logs().kassa.split('\n').find((line) =>
		line.includes(`"${id}"`) && line.includes('"event":"request"')), Boolean));
}

/** The books balance: kassactl ledger check says so, and so do the two sides of the sandbox. */
export async function booksBalance(stack) {
	const checked = await stack.kassactl('ledger', 'check');
	if (checked.status !== 0) {
		throw new Error(`ledger check failed:\n${checked.stdout}${checked.stderr}`);
	}
	const apart = await stack.psql(`
		select c.charge_id, c.status, o.outcome
		from kassa.charge c
		left join sandbox.operation o on o.account_id = c.account_id and o.key = c.charge_id
		where c.status in ('succeeded', 'failed')
			and (c.status = 'succeeded') <> (coalesce(o.outcome::text, 'failed') = 'succeeded')`);
	if (apart.length > 0) {
		throw new Error(`books and processor disagree: ${JSON.stringify(apart)}`);
	}
}
