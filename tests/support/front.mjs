/*
 * nginx in front of several servers, with the lines that docs/upgrade.md and conf/nginx.conf have.  Used by the tests of
 * restarts.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { eventually } from './payer.mjs';
import { portsFree, top } from './stack.mjs';

/** The nth block of that language in a page of docs/. */
export function blockOf(page, language, nth = 0) {
	const text = readFileSync(path.join(top, 'docs', page), 'utf8');
	const blocks = Array.from(text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)).filter(([, kind]) => kind === language);
	return blocks[nth][2];
}

/* How a request goes on to Kassa: the headers and time limits of the configuration that people start from. */
function passing() {
	const text = readFileSync(path.join(top, 'conf/nginx.conf'), 'utf8');
	const maps = text.match(/^\tmap \$uri \$passed_[^}]*\}/gm);
	const lines = text.match(/^\tproxy_[a-z_]+\s[^;]*;/gm).filter((line) => !/^\tproxy_(next_upstream|connect_timeout)\s/.test(line));
	return [...maps, ...lines].join('\n');
}

export class Front {
	/**
	 * @param {string} folder for its files
	 * @param {number[]} ports of the servers behind it
	 */
	static async start(folder, ports) {
		const front = new Front();
		const [port] = await portsFree(1);
		front.url = `http://127.0.0.1:${port}`;
		front.folder = path.join(folder, 'nginx');
		mkdirSync(front.folder);
		let at = 0;
		const upstream = blockOf('upgrade.md', 'nginx').replace(/127\.0\.0\.1:\d+/g, () => `127.0.0.1:${ports[at++]}`);
		if (at !== ports.length) {
			throw new Error(`docs/upgrade.md has ${at} servers, not ${ports.length}`);
		}
		const file = path.join(front.folder, 'nginx.conf');
		writeFileSync(file, front.conf(port, upstream));
		front.child = spawn('nginx', ['-c', file, '-e', path.join(front.folder, 'error.log')], { stdio: ['ignore', 'ignore', 'inherit'] });
		front.child.once('error', () => {});
		front.ended = once(front.child, 'exit');
		await eventually(() => fetch(`${front.url}/healthz`, { headers: { connection: 'close' } }).then(({ ok }) => ok, () => false), Boolean);
		return front;
	}

	conf(port, upstream) {
		const place = (name) => path.join(this.folder, name);
		return `daemon off;
			worker_processes 2;
			pid ${place('pid')};
			events { worker_connections 1024; }
			http {
				log_format tried '$status $upstream_addr $upstream_status $request_method $uri';
				access_log ${place('access.log')} tried;
				${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) =>
		`${name}_temp_path ${place(name)};`).join('\n')}
				client_max_body_size 256k;
				client_body_buffer_size 256k;
				${passing()}
				${upstream}
				server {
					listen 127.0.0.1:${port};
					location / { proxy_pass http://kassa; }
					${blockOf('upgrade.md', 'nginx', 1)}
				}
			}`;
	}

	/** What it logged: of each request its status, the servers that were tried, and what each said. */
	log() {
		return readFileSync(path.join(this.folder, 'access.log'), 'utf8').split('\n').filter(Boolean);
	}

	errors() {
		return readFileSync(path.join(this.folder, 'error.log'), 'utf8');
	}

	async stop() {
		if (this.child.exitCode === null && this.child.signalCode === null) {
			this.child.kill('SIGTERM');
			await this.ended;
		}
	}
}
