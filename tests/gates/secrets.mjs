/*
 * Secrets that got into the tree or into a commit: keys in the forms in which they are handed out, and whatever a
 * setting or a variable calls a secret and gives a value that looks random.  A secret that was committed is known, also
 * when a later commit removed it: it has to be replaced, and then named in ALLOWED.
 */
import { run } from './gate.mjs';

const RANDOM = String.raw`[A-Za-z0-9+/_-]`;

/* The part in brackets is what should be random. */
const FORMS = Object.entries({
	'a private key': /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----(?:\\n|[\s"'+])*([A-Za-z0-9+/]{40,})/g,
	/* PKCS#8 and PKCS#1 begin with a length, a version of 0, and what kind of key comes. */
	'a private key without its frame': /\b(?:M[A-Za-z0-9+/]{2}CAQAw|MII[A-Za-z0-9+/]{3}IBA(?:DAN|AKC))([A-Za-z0-9+/]{40,})/g,
	'an API key of ours': /kassa_sk_(?:test|live)_([0-9a-f]{32,})/g,
	'a master key': /\b\w{1,16}:([0-9a-f]{64})\b/g,
	'a key of Stripe': /\b(?:sk|rk)_(?:live|test)_([A-Za-z0-9]{16,})|\bwhsec_([A-Za-z0-9+/]{24,})/g,
	'a key of Adyen': /\bAQE([A-Za-z0-9+/=]{60,})/g,
	'a token of the platform': /\bpit-([0-9a-f]{8}-[0-9a-f-]{27})\b/g,
	'a token of GitHub or GitLab': /\b(?:gh[pousr]_|github_pat_|glpat-)([A-Za-z0-9_-]{20,})/g,
	'a token of npm': /\bnpm_([A-Za-z0-9]{36})/g,
	'a token of Slack': /\bxox[abeoprs]-([A-Za-z0-9-]{10,})/g,
	'a key of Amazon': /\b(?:AKIA|ASIA)([A-Z0-9]{16})\b/g,
	'a key of Google': /\bAIza([A-Za-z0-9_-]{35})/g,
	'a signed token': /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.([\w-]{16,})/g,
	'a password in an address': /\b[a-z][a-z0-9+]*:\/\/[^\s:/@'"]+:([^\s:/@'"$]{6,})@/g,
	'something called secret': new RegExp(String.raw`(?:secret|password|passwd|token|api_?key|private_?key)\w*['"]?\s*(?:[:=]|=>)\s*`
		+ String.raw`['"](${RANDOM}{24,}={0,2})['"]`, 'gi'),
}).map(([what, pattern]) => ({ what, pattern }));

const BITS = 3;	/* of a letter: what is random has more, what somebody typed has less */

/* Letters in their order were typed, or counted; nothing that is random has as many. */
const TYPED = /0123456789|abcdefgh|01020304050607/i;

/* What looks like one and is none, each with its reason. */
const ALLOWED = [
	['EzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1P', 'published: RFC 8032, section 7.1, test 2'],
	['a-client-secret-of-this-test', 'a name, in tests/support/billing.mjs'],
];

/** @returns {string[]} "what: text" of each secret in a text */
export function secretsOf(text, allowed = ALLOWED) {
	const found = [];
	for (const { what, pattern } of FORMS) {
		for (const match of text.matchAll(pattern)) {
			const value = match.slice(1).find((part) => part !== undefined);
			if (bitsOf(value) >= BITS && !TYPED.test(value) && !allowed.some(([known]) => match[0].includes(known))) {
				found.push(`${what}: ${match[0].slice(0, 60)}`);
			}
		}
	}
	return found;
}

/* Shannon's entropy of its letters. */
function bitsOf(text) {
	const counts = new Map();
	for (const letter of text) {
		counts.set(letter, (counts.get(letter) ?? 0) + 1);
	}
	return Array.from(counts.values(), (count) => -count / text.length * Math.log2(count / text.length))
		.reduce((sum, bits) => sum + bits, 0);
}

/** Secrets in files. */
export function secretsInTree(files) {
	return Array.from(files).flatMap(([name, text]) => secretsOf(text).map((found) => `${name}: ${found}`));
}

/** Secrets in what commits have added, or say; merges too, where they differ from both sides. */
export async function secretsInHistory() {
	const { status, said, out } = await run('git', ['log', '-p', '--cc', '--no-color', '--no-ext-diff', '--text', '-U0',
		'--format=commit %H%n%B']);
	if (status !== 0) {
		throw new Error(`git log: ${said}`);
	}
	const complaints = new Set();
	const commits = out.split(/^commit (?=[0-9a-f]{40}$)/m).slice(1);
	for (const commit of commits) {
		const added = commit.split('\n').filter((line) => !/^( ?-|\+\+\+|@@)/.test(line)).join('\n');
		secretsOf(added).forEach((found) => complaints.add(`${commit.slice(0, 12)}: ${found}`));
	}
	return { complaints: Array.from(complaints), commits: commits.length };
}

/** Whether all of the history is here. */
export async function historyIs() {
	const { status, out } = await run('git', ['rev-parse', '--is-shallow-repository']);
	return status !== 0 ? 'none' : out.trim() === 'true' ? 'shallow' : 'whole';
}
