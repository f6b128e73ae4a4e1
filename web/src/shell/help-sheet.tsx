/** Every key, as it stands now: made from the commands themselves. */
import { Icon } from "../components/icon.tsx";
import { openModal } from "../components/open-modal.ts";
import { isMac } from "../components/platform.ts";
import { type Command, useAllCommands } from "./commands.ts";
import { Keys } from "./keys.tsx";

const ORDER: readonly Command["group"][] = ["Paused call", "Calls", "Flow", "View", "Go to", "Page"];

export function HelpSheet({ onClose }: { onClose: () => void }) {
  const commands = useAllCommands().filter((command) => command.keys?.length && !command.isQuiet);
  return (
    <dialog ref={openModal} className="help" aria-labelledby="help-title" onClose={onClose}>
      <form method="dialog">
        <header>
          <h2 id="help-title">Keys</h2>
          <span className="space" />
          <button type="submit" className="button icon-only quiet" aria-label="Close">
            <Icon name="cross" />
          </button>
        </header>
      </form>
      <div className="help-groups">
        {ORDER.map((group) => {
          const mine = commands.filter((command) => command.group === group);
          if (mine.length === 0) return null;
          return (
            <section key={group}>
              <h3 className="subtitle">{group}</h3>
              <dl>
                {mine.map((command) => (
                  <div key={command.id}>
                    <dt>
                      <Keys of={command} all />
                    </dt>
                    <dd>{command.title}</dd>
                  </div>
                ))}
              </dl>
            </section>
          );
        })}
      </div>
      <p className="note">
        Letters are letters while you type; {isMac ? "⌘⏎" : "Ctrl ⏎"} and Esc work there too. Every action is
        also in the <a href="/docs">API</a>.
      </p>
    </dialog>
  );
}
