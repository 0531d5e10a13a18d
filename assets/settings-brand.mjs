/*
 * The brand of an agency: how this payment provider is called and looks in its locations.
 * settings-render.mjs draws with it; settings.mjs sends what brandOf() reads.
 */
import { markWrong, renderTold } from "./settings-connection.mjs";
import { byId, setText } from "./settings-draw.mjs";
import { say } from "./words.mjs";

/* Member of the server's object: its field. */
const FIELDS = { name: "brand-name", description: "brand-description", logoUrl: "brand-logo", support: "brand-support" };

export function renderBrand(state) {
	const { words, session, busy, wrong } = state;
	setText("brand-title", say(words, "brandTitle"));
	setText("brand-text", say(words, "brandText"));
	setText("brand-name-label", say(words, "brandName"));
	setText("brand-description-label", say(words, "brandDescription"));
	setText("brand-logo-label", say(words, "brandLogo"));
	setText("brand-logo-hint", say(words, "brandLogoHint"));
	setText("brand-support-label", say(words, "brandSupport"));
	setText("brand-support-hint", say(words, "brandSupportHint"));
	setText("brand-save", say(words, busy === "brand" ? "saving" : "save"));
	byId("brand-save").setAttribute("aria-disabled", String(busy !== ""));
	byId("brand-buttons").hidden = !session.canEdit;
	for (const id of Object.values(FIELDS)) {
		byId(id).readOnly = !session.canEdit;
	}
	markWrong("brand-name", wrong.name ?? "");
	markWrong("brand-logo", wrong.logoUrl ?? "");
	renderTold("brand", state);
}

/** Put what the server has into the fields. */
export function fillBrand(brand) {
	for (const [member, id] of Object.entries(FIELDS)) {
		byId(id).value = brand[member] ?? "";
	}
}

/**
 * What stands in the fields, as the server wants it, and what is wrong with it.
 * @returns {{brand: object, wrong: object, first: Element | null}} first: the field to go to.
 */
export function brandOf(words) {
	const typed = Object.fromEntries(Object.entries(FIELDS).map(([member, id]) => [member, byId(id).value.trim()]));
	const wrong = {};
	if (typed.name === "") {
		wrong.name = say(words, "fieldMissing", { label: say(words, "brandName") });
	}
	if (typed.logoUrl !== "" && !/^https:\/\/[^\s"<>]+$/.test(typed.logoUrl)) {
		wrong.logoUrl = say(words, "brandLogoWrong");
	}
	const brand = { ...typed, logoUrl: typed.logoUrl || null, support: typed.support || null };
	const [member] = Object.keys(wrong);
	return { brand, wrong, first: member ? byId(FIELDS[member]) : null };
}
