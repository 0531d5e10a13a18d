/*
 * The shape of C files: lengths, first comments, names, docstrings, calls that are banned.
 */
import path from 'node:path';

import { codeOnly, declarationsOf, filesOf, functionsOf } from './tree.mjs';

const FILE_LINES = 400;
const FILE_LINES_EVER = 500;	/* with a reason */
const TEST_LINES = 700;		/* tables of cases are long and simple */
const FUNCTION_LINES = 70;
const PARAMETERS = 5;

const BANNED = /\b(strcpy|strcat|strncpy|sprintf|vsprintf|strtok|atoi|atol|atof|gmtime|localtime|gets|strlcat|alloca)\s*\(/;

/** Functions over 70 lines; files over 400 whose first comment does not say why they have so many lines. */
export function lengthsWrong(files) {
	const complaints = [];
	for (const [name, text] of filesOf(files, /^(src|sql|assets|conf|tests)\/.*\.(c|h|sql|mjs|css|html|sh|pl)$/)) {
		const lines = text.split('\n').length - 1;
		const reason = /^(#!.*\n)?(\/\*[\s\S]*?\*\/|((--|#).*\n)+)/.exec(text)?.[0] ?? '';
		const most = name.startsWith('tests/') ? TEST_LINES
			: /\blines\b/.test(reason) ? FILE_LINES_EVER : FILE_LINES;
		if (lines > most) {
			complaints.push(`${name}: ${lines} lines`);
		}
		for (const { name: symbol, lines: long } of /\.[ch]$/.test(name) ? functionsOf(text) : []) {
			if (long > FUNCTION_LINES) {
				complaints.push(`${name}: ${symbol} has ${long} lines`);
			}
		}
	}
	return complaints;
}

/** Calls that must not be made, double, and snprintf whose result nobody reads. */
export function callsWrong(files) {
	const complaints = [];
	for (const [name, text] of filesOf(files, /^src\/.*\.[ch]$/)) {
		codeOnly(text).split('\n').forEach((line, index) => {
			const banned = BANNED.exec(line)?.[1]
				?? (/\bdouble\b|\bfloat\b/.test(line) && !name.startsWith('src/io/') ? 'floating point' : null)
				?? (/^\s*(\(void\)\s*)?v?snprintf\(/.test(line) ? 'snprintf without a look at its result' : null);
			if (banned) {
				complaints.push(`${name}:${index + 1}: ${banned}`);
			}
		});
	}
	return complaints;
}

/** Pages write no member whose name is a value: what came from elsewhere can reach no prototype. */
export function membersComputed(files) {
	const complaints = [];
	for (const [name, text] of filesOf(files, /^assets\/.*\.m?js$/)) {
		codeOnly(text).split('\n').forEach((line, index) => {
			if (/[\w)\]]\[[^\]]+\]\s*([-+*]|\?\?|\|\||&&)?=[^=>]|\b(__proto__|prototype|setPrototypeOf|defineProperty|Reflect)\b/.test(line)) {
				complaints.push(`${name}:${index + 1}: a member is written by a name that is a value`);
			}
		});
	}
	return complaints;
}

/** Every file says first what it is. */
export function commentsMissing(files) {
	const kinds = [
		[/\.(c|h|css)$/, /^\/\*/],
		[/\.mjs$/, /^(\/\*|\/\/ )/],
		[/\.lua$/, /^-- /],
		[/\.(sh|pl|yml)$|^Makefile$|^\.ci\/run$/, /^(#!.*\n)?# /],
		[/\.sql$/, /^(\\unset [^\n]*\n|\\set [^\n]*\n)*-- /],
		[/\.html$/, /^<!doctype html>/i],
	];
	const complaints = [];
	for (const [name, text] of files) {
		const kind = kinds.find(([pattern]) => pattern.test(name));
		if (kind && !kind[1].test(text)) {
			complaints.push(`${name}: does not begin with a comment`);
		}
	}
	return complaints;
}

/**
 * A public symbol begins with its file's name, with the word that a family of files shares (json_read,
 * json_write), or with a struct or enum that its header declares.
 */
export function namesWrong(files) {
	const complaints = [];
	for (const [name, text] of filesOf(files, /^src\/.*\.h$/)) {
		const noun = path.basename(name, '.h');
		const tags = Array.from(codeOnly(text).matchAll(/^(?:struct|enum)\s+(\w+)\s*{/gm), ([, tag]) => tag);
		const nouns = [noun, noun.split('_')[0], ...tags];
		for (const { name: symbol } of declarationsOf(text)) {
			if (!nouns.some((known) => symbol === known || symbol.startsWith(`${known}_`))) {
				complaints.push(`${name}: ${symbol}() does not begin with ${noun}_`);
			}
		}
		if (!new RegExp(`#ifndef ${noun.toUpperCase()}_H\\b`).test(text)) {
			complaints.push(`${name}: its guard is not ${noun.toUpperCase()}_H`);
		}
	}
	return complaints;
}

/** Everything that a header declares has a comment over it. */
export function docstringsMissing(files) {
	const complaints = [];
	for (const [name, text] of filesOf(files, /^src\/.*\.h$/)) {
		for (const { name: symbol, comment } of declarationsOf(text)) {
			if (comment === '') {
				complaints.push(`${name}: ${symbol}() has no docstring`);
			}
		}
	}
	return complaints;
}

/** A function is static, or others may call it and a header says so. */
export function secretsPublic(files) {
	const declared = new Set();
	for (const [, text] of filesOf(files, /^src\/.*\.h$/)) {
		declarationsOf(text).forEach(({ name }) => declared.add(name));
	}
	const complaints = [];
	for (const [name, text] of filesOf(files, /^src\/.*\.c$/)) {
		for (const { name: symbol, isStatic } of functionsOf(text)) {
			if (!isStatic && symbol !== 'main' && !declared.has(symbol) && !isHook(symbol)) {
				complaints.push(`${name}: ${symbol}() is neither static nor in a header`);
			}
		}
	}
	return complaints;
}

/* Found by name, not by header: Kore's hooks, and what the linker wraps. */
function isHook(symbol) {
	return /^(kore_|__wrap_|serve_dispatch(_inner)?$)/.test(symbol);
}

/** More than five parameters: make a struct. */
export function parametersTooMany(files) {
	const complaints = [];
	for (const [name, text] of filesOf(files, /^src\/.*\.[ch]$/)) {
		const code = codeOnly(text);
		for (const [, symbol, list] of code.matchAll(/^(?:[a-z][\w\s*]*[\s*])?([a-z_]\w*)\(([^()]*)\)\s*(?:;|\n{)/gm)) {
			const count = list.split(',').length;
			if (count > PARAMETERS) {
				complaints.push(`${name}: ${symbol}() takes ${count} parameters`);
			}
		}
	}
	return complaints;
}
