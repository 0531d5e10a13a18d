// What conf/nginx.conf lets through to Kassa, and what it answers itself: headers, bodies, addresses, limits, TLS.
// Behind it is a server that takes everything.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { after, before, test } from 'node:test';
import tls from 'node:tls';

import { Client, ask, get, post } from '../api/raw/raw.mjs';
import { http, many } from '../api/raw/requests.mjs';
import { top } from '../support/stack.mjs';
import { Backend } from './backend.mjs';
import { HOST, askHttp2, startNginx } from './nginx.mjs';

const KIB = 1024;

let backend, nginx, front;

before(async () => {
	backend = await Backend.started();
	nginx = await startNginx(backend.port);
	front = await startNginx(backend.port, { behind: true });
});
after(async () => {
	const errors = nginx.errors();
	await Promise.all([nginx.stop(), front.stop()]);
	backend.stop();
	assert.doesNotMatch(errors, /\[(alert|emerg|crit)\]|exited on signal/);
	assert.doesNotMatch(errors, /temporary file/, 'a body of a payment was written to the disk');
});

/* Each test has an address of its own, since limits are by address. */
let addresses = 1;
const elsewhere = () => ({ secure: nginx.secure, from: `127.0.1.${addresses++}` });
const asked = (bytes, options = elsewhere()) => ask(nginx.port, bytes, options);

// --- headers -----------------------------------------------------------------------------------

/* What Kassa reads: its source says so. */
function headersRead() {
	const read = new Set();
	for (const folder of ['src/web', 'src/serve', 'src/install', 'src/pay']) {
		for (const name of readdirSync(path.join(top, folder)).filter((file) => file.endsWith('.c'))) {
			const text = readFileSync(path.join(top, folder, name), 'utf8');
			for (const [, header] of text.matchAll(/serve_header\(\s*\S+,\s*"([^"]+)"\)/g)) {
				read.add(header);
			}
		}
	}
	return read;
}

const HTTP = ['host', 'content-length', 'connection'];
const SOMEWHERE = { authorization: '/settings/state', 'x-ghl-signature': '/webhooks', 'x-wh-signature': '/webhooks' };

test('headers that Kassa reads arrive, and no others do', async () => {
	const read = headersRead();
	assert.ok(read.size >= 7, Array.from(read).join());
	const others = ['cookie', 'x-forwarded-for', 'x-forwarded-host', 'forwarded', 'user-agent', 'origin', 'referer', 'range', 'te',
		'x-request-id', 'x-http-method-override', 'x-original-url', 'accept', 'upgrade', 'proxy-authorization'];
	const lines = Array.from([...read, ...others]).filter((name) => name !== 'content-type')
		.map((name) => `${name}: value-of-${name}\r\n`).join('');
	const arrived = new Set();
	for (const where of ['/checkout/sessions', ...new Set(Object.values(SOMEWHERE))]) {
		assert.equal((await asked(post(where, '{}', `${lines}Content-Type: application/json\r\n`))).status, 200);
		for (const [name, value] of backend.last(where).headers) {
			arrived.add(name);
			assert.ok(read.has(name) || HTTP.includes(name), `${name} came through`);
			assert.ok(!(name in SOMEWHERE) || SOMEWHERE[name] === where, `${name} came to ${where}`);
			if (read.has(name) && !['x-real-ip', 'content-type'].includes(name)) {
				assert.equal(value, `value-of-${name}`);
			}
		}
	}
	assert.deepEqual(Array.from(read).filter((name) => !arrived.has(name)), [], 'read by Kassa and not passed on');
});

for (const count of [30, 130]) {
	test(`${count} headers pass, of which the last one arrives`, async () => {
		const headers = many(count - 2, (i) => `X-${i}: y\r\n`);
		assert.equal((await asked(get('/checkout', `${headers}If-None-Match: "last"\r\n`))).status, 200);
		assert.ok(backend.last('/checkout').headers.some(([name, value]) => name === 'if-none-match' && value === '"last"'));
	});
}

test('the host is the configured one, whatever is said', async () => {
	for (const request of [get('/host', '').replace('Host: test', 'Host: evil.example'),
		http(['GET http://evil.example/host HTTP/1.1', 'Host: test'])]) {
		assert.equal((await asked(request)).status, 200);
		assert.deepEqual(backend.last('/host').headers.find(([name]) => name === 'host'), ['host', HOST]);
	}
});

// --- the client's address ----------------------------------------------------------------------

test("the client's address is the connection's, and cannot be forged", async () => {
	const options = elsewhere();
	const lies = ['X-Real-IP', 'x-real-ip', 'X-Forwarded-For', 'Forwarded', 'X_Real_IP', 'True-Client-IP']
		.map((name) => `${name}: 203.0.113.9\r\n`).join('');
	assert.equal((await asked(get('/mine', lies), options)).status, 200);
	assert.deepEqual(backend.last('/mine').headers.filter(([, value]) => value.includes('203.0.113')), []);
	assert.deepEqual(backend.last('/mine').headers.filter(([name]) => name === 'x-real-ip'), [['x-real-ip', options.from]]);
	assert.equal(nginx.log().findLast((line) => line.path === '/mine').address, options.from);
});

test('a proxy that is trusted says the address, and nobody else', async () => {
	assert.equal((await ask(front.port, get('/told', 'X-Forwarded-For: 203.0.113.9\r\n'), { secure: front.secure })).status, 200);
	assert.deepEqual(backend.last('/told').headers.filter(([name]) => name === 'x-real-ip'), [['x-real-ip', '203.0.113.9']]);
});

// --- bodies ------------------------------------------------------------------------------------

/* The route table of Kassa: method, address and largest body of each. */
function routes() {
	const text = readFileSync(path.join(top, 'src/web/web.c'), 'utf8');
	const table = /routes\[\] = \{\n([\s\S]*?)\n\};/.exec(text)[1];
	const sizes = { 0: 0, WEBHOOK_BYTES_MAX: 262144 };
	for (const [, name, value] of text.matchAll(/#define (\w+_MAX)\s+(\d+)/g)) {
		sizes[name] = Number(value);
	}
	return Array.from(table.matchAll(/\{ "(\w+)",\s+"([^"]+)",\s+SERVE_\w+,\s*(\w+),/g), ([, method, pattern, most]) =>
		({ method, url: pattern.replaceAll('{}', 'some'), most: sizes[most] }));
}

for (const { method, url, most } of routes().filter((route) => route.most > 0)) {
	test(`${method} ${url} takes its ${most} bytes, and not one more`, async () => {
		const options = elsewhere();
		const sent = post(url, 'x'.repeat(most)).replace(/^POST/, method);
		assert.equal((await asked(sent, options)).status, 200);
		assert.equal(backend.last(url).method, method);
		assert.equal(backend.last(url).body.length, most);
		const refused = await asked(post(url, 'x'.repeat(most + 1)).replace(/^POST/, method), options);
		assert.equal(refused.status, 413);
		assert.equal(refused.json().error.code, 'body_too_large');
	});
}

test('every address of Kassa is passed on with its method', async () => {
	const table = routes();
	assert.ok(table.length > 30, String(table.length));
	const connection = nginx.http2();
	for (const { method, url } of table) {
		assert.equal((await askHttp2(connection, { ':method': method, ':path': `${url}?a=b` },
			method === 'GET' || method === 'OPTIONS' ? [] : ['{}'])).status, 200, url);
		assert.equal(backend.came.at(-1).url, `${url}?a=b`);
		assert.equal(backend.came.at(-1).method, method);
	}
	connection.close();
});

/* Bodies without a length arrive whole and with one. */
const chunked = (url, parts) => `${http([`POST ${url} HTTP/1.1`, 'Host: t', 'Transfer-Encoding: chunked'])}${
	parts.map((part) => `${part.length.toString(16)};x=y\r\n${part}\r\n`).join('')}0\r\nX-Trailer: z\r\n\r\n`;

for (const [url, most] of [['/checkout/sessions', 16 * KIB], ['/query', 64 * KIB], ['/query/some', 64 * KIB], ['/webhooks', 256 * KIB]]) {
	const parts = [1, 100, 4096, most - 4197].map((length, i) => String(i).repeat(length));
	const more = [...parts, 'x'];

	test(`a chunked body of ${most} bytes arrives at ${url} with a length, one more byte does not`, async () => {
		const options = elsewhere();
		assert.equal((await asked(chunked(url, parts), options)).status, 200);
		const { headers, body } = backend.last(url);
		assert.equal(body.toString(), parts.join(''));
		assert.deepEqual(headers.filter(([name]) => ['content-length', 'transfer-encoding', 'x-trailer'].includes(name)),
			[['content-length', String(most)]]);
		assert.equal((await asked(chunked(url, more), options)).status, 413);
	});

	test(`an HTTP/2 body of ${most} bytes without a length arrives at ${url} with one, one more byte does not`, async () => {
		const connection = nginx.http2();
		assert.equal((await askHttp2(connection, { ':method': 'POST', ':path': url }, parts)).status, 200);
		const { headers, body } = backend.last(url);
		assert.equal(body.toString(), parts.join(''));
		assert.deepEqual(headers.filter(([name]) => name === 'content-length'), [['content-length', String(most)]]);
		assert.equal((await askHttp2(connection, { ':method': 'POST', ':path': url }, more)).status, 413);
		connection.close();
	});
}

// --- huge everything ---------------------------------------------------------------------------

for (const [name, bytes, status] of [
	['an address of 8000 bytes', get(`/billing?${'x'.repeat(8000 - 9)}`), 200],
	['an address of 9000 bytes', get(`/billing?${'x'.repeat(9000)}`), 414],
	['an address of 1 MiB', get(`/billing?${'x'.repeat(KIB * KIB)}`), 414],
	['a header of 8000 bytes', get('/', `X: ${'x'.repeat(8000)}\r\n`), 200],
	['a header of 9000 bytes', get('/', `X: ${'x'.repeat(9000)}\r\n`), 431],
	['a header of 1 MiB', get('/', `X: ${'x'.repeat(KIB * KIB)}\r\n`), 431],
	['100 headers of 500 bytes', get('/', many(100, () => `X: ${'x'.repeat(500)}\r\n`)), 431],
	['a method of 1 MiB', `${'X'.repeat(KIB * KIB)} / HTTP/1.1\r\nHost: t\r\n\r\n`, 414],
	['a body of 1 GiB', http(['POST /query HTTP/1.1', 'Host: t', `Content-Length: ${KIB ** 3}`], 'x'), 413],
	['a chunk of 1 GiB', http(['POST /query HTTP/1.1', 'Host: t', 'Transfer-Encoding: chunked'], '40000000\r\nx'), 413],
]) {
	test(`${name} is answered ${status}`, async () => {
		assert.equal((await asked(bytes)).status, status);
	});
}

// --- limits ------------------------------------------------------------------------------------

/* Requests of one address over one connection, answers read in their order. */
async function statuses(server, count, bytes, options) {
	const client = new Client(server.port, options);
	const seen = [];
	try {
		for (let i = 0; i < count; i++) {
			client.send(bytes(i));
		}
		for (let i = 0; i < count; i++) {
			seen.push(await client.read());
		}
	} finally {
		client.drop();
	}
	return seen;
}

test('an address that calls too often is refused, others are not', async () => {
	const options = elsewhere();
	const answers = await statuses(nginx, 120, () => get('/settings/state'), options);
	const refused = answers.filter(({ status }) => status === 429);
	assert.ok(refused.length >= 10 && refused.length <= 39, String(refused.length));	/* a burst of 80, 20 more each second */
	assert.equal(refused[0].headers.get('retry-after'), '1');
	assert.equal(refused[0].json().error.code, 'rate_limited');
	assert.equal((await asked(get('/settings/state'), elsewhere())).status, 200);
});

test('lies about the address do not help against its limit', async () => {
	const lie = (i) => get('/settings/state', `X-Real-IP: 203.0.113.${i}\r\nX-Forwarded-For: 203.0.113.${i}\r\n`);
	const answers = await statuses(nginx, 120, lie, elsewhere());
	assert.ok(answers.filter(({ status }) => status === 429).length >= 10);
});

test('an IPv6 network counts as one, others do not', async () => {
	const ask64 = (block) => statuses(front, 120, (i) => get('/settings/state', `X-Forwarded-For: ${block}${i}\r\n`),
		{ secure: front.secure });
	assert.ok((await ask64('2001:db8:1:2::')).filter(({ status }) => status === 429).length >= 10);
	assert.ok((await ask64('2001:db8:7:0:1:2:3:')).filter(({ status }) => status === 429).length >= 10);
	assert.ok((await ask64('2001:db8::')).filter(({ status }) => status === 429).length >= 10);
	const other = await ask(front.port, get('/settings/state', 'X-Forwarded-For: 2001:db8:1:3::1\r\n'), { secure: front.secure });
	assert.equal(other.status, 200);
	const another = await ask(front.port, get('/settings/state', 'X-Forwarded-For: 2001:db8:7:1:1:2:3:4\r\n'), { secure: front.secure });
	assert.equal(another.status, 200);
});

test("the platform's calls in bulk are let through", async () => {
	for (const url of ['/query', '/query/some', '/webhooks']) {
		const answers = await statuses(nginx, 400, () => post(url, '{}'), elsewhere());
		assert.deepEqual(answers.filter(({ status }) => status !== 200), []);
	}
});

test('addresses that watch are let through, others are not', async () => {
	assert.equal((await asked(get('/readyz'), { secure: nginx.secure })).status, 200);
	assert.equal((await asked(get('/readyz'))).status, 403);
	assert.equal((await asked(get('/healthz'))).status, 200, 'the self-check asks for it through the public address');
});

test('what was sent and not answered is not asked again', async (t) => {
	const seen = [];
	const dying = createServer((request) => { seen.push(request.url); request.socket.destroy(); }).listen(0, '127.0.0.1');
	await once(dying, 'listening');
	const one = await startNginx([dying.address().port, backend.port]);
	t.after(async () => { await one.stop(); dying.close(); });
	for (const bytes of [post('/query', '{}'), post('/checkout/sessions/a/confirm', '{}'), get('/oauth/callback?code=a')]) {
		const answers = [];
		for (let i = 0; i < 4; i++) {
			answers.push((await ask(one.port, bytes, { secure: one.secure })).status);
		}
		assert.ok(answers.every((status) => [200, 503].includes(status)) && answers.includes(503), answers.join());
	}
	assert.ok(seen.length >= 3, 'each was sent to the one that dies');
});

// --- TLS ---------------------------------------------------------------------------------------

function handshake(options) {
	return new Promise((resolve) => {
		const socket = tls.connect({ port: nginx.port, host: '127.0.0.1', ca: nginx.certificate, servername: HOST, ...options });
		socket.once('secureConnect', () => {
			resolve([socket.getProtocol(), socket.getCipher().name, socket.alpnProtocol]);
			socket.destroy();
		});
		socket.once('error', (error) => resolve(error.code));
	});
}

test('TLS 1.2 and 1.3 with forward secrecy and AEAD are spoken, nothing older or weaker', async () => {
	const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
	assert.match(await handshake(old), /^ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION$/);
	const two = { maxVersion: 'TLSv1.2' };
	assert.match((await handshake(two))[1], /^ECDHE-ECDSA-/);
	for (const ciphers of ['ECDHE-ECDSA-AES128-SHA256', 'ECDHE-ECDSA-AES256-SHA', 'AES128-GCM-SHA256', 'DHE-RSA-AES128-GCM-SHA256']) {
		assert.match(String(await handshake({ ...two, ciphers })), /HANDSHAKE_FAILURE|NO_SHARED_CIPHER/, ciphers);
	}
	assert.deepEqual((await handshake({ ALPNProtocols: ['h2', 'http/1.1'] })).filter((_, i) => i !== 1), ['TLSv1.3', 'h2']);
});

test('pages that people open without https are sent there and nowhere else', async () => {
	for (const url of ['/', '/?a', '/checkout?a=b', '/settings', '/settings?location=x', '/billing?locationId=a', '/oauth/install']) {
		const answer = await ask(nginx.plainPort, get(url, '').replace('Host: test', 'Host: evil.example'));
		assert.equal(answer.status, 301, url);
		assert.equal(answer.headers.get('location'), `https://${HOST}${url}`);
	}
});

test('programs that speak without https are refused, and sent nowhere', async () => {
	const seen = backend.came.length;
	for (const bytes of [get('/healthz'), get('/oauth/callback?code=c'), get('/checkout/sessions/s'), get('/checkoutx'), get('/assets/a'),
		post('/query', '{"apiKey":"k"}'), post('/query/segment', '{}'), post('/webhooks', '{}'), post('/processors/p/notifications', '{}')]) {
		const answer = await ask(nginx.plainPort, bytes);
		assert.equal(answer.status, 403, bytes);
		assert.equal(answer.headers.get('location'), undefined);
		assert.equal(answer.headers.get('content-type'), 'application/json');
		assert.equal(answer.json().error.code, 'request_invalid');
		assert.match(answer.json().error.requestId, /^[0-9a-f]{32}$/);
	}
	assert.equal(backend.came.length, seen, 'nothing of it came through');
	assert.equal((await ask(nginx.port, get('/'))).status, 400);	/* plain HTTP where TLS belongs */
});

// --- the log -----------------------------------------------------------------------------------

test('the log has neither queries nor the parts of addresses that are secrets', async () => {
	const urls = ['/oauth/callback?code=SECRET', '/query/SECRET', '/checkout/sessions/SECRET', '/checkout/sessions/SECRET/confirm',
		'/checkout/setups/SECRET', '/billing/orders/SECRET', '/sandbox/challenges/SECRET', '/billing?locationId=SECRET'];
	for (const url of urls) {
		assert.equal((await asked(get(url, 'Referer: https://SECRET/\r\n'))).status, 200);
	}
	for (const url of ['/query/SECRET', '/checkout/sessions/SECRET/confirm', '/sandbox/challenges/SECRET']) {
		assert.equal((await asked(post(url, 'x'.repeat(65537)))).status, 413);	/* the other log would name it */
	}
	const lines = nginx.log();
	assert.doesNotMatch(JSON.stringify(lines) + nginx.errors(), /SECRET/);
	for (const kept of ['/oauth/callback', '/query/...', '/checkout/sessions/...', '/billing/orders/...', '/billing']) {
		assert.ok(lines.some((line) => line.path === kept), kept);
	}
});
