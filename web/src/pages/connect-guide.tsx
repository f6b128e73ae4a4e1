/** The page with nothing on it: how a program gets here. */
import { useSyncExternalStore } from "preact/compat";
import { useApp, useSelector } from "../components/context.ts";
import { CopyButton } from "../components/copy-button.tsx";
import { Link } from "../components/link.tsx";
import { useAfterFrame } from "../components/use-after-frame.ts";
import { DemoButton } from "./demo-button.tsx";

interface Snippet {
  title: string;
  hint: string;
  code: string;
  /** Typed in a terminal first. */
  install?: string;
}

/** The three ways in, with the address this page really has. */
export const snippets = (origin: string): readonly Snippet[] => [
  {
    title: "Bun or Node",
    hint: "bun add, or npm install",
    install: `bun add ${origin}/cideldill.tgz`,
    code: 'import { withDebug } from "cideldill";\nwithDebug("ON");\nconst f = withDebug(myFunction);',
  },
  {
    title: "Browser",
    hint: "one script; bundlers take cideldill/browser",
    code: `<script type="module" src="${origin}/api/debug-client.js"></script>\n<script type="module">\n  cideldill.withDebug("ON");\n  const f = cideldill.withDebug(myFunction);\n</script>`,
  },
  {
    title: "Python",
    hint: "finds this server by itself",
    code: 'from cideldill_client import with_debug\nwith_debug("ON")\nf = with_debug(f)',
  },
];

export function ConnectGuide() {
  const { feed } = useApp();
  const loaded = useSelector((state) => state.loaded);
  const { total, isLoaded } = useSyncExternalStore(feed.subscribe, feed.get);
  const isKnown =
    useSelector((state) => state.functions.length > 0 || state.breakpoints.length > 0) || total > 0;
  const isLater = useAfterFrame();
  // The list of calls is there first, and tells enough.
  if ((!loaded && !isLoaded) || (isKnown && !isLater)) return <section className="guide" aria-busy="true" />;
  return (
    <section className="guide" aria-labelledby="guide-title">
      <div>
        {isKnown ? (
          <>
            <h2 id="guide-title">Nothing is waiting</h2>
            <p>
              Select a call to look at it. <b>Pause</b> beside a function under{" "}
              <Link to="functions">Functions</Link> has its next call wait here, while the switch at the top
              is at <b>Stop</b>. To connect another program:
            </p>
          </>
        ) : (
          <>
            <h2 id="guide-title">Connect a program</h2>
            <p>
              Three lines, and its functions appear under <Link to="functions">Functions</Link>. A call at a
              breakpoint waits here for you: look at it, change it, let it run.
            </p>
            <DemoButton />
          </>
        )}
        {snippets(location.origin).map((snippet) => (
          <article key={snippet.title} className="snippet">
            <header>
              <h3>{snippet.title}</h3>
              <span className="note">{snippet.hint}</span>
              <span className="space" />
              <CopyButton text={snippet.code} label={`Copy the lines for ${snippet.title}`} />
            </header>
            {snippet.install && (
              <div className="snippet-install">
                <pre>{snippet.install}</pre>
                <CopyButton text={snippet.install} label="Copy the line that installs" />
              </div>
            )}
            <pre>{snippet.code}</pre>
          </article>
        ))}
        <p className="note">
          A program that does not find this server? Set <code>CIDELDILL_SERVER_URL={location.origin}</code>.
          Scripts and agents use the <a href="/docs">API</a>.
        </p>
      </div>
    </section>
  );
}
