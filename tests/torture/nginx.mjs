/*
 * nginx as an ordinary process with a folder of its own: conf/nginx.conf with other ports and places and a
 * certificate of its own.  What is tested is that file: all that is not a place stays as it stands there.
 */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http2 from 'node:http2';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { portsFree, top } from '../support/stack.mjs';

export const HOST = 'pay.example.com';

const READY_MS = 5000;
const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/** What conf/nginx.conf says, for these places. */
export function derived(text, { folder, backend, behind, plainPort, securePort }) {
	const changes = [
		['server 127.0.0.1:8080;', [backend].flat().map((port) => `server 127.0.0.1:${port}${
			Array.isArray(backend) ? ' max_fails=0' : ''};`).join('\n')],
		['listen 80 default_server;', `listen 127.0.0.1:${plainPort} default_server;`],
		['listen [::]:80 default_server;', ''],
		['listen 443 ssl http2;', `listen 127.0.0.1:${securePort} ssl http2;`],
		['listen [::]:443 ssl http2;', ''],
		['worker_processes auto;', 'worker_processes 2;\ndaemon off;'],
		['pid /run/nginx.pid;', `pid ${folder}/nginx.pid;`],
		['error_log /var/log/nginx/error.log warn;', `error_log ${folder}/error.log warn;`],
		['error_log /var/log/nginx/error.log crit;', `error_log ${folder}/error.log crit;`],
		['access_log /var/log/nginx/access.log json;', `access_log ${folder}/access.log json;\n${
			TEMPORARY.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n')}`],
		['/etc/ssl/pay.example.com/fullchain.pem', `${folder}/certificate.pem`],
		['/etc/ssl/pay.example.com/privkey.pem', `${folder}/key.pem`],
		...behind ? [['#set_real_ip_from 192.0.2.0/24;', 'set_real_ip_from 127.0.0.0/8;'],
			['#real_ip_header', 'real_ip_header']] : [],
	];
	return changes.reduce((now, [from, to]) => {
		if (!now.includes(from)) {
			throw new Error(`conf/nginx.conf has no "${from}"`);
		}
		return now.replaceAll(from, to);
	}, text);
}

/**
 * Start nginx in front of servers on loopback.
 * @param {number | number[]} backend its port; several are asked in turn
 * @param {object} [wish]
 * @param {boolean} [wish.behind] another proxy on loopback, whose X-Forwarded-For is believed
 * @returns {Promise<Nginx>}
 */
export async function startNginx(backend, { behind = false } = {}) {
	const folder = mkdtempSync('/tmp/kassa-nginx-');
	const [plainPort, securePort] = await portsFree(2);
	const nginx = new Nginx(folder, { folder, backend, behind, plainPort, securePort });
	try {
		await nginx.start();
	} catch (error) {
		await nginx.stop();
		throw error;
	}
	return nginx;
}

class Nginx {
	constructor(folder, places) {
		this.folder = folder;
		this.places = places;
		this.port = places.securePort;
		this.plainPort = places.plainPort;
		this.url = `https://127.0.0.1:${this.port}`;
		this.atExit = () => {
			this.child?.kill('SIGKILL');
			rmSync(folder, { recursive: true, force: true });
		};
		process.once('exit', this.atExit);
	}

	async start() {
		chmodSync(this.folder, 0o755);	/* its workers are not root, and write to folders in it */
			execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
			'-days', '2', '-subj', `/CN=${HOST}`, '-addext', `subjectAltName=DNS:${HOST},IP:127.0.0.1`,
			'-keyout', `${this.folder}/key.pem`, '-out', `${this.folder}/certificate.pem`], { stdio: 'pipe' });
		this.certificate = readFileSync(`${this.folder}/certificate.pem`);
		writeFileSync(`${this.folder}/nginx.conf`,
			derived(readFileSync(path.join(top, 'conf/nginx.conf'), 'utf8'), this.places));
		this.words = '';
		this.child = spawn('nginx', ['-c', `${this.folder}/nginx.conf`, '-p', this.folder, '-e', `${this.folder}/error.log`],
			{ stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: `${process.env.PATH}:/usr/sbin:/sbin` } });
		this.child.stderr.setEncoding('utf8').on('data', (text) => { this.words += text; });
		this.ended = new Promise((resolve) => { this.child.once('close', resolve).once('error', resolve); });
		const end = Date.now() + READY_MS;
		while (!await listens(this.port)) {
			if (this.child.exitCode !== null || Date.now() > end) {
				throw new Error(`nginx did not start: ${this.words}`);
			}
			await pause(20);
		}
	}

	async stop() {
		process.removeListener('exit', this.atExit);
		this.child?.kill('SIGTERM');
		await this.ended;
		rmSync(this.folder, { recursive: true, force: true });
	}

	/** TLS options of a client that speaks HTTP/1.1. */
	get secure() {
		return { ca: this.certificate, servername: HOST, ALPNProtocols: ['http/1.1'] };
	}

	/** A new HTTP/2 connection; the caller closes it. */
	http2() {
		return http2.connect(`https://${HOST}:${this.port}`, {
			ca: this.certificate, servername: HOST, host: '127.0.0.1', lookup: loopback,
		});
	}

	/** Lines of the access log so far, oldest first. */
	log() {
		return readFileSync(`${this.folder}/access.log`, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
	}

	errors() {
		return readFileSync(`${this.folder}/error.log`, 'utf8');
	}
}

/**
 * One request over HTTP/2.
 * @param {object} headers with :method and :path @param {(Buffer | string)[]} [parts] of its body, sent without a length
 * @returns {Promise<{status: number, headers: object, text: string, json: () => any}>}
 */
export function askHttp2(connection, headers, parts = []) {
	return new Promise((resolve, reject) => {
		const stream = connection.request({ ':authority': HOST, ...headers }, { endStream: parts.length === 0 });
		const chunks = [];
		let head;
		stream.once('response', (got) => { head = got; });
		stream.on('data', (chunk) => { chunks.push(chunk); });
		stream.once('error', reject);
		stream.once('close', () => {
			const text = Buffer.concat(chunks).toString();
			if (head === undefined) {
				reject(new Error(`the stream was closed without an answer (${stream.rstCode})`));
			} else {
				resolve({ status: head[':status'], headers: head, text, json: () => JSON.parse(text) });
			}
		});
		for (const part of parts) {
			stream.write(part);
		}
		stream.end();
	});
}

function loopback(name, options, done) {
	done(null, options.all ? [{ address: '127.0.0.1', family: 4 }] : '127.0.0.1', 4);
}

function listens(port) {
	return new Promise((resolve) => {
		const socket = net.connect(port, '127.0.0.1')
			.once('connect', () => { socket.destroy(); resolve(true); })
			.once('error', () => resolve(false));
	});
}
