/*
 * Moments, days and amounts of the settings page as its reader writes them, and the shape of a chart.
 * No DOM in here: tests/api/08-settings-page.test.mjs runs it in Node.
 *
 * Amounts stay the text that the server sent; only the heights of bars are floating point numbers.
 */
import { formatMoney } from "./money.mjs";

const DAY_MS = 86_400_000;
const DAYS_MAX = 92;

/** A moment, in the reader's own time; "" when there is none. */
export function momentText(at, tag) {
	const moment = new Date(at ?? "");
	return Number.isNaN(moment.getTime()) ? ""
		: format(tag, { dateStyle: "medium", timeStyle: "short" }).format(moment);
}

/** "2026-11-25", a day of the books, which are kept in UTC. */
export function dayText(day, tag) {
	const moment = new Date(`${day}T00:00:00Z`);
	return Number.isNaN(moment.getTime()) ? ""
		: format(tag, { day: "numeric", month: "short", timeZone: "UTC" }).format(moment);
}

/** An amount of the server; unlike a payer's, it may be below zero. */
export function amountText(amount, currency, tag) {
	return amount.startsWith("-")
		? `−${formatMoney(amount.slice(1), currency, tag).text}`
		: formatMoney(amount, currency, tag).text;
}

/**
 * The days of the chart: every one of them, also those on which nothing happened.
 * @param {{day: string, charged: string, refunded: string}[]} known
 * @param {number} count How many, the last of which is today.
 * @param {number} now Milliseconds.
 */
export function everyDay(known, count, now) {
	const byDay = new Map(known.map((one) => [one.day, one]));
	const length = Math.min(Math.max(Math.trunc(count) || 0, 1), DAYS_MAX);
	return Array.from({ length }, (_, place) => {
		const day = new Date(now - (length - 1 - place) * DAY_MS).toISOString().slice(0, 10);
		return byDay.get(day) ?? { day, charged: "0", refunded: "0" };
	});
}

/**
 * Bars of a chart ${height} high: what was charged stands on the line, what was refunded hangs from it.
 * @returns {{line: number, bars: {kind: "charged" | "refunded", x: number, y: number, width: number, height: number}[]}}
 */
export function barsOf(days, { step, width, height }) {
	const sizes = days.map(({ charged, refunded }) => ({ charged: sizeOf(charged), refunded: sizeOf(refunded) }));
	const up = Math.max(0, ...sizes.map(({ charged }) => charged));
	const down = Math.max(0, ...sizes.map(({ refunded }) => refunded));
	const scale = up + down > 0 ? height / (up + down) : 0;
	const line = down > 0 ? up * scale : height;
	const bars = sizes.flatMap((size, place) => ["charged", "refunded"].filter((kind) => size[kind] > 0).map((kind) => {
		/* Nothing that happened is too small to be seen. */
		const tall = Math.max(size[kind] * scale, 2);
		return { kind, x: place * step, y: kind === "charged" ? line - tall : line, width, height: tall };
	}));
	return { line, bars };
}

/** Whether an amount is none: "0", "0.00". */
export function isNothing(amount) {
	return /^-?0*(\.0*)?$/.test(amount);
}

function sizeOf(amount) {
	const size = Number(amount);
	return Number.isFinite(size) ? Math.abs(size) : 0;
}

function format(tag, options) {
	try {
		return new Intl.DateTimeFormat(tag, options);
	} catch {
		return new Intl.DateTimeFormat(undefined, options);
	}
}
