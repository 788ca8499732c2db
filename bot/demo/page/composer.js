// Writing, attaching, editing, replying, the command menu.

import { upload } from "./api.js";
import { snippet } from "./bubbles.js";
import { $, el, fillIcons, icon, open, toast } from "./dom.js";
import { sizeWords } from "./words.js";

const ALBUM = 10;

export class Composer {
  // `actions`: send(text, replyTo), edit(id, text), person(), forward(), quick(kind)
  constructor(actions) {
    this.actions = actions;
    this.mode = null;
    this.commands = [];
    this.files = [];
    this.text = $("text");
    this.text.addEventListener("input", () => this.typed());
    this.text.addEventListener("keydown", (event) => this.key(event));
    $("composer").addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    $("strip-close").addEventListener("click", () => this.leave());
    $("menu").addEventListener("click", () => this.toggleMenu());
    this.wireAttach();
    this.wireDrop();
    this.wireDialog();
  }

  setCommands(commands) {
    this.commands = commands;
    $("menu").hidden = !commands.length;
  }

  focus() {
    if (matchMedia("(hover: hover)").matches) this.text.focus({ preventScroll: true });
  }

  // --- text

  typed() {
    this.text.style.height = "auto";
    this.text.style.height = Math.min(this.text.scrollHeight, 180) + "px";
    $("send").disabled = !this.text.value.trim();
    const word = this.text.value;
    if (/^\/\w*$/.test(word) && this.mode === null) this.showMenu(this.commands.filter((c) => ("/" + c.command).startsWith(word)));
    else this.hideMenu();
  }

  key(event) {
    if (!$("commands").hidden && this.menuKey(event)) return;
    if (event.key === "Escape" && this.mode) return this.leave();
    if (event.key === "ArrowUp" && !this.text.value && this.actions.editLast()) { event.preventDefault(); return; }
    const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing;
    if (sends && matchMedia("(hover: hover)").matches) { event.preventDefault(); this.submit(); }
  }

  async submit() {
    const text = this.text.value;
    if (!text.trim()) return;
    const mode = this.mode;
    this.text.value = "";
    this.leave();
    this.typed();
    try {
      if (mode && mode.kind === "edit") await this.actions.edit(mode.message.message_id, text);
      else await this.actions.send(text, mode ? mode.message.message_id : undefined);
    } catch (error) {
      this.text.value = text;
      this.typed();
      toast(error.message);
    }
  }

  reply(message) { this.enter("reply", message, "回复 " + message.from.first_name); }

  edit(message) {
    this.enter("edit", message, "编辑消息");
    this.text.value = message.text || message.caption || "";
    this.typed();
  }

  enter(kind, message, title) {
    this.mode = { kind, message };
    $("strip").hidden = false;
    $("strip-icon").replaceChildren(icon(kind));
    $("strip-title").textContent = title;
    $("strip-body").textContent = snippet(message);
    this.text.focus();
  }

  leave() {
    if (this.mode && this.mode.kind === "edit") { this.text.value = ""; this.mode = null; this.typed(); }
    this.mode = null;
    $("strip").hidden = true;
  }

  // --- command menu

  toggleMenu() {
    if ($("commands").hidden) this.showMenu(this.commands);
    else this.hideMenu();
    if (!$("commands").hidden) this.text.focus();
  }

  showMenu(commands) {
    if (!commands.length) return this.hideMenu();
    $("commands").replaceChildren(...commands.map((command, index) =>
      el("li", { role: "option", "aria-selected": String(index === 0), id: "command-" + index, onclick: () => this.choose(command) },
        el("b", {}, "/" + command.command), el("span", {}, command.description))));
    $("commands").hidden = false;
    $("menu").setAttribute("aria-expanded", "true");
    this.text.setAttribute("aria-activedescendant", "command-0");
  }

  hideMenu() {
    $("commands").hidden = true;
    $("menu").setAttribute("aria-expanded", "false");
    this.text.removeAttribute("aria-activedescendant");
  }

  menuKey(event) {
    const options = [...$("commands").children];
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "Escape") { this.hideMenu(); return true; }
    if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); options[at].click(); return true; }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return false;
    event.preventDefault();
    const next = (at + step + options.length) % options.length;
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === next)));
    options[next].scrollIntoView({ block: "nearest" });
    this.text.setAttribute("aria-activedescendant", "command-" + next);
    return true;
  }

  choose(command) {
    this.hideMenu();
    this.text.value = "/" + command.command;
    this.submit();
  }

  // --- files

  wireAttach() {
    const menu = $("attach-menu");
    const show = (shown) => {
      menu.hidden = !shown;
      $("attach").setAttribute("aria-expanded", String(shown));
      if (shown) menu.querySelector("button").focus();
    };
    $("attach").addEventListener("click", (event) => { event.stopPropagation(); show(menu.hidden); });
    document.addEventListener("click", () => show(false));
    menu.addEventListener("keydown", (event) => {
      const items = [...menu.querySelectorAll("button")];
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) { event.preventDefault(); items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus(); }
      if (event.key === "Escape") { show(false); $("attach").focus(); }
    });
    for (const button of menu.querySelectorAll("[data-pick]")) button.addEventListener("click", () => $("pick-" + button.dataset.pick).click());
    for (const button of menu.querySelectorAll("[data-quick]")) button.addEventListener("click", () => this.actions.quick(button.dataset.quick));
    for (const kind of ["photo", "document"])
      $("pick-" + kind).addEventListener("change", (event) => {
        this.preview([...event.target.files], kind === "document");
        event.target.value = "";
      });
    this.text.addEventListener("paste", (event) => {
      const files = [...event.clipboardData.files];
      if (files.length) { event.preventDefault(); this.preview(files, false); }
    });
  }

  wireDrop() {
    const holds = (event) => [...event.dataTransfer.types].includes("Files");
    const drop = $("drop");
    const chat = $("chat");
    chat.addEventListener("dragenter", (event) => { if (holds(event)) { event.preventDefault(); drop.hidden = false; } });
    chat.addEventListener("dragover", (event) => {
      if (!holds(event)) return;
      event.preventDefault();
      for (const zone of drop.children) zone.classList.toggle("over", zone.contains(event.target));
    });
    drop.addEventListener("dragleave", (event) => { if (!drop.contains(event.relatedTarget)) drop.hidden = true; });
    chat.addEventListener("drop", (event) => {
      if (!holds(event)) return;
      event.preventDefault();
      const zone = event.target.closest && event.target.closest("[data-drop]");
      drop.hidden = true;
      this.preview([...event.dataTransfer.files], zone ? zone.dataset.drop === "document" : false);
    });
  }

  wireDialog() {
    $("as-file").addEventListener("change", () => this.drawPreviews());
  }

  async preview(files, asFile) {
    if (!files.length) return;
    this.files = files;
    $("as-file").checked = asFile || !files.every((file) => file.type.startsWith("image/"));
    $("caption").value = "";
    this.drawPreviews();
    const answer = await open($("files-dialog"));
    if (answer === "send") await this.sendFiles($("as-file").checked, $("caption").value);
    this.files = [];
    this.focus();
  }

  drawPreviews() {
    const asFile = $("as-file").checked;
    $("files-title").textContent = `发送 ${this.files.length} ${asFile ? "个文件" : "张照片"}`;
    $("as-file").disabled = !this.files.every((file) => file.type.startsWith("image/"));
    $("previews").classList.toggle("as-files", asFile);
    $("previews").replaceChildren(...this.files.map((file, index) => this.onePreview(file, index, asFile)));
    fillIcons($("previews"));
  }

  onePreview(file, index, asFile) {
    const remove = el("button", { class: "remove", type: "button", "aria-label": `移除 ${file.name}`, "data-icon": "close", onclick: () => this.remove(index) });
    if (asFile) return el("div", { class: "preview-file" }, el("span", { class: "document-icon", "data-icon": "file" }), el("span", { class: "document-text" }, el("b", {}, file.name), el("small", {}, sizeWords(file.size))), remove);
    const url = URL.createObjectURL(file);
    const image = el("img", { src: url, alt: file.name });
    image.addEventListener("load", () => URL.revokeObjectURL(url), { once: true });
    return el("div", { class: "preview-photo" }, image, remove);
  }

  remove(index) {
    this.files = this.files.filter((_, other) => other !== index);
    if (this.files.length) this.drawPreviews();
    else $("files-dialog").close("");
  }

  async sendFiles(asFile, caption) {
    const files = this.files;
    try {
      for (let at = 0; at < files.length; at += ALBUM)
        await upload(asFile ? "document" : "album", { person: this.actions.person(), caption: at ? "" : caption }, files.slice(at, at + ALBUM));
    } catch (error) {
      toast(error.message);
    }
  }
}
