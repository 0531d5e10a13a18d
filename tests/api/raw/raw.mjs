// Raw HTTP over a socket, and the life of build/test-server: for 10-http-raw.test.mjs and tests/torture/.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const BUILD = process.env.KASSA_BUILD ?? 'build';
export const SANITIZED = path.basename(BUILD) === 'san';
const PROGRAM = path.resolve(ROOT, BUILD, 'test-server');

/** Build the server, unless it is there and new enough. */
export function build() {
	// The flags of a make around us are not for this one.
	const { MAKEFLAGS, MFLAGS, MAKELEVEL, KASSA_BUILD, ...env } = process.env;
	const made = spawnSync('make', ['-s', '-C', ROOT, path.relative(ROOT, PROGRAM),
		...(SANITIZED ? ['SAN=1'] : [])], { encoding: 'utf8', env });
	if (made.status !== 0)
		throw new Error(`make failed: ${made.stderr}`);
}

/** A port that nobody listens on just now. */
export async function freePort() {
	const server = net.createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address();
	server.close();
	await once(server, 'close');
	return port;
}

/**
 * Start a server of its own; settings are TEST_… without the prefix.  `ready: false` does not wait
 * until it answers.  `capability`: as an ordinary user that has this one; only root can give it.
 */
export async function start(settings = {}, { ready = true, capability } = {}) {
	const port = settings.PORT ?? await freePort();
	const place = mkdtempSync(path.join(tmpdir(), 'kassa-raw-'));
	const env = { ...process.env, TEST_PORT: String(port),
		ASAN_OPTIONS: 'detect_leaks=0:log_path=/dev/stderr:abort_on_error=1' };
	for (const [name, value] of Object.entries(settings))
		env[`TEST_${name}`] = String(value);
	const server = { port, place, lines: [], errors: '', waiting: new Set() };
	const [file, ...words] = capability === undefined ? [PROGRAM] : capable(PROGRAM, place, capability);
	server.child = spawn(file, words, { cwd: place, env, stdio: ['ignore', 'pipe', 'pipe'] });
	server.exited = once(server.child, 'close').then(([status, signal]) => ({ status, signal }));
	let rest = '';
	server.child.stdout.setEncoding('utf8').on('data', (data) => {
		const lines = (rest + data).split('\n');
		rest = lines.pop();
		server.lines.push(...lines);
		for (const look of server.waiting)
			look();
	});
	server.child.stderr.setEncoding('utf8').on('data', (data) => { server.errors += data; });
	if (ready)
		await until(async () => (await ask(port, get('/static')).catch(() => null))?.status === 200);
	return server;
}

function capable(program, place, capability) {
	const copy = path.join(place, 'test-server');	/* where that user may come */
	copyFileSync(program, copy);
	chmodSync(place, 0o755);
	chmodSync(copy, 0o755);
	return ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups',
		'--inh-caps', `+${capability}`, '--ambient-caps', `+${capability}`, copy];
}

/** Stop it, if it still runs, wait until its workers are gone too, and take its folder away. */
export async function stop(server, signal = 'SIGTERM') {
	server.child.kill(signal);
	const end = await server.exited;
	rmSync(server.place, { recursive: true });
	if (/Sanitizer|runtime error/.test(server.errors))
		throw new Error(server.errors);
	return end;
}

/** Resolves when the server has logged a line that fits. */
export function logged(server, fits, ms = 5000) {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => done(reject, new Error('not in the log')), ms);
		const done = (settle, value) => {
			clearTimeout(timer);
			server.waiting.delete(look);
			settle(value);
		};
		const look = () => {
			const found = server.lines.map((line) => JSON.parse(line)).find(fits);
			if (found !== undefined)
				done(resolve, found);
		};
		server.waiting.add(look);
		look();
	});
}

/** Resolves when `question` answers true; asks every 20 ms, gives up after `ms`. */
export async function until(question, ms = 5000) {
	const end = Date.now() + ms;
	while (!await question()) {
		if (Date.now() > end)
			throw new Error('waited in vain');
		await pause(20);
	}
}

export const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

export const get = (target, headers = '', method = 'GET') =>
	`${method} ${target} HTTP/1.1\r\nHost: test\r\n${headers}\r\n`;

export const post = (target, body, headers = '') =>
	`POST ${target} HTTP/1.1\r\nHost: test\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

/** One connection: `send` bytes, `read` answers one by one; null is the end of the stream. */
export class Client {
	#wire;		// what is under TLS, or the socket itself
	#socket;
	#buffer = Buffer.alloc(0);
	#ended = false;
	#wake = () => {};

	/** @param {object} [secure] options of a TLS connection @param {string} [from] our address */
	constructor(port, { secure, from } = {}) {
		this.#wire = net.connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true, localAddress: from });
		this.#socket = secure ? tls.connect({ socket: this.#wire, allowHalfOpen: true, ...secure }) : this.#wire;
		this.#socket.on('data', (data) => {
			this.#buffer = Buffer.concat([this.#buffer, data]);
			this.#wake();
		});
		for (const event of ['end', 'close', 'error'])
			this.#socket.on(event, () => { this.#ended = true; this.#wake(); });
	}

	send(bytes) {
		this.#socket.write(Buffer.from(bytes, 'latin1'));
	}

	/** Until told otherwise, leave what arrives where it is. */
	deaf(on) {
		if (on)
			this.#socket.pause();
		else
			this.#socket.resume();
	}

	async read({ method = 'GET', ms = 4000 } = {}) {
		const end = Date.now() + ms;
		for (;;) {
			const answer = this.#take(method);
			if (answer !== undefined)
				return answer;
			if (this.#ended)
				return null;
			if (Date.now() >= end)
				throw new Error('no answer in time');
			await new Promise((resolve) => {
				const timer = setTimeout(resolve, end - Date.now());
				this.#wake = () => { clearTimeout(timer); resolve(); };
			});
		}
	}

	#take(method) {
		const head = this.#buffer.indexOf('\r\n\r\n');
		if (head === -1)
			return undefined;
		const [first, ...lines] = this.#buffer.toString('latin1', 0, head).split('\r\n');
		const headers = new Map(lines.map((line) => {
			const colon = line.indexOf(':');
			return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
		}));
		const length = method === 'HEAD' ? 0 : Number(headers.get('content-length') ?? 0);
		if (this.#buffer.length < head + 4 + length)
			return undefined;
		const body = this.#buffer.toString('latin1', head + 4, head + 4 + length);
		this.#buffer = this.#buffer.subarray(head + 4 + length);
		return { status: Number(first.split(' ')[1]), first, lines: [first, ...lines], headers, body,
			json: () => JSON.parse(body) };
	}

	/** Close without a word, as a client does that has crashed. */
	drop() {
		this.#socket.destroy();
	}

	/** The same with a reset in place of an end, as by SO_LINGER 0. */
	reset() {
		this.#wire.resetAndDestroy();
		this.#socket.destroy();
	}

	/** Whether all that was sent has left us. */
	flushed() {
		return new Promise((resolve) => { this.#socket.write('', resolve); });
	}
}

/** One request on a connection of its own. */
export async function ask(port, bytes, options) {
	const client = new Client(port, options);
	try {
		client.send(bytes);
		return await client.read(options);
	} finally {
		client.drop();
	}
}
