/*
 * conf/page-check.sh notices what somebody has changed in the pages on their way to the browser: a proxy in between
 * plays that somebody.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';

import { startStack, top } from '../support/stack.mjs';

let stack, folder, proxy, url, recorded;
let spoil = () => {};	/* (path, answer): answer.headers and answer.body may be changed */

before(async () => {
	stack = await startStack();
	folder = await mkdtemp('/tmp/kassa-page-check-');
	proxy = http.createServer(passOn);
	await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve));
	url = `http://127.0.0.1:${proxy.address().port}`;
	recorded = path.join(folder, 'recorded');
	assert.equal((await pageCheck('record', recorded)).status, 0);
});
after(async () => {
	proxy?.close();
	await stack?.stop();
	await rm(folder, { recursive: true, force: true });
});

function passOn(request, response) {
	http.get(stack.kassaUrl + request.url, { headers: request.headers, agent: false }, (answer) => {
		const parts = [];
		answer.on('data', (part) => parts.push(part));
		answer.on('end', () => {
			const isPacked = answer.headers['content-encoding'] === 'gzip';
			const whole = Buffer.concat(parts);
			const passed = { headers: { ...answer.headers }, body: String(isPacked ? gunzipSync(whole) : whole) };
			spoil(request.url, passed);
			const body = isPacked ? gzipSync(passed.body) : Buffer.from(passed.body);
			response.writeHead(answer.statusCode, { ...passed.headers, 'content-length': body.length, connection: 'keep-alive' });
			response.end(body);
		});
	}).once('error', (error) => response.destroy(error));
}

/** Run the script against the proxy while it spoils what passes. */
async function pageCheck(mode, file, spoiling = () => {}) {
	spoil = spoiling;
	return new Promise((resolve) => {
		execFile('bash', [path.join(top, 'conf/page-check.sh'), mode, url, file], (error, stdout, stderr) => {
			spoil = () => {};
			resolve({ status: error?.code ?? 0, out: stdout, said: stderr });
		});
	});
}

test('pages_of_this_release_are_recorded_and_found_unchanged', async () => {
	const text = await readFile(recorded, 'utf8');
	for (const wanted of [/^\/checkout content-security-policy: default-src 'none'/m, /^\/checkout sha256 [0-9a-f]{64}$/m,
		/^\/assets\/checkout\.mjs sha256 [0-9a-f]{64}$/m, /^\/assets\/words-de\.mjs sha256 /m, /^\/settings sha256 /m,
		/^\/billing status 404$/m]) {
		assert.match(text, wanted);
	}
	assert.equal((await pageCheck('check', recorded)).status, 0);
});

const SPOILINGS = [
	/* what somebody does, and what the script has to name */
	['a script that is changed by one byte', (where, answer) => where === '/assets/session.mjs' && (answer.body += ' '),
		/now: +\/assets\/session\.mjs sha256/],
	['a language that is changed', (where, answer) => where === '/assets/words-de.mjs' && (answer.body += ' '),
		/now: +\/assets\/words-de\.mjs sha256/],
	['a script that is put into the document', (where, answer) => where === '/checkout'
		&& (answer.body = answer.body.replace('</body>', '<script src="/x.js"></script></body>')), /now: +\/checkout sha256/],
	['a policy that is taken away', (where, answer) => where === '/checkout' && delete answer.headers['content-security-policy'],
		/recorded: +\/checkout content-security-policy/],
	['a policy that lets somebody else in', (where, answer) => where === '/checkout' && (answer.headers['content-security-policy'] += ' *'),
		/now: +\/checkout content-security-policy/],
	['a header that loads a script', (where, answer) => where === '/checkout' && (answer.headers.link = '</x.js>; rel=preload; as=script'),
		/now: +\/checkout link/],
];

for (const [what, spoiling, named] of SPOILINGS) {
	test(`${what} is named, and the exit status says so`, async () => {
		const { status, out } = await pageCheck('check', recorded, spoiling);
		assert.equal(status, 1);
		assert.match(out, named);
	});
}

test('what_is_not_this_release_is_not_recorded', async () => {
	const file = path.join(folder, 'never');
	const { status, out } = await pageCheck('record', file,
		(where, answer) => where === '/assets/fields.mjs' && (answer.body += ' '));
	assert.equal(status, 1);
	assert.match(out, /served: +\/assets\/fields\.mjs sha256/);
	await assert.rejects(readFile(file), { code: 'ENOENT' });
});

test('a_server_that_does_not_answer_is_trouble_and_not_a_change', async () => {
	const status = await new Promise((resolve) => {
		execFile('bash', [path.join(top, 'conf/page-check.sh'), 'check', 'http://127.0.0.1:9', recorded],
			(error) => resolve(error?.code ?? 0));
	});
	assert.equal(status, 2);
});
