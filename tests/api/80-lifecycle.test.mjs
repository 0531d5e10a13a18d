/*
 * A server that is told to quit loses nothing: what has begun is answered, what would begin is refused, jobs are given
 * back; one that cannot start says why, and those that run do not notice.  Restarts behind nginx are in
 * 81-rolling.test.mjs.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { CARD, booksBalance, eventually } from '../support/payer.mjs';
import { Merchant, lockHeld, logLines } from '../support/merchant.mjs';
import { jobOf, timeHasCome } from '../support/clock.mjs';
import { childrenOf, startStack, top } from '../support/stack.mjs';
import { Client, ask, build, get, logged, pause, start, stop } from './raw/raw.mjs';

const CONNECTIONS = 400;

/** Processor time of a process so far, in hundredths of a second. */
function ticksOf(pid) {
	const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop().split(' ');
	return Number(fields[11]) + Number(fields[12]);
}

describe('a server that is told to quit', () => {
	before(build);

	async function started(t, settings) {
		const server = await start(settings);
		t.after(() => stop(server));
		return server;
	}

	test('refuses who comes, while it answers who was there', async (t) => {
		const server = await started(t, { WORKERS: 2 });
		const there = ask(server.port, get('/slow', 'X-Probe: mine\r\n'));
		await logged(server, (line) => line.event === 'begun');
		server.child.kill('SIGTERM');
		await pause(300);
		const [error] = await once(net.connect(server.port, '127.0.0.1'), 'error');
		assert.equal(error.code, 'ECONNREFUSED');
		assert.equal((await there).status, 200);
		assert.deepEqual(await server.exited, { status: 0, signal: null });
	});

	/* By one worker, since each leaves a quarter of a second after it was asked last. */
	test('answers what is asked on kept connections, as the last answer of each', async (t) => {
		const server = await started(t, { WORKERS: 1 });
		const clients = Array.from({ length: 8 }, () => new Client(server.port));
		for (const client of clients) {
			client.send(get('/static'));
			assert.equal((await client.read()).headers.get('connection'), 'keep-alive');
		}
		server.child.kill('SIGTERM');
		for (const client of clients) {
			await pause(60);
			client.send(get('/static'));
			const answer = await client.read();
			assert.equal(answer?.status, 200);
			assert.equal(answer.headers.get('connection'), 'close');
			assert.equal(await client.read(), null);
		}
		assert.deepEqual(await server.exited, { status: 0, signal: null });
	});

	test('answers on a connection that had not been taken yet', async (t) => {
		const server = await started(t, { WORKERS: 2 });
		server.child.kill('SIGSTOP');
		const clients = Array.from({ length: 8 }, () => new Client(server.port));
		server.child.kill('SIGTERM');
		server.child.kill('SIGCONT');
		await pause(50);
		clients.forEach((client) => client.send(get('/static')));
		for (const client of clients) {
			assert.equal((await client.read())?.status, 200);
		}
	});

	test('answers on each connection that came about, and refuses all others', async (t) => {
		const server = await started(t, { WORKERS: 2 });
		const told = { answered: 0, refused: 0, lost: 0 };
		const one = () => new Promise((resolve) => {
			let said = '';
			const end = (word) => { told[word] += 1; resolve(); };
			const socket = net.connect(server.port, '127.0.0.1');
			socket.once('connect', () => socket.write(get('/static', 'Connection: close\r\n')));
			socket.on('data', (data) => { said += data; });
			socket.once('error', (error) => end(error.code === 'ECONNREFUSED' ? 'refused' : 'lost'));
			socket.once('end', () => end(said.startsWith('HTTP/1.1 200') ? 'answered' : 'lost'));
		});
		const all = [];
		for (let i = 0; i < CONNECTIONS; i += 1) {
			if (i === CONNECTIONS / 4) {
				server.child.kill('SIGTERM');
			}
			all.push(one());
			await pause(1);
		}
		await Promise.all(all);
		t.diagnostic(JSON.stringify(told));
		assert.equal(told.lost, 0);
		assert.ok(told.answered >= CONNECTIONS / 4 && told.refused > 0);
	});

	/* Some kernels let only who may administer the network filter a socket: here it may. */
	test('lets nobody begin whom it might not answer, whatever becomes of its workers', { skip: process.getuid() !== 0 }, async (t) => {
		const server = await start({ WORKERS: 2 }, { capability: 'net_admin' });
		t.after(() => stop(server));
		const workers = childrenOf(server.child.pid);
		assert.equal(workers.length, 2);
		workers.forEach((pid) => process.kill(pid, 'SIGSTOP'));
		server.child.kill('SIGTERM');
		await pause(150);
		const ends = Promise.all(Array.from({ length: 20 }, () => new Promise((resolve) => {
			const socket = net.connect(server.port, '127.0.0.1');
			socket.once('connect', () => resolve('began'));
			socket.on('error', (error) => resolve(error.code));
		})));
		await pause(300);
		workers.forEach((pid) => process.kill(pid, 'SIGKILL'));
		assert.deepEqual(new Set(await ends), new Set(['ECONNREFUSED']));
	});

	test('told a second time goes on, and sleeps while it waits', async (t) => {
		const server = await started(t, { WORKERS: 1 });
		const worker = Number((await ask(server.port, get('/pid'))).body);
		const there = ask(server.port, get('/slow', 'X-Probe: mine\r\n'));
		await logged(server, (line) => line.event === 'begun');
		server.child.kill('SIGTERM');
		await pause(200);
		process.kill(worker, 'SIGTERM');
		const before = ticksOf(worker);
		await pause(800);
		const ticks = ticksOf(worker) - before;
		assert.ok(ticks < 5, `${ticks} of 80 hundredths of a second`);
		assert.equal((await there).status, 200);
		assert.deepEqual(await server.exited, { status: 0, signal: null });
	});

	test('through one of its workers quits as a whole, and in the same way', async (t) => {
		const server = await started(t, { WORKERS: 2 });
		const there = ask(server.port, get('/slow', 'X-Probe: mine\r\n'));
		await logged(server, (line) => line.event === 'begun');
		process.kill(Number((await ask(server.port, get('/pid'))).body), 'SIGTERM');
		assert.equal((await there).status, 200);
		assert.deepEqual(await server.exited, { status: 0, signal: null });
	});

	test('waits for the slow reader of a large answer', async (t) => {
		const server = await started(t, { DRAIN_MS: 5000 });
		const client = new Client(server.port);
		client.deaf(true);
		client.send(get('/big'));
		await pause(100);
		server.child.kill('SIGTERM');
		await pause(600);
		client.deaf(false);
		const answer = await client.read();
		assert.equal(answer?.status, 200);
		assert.equal(answer.body.length, Number(answer.headers.get('content-length')));
	});
});

describe('Kassa', () => {
	let stack, merchant;

	before(async () => {
		stack = await startStack({
			kassa: { KASSA_PROCESSOR_TIMEOUT_MS: '8000', KASSA_SANDBOX_PEND_MS: '3600000', KASSA_JOBS_POLL_MS: '60000',
				KASSA_DRAIN_MS: '1000', KASSA_DATABASE_TIMEOUT_MS: '9000' },
		});
		merchant = new Merchant(stack);
	});
	after(async () => {
		if (stack) {
			await booksBalance(stack);
			await stack.stop();
		}
	});

	const drained = () => logLines(stack.logs().kassa).filter((line) => line.event === 'drained');

	/** A pending charge whose job has been taken, and waits for the processor. */
	async function jobHeld() {
		const { chargeId } = await merchant.pay(CARD.pending, 10, 'USD');
		const lock = await lockHeld(stack, 'lock table sandbox.operation in exclusive mode');
		await timeHasCome(stack, chargeId);
		try {
			await eventually(() => jobOf(stack, chargeId), (job) => job.tries === 1 && job.inSeconds > 5);
		} catch (error) {
			await lock.release();
			throw error;
		}
		return { chargeId, lock };
	}

	test('that quits gives back the jobs that it could not end in time', async () => {
		const { chargeId, lock } = await jobHeld();
		try {
			await stack.kassa.stop();
			const job = await jobOf(stack, chargeId);
			assert.deepEqual([job.state, job.tries], ['waiting', 0], 'the try does not count');
			assert.ok(job.inSeconds <= 0, `it is due in ${job.inSeconds} s`);
			assert.ok(drained().some((line) => line.level === 'warning' && line.count === 1), JSON.stringify(drained()));
		} finally {
			await lock.release();
		}
		await stack.psql(`update sandbox.operation set ends_at = now() where key = '${chargeId}'`);
		await stack.kassaStart();
		await timeHasCome(stack, chargeId);
		await eventually(() => merchant.books(chargeId), (books) => books.status === 'succeeded');
	});

	test('that quits ends the jobs that it can end in time, and takes no other', async () => {
		const other = (await merchant.pay(CARD.pending, 11, 'USD')).chargeId;
		await stack.psql(`update sandbox.operation set ends_at = now() where key = '${other}'`);
		const { chargeId, lock } = await jobHeld();
		const stopped = stack.kassa.stop();
		await pause(200);
		await timeHasCome(stack, other);
		await lock.release();
		await stopped;
		assert.ok((await jobOf(stack, chargeId)).step === 1, 'it was asked about, and moved on');
		assert.deepEqual((({ tries, step }) => [tries, step])(await jobOf(stack, other)), [0, 0]);
		assert.ok(drained().slice(-2).every((line) => line.level === 'info'));
		await stack.kassaStart();
		await timeHasCome(stack, other);
		await eventually(() => merchant.books(other), (books) => books.status === 'succeeded');
	});

	/* Each: settings, and what is said of them. */
	const WRONG = [
		['a malformed setting', { KASSA_WORKERS: 'two' }, /KASSA_WORKERS/],
		['an unknown name', { KASSA_WROKERS: '2' }, /KASSA_WROKERS/],
		['a required setting that is missing', { KASSA_MASTER_KEY_FILE: undefined }, /KASSA_MASTER_KEY/],
		['a secret\'s file that is not there', { KASSA_MASTER_KEY_FILE: '/nowhere' }, /KASSA_MASTER_KEY_FILE/],
		['a port that is taken', {}, /could not listen on the address and port \d+: Address already in use/],
		['a user that does not exist', { KASSA_USER: 'nobody-of-that-name', KASSA_PORT: '1' }, /nobody-of-that-name|port 1/],
	];
	for (const [name, settings, says] of WRONG) {
		test(`with ${name} does not start, says so, and leaves the one that runs alone`, async () => {
			const order = await merchant.order(12, 'USD');
			const workers = stack.kassa.workers();
			const second = spawnSync(path.resolve(top, process.env.KASSA_BUILD ?? 'build', 'kassa'), [], {
				env: { ...stack.kassa.environment, ...settings }, encoding: 'utf8', timeout: 10000,
			});
			assert.equal(second.status, 1, second.stdout + second.stderr);
			assert.match(second.stdout + second.stderr, says);
			assert.equal((await merchant.session(order)).status, 200);
			assert.deepEqual(stack.kassa.workers(), workers);
		});
	}

	test('that is told to reload goes on as it was started', async () => {
		const workers = stack.kassa.workers();
		stack.kassa.child.kill('SIGHUP');
		await pause(200);
		const { order, chargeId } = await merchant.pay(CARD.success, 13, 'USD');
		assert.match((await merchant.verify(order, chargeId)).text, /"success":true/);
		assert.deepEqual(stack.kassa.workers(), workers);
	});
});
