/*
 * "make bench": the same verify, on one machine and in one run, by Kassa, by pgbench with Kassa's own SQL, and by
 * Fastify + pg; at 1, 32 and 128 connections, in rounds that alternate, medians.  Prints a table, the targets
 * and whether each was met; exit status 1 if one was not.
 *   ROUNDS=3 SECONDS_EACH=4 node tests/bench/run.mjs
 */
import { execFile, spawn } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

import { portsFree, startStack, top } from '../support/stack.mjs';

const run = promisify(execFile);
const here = path.join(top, 'tests/bench');
const rounds = Number(process.env.ROUNDS ?? 3);
const seconds = Number(process.env.SECONDS_EACH ?? 4);
const CONNECTIONS = [1, 32, 128];
const PGBENCH = '/usr/lib/postgresql/15/bin/pgbench';
const LOGGED_SHARE = 0.1;	/* of pgbench's transactions: enough for percentiles, little to write */
const WORKER_RSS_MAX_MIB = 32;
const READY_MAX_MS = 1000;

const TARGETS = [
	/* connections, of, at least, times what */
	[32, 'kassa', 3, 'fastify'],
	[32, 'kassa', 0.95, 'pgbench'],
	[128, 'kassa', 1.3, 'pgbench'],
];

/** The text of the statement that the server prepares, so that what is measured cannot drift from it. */
function statementOf(name) {
	const source = readFileSync(path.join(top, 'src/store/store_charge.c'), 'utf8');
	const literals = new RegExp(`"${name}",\\s*((?:"(?:[^"\\\\]|\\\\.)*"\\s*)+),`).exec(source)?.[1];
	if (literals === undefined) {
		throw new Error(`src/store/store_charge.c has no statement ${name}`);
	}
	return Array.from(literals.matchAll(/"((?:[^"\\]|\\.)*)"/g), ([, part]) => part).join('');
}

/** The statement as a pgbench script about random charges of seed.sql. */
function scriptOf(sql) {
	const values = {
		$1: "lpad((:account)::text, 64, '0')",
		$2: "('ch_' || lpad((:n)::text, 26, '0'))",
		$3: "lpad((:n)::text, 24, '0')",
	};
	return `\\set n random(1, 100000)\n\\set account 1 + :n % 1000\n${sql.replace(/\$[123]/g, (name) => values[name])};\n`;
}

const median = (numbers) => numbers.slice().sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function wrk(url, connections, time, more = {}) {
	const { stdout, stderr } = await run('wrk', ['-t1', `-c${connections}`, `-d${time}s`, '--timeout', '5s',
		'-s', path.join(here, 'verify.lua'), url], { env: { PATH: process.env.PATH, ...more } });
	process.stderr.write(stderr);
	return JSON.parse(/^RESULT (.*)$/m.exec(stdout)[1]);
}

async function pgbench(stack, connections, time) {
	const prefix = path.join(stack.folder, 'pgbench');
	const { stdout } = await run(PGBENCH, ['-n', '-M', 'prepared', '-f', `${prefix}.sql`, '-c', String(connections),
		'-j', '1', '-T', String(time), '-l', '--log-prefix', prefix, '--sampling-rate', String(LOGGED_SHARE),
		'-h', stack.socket, '-U', 'kassa_server', 'kassa']);
	const logs = readdirSync(stack.folder).filter((name) => /^pgbench\.\d/.test(name));
	const times = logs.flatMap((name) => readFileSync(path.join(stack.folder, name), 'utf8').trim().split('\n'))
		.map((line) => Number(line.split(' ')[2]) / 1000).sort((a, b) => a - b);
	await run('rm', logs.map((name) => path.join(stack.folder, name)));
	return {
		rate: Number(/tps = ([\d.]+)/.exec(stdout)[1]),
		p50: times[Math.floor(times.length * 0.5)],
		p99: times[Math.floor(times.length * 0.99)],
		errors: Number(/number of failed transactions: (\d+)/.exec(stdout)?.[1] ?? 0),
	};
}

async function fastifyStart(stack, sql) {
	const [port] = await portsFree(1);
	const child = spawn(process.execPath, [path.join(here, 'fastify.mjs')], {
		env: { ...process.env, BENCH_SQL: sql, BENCH_SOCKET: stack.socket, BENCH_PORT: String(port) },
		stdio: ['ignore', 'inherit', 'inherit'],
	});
	const ended = new Promise((resolve) => { child.once('exit', resolve); });
	const url = `http://127.0.0.1:${port}`;
	for (let tries = 0; tries < 200; tries += 1) {
		if (await fetch(url).then(() => true, () => false)) {
			return { url, stop: () => { child.kill('SIGTERM'); return ended; } };
		}
		await pause(50);
	}
	child.kill('SIGKILL');
	throw new Error('Fastify did not answer');
}

/** The largest resident memory that a worker of Kassa ever had, in MiB. */
function workerRss(stack) {
	return Math.max(...stack.kassa.workers().map((pid) => Number(
		/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024));
}

async function startTime(stack) {
	await stack.kassa.stop();
	const began = performance.now();
	await stack.kassaStart();
	return performance.now() - began;
}

/* One round after the other through all systems, so that what else the machine does hits all of them. */
async function measure(stack, systems) {
	const results = [];
	for (let round = 1; round <= rounds; round += 1) {
		for (const connections of CONNECTIONS) {
			for (const [name, ask] of Object.entries(systems)) {
				progress(`round ${round}/${rounds}, ${connections} connections: ${name}`);
				results.push({ name, connections, ...await ask(connections, seconds) });
			}
		}
	}
	progress('');
	return results;
}

function progress(text) {
	if (process.stderr.isTTY) {
		process.stderr.write(`  ${text.padEnd(60)}\r`);
	}
}

function summary(results, name, connections) {
	const cells = results.filter((cell) => cell.name === name && cell.connections === connections);
	return {
		rate: median(cells.map((cell) => cell.rate)),
		p50: median(cells.map((cell) => cell.p50)),
		p99: median(cells.map((cell) => cell.p99)),
		errors: cells.reduce((sum, cell) => sum + cell.errors, 0),
	};
}

function tablePrint(results, names) {
	console.log('connections  system     req/s    p50 ms   p99 ms  errors  / pgbench  / fastify');
	for (const connections of CONNECTIONS) {
		for (const name of names) {
			const cell = summary(results, name, connections);
			const ratio = (other) => (cell.rate / summary(results, other, connections).rate).toFixed(2);
			console.log([String(connections).padStart(11), ` ${name.padEnd(8)}`, cell.rate.toFixed(0).padStart(7),
				cell.p50.toFixed(2).padStart(8), cell.p99.toFixed(2).padStart(7), String(cell.errors).padStart(6),
				ratio('pgbench').padStart(9), ratio('fastify').padStart(9)].join('  '));
		}
	}
}

/** Print a line for each target. @returns {boolean} whether all were met */
function targetsPrint(results, rss, ready) {
	const lines = TARGETS.map(([connections, name, least, other]) => {
		const ratio = summary(results, name, connections).rate / summary(results, other, connections).rate;
		return [ratio >= least, `${connections} connections: ${name} / ${other} ${ratio.toFixed(2)}, at least ${least}`];
	});
	const errors = results.reduce((sum, cell) => sum + cell.errors, 0);
	lines.push([errors === 0, `answers that did not say paid: ${errors}, none allowed`]);
	lines.push([rss <= WORKER_RSS_MAX_MIB, `memory of a worker: ${rss.toFixed(1)} MiB, at most ${WORKER_RSS_MAX_MIB}`]);
	lines.push([ready < READY_MAX_MS, `start to ready: ${ready.toFixed(0)} ms, below ${READY_MAX_MS}`]);
	for (const [met, text] of lines) {
		console.log(`${met ? 'met   ' : 'MISSED'}  ${text}`);
	}
	return lines.every(([met]) => met);
}

const sql = statementOf('charge_verify');
const stack = await startStack({ durable: true, idle: true });
let fastify;
try {
	await run('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-h', stack.socket, '-U', 'postgres', '-d', 'kassa',
		'-f', path.join(here, 'seed.sql')]);
	writeFileSync(path.join(stack.folder, 'pgbench.sql'), scriptOf(sql));
	await stack.kassaStart({ KASSA_LOG_LEVEL: process.env.KASSA_LOG_LEVEL ?? 'info' });
	fastify = await fastifyStart(stack, sql);
	const systems = {
		kassa: (connections, time) => wrk(stack.kassaUrl, connections, time),
		pgbench: (connections, time) => pgbench(stack, connections, time),
		fastify: (connections, time) => wrk(fastify.url, connections, time),
	};
	/* Plans made, code compiled, pages read; and each answer read, in a round that is not counted. */
	const read = { BENCH_READ_ANSWERS: '1' };
	const warm = [await wrk(stack.kassaUrl, 32, 2, read), await wrk(fastify.url, 32, 2, read), await systems.pgbench(32, 1)];
	const results = await measure(stack, systems);
	const rss = workerRss(stack);
	const starts = [];
	for (let i = 0; i < 5; i += 1) {
		starts.push(await startTime(stack));
	}
	tablePrint(results, Object.keys(systems));
	process.exitCode = targetsPrint([...warm, ...results], rss, median(starts)) ? 0 : 1;
} finally {
	await fastify?.stop();
	await stack.stop();
}
