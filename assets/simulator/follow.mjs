/*
 * Keeping a page up to date with the server: it is asked again and again, and often while something is under way,
 * so that a query is shown before it is answered.  Used by the order page and the contact page.
 */
import { api, byId } from "./view.mjs";

const REFRESH_MS = 3000;
const REFRESH_BUSY_MS = 400;	// while a query is under way

/**
 * @param {string} path
 * @param {(answer: any) => void} render
 */
export function followed(path, render) {
	let timer = 0;
	let busy = 0;
	let seen = false;
	let failed = false;	// the error that is shown is ours to take away

	async function refresh() {
		clearTimeout(timer);
		try {
			if (!document.hidden || !seen)
				render(await api(path));
			seen = true;
			if (failed)
				showError("");
			failed = false;
		} catch (error) {
			failed = true;
			showError(error.message);
		}
		clearTimeout(timer);
		timer = setTimeout(refresh, busy > 0 ? REFRESH_BUSY_MS : REFRESH_MS);
	}

	/**
	 * Look often until ${promise} is settled, and then once more.
	 * @template T
	 * @param {Promise<T>} promise
	 * @returns {Promise<T>}
	 */
	async function busyWith(promise) {
		busy++;
		setTimeout(refresh, REFRESH_BUSY_MS / 4);
		try {
			return await promise;
		} finally {
			busy--;
			await refresh();
		}
	}

	return { refresh, busyWith, isBusy: () => busy > 0 };
}

/** @param {string} text "" takes it away */
export function showError(text) {
	byId("page-error").textContent = text;
}
