/** Whether what is shown has been looked at for a moment: somebody who walks through calls passes by most of them. */
import { useEffect, useState } from "preact/compat";

const REST_MS = 150;

export function useRested(): boolean {
  const [isRested, setRested] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setRested(true), REST_MS);
    return () => clearTimeout(timer);
  }, []);
  return isRested;
}
