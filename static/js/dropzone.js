// The box that takes a link also takes what is dropped on it: a link or a text goes into its field, a file is sent
// to the full hand-in form's address as `file`. Without script the full form has an ordinary file field.

function firstLink(transfer) {
  const list = transfer.getData("text/uri-list");
  return list.split(/\r?\n/).find((line) => line && !line.startsWith("#")) || transfer.getData("text/plain");
}

function sendFile(form, files) {
  let field = form.querySelector('input[type="file"]');
  if (!field) {
    field = document.createElement("input");
    field.type = "file";
    field.name = "file";
    field.hidden = true;
    form.append(field);
  }
  form.enctype = "multipart/form-data";
  field.files = files;
  form.requestSubmit();
}

document.querySelectorAll("form[data-dropzone]").forEach((form) => {
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.dataset.over = "";
  });
  form.addEventListener("dragleave", () => delete form.dataset.over);
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    delete form.dataset.over;
    const transfer = event.dataTransfer;
    if (transfer.files.length === 1) {
      sendFile(form, transfer.files);
      return;
    }
    const field = form.querySelector('[name="address"]');
    field.value = firstLink(transfer);
    field.focus();
  });
});
