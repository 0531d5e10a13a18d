/*
 * A stand-in for Kassa that keeps what arrives: the head as it came and the body.  It takes everything, so that
 * what is refused was refused by nginx.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';

export class Backend {
	/** Requests in the order in which they came. @type {{method: string, url: string, headers: [string, string][], body: Buffer, peer: string}[]} */
	came = [];

	static async started() {
		const backend = new Backend();
		backend.server = createServer({ maxHeaderSize: 65536 }, (request, response) => { backend.take(request, response); });
		backend.server.listen(0, '127.0.0.1');
		await once(backend.server, 'listening');
		backend.port = backend.server.address().port;
		return backend;
	}

	async take(request, response) {
		const chunks = [];
		for await (const chunk of request) {
			chunks.push(chunk);
		}
		const { rawHeaders } = request;
		this.came.push({
			method: request.method, url: request.url, body: Buffer.concat(chunks),
			headers: rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [[name.toLowerCase(), rawHeaders[i + 1]]] : [])),
		});
		response.writeHead(200, { 'content-length': 2 });
		response.end('ok');
	}

	/** What arrived last at an address. */
	last(url) {
		return this.came.findLast((request) => request.url === url);
	}

	stop() {
		this.server.close();
		this.server.closeAllConnections();
	}
}
