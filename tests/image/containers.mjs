/*
 * docker-compose.yml as it is started in the test: from the same file, with all services in one network name
 * space that has only loopback (run.sh makes it), where a small name server says what Docker's would.
 */
import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import { eventually } from '../support/payer.mjs';

const run = promisify(execFile);
const work = process.env.IMAGE_WORK;
const NAME_SERVER = '127.0.0.11';	/* where Docker has its own */
const HEALTH_MS = 300;
const OUTPUT_MAX = 16 << 20;

/** A program's end: what it said, whatever its status. */
export async function attempt(file, ...words) {
	try {
		return { status: 0, ...await run(file, words, { maxBuffer: OUTPUT_MAX }) };
	} catch (error) {
		return { status: error.code, stdout: error.stdout ?? '', stderr: error.stderr ?? String(error) };
	}
}

/** Standard output of a program that has to succeed. */
export async function said(file, ...words) {
	const { status, stdout, stderr } = await attempt(file, ...words);
	if (status !== 0) {
		throw new Error(`${file} ${words.join(' ')}: status ${status}\n${stdout}${stderr}`);
	}
	return stdout;
}

/** The file with nothing changed but the network and what podman does otherwise. */
export function networkless(file) {
	const { networks: _, ...rest } = file;
	const services = Object.fromEntries(Object.entries(file.services).map(([name, service]) => {
		const { networks: __, ports: ___, ...kept } = service;
		/* A limit that podman is not told is set to what a container inside another may not have. */
		const ulimits = { nofile: 1024, ...kept.ulimits, nproc: 4096 };
		return [name, { ...kept, ulimits, network_mode: 'host', dns: [NAME_SERVER] }];
	}));
	/* All have one address here: nginx's word has to be believed there. */
	services.kassa.environment = { ...services.kassa.environment, KASSA_TRUSTED_PROXIES: '127.0.0.1' };
	/* podman lays a /run of its own over a read-only root, in which folders are root's; Docker does not. */
	services.database.command = ['postgres', '-c', 'unix_socket_directories=/tmp'];
	return { ...rest, services };
}

/** The services' names are 127.0.0.1, and nothing else has an address. */
export function nameServer(names) {
	const server = createSocket('udp4');
	server.on('message', (question, from) => {
		const labels = [];
		let at = 12;
		while (question[at] !== 0) {
			labels.push(question.toString('latin1', at + 1, at + 1 + question[at]));
			at += 1 + question[at];
		}
		const known = names.includes(labels.join('.'));
		const isA = question.readUInt16BE(at + 1) === 1;
		const head = Buffer.from(question.subarray(0, at + 5));
		head.writeUInt16BE(known ? 0x8180 : 0x8183, 2);	/* an answer; or: there is no such name */
		head.writeUInt16BE(known && isA ? 1 : 0, 6);
		head.writeUInt32BE(0, 8);
		/* The name is the question's; A, IN, for a second, four bytes. */
		const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 127, 0, 0, 1]);
		server.send(known && isA ? Buffer.concat([head, answer]) : head, from.port, from.address);
	});
	return new Promise((resolve, reject) => {
		server.once('error', reject).bind(53, NAME_SERVER, () => resolve(server));
	});
}

export class Compose {
	constructor() {
		this.file = path.join(work, 'docker-compose.json');
		this.ended = false;
	}

	async prepare(top) {
		const file = networkless(JSON.parse(await readFile(path.join(work, 'compose.json'), 'utf8')));
		await writeFile(this.file, JSON.stringify(file));
		this.services = Object.keys(file.services);
		this.words = ['-p', 'kassa', '--project-directory', top, '-f', this.file, '--profile', 'demo'];
		this.names = await nameServer(this.services);
		this.health = this.healthRun();
	}

	/** @param {...string} words of docker-compose */
	compose(...words) {
		return said('docker-compose', ...this.words, ...words);
	}

	container(service) {
		return `kassa_${service}_1`;
	}

	async inspect(service) {
		return JSON.parse(await said('podman', 'inspect', this.container(service)))[0];
	}

	/** Run a program in a service's container. */
	exec(service, ...words) {
		return attempt('podman', 'exec', this.container(service), ...words);
	}

	async healthOf(service) {
		const { State: state } = await this.inspect(service);
		return (state.Health ?? state.Healthcheck)?.Status;
	}

	/** Wait until it is healthy. */
	healthy(service) {
		return eventually(() => this.healthOf(service), (status) => status === 'healthy', 60000);
	}

	/* Docker asks by itself; podman wants to be told by a timer of systemd, which is not here. */
	async healthRun() {
		while (!this.ended) {
			const running = (await attempt('podman', 'ps', '--format', '{{.Names}}')).stdout.split('\n').filter(Boolean);
			await Promise.all(running.map((name) => attempt('podman', 'healthcheck', 'run', name)));
			await new Promise((resolve) => { setTimeout(resolve, HEALTH_MS); });
		}
	}

	async logs() {
		const parts = await Promise.all(this.services.map(async (service) => {
			const { stdout, stderr } = await attempt('podman', 'logs', '--tail', '30', this.container(service));
			return `--- ${service}\n${stdout}${stderr}`;
		}));
		return parts.join('\n');
	}

	async stop() {
		this.names?.close();
		this.ended = true;
		await this.health;
		await this.compose('down', '-v', '-t', '1');
	}
}
