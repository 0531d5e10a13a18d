/* The list of orders and the form that makes another one. */
import { api, byId, day, element, money, paintBadge } from "./view.mjs";

const REFRESH_MS = 4000;

const form = /** @type {HTMLFormElement} */ (byId("create"));

/** @param {any} order */
function row(order) {
	const link = /** @type {HTMLAnchorElement} */ (element("a", "code", order.orderId));
	link.href = `/orders/${order.orderId}`;
	const badge = element("span", "");
	paintBadge(badge, order.status);
	const first = element("th", "", link);
	first.setAttribute("scope", "row");
	return element("tr", "", first,
		element("td", "number", money(order.amount, order.currency)),
		element("td", "", badge),
		element("td", "", order.product),
		element("td", "", order.contactName),
		element("td", "", order.dialect),
		element("td", "muted", day(order.createdAt)));
}

function render(answer) {
	const { orders } = answer;
	byId("orders").replaceChildren(...orders.map(row));
	byId("orders-table").hidden = orders.length === 0;
	byId("orders-state").textContent = orders.length === 0
		? "No orders yet. Create one and pay it."
		: orders.length === 1 ? "One order." : `The newest ${orders.length}, newest first.`;
	byId("payments-url").textContent = answer.paymentsUrl;
	byId("query-url").textContent = answer.queryUrl;
	byId("location-id").textContent = answer.locationId;
	byId("provider").hidden = false;
}

async function refresh() {
	try {
		if (!document.hidden)
			render(await api("/simulator/orders"));
	} catch (error) {
		byId("orders-state").textContent = error.message;
	}
	setTimeout(refresh, REFRESH_MS);
}

/** @param {string} text "" takes the error away */
function showError(text) {
	const box = byId("create-error");
	box.textContent = text;
	box.hidden = text === "";
	if (text !== "")
		box.focus();
}

form.addEventListener("submit", async (event) => {
	event.preventDefault();
	const button = /** @type {HTMLButtonElement} */ (byId("create-button"));
	const fields = new FormData(form);
	const contact = {
		id: String(fields.get("contactId")).trim(),
		name: String(fields.get("contactName")).trim(),
		email: String(fields.get("contactEmail")).trim(),
	};
	button.disabled = true;
	showError("");
	try {
		// The amount goes as text: a number would be rounded to what a double can hold.
		const order = await api("/simulator/orders", {
			amount: String(fields.get("amount")).trim(),
			currency: String(fields.get("currency")).trim(),
			product: String(fields.get("product")).trim(),
			dialect: fields.get("dialect"),
			contact,
		});
		location.assign(`/orders/${order.orderId}`);
	} catch (error) {
		showError(error.message);
	} finally {
		button.disabled = false;
	}
});

refresh();
