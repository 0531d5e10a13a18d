/*
 * The shape of the files, and each rule on the nearest good and bad example.
 */
import assert from 'node:assert/strict';
import test from 'node:test';

import {
	callsWrong, commentsMissing, docstringsMissing, lengthsWrong, membersComputed, namesWrong, parametersTooMany, secretsPublic,
} from './shape.mjs';
import { treeRead } from './tree.mjs';

const tree = treeRead();
const file = (text, name = 'src/core/rose.c') => new Map([[name, text]]);
const header = (text) => file(text, 'src/core/rose.h');
const body = (lines) => `int\nrose_grow(void)\n{\n${'\treturn 1;\n'.repeat(lines)}}\n`;
const guarded = (text) => header(`#ifndef ROSE_H\n#define ROSE_H\n${text}\n#endif\n`);

const RULES = [
	/* rule, what it accepts, the nearest that it refuses */
	[lengthsWrong, file(body(60)), file(body(67))],
	[lengthsWrong, file('\n'.repeat(400)), file('\n'.repeat(401))],
	[lengthsWrong, file(`/* So many lines since… */${'\n'.repeat(500)}`), file(`/* Roses. */${'\n'.repeat(401)}`)],
	[lengthsWrong, file('\n'.repeat(700), 'tests/api/a.mjs'), file('\n'.repeat(701), 'tests/api/a.mjs')],
	[callsWrong, file('\tx = strcpy_count(a);\n'), file('\tstrcpy(a, b);\n')],
	[callsWrong, file('/* atoi() is banned */\n'), file('\tn = atoi(text);\n')],
	[callsWrong, file('\tputs("sprintf(");\n'), file('\tsprintf(a, "b");\n')],
	[callsWrong, file('\tn = snprintf(a, 2, "b");\n'), file('\t(void)snprintf(a, 2, "b");\n')],
	[callsWrong, file('\tdouble wait;\n', 'src/io/fetch.c'), file('\tdouble amount;\n')],
	[membersComputed, file('const a = b[c];\n', 'assets/a.mjs'), file('b[c] = a;\n', 'assets/a.mjs')],
	[membersComputed, file('if (b[c] === a) {\n', 'assets/a.js'), file('b[c.d] ??= a;\n', 'assets/a.js')],
	[commentsMissing, file('/*\n * Roses.\n */\n'), file('#include <stdio.h>\n')],
	[commentsMissing, file('-- Roses.\n', 'sql/rose.sql'), file('create table rose ();\n', 'sql/rose.sql')],
	[commentsMissing, file('#!/bin/sh\n# Roses.\n', 'a.sh'), file('#!/bin/sh\nset -eu\n', 'a.sh')],
	[namesWrong, guarded('int\trose_count(void);'), guarded('int\tcount_roses(void);')],
	[namesWrong, guarded('enum bud {\n\tA\n};\nint\tbud_count(void);'), guarded('int\tbud_count(void);')],
	[namesWrong, guarded(''), header('#ifndef TULIP_H\n')],
	[docstringsMissing, guarded('/** rose_count(): All. */\nint\trose_count(void);'), guarded('int\trose_count(void);')],
	[docstringsMissing, guarded('/* Both. */\nint\trose_a(void);\nint\trose_b(void);'),
		guarded('/* One. */\nint\trose_a(void);\n\nint\trose_b(void);')],
	[secretsPublic, file('static int\nrose_grow(void)\n{\n}\n'), file('int\nrose_grow(void)\n{\n}\n')],
	[parametersTooMany, guarded('int\trose(int, int, int, int, int);'),
		guarded('int\trose(int, int, int, int, int, int);')],
];

test('shape_rules_tell_right_from_wrong', () => {
	for (const [rule, good, bad] of RULES) {
		assert.deepEqual(rule(good), [], rule.name);
		assert.equal(rule(bad).length, 1, `${rule.name} takes ${[...bad.values()][0].slice(0, 80)}`);
	}
});

for (const rule of new Set(RULES.map(([each]) => each))) {
	test(`shape_of_the_tree_${rule.name}_finds_nothing`, () => {
		assert.equal(rule(tree).join('\n'), '');
	});
}
