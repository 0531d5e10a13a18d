/*
 * What the docs say is there: commands of kassactl with their options, files, tests by their names, headings that
 * links lead to.  Used by docs.test.mjs; each rule takes the tree and returns complaints.
 */
import path from 'node:path';

import { filesOf } from './tree.mjs';

const PAPERS = /^(README|docs\/[\w-]+)\.md$/;

// --- commands --------------------------------------------------------------------------------------

/**
 * What "kassactl help" knows.
 * @param {string} help @returns {{words: string[], flags: Map<string, boolean>, needed: string[], operands: number}[]}
 */
export function commandsOf(help) {
	return Array.from(help.matchAll(/^kassactl ([a-z].*)$/gm), ([, usage]) => {
		const words = /^[a-z-]+(?: [a-z][a-z-]*)*/.exec(usage)[0].split(' ');
		const rest = usage.slice(words.join(' ').length);
		const must = rest.replace(/\[[^\]]*\]/g, ' ');
		return {
			words,
			flags: new Map(Array.from(rest.matchAll(/(--[a-z-]+)( [^\s[\]-]\S*)?/g), ([, flag, value]) => [flag, value !== undefined])),
			needed: Array.from(must.matchAll(/--[a-z-]+/g), ([flag]) => flag),
			operands: (rest.replace(/--[a-z-]+ [^\s[\]]+/g, ' ').match(/\b[A-Z]{2,}\b/g) ?? []).length,
		};
	});
}

/** What is wrong with some words behind "kassactl"; whole: they are to be typed, not only spoken of. */
export function commandWrong(line, commands, whole) {
	const words = line.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];	/* what is quoted is one */
	const command = commands
		.filter((one) => one.words.every((word, index) => words[index] === word))
		.sort((a, b) => b.words.length - a.words.length)[0];
	if (command === undefined) {
		const isBeginning = commands.some((one) => words.every((word, index) => one.words[index] === word));
		return !whole && isBeginning ? null : `no command "${line}"`;
	}
	let operands = 0;
	const given = [];
	for (let at = command.words.length; at < words.length; at++) {
		if (!words[at].startsWith('--')) {
			operands += 1;
		} else if (!command.flags.has(words[at])) {
			return `no ${words[at]} in "${line}"`;
		} else {
			given.push(words[at]);
			at += command.flags.get(words[at]) ? 1 : 0;
		}
	}
	if (command.words[0] !== 'help' && operands > command.operands) {
		return `too many words in "${line}"`;
	}
	const missing = whole ? command.needed.filter((flag) => !given.includes(flag)) : [];
	return missing.length > 0 ? `no ${missing.join(', ')} in "${line}", which needs it` : null;
}

/** Commands of kassactl in a paper: those in its blocks of shell are whole, those in its sentences may be a beginning. */
export function kassactlIn(text) {
	const found = [];
	for (const [, block] of text.matchAll(/^```sh\n([\s\S]*?)^```/gm)) {
		for (const line of block.replace(/\\\n/g, ' ').split('\n')) {
			const code = line.replace(/(^|\s)#.*$/, '');
			for (const [, words] of code.matchAll(/\bkassactl\s+((?:'[^']*'|"[^"]*"|[^|;&>)"`'])+)/g)) {
				found.push({ words: words.replace(/\s+/g, ' ').trim(), whole: true });
			}
		}
	}
	const sentences = text.replace(/^```[\s\S]*?^```/gm, '');
	for (const [, words] of sentences.matchAll(/`(?:build\/)?kassactl ([^`…]+)…?`/g)) {
		found.push({ words: words.replace(/\s+/g, ' ').trim(), whole: false });
	}
	return found;
}

/** @param {Map<string, string>} files @param {string} help */
export function commandsWrong(files, help) {
	const commands = commandsOf(help);
	const complaints = commands.length === 0 ? ['kassactl help names no command'] : [];
	for (const [name, text] of filesOf(files, PAPERS)) {
		for (const { words, whole } of kassactlIn(text)) {
			const wrong = commandWrong(words, commands, whole);
			if (wrong !== null) {
				complaints.push(`${name}: ${wrong}`);
			}
		}
	}
	return complaints;
}

// --- files and tests -------------------------------------------------------------------------------

const PLACE = /^(src|sql|conf|tests|assets|docs|patches)\/[\w./-]*$/;

/** Files and folders that a paper names in code style, and that are not there. */
export function placesMissing(files) {
	const complaints = [];
	for (const [name, text] of filesOf(files, PAPERS)) {
		for (const [, code] of text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)) {
			if (PLACE.test(code) && !files.has(code) && !isFolder(files, code)) {
				complaints.push(`${name}: no ${code}`);
			}
		}
	}
	return complaints;
}

function isFolder(files, place) {
	const folder = place.endsWith('/') ? place : `${place}/`;
	return Array.from(files.keys()).some((file) => file.startsWith(folder));
}

/** The names of the tests in a file, of whichever kind it is; their parts that are made at run time are cut out. */
export function testsOf(name, text) {
	if (name.endsWith('.mjs')) {
		return Array.from(text.matchAll(/\b(?:test|it|describe)\(\s*(['"`])((?:\\.|(?!\1)[\s\S])*)\1/g), ([, , found]) => found);
	}
	if (name.endsWith('.c')) {
		return Array.from(text.matchAll(/^([a-z]\w*)\(void \*\*/gm), ([, found]) => found);
	}
	return Array.from(text.matchAll(/'((?:[^'\n]|'')+)'/g), ([, found]) => found);	/* pgTAP: a description is a text */
}

/** What a paper cites: `tests/…` "name", "name". */
export function citationsOf(text) {
	return Array.from(text.replace(/\s+/g, ' ').matchAll(/`(tests\/[\w./-]+\.(?:test\.mjs|c|sql))`((?:,? "[^"]+")*)/g),
		([, file, names]) => ({ file, names: Array.from(names.matchAll(/"([^"]+)"/g), ([, one]) => one) }));
}

/** Tests that a paper cites by a name that none in that file has. */
export function testsMissing(files) {
	const complaints = [];
	for (const [name, text] of filesOf(files, PAPERS)) {
		for (const { file, names } of citationsOf(text)) {
			const known = testsOf(file, files.get(file) ?? '');
			complaints.push(...names.filter((one) => !known.some((test) => test.includes(one)))
				.map((one) => `${name}: ${file} has no test "${one}"`));
		}
	}
	return complaints;
}

// --- headings --------------------------------------------------------------------------------------

/** The anchors of a paper's headings, as they are made of their words. */
export function anchorsOf(text) {
	const headings = text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.+)$/gm);
	return Array.from(headings, ([, words]) => words.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').trim().replace(/\s/g, '-'));
}

/** Links to a heading, in papers and in the runbooks of alerts, that no heading answers. */
export function anchorsWrong(files) {
	const links = [];
	for (const [name, text] of filesOf(files, PAPERS)) {
		for (const [, target, anchor] of text.matchAll(/\]\(([^)#:\s]*)#([^)\s]+)\)/g)) {
			links.push({ name, anchor, to: target === '' ? name : path.posix.normalize(path.posix.join(path.posix.dirname(name), target)) });
		}
	}
	for (const [name, text] of filesOf(files, /^conf\/.*\.yml$/)) {
		for (const [, to, anchor] of text.matchAll(/\brunbook(?:_url)?:\s*["']?([\w./-]+\.md)#([\w-]+)/g)) {
			links.push({ name, to, anchor });
		}
	}
	return links.filter(({ to, anchor }) => !anchorsOf(files.get(to) ?? '').includes(anchor))
		.map(({ name, to, anchor }) => `${name}: ${to} has no heading #${anchor}`);
}

// --- ASVS ------------------------------------------------------------------------------------------

/* Of each section of ASVS 5.0.0 the requirements of levels 1 and 2: all up to a number, but those of level 3. */
const ASVS = `
1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1 4.3:2 4.4:4
5.1:1 5.2:3 5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2
8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4 10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3
11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1 12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5 14.1:2 14.2:4 14.3:3
15.1:3 15.2:3 15.3:7 16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 17.1:1 17.2:4 17.3:2`;

/* Those of level 1. */
const FIRST = new Set(`
1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.5.1 2.1.1 2.2.1 2.2.2 2.3.1 3.2.1 3.2.2 3.3.1 3.4.1 3.4.2 3.5.1 3.5.2 3.5.3
4.1.1 4.4.1 5.2.1 5.2.2 5.3.1 5.3.2 6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.3.1 6.3.2 6.4.1 6.4.2
7.2.1 7.2.2 7.2.3 7.2.4 7.4.1 7.4.2 8.1.1 8.2.1 8.2.2 8.3.1 9.1.1 9.1.2 9.1.3 9.2.1 10.4.1 10.4.2 10.4.3 10.4.4 10.4.5
11.3.1 11.3.2 11.4.1 12.1.1 12.2.1 12.2.2 13.4.1 14.2.1 14.3.1 15.1.1 15.2.1 15.3.1`.trim().split(/\s+/));

/** Their ids, in order. */
export function asvsIds() {
	return ASVS.trim().split(/\s+/).flatMap((section) => {
		const [of, count] = section.split(':');
		return Array.from({ length: Number(count) }, (_, index) => `V${of}.${index + 1}`);
	});
}

const STATES = ['met', 'operator', 'not applicable', 'open'];

/** Rows that are missing, unknown or without a reason; and the sums at the top of the file. */
export function asvsWrong(text, ids = asvsIds()) {
	const rows = Array.from(text.matchAll(/^\| (V[\d.]+) \| ([12]) \| (.+?) \| (\w[\w ]*?): (.+) \|$/gm),
		([, id, level, what, state, why]) => ({ id, level, what, state, why }));
	const named = rows.map(({ id }) => id);
	const sums = STATES.map((state) => `${state}: ${rows.filter((row) => row.state === state).length}`);
	return [
		...ids.filter((id) => !named.includes(id)).map((id) => `lacks ${id}`),
		...named.filter((id) => !ids.includes(id)).map((id) => `${id} is none of levels 1 and 2`),
		...named.filter((id, index) => named.indexOf(id) !== index).map((id) => `${id} twice`),
		...rows.filter(({ id, level }) => level !== (FIRST.has(id.slice(1)) ? '1' : '2')).map(({ id, level }) => `${id} is not of level ${level}`),
		...rows.filter(({ state }) => !STATES.includes(state)).map(({ id, state }) => `${id}: "${state}" is no state`),
		...rows.filter(({ state, why }) => state === 'met' && !/`(tests|src|sql|conf|assets|patches)\/|\]\(/.test(why))
			.map(({ id }) => `${id}: met, but by what?`),
		...sums.filter((sum) => !text.includes(`**${sum}**`)).map((sum) => `the sums do not say ${sum}`),
	];
}
