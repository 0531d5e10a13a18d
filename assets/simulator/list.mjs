/* The list of orders, the form that makes another one, and the way to a contact. */
import { orderRow } from "./orders.mjs";
import { CONTACT_ID, api, byId, showFormError } from "./view.mjs";

const REFRESH_MS = 4000;

const form = /** @type {HTMLFormElement} */ (byId("create"));

function render(answer) {
	const { orders } = answer;
	byId("orders").replaceChildren(...orders.map((order) => orderRow(order, true)));
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
	showFormError("create-error", "");
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
		showFormError("create-error", error.message);
	} finally {
		button.disabled = false;
	}
});

byId("contact").addEventListener("submit", (event) => {
	event.preventDefault();
	const id = /** @type {HTMLInputElement} */ (byId("contact-open-id")).value.trim() || idMade();
	const isFine = CONTACT_ID.test(id);
	showFormError("contact-error", isFine ? "" : "A contact id has up to 64 letters, digits and _-. here.");
	if (isFine)
		location.assign(`/contacts/${id}`);
});

/** 24 hexadecimal digits, like the platform's. */
function idMade() {
	const bytes = crypto.getRandomValues(new Uint8Array(12));
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

refresh();
