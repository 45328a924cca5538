/** What a person does to a feature from its panel: actions, corrections, and the look back. */

import { ApiError, unexpected } from "../api/client";
import { translate } from "../text/translate";
import { fetchFeature, fetchHistory, patchFeature, previewAction, runAction, type FeatureAddress } from "../api/layers";
import type { Panel, Properties, Version } from "../api/types";
import { loadPanel, replacePanel, showPanel } from "./open-panels";
import { featureOf } from "./selection";
import { checkSession, expired } from "./session";
import { language } from "./store";

/**
 * `waits`: the correction was taken and waits for somebody's approval. `became`: the feature is no more, its panel
 * that of this one.
 */
export type Outcome =
  | { readonly done: true; readonly waits?: boolean; readonly became?: FeatureAddress }
  | { readonly done: false; readonly error: ApiError };

async function tried(work: () => Promise<{ waits?: boolean; became?: FeatureAddress }>): Promise<Outcome> {
  try {
    return { done: true, ...(await work()) };
  } catch (error) {
    return { done: false, error: await toldAs(error instanceof ApiError ? error : unexpected()) };
  }
}

/** A refusal because the session has ended says that, not that the person may not. */
async function toldAs(error: ApiError): Promise<ApiError> {
  if (![401, 403, 404].includes(error.status)) return error;
  await checkSession();
  if (!expired.get()) return error;
  const key = "session.ended.form";
  return new ApiError(401, "session_ended", { vi: translate("vi", key), en: translate("en", key) });
}

/** A form with a file travels as multipart, any other as JSON. */
function bodyOf(values: Readonly<Record<string, unknown>>): Record<string, unknown> | FormData {
  if (!Object.values(values).some((value) => value instanceof File)) return { ...values };
  const form = new FormData();
  for (const [name, value] of Object.entries(values)) {
    if (value === null || value === undefined) continue;
    form.set(name, value instanceof File ? value : typeof value === "object" ? JSON.stringify(value) : String(value));
  }
  return form;
}

export const act = (
  feature: FeatureAddress,
  name: string,
  values: Readonly<Record<string, unknown>>,
): Promise<Outcome> =>
  tried(async () => {
    const panel = await runAction(feature, name, bodyOf(values), language.get());
    const [next] = panel.became ?? [];
    if (next === undefined) {
      showPanel(feature, panel);
      return {};
    }
    const became = featureOf(feature.layer, next);
    replacePanel(feature, became);
    return { became };
  });

/** What an action would bring, told without taking it; or why it would be refused. */
export async function foresee(
  feature: FeatureAddress,
  name: string,
  values: Readonly<Record<string, unknown>>,
): Promise<Panel | ApiError> {
  try {
    return await previewAction(feature, name, bodyOf(values), language.get());
  } catch (error) {
    return toldAs(error instanceof ApiError ? error : unexpected());
  }
}

export interface Editable {
  readonly properties: Properties;
  readonly etag: string;
}

/** The name under which corrections speak of where a feature lies. */
export const PLACE = "geom";

/** The row as it is now, where it lies among its values, with the tag a correction must send back. */
export async function readForEdit(feature: FeatureAddress): Promise<Editable | ApiError> {
  try {
    const { body, etag } = await fetchFeature(feature);
    const version = body.properties._version;
    const properties = { ...body.properties, [PLACE]: body.geometry };
    return { properties, etag: version === undefined ? (etag ?? "*") : `"${String(version)}"` };
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

export const correct = (
  feature: FeatureAddress,
  etag: string,
  changes: Readonly<Record<string, unknown>>,
  reason: string,
): Promise<Outcome> =>
  tried(async () => {
    const { [PLACE]: geometry, ...attributes } = changes;
    const answer = await patchFeature(feature, etag, { attributes, ...(geometry ? { geometry } : {}), reason });
    await loadPanel(feature);
    return { waits: answer.state === "proposed" };
  });

export async function readHistory(feature: FeatureAddress): Promise<readonly Version[] | ApiError> {
  try {
    return (await fetchHistory(feature)).versions;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}
