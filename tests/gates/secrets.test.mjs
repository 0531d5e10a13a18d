/*
 * No secret in the tree and none in any commit; and the forms find what they are for.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import test from 'node:test';

import { treeRead } from '../house/tree.mjs';
import { historyIs, secretsInHistory, secretsInTree, secretsOf } from './secrets.mjs';

const COMMITS_SECONDS = 20;	/* 177 commits take 0.6 s */

test('tree_holds_no_secret', () => assert.equal(secretsInTree(treeRead()).join('\n'), ''));

test('commits_hold_no_secret', async (context) => {
	const history = await historyIs();
	if (history === 'none') {
		context.skip('there is no history here, only a copy of the tree');
		return;
	}
	const began = Date.now();
	const { complaints, commits } = await secretsInHistory();
	context.diagnostic(`${commits} commits, the history being ${history}`);
	assert.ok(commits > 0);
	assert.equal(complaints.join('\n'), '');
	assert.ok(Date.now() - began < COMMITS_SECONDS * 1000, 'the commits took too long to read');
});

const hex = (bytes) => randomBytes(bytes).toString('hex');
const base64 = (bytes) => randomBytes(bytes).toString('base64').replaceAll(/[=+/]/g, 'x');
const key = (kind, words = []) => execFileSync('openssl', ['genpkey', '-quiet', '-algorithm', kind, ...words], { encoding: 'utf8' });
const inner = (pem) => pem.split('\n').slice(1, -2).join('');

/* Made anew each time: one that is written here would be found. */
const SECRETS = {
	'a PEM key': key('ed25519'),
	'a PEM key in C': key('ed25519').replaceAll('\n', '\\n'),
	'a PEM key of RSA': key('rsa', ['-pkeyopt', 'rsa_keygen_bits:2048']),
	'the inside of a PEM key': `"${inner(key('ed25519'))}"`,
	'the inside of a PEM key of RSA': inner(key('rsa', ['-pkeyopt', 'rsa_keygen_bits:2048'])),
	'our test API key': `kassa_sk_test_${hex(20)}`,
	'our live API key': `"apiKey":"kassa_sk_live_${hex(20)}"`,
	'a master key': `KASSA_MASTER_KEY='k1:${hex(32)}'`,
	'a key of Stripe': `sk_live_${base64(24)}`,
	'a webhook secret of Stripe': `whsec_${base64(32)}`,
	'a key of Adyen': `AQE${base64(80)}`,
	'a token of the platform': `pit-${hex(4)}-${hex(2)}-${hex(2)}-${hex(2)}-${hex(6)}`,
	'a token of GitHub': `ghp_${base64(30)}`,
	'a token of npm': `//registry/:_authToken=npm_${base64(60).slice(0, 36)}`,
	'a token of Slack': `xoxb-${base64(24)}`,
	'a key of Amazon': `AKIA${'QZ7WMK3PLX9TRVD2'}`,
	'a key of Google': `AIza${base64(60).slice(0, 35)}`,
	'a signed token': `eyJ${base64(20)}.eyJ${base64(40)}.${base64(32)}`,
	'a password in an address': `postgres://kassa:${base64(18)}@db.example/kassa`,
	'a variable': `const clientSecret = '${base64(24)}';`,
	'a member': `"access_token": "${base64(40)}"`,
};

test('forms_find_what_they_are_for', () => {
	for (const [what, text] of Object.entries(SECRETS)) {
		assert.ok(secretsOf(`before\n${text}\nbehind`).length > 0, `${what} was not found`);
	}
});

test('forms_leave_alone_what_is_none', () => {
	const harmless = [
		'-----BEGIN PUBLIC KEY-----\\nMCowBQYDK2VwAyEAi2HR1srL4o18O8BRa7gVJY7G7bupbN3H9AwJrHCDiOg=',
		"grep -c '-----BEGIN PRIVATE KEY-----' file",
		`kassa_sk_test_${'0'.repeat(40)}`,
		'KASSA_MASTER_KEY=k1:$(openssl rand -hex 32)',
		'https://127.0.0.1:8080/a@b',
		'postgres://kassa:$PASSWORD@db.example/kassa',
		"const token = stack.secret('simulator-token');",
		`sha256: ${hex(32)}`,
	];
	harmless.forEach((text) => assert.deepEqual(secretsOf(text), [], text));
});

test('allowed_texts_are_allowed_alone', () => {
	const text = `kassa_sk_live_${hex(20)}`;
	assert.deepEqual(secretsOf(text, [[text, 'a reason']]), []);
	assert.equal(secretsOf(`${text} kassa_sk_live_${hex(20)}`, [[text, 'a reason']]).length, 1);
});
