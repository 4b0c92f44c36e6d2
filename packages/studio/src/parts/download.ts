/** Hands bytes to the person as a file. */
export function download(name: string, type: string, content: BlobPart): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // Browsers read the address when the click is handled, which may be a little later.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
