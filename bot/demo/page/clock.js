// The demo clock: shown, pushed forward, taken to the next reminder.

import { get, post } from "./api.js";
import { $, toast } from "./dom.js";
import { clockFace, fullTime } from "./words.js";

let ahead = 0;

export const now = () => new Date(Date.now() + ahead);

function take(clock) {
  ahead = new Date(clock.now).getTime() - Date.now();
  draw();
}

function draw() {
  $("clock-now").textContent = clockFace(now());
  $("clock-now").dateTime = now().toISOString();
}

async function push(seconds, words) {
  take(await post("clock", { seconds }));
  toast(`${words}，现在是 ${fullTime(now())}`);
}

async function toNext() {
  const clock = await post("clock/next");
  take(clock);
  if (clock.next_due) toast(`到了提醒的时间：${fullTime(now())}`);
  else toast(clock.follows ? "目前没有安排提醒" : "机器人没有连上时钟");
}

export async function wireClock() {
  $("clock-hour").addEventListener("click", () => push(3600, "过了 1 小时"));
  $("clock-day").addEventListener("click", () => push(86400, "过了 1 天"));
  $("clock-next").addEventListener("click", toNext);
  setInterval(draw, 1000);
  take(await get("clock"));
}

export const clockChanged = take;
