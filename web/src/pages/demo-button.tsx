/** For who has no program at hand: one that counts, paused at its first call. */
import { useState } from "preact/compat";
import { reasonOf } from "../api.ts";
import { useApp } from "../components/context.ts";
import { Icon } from "../components/icon.tsx";
import { useRemote } from "../components/use-remote.ts";
import { useCommands } from "../shell/commands.ts";
import { pagesApi } from "./pages-api.ts";

export function DemoButton() {
  const { actions } = useApp();
  const { data, problem } = useRemote("demo", pagesApi.demo);
  const [isStarted, setStarted] = useState(false);
  const isOff = data?.available !== true;
  const start = async () => {
    setStarted(true);
    try {
      await pagesApi.startDemo();
    } catch (error) {
      setStarted(false);
      actions.complain(reasonOf(error));
    }
  };
  useCommands([{ id: "demo", title: "Run the demo", group: "Page", isOff, run: () => void start() }]);
  if (data?.available === false || problem !== null) return null;
  return (
    // Its place is kept while the server is asked: what is below does not jump.
    <p className="demo" style={{ visibility: data === null ? "hidden" : "visible" }}>
      <button type="button" className="button" disabled={isStarted} onClick={() => void start()}>
        <Icon name="play" /> Run the demo
      </button>
      <span className="note">
        {isStarted
          ? "Started: its first call will wait here in a moment."
          : "No program at hand? This one counts primes, and waits for you at every call."}
      </span>
    </p>
  );
}
