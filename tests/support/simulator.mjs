/*
 * The simulator alone, for one test file: a cluster of its own, build/simulator, and a stand-in provider
 * whose queryUrl answers what each test tells it to.  Used by tests/api/2?-simulator*.
 */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { chmod, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { after, before, beforeEach } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

import { portsFree, top } from './stack.mjs';

const run = promisify(execFile);

export const LOCATION = 'ExampleLocation000001';
export const API_KEY = 'provider_secret_0123456789abcdef';
export const PUBLISHABLE_KEY = 'provider_public_0123456789';
export const TOKEN = 'read-back-token-0123456789';

const READY_MS = 15000;

/**
 * What the provider was asked, and what it answers (after a promise, if there is one); null: it hangs up.
 * The same for its checkout page, which is HTML.
 */
export const provider = { url: '', asked: [], answer: null, page: null };

export const simulator = { url: '' };

/* What the provider is as a marketplace app. */
export const APP = '65f0b217a05c774da7f1efa5';
export const CLIENT_ID = `${APP}-test`;
export const CLIENT_SECRET = 'client-secret-0123456789abcdef';
export const SSO_KEY = '00000000-0000-4000-8000-000000000000';

/** Its webhook address: each call that came, raw; answer(call) says what is answered, null: nothing. */
export const webhooks = { came: [], answer: null };

let folder, server, child;

/** Have node:test start all of it before the tests of this file, and end it after them. */
export function simulatorAround() {
	before(async () => {
		folder = await mkdtemp('/tmp/kassa-simulator-test-');
		await chmod(folder, 0o755);	/* the servers' users pass through it to the socket */
		const socket = (await cluster('start', 'fast')).stdout.trim();
		const files = (await migrations()).flatMap((file) => ['-f', file]);
		await run('psql', ['-X', '-q', '-1', '-v', 'ON_ERROR_STOP=1', '-h', socket, '-U', 'kassa_simulator',
			'-d', 'kassa_simulator', ...files]);
		await providerStart();
		await simulatorStart(`host=${socket} dbname=kassa_simulator user=kassa_simulator`);
	});
	after(async () => {
		if (child?.exitCode === null && child.signalCode === null) {
			child.kill('SIGTERM');
			await once(child, 'exit');
		}
		server?.close();
		server?.closeAllConnections();
		await cluster('stop');
		await rm(folder, { recursive: true, force: true });
	});
	beforeEach(() => {
		provider.asked = [];
		webhooks.came = [];
		webhooks.answer = null;
		provider.answer = { status: 200, body: '{"success":true}' };
	});
}

/** @param {string | Buffer | object} [body] an object is sent as JSON */
export async function call(method, where, body, headers = {}) {
	const answer = await fetch(simulator.url + where, {
		method,
		headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
		body: body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
	});
	return { status: answer.status, body: JSON.parse(await answer.text()) };
}

export async function orderMade(wish = {}) {
	const made = await call('POST', '/simulator/orders', { amount: 49.99, currency: 'USD', ...wish });
	assert.equal(made.status, 201);
	return made.body;
}

export async function orderShown(order) {
	return (await call('GET', `/simulator/orders/${order.orderId}`)).body;
}

export function messageSaid(order, message, direction = 'received') {
	return call('POST', `/simulator/orders/${order.orderId}/messages`, { direction, message });
}

export function success(dialect, chargeId) {
	const type = 'custom_element_success_response';
	return dialect === 'live' ? JSON.stringify({ type, chargeId }) : { type, data: { chargeId } };
}

export function readBack(kind, id) {
	return call('GET', `/payments/${kind}/${id}?altId=${LOCATION}&altType=location`, undefined,
		{ authorization: `Bearer ${TOKEN}`, version: '2021-07-28' });
}

/* The numbered files of the simulator's schema, in their order. */
async function migrations() {
	const place = path.join(top, 'sql/simulator');
	const names = (await readdir(place)).filter((name) => /^\d{4}_.*\.sql$/.test(name));
	return names.sort().map((name) => path.join(place, name));
}

async function providerStart() {
	server = createServer(async (request, response) => {
		if (request.method === 'GET' && provider.page !== null) {
			response.writeHead(200, { 'content-type': 'text/html' });
			response.end(provider.page);
			return;
		}
		if (request.method === 'GET') {
			request.socket.destroy();
			return;
		}
		const chunks = [];
		for await (const chunk of request) {
			chunks.push(chunk);
		}
		const text = Buffer.concat(chunks);
		if (request.url === '/webhooks') {
			await webhookTake(request, response, text);
			return;
		}
		provider.asked.push(JSON.parse(text));
		await provider.answer?.after?.();
		if (provider.answer === null) {
			request.socket.destroy();
			return;
		}
		response.writeHead(provider.answer.status, { 'content-type': 'application/json' });
		response.end(provider.answer.body);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	provider.url = `http://127.0.0.1:${server.address().port}`;
}

async function webhookTake(request, response, body) {
	const call = { headers: request.headers, body, json: JSON.parse(body), at: Date.now() };
	webhooks.came.push(call);
	const answer = webhooks.answer === null ? { status: 200, body: '{"received":true}' } : await webhooks.answer(call);
	if (answer === null) {
		request.socket.destroy();
		return;
	}
	response.writeHead(answer.status, { 'content-type': 'application/json' });
	response.end(answer.body ?? '{}');
}

/* As conf/dev/prepare.sh makes them. */
async function webhookKeysWrite(file) {
	const pems = [generateKeyPairSync('ed25519'), generateKeyPairSync('rsa', { modulusLength: 2048 })]
		.map(({ privateKey }) => privateKey.export({ type: 'pkcs8', format: 'pem' }));
	await writeFile(file, pems.join(''), { mode: 0o600 });
}

async function simulatorStart(database) {
	await webhookKeysWrite(path.join(folder, 'webhook-keys'));
	const [port] = await portsFree(1);
	const log = openSync(path.join(folder, 'simulator.log'), 'a');
	simulator.url = `http://127.0.0.1:${port}`;
	child = spawn(program(), [], {
		cwd: '/',
		stdio: ['ignore', log, log],
		env: {
			PATH: process.env.PATH,
			ASAN_OPTIONS: 'detect_leaks=0:abort_on_error=1',
			SIMULATOR_PORT: String(port),
			SIMULATOR_DATABASE: database,
			SIMULATOR_PUBLIC_URL: simulator.url,
			SIMULATOR_PAYMENTS_URL: `${provider.url}/checkout`,
			SIMULATOR_QUERY_URL: `${provider.url}/query`,
			SIMULATOR_LOCATION_ID: LOCATION,
			SIMULATOR_API_KEY: API_KEY,
			SIMULATOR_PUBLISHABLE_KEY: PUBLISHABLE_KEY,
			SIMULATOR_TOKEN: TOKEN,
			SIMULATOR_CLIENT_ID: CLIENT_ID,
			SIMULATOR_CLIENT_SECRET: CLIENT_SECRET,
			SIMULATOR_REDIRECT_URL: `${provider.url}/oauth/callback`,
			SIMULATOR_SETTINGS_URL: `${provider.url}/settings`,
			SIMULATOR_BILLING_URL: `${provider.url}/billing`,
			SIMULATOR_SSO_KEY: SSO_KEY,
			SIMULATOR_WEBHOOK_URL: `${provider.url}/webhooks`,
			SIMULATOR_WEBHOOK_KEYS: path.join(folder, 'webhook-keys'),
			SIMULATOR_RETRY_MS: '2',
			SIMULATOR_LIST_DELAY_MS: '1500',
		},
	});
	closeSync(log);
	const end = Date.now() + READY_MS;
	while (!await isReady()) {
		if (child.exitCode !== null || Date.now() > end) {
			throw new Error(`simulator did not become ready:\n${await logRead()}`);
		}
		await pause(20);
	}
}

async function isReady() {
	try {
		return (await fetch(`${simulator.url}/readyz`)).ok;
	} catch {
		return false;
	}
}

function cluster(verb, ...words) {
	return run('bash', [path.join(top, 'conf/dev/cluster.sh'), verb, path.join(folder, 'postgres'), ...words]);
}

export function program() {
	return path.resolve(top, process.env.KASSA_BUILD ?? 'build', 'simulator');
}

/** What the simulator has logged so far. */
export function logRead() {
	return readFile(path.join(folder, 'simulator.log'), 'utf8');
}
