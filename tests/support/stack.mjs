/*
 * A whole Kassa for one test file: a private cluster, the schema, the demo account, both programs on free
 * ports.  Prepared by conf/dev/prepare.sh, so that tests run what people run: it continues with a copy of what it
 * has prepared once, if TEST_PREPARED names such a folder.  Used by tests/api, tests/browser and tests/bench.
 */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, readdirSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const top = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const build = path.resolve(top, process.env.KASSA_BUILD ?? 'build');

const READY_MS = 20000;
const STOP_MS = 20000;
const POLL_MS = 20;

/* Tests ask in bulk and from one address; those of the limits set their own. */
const LIMITS_FAR = {
	KASSA_LIMIT_KEY_PER_S: '1000000', KASSA_LIMIT_ADDRESS_PER_S: '1000000',
	KASSA_PLATFORM_RATE: '10000',
	KASSA_ATTEMPT_CONTACT: '0', KASSA_ATTEMPT_ADDRESS: '0', KASSA_ATTEMPT_ACCOUNT: '0', KASSA_ATTEMPT_RATIO_LEAST: '0',
};

/* Where a build that counts lines leaves its counters (tests/gates/coverage.mjs): workers may not write to build/. */
const COUNTERS = Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('GCOV_')));

/* A runner that gives up on a file says so with a signal: end in the way that cleans up. */
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
	process.once(signal, () => process.exit(1));
}

/**
 * Start a stack; stop() ends and removes all of it, and so does the end of this process.
 * @param {object} [wish]
 * @param {boolean} [wish.durable] with fsync, for tests of durability and speed
 * @param {boolean} [wish.idle] prepare everything, start no program yet
 * @param {string} [wish.release] folder of another release, built there: it prepares, what is started is said by the test
 * @param {boolean} [wish.crash] the build whose places of crash tests are alive (src/base/crash.h)
 * @param {Record<string, string>} [wish.kassa] settings of Kassa beside the prepared ones
 * @param {Record<string, string>} [wish.simulator] settings of the simulator
 */
export async function startStack(wish = {}) {
	const folder = await mkdtemp('/tmp/kassa-test-');
	await chmod(folder, 0o755);	/* PostgreSQL's user and the servers' pass through it to the socket */
	const stack = new Stack(folder, await portsFree(2), wish);
	try {
		await stack.prepare();
		if (!wish.idle) {
			await Promise.all([stack.kassaStart(), stack.simulatorStart()]);
		}
	} catch (error) {
		await stack.stop();
		throw error;
	}
	return stack;
}

/** A server process with a log of its own. */
class Program {
	constructor(file, port, log, environment) {
		this.name = path.basename(file);
		this.file = file;
		this.port = port;
		this.log = log;
		this.environment = environment;
		this.words = [];	/* of the command line */
		this.child = null;
	}

	get url() {
		return `http://127.0.0.1:${this.port}`;
	}

	async start(more = {}) {
		const log = openSync(this.log, 'a');
		this.environment = { ...this.environment, ...more };
		this.child = spawn(path.join(build, this.file), this.words, {
			cwd: '/', env: this.environment, stdio: ['ignore', log, log],
		});
		this.ended = new Promise((resolve) => this.child.once('exit', resolve));
		this.child.once('error', () => {});
		closeSync(log);
		await this.ready();
	}

	async ready() {
		const end = Date.now() + READY_MS;
		while (!await answersReady(this.url)) {
			if (this.child.exitCode !== null || this.child.signalCode !== null || Date.now() > end) {
				throw new Error(`${this.name} did not become ready:\n${readFileSync(this.log, 'utf8')}`);
			}
			await pause(POLL_MS);
		}
	}

	/** Process ids of the workers. */
	workers() {
		return childrenOf(this.child.pid);
	}

	async stop(signal = 'SIGTERM') {
		if (this.child === null || this.child.exitCode !== null || this.child.signalCode !== null) {
			return;
		}
		const workers = this.workers();
		this.child.kill(signal);
		const late = setTimeout(() => this.child.kill('SIGKILL'), STOP_MS);
		await this.ended;
		clearTimeout(late);
		if (signal === 'SIGKILL') {
			workers.forEach(kill9);	/* they would find out by themselves, but later */
			await this.leaves();
		}
	}

	/* A worker that was being forked is not among them; it leaves by itself, and holds the port until then. */
	async leaves() {
		const end = Date.now() + STOP_MS;
		while (Date.now() < end && await portIsTaken(this.port)) {
			await pause(POLL_MS);
		}
	}
}

class Stack {
	constructor(folder, [kassaPort, simulatorPort], wish) {
		this.folder = folder;
		this.wish = wish;
		this.ports = { kassa: kassaPort, simulator: simulatorPort };
		this.atExit = () => this.stopNow();
		process.once('exit', this.atExit);
	}

	async prepare() {
		const environment = {
			PATH: process.env.PATH,
			HOME: this.folder,
			KASSA_VAR: this.folder,
			KASSA_BUILD: this.wish.release ? path.join(this.wish.release, 'build') : build,
			KASSA_PORT: String(this.ports.kassa),
			SIMULATOR_PORT: String(this.ports.simulator),
		};
		if (process.env.TEST_PREPARED && !this.wish.release) {
			await run('cp', ['-a', `${process.env.TEST_PREPARED}/.`, this.folder]);
		}
		const script = path.join(this.wish.release ?? top, 'conf/dev/prepare.sh');
		const weight = this.wish.durable ? 'durable' : 'fast';
		try {
			await run('bash', [script, weight], { env: environment });
		} catch (error) {
			throw new Error(`prepare.sh failed:\n${error.stdout}${error.stderr}`);
		}
		this.environment = await environmentRead(path.join(this.folder, 'environment'));
		this.socket = /host=(\S+)/.exec(this.environment.KASSA_DATABASE)[1];
		this.locationId = this.environment.SIMULATOR_LOCATION_ID;
		this.publishableKey = this.environment.SIMULATOR_PUBLISHABLE_KEY;
		this.apiKey = await this.secret('api-key');
		this.simulatorToken = await this.secret('simulator-token');
		this.kassa = this.program(this.wish.crash ? 'crash/kassa' : 'kassa', this.ports.kassa, this.wish.kassa);
		this.simulator = this.program('simulator', this.ports.simulator, this.wish.simulator);
		this.kassaUrl = this.kassa.url;
		this.simulatorUrl = this.simulator.url;
	}

	program(file, port, settings = {}) {
		return new Program(file, port, path.join(this.folder, `${path.basename(file)}.log`), {
			PATH: process.env.PATH,
			ASAN_OPTIONS: 'detect_leaks=0:abort_on_error=1',
			...COUNTERS,
			...this.environment,
			...LIMITS_FAR,
			...settings,
		});
	}

	async secret(name) {
		return (await readFile(path.join(this.folder, 'secrets', name), 'utf8')).trim();
	}

	/** @param {Record<string, string>} [settings] changed from now on */
	kassaStart(settings) {
		return this.kassa.start(settings);
	}

	simulatorStart(settings) {
		return this.simulator.start(settings);
	}

	/** Stop Kassa with SIGTERM, as an operator does, and start it again. */
	async restart(settings) {
		await this.kassa.stop();
		await this.kassa.start(settings);
	}

	/** Kill Kassa's workers where they stand; its parent process starts others. */
	workersKill9() {
		this.killed = true;
		const workers = this.kassa.workers();
		workers.forEach(kill9);
		return workers;
	}

	/** Kill all of Kassa where it stands, as a power cut would; kassaStart() brings it back. */
	kassaKill9() {
		return this.kassa.stop('SIGKILL');
	}

	/**
	 * Run SQL as a superuser.
	 * @returns {Promise<string[][]>} rows of texts; null is ''
	 */
	async psql(sql, { database = 'kassa', user = 'postgres' } = {}) {
		const { stdout } = await run('psql', ['-X', '-q', '-A', '-t', '-F', '\t', '-v', 'ON_ERROR_STOP=1',
			'-h', this.socket, '-U', user, '-d', database, '-c', sql], { maxBuffer: 64 << 20 });
		return stdout.split('\n').filter((line) => line !== '').map((line) => line.split('\t'));
	}

	/** Run build/kassactl. @returns {Promise<{status: number, stdout: string, stderr: string}>} */
	async kassactl(...words) {
		const options = { env: { PATH: process.env.PATH, ...this.environment } };
		try {
			return { status: 0, ...await run(path.join(build, 'kassactl'), words, options) };
		} catch (error) {
			return { status: error.code, stdout: error.stdout, stderr: error.stderr };
		}
	}

	/** What both programs and PostgreSQL have logged so far. */
	logs() {
		return {
			kassa: readFileSync(this.kassa.log, 'utf8'),
			simulator: readFileSync(this.simulator.log, 'utf8'),
			postgresql: readFileSync(path.join(this.folder, 'postgres/postgresql.log'), 'utf8'),
		};
	}

	/** Stop and start the database, as a maintenance does. */
	async databaseRestart() {
		await this.cluster('stop');
		await this.cluster('start');
	}

	cluster(verb) {
		return run('bash', [path.join(top, 'conf/dev/cluster.sh'), verb, path.join(this.folder, 'postgres'),
			...(verb === 'start' ? [this.wish.durable ? 'durable' : 'fast'] : [])]);
	}

	async stop() {
		process.removeListener('exit', this.atExit);
		await Promise.all([this.kassa?.stop(), this.simulator?.stop()]);
		const complaints = this.complaints();
		await this.cluster('stop');
		await rm(this.folder, { recursive: true, force: true });
		if (complaints.length > 0) {
			throw new Error(`the programs did not run well:\n${complaints.join('\n')}`);
		}
	}

	/** A worker that died is replaced at once, so that no test would notice; its log does. */
	complaints() {
		const bad = this.killed ? /AddressSanitizer|runtime error:/ : /AddressSanitizer|runtime error:|worker \d+ died/;
		return [this.kassa, this.simulator].filter((program) => program?.child).flatMap((program) =>
			readFileSync(program.log, 'utf8').split('\n').filter((line) => bad.test(line)));
	}

	/* The test process ends without stop(): leave nothing behind all the same. */
	stopNow() {
		for (const program of [this.kassa, this.simulator]) {
			if (program?.child?.exitCode === null && program.child.signalCode === null) {
				const workers = program.workers();
				program.child.kill('SIGKILL');
				workers.forEach(kill9);
			}
		}
		spawnSync('bash', [path.join(top, 'conf/dev/cluster.sh'), 'stop', path.join(this.folder, 'postgres')]);
		spawnSync('rm', ['-rf', this.folder]);
	}
}

/** Ports that nothing listens on at this moment. */
export async function portsFree(count) {
	const servers = await Promise.all(Array.from({ length: count }, () => new Promise((resolve, reject) => {
		const server = createServer().once('error', reject);
		server.listen(0, '127.0.0.1', () => resolve(server));
	})));
	const ports = servers.map((server) => server.address().port);
	await Promise.all(servers.map((server) => new Promise((resolve) => { server.close(resolve); })));
	return ports;
}

function portIsTaken(port) {
	return new Promise((resolve) => {
		const socket = connect(port, '127.0.0.1')
			.once('connect', () => { socket.destroy(); resolve(true); })
			.once('error', () => resolve(false));
	});
}

async function answersReady(url) {
	try {
		const answer = await fetch(`${url}/readyz`, {
			headers: { connection: 'close' }, signal: AbortSignal.timeout(2000),
		});
		await answer.arrayBuffer();
		return answer.status === 200;
	} catch {
		return false;
	}
}

async function environmentRead(file) {
	const lines = (await readFile(file, 'utf8')).matchAll(/^(\w+)='(.*)'$/gm);
	return Object.fromEntries(Array.from(lines, ([, name, value]) => [name, value]));
}

/** Process ids of the children of a process. */
export function childrenOf(parent) {
	return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
		try {
			const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
			return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent;
		} catch {
			return false;	/* it has ended since */
		}
	});
}

function kill9(pid) {
	try {
		process.kill(pid, 'SIGKILL');
	} catch {
		/* it has ended since */
	}
}
