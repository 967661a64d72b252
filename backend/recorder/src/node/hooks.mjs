// Passes ES modules through the recorder, in the thread where Node without `registerHooks` loads them.
import { readSync, writeSync } from 'node:fs';

let files;
export function initialize(data) {
  files = data;
}

function readAll(bytes) {
  for (let done = 0; done < bytes.length; ) {
    const n = readSync(files.answers, bytes, done, bytes.length - done, null);
    if (n === 0) throw new Error('the recorder is gone');
    done += n;
  }
  return bytes;
}

function rewrite(url, text) {
  try {
    const json = Buffer.from(JSON.stringify({ rewrite: 'module', url, text }));
    const question = Buffer.concat([Buffer.from(new Uint32Array([json.length]).buffer), json]);
    for (let done = 0; done < question.length; ) done += writeSync(files.questions, question, done);
    const [length] = new Uint32Array(readAll(new Uint8Array(4)).buffer);
    return length === 0xffffffff ? null : new TextDecoder('utf-8', { ignoreBOM: true }).decode(readAll(new Uint8Array(length)));
  } catch {
    return null;
  }
}

export async function load(url, context, nextLoad) {
  const result = await nextLoad(url, context);
  const { format, source } = result;
  if (format !== 'module' || source === null || source === undefined) return result;
  const text = rewrite(url, typeof source === 'string' ? source : new TextDecoder().decode(source));
  return text === null ? result : { ...result, source: text };
}
