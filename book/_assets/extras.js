window.rcExtras = {
  "pdf": null,
  "slides": {}
};
