/*
 * clang-tidy (.clang-tidy) and cppcheck (cppcheck.txt) over src/.  What a file is includes the headers that it
 * reaches: when none of them, no tool and no configuration has changed since it was clean, it is not looked at again.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { filesOf, top } from '../house/tree.mjs';
import { Passed, digestOf, each, run } from './gate.mjs';

const SOURCE = /^src\/.*\.c$/;
/* Headers of the system are not read; without these it would not understand, and pass over, files with lists. */
const QUEUES = ['LIST', 'SLIST', 'STAILQ'].map((kind) => `-D${kind}_HEAD(name,type)=struct type`);
/* Paths looked at in a function: the default, 225 000, takes twice as long over two dozen of them. */
const PATHS = ['-Xclang', '-analyzer-config', '-Xclang', 'max-nodes=100000'].map((word) => `--extra-arg=${word}`);
const SUPPRESSIONS = 'tests/gates/cppcheck.txt';

/** A file's text and those of the files of src/ that it includes, and they in turn. */
export function textsOf(files, name, seen = new Map()) {
	if (!seen.has(name) && files.has(name)) {
		seen.set(name, files.get(name));
		for (const [, included] of files.get(name).matchAll(/^\s*#\s*include\s+"([^"]+)"/gm)) {
			textsOf(files, `src/${included}`, seen);
		}
	}
	return seen;
}

/** What the compiler is told, from the Makefile; with Kore's headers there. */
async function flags() {
	const made = await run('make', ['-s', 'build/kore/.patched']);
	const told = await run('make', ['-s', 'flags']);
	if (made.status !== 0 || told.status !== 0) {
		throw new Error(`make flags: ${made.said}${told.said}`);
	}
	return told.out.trim().split(/\s+/);
}

/** @param {Map<string, string>} files the tree @param {string[]} [names] of those to look at, as they are on disk */
export async function tidyFindings(files, names = Array.from(filesOf(files, SOURCE), ([name]) => name)) {
	const words = await flags();
	const { out: version } = await run('clang-tidy-14', ['--version']);
	const passed = new Passed('tidy');
	return (await each(names, async (name) => {
		const digest = digestOf(version, files.get('.clang-tidy'), [...PATHS, ...words].join(' '), ...textsOf(files, name).values());
		if (passed.has(digest)) {
			return [];
		}
		const { status, out } = await run('clang-tidy-14', ['--quiet', ...PATHS, name, '--', ...words]);
		if (status === 0) {
			passed.add(digest);
			return [];
		}
		const said = out.split('\n').filter((line) => /: (warning|error): /.test(line)).map(shortened);
		return said.length > 0 ? said : [`${name}: clang-tidy ended with status ${status}`];
	})).flat();
}

/** All of src/ at once, since it also looks from file to file; it keeps what it knows of files that did not change. */
export async function cppcheckFindings(files) {
	const { out: version } = await run('cppcheck', ['--version']);
	const passed = new Passed('cppcheck');
	const digest = digestOf(version, files.get(SUPPRESSIONS), ...Array.from(filesOf(files, /^src\/.*\.[ch]$/)).flat());
	if (passed.has(digest)) {
		return [];
	}
	const said = await cppcheck(['src'], path.join(top, 'build/gates/cppcheck-known'));
	if (said.length === 0) {
		passed.add(digest);
	}
	return said;
}

/** @param {string[]} what files or folders @param {string} [known] a folder for what it learnt */
export async function cppcheck(what, known) {
	if (known) {
		mkdirSync(known, { recursive: true });
	}
	const { status, said } = await run('cppcheck', ['--quiet', '-j2', '--std=c11', '--library=posix', '--platform=unix64',
		'--enable=warning,style,performance,portability', '--inline-suppr', '--error-exitcode=1', '-Isrc', '-D_GNU_SOURCE',
		...QUEUES,
		`--suppressions-list=${SUPPRESSIONS}`, '--template={file}:{line}: {severity}: {message} [{id}]',
		...known ? [`--cppcheck-build-dir=${known}`] : [], ...what]);
	const findings = said.split('\n').filter((line) => /\[\w+\]$/.test(line)).map(shortened);
	return status === 0 || findings.length > 0 ? findings : [`cppcheck ended with status ${status}: ${said}`];
}

function shortened(line) {
	return line.replace(`${top}/`, '');
}

/** Suppressions without a comment right over them that says why. */
export function suppressionsBare(text) {
	const lines = text.split('\n').filter((line) => line !== '');
	return lines.filter((line, index) => !line.startsWith('#') && !(lines[index - 1] ?? '').startsWith('#'));
}

/** The suppressions of this tree. */
export const suppressions = () => readFileSync(path.join(top, SUPPRESSIONS), 'utf8');
