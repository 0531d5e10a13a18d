/*
 * The script inventory in docs/pci.md is what the pages load; and the rule notices when it is not.
 */
import assert from 'node:assert/strict';
import test from 'node:test';

import { inventoryWrong, loadedBy, PAGES } from './inventory.mjs';
import { treeRead } from './tree.mjs';

const tree = treeRead();

test('inventory_is_what_the_pages_load', () => {
	assert.equal(inventoryWrong(tree).join('\n'), '');
});

test('inventory_follows_imports_to_their_end', () => {
	const { scripts } = loadedBy(tree, PAGES['/checkout']);
	assert.ok(scripts.includes('checkout.mjs'), 'what the document names');
	assert.ok(scripts.includes('words.mjs'), 'what that imports');
	assert.ok(scripts.includes('words-de.mjs'), 'what is imported by a name made at run time');
});

const PAGE = '<script type="module" src="/assets/a.mjs"></script>';
const ROW = (name) => `| \`${name}\` | what for | who | how |\n`;
const TABLE = (...names) => `### Scripts of \`/a\`\n\n| script | for | by | how |\n|---|---|---|---|\n${names.map(ROW).join('')}`;

/** A tree with one page, its script, what that imports, and a table of some names. */
function treeOf({ page = PAGE, script = 'import { b } from "./b.mjs";', table = TABLE('a.mjs', 'b.mjs') } = {}) {
	return new Map([['assets/a.html', page], ['assets/a.mjs', script], ['assets/b.mjs', ''], ['assets/b-de.mjs', ''],
		['docs/pci.md', table]]);
}

test('inventory_rule_tells_right_from_wrong', () => {
	const cases = [
		/* tree, how many complaints */
		[{}, 0],
		[{ script: '/* import("./b.mjs") is a type */ import "./b.mjs";' }, 0],
		[{ script: 'await import(`./b-${language}.mjs`);', table: TABLE('a.mjs', 'b-de.mjs') }, 0],
		[{ table: TABLE('a.mjs') }, 1],			/* an import that nobody wrote down */
		[{ script: 'await import(`./b-${language}.mjs`);', table: TABLE('a.mjs') }, 1],
		[{ script: 'export { b } from "./b.mjs";', table: TABLE('a.mjs') }, 1],
		[{ table: TABLE('a.mjs', 'b.mjs', 'c.mjs') }, 1],	/* a row whose script has gone */
		[{ table: TABLE('a.mjs', 'b.mjs', 'b.mjs') }, 1],
		[{ table: TABLE('a.mjs') + '| `b.mjs` | what for | | how |\n' }, 1],
		[{ page: `${PAGE}<script>pay()</script>` }, 1],
		[{ page: `${PAGE}<button onclick="pay()">` }, 1],
		[{ page: `${PAGE}<script src="https://example.com/c.js"></script>` }, 2],	/* not ours, not in the table */
		[{ page: '' , table: '' }, 1],			/* a rule that sees nothing is no rule */
	];
	cases.forEach(([wish, count], index) => {
		assert.equal(inventoryWrong(treeOf(wish), { '/a': 'a.html' }).length, count, `case ${index}`);
	});
});
