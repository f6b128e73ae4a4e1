/** `cideldill url` */
import { defineLookUp } from "./look-up.ts";

export const command = defineLookUp("url");
