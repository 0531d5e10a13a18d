/*
 * clang-format against the tree.  It cannot write our KNF: names of variables stand at tab stops with the stars of
 * pointers in front of them, tables are aligned by hand, and a line is broken where it reads best.  So .clang-format
 * leaves lines as they are (ColumnLimit 0), and its result is compared with the file as a sequence of statements: braces,
 * indentation, blanks around operators, one statement a line.  How wide a blank is, and where within a statement a
 * line ends, is the author's.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { filesOf, top } from '../house/tree.mjs';
import { run } from './gate.mjs';

/* Columns, a tab being 8; tables of cases are wide. */
const LINE = 120;
const LINE_OF_TEST = 140;
const C = /^(src|tests)\/.*\.[ch]$/;
const TEXT = /^(src|tests|sql|assets|conf|docs|\.ci)\/.*\.(c|h|sql|mjs|js|css|html|sh|pl|md|lua|service)$|^(README\.md|Makefile|\.ci\/run)$/;

/** Lines that clang-format would write otherwise. @param {Map<string, string>} files */
export async function formatWrong(files) {
	const folder = mkdtempSync(path.join(tmpdir(), 'kassa-format-'));
	try {
		const sources = Array.from(filesOf(files, C));
		cpSync(path.join(top, '.clang-format'), path.join(folder, '.clang-format'));
		for (const [name, text] of sources) {
			mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
			writeFileSync(path.join(folder, name), text);
		}
		const { status, said } = await run('clang-format',
			['-i', '--style=file', ...sources.map(([name]) => path.join(folder, name))]);
		if (status !== 0) {
			throw new Error(`clang-format: ${said}`);
		}
		return sources.flatMap(([name, text]) =>
			differences(name, statementsOf(text), statementsOf(readFileSync(path.join(folder, name), 'utf8'))));
	} finally {
		rmSync(folder, { recursive: true });
	}
}

/* One statement a line, behind as many » as it is indented. */
function statementsOf(text) {
	return text
		.replace(/\\\n\s*/g, ' ')
		.replace(/[ \t]+$/gm, '')
		.replace(/\(\n\s*|\n\s*(?=\))/g, (bracket) => bracket.trim())
		.replace(/([,|&+\-*=<>?]| :|"|\){|\b(?:PRI\w+|FILE_SUFFIX|CLUSTER_OWNER))\n\s*/g, '$1 ')
		.replace(/\n\s*(?=[?:"]|__attribute__)/g, ' ')
		.replace(/^[ \t]*(?=\/?\*)/gm, '')
		.replace(/^\t+/gm, (tabs) => '»'.repeat(tabs.length))
		.replace(/[ \t]+/g, ' ')
		.replace(/^(»*) /gm, '$1')
		.replace(/{ /g, '{')
		.replace(/ }/g, '}')
		.replace(/^ *#.*\n/gm, '')
		.split('\n');
}

/* Up to the first line that differs: one that is too many would make all that follow differ. */
function differences(name, is, wanted) {
	const at = is.findIndex((line, index) => line !== wanted[index]);
	return at < 0 && is.length === wanted.length ? []
		: [`${name}: ${is[at] ?? 'ends too soon'}\n    wanted: ${wanted[at] ?? 'no more'}`];
}

/** Blanks at ends of lines, blanks before tabs, lines that are too long, ends without a newline. */
export function linesWrong(files) {
	const complaints = [];
	for (const [name, text] of filesOf(files, TEXT)) {
		const lines = text.split('\n');
		if (lines.pop() !== '') {
			complaints.push(`${name}: does not end with a newline`);
		}
		lines.forEach((line, index) => {
			const wrong = /[ \t\r]$/.test(line) ? 'a blank at its end'
				: /^ +\t/.test(line) ? 'blanks before a tab'
					: C.test(name) && columnsOf(line) > (name.startsWith('tests/') ? LINE_OF_TEST : LINE) ? `${columnsOf(line)} columns` : null;
			if (wrong !== null) {
				complaints.push(`${name}:${index + 1}: ${wrong}`);
			}
		});
	}
	return complaints;
}

function columnsOf(line) {
	let columns = 0;
	for (const letter of line) {
		columns += letter === '\t' ? 8 - columns % 8 : 1;
	}
	return columns;
}
