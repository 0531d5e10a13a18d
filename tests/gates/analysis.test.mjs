/*
 * clang-tidy and cppcheck find nothing in src/; and both find a mistake when there is one.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

import { treeRead } from '../house/tree.mjs';
import { cppcheck, cppcheckFindings, suppressions, suppressionsBare, textsOf, tidyFindings } from './analysis.mjs';
import { run } from './gate.mjs';

const tree = treeRead();
const folder = mkdtempSync(path.join(tmpdir(), 'kassa-analysis-'));
after(() => rmSync(folder, { recursive: true }));

/** A file of C outside the tree. */
function written(name, text) {
	const file = path.join(folder, name);
	writeFileSync(file, text);
	return file;
}

test('clang_tidy_finds_nothing', async () => assert.equal((await tidyFindings(tree)).join('\n'), ''));

test('cppcheck_finds_nothing', async () => assert.equal((await cppcheckFindings(tree)).join('\n'), ''));

const MISTAKES = {
	'bugprone-sizeof-expression': 'int f(const int *p) { return (int)sizeof(sizeof(*p)); }',
	'clang-analyzer-core.NullDereference': 'int f(int *p) { if (p == 0) return *p; return 0; }',
	'cert-err33-c': '#include <stdio.h>\nvoid f(char *t) { snprintf(t, 1, "a"); }',
	'readability-misleading-indentation': 'void g(void); void f(int a) {\n\tif (a)\n\t\tg();\n\t\tg();\n}',
};

test('clang_tidy_finds_mistakes', async () => {
	for (const [check, text] of Object.entries(MISTAKES)) {
		const file = written('mistake.c', `${text}\n`);
		const { status, out } = await run('clang-tidy-14', ['--quiet', '--config-file=.clang-tidy', file, '--', '-std=gnu11']);
		assert.equal(status, 1, check);
		assert.match(out, new RegExp(`\\[${check}[,\\]]`), check);
	}
});

test('cppcheck_finds_mistakes', async () => {
	const file = written('leak.c', '#include <stdlib.h>\nint f(int a)\n{\n\tchar *p = malloc(4);\n\tif (a)\n\t\treturn 1;\n'
		+ '\tfree(p);\n\treturn 0;\n}\n');
	assert.match((await cppcheck([file])).join(), /\[memleak\]/);
});

test('suppressions_say_why', () => {
	assert.deepEqual(suppressionsBare(suppressions()), []);
	assert.deepEqual(suppressionsBare('# a reason\na\n\nb\n'), ['b']);
});

test('a_file_changes_with_the_headers_that_it_reaches', () => {
	const files = new Map([['src/a.c', '#include "b/b.h"\n#include <c.h>\n'], ['src/b/b.h', '#include "b/d.h"\n'], ['src/b/d.h', 'd'],
		['src/c.h', 'c'], ['src/e.h', 'e']]);
	assert.deepEqual(Array.from(textsOf(files, 'src/a.c').keys()), ['src/a.c', 'src/b/b.h', 'src/b/d.h']);
});
