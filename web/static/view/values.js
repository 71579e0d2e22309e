// Images of a series as the server sends them (records/dicom_values.py): numbers, nothing lost, and how they become shades of grey.

const ARRAYS = { u1: Uint8Array, i1: Int8Array, u2: Uint16Array, i2: Int16Array, u4: Uint32Array, i4: Int32Array, f4: Float32Array, f8: Float64Array, rgb: Uint8Array };

// The parts of one answer: for each image its head and its packed bytes.
export function unpack(buffer) {
  const view = new DataView(buffer), found = [];
  for (let at = 0; at < buffer.byteLength;) {
    const words = view.getUint32(at, true), size = view.getUint32(at + 4, true);
    const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, at + 8, words)));
    found.push({ head, packed: new Uint8Array(buffer, at + 8 + words, size) });
    at += 8 + words + size;
  }
  return found;
}

async function inflate(packed) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// The stored numbers of one image. Numbers of two bytes come as the step from the left neighbour, all low bytes before all high ones.
export async function stored(head, packed) {
  const bytes = await inflate(packed);
  if (head.type !== "u2" && head.type !== "i2") return new ARRAYS[head.type](bytes.buffer);
  const count = head.rows * head.columns, out = new Uint16Array(count);
  for (let row = 0, at = 0; row < head.rows; row++) {
    let sum = 0;
    for (const end = at + head.columns; at < end; at++) {
      sum = (sum + (bytes[at] | (bytes[count + at] << 8))) & 0xffff;
      out[at] = sum;
    }
  }
  return head.type === "i2" ? new Int16Array(out.buffer) : out;
}

// What the number at a place means, in double precision as pydicom has it; three numbers for a colour.
export function valueAt(head, numbers, column, row) {
  if (column < 0 || row < 0 || column >= head.columns || row >= head.rows) return null;
  const at = row * head.columns + column;
  if (head.type === "rgb") return [numbers[at * 3], numbers[at * 3 + 1], numbers[at * 3 + 2]];
  return numbers[at] * head.slope + head.intercept;
}

// The window to begin with: the file's own, else what most of the image lies in.
export function firstWindow(head) {
  if (head.type === "rgb") return null;
  if (head.windows.length) return [...head.windows[0]];
  return spanWindow(head.span[0], head.span[1]);
}

export const spanWindow = (low, high) => [(low + high) / 2 + 0.5, Math.max(high - low, 1e-6) + 1];

// PS3.3, C.11.2.1.2 and C.11.2.1.3: a value's place between black (0) and white (1), not yet cut off.
function share(head, [center, width]) {
  if (head.curve === "SIGMOID") return (value) => 1 / (1 + Math.exp((-4 * (value - center)) / width));
  if (head.curve === "LINEAR_EXACT") return (value) => (value - center) / width + 0.5;
  const wide = Math.max(width - 1, 1e-6);
  return (value) => (value - (center - 0.5)) / wide + 0.5;
}

// Paints into an ImageData of the image's own size.
export function paint(head, numbers, window, inverted, target) {
  const out = new Uint32Array(target.data.buffer), count = head.rows * head.columns;
  if (head.type === "rgb") {
    for (let at = 0, from = 0; at < count; at++, from += 3) out[at] = 0xff000000 | (numbers[from + 2] << 16) | (numbers[from + 1] << 8) | numbers[from];
    return;
  }
  const place = share(head, window), down = head.inverted !== inverted;
  const shade = (number) => {
    const value = place(number * head.slope + head.intercept);
    const grey = Number.isNaN(value) ? 0 : Math.floor(Math.min(1, Math.max(0, value)) * 255 + 0.5);
    const seen = down ? 255 - grey : grey;
    return 0xff000000 | (seen << 16) | (seen << 8) | seen;
  };
  const bytes = numbers.BYTES_PER_ELEMENT;
  if (bytes > 2) { for (let at = 0; at < count; at++) out[at] = shade(numbers[at]); return; }
  // One look-up for each pixel: there are at most 65,536 different numbers.
  const all = 1 << (bytes * 8), low = head.type[0] === "i" ? -all / 2 : 0, table = new Uint32Array(all);
  for (let number = 0; number < all; number++) table[number] = shade(number + low);
  for (let at = 0; at < count; at++) out[at] = table[numbers[at] - low];
}
