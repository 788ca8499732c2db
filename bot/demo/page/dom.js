// Small pieces for building the page. Text always goes in as text nodes, never as markup.

export const $ = (id) => document.getElementById(id);

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "class") node.className = value;
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "hidden" || key === "disabled" || key === "required") node[key] = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

const PATHS = {
  add: "M12 5v14M5 12h14",
  reset: "M4 12a8 8 0 1 0 2.600-5.900M4 4v4.500h4.500",
  back: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  down: "M5 9l7 7 7-7",
  close: "M6 6l12 12M18 6L6 18",
  forward: "M13 6l7 6-7 6v-4c-5 0-7.500 1.500-9 5 .300-5.500 3-9 9-9.300z",
  reply: "M11 6l-7 6 7 6v-4c5 0 7.500 1.500 9 5-.300-5.500-3-9-9-9.300z",
  block: "M5.600 5.600l12.800 12.800M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z",
  clock: "M12 7v5l3.500 2M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z",
  menu: "M4 7h16M4 12h16M4 17h10",
  clip: "M20 11.500l-8 8a5 5 0 0 1-7-7l8.500-8.500a3.400 3.400 0 0 1 4.800 4.800L10 17a1.700 1.700 0 0 1-2.500-2.400l7.500-7.500",
  photo: "M4 6h16v12H4zM4 16l5-5 4 4 2.500-2.500L20 17M15.500 9.500h.01",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  voice: "M12 4a3 3 0 0 1 3 3v4a3 3 0 0 1-6 0V7a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v3.500",
  smile: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM8.500 14.500c1.800 2.300 5.200 2.300 7 0M9 9.500h.01M15 9.500h.01",
  pin: "M12 21c-4.500-5-6.500-8-6.500-11a6.500 6.500 0 0 1 13 0c0 3-2 6-6.500 11zM12 12.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z",
  person: "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4.500 20c.800-4 3.500-6 7.500-6s6.700 2 7.500 6",
  shield: "M12 3l7.500 2.800V12c0 4.500-3 7.800-7.500 9.300C7.500 19.800 4.500 16.500 4.500 12V5.800zM8.800 12l2.400 2.400 4.300-4.500",
  edit: "M5 19l1-4L16.500 4.500l3 3L9 18z",
  copy: "M9 9h10v11H9zM5 15V4h10",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  save: "M12 4v10.500M7.500 10.500L12 15l4.500-4.500M5 19.500h14",
};

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  if (name === "send") {
    path.setAttribute("d", "M3.500 4.200l17.800 7.100c.600.300.600 1.100 0 1.400L3.500 19.800c-.500.200-1-.300-.900-.800L4.500 13l8.500-1-8.500-1-1.900-6c-.100-.500.400-1 .900-.800z");
    path.setAttribute("class", "filled");
  } else path.setAttribute("d", PATHS[name] || "");
  svg.append(path);
  return svg;
}

export function fillIcons(root = document) {
  for (const node of root.querySelectorAll("[data-icon]")) node.prepend(icon(node.dataset.icon));
}

let toastTimer = 0;
export function toast(words) {
  const node = $("toast");
  node.textContent = words;
  node.classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => node.classList.remove("shown"), 3500);
}

// Opens a dialog and answers with its button's value ("" when it was closed in any other way).
export function open(dialog, fill) {
  dialog.returnValue = "";
  if (fill) fill();
  dialog.showModal();
  return new Promise((done) => dialog.addEventListener("close", () => done(dialog.returnValue), { once: true }));
}

export async function ask(words, yes = "好", only = false) {
  $("ask-text").textContent = words;
  $("ask-yes").textContent = yes;
  $("ask-no").hidden = only;
  return (await open($("ask-dialog"))) === "yes";
}

export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = el("textarea", { class: "hidden-input", "aria-hidden": "true" });
    area.value = text;
    document.body.append(area);
    area.select();
    const worked = document.execCommand("copy");
    area.remove();
    if (!worked) return false;
  }
  return true;
}
