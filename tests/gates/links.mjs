/*
 * Links of README.md and docs/: files and headings that they lead to are there; addresses elsewhere are looked at, not
 * asked, since tests reach no network.
 */
import path from 'node:path';

import { filesOf } from '../house/tree.mjs';

const PAPER = /^(README|docs\/.*|patches\/README)\.md$/;

/** @param {Map<string, string>} files */
export function linksBroken(files) {
	const complaints = [];
	for (const [name, text] of filesOf(files, PAPER)) {
		for (const target of targetsOf(text)) {
			const wrong = /^[a-z][a-z+.-]*:/i.test(target) ? elsewhereWrong(target) : hereWrong(files, name, target);
			if (wrong !== null) {
				complaints.push(`${name}: ${target}: ${wrong}`);
			}
		}
	}
	return complaints;
}

/** Where a paper's links lead: [text](target), [name]: target, <https://…>, and bare addresses. */
export function targetsOf(text) {
	const prose = proseOf(text);
	return [
		...Array.from(prose.matchAll(/\]\(\s*<?([^)>\s]*)>?[^)]*\)/g), ([, target]) => target),
		...Array.from(prose.matchAll(/^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)/gm), ([, target]) => target),
		...Array.from(prose.matchAll(/(?<![(\]:"'=\w])<?(https?:\/\/[^\s<>)`|]*[^\s<>)`|.,;:])/g), ([, target]) => target),
	];
}

/* What is code is not a link. */
function proseOf(text) {
	return text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '');
}

function hereWrong(files, name, target) {
	const [to, anchor] = target.split('#');
	const file = to === '' ? name : path.posix.normalize(path.posix.join(path.posix.dirname(name), to));
	if (file.startsWith('..') || path.posix.isAbsolute(to)) {
		return 'leads out of the repository';
	}
	if (!files.has(file)) {
		const folder = file.endsWith('/') ? file : `${file}/`;
		return Array.from(files.keys()).some((known) => known.startsWith(folder)) ? null : 'is not there';
	}
	if (anchor === undefined) {
		return null;
	}
	const line = /^L(\d+)$/.exec(anchor)?.[1];
	if (line !== undefined) {
		return Number(line) <= files.get(file).split('\n').length ? null : 'has fewer lines';
	}
	return anchorsOf(files.get(file)).has(anchor) ? null : 'has no such heading';
}

/** What GitHub and most others make of headings; and anchors that are written down. */
export function anchorsOf(text) {
	const anchors = new Set();
	for (const [, heading] of text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').matchAll(/^#{1,6}[ \t]+(.*?)[ \t]*#*$/gm)) {
		const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
		const slug = plain.replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-');
		let unique = slug;
		for (let number = 1; anchors.has(unique); number += 1) {
			unique = `${slug}-${number}`;
		}
		anchors.add(unique);
	}
	for (const [, written] of text.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)) {
		anchors.add(written);
	}
	return anchors;
}

function elsewhereWrong(target) {
	if (/^mailto:[^@\s]+@[^@\s]+\.[a-z]+$/i.test(target)) {
		return null;
	}
	let url;
	try {
		url = new URL(target);
	} catch {
		return 'is no address';
	}
	const here = /^(127\.0\.0\.1|localhost)$/.test(url.hostname);
	return url.protocol === 'http:' && here ? null
		: url.protocol !== 'https:' ? 'is not https'
			: url.username !== '' || !/^([a-z0-9-]+\.)+[a-z]{2,}$/i.test(url.hostname) ? 'names no host' : null;
}
