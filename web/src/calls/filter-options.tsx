/** What may come next, under the filter. */
import { useEffect } from "preact/compat";
import { Icon, type IconName } from "../components/icon.tsx";
import { Shown } from "../components/shown.tsx";

export interface Option {
  readonly text: string;
  readonly kind: "field" | "value" | "operator" | "saved" | "history";
  readonly detail: string;
  /** The characters it takes the place of. */
  readonly from: number;
  readonly to: number;
}

const ICONS: Record<Option["kind"], IconName> = {
  field: "columns",
  value: "arrow",
  operator: "rule",
  saved: "star",
  history: "session",
};

interface FilterOptionsProps {
  id: string;
  options: readonly Option[];
  at: number;
  onTake: (option: Option) => void;
  onPoint: (at: number) => void;
  /** Something else is under the filter already. */
}

export function FilterOptions({ id, options, at, onTake, onPoint }: FilterOptionsProps) {
  useEffect(() => {
    document.getElementById(`${id}-${at}`)?.scrollIntoView({ block: "nearest" });
  }, [id, at]);
  return (
    <div id={id} role="listbox" aria-label="Possible here" className="filter-options">
      {options.map((option, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys.
        // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field.
        <div
          key={`${option.kind} ${option.text}`}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === at}
          className="filter-option"
          // Before the field loses the focus.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onTake(option)}
          onPointerMove={() => onPoint(index)}
        >
          <Icon name={ICONS[option.kind]} className="faint" />
          <bdi className="cell">
            <Shown text={option.text} />
          </bdi>
          <span className="note cell">
            <Shown text={option.detail} />
          </span>
        </div>
      ))}
    </div>
  );
}
