/*
 * Arrows point down: which room may include which, and who may see Kore.  The floors are those of README.md.
 */
import { filesOf } from './tree.mjs';

/* A room may use itself and what is listed; rooms on one floor do not know each other. */
const ROOMS = {
	base: [],
	core: ['base'],
	io: ['base', 'core'],
	serve: ['base', 'core', 'io'],
	platform: ['base', 'core', 'io'],
	processor: ['base', 'core', 'io'],
	store: ['base', 'core', 'io'],
	install: ['base', 'core', 'io', 'platform', 'processor', 'store'],
	pay: ['base', 'core', 'io', 'platform', 'processor', 'store', 'install'],
	web: ['base', 'core', 'io', 'serve', 'platform', 'processor', 'store', 'install', 'pay'],
	jobs: ['base', 'core', 'io', 'platform', 'processor', 'store', 'install', 'pay'],
	simulator: ['base', 'core', 'io', 'serve'],
	ctl: ['base', 'core'],
};

const SYSTEM_OF = {	/* outside libraries, and the rooms that may see them */
	'kore/': /^src\/(serve\/|io\/loop_kore\.c$)/,
	'curl/': /^src\/io\//,
	'libpq-fe.h': /^src\/(io|store|processor|simulator|ctl)\//,
	'openssl/': /^src\/base\//,
	'yajl/': /^src\/base\//,
};

/** @param {Map<string, string>} files */
export function arrowsWrong(files) {
	const complaints = [];
	for (const [name, text] of filesOf(files, /^src\/.*\.[ch]$/)) {
		const room = name.split('/')[1];
		const allowed = name.split('/').length === 3 ? ROOMS[room] : Object.keys(ROOMS);
		if (allowed === undefined) {
			complaints.push(`${name}: ${room}/ is not a room`);
			continue;
		}
		for (const [, quoted, system] of text.matchAll(/^#include\s+(?:"([^"]+)"|<([^>]+)>)/gm)) {
			const complaint = quoted ? ownWrong(quoted, room, allowed) : systemWrong(system, name);
			if (complaint) {
				complaints.push(`${name}: ${complaint}`);
			}
		}
	}
	return complaints;
}

function ownWrong(included, room, allowed) {
	const to = included.split('/')[0];
	if (!included.includes('/')) {
		return `"${included}" is not written from src/`;
	}
	return to === room || allowed.includes(to) ? null : `may not include ${included}`;
}

function systemWrong(included, name) {
	const library = Object.keys(SYSTEM_OF).find((prefix) => included.startsWith(prefix));
	return library && !SYSTEM_OF[library].test(name) ? `may not include <${included}>` : null;
}
