// Everything the page asks of the server, and what the server tells by itself.

async function call(path, options) {
  const answer = await fetch("/demo/" + path, options);
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error || answer.statusText);
  return body;
}

export const get = (path) => call(path, {});

export const post = (path, body = {}) =>
  call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export function upload(path, fields, files) {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) if (value !== undefined && value !== "") form.append(key, value);
  files.forEach((file, index) => form.append("file" + index, file, file.name || "图片.png"));
  return call(path, { method: "POST", body: form });
}

export const fileUrl = (id, download = false) => "/demo/file/" + encodeURIComponent(id) + (download ? "?download" : "");

// The browser reconnects by itself; `opened` is called each time so that what was missed can be read.
export function listen(handlers, opened, lost) {
  const source = new EventSource("/demo/events");
  source.onopen = opened;
  source.onerror = lost;
  for (const [kind, handler] of Object.entries(handlers))
    source.addEventListener(kind, (event) => handler(JSON.parse(event.data)));
  addEventListener("pagehide", () => source.close());
}
