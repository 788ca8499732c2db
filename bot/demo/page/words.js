// Dates, sizes and formatted text, the way a Chinese Telegram shows them.

import { copyText, el, icon, toast } from "./dom.js";

const ZONE = "Asia/Shanghai";
const timeOf = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dayOf = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, month: "long", day: "numeric" });
const yearDayOf = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, year: "numeric", month: "long", day: "numeric" });
const weekdayOf = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, weekday: "short" });
const keyOf = new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit" });

export const clockTime = (date) => timeOf.format(date);
export const dayKey = (date) => keyOf.format(date);
export const clockFace = (date) => `${dayOf.format(date)} ${weekdayOf.format(date)} ${timeOf.format(date)}`;
export const fullTime = (date) => `${yearDayOf.format(date)} ${timeOf.format(date)}`;
export const inputTime = (date) => `${keyOf.format(date)}T${timeOf.format(date)}`;

export function dayWords(date, now) {
  const gap = Math.round((Date.parse(dayKey(now)) - Date.parse(dayKey(date))) / 86400000);
  if (gap === 0) return "今天";
  if (gap === 1) return "昨天";
  const sameYear = dayKey(now).slice(0, 4) === dayKey(date).slice(0, 4);
  return (sameYear ? dayOf : yearDayOf).format(date) + " " + weekdayOf.format(date);
}

export function sizeWords(bytes) {
  if (bytes === undefined || bytes === null) return "";
  if (bytes < 1024) return bytes + " B";
  const unit = bytes < 1048576 ? [1024, "KB"] : [1048576, "MB"];
  return (bytes / unit[0]).toFixed(1).replace(".0", "") + " " + unit[1];
}

const SAFE_LINK = /^(https?:|tg:|mailto:|tel:)/i;

// Text with its entities as elements. Offsets are UTF-16 units, which is how JavaScript counts too.
export function rich(text, entities = [], hooks = {}) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return build(text, 0, text.length, sorted, hooks);
}

function build(text, start, end, entities, hooks) {
  const out = document.createDocumentFragment();
  let at = start;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index++];
    const from = entity.offset;
    const to = Math.min(end, from + entity.length);
    if (from < at || to <= from) continue;
    const inner = [];
    while (index < entities.length && entities[index].offset < to) inner.push(entities[index++]);
    if (from > at) out.append(text.slice(at, from));
    out.append(wrap(entity, text.slice(from, to), () => build(text, from, to, inner, hooks), hooks));
    at = to;
    if (entity.type === "pre" && text[at] === "\n") at += 1;
  }
  if (at < end) out.append(text.slice(at, end));
  return out;
}

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", blockquote: "blockquote", expandable_blockquote: "blockquote" };

function wrap(entity, plain, children, hooks) {
  if (TAGS[entity.type]) return el(TAGS[entity.type], {}, children());
  switch (entity.type) {
    case "pre":
      return codeBlock(plain, entity.language);
    case "code":
      return el("code", { class: "inline-code", role: "button", tabindex: "0", title: "点一下复制", onclick: () => copied(plain), onkeydown: onEnter(() => copied(plain)) }, plain);
    case "spoiler": {
      const node = el("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "隐藏的文字，点一下显示" }, children());
      const show = () => { node.classList.add("open"); node.removeAttribute("aria-label"); };
      node.addEventListener("click", show);
      node.addEventListener("keydown", onEnter(show));
      return node;
    }
    case "text_link":
    case "url": {
      const url = entity.type === "url" ? plain : entity.url;
      if (!SAFE_LINK.test(url || "")) return el("span", {}, children());
      return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, children());
    }
    case "bot_command":
      return el("button", { class: "link", type: "button", onclick: () => hooks.command && hooks.command(plain) }, plain);
    default:
      return el("span", { class: "mark" }, children());
  }
}

const onEnter = (action) => (event) => {
  if (event.key === "Enter" || event.key === " ") { event.preventDefault(); action(); }
};

async function copied(text, button) {
  const worked = await copyText(text);
  toast(worked ? "已复制" : "复制没有成功，请选中文字后复制");
  if (!worked || !button) return;
  button.classList.add("done");
  button.lastChild.textContent = "已复制";
  setTimeout(() => { button.classList.remove("done"); button.lastChild.textContent = "复制"; }, 2000);
}

function codeBlock(text, language) {
  const button = el("button", { class: "copy", type: "button", "aria-label": "复制这段文字" }, icon("copy"), el("span", {}, "复制"));
  const block = el("div", { class: "codeblock" }, el("div", { class: "codehead" }, el("span", {}, language || "点一下复制"), button), el("pre", {}, text));
  block.addEventListener("click", () => { if (!String(getSelection())) copied(text, button); });
  return block;
}
