/** Rules and breakpoints out of the server as a file, and into it. */
import { useRef, useState } from "preact/compat";
import { reasonOf } from "../api.ts";
import { Icon } from "../components/icon.tsx";
import { rulesApi } from "./rules-api.ts";

const FILE_NAME = "cideldill-rules.json";

export function Transfer() {
  const input = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState<{ text: string; isBad: boolean } | null>(null);
  const fail = (error: unknown) => setSaid({ text: reasonOf(error), isBad: true });

  const download = async () => {
    const file = await rulesApi.export();
    const url = URL.createObjectURL(
      new Blob([`${JSON.stringify(file, null, 2)}\n`], { type: "application/json" }),
    );
    const link = document.createElement("a");
    link.href = url;
    link.download = FILE_NAME;
    link.click();
    URL.revokeObjectURL(url);
  };
  const take = async (file: File) => {
    const { rules, breakpoints } = await rulesApi.import(parsed(await file.text()));
    const count = rules.added + breakpoints.added;
    const changed = rules.changed + breakpoints.changed;
    setSaid({ text: `${count} added, ${changed} changed`, isBad: false });
  };

  return (
    <>
      {said && (
        <span className={said.isBad ? "bad" : "dim"} role="status">
          {said.text}
        </span>
      )}
      <button type="button" className="button small quiet" onClick={() => void download().catch(fail)}>
        <Icon name="download" /> Export
      </button>
      <button type="button" className="button small quiet" onClick={() => input.current?.click()}>
        <Icon name="upload" /> Import
      </button>
      <input
        ref={input}
        type="file"
        accept="application/json,.json"
        hidden
        aria-label="File of rules"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = "";
          if (file) void take(file).catch(fail);
        }}
      />
    </>
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("The file is not JSON: take one that Export wrote.");
  }
}
