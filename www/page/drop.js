/** Files dropped anywhere on the page. */

/**
 * @param {Document} document
 * @param {object} handlers
 * @param {(dragging: boolean) => void} handlers.onDrag
 * @param {(files: File[]) => void} handlers.onDrop
 */
export function listenForDrops(document, { onDrag, onDrop }) {
  // Moving between elements fires an enter before the leave, so they are counted.
  let depth = 0;
  document.addEventListener("dragenter", (event) => {
    if (!hasFiles(event)) return;
    depth += 1;
    if (depth === 1) onDrag(true);
  });
  document.addEventListener("dragleave", (event) => {
    if (!hasFiles(event)) return;
    depth = Math.max(0, depth - 1);
    if (depth === 0) onDrag(false);
  });
  document.addEventListener("dragover", (event) => {
    if (hasFiles(event)) event.preventDefault();
  });
  document.addEventListener("drop", async (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth = 0;
    onDrag(false);
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
