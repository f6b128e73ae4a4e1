/** The `ref` of a dialog that is there only while it is open. What had the focus before gets it back when it goes. */
export function openModal(dialog: HTMLDialogElement | null): () => void {
  dialog?.showModal();
  return () => dialog?.close();
}
