"""Pages: fetch what the person may see, call one action, go on."""
