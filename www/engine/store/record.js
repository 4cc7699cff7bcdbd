/** Reads records that this or an earlier version of the page has written, and does not trust them. */

/** @import { ModelRecord } from "./index.js" */

/**
 * @param {string} json
 * @returns {ModelRecord | null} null where it is none
 */
export function parseRecord(json) {
  try {
    const record = JSON.parse(json);
    const isRecord = typeof record.id === "string" && typeof record.source?.kind === "string" && Array.isArray(record.files);
    return isRecord ? record : null;
  } catch {
    return null;
  }
}
