/*
 * kassactl health: the exit status on which a container's health check stands.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';

import { eventually } from '../support/payer.mjs';
import { portsFree, startStack } from '../support/stack.mjs';

let stack;

before(async () => {
	stack = await startStack();
});
after(() => stack?.stop());

/** Ask as if the server's settings were these. */
async function healthAt(settings) {
	const kept = stack.environment;
	stack.environment = { ...kept, ...settings };
	try {
		return await stack.kassactl('health');
	} finally {
		stack.environment = kept;
	}
}

/** What is said of a port at which this is answered. */
async function healthOf(answer) {
	const server = createServer((socket) => {
		socket.on('error', () => {});	/* kassactl leaves in the middle of what is too long */
		socket.once('data', () => socket.end(answer));
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const said = await healthAt({ KASSA_PORT: String(server.address().port) });
	server.close();
	return said;
}

test('a server that is ready is healthy', async () => {
	const kassa = await stack.kassactl('health');
	assert.deepEqual([kassa.status, kassa.stdout, kassa.stderr], [0, 'kassa is ready\n', '']);
	const simulator = await stack.kassactl('health', '--simulator');
	assert.deepEqual([simulator.status, simulator.stdout, simulator.stderr], [0, 'simulator is ready\n', '']);
});

test('a server that listens on all addresses is found on this machine', async () => {
	const said = await healthAt({ KASSA_ADDRESS: '0.0.0.0' });
	assert.equal(said.status, 0, said.stderr);
});

test('a server without its database is not healthy, and what it says about that is told', async () => {
	await stack.cluster('stop');
	try {
		const said = await eventually(() => stack.kassactl('health'), (one) => one.status !== 0);
		assert.equal(said.status, 1);
		assert.match(said.stderr, /^kassactl: kassa is not ready: HTTP\/1\.1 503 .*"code":"store_unavailable"/);
	} finally {
		await stack.cluster('start');
	}
	await eventually(() => stack.kassactl('health'), (one) => one.status === 0);
});

test('where nothing listens, nothing is healthy', async () => {
	const [port] = await portsFree(1);
	const said = await healthAt({ KASSA_PORT: String(port) });
	assert.equal(said.status, 1);
	assert.match(said.stderr, new RegExp(`kassa does not listen on port ${port}: `));
});

test('what is no answer of ours is not healthy', async () => {
	for (const [answer, complaint] of [
		['', /kassa is not ready/],
		['SSH-2.0-OpenSSH_9.2\r\n', /kassa is not ready: SSH/],
		['HTTP/1.1 301 Moved\r\nLocation: /\r\n\r\n', /kassa is not ready: HTTP\/1\.1 301/],
		[`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(100000)}`, /something that is not kassa/],
	]) {
		const said = await healthOf(answer);
		assert.equal(said.status, 1, answer.slice(0, 40));
		assert.match(said.stderr, complaint);
	}
});

test('settings that are no address are named', async () => {
	const said = await healthAt({ KASSA_ADDRESS: 'pay.example.com' });
	assert.equal(said.status, 1);
	assert.match(said.stderr, /KASSA_ADDRESS and KASSA_PORT are no address and port/);
});
