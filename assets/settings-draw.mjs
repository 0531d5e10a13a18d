/*
 * What the drawing parts of the settings page share: elements with text, and drawing only what has changed,
 * so that focus, an open table and what is being read out stay where they are.
 */

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

/** Unchanged text is left alone, so that a live region does not repeat itself. */
export function setText(id, text) {
	if (byId(id).textContent !== text) {
		byId(id).textContent = text;
	}
}

/** @param {string | Node[]} content Text, or what is in it. */
export function element(tag, className, content = "") {
	const made = Object.assign(document.createElement(tag), { className });
	made.append(...(typeof content === "string" ? [content] : content));
	return made;
}

/** @param {object} attributes Numbers and words: the page's policy forbids styles in attributes. */
export function drawing(tag, attributes, children = []) {
	const made = document.createElementNS(SVG, tag);
	for (const [name, value] of Object.entries(attributes)) {
		made.setAttribute(name, String(value));
	}
	made.append(...children);
	return made;
}

/** One of the page's own icons. */
export function icon(name) {
	return drawing("svg", { class: "icon", "aria-hidden": "true" }, [drawing("use", { href: `#icon-${name}` })]);
}

const drawn = new WeakMap();

/**
 * Fill ${node} with what ${draw} gives, unless all of ${inputs} are those of the last time.
 * @param {Element} node
 * @param {unknown[]} inputs
 * @param {() => Node[]} draw
 */
export function renew(node, inputs, draw) {
	const before = drawn.get(node);
	if (!before || before.some((input, place) => input !== inputs[place])) {
		drawn.set(node, inputs);
		node.replaceChildren(...draw());
	}
}
