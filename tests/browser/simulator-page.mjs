/*
 * The simulator's pages in a browser, for the tests named 30-simulator….
 */
import assert from 'node:assert/strict';
import { after, before } from 'node:test';

import { launchBrowser } from './browser.mjs';

/**
 * Have node:test start a browser before the tests of this file, and end it after them.
 * @returns opens ${where} for a test; what the page's script or policy complains of fails that test
 */
export function browserAround() {
	let browser;

	before(async () => { browser = await launchBrowser(); });
	after(() => browser?.close());
	return async (t, where, options = {}) => {
		const context = await browser.newContext({ locale: 'en-US', ...options });
		t.after(() => context.close());
		const page = await context.newPage();
		const problems = [];
		page.on('pageerror', (error) => problems.push(String(error)));
		page.on('console', (message) => {
			if (message.type() === 'error' && !/status of 4\d\d|ERR_/.test(message.text())) {
				problems.push(message.text());
			}
		});
		t.after(() => assert.deepEqual(problems, []));
		await page.goto(where);
		return page;
	};
}
