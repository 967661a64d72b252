// Decodes pictures beside the page: making a file of bytes takes milliseconds, and a frame of scrubbing has none to spare.
// Told a number, base64 and a MIME type; tells the number with the decoded image and the file, or with a reason.
onmessage = async ({ data: [id, base64, type] }) => {
  try {
    const file = new Blob([bytesOf(base64.trimEnd())], { type });
    const image = await createImageBitmap(file);
    postMessage([id, image, file], [image]);
  } catch (error) {
    postMessage([id, String(error)]);
  }
};

function bytesOf(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
  const letters = atob(base64);
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at++) bytes[at] = letters.charCodeAt(at);
  return bytes;
}
