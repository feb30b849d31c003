// The button that prints the page, where the server makes no PDF.
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
