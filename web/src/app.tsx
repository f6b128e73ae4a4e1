/** The page: toolbar above, what waits and the breakpoints on the left, the selected call on the right. */
import { useEffect, useRef } from "react";
import { Banner } from "./components/banner.tsx";
import { Breakpoints } from "./components/breakpoints.tsx";
import { ConnectGuide } from "./components/connect-guide.tsx";
import { useSelector } from "./components/context.ts";
import { Detail } from "./components/detail.tsx";
import { ErrorBoundary } from "./components/error-boundary.tsx";
import { HelpSheet } from "./components/help-sheet.tsx";
import { Queue } from "./components/queue.tsx";
import { Toolbar } from "./components/toolbar.tsx";
import { useKeyboard } from "./components/use-keyboard.ts";
import { shownPause } from "./state/model.ts";

const TITLE = "CID el Dill";

export function App() {
  const help = useRef<HTMLDialogElement>(null);
  const toggleHelp = () => {
    if (help.current?.open) help.current.close();
    else help.current?.showModal();
  };
  useKeyboard(toggleHelp);

  const shown = useSelector(shownPause);
  const count = useSelector((state) => state.pauses.length);
  useEffect(() => {
    document.title = count === 0 ? TITLE : `(${count}) ${TITLE}`;
  }, [count]);

  return (
    <div className="app">
      <Toolbar onHelp={toggleHelp} />
      <Banner />
      <main className="main">
        <div className="side">
          <Queue />
          <Breakpoints />
        </div>
        {shown ? (
          <ErrorBoundary key={shown.id} what="This call">
            <Detail pause={shown} />
          </ErrorBoundary>
        ) : (
          <ConnectGuide />
        )}
      </main>
      <HelpSheet ref={help} />
    </div>
  );
}
