/*
 * Money as a payer reads it: decimal text and a currency become local text, digit by digit.
 * checkout.mjs uses it.  The amount never becomes a floating point number: Intl formats the whole
 * units as a BigInt, and the fraction is put in as the text that it is.
 */

/**
 * @typedef {{kind: "currency" | "whole" | "fraction" | "space", text: string}} MoneyPart
 */

/**
 * @param {string} amount Decimal major units, "1234.50"; digits are kept, never rounded.
 * @param {string} currency ISO 4217 code.
 * @param {string} language BCP 47; an unusable one falls back to the browser's.
 * @returns {{text: string, parts: MoneyPart[]}}
 */
export function formatMoney(amount, currency, language) {
	const match = /^(\d+)(?:\.(\d+))?$/.exec(amount);
	const format = match && formatOf(currency, language);
	if (!format) {
		const plain = `${amount} ${currency}`;
		return { text: plain, parts: [{ kind: "whole", text: plain }] };
	}
	const [, whole, digits = ""] = match;
	const fraction = digits.padEnd(format.resolvedOptions().minimumFractionDigits, "0");
	const parts = wholeParts(format, BigInt(whole), fraction);
	return { text: parts.map((part) => part.text).join(""), parts };
}

function formatOf(currency, language) {
	for (const locale of [language, undefined]) {
		try {
			return new Intl.NumberFormat(locale || undefined, { style: "currency", currency });
		} catch {
			/* A malformed tag or code: the next one, then the plain text. */
		}
	}
	return null;
}

function wholeParts(format, whole, fraction) {
	const numbering = new Intl.NumberFormat(format.resolvedOptions().locale, { useGrouping: false });
	const localDigits = fraction.replace(/\d/g, (digit) => numbering.format(BigInt(digit)));
	const parts = [];
	let isFractionPlaced = false;
	for (const { type, value } of format.formatToParts(whole)) {
		if (type === "currency") {
			parts.push({ kind: "currency", text: value });
		} else if (type === "integer" || type === "group") {
			parts.push({ kind: "whole", text: value });
		} else if (type === "decimal") {
			parts.push({ kind: "fraction", text: value });
		} else if (type === "fraction") {
			parts.push({ kind: "fraction", text: localDigits });
			isFractionPlaced = true;
		} else {
			parts.push({ kind: "space", text: value });
		}
	}
	return isFractionPlaced || fraction === "" ? parts : withFraction(parts, localDigits, numbering);
}

/* More digits than the browser's currency has: they are shown, behind the last whole digit. */
function withFraction(parts, localDigits, numbering) {
	const point = numbering.formatToParts(1.5).find((part) => part.type === "decimal").value;
	const last = parts.map((part) => part.kind).lastIndexOf("whole");
	const all = [...parts];
	all.splice(last + 1, 0, { kind: "fraction", text: point + localDigits });
	return all;
}
