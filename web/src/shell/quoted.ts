/** A name as a filter takes it: in quotes when it holds what the language would read otherwise. */
export const quoted = (name: string): string => (/^[\w.$-]+$/.test(name) ? name : JSON.stringify(name));
