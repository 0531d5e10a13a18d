/*
 * Refunds on the order page: the form that a merchant would press, and what became of each press.
 */
import { api, byId, element, money, paintBadge, time } from "./view.mjs";

const form = /** @type {HTMLFormElement} */ (byId("refund"));
const amount = /** @type {HTMLInputElement} */ (byId("refund-amount"));

let offered = "";	// what was put into the field, until somebody writes in it

/**
 * A second press is a second query, as on the platform: the button stays as it is.
 * @param {string} path of the order
 * @param {(promise: Promise<any>) => Promise<any>} busyWith
 */
export function startRefunds(path, busyWith) {
	const lost = /** @type {HTMLInputElement} */ (byId("refund-lost"));
	form.addEventListener("submit", async (event) => {
		event.preventDefault();
		const pressed = amount.value;
		showRefundError("");
		try {
			// The amount goes as text: a number would be rounded to what a double can hold.
			await busyWith(api(`${path}/refunds`, { amount: pressed.trim(), count: !lost.checked }).then(({ refund }) => {
				// What is left is offered again; a refund that is to be tried again keeps its amount.
				if (refund.counted && amount.value === pressed)
					offered = pressed;
			}));
		} catch (error) {
			showRefundError(error.message);
		}
	});
}

/** @param {any} order */
export function renderRefunds(order) {
	const { refunds, currency } = order;
	byId("refund-card").hidden = order.refunds.length === 0 && !["paid", "partially_refunded", "refunded"].includes(order.status);
	if (amount.value === offered) {
		offered = order.refundableAmount === 0 ? "" : String(order.refundableAmount);
		amount.value = offered;
	}
	byId("refund-state").textContent = summary(order);
	byId("refunds").replaceChildren(...refunds.map((refund) => entry(refund, currency)));
}

function summary({ amount: paid, refundedAmount, refundableAmount, currency }) {
	if (refundedAmount > paid)
		return `The provider has refunded ${money(refundedAmount, currency)}, more than was paid.`;
	if (refundableAmount === 0)
		return "All of it has been refunded. A provider has to refuse another one.";
	return refundedAmount === 0 ? "Nothing has been refunded."
		: `${money(refundedAmount, currency)} refunded, ${money(refundableAmount, currency)} left.`;
}

function entry(refund, currency) {
	const badge = element("span", "");
	paintBadge(badge, refund.status);
	if (refund.status === "refunded" && !refund.counted) {
		badge.className = "badge";
		badge.textContent = "not counted";
	}
	return element("li", "",
		element("span", "figure", money(refund.amount, currency)),
		badge,
		...refund.refundId === null ? [] : [element("span", "code", refund.refundId)],
		time(refund.at),
		...refund.reason === "" ? [] : [element("span", "note", refund.reason)]);
}

function showRefundError(text) {
	const box = byId("refund-error");
	box.textContent = text;
	box.hidden = text === "";
	if (text !== "")
		box.focus();
}
