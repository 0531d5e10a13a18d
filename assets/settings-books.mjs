/*
 * What the books say to a merchant: money of the last days as a chart, and what happened lately.
 * settings-render.mjs draws with it.
 */
import { byId, drawing, element, renew, setText } from "./settings-draw.mjs";
import { amountText, barsOf, dayText, everyDay, isNothing, momentText } from "./settings-text.mjs";
import { declineReason } from "./settings-words.mjs";
import { say } from "./words.mjs";

const CHART_HEIGHT = 120;
const BAR_STEP = 12;
const BAR_WIDTH = 8;

/* --- money ----------------------------------------------------------------------------------------- */

export function renderMoney({ words, language, mode, money }) {
	const part = money[mode];
	setText("money-title", say(words, "moneyTitle"));
	renew(byId("money"), [words, part.data, part.isLoading, part.isFailed], () => {
		const word = part.isFailed ? "partFailed" : !part.data ? "partLoading"
			: part.data.currencies.length === 0 ? "moneyEmpty" : "";
		return word ? [element("p", "block-text", say(words, word))]
			: part.data.currencies.map((currency) => chart(currency, part.data.days, words, language.tag));
	});
	renderAgain("money-again", part, words);
}

function chart({ currency, total, days }, count, words, tag) {
	const all = everyDay(days, count, Date.now());
	const caption = element("figcaption", "chart-head", [
		element("span", "chart-name", say(words, "moneyTotal", { currency })),
		element("span", "chart-total", amountText(total, currency, tag)),
	]);
	const legend = ["charged", "refunded"].filter((kind) => all.some((day) => !isNothing(day[kind])))
		.map((kind) => element("span", `chart-legend chart-legend-${kind}`, say(words, kind)));
	const ends = element("div", "chart-ends", [
		element("span", "", dayText(all[0].day, tag)),
		element("span", "", dayText(all.at(-1).day, tag)),
		element("span", "chart-legends", legend),
	]);
	return element("figure", "chart", [caption, picture(all), ends, dayTable(all, currency, words, tag)]);
}

/* Those who cannot see it read the table below it. */
function picture(days) {
	const width = days.length * BAR_STEP;
	const { line, bars } = barsOf(days, { step: BAR_STEP, width: BAR_WIDTH, height: CHART_HEIGHT });
	return drawing("svg", { class: "chart-picture", viewBox: `0 0 ${width} ${CHART_HEIGHT + 1}`, preserveAspectRatio: "none", "aria-hidden": "true" }, [
		...bars.map(({ kind, ...place }) => drawing("rect", { class: `bar bar-${kind}`, ...place })),
		drawing("rect", { class: "bar-line", x: 0, y: line, width, height: 1 }),
	]);
}

function dayTable(days, currency, words, tag) {
	const busy = days.filter(({ charged, refunded }) => !isNothing(charged) || !isNothing(refunded));
	const cell = (scope, text) => Object.assign(element("th", "", text), { scope });
	const head = element("tr", "", ["day", "charged", "refunded"].map((word) => cell("col", say(words, word))));
	const rows = busy.map(({ day, charged, refunded }) => element("tr", "", [
		cell("row", dayText(day, tag)),
		element("td", "", amountText(charged, currency, tag)),
		element("td", "", amountText(refunded, currency, tag)),
	]));
	const table = element("table", "days", [element("thead", "", [head]), element("tbody", "", rows)]);
	return element("details", "chart-days", [element("summary", "", say(words, "moneyTable")), element("div", "days-frame", [table])]);
}

/* --- activity --------------------------------------------------------------------------------------- */

const LISTS = { charges: chargeRow, refunds: refundRow, webhooks: webhookRow };
const TONES = { succeeded: "good", applied: "good", failed: "bad", pending: "wait", sending: "wait", unknown: "wait" };

export function renderActivity({ words, language, mode, activity, list }) {
	const part = activity[mode];
	const rows = part.data?.[list] ?? [];
	setText("activity-title", say(words, "activityTitle"));
	for (const name of Object.keys(LISTS)) {
		setText(`list-${name}`, say(words, name));
		byId(`list-${name}`).setAttribute("aria-pressed", String(name === list));
	}
	const word = part.isFailed ? "partFailed" : !part.data ? "partLoading" : rows.length === 0 ? `${list}Empty` : "";
	setText("activity-note", word ? say(words, word) : "");
	renew(byId("events"), [words, part.data, list], () => rows.map((row) => LISTS[list](row, words, language.tag)));
	byId("events").hidden = rows.length === 0;
	renderAgain("activity-again", part, words);
}

function chargeRow({ id, at, amount, currency, status, decline, card }, words, tag) {
	return event({
		title: amountText(amount, currency, tag), status, at, id,
		details: [card, decline && declineReason(words, decline)],
	}, words, tag);
}

function refundRow({ id, chargeId, at, amount, currency, status, reason }, words, tag) {
	return event({
		title: amountText(amount, currency, tag), status, at, id,
		details: [say(words, "refundOf", { charge: chargeId }), reason && reasonText(reason, words)],
	}, words, tag);
}

/* A refund fails in the words of a charge, or in the processor's own. */
function reasonText(reason, words) {
	return words[`decline_${reason}`] ?? say(words, "reason", { reason });
}

function webhookRow({ id, type, at, state, reason }, words, tag) {
	return event({ title: type, status: state, at, id, details: [reason && say(words, "reason", { reason })] }, words, tag);
}

function event({ title, status, at, id, details }, words, tag) {
	const badge = element("span", "badge", words[`status_${status}`] ?? status);
	badge.dataset.tone = TONES[status] ?? "";
	const time = Object.assign(element("time", "event-at", momentText(at, tag)), { dateTime: at });
	return element("li", "event", [
		element("span", "event-title", title),
		badge,
		element("span", "event-details", [
			...details.filter(Boolean).map((text) => element("span", "event-detail", text)),
			element("span", "event-id", id),
		]),
		time,
	]);
}

function renderAgain(id, { isFailed }, words) {
	byId(id).hidden = !isFailed;
	setText(id, say(words, "retry"));
}
