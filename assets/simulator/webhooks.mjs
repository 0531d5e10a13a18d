/*
 * Webhooks: how they are signed, what was answered to each try, one more by hand.
 */
import { followed, showError } from "./follow.mjs";
import { api, buttonTo, byId, choiceOf, element, paintBadge, showFormError, time } from "./view.mjs";

const SCHEMES = [
	["both", "both", "Ed25519 and RSA, as today"],
	["ed25519", "Ed25519", "alone"],
	["rsa", "RSA", "alone, as long ago"],
	["none", "none", "no header at all"],
	["N/A", "N/A", "headers that say so"],
	["bad", "bad", "good signatures of other bytes"],
];

/** Bodies to begin with; what is named like a field of the documentation is one. */
const SAMPLES = {
	ContactDelete: { type: "ContactDelete", locationId: "…", id: "contact-1" },
	OrderStatusUpdate: { type: "OrderStatusUpdate", locationId: "…", _id: "order-1", status: "canceled" },
	InvoiceVoid: { type: "InvoiceVoid", locationId: "…", _id: "invoice-1" },
	LocationUpdate: { type: "LocationUpdate", locationId: "…", companyId: "…", id: "…", name: "New name" },
	PLAN_CHANGE: { type: "PLAN_CHANGE", locationId: "…", companyId: "…", userId: "user-1", currentPlanId: "plan-1", newPlanId: "plan-2" },
	APP_PAYMENT_STATUS: { type: "APP_PAYMENT_STATUS", locationId: "…", companyId: "…", previousStatus: "PENDING", newStatus: "COMPLETE" },
	UPDATE: { type: "UPDATE", locationId: "…", companyId: "…", versionId: "version-2", previousVersionId: "version-1" },
	OpportunityCreate: { type: "OpportunityCreate", locationId: "…", id: "opportunity-1" },
};

const follow = followed("/simulator/webhooks", render);

function render(answer) {
	const { webhooks, counts } = answer;
	byId("webhooks-state").textContent = webhooks.length === 0 ? "None yet. Installing the app sends some."
		: `${counts.delivered} delivered, ${counts.due} under way or waiting, ${counts.givenUp} given up.`;
	byId("webhook-url").textContent = answer.url;
	byId("webhook-url").hidden = false;
	renderScheme(answer);
	const list = byId("webhooks");
	const known = new Set(webhooks.map((webhook) => `webhook-${webhook.webhookId}`));
	Array.from(list.children).filter((item) => !known.has(item.id)).forEach((item) => item.remove());
	webhooks.forEach((webhook, index) => {
		const id = `webhook-${webhook.webhookId}`;
		const version = `${webhook.state} ${webhook.tries.length} ${webhook.tries.at(-1)?.durationMs}`;
		const shown = document.getElementById(id);
		if (shown?.dataset.version === version)
			return;
		const item = element("li", "", entry(webhook, shown?.querySelector("details")?.open ?? false));
		item.id = id;
		item.dataset.version = version;
		if (shown === null)
			list.insertBefore(item, list.children[index] ?? null);
		else
			shown.replaceWith(item);
	});
}

function entry(webhook, isOpen) {
	const badge = element("span", "");
	paintBadge(badge, webhook.state);
	const { tries } = webhook;
	const last = tries.at(-1);
	const made = /** @type {HTMLDetailsElement} */ (element("details", `event ${webhook.state}`,
		element("summary", "",
			element("span", "type code", webhook.type), badge,
			element("span", "muted", tries.length === 0 ? "not tried yet" : `${tries.length === 1 ? "one try" : `${tries.length} tries`}, ${said(last)}`),
			...webhook.locationId ?? webhook.companyId ? [element("span", "code muted", webhook.locationId ?? webhook.companyId)] : [],
			time(webhook.createdAt)),
		tryList(webhook), pre(`Body of ${webhook.webhookId}`, pretty(webhook.body)),
		buttonTo("Send again", () => resend(webhook.webhookId))));
	made.open = isOpen;
	return made;
}

function said({ httpStatus, detail, durationMs }) {
	if (httpStatus !== null)
		return `HTTP ${httpStatus}`;
	return durationMs === null ? "under way" : `no answer: ${detail}`;
}

function tryList(webhook) {
	const made = element("ol", "tries", ...webhook.tries.map((one) => element("li", "",
		time(one.at), element("span", "", `${said(one)}${one.durationMs === null ? "" : `, ${Math.round(one.durationMs)} ms`}`),
		element("span", "muted", `signed: ${one.scheme}`), element("span", "code", one.answer))));
	if (webhook.nextAt !== null)
		made.append(element("li", "muted", "next try at ", time(webhook.nextAt)));
	return made;
}

/** Long lines scroll inside, so it has to be reachable by keyboard, and named. */
function pre(name, text) {
	const made = element("pre", "", text);
	made.tabIndex = 0;
	made.setAttribute("role", "region");
	made.setAttribute("aria-label", name);
	return made;
}

function pretty(text) {
	return JSON.stringify(JSON.parse(text), null, 2);
}

async function resend(id) {
	try {
		await follow.busyWith(api(`/simulator/webhooks/${id}/resend`, {}));
	} catch (error) {
		showError(error.message);
	}
}

// --- signatures ----------------------------------------------------------------------------------

function renderScheme({ scheme, keys }) {
	const box = /** @type {HTMLInputElement | null} */ (document.querySelector(`input[name="scheme"][value="${scheme}"]`));
	if (box !== null && !byId("schemes").contains(document.activeElement))
		box.checked = true;
	byId("keys").replaceChildren(...[["Ed25519", keys.ed25519], ["RSA", keys.rsa]].map(([name, key]) =>
		element("div", "", element("p", "label", name), key === null ? element("p", "muted", "none") : pre(`Public key ${name}`, key))));
}

byId("schemes").append(...SCHEMES.map(([value, name, words]) =>
	choiceOf("radio", "scheme", value, element("b", "", name), ` ${words}`)));
byId("schemes").addEventListener("change", async (event) => {
	try {
		await api("/simulator/webhooks/scheme", { scheme: /** @type {HTMLInputElement} */ (event.target).value });
	} catch (error) {
		showError(error.message);
	}
});

// --- one by hand ---------------------------------------------------------------------------------

const sample = /** @type {HTMLSelectElement} */ (byId("sample"));
const body = /** @type {HTMLTextAreaElement} */ (byId("body"));
const here = { locationId: "", companyId: "" };

/** A sample about the first location that has the app, so that it means something to the provider. */
function sampleText() {
	const filled = Object.entries(SAMPLES[sample.value]).map(([name, value]) =>
		[name, value === "…" ? here[name === "companyId" ? "companyId" : "locationId"] || "location-1" : value]);
	return JSON.stringify(Object.fromEntries(filled), null, 2);
}

sample.replaceChildren(...Object.keys(SAMPLES).map((name) => new Option(name, name)));
sample.addEventListener("change", () => { body.value = sampleText(); });
byId("send").addEventListener("submit", async (event) => {
	event.preventDefault();
	let wish;
	try {
		wish = JSON.parse(body.value);
	} catch {
		showFormError("send-error", "The body is not JSON.");
		return;
	}
	showFormError("send-error", "");
	try {
		await follow.busyWith(api("/simulator/webhooks", wish));
	} catch (error) {
		showFormError("send-error", error.message);
	}
});

try {
	const { companies } = await api("/simulator/companies");
	const owner = companies.find((company) => company.locations.some(({ installed }) => installed));
	here.companyId = owner?.id ?? "";
	here.locationId = owner?.locations.find(({ installed }) => installed).id ?? "";
} catch { /* a sample says location-1 then */ }
body.value = sampleText();
follow.refresh();
