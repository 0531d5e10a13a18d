/*
 * Links of the papers lead somewhere; the rule notices when they do not.
 */
import assert from 'node:assert/strict';
import test from 'node:test';

import { treeRead } from '../house/tree.mjs';
import { anchorsOf, linksBroken, targetsOf } from './links.mjs';

const tree = treeRead();

test('links_lead_somewhere', () => {
	assert.ok(targetsOf(tree.get('README.md')).length > 10);
	assert.equal(linksBroken(tree).join('\n'), '');
});

const paper = (text) => new Map([['README.md', text], ['docs/a.md', '# One\n\n## Two words, `code`\n\n## One\n'],
	['src/a.c', 'one\ntwo\n']]);

test('links_that_lead_nowhere_are_found', () => {
	const cases = [
		/* link, whether it leads somewhere */
		['[a](docs/a.md)', true], ['[a](docs/b.md)', false],
		['[a](./docs/a.md)', true], ['[a](docs/)', true], ['[a](docs)', true], ['[a](doc)', false],
		['[a](docs/a.md#one)', true], ['[a](docs/a.md#three)', false], ['[a](docs/a.md#One)', false],
		['[a](docs/a.md#two-words-code)', true], ['[a](docs/a.md#one-1)', true], ['[a](docs/a.md#one-2)', false],
		['[a](docs/b.md#one)', false], ['# Here\n\n[a](#here)', true], ['[a](#here)', false],
		['[a](src/a.c#L2)', true], ['[a](src/a.c#L99)', false],
		['[a](../elsewhere.md)', false], ['[a](/docs/a.md)', false],
		['[a]\n\n[a]: docs/a.md', true], ['[a]\n\n[a]: docs/b.md', false],
		['![picture](docs/a.png)', false], ['[a](docs/b.md "title")', false],
		['`[a](docs/b.md)`', true], ['```\n[a](docs/b.md)\n```', true],
		['[a](https://example.com/a?b=c#d)', true], ['[a](http://example.com/)', false], ['[a](https://example/)', false],
		['[a](http://127.0.0.1:8080/)', true], ['[a](ftp://example.com/)', false], ['[a](https://jo:pw@example.com/)', false],
		['see https://example.com/a.', true], ['see <http://example.com>', false], ['see http://example.com/a.', false],
		['[a](mailto:jo@example.com)', true], ['[a](mailto:jo)', false],
	];
	for (const [text, leads] of cases) {
		assert.equal(linksBroken(paper(text)).length, leads ? 0 : 1, text);
	}
});

test('anchors_are_those_of_headings', () => {
	assert.deepEqual(Array.from(anchorsOf('# A *b* `c`: d_e\n\n```\n# no\n```\n\n## [Ä](x) — 2 ##\n<a id="mine"></a>\n')),
		['a-b-c-d_e', 'ä--2', 'mine']);
});
