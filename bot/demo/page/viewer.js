// Looking at pictures large, with arrows.

import { fileUrl } from "./api.js";
import { $ } from "./dom.js";

let photos = [];
let at = 0;

function draw() {
  const sizes = photos[at].photo;
  const id = sizes[sizes.length - 1].file_id;
  $("viewer-image").src = fileUrl(id);
  $("viewer-image").alt = `图片 ${at + 1}，共 ${photos.length} 张`;
  $("viewer-save").href = fileUrl(id, true);
  $("viewer-prev").hidden = at === 0;
  $("viewer-next").hidden = at === photos.length - 1;
}

function step(by) {
  at = Math.min(photos.length - 1, Math.max(0, at + by));
  draw();
}

export function view(list, index) {
  photos = list;
  at = index;
  draw();
  $("viewer").showModal();
}

export function wireViewer() {
  $("viewer-close").addEventListener("click", () => $("viewer").close());
  $("viewer-prev").addEventListener("click", () => step(-1));
  $("viewer-next").addEventListener("click", () => step(1));
  $("viewer").addEventListener("click", (event) => { if (event.target === $("viewer")) $("viewer").close(); });
  $("viewer").addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") step(-1);
    if (event.key === "ArrowRight") step(1);
  });
}
