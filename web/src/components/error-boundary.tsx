/** A value this page cannot draw must not take the rest of the page with it. */
import type { ComponentChildren } from "preact";
import { Component } from "preact/compat";
import { Shown } from "./shown.tsx";

interface Props {
  what: string;
  children: ComponentChildren;
}

export class ErrorBoundary extends Component<Props, { message: string | null }> {
  override state: { message: string | null } = { message: null };

  static override getDerivedStateFromError(error: unknown) {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render() {
    const { message } = this.state;
    if (message === null) return this.props.children;
    return (
      <section className="guide" role="alert">
        <div>
          <h2>{this.props.what} could not be shown</h2>
          <p>
            <Shown text={message} />
          </p>
          <p>
            Everything else still works, and <a href="/api/paused">/api/paused</a> has it as JSON. Please
            report this.
          </p>
        </div>
      </section>
    );
  }
}
