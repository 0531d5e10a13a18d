/*
 * Companies and locations, what the app is in each of them, and the ways to change that.
 */
import { followed, showError } from "./follow.mjs";
import { api, buttonTo, byId, element, factsOf, linkTo, paintBadge, showFormError } from "./view.mjs";

const OPEN_MOST = 25;		// locations that are shown without being asked for

const app = await api("/simulator/app").catch((error) => { showError(error.message); });

const follow = followed("/simulator/companies", render);

function render({ companies }) {
	const locations = companies.flatMap((company) => company.locations);
	byId("installs-state").textContent = companies.length === 0
		? "No companies yet. Make one, then install the app."
		: `${count(companies.length, "company", "companies")}, ${count(locations.length, "location", "locations")}; `
			+ `the app is in ${locations.filter(({ installed }) => installed).length} of them.`;
	const list = byId("companies");
	companies.forEach((company, index) => {
		const id = `company-${company.id}`;
		const version = JSON.stringify(company);
		const shown = document.getElementById(id);
		if (shown?.dataset.version === version)
			return;
		const card = companyCard(company, shown?.querySelector("details")?.open);
		Object.assign(card, { id });
		card.dataset.version = version;
		if (shown === null)
			list.insertBefore(card, list.children[index] ?? null);
		else
			shown.replaceWith(card);
	});
}

function count(number, one, many) {
	return `${number} ${number === 1 ? one : many}`;
}

// --- a company -----------------------------------------------------------------------------------

function companyCard(company, wasOpen) {
	const title = element("h2", "", company.name);
	title.id = `title-${company.id}`;
	const badge = element("span", "");
	paintBadge(badge, company.installed ? "installed" : "not_installed");
	const card = element("section", "card",
		element("div", "row between", title, badge),
		facts(company), actions(company), locationsOf(company, wasOpen));
	card.setAttribute("aria-labelledby", title.id);
	return card;
}

function facts(company) {
	const made = element("dl", "facts");
	made.append(...factsOf([
		["Company", company.id, "code"],
		["White-label domain", company.domain || "none", company.domain ? "code" : "muted"],
		["Later locations", company.installsFuture ? "get the app by themselves" : "are left alone", ""],
	]));
	return made;
}

function actions(company) {
	const made = element("p", "row actions", linkTo(chooseUrl(company.id), "Install…", "button"));
	if (company.installed) {
		made.append(linkTo(`/companies/${company.id}/settings`, "Settings", "button"),
			buttonTo("Uninstall everywhere", () => act(uninstalled({ companyId: company.id }))));
	}
	made.append(linkTo(billingUrl("agency", { companyId: company.id }), "Billing page", "button"),
		buttonTo("Make a location", () => act(api("/simulator/locations", {
			companyId: company.id, name: `Location ${company.locations.length + 1}`,
		}))));
	return made;
}

function locationsOf(company, wasOpen) {
	const { locations } = company;
	if (locations.length === 0)
		return element("p", "muted", "No locations.");
	const made = /** @type {HTMLDetailsElement} */ (element("details", "locations",
		element("summary", "", `${count(locations.length, "location", "locations")}, `
			+ `${locations.filter(({ installed }) => installed).length} with the app, `
			+ `${locations.filter(({ provider }) => provider.registered && (provider.test || provider.live)).length} connected`),
		tableOf(company)));
	made.open = wasOpen ?? locations.length <= OPEN_MOST;
	return made;
}

function tableOf(company) {
	const head = ["Location", "App", "Provider", "Test", "Live", "What to do"].map((name) => {
		const cell = element("th", "", name);
		cell.setAttribute("scope", "col");
		return cell;
	});
	const made = element("div", "scroll", element("table", "",
		element("thead", "", element("tr", "", ...head)),
		element("tbody", "", ...company.locations.map((location) => locationRow(company, location)))));
	made.tabIndex = 0;
	made.setAttribute("role", "region");
	made.setAttribute("aria-label", `Locations of ${company.name}`);
	return made;
}

function locationRow(company, location) {
	const { provider } = location;
	const first = element("th", "", location.name, element("br", ""), element("span", "code muted", location.id));
	first.setAttribute("scope", "row");
	const todo = element("td", "actions");
	if (location.installed) {
		todo.append(linkTo(`/locations/${location.id}/settings`, "Settings", "button"),
			buttonTo("Uninstall", () => act(uninstalled({ locationId: location.id }))));
	} else {
		todo.append(linkTo(chooseUrl(company.id, location.id), "Install…", "button"));
	}
	return element("tr", "", first,
		mark(location.installed, "installed", "not installed"),
		mark(provider.registered, "registered", "none"),
		mark(provider.test, "connected", "none"),
		mark(provider.live, "connected", "none"), todo);
}

function mark(is, yes, no) {
	return element("td", "", is ? element("span", `badge ${yes}`, yes) : element("span", "muted", no));
}

// --- what can be done ----------------------------------------------------------------------------

/** As from the marketplace: no state of the provider's is in it. */
function chooseUrl(companyId, locationId) {
	const url = new URL("/v2/oauth/chooselocation", location.origin);
	url.search = new URLSearchParams({
		response_type: "code", client_id: app?.clientId ?? "", redirect_uri: app?.redirectUrl ?? "",
		company: companyId, ...locationId && { location: locationId },
	}).toString();
	return url.href;
}

/** Where a paid app's installer is sent. */
function billingUrl(installType, ids) {
	const url = new URL(app?.billingUrl ?? location.origin);
	for (const [name, value] of Object.entries({ clientId: app?.clientId ?? "", installType, ...ids }))
		url.searchParams.set(name, value);
	return url.href;
}

function uninstalled(what) {
	return api(`/simulator/installations?${new URLSearchParams(what)}`, undefined, "DELETE");
}

async function act(promise) {
	try {
		await follow.busyWith(promise);
	} catch (error) {
		showError(error.message);
	}
}

byId("company").addEventListener("submit", async (event) => {
	event.preventDefault();
	const fields = new FormData(/** @type {HTMLFormElement} */ (event.target));
	const locations = String(fields.get("locations")).trim();
	const domain = String(fields.get("domain")).trim();
	const isFine = /^\d{1,3}$/.test(locations) && Number(locations) <= 500;
	showFormError("company-error", isFine ? "" : "The number of locations is 0 to 500.");
	if (!isFine)
		return;
	try {
		await follow.busyWith(api("/simulator/companies", {
			name: String(fields.get("name")).trim(), locations: Number(locations), ...domain && { whitelabel: { domain } },
		}));
	} catch (error) {
		showFormError("company-error", error.message);
	}
});

if (app) {
	byId("app").replaceChildren(...factsOf([
		["App", app.appId, "code"], ["Sent back to", app.redirectUrl, "code"], ["Webhooks to", app.webhookUrl, "code"],
	]));
	byId("app").hidden = false;
}
follow.refresh();
