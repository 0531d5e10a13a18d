/*
 * The platform's page on which somebody says where an app is installed.  The provider's own link or the
 * marketplace leads here; the way back is the provider's redirect address, with a code and its state.
 */
import { showError } from "./follow.mjs";
import { api, byId, choiceOf, element, factsOf, showFormError } from "./view.mjs";

const asked = new URLSearchParams(location.search);

const state = {
	app: /** @type {any} */ (null),
	companies: /** @type {any[]} */ ([]),
};

/** What the page cannot go on with, in words for a developer; "" if all is well. */
function complaint() {
	if (asked.get("response_type") !== "code")
		return "response_type has to be code.";
	if (asked.get("client_id") !== state.app.clientId)
		return "No integration found with this client_id. Has it the app's id, a dash and more?";
	if (asked.get("redirect_uri") !== state.app.redirectUrl)
		return `redirect_uri is not the one that the app has registered, which is ${state.app.redirectUrl}.`;
	if (state.companies.length === 0)
		return "There is no company yet: make one on the page of installs.";
	return "";
}

function kind() {
	return String(new FormData(form()).get("kind"));
}

function form() {
	return /** @type {HTMLFormElement} */ (byId("choose"));
}

function company() {
	const id = /** @type {HTMLSelectElement} */ (byId("company")).value;
	return state.companies.find((one) => one.id === id) ?? state.companies[0];
}

function render() {
	const { locations } = company();
	const type = kind() === "location" ? "radio" : "checkbox";
	byId("where").hidden = kind() === "bulk";
	byId("future").hidden = kind() !== "bulk";
	byId("where-title").textContent = kind() === "location" ? "Location" : "Locations";
	byId("locations").replaceChildren(...locations.length === 0 ? [element("p", "muted", "This company has none.")]
		: locations.map((one) => choiceOf(type, "location", one.id, element("b", "", one.name), " ",
			element("span", "code muted", one.id), one.installed ? " has the app" : "")));
	const wanted = asked.get("location");
	const boxes = /** @type {HTMLInputElement[]} */ (Array.from(form().querySelectorAll('input[name="location"]')));
	boxes.forEach((box, index) => { box.checked = wanted === null ? index === 0 : box.value === wanted; });
	byId("install").textContent = kind() === "bulk" ? `Install in all ${locations.length} locations` : "Install";
}

function wish() {
	const chosen = company();
	if (kind() === "bulk") {
		return {
			companyId: chosen.id, bulk: true, by: "agency",
			installToFutureLocations: /** @type {HTMLInputElement} */ (byId("future-box")).checked,
		};
	}
	const locationIds = new FormData(form()).getAll("location").map(String);
	return { companyId: chosen.id, locationIds, installToFutureLocations: false, by: kind() };
}

/** The state comes back as it was; what came without one goes back without one. */
function wayBack(redirect) {
	const url = new URL(redirect);
	if (asked.has("state"))
		url.searchParams.set("state", asked.get("state"));
	return url.href;
}

form().addEventListener("change", ({ target }) => {
	/* Only these two change what there is to choose; the choice itself stays. */
	if (target === byId("company") || /** @type {HTMLInputElement} */ (target).name === "kind")
		render();
});
form().addEventListener("submit", async (event) => {
	event.preventDefault();
	const body = wish();
	const isFine = body.bulk || body.locationIds.length > 0;
	showFormError("choose-error", isFine ? "" : "Choose a location.");
	if (!isFine)
		return;
	const button = /** @type {HTMLButtonElement} */ (byId("install"));
	button.disabled = true;
	try {
		const { redirect } = await api("/simulator/installations", body);
		location.assign(wayBack(redirect));
	} catch (error) {
		showFormError("choose-error", error.message);
		button.disabled = false;
	}
});
/* The way back through the browser's history finds the page as it was left. */
window.addEventListener("pageshow", () => {
	/** @type {HTMLButtonElement} */ (byId("install")).disabled = false;
});

function begin() {
	const scopes = (asked.get("scope") ?? "").split(" ").filter(Boolean);
	byId("scopes").replaceChildren(...(scopes.length === 0 ? ["what the app has registered"] : scopes)
		.map((scope) => element("li", scopes.length === 0 ? "" : "code", scope)));
	byId("app").replaceChildren(...factsOf([
		["App", state.app.appId, "code"],
		["Sent back to", state.app.redirectUrl, "code"],
		["State", asked.get("state") === null ? "none: from the marketplace" : "the provider's own", ""],
	]));
	const select = /** @type {HTMLSelectElement} */ (byId("company"));
	select.replaceChildren(...state.companies.map((one) => new Option(one.name, one.id)));
	select.value = asked.get("company") ?? select.value;
	if (select.selectedIndex < 0)
		select.selectedIndex = 0;
	byId("choose-state").textContent = "Nothing is installed before the button is pressed.";
	byId("choose").hidden = false;
	render();
}

try {
	const [app, { companies }] = await Promise.all([api("/simulator/app"), api("/simulator/companies")]);
	Object.assign(state, { app, companies });
	const wrong = complaint();
	if (wrong === "")
		begin();
	else
		showError(wrong);
	byId("choose-state").hidden = wrong !== "";
} catch (error) {
	byId("choose-state").hidden = true;
	showError(error.message);
}
