/*
 * Reading and comparing the vectors of tests/api/vectors: members as they are written, placeholders filled in
 * or found out.  tests/api/vectors/README.md is the format; used by tests/api/31-vectors.test.mjs.
 */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** What a placeholder that nothing has bound may stand for. */
const FORMS = {
	CHARGE: 'ch_[0-9A-Za-z]+',
	REFUND: 're_[0-9A-Za-z]+',
	OTHER_REFUND: 're_[0-9A-Za-z]+',
	METHOD: 'pm_[0-9A-Za-z]+',
	OTHER_METHOD: 'pm_[0-9A-Za-z]+',
	REQUEST_ID: 'req_[0-9A-Za-z]+',
	UNIX_SECONDS: '\\d{10}',
	TIMESTAMP: '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ',
};

/** A number's placeholder is quoted, so that a vector is JSON; its quotes are not in the answer. */
const PLACEHOLDER = /"<(UNIX_SECONDS)>"|<([A-Z_]+)>/g;

/** All vectors below a folder. @returns {{name: string, vector: object, text: string}[]} */
export function vectorsRead(folder) {
	return readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name)
		.sort().flatMap((operation) => readdirSync(path.join(folder, operation)).sort().map((file) => {
			const text = readFileSync(path.join(folder, operation, file), 'utf8');
			return { name: `${operation}/${file.replace(/\.json$/, '')}`, vector: JSON.parse(text), text };
		}));
}

/** A member of the outermost object, exactly as it is written. */
export function memberText(text, name) {
	const start = new RegExp(`^\t"${name}":\\s*`, 'm').exec(text);
	if (start === null) {
		return null;
	}
	const from = start.index + start[0].length;
	let depth = 0;
	for (const token of text.slice(from).matchAll(/"(?:\\.|[^"\\])*"|[[\]{}]|,|\n\}/g)) {
		if (depth === 0 && (token[0] === ',' || token[0] === '\n}' || token[0] === '}')) {
			return text.slice(from, from + token.index).trim();
		}
		depth += { '[': 1, '{': 1, ']': -1, '}': -1, '\n}': -1 }[token[0]] ?? 0;
	}
	throw new Error(`no end of ${name}`);
}

/** Put in what the placeholders stand for; those that are not bound are an error. */
export function filled(text, bound) {
	return text.replace(PLACEHOLDER, (whole, number, name) => {
		const value = bound[number ?? name];
		if (value === undefined) {
			throw new Error(`nothing has made ${whole}`);
		}
		return value;
	});
}

/**
 * Compare an answer with what is expected, and bind what was open.
 * @returns {string} the answer, with the placeholders put back where they fit: equal to expected, or it differs
 */
export function compared(expected, answer, bound) {
	const seen = new Set();
	let pattern = '';
	let last = 0;
	for (const match of expected.matchAll(PLACEHOLDER)) {
		const name = match[1] ?? match[2];
		pattern += escaped(expected.slice(last, match.index)) + placeFor(name, bound, seen);
		last = match.index + match[0].length;
	}
	const found = new RegExp(`^${pattern}${escaped(expected.slice(last))}$`).exec(answer);
	if (found === null) {
		return answer;
	}
	Object.assign(bound, found.groups);
	return expected;
}

function placeFor(name, bound, seen) {
	if (bound[name] !== undefined) {
		return escaped(bound[name]);
	}
	if (seen.has(name)) {
		return `\\k<${name}>`;
	}
	if (FORMS[name] === undefined) {
		throw new Error(`nothing has made <${name}>`);
	}
	seen.add(name);
	return `(?<${name}>${FORMS[name]})`;
}

function escaped(text) {
	return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
