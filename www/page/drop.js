/** Files dropped anywhere on the page. */

/** Longer than any browser is silent while files are over the page: half a second at most. */
const SILENCE_MS = 1000;

/**
 * @param {Document} document
 * @param {object} handlers
 * @param {(dragging: boolean) => void} handlers.onDrag
 * @param {(files: File[]) => void} handlers.onDrop
 */
export function listenForDrops(document, { onDrag, onDrop }) {
  // A browser that drags over the page says so several times a second. Entering and leaving cannot be counted: an element
  // that goes away under the pointer is never left.
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let silence;
  const end = () => {
    clearTimeout(silence);
    silence = undefined;
    onDrag(false);
  };
  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    if (silence === undefined) onDrag(true);
    clearTimeout(silence);
    silence = setTimeout(end, SILENCE_MS);
  });
  document.addEventListener("drop", async (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    end();
    // What cannot be read is as good as not there, and is said so.
    onDrop(await filesOf(event.dataTransfer).catch(() => []));
  });
}

/** @param {DragEvent} event */
function hasFiles({ dataTransfer }) {
  return dataTransfer?.types.includes("Files") ?? false;
}

/**
 * The files of a drop; a folder (a model in the Hub's layout) gives those directly inside it.
 *
 * @param {DataTransfer | null} transfer
 * @returns {Promise<File[]>}
 */
async function filesOf(transfer) {
  if (!transfer) return [];
  // Entries must be taken before the first await: the transfer is empty after the event.
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry?.() ?? null);
  const plain = Array.from(transfer.files);
  const folders = entries.filter((entry) => entry?.isDirectory);
  if (folders.length === 0) return plain;
  const inside = await Promise.all(folders.map((entry) => filesInside(/** @type {FileSystemDirectoryEntry} */ (entry))));
  const isFile = entries.filter((entry) => entry?.isFile).map((entry) => entry?.name);
  return [...plain.filter((file) => isFile.includes(file.name)), ...inside.flat()];
}

/**
 * @param {FileSystemDirectoryEntry} folder
 * @returns {Promise<File[]>}
 */
async function filesInside(folder) {
  const reader = folder.createReader();
  /** @type {FileSystemEntry[]} */
  const entries = [];
  // A reader gives its entries in parts, and an empty part at the end.
  for (;;) {
    const part = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) break;
    entries.push(...part);
  }
  const files = entries.filter((entry) => entry.isFile);
  return Promise.all(files.map((entry) => new Promise((resolve, reject) => {
    /** @type {FileSystemFileEntry} */ (entry).file(resolve, reject);
  })));
}
