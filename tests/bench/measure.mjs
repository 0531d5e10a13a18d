/*
 * What the benchmarks share: load by wrk and by pgbench, the text of Kassa's own statements, tables, targets.
 */
import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { top } from '../support/stack.mjs';

export const run = promisify(execFile);
export const here = path.join(top, 'tests/bench');
export const rounds = Number(process.env.ROUNDS ?? 3);
export const seconds = Number(process.env.SECONDS_EACH ?? 4);

const PGBENCH = '/usr/lib/postgresql/15/bin/pgbench';
const LOGGED_SHARE = 0.1;	/* of pgbench's transactions: enough for percentiles, little to write */

export const median = (numbers) => numbers.slice().sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** The text of a statement that the server prepares, so that what is measured cannot drift from it. */
export function statementOf(file, name) {
	const source = readFileSync(path.join(top, 'src', file), 'utf8').replaceAll('\\\n', '\n');
	const parts = /"(?:[^"\\]|\\.)*"|[A-Z_]+/g;
	const found = new RegExp(`"${name}",((?:\\s*(?:"(?:[^"\\\\]|\\\\.)*"|[A-Z_]+))+)`).exec(source)?.[1];
	if (found === undefined) {
		throw new Error(`src/${file} has no statement ${name}`);
	}
	/* Columns that several statements share are a #define of the same file. */
	const textOf = (part) => (part.startsWith('"') ? part.slice(1, -1)
		: new RegExp(`#define ${part}\\s+((?:"(?:[^"\\\\]|\\\\.)*"\\s*)+)`).exec(source)[1].match(parts).map(textOf).join(''));
	return found.match(parts).map(textOf).join('');
}

/** A statement with its parameters filled in, as a line of a pgbench script. */
export function scriptLine(sql, values) {
	const most = Math.max(...Array.from(sql.matchAll(/\$(\d+)/g), ([, number]) => Number(number)));
	if (most !== values.length) {
		throw new Error(`a statement has ${most} parameters now, and the benchmark gives it ${values.length}: ${sql}`);
	}
	return `${sql.replace(/\$(\d+)/g, (_, number) => values[Number(number) - 1])};\n`;
}

/** @returns {Promise<{rate: number, p50: number, p99: number, errors: number}>} */
export async function wrk(script, url, connections, time, more = {}) {
	const { stdout, stderr } = await run('wrk', ['-t1', `-c${connections}`, `-d${time}s`, '--timeout', '5s',
		'-s', path.join(here, script), url], { env: { PATH: process.env.PATH, BENCH_FOLDER: here, ...more } });
	process.stderr.write(stderr);
	return JSON.parse(/^RESULT (.*)$/m.exec(stdout)[1]);
}

/** The same by pgbench with the script ${file}. */
export async function pgbench(stack, file, connections, time) {
	const prefix = path.join(stack.folder, 'pgbench');
	const { stdout } = await run(PGBENCH, ['-n', '-M', 'prepared', '-f', file, '-c', String(connections),
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

/** Run a file of SQL as a superuser. */
export function seed(stack, file, variables = {}) {
	return run('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-h', stack.socket, '-U', 'postgres', '-d', 'kassa',
		...Object.entries(variables).flatMap(([name, value]) => ['-v', `${name}=${value}`]),
		'-f', path.join(here, file)]);
}

/** Plans made, code compiled, pages read; and each answer read, which is not counted when it is measured. */
export async function askedOnce(systems, connections, time) {
	const cells = [];
	for (const [name, ask] of Object.entries(systems)) {
		cells.push({ name, connections, ...await ask(connections, time, { BENCH_READ_ANSWERS: '1' }) });
	}
	return cells;
}

/** One round after the other through all systems, so that what else the machine does hits all of them. */
export async function measure(connectionCounts, systems) {
	const results = [];
	for (let round = 1; round <= rounds; round += 1) {
		for (const connections of connectionCounts) {
			for (const [name, ask] of Object.entries(systems)) {
				progress(`round ${round}/${rounds}, ${connections} connections: ${name}`);
				results.push({ name, connections, ...await ask(connections, seconds) });
			}
		}
	}
	progress('');
	return results;
}

export function progress(text) {
	if (process.stderr.isTTY) {
		process.stderr.write(`  ${text.padEnd(60)}\r`);
	}
}

export function summary(results, name, connections) {
	const cells = results.filter((cell) => cell.name === name && cell.connections === connections);
	return {
		rate: median(cells.map((cell) => cell.rate)),
		p50: median(cells.map((cell) => cell.p50)),
		p99: median(cells.map((cell) => cell.p99)),
		errors: cells.reduce((sum, cell) => sum + cell.errors, 0),
	};
}

export function tablePrint(results, connectionCounts, names) {
	const head = names.filter((name) => name !== 'kassa').map((name) => `/ ${name}`.padStart(10)).join('');
	console.log(`connections  system     req/s    p50 ms   p99 ms  errors${head}`);
	for (const connections of connectionCounts) {
		for (const name of names) {
			const cell = summary(results, name, connections);
			const ratios = names.filter((other) => other !== 'kassa').map((other) =>
				(cell.rate / summary(results, other, connections).rate).toFixed(2).padStart(10)).join('');
			console.log([String(connections).padStart(11), ` ${name.padEnd(8)}`, cell.rate.toFixed(0).padStart(7),
				cell.p50.toFixed(2).padStart(8), cell.p99.toFixed(2).padStart(7), String(cell.errors).padStart(6)]
				.join('  ') + ratios);
		}
	}
}

/** A target on the ratio of two systems, in the form that targetsPrint() takes. */
export function ratioTarget(results, [connections, name, least, other]) {
	const ratio = summary(results, name, connections).rate / summary(results, other, connections).rate;
	return [ratio >= least, `${connections} connections: ${name} / ${other} ${ratio.toFixed(2)}, at least ${least}`];
}

/** Print a line for each target. @returns {boolean} whether all were met */
export function targetsPrint(lines) {
	for (const [met, text] of lines) {
		console.log(`${met ? 'met   ' : 'MISSED'}  ${text}`);
	}
	return lines.every(([met]) => met);
}

/** The largest resident memory that a worker of Kassa ever had, in MiB. */
export function workerRss(stack) {
	return Math.max(...stack.kassa.workers().map((pid) => Number(
		/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024));
}
