/*
 * slowhttptest against Kassa alone and behind nginx: hundreds of slow connections are closed in time, and a normal
 * request is answered at once meanwhile.  Used by 30- and 50-slowhttptest.test.mjs.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';

import { ask, get, pause } from '../api/raw/raw.mjs';
import { startStack } from '../support/stack.mjs';
import { startNginx } from './nginx.mjs';

const CONNECTIONS = 300;
const TEST_S = 90;	/* longer than any limit: what ends it is that all are closed */
const OTHERS = 4;	/* connections beside the slow ones: the tool's probe, and ours */
const POLL_MS = 250;
const ANSWER_MS = 3000;	/* on a busy machine too */
const LATE_S = 8;	/* on a busy machine */

/**
 * Run it until the server has none of its connections any more, or to its end.
 * @returns {Promise<{seconds: number, most: number, left: number, text: string}>} most and left: connections
 */
async function slowly(words, url, port) {
	const began = Date.now();
	let text = '', ended = false, most = 0, left;
	const child = execFile('slowhttptest', [...words, '-c', String(CONNECTIONS), '-r', String(CONNECTIONS), '-l', String(TEST_S),
		'-p', '3', '-u', url], { maxBuffer: 64 << 20 });
	const kill = () => child.kill('SIGKILL');
	process.once('exit', kill);
	child.stdout.on('data', (data) => { text += data; });
	const end = new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('close', resolve);
	}).finally(() => { ended = true; });
	do {
		await Promise.race([end, pause(POLL_MS)]);
		left = connected(port);
		most = Math.max(most, left);
	} while (!ended && (most < CONNECTIONS / 2 || left > OTHERS));
	const seconds = (Date.now() - began) / 1000;
	kill();
	await end;
	process.removeListener('exit', kill);
	return { seconds, most, left, text: text.replace(/\x1b\[[0-9;]*[A-Za-z]/g, '') };
}

/* Connections that a server has at its port: established, or closed by the client alone. */
function connected(port) {
	const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
	return readFileSync('/proc/net/tcp', 'latin1').split('\n').map((line) => line.trim().split(/\s+/))
		.filter(([, address, , state]) => address?.endsWith(local) && ['01', '08'].includes(state)).length;
}

/* Somebody else's request, again and again until the promise is settled. @returns slowest answer in ms */
async function answered(port, options, until) {
	let over = false, slowest = 0, count = 0;
	const end = until.finally(() => { over = true; });
	while (!over) {
		const began = Date.now();
		const answer = await ask(port, get('/checkout'), { ...options, ms: 5000 });
		assert.equal(answer?.status, 200);
		slowest = Math.max(slowest, Date.now() - began);
		count += 1;
		await pause(100);
	}
	return { ...await end, slowest, count };
}

/**
 * Define the tests of some modes.
 * @param {[string, string[], string, {kassa: number, nginx: number}][]} modes what is slow, the tool's words for it,
 *     where, and when the last connection is closed, in seconds: by Kassa alone (conf/kore.conf.in: 5 s for a header, 10 s
 *     for a body, 75 s between requests) and by nginx (10 s; 5 s between two parts, which come every 6; 65 s, and 10 to
 *     hand over what is left).  Those who read slowly have their answer in the system's buffers, and do not read that
 *     they were closed: it is counted at the server.
 */
export function slowTests(modes) {
	let stack, nginx;
	before(async () => {
		stack = await startStack();
		nginx = await startNginx(stack.ports.kassa);
	});
	after(async () => {
		await nginx?.stop();
		await stack?.stop();
	});

	describe('slow clients', { concurrency: 2 }, () => {
		for (const way of ['kassa', 'nginx']) {
			test(`${way === 'kassa' ? 'Kassa alone' : 'through nginx'}`, async (t) => {
				const port = way === 'kassa' ? stack.ports.kassa : nginx.port;
				const url = way === 'kassa' ? stack.kassaUrl : nginx.url;
				const options = way === 'kassa' ? {} : { secure: nginx.secure, from: '127.0.4.1' };
				for (const [name, words, path, limits] of modes) {
					await t.test(`${CONNECTIONS} slow ${name} are closed within ${limits[way]} s`, async (mode) => {
						const seen = await answered(port, options, slowly(words, url + path, port));
						mode.diagnostic(`${way}, ${name}: ${seen.most} connections, closed after ${seen.seconds.toFixed(1)} s, slowest of `
							+ `${seen.count} answers meanwhile ${seen.slowest} ms`);
						assert.ok(name === 'ranges' || seen.most >= CONNECTIONS * 0.7, `${seen.most} connections`);
						assert.ok(seen.left <= OTHERS, `${seen.left} connections are left\n${seen.text.slice(-800)}`);
						assert.doesNotMatch(seen.text, /service available: +NO/);
						assert.ok(seen.seconds <= limits[way] + LATE_S, `closed after ${seen.seconds} s`);
						assert.ok(seen.slowest <= ANSWER_MS, `an answer took ${seen.slowest} ms`);
					});
				}
			});
		}
	});
}
