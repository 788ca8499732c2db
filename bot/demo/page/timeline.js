// The messages of one chat on the screen: added, rewritten in place, grouped by day and by album.

import { bubble, when } from "./bubbles.js";
import { $, el } from "./dom.js";
import { dayKey, dayWords } from "./words.js";

const keyOf = (message) => (message.media_group_id ? "album-" + message.media_group_id : "message-" + message.message_id);

export class Timeline {
  constructor(hooks, now) {
    this.hooks = hooks;
    this.now = now;
    this.list = $("messages");
    this.scroll = $("scroll");
    this.groups = new Map();
    this.unreadFrom = null;
    this.below = 0;
    this.pinned = true;
    this.scroll.addEventListener("scroll", () => this.scrolled(), { passive: true });
    $("to-bottom").addEventListener("click", () => this.toBottom(true));
    new ResizeObserver(() => { if (this.pinned) this.toBottom(); }).observe(this.scroll);
    this.list.addEventListener("load", () => { if (this.pinned) this.toBottom(); }, true);
  }

  show(messages, unreadFrom) {
    this.groups.clear();
    this.list.replaceChildren();
    this.unreadFrom = unreadFrom;
    for (const message of messages) this.place(message);
    this.arrange();
    this.toBottom();
  }

  // Takes a new or changed message; returns whether it was new.
  put(message) {
    const fresh = this.place(message, true);
    if (fresh && !this.pinned && !message.mine) this.below += 1;
    this.plan();
    return fresh;
  }

  // However many messages come at once, the list is put in order once a frame.
  plan() {
    if (this.planned) return;
    this.planned = requestAnimationFrame(() => {
      this.planned = 0;
      this.arrange();
      if (this.pinned) this.toBottom(true);
      this.scrolled();
    });
  }

  place(message, lively = false) {
    const key = keyOf(message);
    const group = this.groups.get(key) || { messages: new Map(), node: null };
    const fresh = !group.messages.has(message.message_id) && !message.deleted;
    if (message.deleted) group.messages.delete(message.message_id);
    else group.messages.set(message.message_id, message);
    this.draw(key, group, lively);
    return fresh;
  }

  draw(key, group, lively) {
    if (!group.messages.size) {
      if (group.node) group.node.remove();
      this.groups.delete(key);
      return;
    }
    const messages = [...group.messages.values()].sort((a, b) => a.message_id - b.message_id);
    const node = bubble(messages, this.hooks);
    if (group.node) {
      const focused = group.node.contains(document.activeElement);
      group.node.replaceWith(node);
      if (focused) (node.querySelector(".key") || this.scroll).focus({ preventScroll: true });
    } else {
      if (lively) node.classList.add("fresh");
      this.list.append(node);
    }
    this.groups.set(key, { ...group, node, messages: group.messages });
  }

  // Date lines, the unread line, and the tail on the last bubble of a run.
  arrange() {
    for (const line of this.list.querySelectorAll(".divider")) line.remove();
    const groups = [...this.groups.values()].map((group) => ({ node: group.node, first: [...group.messages.values()][0] }));
    let day = "";
    let unread = this.unreadFrom;
    groups.forEach((group, index) => {
      const next = groups[index + 1];
      const date = when(group.first);
      if (dayKey(date) !== day) {
        day = dayKey(date);
        group.node.before(el("div", { class: "divider day", role: "separator" }, el("span", {}, dayWords(date, this.now()))));
      }
      if (unread && group.first.message_id >= unread) {
        unread = null;
        group.node.before(el("div", { class: "divider unread", role: "separator" }, el("span", {}, "未读消息")));
      }
      const ends = !next || next.first.from.id !== group.first.from.id || dayKey(when(next.first)) !== day;
      group.node.classList.toggle("tail", ends);
    });
  }

  find(number) {
    for (const group of this.groups.values()) if (group.messages.has(number)) return group;
    return null;
  }

  jump(number) {
    const group = this.find(number);
    if (!group) return;
    group.node.scrollIntoView({ block: "center", behavior: "smooth" });
    group.node.classList.add("flash");
    setTimeout(() => group.node.classList.remove("flash"), 1500);
  }

  toBottom(smooth = false) {
    this.pinned = true;
    this.below = 0;
    this.scroll.scrollTo({ top: this.scroll.scrollHeight, behavior: smooth && !matchMedia("(prefers-reduced-motion: reduce)").matches ? "smooth" : "auto" });
    this.badge();
  }

  scrolled() {
    const gap = this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight;
    const up = this.last !== undefined && this.scroll.scrollTop < this.last;
    this.last = this.scroll.scrollTop;
    if (gap < 40) { this.pinned = true; this.below = 0; } else if (up) this.pinned = false;
    this.badge();
  }

  badge() {
    $("to-bottom").hidden = this.pinned;
    $("below").hidden = !this.below;
    $("below").textContent = this.below;
  }
}
