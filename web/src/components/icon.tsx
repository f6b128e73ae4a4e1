/** Drawn icons, so that no state depends on a glyph that a font may lack. Decorative: text beside them says the same. */
import type { ComponentChildren } from "preact";

const DRAWINGS = {
  pause: (
    <g fill="currentColor" stroke="none">
      <rect x="4" y="3" width="2.6" height="10" rx=".8" />
      <rect x="9.4" y="3" width="2.6" height="10" rx=".8" />
    </g>
  ),
  play: <path d="M5 3.2v9.6l7.6-4.8z" />,
  edited: <path d="M3 13l.7-2.9L10.6 3.2l2.2 2.2-6.9 6.9zM9.3 4.5l2.2 2.2" />,
  skip: <path d="M3 3.8v8.4L9.4 8zM12.4 3.6v8.8" />,
  throw: <path d="M8.9 1.9L3.6 9.1h3.9l-.5 5 5.4-7.2H8.5z" />,
  check: <path d="M3 8.6l3.2 3.2L13 4.6" />,
  cross: <path d="M4 4l8 8M12 4l-8 8" />,
  minus: <path d="M3.4 8h9.2" />,
  plus: <path d="M8 3.4v9.2M3.4 8h9.2" />,
  copy: <path d="M5.6 5.6h7v7.4h-7zM3.4 10.4V3h7" />,
  sun: (
    <path d="M8 5.2a2.8 2.8 0 100 5.6 2.8 2.8 0 000-5.6zM8 1.4v1.8M8 12.8v1.8M1.4 8h1.8M12.8 8h1.8M3.4 3.4l1.2 1.2M11.4 11.4l1.2 1.2M3.4 12.6l1.2-1.2M11.4 4.6l1.2-1.2" />
  ),
  moon: <path d="M13 9.4A5.4 5.4 0 116.6 3a4.4 4.4 0 006.4 6.4z" />,
  system: <path d="M2.4 3.2h11.2v7.6H2.4zM6 13.2h4M8 10.8v2.4" />,
  warning: <path d="M8 2.4l6 10.8H2zM8 6.4v3.4M8 11.4v.4" />,
  revert: <path d="M5.6 3.2L2.8 6l2.8 2.8M3 6h6.4a3.4 3.4 0 010 6.8H5.6" />,
  link: (
    <path d="M6.6 9.4a2.6 2.6 0 003.7 0l2.1-2.1a2.6 2.6 0 00-3.7-3.7l-.8.8M9.4 6.6a2.6 2.6 0 00-3.7 0L3.6 8.7a2.6 2.6 0 003.7 3.7l.8-.8" />
  ),
  unlink: (
    <path d="M9.6 4.2l-.4.4M4.4 8.4l-.8.8a2.4 2.4 0 003.4 3.4l.8-.8M11 8.4l1.4-1.4A2.4 2.4 0 009 3.6M3 3l10 10" />
  ),
  breakpoint: <path d="M5.3 2.4h5.4l2.9 2.9v5.4l-2.9 2.9H5.3l-2.9-2.9V5.3z" />,
  globe: (
    <path d="M8 2.2a5.8 5.8 0 100 11.6A5.8 5.8 0 008 2.2zM2.4 8h11.2M8 2.2c3.2 3.4 3.2 8.2 0 11.6M8 2.2c-3.2 3.4-3.2 8.2 0 11.6" />
  ),
  table: <path d="M2.4 3.2h11.2v9.6H2.4zM2.4 6.4h11.2M2.4 9.6h11.2M6.6 6.4v6.4" />,
  step: <path d="M2.6 9.4a5 5 0 019.6-1.6M12.6 3.6v4.4H8.2M8 12.6v.2" />,
  finish: <path d="M3 3.2v9.6l5.4-4.8zM8.4 3.2v9.6l5-4.8z" />,
  again: <path d="M12.8 8a4.8 4.8 0 11-1.6-3.6M11.6 1.8v2.8H8.8" />,
  replace: <path d="M2.6 5.4h9.2M9.2 2.8l2.6 2.6-2.6 2.6M13.4 10.6H4.2M6.8 8l-2.6 2.6 2.6 2.6" />,
  mute: <path d="M8 2.2a5.8 5.8 0 100 11.6A5.8 5.8 0 008 2.2zM4 12L12 4" />,
  log: <path d="M2.6 3h10.8v10H2.6zM5 6h6M5 8.2h6M5 10.4h3.4" />,
  rule: <path d="M2.6 4h10.8M4.6 8h6.8M6.6 12h2.8" />,
  person: <path d="M8 2.6a2.6 2.6 0 100 5.2 2.6 2.6 0 000-5.2zM3 13.4c.4-2.8 2.4-4 5-4s4.6 1.2 5 4" />,
  agent: <path d="M3.2 5.4h9.6v7.4H3.2zM8 5.4V2.6M6 8.4v1.2M10 8.4v1.2" />,
  clock: <path d="M8 2.2a5.8 5.8 0 100 11.6A5.8 5.8 0 008 2.2zM8 4.8V8l2.4 1.6" />,
  file: <path d="M4 2.2h5l3 3v8.6H4zM8.8 2.4v3h3" />,
  download: <path d="M8 2.6v7.2M4.8 6.8L8 10l3.2-3.2M3 13.2h10" />,
  upload: <path d="M8 10V2.8M4.8 5.8L8 2.6l3.2 3.2M3 13.2h10" />,
  search: <path d="M7 2.6a4.4 4.4 0 100 8.8 4.4 4.4 0 000-8.8zM10.2 10.2l3.2 3.2" />,
  back: <path d="M13 8H3.4M7 4.4L3.4 8 7 11.6" />,
  calls: <path d="M2.6 3.6h10.8M2.6 8h7.2M2.6 12.4h9" />,
  function: <path d="M10.8 2.8C8.4 2.2 7.8 3.6 7.5 5.6L6.4 11c-.3 2-1.2 2.8-3 2.2M4.8 6.8h5" />,
  process: <path d="M2.4 3h11.2v10H2.4zM2.4 5.8h11.2M4.8 8.2l1.7 1.4-1.7 1.4M8.4 11h2.6" />,
  object: <path d="M8 1.9l5.4 3v6.2L8 14.1l-5.4-3V4.9zM2.8 5L8 7.9 13.2 5M8 7.9V14" />,
  session: <path d="M8 2.2a5.8 5.8 0 100 11.6A5.8 5.8 0 008 2.2zM8 4.8V8l2.4 1.6" />,
  repl: <path d="M2.8 4.4L6.4 8l-3.6 3.6M8 12h5.2" />,
  settings: (
    <path d="M2.4 4.6h6M11.4 4.6h2.2M2.4 11.4h2.2M7.6 11.4h6M9.9 3.1a1.5 1.5 0 100 3 1.5 1.5 0 000-3zM6.1 9.9a1.5 1.5 0 100 3 1.5 1.5 0 000-3z" />
  ),
  pauseNext: (
    <>
      <path d="M2.6 3.4v9.2L8.8 8z" />
      <path d="M10.8 3.6v8.8M13.4 3.6v8.8" />
    </>
  ),
  muted: <path d="M2.6 6v4h2.4L8.4 13V3L5 6zM11 6l3 4M14 6l-3 4" />,
  unmuted: <path d="M2.6 6v4h2.4L8.4 13V3L5 6zM10.8 5.8c1.2 1.2 1.2 3.2 0 4.4M12.6 4c2.2 2.2 2.2 5.8 0 8" />,
  pin: <path d="M5.4 2.6h5.2l-.6 4 2 2.2H4l2-2.2zM8 8.8v4.8" />,
  star: <path d="M8 2.2l1.8 3.7 4 .6-2.9 2.8.7 4L8 11.4l-3.6 1.9.7-4-2.9-2.8 4-.6z" />,
  tree: <path d="M3.2 3.2h3.2M4.8 3.2v9.2h3M4.8 7.8h3M8.6 6.4h4.8v2.8H8.6zM8.6 11h4.8v2.8H8.6z" />,
  timeline: <path d="M2.6 3.6h5.6M5.2 8h6M8.6 12.4h4.8" />,
  columns: <path d="M2.6 3h10.8v10H2.6zM6.2 3v10M9.8 3v10" />,
  compare: <path d="M2.6 3.4h4v9.2h-4zM9.4 3.4h4v9.2h-4zM6.6 8h2.8" />,
  trash: <path d="M3 4.4h10M6.4 4.2V2.8h3.2v1.4M4.4 4.6l.6 8.8h6l.6-8.8" />,
  down: <path d="M4 6.2L8 10.2l4-4" />,
  right: <path d="M6.2 4l4 4-4 4" />,
  bell: <path d="M4 11.2V7.4a4 4 0 018 0v3.8l1 1H3zM6.8 13.8h2.4" />,
  running: <path d="M8 2.6a5.4 5.4 0 105.4 5.4" />,
  arrow: <path d="M3 8h9.6M9 4.4L12.6 8 9 11.6" />,
} satisfies Record<string, ComponentChildren>;

export type IconName = keyof typeof DRAWINGS;

export function Icon({ name, className = "" }: { name: IconName; className?: string }) {
  return (
    <svg className={`icon ${className}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {DRAWINGS[name]}
    </svg>
  );
}
