/*
 * All of our C is compiled with warnings as errors: what make would run for programs, unit tests and fuzz targets.
 */
import assert from 'node:assert/strict';
import test from 'node:test';

import { treeRead } from '../house/tree.mjs';
import { run } from './gate.mjs';

const NEEDED = ['-Werror', '-Wall', '-Wextra', '-Wconversion', '-Wshadow'];

test('every_file_is_compiled_with_warnings_as_errors', async () => {
	const { status, said } = await run('make', ['-n', '-B', 'all', 'unit', 'fuzzers', 'build/test-server']);
	assert.equal(status, 0, said);
	const compiled = new Map(Array.from(said.matchAll(/^.* -c ((?:src|tests)\/\S+\.c) .*$/gm), ([line, name]) => [name, line]));
	const sources = Array.from(treeRead().keys()).filter((name) => /^(src|tests)\/.*\.c$/.test(name));
	assert.deepEqual(sources.filter((name) => !compiled.has(name)), [], 'nothing compiles these');
	for (const [name, line] of compiled) {
		const words = line.split(/\s+/);
		assert.deepEqual(NEEDED.filter((word) => !words.includes(word)), [], name);
		assert.deepEqual(words.filter((word) => /^-Wno-error|^-w$/.test(word)), [], name);
	}
});
