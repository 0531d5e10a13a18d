/*
 * C is formatted as .clang-format and KNF say, lines have no loose ends; and the comparison notices what differs.
 */
import assert from 'node:assert/strict';
import test from 'node:test';

import { treeRead } from '../house/tree.mjs';
import { formatWrong, linesWrong } from './format.mjs';

const tree = treeRead();
const file = (text) => new Map([['src/core/a.c', text]]);

test('c_is_formatted', async () => assert.equal((await formatWrong(tree)).join('\n'), ''));
test('lines_have_no_loose_ends', () => assert.equal(linesWrong(tree).join('\n'), ''));

const GOOD = `/*
 * A file.
 */
struct money {
	int64_t			 minor;		/* what it is worth */
	const struct currency	*currency;
};

static const struct money	none = { 0, NULL };

static bool
money_is(const struct money *money, int64_t minor,
    const struct currency *currency)
{
	int64_t	 left = minor * 2;
	size_t	 i;

	for (i = 0; i < 3; i++) {
		if (money->currency == NULL && left > 1 &&
		    minor == 0)
			return false;
		else
			left -= (int64_t)i;
	}
	switch (left) {
	case 1:
		return left ? true :
		    false;
	default:
		break;
	}
	return minor == left && call((struct money){ 1, currency }, "one "
	    "two");
}
`;

test('knf_is_taken', async () => assert.deepEqual(await formatWrong(file(GOOD)), []));

/* One change of the good file each. */
const BAD = {
	'a brace on the function\'s line': ['const struct currency *currency)\n{', 'const struct currency *currency) {'],
	'the return type on the function\'s line': ['static bool\nmoney_is', 'static bool money_is'],
	'no blank around an operator': ['minor * 2', 'minor*2'],
	'no blank behind a keyword': ['if (money', 'if(money'],
	'no blank behind a comma': ['minor,\n    const', 'minor,const'],
	'a blank inside brackets': ['(left)', '( left )'],
	'a blank before brackets of a call': ['call((', 'call (('],
	'a star at the type': ['const struct money *money', 'const struct money* money'],
	'a blank behind a cast': ['(int64_t)i', '(int64_t) i'],
	'a statement that is indented too little': ['\treturn minor', 'return minor'],
	'a statement that is indented by blanks': ['\t\tbreak;', '        \tbreak;'],
	'a case that is indented': ['\tcase 1:', '\t\tcase 1:'],
	'two statements on a line': ['size_t	 i;\n\n\tfor', 'size_t	 i; for'],
	'a body on its condition\'s line': ['minor == 0)\n\t\t\treturn', 'minor == 0) return'],
	'a brace on a line of its own': ['i++) {', 'i++)\n\t{'],
	'else behind nothing': ['\t\telse\n\t\t\tleft', '\t\telse left'],
};

test('what_is_not_knf_is_found', async () => {
	for (const [what, [from, to]] of Object.entries(BAD)) {
		assert.ok(GOOD.includes(from), what);
		assert.equal((await formatWrong(file(GOOD.replace(from, to)))).length, 1, what);
	}
});

test('loose_ends_are_found', () => {
	const cases = [
		['a;\n', 0], ['a; \n', 1], ['a;\t\n', 1], ['a;\r\n', 1], ['a;', 1], ['  \ta;\n', 1], ['\n', 0],
		[`\t${'a'.repeat(112)}\n`, 0], [`\t${'a'.repeat(113)}\n`, 1], [`a\t${'a'.repeat(113)}\n`, 1],
	];
	cases.forEach(([text, count]) => assert.equal(linesWrong(file(text)).length, count, JSON.stringify(text)));
});
