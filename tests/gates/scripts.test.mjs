/*
 * shellcheck (.shellcheckrc) over every shell script: by its name, or by its first line.
 */
import assert from 'node:assert/strict';
import test from 'node:test';

import { treeRead } from '../house/tree.mjs';
import { run } from './gate.mjs';

const tree = treeRead();
const scripts = Array.from(tree).filter(([name, text]) => name.endsWith('.sh') || /^#!.*\b(ba|da)?sh\b/.test(text))
	.map(([name]) => name);

test('scripts_have_no_finding', async () => {
	assert.ok(scripts.includes('.ci/run') && scripts.includes('conf/dev/lib.sh'), scripts.join());
	const { said } = await run('shellcheck', scripts);
	assert.equal(said, '');
});

test('scripts_with_a_mistake_are_found', async () => {
	const { status, said } = await run('shellcheck', ['--shell=bash', '-'], { input: 'rm -rf $HOME/"$1"/*\n' });
	assert.equal(status, 1);
	assert.match(said, /SC2086/);
});
