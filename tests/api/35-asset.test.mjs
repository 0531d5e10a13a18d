/*
 * What a page loads: packed for those who accept it, not sent again while unchanged, small on the wire.
 */
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';

import { startStack, top } from '../support/stack.mjs';

const TRANSFER_MAX = 60_000;	/* bytes of everything that the checkout loads, frame included */

let stack;

before(async () => {
	stack = await startStack();
});
after(() => stack?.stop());

/** Without a client that unpacks by itself. */
function get(where, headers = {}) {
	return new Promise((resolve, reject) => {
		http.get(stack.kassaUrl + where, { headers, agent: false }, (answer) => {
			const parts = [];
			answer.on('data', (part) => parts.push(part));
			answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) }));
		}).once('error', reject);
	});
}

for (const accepted of ['gzip', 'gzip, deflate, br', 'br,  gzip']) {
	test(`asset is packed for a client that accepts "${accepted}"`, async () => {
		const plain = await get('/assets/checkout.css');
		const packed = await get('/assets/checkout.css', { 'accept-encoding': accepted });
		assert.equal(packed.headers['content-encoding'], 'gzip');
		assert.equal(packed.headers.vary, 'accept-encoding');
		assert.deepEqual(gunzipSync(packed.body), plain.body);
		assert.deepEqual(plain.body, await readFile(path.join(top, 'assets/checkout.css')));
		assert.notEqual(packed.headers.etag, plain.headers.etag);
	});
}

for (const accepted of [undefined, '', 'identity', 'br', 'gzip;q=0', 'xgzip']) {
	test(`asset is plain for a client that accepts ${JSON.stringify(accepted)}`, async () => {
		const plain = await get('/assets/checkout.css', accepted === undefined ? {} : { 'accept-encoding': accepted });
		assert.equal(plain.headers['content-encoding'], undefined);
		assert.equal(plain.headers.vary, 'accept-encoding');
	});
}

for (const encoding of ['gzip', 'identity']) {
	test(`asset that has not changed is not sent again, ${encoding}`, async () => {
		const headers = { 'accept-encoding': encoding };
		const first = await get('/assets/checkout.mjs', headers);
		const again = await get('/assets/checkout.mjs', { ...headers, 'if-none-match': first.headers.etag });
		assert.equal(again.status, 304);
		assert.equal(again.body.length, 0);
		const other = await get('/assets/checkout.mjs', { ...headers, 'if-none-match': '"other"' });
		assert.equal(other.status, 200);
	});
}

test('everything that the checkout can load is below 60 kB on the wire', async () => {
	const names = (await readdir(path.join(top, 'assets'))).filter((name) => /^(?!settings|install).*\.(css|m?js)$/.test(name));
	const wheres = ['/checkout', '/sandbox/frame', ...names.map((name) => `/assets/${name}`)];
	let bytes = 0;
	for (const where of wheres) {
		const { status, body } = await get(where, { 'accept-encoding': 'gzip' });
		assert.equal(status, 200, where);
		bytes += body.length;
	}
	assert.ok(bytes < TRANSFER_MAX, `${bytes} bytes`);
});

test('everything that the settings page loads is there', async () => {
	const names = (await readdir(path.join(top, 'assets'))).filter((name) => /^settings.*\.(css|m?js)$/.test(name));
	assert.ok(names.length >= 15);
	for (const name of names) {
		assert.equal((await get(`/assets/${name}`)).status, 200, name);
	}
	assert.equal((await get('/assets/settings.html')).status, 404, 'a page has its own address');
});

for (const where of ['/settings', '/settings?location=loc_unknown', '/settings?location=%00']) {
	test(`settings page is fenced in at ${where}`, async () => {
		const { status, headers } = await get(where);
		assert.equal(status, 200);
		const [policy, ancestors] = headers['content-security-policy'].split('; frame-ancestors ');
		assert.equal(policy, "default-src 'none'; script-src 'self'; style-src 'self'; "
			+ "connect-src 'self'; img-src 'self' https: data:; base-uri 'none'; form-action 'none'");
		assert.match(ancestors, /^http/);
		assert.equal(headers['x-frame-options'], undefined);
		assert.equal(headers['referrer-policy'], 'no-referrer');
		assert.equal(headers['set-cookie'], undefined);
	});
}
