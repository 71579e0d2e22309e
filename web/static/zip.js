"use strict";
// A folder as one ZIP, stored and not compressed: a Blob made of the files themselves, so that nothing is held in memory.
// The same folder gives the same bytes each time; only so can an upload go on after the page was loaded anew.
const zip = (() => {
  const SLICE = 4 * 1024 * 1024;
  const MOST_BYTES = 0xfff00000; // without the ZIP64 extension
  const MOST_FILES = 65000;
  const UTF8 = 0x0800;
  const table = new Uint32Array(256).map((_, number) => {
    let value = number;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value;
  });

  async function crc32(file, read) {
    let crc = 0xffffffff;
    for (let at = 0; at < file.size; at += SLICE) {
      const bytes = new Uint8Array(await file.slice(at, at + SLICE).arrayBuffer());
      for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
      read(bytes.length);
    }
    return (crc ^ 0xffffffff) >>> 0;
  }

  function stamp(file) {
    const at = new Date(file.lastModified);
    const year = Math.min(Math.max(at.getUTCFullYear(), 1980), 2107);
    const day = ((year - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
    return [(at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1), day];
  }

  function bytesOf(fields) {
    const view = new DataView(new ArrayBuffer(fields.reduce((sum, [width]) => sum + width, 0)));
    let at = 0;
    for (const [width, value] of fields) {
      if (width === 2) view.setUint16(at, value, true);
      else view.setUint32(at, value, true);
      at += width;
    }
    return view;
  }

  const common = (one) => [[2, 20], [2, UTF8], [2, 0], [2, one.time], [2, one.day], [4, one.crc], [4, one.size], [4, one.size], [2, one.name.length], [2, 0]];
  const local = (one) => bytesOf([[4, 0x04034b50], ...common(one)]);
  const central = (one) => bytesOf([[4, 0x02014b50], [2, 20], ...common(one), [2, 0], [2, 0], [2, 0], [4, 0], [4, one.at]]);

  // entries: [{path, file}]; told: called with 0…1 while the files are read once for their checksums.
  async function pack(entries, told) {
    const sorted = [...entries].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
    const total = sorted.reduce((sum, one) => sum + one.file.size, 0);
    const parts = [], index = [];
    let at = 0, seen = 0;
    for (const { path, file } of sorted) {
      const name = new TextEncoder().encode(path);
      const crc = await crc32(file, (count) => told((seen += count) / Math.max(total, 1)));
      const [time, day] = stamp(file);
      const one = { name, crc, time, day, size: file.size, at };
      parts.push(local(one), name, file);
      index.push(central(one), name);
      at += 30 + name.length + file.size;
    }
    const length = index.reduce((sum, part) => sum + part.byteLength, 0);
    const end = bytesOf([[4, 0x06054b50], [2, 0], [2, 0], [2, sorted.length], [2, sorted.length], [4, length], [4, at], [2, 0]]);
    return new Blob([...parts, ...index, end], { type: "application/zip" });
  }

  const fits = (entries) => entries.length <= MOST_FILES && entries.reduce((sum, one) => sum + one.file.size + 300, 0) < MOST_BYTES;
  return { pack, fits };
})();
