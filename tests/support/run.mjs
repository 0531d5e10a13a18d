/*
 * The scripts behind make run, up and down, for tests: in a folder and on ports of their own.
 */
import { execFile } from 'node:child_process';
import { chmod, mkdtemp } from 'node:fs/promises';
import path from 'node:path';

import { portsFree, top } from './stack.mjs';

/**
 * @returns {Promise<{folder: string, environment: object, script: Function}>} script(name, more) runs conf/dev/NAME.sh
 *     and tells its status and what it said; whoever calls it last calls script('down') and removes the folder.
 */
export async function runIn(prefix) {
	const folder = await mkdtemp(prefix);
	await chmod(folder, 0o755);
	const [kassa, simulator] = await portsFree(2);
	const environment = {
		...process.env,
		KASSA_VAR: path.join(folder, 'var'),
		KASSA_PORT: String(kassa),
		SIMULATOR_PORT: String(simulator),
	};
	const script = (name, more = {}) => new Promise((resolve) => {
		execFile('bash', [path.join(top, 'conf/dev', `${name}.sh`)], { env: { ...environment, ...more } },
			(error, stdout, stderr) => resolve({ status: error?.code ?? 0, said: stdout + stderr }));
	});
	return { folder, environment, script };
}
