/*
 * Which lines run: "make coverage".  Builds with COV=1, runs the unit tests and the API tests of counted.txt against
 * that build, and adds up per room what gcov says.  "make check" has run them already, and against nothing else
 * (tests/run.sh): then TEST_COUNTERS names the folder of the servers' counters.  The SQL functions are not C: what
 * is tried of them is in tests/sql.
 *
 * Two sets of counters: what runs as us writes beside the objects; the servers run as another user, who may not, and
 * leave theirs in a folder of their own (GCOV_PREFIX).  A process that is killed leaves none.
 */
import {
	chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { top } from '../house/tree.mjs';
import { each, run } from './gate.mjs';

/** What must be reached at least, in percent of the lines of a room. */
export const LEAST = { core: 90, pay: 90, store: 90 };

const build = path.join(top, 'build/cov');

/** @typedef {Map<string, Map<number, number>>} Lines how often each line ran, by file */

/** Build, run, count; or count what has run. @returns {Promise<{lines: Lines, failed: string[]}>} */
export async function measure() {
	const counters = process.env.TEST_COUNTERS;
	return counters ? { lines: await count(counters), failed: [] } : runAll();
}

async function runAll() {
	const made = await run('make', ['-s', 'COV=1', 'all', 'unit']);
	if (made.status !== 0) {
		throw new Error(`make COV=1: ${made.said}`);
	}
	const servers = mkdtempSync(path.join(tmpdir(), 'kassa-coverage-'));
	const mask = process.umask(0);	/* root starts the servers, and another user goes on with the same files */
	try {
		chmodSync(servers, 0o777);
		filesUnder(build).filter((name) => name.endsWith('.gcda')).forEach((name) => rmSync(name));
		/* The long ones first: one of them at the end would leave a core idle. */
		const failed = (await each([...apiTests(servers), ...unitTests()], runs)).filter((name) => name !== null);
		return { lines: await count(servers), failed };
	} finally {
		process.umask(mask);
		rmSync(servers, { recursive: true });
	}
}

function unitTests() {
	return readdirSync(path.join(build, 'unit')).filter((name) => name.endsWith('_test')).map((name) => ({
		name, program: path.join(build, 'unit', name), words: [], more: { GCOV_ERROR_FILE: '/dev/null' },
	}));
}

function apiTests(servers) {
	const counted = readFileSync(path.join(top, 'tests/gates/counted.txt'), 'utf8');
	return counted.split('\n').filter((line) => line.startsWith('tests/')).map((name) => ({
		name, program: process.execPath, words: ['--test', '--test-reporter=tap', name],
		more: { KASSA_BUILD: build, GCOV_PREFIX: servers, GCOV_ERROR_FILE: '/dev/null' },
	}));
}

/* Whoever may not write counters says so on standard error, which is no finding: a test's child, as the database's user. */
async function runs({ name, program, words, more }) {
	const { status, said } = await run(program, words, { more });
	const wrong = said.split('\n').flatMap((line, at, lines) => (/^ *not ok/.test(line) ? lines.slice(at, at + 12) : []));
	return status === 0 ? null : `${name} ended with status ${status}: ${wrong.join('\n')}`;
}

/* Notes lie beside the objects, counters in two places: gcov wants both in one folder. */
async function count(servers) {
	const stage = mkdtempSync(path.join(tmpdir(), 'kassa-gcov-'));
	try {
		const notes = filesUnder(path.join(build, 'o')).filter((name) => name.endsWith('.gcno'));
		for (const [place, from] of [['own', ''], ['servers', servers]]) {
			for (const note of notes) {
				const counters = from + note.replace(/gcno$/, 'gcda');
				const to = path.join(stage, place, path.relative(build, note));
				mkdirSync(path.dirname(to), { recursive: true });
				copyFileSync(note, to);
				if (existsSync(counters)) {
					copyFileSync(counters, to.replace(/gcno$/, 'gcda'));
				}
			}
		}
		const { status, out, said } = await run('gcov', ['--json-format', '--stdout',
			...filesUnder(stage).filter((name) => name.endsWith('.gcno'))]);
		if (status !== 0) {
			throw new Error(`gcov: ${said.slice(-2000)}`);
		}
		return linesOf(out.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line)));
	} finally {
		rmSync(stage, { recursive: true });
	}
}

function filesUnder(folder) {
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		const name = path.join(folder, entry.name);
		return entry.isDirectory() ? filesUnder(name) : [name];
	});
}

/** Add up what gcov says of several objects and runs. @returns {Lines} */
export function linesOf(reports) {
	const lines = new Map();
	for (const { file, lines: told } of reports.flatMap((report) => report.files)) {
		if (!file.startsWith('src/')) {
			continue;
		}
		const known = lines.get(file) ?? lines.set(file, new Map()).get(file);
		for (const { line_number: number, count: times } of told) {
			known.set(number, (known.get(number) ?? 0) + times);
		}
	}
	return lines;
}

/** @param {Lines} lines @returns {{room: string, all: number, reached: number, percent: number}[]} */
export function roomsOf(lines) {
	const rooms = new Map();
	for (const [file, counts] of lines) {
		const name = /^src\/(\w+)\//.exec(file)?.[1] ?? 'main.c';
		const room = rooms.get(name) ?? rooms.set(name, { room: name, all: 0, reached: 0 }).get(name);
		room.all += counts.size;
		room.reached += Array.from(counts.values()).filter((times) => times > 0).length;
	}
	return Array.from(rooms.values(), (room) => ({ ...room, percent: 100 * room.reached / room.all }))
		.sort((a, b) => a.room.localeCompare(b.room));
}

/** Rooms with fewer lines reached than they must, or that are not there. */
export function roomsShort(rooms, least = LEAST) {
	return Object.entries(least).filter(([name, percent]) => !(rooms.find(({ room }) => room === name)?.percent >= percent))
		.map(([name, percent]) => `src/${name} is below ${percent} %`);
}

/** For people: a line for each room. */
export function table(rooms) {
	return ['room          lines  reached', ...rooms.map(({ room, all, percent }) =>
		`${room.padEnd(12)} ${String(all).padStart(6)} ${percent.toFixed(1).padStart(6)} %${
			room in LEAST ? `  (at least ${LEAST[room]} %)` : ''}`)].join('\n');
}

/** For people: the lines that did not run, by file. */
export function unreached(lines) {
	return Array.from(lines).sort(([a], [b]) => a.localeCompare(b)).map(([file, counts]) => {
		const never = Array.from(counts).filter(([, times]) => times === 0).map(([number]) => number);
		return never.length === 0 ? '' : `${file}: ${never.sort((a, b) => a - b).join(' ')}\n`;
	}).join('');
}

/** Where the lines that did not run are listed. */
export const listed = path.join(build, 'unreached.txt');

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
	const { lines, failed } = await measure();
	const rooms = roomsOf(lines);
	const complaints = [...failed, ...roomsShort(rooms)];
	writeFileSync(listed, unreached(lines));
	console.log(`${table(rooms)}\n\nlines that did not run: ${path.relative(top, listed)}`);
	console.log(complaints.join('\n'));
	process.exitCode = complaints.length === 0 ? 0 : 1;
}
