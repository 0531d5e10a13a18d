/*
 * Clients that read slowly are given a minute: too long for "make check".
 */
import { slowTests } from './slow.mjs';

slowTests([
	['readers', ['-X', '-w', '1', '-y', '64', '-n', '1', '-z', '5'], '/assets/checkout.mjs', { kassa: 75, nginx: 75 }],
]);
