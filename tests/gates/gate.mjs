/*
 * What the gates share: tools run on many files, two at a time, and only on files that have changed since the
 * tool found nothing in them.  What passed is remembered in build/gates/ by a digest of all that was looked at.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';

import { top } from '../house/tree.mjs';

const OUTPUT_MAX = 64 << 20;	/* bytes that a tool may say */

/** Settings of a make around us are not for the one that we start. */
export const environment = Object.fromEntries(Object.entries(process.env)
	.filter(([name]) => !/^(MAKE|MFLAGS|KASSA_BUILD|SAN$|NODE_TEST_CONTEXT)/.test(name)));

/** Run a program to its end, from the top. @returns {Promise<{status: number, said: string, out: string}>} */
export function run(program, words, { input = '', more = {} } = {}) {
	return new Promise((resolve, reject) => {
		const child = execFile(program, words, {
			cwd: top, env: { ...environment, ...more }, maxBuffer: OUTPUT_MAX,
		}, (error, stdout, stderr) => {
			if (error && typeof error.code !== 'number') {
				reject(error);	/* not there, or killed */
			} else {
				resolve({ status: error?.code ?? 0, out: stdout, said: stdout + stderr });
			}
		});
		child.stdin.on('error', () => {});	/* a tool that does not read its input may close it */
		child.stdin.end(input);
	});
}

/** As many at once as there are cores; answers in the order of the things. */
export async function each(things, work) {
	const answers = [];
	let next = 0;
	const lane = async () => {
		while (next < things.length) {
			const at = next;
			next += 1;
			answers[at] = await work(things[at]);
		}
	};
	await Promise.all(Array.from({ length: availableParallelism?.() ?? cpus().length }, lane));
	return answers;
}

/** One digest of texts; each ends where it ends. */
export function digestOf(...texts) {
	const hash = createHash('sha256');
	texts.forEach((text) => hash.update(`${text.length}:`).update(text));
	return hash.digest('hex');
}

/** What a gate has found clean before. */
export class Passed {
	constructor(gate) {
		this.folder = path.join(top, 'build/gates', gate);
		mkdirSync(this.folder, { recursive: true });
	}

	has(digest) {
		return existsSync(path.join(this.folder, digest));
	}

	add(digest) {
		writeFileSync(path.join(this.folder, digest), '');
	}
}
