// Has a client of the guide send requests, all at once: { program, url, requests: [{ token, mutation, input }] } on the
// standard input. Prints for each its key, and the data that the app got in the end, or why it got none.
import { gql } from "@apollo/client";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const { program, url, requests } = JSON.parse(await text(process.stdin));
// They wait before they send again as the guide says, but for a tenth of the time. What is longer is no such wait.
const { setTimeout: later } = globalThis;
globalThis.setTimeout = (call, wait, ...given) => later(call, wait < 10_000 ? wait / 10 : wait, ...given);

const { clientFor, wish, send } = await import(pathToFileURL(program));

async function answered({ token, mutation, input }) {
  const wished = wish(input);
  const document = program.endsWith("apollo.js") ? gql(mutation) : mutation;
  try {
    const { data, error, errors } = await send(clientFor(url, token), document, wished);
    return { key: wished.idempotencyKey, data, error: error ? String(error) : errors };
  } catch (error) {
    return { key: wished.idempotencyKey, error: String(error) };
  }
}

console.log(JSON.stringify(await Promise.all(requests.map(answered))));
