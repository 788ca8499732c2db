// The chat page: who speaks, what is shown, and what happens on each tap.

import { get, listen, post, upload } from "./api.js";
import { snippet, when } from "./bubbles.js";
import { clockChanged, now, wireClock } from "./clock.js";
import { Composer } from "./composer.js";
import { $, ask, copyText, el, fillIcons, icon, open, toast } from "./dom.js";
import { Timeline } from "./timeline.js";
import { view, wireViewer } from "./viewer.js";
import { clockTime, dayKey, dayWords, inputTime } from "./words.js";

const COLOURS = 7;
const state = { people: new Map(), chats: new Map(), current: null, bot: {}, waiting: new Map() };

const chatOf = (id) => {
  if (!state.chats.has(id)) state.chats.set(id, { messages: new Map(), revision: 0, unread: 0, unreadFrom: null, typing: 0 });
  return state.chats.get(id);
};
const person = () => state.people.get(state.current);

// --- sending

const composer = new Composer({
  person: () => state.current,
  send: (text, replyTo) => post("say", { person: state.current, text, reply_to: replyTo }),
  edit: (id, text) => post("edit", { person: state.current, message_id: id, text }),
  editLast: () => {
    const own = [...chatOf(state.current).messages.values()].filter((m) => m.mine && m.text && !m.deleted && !m.forward_origin).pop();
    if (own) composer.edit(own);
    return Boolean(own);
  },
  quick: (kind) => (kind === "forward" ? forwardDialog() : attempt(post(kind, { person: state.current }))),
});

async function attempt(promise) {
  try {
    return await promise;
  } catch (error) {
    toast(error.message);
    return null;
  }
}

const timeline = new Timeline({
  tap,
  view,
  menu: messageMenu,
  show: (id) => timeline.jump(id),
  command: (text) => attempt(post("say", { person: state.current, text })),
  copy: async (text) => toast((await copyText(text)) ? "已复制" : "复制没有成功"),
}, now);

async function tap(message, row, col, node) {
  if (node.classList.contains("busy")) return;
  node.classList.add("busy");
  node.setAttribute("aria-busy", "true");
  const done = () => { node.classList.remove("busy"); node.removeAttribute("aria-busy"); };
  const answer = await attempt(post("tap", { person: state.current, message_id: message.message_id, row, col }));
  if (!answer) return done();
  state.waiting.set(answer.callback_id, done);
  setTimeout(() => { if (state.waiting.delete(answer.callback_id)) done(); }, 30000);
  const known = await attempt(get("callback/" + answer.callback_id));
  if (known && known.answered && state.waiting.delete(answer.callback_id)) { done(); answered(known.answer); }
}

function answered(answer) {
  if (answer.text && answer.show_alert) ask(answer.text, "好", true);
  else if (answer.text) toast(answer.text);
}

// --- menus and dialogs

function messageMenu(message, anchor) {
  const menu = $("message-menu");
  const text = message.text || message.caption;
  const items = [
    ["reply", "回复", () => composer.reply(message)],
    text && ["copy", "复制文字", async () => toast((await copyText(text)) ? "已复制" : "复制没有成功")],
    message.mine && text && !message.forward_origin && ["edit", "编辑", () => composer.edit(message)],
    ["forward", "转发…", () => forwardMessage(message)],
  ].filter(Boolean);
  menu.replaceChildren(...items.map(([name, label, action]) =>
    el("button", { role: "menuitem", type: "button", onclick: () => { closeMenu(); action(); } }, icon(name), label)));
  menu.hidden = false;
  place(menu, anchor);
  menu.firstChild.focus();
  setTimeout(() => document.addEventListener("click", closeMenu, { once: true }));
}

function place(menu, anchor) {
  const box = $("chat").getBoundingClientRect();
  const at = anchor.getBoundingClientRect();
  const left = Math.min(Math.max(8, at.left - box.left - menu.offsetWidth / 2), box.width - menu.offsetWidth - 8);
  const below = at.bottom - box.top + menu.offsetHeight + 8 < box.height;
  menu.style.left = left + "px";
  menu.style.top = (below ? at.bottom - box.top : at.top - box.top - menu.offsetHeight) + "px";
}

function closeMenu() { $("message-menu").hidden = true; }

async function forwardMessage(message) {
  const targets = [...state.people.values()].map((each) =>
    el("li", {}, el("button", { type: "button", class: "person", onclick: () => $("target-dialog").close(String(each.id)) }, avatar(each), el("b", {}, each.first_name))));
  const chosen = Number(await open($("target-dialog"), () => $("targets").replaceChildren(...targets)));
  if (!chosen) return;
  const sent = await attempt(post("forward", { person: chosen, message_id: message.message_id, from_chat: state.current }));
  if (sent && chosen !== state.current) await choose(chosen);
}

async function forwardDialog() {
  const answer = await open($("forward-dialog"), () => {
    $("forward-text").value = "";
    $("forward-files").value = "";
    $("forward-date").value = inputTime(now());
  });
  if (answer !== "send") return;
  const files = [...$("forward-files").files];
  const date = $("forward-date").value && $("forward-date").value + ":00+08:00";
  const fields = { person: state.current, origin: $("forward-name").value, hidden: $("forward-hidden").checked, date };
  const text = $("forward-text").value.trim();
  if (files.length) await attempt(upload("album", { ...fields, caption: text }, files));
  else if (text) await attempt(post("forward", { ...fields, text }));
  else toast("没有内容可以转发");
}

async function addPerson() {
  if ((await open($("person-dialog"))) !== "add") return;
  const made = await attempt(post("persons", { first_name: $("person-name").value, language_code: $("person-language").value }));
  if (!made) return;
  await readPeople();
  await choose(made.id);
}

async function toggleBlock() {
  const blocked = person().blocked;
  if (!blocked && !(await ask("屏蔽以后，机器人不能再给这个人发消息。", "屏蔽"))) return;
  await attempt(post(blocked ? "unblock" : "block", { person: state.current }));
}

async function startAnew() {
  if (await ask("清空所有人和所有消息，重新开始？", "清空")) await attempt(post("reset"));
}

// --- who is there

const avatar = (each) => el("span", { class: "avatar colour-" + (each.id % COLOURS), "aria-hidden": "true" }, [...each.first_name][0] || "?");

async function readPeople() {
  const found = await get("persons");
  state.bot = found.bot;
  state.people = new Map(found.persons.map((each) => [each.id, each]));
  $("bot-name").textContent = found.bot.first_name;
}

function drawPeople() {
  $("people").replaceChildren(...[...state.people.values()].map((each) => {
    const chat = chatOf(each.id);
    const last = [...chat.messages.values()].filter((m) => !m.deleted).pop();
    const button = el("button", { type: "button", class: "person", "aria-current": each.id === state.current ? "true" : null, onclick: () => choose(each.id) },
      avatar(each),
      el("span", { class: "person-text" },
        el("span", { class: "person-top" }, el("b", {}, each.first_name), el("time", {}, last ? shortTime(when(last)) : "")),
        el("span", { class: "person-last" }, el("span", {}, each.blocked ? "已屏蔽机器人" : chat.typing > Date.now() ? "机器人正在输入…" : last ? (last.mine ? "我：" : "") + snippet(last) : "还没有消息"),
          chat.unread ? el("span", { class: "badge", "aria-label": `${chat.unread} 条未读` }, String(chat.unread)) : "")));
    return el("li", {}, button);
  }));
  const elsewhere = [...state.chats].filter(([id]) => id !== state.current).reduce((sum, [, chat]) => sum + chat.unread, 0);
  $("back-badge").hidden = !elsewhere;
  $("back-badge").textContent = elsewhere;
  document.title = (elsewhere ? `(${elsewhere}) ` : "") + state.bot.first_name;
}

const shortTime = (date) => (dayKey(date) === dayKey(now()) ? clockTime(date) : dayWords(date, now()).split(" ")[0]);

async function choose(id) {
  state.current = id;
  remember(id);
  const chat = chatOf(id);
  $("app").classList.remove("listing");
  composer.leave();
  timeline.show([...chat.messages.values()].filter((m) => !m.deleted), chat.unreadFrom);
  chat.unread = 0;
  chat.unreadFrom = null;
  drawAll();
  composer.focus();
}

function remember(id) {
  try { sessionStorage.setItem("person", String(id)); } catch { /* private browsing: the first person is shown next time */ }
}

function drawAll() {
  drawPeople();
  drawStatus();
  drawFoot();
}

function drawStatus() {
  const each = person();
  const typing = each && chatOf(state.current).typing > Date.now();
  $("typing").hidden = !typing;
  if (typing && timeline.pinned) timeline.toBottom();
  $("status").textContent = typing ? "正在输入…" : each ? `机器人 · 我是${each.first_name}` : "机器人";
  $("status").classList.toggle("active", Boolean(typing));
}

function drawFoot() {
  const each = person();
  const empty = !each.started;
  $("composer").hidden = each.blocked || empty;
  $("wide").hidden = !(each.blocked || empty);
  $("wide").textContent = each.blocked ? "解除屏蔽" : "开始";
  $("block").setAttribute("aria-pressed", String(each.blocked));
  $("block").setAttribute("aria-label", each.blocked ? "解除屏蔽" : "屏蔽机器人");
  $("block").title = $("block").getAttribute("aria-label");
  composer.setCommands(each.commands || []);
  if (empty && !$("messages").children.length)
    $("messages").replaceChildren(el("div", { class: "welcome" }, el("b", {}, "这个机器人能做什么？"), el("p", {}, state.bot.description || "说说发生了什么，它会一步一步陪你把钱要回来。点下面的“开始”。")));
}

async function wide() {
  if (person().blocked) await attempt(post("unblock", { person: state.current }));
  else await attempt(post("say", { person: state.current, text: "/start" }));
}

// --- what the server tells

function received(message) {
  const id = message.chat.id;
  const chat = chatOf(id);
  const fresh = !chat.messages.has(message.message_id);
  chat.messages.set(message.message_id, message);
  chat.revision = Math.max(chat.revision, message.revision);
  if (!message.mine) chat.typing = 0;
  const seen = id === state.current && !document.hidden;
  if (fresh && !message.mine && !message.deleted && !seen) {
    chat.unread += 1;
    chat.unreadFrom = chat.unreadFrom || message.message_id;
  }
  drawSoon();
  if (id !== state.current) return;
  const welcome = $("messages").querySelector(".welcome");
  if (welcome) welcome.remove();
  if (message.mine && fresh) timeline.pinned = true;
  timeline.put(message);
}

let drawPlanned = 0;
function drawSoon() {
  if (drawPlanned || state.current === null) return;
  drawPlanned = setTimeout(() => {
    drawPlanned = 0;
    drawPeople();
    drawStatus();
  }, 30);
}

function typing({ chat }) {
  chatOf(chat).typing = Date.now() + 5000;
  setTimeout(() => { drawStatus(); drawPeople(); }, 5100);
  drawStatus();
  drawPeople();
}

function personChanged(each) {
  state.people.set(each.id, { ...state.people.get(each.id), ...each });
  if (state.current !== null) drawAll();
}

async function settingChanged() {
  await readPeople();
  if (state.current !== null) drawAll();
}

async function catchUp() {
  await readPeople();
  if (!state.people.size) {
    await post("persons", { first_name: "小王", language_code: "zh-hans" });
    await readPeople();
  }
  for (const id of state.people.keys()) {
    const found = await get(`chat/${id}?after=${chatOf(id).revision}`);
    for (const message of found.messages) {
      if (state.current !== null) received(message);
      else chatOf(id).messages.set(message.message_id, message);
      chatOf(id).revision = Math.max(chatOf(id).revision, message.revision);
    }
    if (found.typing) chatOf(id).typing = Date.now() + 4000;
  }
  $("app").classList.remove("offline");
  if (state.current === null || !state.people.has(state.current)) await choose(firstChoice());
  else drawAll();
}

function firstChoice() {
  let wished = 0;
  try { wished = Number(sessionStorage.getItem("person")); } catch { /* private browsing */ }
  return state.people.has(wished) ? wished : [...state.people.keys()][0];
}

function lost() {
  $("app").classList.add("offline");
  $("status").textContent = "正在连接…";
}

async function wiped() {
  state.chats.clear();
  state.current = null;
  await catchUp();
}

function wire() {
  fillIcons();
  wireViewer();
  $("back").addEventListener("click", () => $("app").classList.add("listing"));
  $("add-person").addEventListener("click", addPerson);
  $("reset").addEventListener("click", startAnew);
  $("block").addEventListener("click", toggleBlock);
  $("forward-open").addEventListener("click", forwardDialog);
  $("wide").addEventListener("click", wide);
  $("message-menu").addEventListener("keydown", (event) => {
    const items = [...$("message-menu").children];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus(); }
    if (event.key === "Escape") closeMenu();
  });
  for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", () => button.closest("dialog").close(""));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || state.current === null) return;
    Object.assign(chatOf(state.current), { unread: 0, unreadFrom: null });
    drawPeople();
  });
}

wire();
await wireClock();
listen(
  {
    message: received,
    typing,
    answer: (answer) => {
      const done = state.waiting.get(answer.id);
      state.waiting.delete(answer.id);
      if (done) { done(); answered(answer); }
    },
    person: personChanged,
    clock: clockChanged,
    setting: settingChanged,
    reset: wiped,
  },
  catchUp,
  lost,
);
