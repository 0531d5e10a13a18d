/*
 * The repository as a map from path to text, and C seen as a script can see it.  Used by the rules beside
 * this file; each rule takes such a map and returns complaints, so that a test can hand it a bad example.
 */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const top = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

const SKIPPED = new Set(['.git', 'build', 'var', 'node_modules']);

/** @returns {Map<string, string>} every file of ours, by its path from the top */
export function treeRead(folder = '', files = new Map()) {
	for (const entry of readdirSync(path.join(top, folder), { withFileTypes: true })) {
		const name = path.posix.join(folder, entry.name);
		if (entry.isDirectory() && !SKIPPED.has(entry.name)) {
			treeRead(name, files);
		} else if (entry.isFile()) {
			files.set(name, readFileSync(path.join(top, name), 'utf8'));
		}
	}
	return files;
}

/** The files whose path fits. */
export function* filesOf(files, pattern) {
	for (const [name, text] of files) {
		if (pattern.test(name)) {
			yield [name, text];
		}
	}
}

/** C without its comments and without what is inside quotes; lines stay where they are. */
export function codeOnly(text) {
	return text.replace(/\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g,
		(match) => (match[0] === '/' ? match.replace(/[^\n]/g, ' ') : `${match[0]}${match[0]}`));
}

/**
 * Function bodies, by KNF: the name stands in the first column, the braces too.
 * @returns {{name: string, line: number, lines: number, isStatic: boolean}[]}
 */
export function functionsOf(text) {
	const lines = codeOnly(text).split('\n');
	const found = [];
	let open = null;
	lines.forEach((line, index) => {
		const name = /^([a-z_][a-z0-9_]*)\(/i.exec(line)?.[1];
		if (name && open === null) {
			open = { name, line: index + 1, begun: -1, isStatic: /\bstatic\b/.test(lines[index - 1] ?? '') };
		} else if (line.startsWith('{') && open?.begun === -1) {
			open.begun = index;
		} else if (line.startsWith('}') && open !== null) {
			if (open.begun >= 0) {
				found.push({ ...open, lines: index - open.line + 3 });
			}
			open = null;
		} else if (open?.begun === -1 && /;\s*$/.test(line)) {
			open = null;	/* a declaration */
		}
	});
	return found;
}

/**
 * What a header declares, with the comment that stands over it (or over its block of lines).
 * @returns {{name: string, line: number, comment: string}[]}
 */
export function declarationsOf(text) {
	const code = codeOnly(text).split('\n');
	const whole = text.split('\n');
	const found = [];
	let depth = 0;
	code.forEach((line, index) => {
		const before = depth;
		depth += (line.match(/{/g) ?? []).length - (line.match(/}/g) ?? []).length;
		const name = /^[a-z][\w\s*]*?[\s*]([a-z_]\w*)\(/i.exec(line)?.[1];
		if (before === 0 && name && !/^(typedef|return|else)\b/.test(line)) {
			found.push({ name, line: index + 1, comment: commentOver(whole, code, index) });
		}
	});
	return found;
}

/* The comment directly over a run of declarations without an empty line between them. */
function commentOver(whole, code, index) {
	let end = index - 1;
	while (end >= 0 && whole[end].trim() !== '' && code[end].trim() !== '') {
		end -= 1;
	}
	if (end < 0 || whole[end].trim() === '') {
		return '';
	}
	let begin = end;
	while (begin > 0 && !whole[begin].includes('/*')) {
		begin -= 1;
	}
	return whole.slice(begin, end + 1).join('\n');
}
