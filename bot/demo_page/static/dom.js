// Small tools to draw with: make an element, and keep a list of them in step with what is to be shown.

const SVG = "http://www.w3.org/2000/svg";

/** An element: h("p", {class: "fine", onclick: f}, "text", child). Nothing and false are left out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "html") element.innerHTML = value; // the server's own, already escaped
    else if (name === "style") Object.assign(element.style, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child || child === 0));
  return element;
}

/** A line drawing. */
export function icon(path, box = 20) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${box} ${box}`);
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/**
 * Make the children of `parent` those of `items`, in order. What has not changed stays as it is, with its focus,
 * its selection and its open details; `key` says which is which, `draw` makes one.
 */
export function keep(parent, items, key, draw) {
  const before = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let spot = parent.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    const print = JSON.stringify(item);
    let child = before.get(name);
    if (!child || child.dataset.print !== print) {
      const fresh = draw(item);
      fresh.dataset.key = name;
      fresh.dataset.print = print;
      if (child) {
        if (child.open) fresh.open = true;
        if (child === spot) spot = child.nextElementSibling;
        child.replaceWith(fresh);
        fresh.classList.add("stayed");
      }
      child = fresh;
    }
    before.delete(name);
    if (child === spot) spot = spot.nextElementSibling;
    else parent.insertBefore(child, spot);
  }
  for (const gone of before.values()) gone.remove();
}

/** Text into an element, only when it differs: a screen reader hears it once. */
export function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
