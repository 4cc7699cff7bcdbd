/** Copies a text. Browsers have the clipboard's own interface over HTTPS only, and may refuse it there. */

/**
 * @param {string} text
 * @returns {Promise<boolean>} false where the browser does not allow it
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

/**
 * As the keys do: what is selected in a field.
 *
 * @param {string} text
 */
function copySelected(text) {
  const { activeElement } = document;
  const field = document.createElement("textarea");
  field.value = text;
  // No keyboard comes up on a phone.
  field.readOnly = true;
  document.body.append(field);
  field.focus({ preventScroll: true });
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  if (activeElement instanceof HTMLElement) activeElement.focus({ preventScroll: true });
  return isCopied;
}
