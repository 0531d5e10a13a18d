// Clients that take their time, in front of nginx: they are closed in time, Kassa never hears of them, and others
// are served meanwhile.  What Kassa does alone is in tests/api/10-http-raw.test.mjs.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, describe, test } from 'node:test';
import tls from 'node:tls';

import { Client, ask, get } from '../api/raw/raw.mjs';
import { http } from '../api/raw/requests.mjs';
import { Backend } from './backend.mjs';
import { startNginx } from './nginx.mjs';

const HEADER_S = 10, BODY_S = 5;	// conf/nginx.conf
const LATE_S = 2.5;
const AT_ONCE_MS = 3000;	// of a busy machine; who had to wait for the slow ones would wait longer

let backend, nginx;
before(async () => {
	backend = await Backend.started();
	nginx = await startNginx(backend.port);
});
after(async () => {
	await nginx?.stop();
	backend?.stop();
});

/* Seconds until the other side closes, `drip` being written each second until then. */
function closedAfter(socket, drip) {
	return new Promise((resolve, reject) => {
		const began = Date.now();
		const late = setTimeout(() => end(reject, new Error('still open after 25 s')), 25000);
		const dripping = drip && setInterval(() => { socket.write(drip); }, 1000);
		const end = (settle, value) => {
			clearTimeout(late);
			clearInterval(dripping);
			socket.destroy();
			settle(value);
		};
		socket.resume();
		for (const event of ['end', 'close', 'error']) {
			socket.once(event, () => end(resolve, (Date.now() - began) / 1000));
		}
	});
}

const secured = (first, protocol) => new Promise((resolve, reject) => {
	const socket = tls.connect({ port: nginx.port, host: '127.0.0.1', ...nginx.secure, ALPNProtocols: [protocol] });
	socket.once('error', reject);
	socket.once('secureConnect', () => { socket.write(Buffer.from(first, 'latin1')); resolve(socket); });
});

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const SETTINGS = '\0\0\0\x04\0\0\0\0\0';
const HEADERS_UNFINISHED = '\0\0\x01\x01\0\0\0\0\x01\x82';

// what they do, how they begin, what they write each second, when they are closed
const SLOW = [
	['no TLS at all', () => net.connect(nginx.port, '127.0.0.1'), null, HEADER_S],
	['half a TLS greeting', () => net.connect(nginx.port, '127.0.0.1', function greet() { this.write('\x16\x03\x01'); }), null, HEADER_S],
	['not a word', () => secured('', 'http/1.1'), null, HEADER_S],
	['half a header', () => secured('GET / HTTP/1.1\r\nHost: t\r\n', 'http/1.1'), null, HEADER_S],
	['a header that goes on and on', () => secured('GET / HTTP/1.1\r\nHost: t\r\n', 'http/1.1'), 'X: y\r\n', HEADER_S],
	['half a body', () => secured(http(['POST /query HTTP/1.1', 'Host: t', 'Content-Length: 99'], 'ab'), 'http/1.1'), null, BODY_S],
	['half a chunk', () => secured(http(['POST /query HTTP/1.1', 'Host: t', 'Transfer-Encoding: chunked'], '9\r\nab'), 'http/1.1'),
		null, BODY_S],
	['a frame that is not finished', () => secured(`${PREFACE}${SETTINGS}\0\0\x09`, 'h2'), null, HEADER_S],
];

/* RST_STREAM of stream 1; its connection may be used on. */
const STREAM_RESET = Buffer.from([0, 0, 4, 3, 0, 0, 0, 0, 1]);

describe('slow clients', { concurrency: 24 }, () => {
	for (const [name, begin, drip, limit] of SLOW) {
		test(`${name}: closed after ${limit} s, unheard`, async () => {
			const seconds = await closedAfter(await begin(), drip);
			assert.ok(seconds >= limit - 1 && seconds <= limit + LATE_S, `closed after ${seconds} s`);
			assert.deepEqual(backend.came.filter(({ url }) => url === '/query'), []);
		});
	}

	test(`headers in frames that are not finished: their stream is reset after ${HEADER_S} s`, async () => {
		const socket = await secured(PREFACE + SETTINGS + HEADERS_UNFINISHED, 'h2');
		const began = Date.now();
		await new Promise((resolve, reject) => {
			socket.on('data', (data) => { if (data.includes(STREAM_RESET)) resolve(); });
			socket.once('close', () => reject(new Error('closed')));
		});
		socket.destroy();
		const seconds = (Date.now() - began) / 1000;
		assert.ok(seconds >= HEADER_S - 1 && seconds <= HEADER_S + LATE_S, `${seconds} s`);
	});

	test('bodies that drip are at most 100 of an address, and others are served', async (t) => {
		const clients = Array.from({ length: 130 }, () => new Client(nginx.port, { secure: nginx.secure, from: '127.0.3.1' }));
		t.after(() => clients.forEach((client) => client.drop()));
		clients.forEach((client) => client.send(http(['POST /processors/p/notifications HTTP/1.1', 'Host: t', 'Content-Length: 99'], 'a')));
		const early = await Promise.all(clients.map((client) => client.read({ ms: 3000 }).then((answer) => answer?.status, () => 'open')));
		const refused = early.filter((status) => status === 429).length;
		assert.equal(early.filter((status) => status === 'open').length + refused, 130, early.join());
		assert.ok(refused >= 30, `${refused} refused`);
		const began = Date.now();
		assert.equal((await ask(nginx.port, get('/'), { secure: nginx.secure, from: '127.0.3.2' })).status, 200);
		assert.ok(Date.now() - began < AT_ONCE_MS);
	});

	test('an answer is given to others at once meanwhile', async () => {
		for (let i = 0; i < 40; i++) {
			const began = Date.now();
			assert.equal((await ask(nginx.port, get('/checkout'), { secure: nginx.secure, from: '127.0.3.3' })).status, 200);
			assert.ok(Date.now() - began < AT_ONCE_MS, `${Date.now() - began} ms`);
			await new Promise((resolve) => { setTimeout(resolve, 200); });
		}
	});
});
