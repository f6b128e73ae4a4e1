/** Values in the detail of a call, as a person reads and edits them. */
import type { Locator, Page } from "playwright-core";

/** The row of a tree with this name. */
export const row = (page: Page, name: string): Locator =>
  page.locator(".value-row").filter({ has: page.locator(".value-name").getByText(name, { exact: true }) });

/** What a row shows beside its name. */
export async function shown(page: Page, name: string): Promise<string> {
  const text = (await row(page, name).first().locator(".leaf-text").textContent()) ?? "";
  return text;
}

/** Types a new value in place of a leaf. */
export async function editLeaf(page: Page, name: string, text: string): Promise<void> {
  await row(page, name).first().dblclick();
  await page.locator('[data-editor="leaf"]').fill(text);
  await page.keyboard.press("Enter");
}

/**
 * Types in place of all an editor has, as a keyboard does: what replaces it at once (fill) has Chromium copy the style of
 * what stood there, which the page's policy refuses.
 */
export async function retype(page: Page, editor: Locator, text: string): Promise<void> {
  await editor.press("ControlOrMeta+A");
  await page.keyboard.insertText(text);
}

/** Opens the text of a whole argument; answers its editor. */
export async function editText(page: Page, name: string): Promise<Locator> {
  await row(page, name).first().hover();
  await row(page, name).first().locator(".row-tool.text").click();
  const editor = page.getByRole("textbox", { name: /, as JSON$/ });
  await editor.waitFor();
  return editor;
}
