/** The one way to the server: JSON in, JSON or a typed error out, always with a deadline. */

import { CREDENTIALS, UNATTENDED } from "./profile";
import type { LocalText } from "./types";

const TIMEOUT_MS = 20_000;

export class ApiError extends Error {
  constructor(
    /** HTTP status; 0 when the server could not be reached. */
    readonly status: number,
    readonly slug: string,
    readonly text: LocalText,
    readonly field: string | null = null,
    readonly fields: Readonly<Record<string, LocalText>> = {},
    /** The whole answer, where an endpoint says more than the error. */
    readonly answer: unknown = null,
  ) {
    super(`${status} ${slug}: ${text.en}`);
    this.name = "ApiError";
  }

  /** True when the same request may succeed a moment later. */
  get isTemporary(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 502;
  }
}

const UNREACHABLE: LocalText = {
  vi: "Không kết nối được máy chủ. Kiểm tra mạng rồi thử lại.",
  en: "The server cannot be reached. Check the network and try again.",
};
const UNEXPECTED: LocalText = {
  vi: "Máy chủ trả lời không như mong đợi. Thử lại sau ít phút.",
  en: "The server gave an unexpected answer. Try again in a few minutes.",
};

/** An answer that could not be read: the fault is ours, the way on is the person's. */
export const unexpected = (status = 500): ApiError => new ApiError(status, "unexpected", UNEXPECTED);

const refusedListeners = new Set<() => void>();

/** Hear of every answer that refuses for who asks: the session may have ended. Returns the way to stop. */
export function whenRefused(listener: () => void): () => void {
  refusedListeners.add(listener);
  return () => refusedListeners.delete(listener);
}

const REFUSALS = [401, 403, 404];

export interface RequestOptions {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  readonly query?: Readonly<Record<string, string | number | null | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** `path` with the query's non-empty values appended. */
export function address(path: string, query: RequestOptions["query"] = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") params.set(name, String(value));
  }
  const text = params.toString();
  return text ? `${path}${path.includes("?") ? "&" : "?"}${text}` : path;
}

export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  return (await send(path, options)).body as T;
}

/** As `request`, with the entity tag: what an edit sends back in `If-Match`. */
export async function requestTagged<T>(
  path: string,
  options: RequestOptions = {},
): Promise<{ body: T; etag: string | null }> {
  const { body, response } = await send(path, options);
  return { body: body as T, etag: response.headers.get("ETag") };
}

export interface NamedFile {
  readonly name: string;
  readonly blob: Blob;
}

/** A file the server makes; its name as the server gives it. */
export async function requestFile(path: string, options: RequestOptions, fallback: string): Promise<NamedFile> {
  const response = await reach(path, options);
  if (!response.ok) throw refused(response.status, await readJson(response));
  const named = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "");
  return { name: named?.[1] ?? fallback, blob: await response.blob() };
}

async function send(path: string, options: RequestOptions): Promise<{ body: unknown; response: Response }> {
  const response = await reach(path, options);
  const body = await readJson(response);
  if (!response.ok) throw refused(response.status, body);
  if (body === undefined && response.status !== 204) throw unexpected(response.status);
  return { body, response };
}

/** The refusal as an error; one of rights is told to those who keep the session. */
function refused(status: number, body: unknown): ApiError {
  if (REFUSALS.includes(status)) refusedListeners.forEach((listener) => listener());
  return errorOf(status, body);
}

async function reach(path: string, options: RequestOptions): Promise<Response> {
  const deadline = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
  try {
    return await fetch(address(path, options.query), {
      method: options.method ?? "GET",
      headers: headersOf(options),
      credentials: CREDENTIALS,
      signal: options.signal ? AbortSignal.any([options.signal, deadline]) : deadline,
      ...bodyOf(options.body),
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ApiError(0, "unreachable", UNREACHABLE);
  }
}

function headersOf(options: RequestOptions): Record<string, string> {
  const headers: Record<string, string> = { Accept: "application/json", ...UNATTENDED, ...options.headers };
  if (options.body !== undefined && !(options.body instanceof FormData)) headers["Content-Type"] = "application/json";
  if ((options.method ?? "GET") !== "GET") headers["X-CSRFToken"] = csrfToken();
  return headers;
}

function bodyOf(body: unknown): { body?: BodyInit } {
  if (body === undefined) return {};
  return { body: body instanceof FormData ? body : JSON.stringify(body) };
}

export function csrfToken(): string {
  return /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? "";
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

function errorOf(status: number, body: unknown): ApiError {
  const answer = (typeof body === "object" && body !== null ? body : {}) as {
    error?: string;
    message?: LocalText;
    field?: string | null;
    fields?: Record<string, LocalText>;
  };
  return new ApiError(
    status,
    answer.error ?? "unexpected",
    answer.message ?? UNEXPECTED,
    answer.field ?? null,
    answer.fields ?? {},
    body,
  );
}
