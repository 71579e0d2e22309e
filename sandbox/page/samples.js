// Records to send with one click, drawn on the spot: a laboratory sheet, an X-ray-like and an
// ultrasound-like picture, and a small PDF. Drawn and not stored, so the page needs no image files
// and nobody's real records are in the repository.

function toFile(canvas, name) {
  return new Promise((done) => canvas.toBlob((blob) => done(new File([blob], name, { type: "image/jpeg" })), "image/jpeg", 0.86));
}

function board(width, height, colour) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d");
  pen.fillStyle = colour;
  pen.fillRect(0, 0, width, height);
  return [canvas, pen];
}

// The same speckles every time: equal clicks then send equal files, which tests can compare.
function speckle(pen, width, height, strength) {
  const image = pen.getImageData(0, 0, width, height);
  let seed = 7;
  for (let i = 0; i < image.data.length; i += 4) {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff;
    const shift = ((seed >> 12) % 100) / 100 - 0.5;
    for (let c = 0; c < 3; c += 1) image.data[i + c] += shift * strength;
  }
  pen.putImageData(image, 0, 0);
}

const RESULTS = [
  ["Creatinine", "3.9", "mg/dL", "0.8 – 2.4", "H"], ["BUN", "58", "mg/dL", "16 – 36", "H"], ["SDMA", "24", "µg/dL", "0 – 14", "H"],
  ["Phosphorus", "6.8", "mg/dL", "3.1 – 7.5", ""], ["ALT", "74", "U/L", "12 – 130", ""], ["Total protein", "7.9", "g/dL", "5.7 – 8.9", ""],
  ["Potassium", "3.2", "mmol/L", "3.5 – 5.8", "L"], ["Haematocrit", "27.4", "%", "30.3 – 52.3", "L"], ["White cells", "9.1", "K/µL", "2.9 – 17.0", ""],
];

function labSheet() {
  const [canvas, pen] = board(900, 1120, "#fdfcf8");
  const write = (text, x, y, font = "26px", colour = "#333") => {
    pen.font = `${font} system-ui, "Noto Sans CJK TC", "PingFang TC", sans-serif`;
    pen.fillStyle = colour;
    pen.fillText(text, x, y);
  };
  pen.fillStyle = "#2f7a6b";
  pen.fillRect(0, 0, 900, 14);
  write("Sample Animal Hospital", 60, 92, "600 38px", "#234");
  write("示範動物醫院 · Blood chemistry", 60, 136, "26px", "#667");
  write("Patient: Mochi 麻糬 (cat, 11 y, 4.1 kg)", 60, 208);
  write("SAMPLE — not a real record", 560, 1060, "600 20px", "#b4573a");
  ["Test", "Result", "Unit", "Reference"].forEach((word, n) => write(word, [60, 350, 500, 650][n], 290, "600 24px", "#667"));
  RESULTS.forEach(([name, value, unit, range, flag], row) => {
    const y = 350 + row * 72;
    if (row % 2 === 0) {
      pen.fillStyle = "#f2f0e9";
      pen.fillRect(44, y - 44, 812, 66);
    }
    write(name, 60, y);
    write(value, 350, y, flag ? "700 28px" : "26px", flag ? "#b4382c" : "#333");
    write(unit, 500, y, "24px", "#667");
    write(range, 650, y, "24px", "#667");
    if (flag) write(flag, 826, y, "700 26px", "#b4382c");
  });
  write("H above, L below the reference range", 60, 1060, "22px", "#778");
  return toFile(canvas, "lab-sheet.jpg");
}

function xray() {
  const [canvas, pen] = board(1000, 760, "#07090b");
  const glow = (alpha, blur, draw) => {
    pen.save();
    pen.filter = `blur(${blur}px)`;
    pen.fillStyle = pen.strokeStyle = `rgba(214,224,230,${alpha})`;
    pen.beginPath();
    draw();
    pen.restore();
  };
  glow(0.24, 26, () => { pen.ellipse(500, 420, 420, 220, -0.04, 0, 7); pen.fill(); });
  glow(0.2, 18, () => { pen.ellipse(690, 470, 190, 130, 0.1, 0, 7); pen.fill(); });
  glow(0.36, 14, () => { pen.ellipse(380, 470, 74, 92, 0.5, 0, 7); pen.fill(); });
  glow(0.3, 10, () => { pen.ellipse(640, 370, 62, 40, 0.2, 0, 7); pen.fill(); });
  for (let n = 0; n < 24; n += 1) glow(0.62, 3, () => { pen.roundRect(86 + n * 35, 262 + Math.sin(n / 5) * 16, 27, 34, 8); pen.fill(); });
  for (let n = 0; n < 11; n += 1) {
    glow(0.36, 3, () => {
      pen.lineWidth = 8;
      pen.moveTo(226 + n * 31, 294);
      pen.quadraticCurveTo(160 + n * 34, 430, 216 + n * 28, 560 - n * 7);
      pen.stroke();
    });
  }
  speckle(pen, 1000, 760, 22);
  pen.fillStyle = "#e8eef2";
  pen.font = "700 44px system-ui, sans-serif";
  pen.fillText("R", 60, 110);
  pen.font = "22px system-ui, sans-serif";
  pen.fillText("SAMPLE · lateral view · 62 kV 3 mAs", 60, 716);
  return toFile(canvas, "x-ray.jpg");
}

function ultrasound() {
  const [canvas, pen] = board(900, 760, "#000");
  pen.save();
  pen.beginPath();
  pen.moveTo(400, 60);
  pen.arc(450, -40, 720, Math.PI * 0.72, Math.PI * 0.28, true);
  pen.lineTo(500, 60);
  pen.clip();
  pen.fillStyle = "#3a3a38";
  pen.fillRect(0, 0, 900, 760);
  const blob = (x, y, a, b, colour) => {
    pen.filter = "blur(9px)";
    pen.fillStyle = colour;
    pen.beginPath();
    pen.ellipse(x, y, a, b, 0.3, 0, 7);
    pen.fill();
  };
  blob(460, 390, 200, 128, "#6e6e6a");
  blob(460, 390, 168, 100, "#2c2c2b");
  blob(470, 392, 92, 42, "#a9a9a2");
  blob(560, 350, 34, 28, "#050505");
  blob(260, 540, 120, 60, "#57574f");
  pen.restore();
  speckle(pen, 900, 760, 58);
  pen.fillStyle = "#d9d9cf";
  pen.font = "22px system-ui, sans-serif";
  pen.fillText("SAMPLE · left kidney 4.41 cm", 30, 728);
  return toFile(canvas, "ultrasound.jpg");
}

export const samplePictures = () => Promise.all([labSheet(), xray(), ultrasound()]);

// The smallest PDF that viewers open: one page, one line of text, a correct cross-reference table.
export function sampleReport() {
  const words = "BT /F1 22 Tf 60 760 Td (Second Look sandbox: sample history of Mochi) Tj ET";
  const parts = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${words.length} >>\nstream\n${words}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  let text = "%PDF-1.4\n";
  const starts = parts.map((part, n) => {
    const at = text.length;
    text += `${n + 1} 0 obj\n${part}\nendobj\n`;
    return at;
  });
  const table = text.length;
  text += `xref\n0 6\n0000000000 65535 f \n${starts.map((at) => `${String(at).padStart(10, "0")} 00000 n \n`).join("")}`;
  text += `trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`;
  return new File([text], "history-mochi.pdf", { type: "application/pdf" });
}
