/*
 * Clients that send slowly, and those that ask for a thousand pieces at once.
 */
import { slowTests } from './slow.mjs';

slowTests([
	['headers', ['-H', '-i', '2'], '/checkout', { kassa: 5, nginx: 10 }],
	['bodies', ['-B', '-i', '6', '-s', '60000', '-f', 'application/json'], '/query', { kassa: 10, nginx: 11 }],
	['ranges', ['-R', '-a', '5', '-b', '1500'], '/assets/checkout.mjs', { kassa: 1, nginx: 1 }],
]);
