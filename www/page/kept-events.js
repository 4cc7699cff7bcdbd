/** How what the browser keeps, and what a repository offers, change the page's state; part of `reduce`. */

/** @import { Listing, PageEvent, State, Stored, TimedClientEvent } from "./types.js" */
import { preferredWeights, recommendedOf } from "../engine/offers.js";
import { t } from "./i18n/index.js";

/** @typedef {Extract<PageEvent, { type: `kept_${string}` | `check_${string}` | `listing_${string}` | `offer_${string}` }>} KeptEvent */

/**
 * @param {PageEvent | TimedClientEvent} event
 * @returns {event is KeptEvent}
 */
export function isKeptEvent(event) {
  return /^(kept|check|listing|offer)_/.test(event.type);
}

/**
 * @param {State} state
 * @param {KeptEvent} event
 * @returns {State}
 */
export function reduceKeptEvent(state, event) {
  switch (event.type) {
    case "kept_read":
      return { ...state, stored: event.kept, checks: ofListed(state.checks, event.kept), removals: ofListed(state.removals, event.kept) };
    case "kept_removal_began":
      return { ...state, removals: withEach(state.removals, event.ids, "running") };
    case "kept_removal_failed":
      return { ...state, removals: withEach(state.removals, event.ids, "failed"), announcement: t("kept.delete.failed") };
    case "check_went_on":
      // The check of a model that was deleted meanwhile goes on to its end.
      if (!isListed(state.stored, event.id)) return state;
      return { ...state, checks: { ...state.checks, [event.id]: { share: event.share } } };
    case "check_ended":
      if (!isListed(state.stored, event.id)) return state;
      return {
        ...state,
        checks: { ...state.checks, [event.id]: event.bad },
        announcement: t(`announce.check.${event.bad === null ? "failed" : event.bad.length === 0 ? "good" : "bad"}`),
      };
    case "listing_requested":
      return {
        ...state,
        // What there is shows in the picker, wherever it was asked for.
        pickerOpen: true,
        listing: { source: event.source, offers: null, license: null, isGated: false, chosen: null, weights: "as_is", deviceBytes: event.deviceBytes },
        error: null,
        referenceError: null,
        announcement: t("announce.listing", { name: event.source.repo }),
      };
    case "listing_arrived":
      return state.listing ? { ...state, listing: arrived(state, state.listing, event), announcement: t("announce.listed", { n: event.offers.length }) } : state;
    case "listing_failed":
      return { ...state, listing: null, error: { context: "load", report: event.report, choice: null, lookUp: event.source }, announcement: "" };
    case "listing_closed":
      return { ...state, listing: null };
    case "offer_chosen":
      return state.listing ? { ...state, listing: chosen(state, state.listing, event.id) } : state;
    case "offer_weights_chosen":
      return state.listing ? { ...state, listing: { ...state.listing, weights: event.weights } } : state;
  }
}

/**
 * What was said of a model goes with it: fetched again, it has the same id.
 *
 * @template T
 * @param {Record<string, T>} said  by id
 * @param {Stored} stored
 * @returns {Record<string, T>}
 */
function ofListed(said, stored) {
  return Object.fromEntries(Object.entries(said).filter(([id]) => isListed(stored, id)));
}

/**
 * @param {State["stored"]} stored
 * @param {string} id
 */
function isListed(stored, id) {
  return stored?.models.some((model) => model.id === id) ?? false;
}

/**
 * @param {State["removals"]} removals
 * @param {string[]} ids
 * @param {State["removals"][string]} removal
 */
function withEach(removals, ids, removal) {
  return { ...removals, ...Object.fromEntries(ids.map((id) => [id, removal])) };
}

/**
 * @param {State} state
 * @param {Listing} listing
 * @param {Extract<PageEvent, { type: "listing_arrived" }>} event
 * @returns {Listing}
 */
function arrived(state, listing, { offers, license, isGated }) {
  const filled = { ...listing, offers, license, isGated };
  const recommended = recommendedOf(offers, listing.deviceBytes);
  return recommended ? chosen(state, filled, recommended.id) : filled;
}

/**
 * @param {State} state
 * @param {Listing} listing
 * @param {string} id
 * @returns {Listing}
 */
function chosen({ weights }, listing, id) {
  const offer = listing.offers?.find((candidate) => candidate.id === id);
  if (!offer) return listing;
  return { ...listing, chosen: id, weights: weights === "as_is" ? preferredWeights(offer) : weights };
}
