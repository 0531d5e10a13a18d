/*
 * External billing without a browser: a platform that takes reports and can be away, and an installer who
 * pays.  Used by tests/api/35-billing.test.mjs and tests/browser/15-billing.test.mjs.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';

import { Payer, request } from './payer.mjs';

export const CLIENT_ID = '65f0b217a05c774da7f1efa5-billing';
export const CLIENT_SECRET = 'a-client-secret-of-this-test';

/** The platform's end of the billing webhook; everything else is 404. */
export class Biller {
	static async started() {
		const biller = new Biller();
		biller.server = createServer((question, answer) => biller.take(question, answer));
		biller.server.listen(0, '127.0.0.1');
		await once(biller.server, 'listening');
		biller.url = `http://127.0.0.1:${biller.server.address().port}`;
		return biller;
	}

	calls = [];	/* {headers, text, json} */
	away = null;	/* (answer) => whatever it does instead of taking the report */

	settings(account, more = {}) {
		return {
			KASSA_PLATFORM_URL: this.url, KASSA_CLIENT_ID: CLIENT_ID, KASSA_CLIENT_SECRET: CLIENT_SECRET,
			KASSA_CLIENT_SECRET_FILE: '', KASSA_BILLING_AMOUNT: '12.50', KASSA_BILLING_CURRENCY: 'USD',
			KASSA_BILLING_TYPE: 'recurring', KASSA_BILLING_ACCOUNT: account, KASSA_BILLING_NAME: 'Payments for agencies',
			KASSA_JOBS_POLL_MS: '50', ...more,
		};
	}

	/** The reports of an order, in the order in which they came. */
	of(order) {
		return this.calls.filter(({ json }) => json.subscriptionId === order.id);
	}

	async take(question, answer) {
		const chunks = [];
		for await (const chunk of question) {
			chunks.push(chunk);
		}
		const text = Buffer.concat(chunks).toString();
		if (question.method !== 'POST' || question.url !== '/oauth/billing/webhook') {
			answer.writeHead(404, { 'content-type': 'application/json' });
			answer.end('{"statusCode":404,"message":"Not found"}');
			return;
		}
		this.calls.push({ headers: question.headers, text, json: JSON.parse(text) });
		if (this.away !== null) {
			this.away(answer);
			return;
		}
		answer.writeHead(201, { 'content-type': 'application/json' });
		answer.end('{"success":true}');
	}

	stop() {
		this.server.close();
		this.server.closeAllConnections();
	}
}

/** Who was sent to the billing page by the platform, and pays there. */
export class Installer extends Payer {
	link(more = {}) {
		const query = new URLSearchParams({ clientId: CLIENT_ID, installType: 'location', ...more });
		return `?${query}`;
	}

	plan(more) {
		return request(`${this.stack.kassaUrl}/billing/plan${this.link(more)}`, { method: 'GET' });
	}

	orderOpen(more = {}) {
		return request(`${this.stack.kassaUrl}/billing/orders`, {
			body: { clientId: CLIENT_ID, installType: 'location', ...more },
		});
	}

	orderLook(id) {
		return request(`${this.stack.kassaUrl}/billing/orders/${id}`, { method: 'GET' });
	}

	/** The checkout of an order, as the billing page opens it. */
	checkout(order, more = {}) {
		return this.session({ transactionId: order.id, orderId: order.id }, {
			publishableKey: order.publishableKey, amount: order.amount, currency: order.currency, ...more,
		});
	}

	/** Pay an order with a card. */
	async payOrder(order, number) {
		const session = (await this.checkout(order)).json;
		const token = (await this.tokenise(number, { publishableKey: order.publishableKey })).json.token;
		return this.confirm(session.id, token);
	}
}
