// Text in columns.
export function pad(value, width) {
  let text = String(value);
  while (text.length < width) text = " " + text;
  return text;
}

export function table(heads, rows) {
  const widths = heads.map((head, column) => {
    let width = head.length;
    for (const row of rows) width = Math.max(width, String(row[column]).length);
    return width;
  });
  const line = (cells) => cells.map((cell, column) => pad(cell, widths[column])).join(" | ");
  return [line(heads), ...rows.map(line)].join("\n");
}
