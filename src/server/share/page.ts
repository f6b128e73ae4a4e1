/** Recorded calls as one HTML file: it opens anywhere, asks no network for anything, and nothing in it runs. */
import type { CallDetail, RecordedValue } from "../../protocol/records.ts";
import type { JsonValue } from "../../protocol/values.ts";
import { durationText } from "../../protocol/words.ts";
import { escaped } from "./escape.ts";
import { STYLE } from "./style.ts";
import { valueHtml } from "./value.ts";

/** The beginning of the file. `about` says which calls they are. */
export const pageStart = (about: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<title>Calls · CID el Dill</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>CID <span>el</span> Dill</h1><p>${escaped(about)}</p></header>
<main>
`;

export const pageEnd = (note = ""): string =>
  `</main>${note === "" ? "" : `<footer>${escaped(note)}</footer>`}</body></html>\n`;

/** A call: a row of the list, which opens. */
export function callHtml(call: CallDetail): string {
  const isBad = call.exception !== null;
  const outcome = isBad
    ? [call.exception?.type, call.exception?.message].filter((part) => part).join(": ") || "threw"
    : (call.result_text ?? "");
  return `<details class="call" id="c${call.number}"><summary><span class="${isBad ? "bad" : "ok"}">${isBad ? "✕" : "✓"}</span> <code>${escaped(call.function_name)}</code> <span class="args">${escaped(cut(call.args_text))}${outcome === "" ? "" : ` → <span class="${isBad ? "bad" : ""}">${escaped(cut(outcome))}</span>`}</span> <time>${durationOf(call)}</time></summary>
<div class="about">${aboutOf(call)}</div>
${section("Arguments", argumentsOf(call))}${call.target ? section("Target", recorded("this", call.target)) : ""}${call.result ? section("Result", recorded("", call.result)) : ""}${thrown(call)}${changed(call)}${stack(call)}</details>
`;
}

const section = (title: string, html: string): string =>
  html === "" ? "" : `<section><h2>${title}</h2>${html}</section>`;

const cut = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text);

const durationOf = ({ duration_ms: ms, status }: CallDetail): string =>
  ms === null ? escaped(status) : durationText(ms);

function aboutOf(call: CallDetail): string {
  const at = new Date(call.started_at * 1_000);
  const parent = call.parent
    ? ` · in <a href="#c${call.parent.number}">#${call.parent.number} ${escaped(call.parent.function_name)}</a>`
    : "";
  const action = call.action === null ? "" : ` · decided: ${escaped(call.action)}`;
  return `#${call.number} · ${Number.isNaN(at.getTime()) ? "" : at.toISOString()} · ${escaped(call.process_name)}${parent}${action}`;
}

function argumentsOf(call: CallDetail): string {
  const names = Object.entries(call.kwargs).map(([name, value]) => recorded(name, value));
  return [...call.args.map((value, at) => recorded(`args[${at}]`, value)), ...names].join("");
}

function recorded(name: string, value: RecordedValue): string {
  if (value.serialization_format === "json" && value.data !== null) {
    try {
      return valueHtml(name, JSON.parse(value.data) as JsonValue);
    } catch {
      // What is not JSON is shown by its line of text.
    }
  } else if (value.pretty !== undefined && value.data !== null)
    return valueHtml(name, value.pretty as JsonValue);
  const size = value.data === null ? ` <i>${value.size} bytes, not in this file</i>` : "";
  return `<div>${name === "" ? "" : `<b>${escaped(name)}</b> `}${escaped(value.text)}${size}</div>`;
}

function thrown({ exception }: CallDetail): string {
  if (!exception) return "";
  const line = [exception.type, exception.message].filter((part) => part).join(": ");
  const trace = typeof exception.traceback === "string" ? `<pre>${escaped(exception.traceback)}</pre>` : "";
  return section(
    "Exception",
    `<pre class="bad">${escaped(line)}</pre>${trace}${exception.value ? recorded("", exception.value) : ""}`,
  );
}

/** What a person, a rule or an agent put in place of what the program did. */
const changed = ({ changes }: CallDetail): string =>
  section(
    "Changed",
    changes
      .map(
        ({ what, from, to }) =>
          `<div><b>${escaped(what)}</b> ${escaped(from ?? "nothing")} → ${escaped(to ?? "left out")}</div>`,
      )
      .join(""),
  );

const stack = ({ stack_trace }: CallDetail): string =>
  section(
    "Stack",
    stack_trace
      .toReversed()
      .map(
        ({ filename, lineno, function: name }) =>
          `<div>${escaped(name ?? "")} <i>${escaped(filename ?? "")}${lineno == null ? "" : `:${lineno}`}</i></div>`,
      )
      .join(""),
  );
