// One message, or one album, as an element.

import { fileUrl } from "./api.js";
import { el, icon } from "./dom.js";
import { clockTime, fullTime, rich, sizeWords } from "./words.js";

const ROWS = { 1: [1], 2: [2], 3: [1, 2], 4: [2, 2], 5: [2, 3], 6: [3, 3], 7: [2, 2, 3], 8: [2, 3, 3], 9: [3, 3, 3], 10: [3, 3, 4] };

// `messages` is one message or all of one album; `hooks`: tap, command, view, menu.
export function bubble(messages, hooks) {
  const first = messages[0];
  const last = messages[messages.length - 1];
  const photos = messages.filter((message) => message.photo);
  const captioned = messages.find((message) => message.text || message.caption);
  const body = el("div", { class: "bubble" + (photos.length ? " has-photo" : "") + (first.sticker ? " bare" : "") });
  body.append(...heads(first, hooks));
  if (photos.length) body.append(gallery(photos, hooks));
  for (const message of messages) body.append(...attachments(message, hooks));
  if (captioned) body.append(el("div", { class: "text" }, words(captioned, hooks), meta(last, messages)));
  else body.append(meta(last, messages));
  const side = first.mine ? "mine" : "theirs";
  const row = el("article", { class: `row ${side}`, "data-id": first.message_id, "aria-label": `${first.mine ? "我" : first.from.first_name}，${clockTime(when(last))}` });
  const more = el("button", { class: "more", type: "button", "aria-label": "消息菜单", "aria-haspopup": "menu", onclick: (event) => hooks.menu(captioned || last, event.currentTarget) }, icon("more"));
  row.append(el("div", { class: "stack" }, el("div", { class: "line" }, body, more), keyboard(last, hooks)));
  onLongPress(body, () => hooks.menu(captioned || last, more));
  body.addEventListener("contextmenu", (event) => { event.preventDefault(); hooks.menu(captioned || last, more); });
  return row;
}

export const when = (message) => new Date(message.date * 1000);

function heads(message, hooks) {
  const out = [];
  if (message.chat.type !== "private" && !message.mine) out.push(el("div", { class: "sender" }, message.from.first_name));
  const origin = message.forward_origin;
  if (origin) {
    const name = origin.sender_user_name || (origin.sender_user && origin.sender_user.first_name) || "未知";
    const time = fullTime(new Date(origin.date * 1000));
    out.push(el("div", { class: "forwarded", title: time }, "转发自 ", el("b", {}, name), el("small", {}, ` ${time}`)));
  }
  const target = message.reply_to_message;
  if (target) out.push(el("button", { class: "quote", type: "button", onclick: () => hooks.show(target.message_id) }, el("b", {}, target.from.first_name), el("span", {}, snippet(target))));
  return out;
}

const words = (message, hooks) => rich(message.text || message.caption || "", message.entities || message.caption_entities, hooks);

function meta(message, messages) {
  const edited = messages.some((each) => each.edit_date);
  return el("span", { class: "meta" }, edited ? "已编辑 " : "", el("time", { datetime: when(message).toISOString(), title: fullTime(when(message)) }, clockTime(when(message))), message.mine ? el("span", { class: "ticks", "aria-label": "已送达" }, "✓✓") : "");
}

function gallery(photos, hooks) {
  const grid = el("div", { class: "gallery" + (photos.length > 1 ? " album" : "") });
  let at = 0;
  for (const count of ROWS[photos.length] || [photos.length]) {
    const row = el("div", { class: "gallery-row of-" + count });
    for (const message of photos.slice(at, at + count)) row.append(picture(message, photos, hooks));
    grid.append(row);
    at += count;
  }
  return grid;
}

function picture(message, photos, hooks) {
  const largest = message.photo[message.photo.length - 1];
  const index = photos.indexOf(message);
  const label = photos.length > 1 ? `图片 ${index + 1}，共 ${photos.length} 张，点开查看` : "图片，点开查看";
  const image = el("img", { src: fileUrl(largest.file_id), alt: "", loading: "lazy", decoding: "async" });
  if (photos.length === 1) {
    const scale = Math.min(1, 320 / largest.width, 380 / largest.height);
    image.width = Math.max(120, Math.round(largest.width * scale));
    image.height = Math.max(80, Math.round(largest.height * scale));
  }
  const button = el("button", { class: "picture", type: "button", "aria-label": label, onclick: () => hooks.view(photos, index) }, image);
  image.addEventListener("error", () => { image.remove(); button.classList.add("broken"); button.append("图片无法显示"); });
  return button;
}

function attachments(message) {
  const out = [];
  if (message.document) {
    const file = message.document;
    out.push(el("a", { class: "document", href: fileUrl(file.file_id, true), download: file.file_name || "文件", "aria-label": `下载 ${file.file_name || "文件"}` },
      el("span", { class: "document-icon" }, icon("save")), el("span", { class: "document-text" }, el("b", {}, file.file_name || "文件"), el("small", {}, sizeWords(file.file_size)))));
  }
  if (message.voice) out.push(part("voice", `语音消息 ${message.voice.duration} 秒`));
  if (message.sticker) out.push(el("div", { class: "sticker", role: "img", "aria-label": "贴纸 " + message.sticker.emoji }, message.sticker.emoji));
  if (message.location) out.push(part("pin", `位置 ${message.location.latitude}, ${message.location.longitude}`));
  if (message.contact) out.push(part("person", `${message.contact.first_name} ${message.contact.phone_number}`));
  return out;
}

const part = (name, text) => el("div", { class: "part" }, el("span", { class: "document-icon" }, icon(name)), el("span", {}, text));

function keyboard(message, hooks) {
  const rows = (message.reply_markup && message.reply_markup.inline_keyboard) || [];
  if (!rows.length) return "";
  const board = el("div", { class: "keyboard", role: "group", "aria-label": "按钮" });
  rows.forEach((row, y) => {
    const line = el("div", { class: "keyboard-row" });
    row.forEach((button, x) => line.append(key(button, message, y, x, hooks)));
    board.append(line);
  });
  return board;
}

function key(button, message, y, x, hooks) {
  if (button.url && /^https?:/.test(button.url)) return el("a", { class: "key", href: button.url, target: "_blank", rel: "noopener noreferrer" }, button.text, el("i", { "aria-hidden": "true" }, "↗"));
  if (button.copy_text) return el("button", { class: "key", type: "button", onclick: () => hooks.copy(button.copy_text.text) }, button.text);
  const node = el("button", { class: "key", type: "button" }, button.text);
  node.addEventListener("click", () => hooks.tap(message, y, x, node));
  return node;
}

export function snippet(message) {
  const text = message.text || message.caption;
  if (message.photo) return "[图片] " + (text || "");
  if (message.document) return `[文件] ${message.document.file_name || ""} ${text || ""}`;
  if (message.sticker) return "[贴纸] " + message.sticker.emoji;
  if (message.voice) return "[语音]";
  if (message.location) return "[位置]";
  if (message.contact) return "[联系人]";
  return (text || "").replace(/\s+/g, " ");
}

function onLongPress(node, action) {
  let timer = 0;
  const cancel = () => clearTimeout(timer);
  node.addEventListener("touchstart", () => { timer = setTimeout(action, 500); }, { passive: true });
  for (const kind of ["touchend", "touchmove", "touchcancel"]) node.addEventListener(kind, cancel, { passive: true });
}
