/*
 * A stand-in for the platform's read-back, whose total of refunds a test moves, and which can be away in all
 * the ways in which a server can be away.  Kassa is started with its address as KASSA_PLATFORM_URL.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';

import { platformId } from './payer.mjs';

/** How it can fail to say what it counts as refunded; each begins or ends what serve() does. */
export const AWAY = {
	'hangs up': (answer) => answer.destroy(),
	'never answers': () => {},
	'answers 500': (answer) => said(answer, 500, '{"statusCode":500,"message":"Internal Server Error"}'),
	'answers 401': (answer) => said(answer, 401, '{"statusCode":401,"message":"Invalid JWT","error":"Unauthorized"}'),
	'answers garbage': (answer) => said(answer, 200, '<html>welcome'),
	'tells no total': (answer, order) => said(answer, 200, JSON.stringify({ ...order, amountRefunded: undefined })),
	'tells a total that is none': (answer, order) => said(answer, 200, JSON.stringify({ ...order, amountRefunded: -1 })),
	'tells of another currency': (answer, order) => said(answer, 200, JSON.stringify({ ...order, currency: 'CAD' })),
};

export class Platform {
	static async started() {
		const platform = new Platform();
		platform.orders = new Map();
		platform.away = null;
		platform.server = createServer((question, answer) => platform.serve(question, answer));
		platform.server.listen(0, '127.0.0.1');
		await once(platform.server, 'listening');
		platform.port = platform.server.address().port;
		platform.url = `http://127.0.0.1:${platform.port}`;
		return platform;
	}

	serve(question, answer) {
		const order = this.orders.get(/^\/payments\/transactions\/([^/?]+)\?/.exec(question.url)?.[1]);
		if (this.away !== null) {
			this.away(answer, order);
		} else if (order === undefined) {
			said(answer, 404, '{"statusCode":404,"message":"Transaction not found"}');
		} else {
			said(answer, 200, JSON.stringify(order));
		}
	}

	/** An order, and what the platform will say of it. */
	order(amount, currency = 'USD') {
		const order = { transactionId: platformId(), orderId: platformId() };
		this.orders.set(order.transactionId, {
			_id: order.transactionId, amount, currency, amountRefunded: 0, status: 'pending', liveMode: false,
		});
		return order;
	}

	/** From now on the platform counts so much of an order as refunded. */
	counts(order, amountRefunded) {
		this.orders.get(order.transactionId).amountRefunded = amountRefunded;
	}

	stop() {
		this.server.close();
		this.server.closeAllConnections();
	}
}

function said(answer, status, text) {
	answer.writeHead(status, { 'content-type': 'application/json' });
	answer.end(text);
}
