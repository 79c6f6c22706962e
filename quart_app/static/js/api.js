// The page's own calls to the API: the cookie, the CSRF token, and problems as errors that read as sentences.
import { say } from "./words.js";

const TIMEOUT = 60_000;

export class Problem extends Error {
  /** `code` is the stable word, `detail` a sentence, `retryAfter` seconds or null. */
  constructor({ code, detail, title, status, retry_after: retryAfter }) {
    super(detail || title || say("strange"));
    this.code = code ?? "strange";
    this.status = status ?? 0;
    this.retryAfter = Number.isFinite(retryAfter) ? Math.ceil(retryAfter) : null;
  }
}

async function read(answer) {
  const text = await answer.text();
  if (!text) return {};
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function headers(body) {
  const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  const always = { Accept: "application/json", "X-CSRF-Token": token };
  return body === undefined ? always : { ...always, "Content-Type": "application/json" };
}

function problem(answer, body) {
  const given = body && typeof body === "object" ? body : {};
  const header = Number(answer.headers.get("Retry-After") ?? NaN);
  return new Problem({ retry_after: Number.isFinite(header) ? header : undefined, ...given, status: answer.status });
}

/** The JSON that `method path` answers; raises Problem for anything else. */
export async function api(method, path, body) {
  let answer;
  try {
    answer = await fetch(`/api/v1${path}`, {
      method,
      headers: headers(body),
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT),
    });
  } catch {
    throw new Problem({ code: "offline", detail: say("offline") });
  }
  const found = await read(answer);
  if (!answer.ok) throw problem(answer, found);
  if (found === null) throw new Problem({ code: "strange", status: answer.status });
  return found;
}
